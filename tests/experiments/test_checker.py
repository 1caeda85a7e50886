"""The checker finds nothing in sound days, and every damage to one by the rule that it breaks."""

import gzip
import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dispatchers import AllAboard, Fifo
from hypothesis import assume, given
from kept_days import kept, lived, quiet_day, stormy
from mixed_days import mixed
from mutants import MUTANTS, Mutant
from small_days import policies, small_days, solver, tried
from stormy_days import stormy_days
from stormy_mutants import STORMY
from worlds import lattice

from experiments.checker import RULES, Pace, Streets, check_file, check_lines
from networks import storage
from twin import run

BOOKS = ("cents", "seconds-as-kept")
"""Rules about what stands beside a journal, whose damages are not done to its lines."""


def test_there_are_at_least_forty_mutants_and_one_for_each_rule():
    """No rule is there that nothing was ever found by."""
    assert len(MUTANTS) >= 40
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert set(RULES) - {mutant.rule for mutant in (*MUTANTS, *STORMY)} == set(BOOKS)


def test_the_day_that_is_damaged_is_sound():
    """By itself it breaks no rule."""
    assert quiet_day().check() == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_damage_is_found_by_its_own_rule(mutant: Mutant):
    """Whatever else is found too."""
    day = quiet_day()

    found = day.check(mutant.damage(deepcopy(day.lines)))

    assert mutant.rule in {finding.rule for finding in found}, [str(one) for one in found]


@pytest.mark.parametrize("mutant", STORMY, ids=lambda mutant: mutant.name)
def test_every_damage_to_a_day_that_goes_wrong_is_found_by_its_own_rule(mutant: Mutant):
    """Done to the first of some days that has what it damages."""
    for number in range(400):
        day = stormy(number)
        if day is None:
            continue
        try:
            damaged = mutant.damage(deepcopy(day.lines))
        except (IndexError, StopIteration):  # nothing of the kind on this day
            continue
        assert day.check() == []
        found = day.check(damaged)
        assert mutant.rule in {finding.rule for finding in found}, [str(one) for one in found]
        return
    pytest.fail("no such day")


@pytest.mark.parametrize("by", [-1, 1])
def test_a_cent_off_in_any_line_of_the_books_is_found(by):
    """More or less, in each line for itself."""
    day = quiet_day()
    for k, one in enumerate(day.books):
        wrong = (*day.books[:k], {**one, "cents": one["cents"] + by}, *day.books[k + 1 :])

        [found] = day.check(books=wrong)

        assert found.rule == "cents"
        assert found.what.startswith(one["name"])


def test_a_line_of_the_books_left_out_or_written_twice_is_found():
    """Unless it is of nothing."""
    day = quiet_day()
    for k, one in enumerate(day.books):
        left_out = [f.rule for f in day.check(books=day.books[:k] + day.books[k + 1 :])]
        assert left_out == ["cents"] * (one["cents"] != 0)
        assert [f.rule for f in day.check(books=(*day.books, one))] == ["cents"]


def test_a_second_of_a_duty_kept_for_something_else_is_found():
    """An eighth of it, driven instead of idle."""
    day = quiet_day()
    seconds = deepcopy(day.seconds)
    seconds["duty-v1"]["driving"] += 0.125
    seconds["duty-v1"]["idle"] -= 0.125

    found = replace(day, seconds=seconds).check()

    assert {one.rule for one in found} == {"seconds-as-kept"}
    assert len(found) == 2


@tried(150)
@given(day=small_days(), make=policies)
def test_sound_days_give_no_finding(day, make):
    """Lines, streets, speeds and books of whatever day under whatever policy."""
    day = lived(day, make)
    assume(day is not None)
    assert day.check() == []


@tried(80)
@given(day=stormy_days(), make=policies)
def test_days_on_which_everything_goes_wrong_give_no_finding(day, make):
    """Breakdowns, tows, spares, hand-overs, closures, walks, breaks, charging, carriers."""
    day = lived(day, make)
    assume(day is not None)
    assert day.check() == []


