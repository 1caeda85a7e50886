"""The run folder: what it keeps, what it refuses, and that a commit is an acknowledgement."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from experiments.exits import Exit, StoppedError
from experiments.record import DayRecord, Ended
from experiments.store import RunFolder, defused, is_free_for, read_records
from twin.errors import InputError
from twin.kpi import Figure

MANIFEST = {"seed": 1, "scenario": {"name": "small", "sha256": "a" * 64}}


def record(policy: str = "nearest", served: float = 7.0) -> DayRecord:
    """Return a day with two KPIs, worked by hand: 7 of 8 due orders served."""
    return DayRecord(
        policy=policy,
        day=1,
        ended=Ended.FINISHED,
        figures={"delivered_share": Figure(served / 8, served, 8.0), "delivered": Figure(served)},
        currency="EUR",
    )


def opened(folder: Path, manifest: dict[str, object] | None = None):
    return RunFolder.opened(folder, manifest or MANIFEST, "name: small\n", "name: small\n# all\n")


def test_a_kept_day_outlives_a_process_that_is_ended_at_once(tmp_path: Path) -> None:
    """The row is there for another connection before the folder is closed."""
    with opened(tmp_path / "run") as store:
        store.keep(record())
        rows = read_records(tmp_path / "run")

    assert rows == [("nearest", 1, Ended.FINISHED, "")]


def test_a_stopped_day_is_kept_with_its_reason(tmp_path: Path) -> None:
    """No average is ever over survivors: the day that failed is there too."""
    with opened(tmp_path / "run") as store:
        store.keep(DayRecord("mine", 1, Ended.POLICY, why="mine failed at 08:30", trace="line 3"))

    assert read_records(tmp_path / "run") == [("mine", 1, Ended.POLICY, "mine failed at 08:30")]


def test_the_table_is_sorted_and_keeps_what_ratios_are_made_of(tmp_path: Path) -> None:
    """Policies by name, KPIs as in the dictionary, 7 of 8 as numerator and denominator."""
    with opened(tmp_path / "run") as store:
        store.keep(record("zeta"))
        store.keep(record("alpha", served=8.0))
        path = store.complete()

    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["policy", "day", "kpi", "value", "unit", "numerator", "denominator"]
    assert [row[:3] for row in rows[1:]] == [
        ["alpha", "1", "delivered_share"],
        ["alpha", "1", "delivered"],
        ["zeta", "1", "delivered_share"],
        ["zeta", "1", "delivered"],
    ]
    assert rows[3][3:] == ["0.875", "1", "7.0", "8.0"]


def test_a_second_writer_is_refused_while_the_first_writes(tmp_path: Path) -> None:
    """The lock is the system's, so it goes with its process however that ends."""
    with opened(tmp_path / "run"):
        with pytest.raises(StoppedError) as refused, opened(tmp_path / "run"):
            pass
        assert refused.value.code is Exit.REFUSED

    with opened(tmp_path / "run"):
        pass


def test_results_of_something_else_are_refused_and_what_differs_is_named(tmp_path: Path) -> None:
    """Another seed is another result: the folder stays as it was."""
    with opened(tmp_path / "run") as store:
        store.keep(record())

    with (
        pytest.raises(InputError) as refused,
        opened(tmp_path / "run", {**MANIFEST, "seed": 2}),
    ):
        pass

    with (
        pytest.raises(InputError) as other,
        opened(tmp_path / "run", {**MANIFEST, "code_sha256": "c" * 64}),
    ):
        pass

    assert other.value.problems == ("the twin's own code: nothing there, cccccccccccc... now",)
    assert refused.value.problems == ("seed: 1 there, 2 now",)
    assert "-o" in str(refused.value)
    assert len(read_records(tmp_path / "run")) == 1


def test_the_same_manifest_is_redone_to_one_row_a_day(tmp_path: Path) -> None:
    """Redoing replaces; it never counts a day twice."""
    for served in (7.0, 7.0):
        with opened(tmp_path / "run") as store:
            store.keep(record(served=served))

    database = sqlite3.connect(tmp_path / "run" / "results.sqlite")
    assert database.execute("SELECT count(*) FROM days").fetchone() == (1,)
    assert database.execute("SELECT count(*) FROM figures").fetchone() == (2,)
    database.close()


def test_a_folder_with_other_things_is_not_taken_over(tmp_path: Path) -> None:
    """`-o .` in somebody's thesis writes nothing."""
    (tmp_path / "thesis.tex").write_text("x")

    with pytest.raises(InputError, match=r"thesis\.tex"), opened(tmp_path):
        pass

    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("days", [(), (Ended.POLICY, Ended.MACHINE)])
def test_a_folder_without_a_finished_day_is_taken_over(tmp_path: Path, days) -> None:
    """A refused or stopped try leaves nothing in the way of the next, nor anything in it."""
    with opened(tmp_path / "run") as store:
        for day, ended in enumerate(days):
            store.keep(DayRecord("nearest", day, ended, why="x"))
        store.journal_path("nearest", 1).write_bytes(b"half")
        store.keep_times({})

    with opened(tmp_path / "run", {**MANIFEST, "seed": 2}) as store:
        store.keep(record("insertion"))

    assert [row[0] for row in read_records(tmp_path / "run")] == ["insertion"]
    assert not (tmp_path / "run" / "journals" / "nearest").exists()
    assert not (tmp_path / "run" / "timing.json").exists()
    assert '"seed": 2' in (tmp_path / "run" / "manifest.json").read_text()


