"""`twin verify` on scenarios of users: what holds, what does not, and what cannot be tried."""

from pathlib import Path

import pytest

from experiments.exits import Exit
from experiments.promises_rows import GROUPS


def of(found: dict, words: str) -> dict:
    """Return the promise whose sentence has these words."""
    [row] = [row for row in found["promises"] if words in row["promise"]]
    return row


def test_all_promises_hold_on_a_small_day(small, twin):
    """Under its own policy and another one; every promise is tried, and the table says so."""
    answer = twin("verify", small, "--json", "--quiet")

    found = answer.json
    assert answer.code == Exit.OK, answer.out
    assert found["policies"] == ["nearest", "insertion"]
    assert [row["promise"] for row in found["promises"] if row["held"] is not True] == []
    assert found["held"] == len(found["promises"]) >= 25
    assert {row["group"] for row in found["promises"]} == set(GROUPS)
    assert all(row["looked_at"] for row in found["promises"])


def test_the_table_is_for_people(small, twin):
    """Promise, whether it held, what was looked at; nothing is left in the folder."""
    before = sorted(Path().iterdir())

    answer = twin("verify", small, "--policies", "nearest")

    assert answer.code == Exit.OK
    assert "the same day twice is the same journal" in answer.out
    assert "held" in answer.out
    assert "one policy only" in answer.out  # the same day for all: skipped, with why
    assert max(map(len, answer.out.splitlines())) <= 100
    assert sorted(Path().iterdir()) == before


def test_a_policy_that_goes_by_the_hash_of_a_text_is_found(small, twin, policy_file):
    """Another process with another hash seed decides otherwise: exit 7, and where it differs."""
    name = policy_file("return Plan(why=str(hash('a text')))")

    answer = twin("verify", small, "--policies", f"{name},nearest", "--json")

    assert answer.code == Exit.NOT_HELD
    row = of(answer.json, "the same day twice")
    assert row["held"] is False
    assert "mine.py:Mine, day 1: line" in row["found"][0]
    assert of(answer.json, "cash")["held"] is True


PEEKS = """
import gc
from twin import World

def hidden():
    return [one for one in gc.get_objects() if type(one) is World]
"""


def test_a_clairvoyant_policy_is_found(small, twin, policy_file):
    """It counts the orders of the World that it should not reach: with another one it tells."""
    name = policy_file("return Plan(why=str(max(len(w.orders) for w in hidden())))", PEEKS)

    answer = twin("verify", small, "--policies", name, "--json", "--quiet")

    assert answer.code == Exit.NOT_HELD
    row = of(answer.json, "an order more at")
    assert row["held"] is False
    assert "before 14:00:00" in row["found"][0]


def test_a_policy_that_goes_by_the_clock_breaks_the_shift_of_the_day(small, twin, policy_file):
    """Whoever does something at an hour of the day does it at another one of a later day."""
    name = policy_file("return Plan(ask_again_at_s=5e4 if view.now_s < 5e4 else None)")

    answer = twin("verify", small, "--policies", name, "--json", "--quiet")

    assert answer.code == Exit.NOT_HELD
    assert of(answer.json, "an hour later")["held"] is False
    assert of(answer.json, "rows of tables")["held"] is True


def test_a_policy_that_fails_stops_it(small, twin, policy_file):
    """As it stops a run: exit 4, and in words."""
    name = policy_file("raise ValueError('no idea')")

    answer = twin("verify", small, "--policies", name)

    assert answer.code == Exit.POLICY_STOPPED
    assert "no idea" in answer.err


def test_a_scenario_that_cannot_be_read_is_refused(twin, tmp_path, monkeypatch):
    """As everywhere: exit 2."""
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text("name: x\nordres: 3\n")

    assert twin("verify", "bad.yaml").code == Exit.REFUSED


def test_what_does_not_apply_is_skipped_with_why(twin, tmp_path, monkeypatch):
    """A table of legs has no streets that could be longer, and no junctions."""
    monkeypatch.chdir(tmp_path)
    legs = ["from,to,m,s"]
    stops = ("depot", "a", "b", "c")
    legs += [f"{a},{b},1000,120" for a in stops for b in stops if a != b]
    Path("legs.csv").write_text("\n".join(legs) + "\n")
    Path("orders.csv").write_text("id,node\no1,a\no2,b\no3,c\n")
    Path("table.yaml").write_text(
        "name: table\nnetwork: {matrix: legs.csv}\norders: {csv: orders.csv}\n"
        "depots: {depot: {node: depot}}\nfleet: {van: 1}\npolicies: [nearest, insertion]\n"
    )

    answer = twin("verify", "table.yaml", "--json", "--quiet")

    assert answer.code == Exit.OK, answer.out + answer.err
    for words in ("half as far", "a junction that no street"):
        row = of(answer.json, words)
        assert row["held"] is None
        assert "no road graph" in row["skipped"]
    assert answer.json["skipped"] >= 2


@pytest.mark.slow
def test_a_day_on_which_everything_happens_keeps_its_promises(small, twin):
    """Breakdowns, noise, accidents, drivers who do not come; two days, the solver too."""
    with small.open("a") as file:
        file.write("presence: {probability: 80 %, holds: 75 min}\nnoise: on\n")

    answer = twin(
        "verify", small, "--policies", "nearest,insertion,static", "--days", 2, "--set",
        "orders=80", "--json", "--quiet",
    )  # fmt: skip

    assert answer.code == Exit.OK, [row for row in answer.json["promises"] if not row["held"]]
