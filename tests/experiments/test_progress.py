"""What is shown of days while they are lived."""

import io

from rich.console import Console
from rich.progress import Progress as Bar

from experiments.progress import Watched, watched
from experiments.runner import Progress


def test_each_day_has_a_line_until_it_is_over_and_all_are_counted(cell) -> None:
    """A cell with parameters too; a name steers no terminal."""
    bar = Bar(console=Console(file=io.StringIO()))
    shown = Watched(bar, 2)

    shown(Progress(cell(day=1, typed={"tries": 3}), 4, 9 * 3600.0))
    shown(Progress(cell("\x1b[31m", day=2), 1, 0.0))
    lived = [task.description for task in bar.tasks]
    shown.over("nearest", 1)

    assert lived == [
        "0 of 2 days lived",
        "nearest, day 1: 09:00, question 4",
        "\\x1b[31m, day 2: 00:00, question 1",
    ]
    assert [task.description for task in bar.tasks] == ["1 of 2 days lived", lived[2]]


def test_nothing_is_shown_where_nobody_looks() -> None:
    """Stderr of a test is no terminal."""
    with watched(2, quiet=False) as on_progress:
        assert on_progress is None