@tried(10)
@given(day=small_days())
def test_days_planned_by_the_solver_give_no_finding(day):
    """The same rules under `static`."""
    day = lived(day, solver)
    assume(day is not None)
    assert day.check() == []


@pytest.mark.parametrize("make", [Fifo, AllAboard])
@pytest.mark.parametrize("seed", range(4))
def test_longer_days_give_no_finding(make, seed):
    """Sixty orders for four vans, two depots, windows, skills, collections."""
    day = mixed(seed, 60)
    assert kept(day, run(day, make)).check() == []


def in_files(folder: Path) -> tuple[Path, Path]:
    """Return the quiet day's journal, packed, that names its network, and the network's file."""
    graph = lattice(4, 1, 600, 10)._graph
    storage.save(graph, folder / "nets" / "some.npz")
    lines = deepcopy(quiet_day().lines)
    lines[0]["identity"]["network_sha256"] = graph.sha256
    path = folder / "day.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in lines)))
    return path, folder / "nets" / "some.npz"


def test_a_journal_is_read_with_the_network_that_it_names(tmp_path):
    """Given by its file, or by a folder in which the one with that hash is found."""
    journal, network = in_files(tmp_path)
    (network.parent / "other.npz").write_bytes(b"no network")

    assert check_file(journal) == []
    assert check_file(journal, network=network) == []
    assert check_file(journal, network=network.parent) == []


def test_a_network_of_another_name_is_told(tmp_path):
    """Edges are judged by the network that the header names, or not at all."""
    journal, network = in_files(tmp_path)
    other = tmp_path / "other.npz"
    storage.save(lattice(2, 2, 600, 10)._graph, other)

    assert {one.rule for one in check_file(journal, network=other)} >= {"named-network"}
    network.unlink()
    with pytest.raises(ValueError, match="is the network"):
        check_file(journal, network=network.parent)
    with pytest.raises(ValueError, match="no compiled network"):
        check_file(journal, network=journal)


def test_a_journal_that_is_cut_is_told(tmp_path):
    """A packed file without its end."""
    journal, _ = in_files(tmp_path)
    journal.write_bytes(journal.read_bytes()[:-20])

    with pytest.raises(ValueError, match="cut or damaged"):
        check_file(journal)


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{", b"null", b'{"event": 3}', b'{"at_s": NaN, "event": "Repaired"}']
)
def test_lines_of_strangers_are_findings_and_no_errors(line):
    """Whatever stands in them."""
    lines = [json.dumps(one).encode() for one in quiet_day().lines]

    assert "readable" in {one.rule for one in check_lines([*lines[:9], line, *lines[9:]])}


@pytest.mark.parametrize("name", ["identity", "rules", "rates", "service_classes", "vehicles"])
def test_a_header_without_its_parts_is_a_finding_and_no_error(name):
    """Empty where something is needed."""
    lines = deepcopy(quiet_day().lines)
    lines[0][name] = type(lines[0][name])()

    found = quiet_day().check(lines)

    if name not in {"identity", "rules"}:  # of these nothing is needed
        assert found != []


def test_edges_take_what_the_speeds_of_their_slots_say():
    """A minute of free driving from 70 s, twice as slow from 100 s on: 30 s and 60 s more."""
    pace = Pace(100.0, np.array([[1.0], [2.0]]), np.array([0]))

    assert pace.ends_at_s(0, 60.0, 70.0) == 160.0
    assert pace.ends_at_s(0, 60.0, 10.0) == 70.0
    assert pace.ends_at_s(0, 60.0, 190.0) == 255.0  # 5 s of it in 10 s, then at full speed


def test_legs_of_a_table_are_edges_from_place_to_place():
    """Of four places edge 4 * i + j leads from i to j."""
    streets = Streets(pairs=4)

    assert streets.edges == 16
    assert streets.ends(7) == (1, 3)
    assert streets.length_m(7) is None
