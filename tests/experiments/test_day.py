"""One day as a pure function, and that whatever a policy does ends in a record."""

from pathlib import Path

import pytest
from worlds import order, place

from experiments.day import far_places, run_day
from experiments.record import DayRecord, Ended, Far
from twin import Journal, PlaceKind
from twin.events import OrderPlaced


def test_a_day_is_a_function_of_its_cell(cell, tmp_path: Path) -> None:
    """Twice the same cell: the same figures, and the same bytes of the journal."""
    one = run_day(cell(journal_path=str(tmp_path / "a.jsonl.gz")))
    other = run_day(cell(journal_path=str(tmp_path / "b.jsonl.gz")))

    assert one.ended is Ended.FINISHED, one.why
    assert one.figures == other.figures
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
    assert Journal.read(tmp_path / "a.jsonl.gz").fingerprint() == one.journal_sha256


def test_another_seed_is_another_day(cell) -> None:
    """The seed names the draw."""
    assert run_day(cell()).journal_sha256 != run_day(cell(seed=2)).journal_sha256


def test_a_record_crosses_processes_unchanged(cell) -> None:
    """As JSON, to the last bit of every float."""
    record = run_day(cell())

    assert DayRecord.from_bytes(record.to_bytes()) == record


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise KeyError('o7')", "KeyError: 'o7'"),
        ("sys.exit(3)", "called sys.exit(3)"),
        ("return [1, 2]", "answered with list, expected a Plan"),
        ("return None", "answered with NoneType, expected a Plan"),
        ("raise MemoryError", "ran out of memory"),
        ("raise KeyboardInterrupt", ": KeyboardInterrupt"),
        ("raise GeneratorExit", ": GeneratorExit"),
        ("raise Mute", "Mute, which has no text"),
        ("raise ValueError('z' * 1_000_000)", "characters more)"),
        ("return Plan({'no-such-van': ()})", "no-such-van"),
    ],
)
def test_a_failing_policy_stops_the_day_and_is_named(cell, policy_file, body, words) -> None:
    """With the instant and the number of the question: the first one is at 06:00."""
    mute = "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError\n"

    record = run_day(cell(policy_file(body, mute)))

    assert record.ended is Ended.POLICY, record.why
    assert words in record.why
    assert max(map(len, f"{record.why}\n{record.trace}".splitlines())) < 400
    assert "mine.py:Mine" in record.why
    assert "06:00:00" in record.why
    assert record.figures == {}


@pytest.mark.parametrize("body", ["raise KeyError('o7')", "sys.exit(3)", "return [1, 2]"])
def test_kept_faults_are_counted_and_the_day_goes_on(cell, policy_file, body) -> None:
    """`on_fault: keep_last` is for answers: the plan before stays in force."""
    record = run_day(cell(policy_file(body), overrides=("dispatch.on_fault=keep_last",)))

    assert record.ended is Ended.FINISHED, record.why
    assert record.value("policy_faults") > 0
    assert record.value("delivered") == 0


def test_memory_that_runs_out_ends_the_day_even_where_faults_are_kept(cell, policy_file) -> None:
    """What is left of such a process cannot be trusted."""
    policy = policy_file("raise MemoryError")

    assert run_day(cell(policy, overrides=("dispatch.on_fault=keep_last",))).ended is Ended.POLICY


def test_a_policy_that_cannot_be_made_is_its_fault(cell, policy_file) -> None:
    """A maker that raises is question 0."""
    policy = policy_file("return Plan()").replace(":Mine", ":broken")
    path = Path(policy.removesuffix(":broken"))
    path.write_text("def broken(briefing):\n    raise LookupError('no depot')\n")

    record = run_day(cell(policy))

    assert record.ended is Ended.POLICY
    assert "question 0: could not be made: LookupError: no depot" in record.why


def test_a_policy_file_that_does_not_load_is_refused_input(cell, policy_file) -> None:
    """Nothing is simulated, and the message says what its module raised."""
    record = run_day(cell(policy_file("return Plan()", head="undefined_name")))

    assert record.ended is Ended.REFUSED
    assert "NameError: name 'undefined_name'" in record.why


def test_parameters_reach_the_policy(cell, policy_file) -> None:
    """Two minutes, as typed in a scenario, are 120.0 s in its keyword."""
    policy = policy_file("raise RuntimeError(self.reach)")
    path = Path(policy.partition(":")[0])
    path.write_text(
        path.read_text().replace("self.asked = 0", "self.asked, self.reach = 0, reach_s")
    )

    assert "RuntimeError: 120.0" in run_day(cell(policy, typed={"reach": "2 min"})).why


def test_a_scenario_that_is_wrong_is_refused_input(cell) -> None:
    """The record carries the message of the loader."""
    record = run_day(cell(overrides=("fleet.van=-3",)))

    assert record.ended is Ended.REFUSED
    assert "fleet.van" in record.why


def test_doors_far_from_streets_are_named_farthest_first() -> None:
    """Only what is farther than the limit of 300 m."""
    doors = [
        place(f"d{metres}", 0, PlaceKind.HOUSEHOLD, snap_m=float(metres))
        for metres in (100, 400, 900)
    ]
    events = [
        OrderPlaced(0.0, order(f"o{door.snap_m:.0f}", str(door.id)), (door,)) for door in doors
    ]

    assert far_places(events, 300.0) == (Far("o900", 900.0), Far("o400", 400.0))
