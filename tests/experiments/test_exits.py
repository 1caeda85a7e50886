"""What ends a command, and what its exit code says."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.exits import (
    BUG_FILE,
    ROOMS,
    Exit,
    StoppedError,
    printable,
    require_one_place,
    send_us,
    told,
)
from twin.errors import (
    InputError,
    JournalError,
    Livelock,
    PlanError,
    PolicyFault,
    PolicyNotFound,
)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError("a.yaml", ["a.yaml:3: orders: found -1"]), 2, "a.yaml:3: orders: found -1"),
        (PolicyNotFound("policy", "nearst", ("nearest",), "nearest"), 2, "did you mean 'nearest'"),
        (JournalError("j.gz", 7, "no JSON"), 2, "j.gz:7: no JSON"),
        (
            PlanError("mine", 30600.0, 2, ["too heavy"]),
            4,
            "at 08:30:00, question 2:\n  - too heavy",
        ),
        (PolicyFault("mine", 30600.0, 4, "KeyError: 1"), 4, "failed at 08:30:00, question 4"),
        (Livelock("mine", 30600.0, 9999), 4, "no time passes"),
        (OSError(28, "No space left on device", "r/x"), 5, "No space left on device: r/x"),
        (PermissionError(13, "Permission denied", "r"), 5, "Permission denied: r"),
        (MemoryError(), 5, "out of memory"),
        (KeyboardInterrupt(), 6, "interrupted"),
        (StoppedError(Exit.REFUSED, "another run is writing"), 2, "another run is writing"),
    ],
)
def test_each_kind_of_mishap_has_its_exit_code(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Users, policies and machines are told in words, never by a traceback."""
    with pytest.raises(SystemExit) as left, told():
        raise error

    said = capsys.readouterr()
    assert left.value.code == code
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_fault_of_ours_is_no_mishap() -> None:
    """What nobody foresaw goes on to whoever writes the file to send us."""
    with pytest.raises(ZeroDivisionError), told():
        _ = 1 / 0


def test_a_fault_of_ours_writes_a_file_to_send_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The traceback is inside the file and not on the screen."""
    monkeypatch.chdir(tmp_path)
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        send_us(type(error), error, error.__traceback__)

    written = json.loads((tmp_path / BUG_FILE).read_text())
    said = capsys.readouterr().err
    assert written["summary"] == "ZeroDivisionError: division by zero"
    assert any("test_exits.py" in line for line in written["traceback"])
    assert "Traceback" not in said
    assert str(tmp_path / BUG_FILE) in said


def test_what_would_steer_a_terminal_is_made_visible() -> None:
    """An escape sequence in a name shows as text; letters of any script stay."""
    assert printable("o1\x1b[31m\r Köln 北\nnext") == "o1\\x1b[31m\\r Köln 北\nnext"


def _all_in(home: str) -> Callable[[str], str | None]:
    return lambda package: f"{home}/{package}/__init__.py"


def test_rooms_of_one_place_are_let_in() -> None:
    """All five packages beside one another are the ordinary case."""
    require_one_place(_all_in("/opt/site"))


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "experiments"])
def test_a_room_from_elsewhere_stops_the_command_and_names_both_places(room: str) -> None:
    """Other people's repositories have folders called policies and experiments too."""

    def origin(package: str) -> str:
        home = "/home/me/thesis" if package == room else "/opt/site"
        return f"{home}/{package}/__init__.py"

    with pytest.raises(StoppedError) as stopped:
        require_one_place(origin)

    assert stopped.value.code is Exit.BUG
    assert room in str(stopped.value)
    assert "/home/me/thesis" in str(stopped.value)
    assert "/opt/site" in str(stopped.value)


def test_a_room_without_a_file_is_not_ours() -> None:
    """A bare folder on the path is a namespace package, which has no file of its own."""

    def origin(package: str) -> str | None:
        return None if package == "policies" else f"/opt/site/{package}/__init__.py"

    with pytest.raises(StoppedError, match="nowhere"):
        require_one_place(origin)