def test_a_folder_whose_store_cannot_be_read_is_not_taken_over(tmp_path: Path) -> None:
    """Whatever is in it, somebody may want it back."""
    with opened(tmp_path / "run"):
        pass
    (tmp_path / "run" / "results.sqlite").write_bytes(b"not a database" * 100)

    with (
        pytest.raises(InputError, match="seed: 1 there, 2 now"),
        opened(tmp_path / "run", {**MANIFEST, "seed": 2}),
    ):
        pass

    assert (tmp_path / "run" / "results.sqlite").read_bytes().startswith(b"not a database")


def test_a_folder_that_cannot_be_made_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "run").write_text("x")

    with pytest.raises(OSError, match="exists"), opened(tmp_path / "run"):
        pass


def test_results_that_are_no_database_are_a_fault_of_the_machine(tmp_path: Path) -> None:
    """A file cut or overwritten from outside is told by its folder, and stays as it is."""
    with opened(tmp_path / "run"):
        pass
    (tmp_path / "run" / "results.sqlite").write_bytes(b"not a database" * 100)

    with pytest.raises(OSError, match="not a database") as error, opened(tmp_path / "run"):
        pass

    assert error.value.filename == str(tmp_path / "run")
    assert (tmp_path / "run" / "results.sqlite").read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1", "\uff1d1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """A spreadsheet shows it as text."""
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "shown"), [("\t=1", "'\\t=1"), ("a\x1b[31m", "a\\x1b[31m"), ("\n=1", "'\n=1")]
)
def test_no_cell_steers_a_terminal(cell: str, shown: str) -> None:
    """`cat results.csv` is safe too."""
    assert defused(cell) == shown


def test_ordinary_text_is_left_alone() -> None:
    """Only the first character decides."""
    assert defused("a=b") == "a=b"


def test_a_hostile_policy_name_is_a_value_and_a_safe_folder(tmp_path: Path) -> None:
    """SQL and paths in a name stay text."""
    name = "'; DROP TABLE days; --/../../x"
    with opened(tmp_path / "run") as store:
        store.keep(record(name))
        path = store.journal_path(name, 1)
        store.complete()

    assert read_records(tmp_path / "run")[0][0] == name
    assert path.resolve().is_relative_to((tmp_path / "run" / "journals").resolve())


def test_a_folder_is_free_for_its_own_manifest_only(tmp_path: Path) -> None:
    """New, or made from the same."""
    folder = tmp_path / "run"
    assert is_free_for(folder, MANIFEST)
    with opened(folder) as store:
        store.keep(record())

    assert is_free_for(folder, MANIFEST)
    assert not is_free_for(folder, {**MANIFEST, "seed": 2})


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    """Every bit of a figure, its parts and its note, sorted by policy and day."""
    third = DayRecord(
        policy="b",
        day=1,
        ended=Ended.FINISHED,
        figures={
            "cost_total": Figure(1 / 3, note="default: x"),
            "delivered_share": Figure(0.1 + 0.2, 3.0, 10.0),
            "lateness_p95_min": Figure(None),
        },
        currency="EUR",
        not_included=("claim",),
        clairvoyant=True,
        journal_sha256="f" * 64,
    )
    stopped = DayRecord("a", 2, Ended.POLICY, why="a failed", trace="line 3")
    with opened(tmp_path / "run") as store:
        store.keep(third)
        store.keep(stopped)

        assert store.records() == [stopped, third]


def test_a_day_that_failed_has_a_row_in_the_table_and_its_place_in_the_manifest(
    tmp_path: Path,
) -> None:
    """Whoever averages the table meets it; what was wanted and never lived is not named."""
    wanted = {**MANIFEST, "policies": [{"name": "nearest"}], "days": [1, 2, 3]}
    with opened(tmp_path / "run", wanted) as store:
        store.keep(record())
        store.keep(DayRecord("nearest", 2, Ended.POLICY, why="x"))
        path = store.complete()

    assert path.read_text().splitlines()[-1] == "nearest,2,day_failed,1.0,count,,"
    made = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert made["days"] == [1, 2]


def test_days_and_policies_join_what_is_there(tmp_path: Path) -> None:
    """The manifest of a folder that is opened for more names both."""
    first = {**MANIFEST, "policies": [{"name": "nearest"}], "days": [1]}
    with opened(tmp_path / "run", first) as store:
        store.keep(record())

    more = {**MANIFEST, "policies": [{"name": "insertion"}], "days": [1, 2]}
    with opened(tmp_path / "run", more) as store:
        assert [one.policy for one in store.records()] == ["nearest"]
        assert [one["name"] for one in store.made_from["policies"]] == ["insertion", "nearest"]


def test_a_policy_that_changed_is_refused_if_a_day_of_it_was_finished(tmp_path: Path) -> None:
    """Its file by name; without a finished day its place is taken and the others stay."""
    first = {
        **MANIFEST,
        "policies": [{"name": "mine", "sha256": "1"}, {"name": "nearest"}],
        "days": [1],
    }
    second = {**first, "policies": [{"name": "mine", "sha256": "2"}]}
    with opened(tmp_path / "run", first) as store:
        store.keep(record())
        store.keep(DayRecord("mine", 1, Ended.POLICY, why="x"))

    with opened(tmp_path / "run", second) as store:
        assert [one.policy for one in store.records()] == ["nearest"]
        store.keep(record("mine"))

    with pytest.raises(InputError) as refused, opened(tmp_path / "run", first):
        pass
    assert refused.value.problems == ("policies.mine.sha256: 2... there, 1... now",)
