"""What counts as moved, and as searched for, when a sequence changes."""

from itertools import permutations

import pytest
from dispatchers import decides, scripted
from lived import day, deliver, duty, load, of, order, place, plan

from policies.blocks.arrivals import lines_of
from policies.blocks.believed import Believed
from policies.blocks.judging import Judge
from policies.blocks.planned import moved, out_of_sequence
from policies.blocks.weighing import Prices
from twin import Deliver, Plan, Rules, Stop, TimeWindow, run
from twin.events import ServiceBegan


def route(names):
    return tuple(Stop(name, (Deliver(name),)) for name in names)


@pytest.mark.parametrize(
    ("before", "after", "others"),
    [
        ("abcdefgh", "abcdefgh", ""),
        ("abcdefgh", "bcdefgha", "a"),  # from first to last: one, not eight
        ("abcdefgh", "habcdefg", "h"),
        ("abcdefgh", "abdcefgh", "d"),  # one of two neighbours
        ("abcdefgh", "efghabcd", "efgh"),  # either half; the lower places stay
        ("abcd", "dcba", "bcd"),
        ("", "", ""),
    ],
)
def test_moved_are_the_fewest_that_pass_others(before, after, others):
    assert moved({"v": route(before)}, {"v": route(after)}) == ([], list(others))


def test_as_many_stay_as_possible():
    """Over all sequences of six, against every way to leave some of them out."""
    for after in permutations("abcdef"):
        _, others = moved({"v": route("abcdef")}, {"v": route(after)})
        stays = [name for name in after if name not in others]
        assert stays == sorted(stays)
        assert len(stays) == _longest_rise(after)


def _longest_rise(names):
    best = []
    for k, name in enumerate(names):
        best.append(1 + max((best[j] for j in range(k) if names[j] < name), default=0))
    return max(best)


def test_what_changes_its_vehicle_is_no_move_within_one():
    before = {"v": route("abc"), "w": route("d")}
    after = {"v": route("bc"), "w": route("da")}

    assert moved(before, after) == (["a"], [])


@pytest.mark.parametrize(
    ("taken", "searched"),
    [
        ("abcdef", ""),
        ("bcdefa", "ba"),  # a is skipped once, and gone back to
        ("fabcde", "fa"),
        ("acbdef", "cb"),
        ("fedcba", "fedcba"),
        ("adefbc", "db"),
    ],
)
def test_goods_are_searched_for_as_drivers_do(taken, searched):
    """Loaded for a sequence and delivered in another: what the driven day says it searched for."""
    doors = [place(name, 1) for name in "abcdef"]
    orders = [order(name, name) for name in "abcdef"]
    loads = plan(load(*"abcdef"), *(deliver(name, name) for name in "abcdef"))
    changes = plan(*(deliver(name, name) for name in taken))
    world = day(orders, places=doors, rules=Rules(search_s=10.0))

    journal = run(world, scripted({0.0: loads, 10.0: changes}))

    driven = [name for event in of(journal, ServiceBegan) for name in event.searched]
    assert driven == list(searched)
    assert out_of_sequence("abcdef", taken) == driven


def test_goods_that_are_left_aboard_are_skipped_and_what_lies_nowhere_is_not_searched_for():
    assert out_of_sequence("abc", "xbc") == ["b"]


@pytest.mark.parametrize(
    ("search_s", "churn_s", "taken"),
    [
        (0.0, 20_200.0, True),
        (0.0, 20_400.0, False),
        (10_100.0, 0.0, True),
        (10_200.0, 0.0, False),
    ],
)
def test_a_change_pays_for_what_it_moves_and_searches_for_and_no_more(search_s, churn_s, taken):
    """Five doors at near are promised by 670 s, but the van is packed for far first.

    It would be back at near at 900 s. To serve far last moves one stop of six and searches for two
    parcels: the first, before which that for far lies, and that for far. It saves five promises,
    worth an hour and twice their lateness of 230 s each, 20,300 s, at no less driving.
    """
    doors = [place(name, 1) for name in "abcde"]
    soon = TimeWindow(0.0, 670.0)
    orders = [order(name, name, window=soon, promise=soon) for name in "abcde"]
    stops = {name: deliver(name, name) for name in "abcde"} | {"z": deliver("far", "z")}
    rules = Rules(search_s=search_s, load_lock_s=600.0)
    world = day(
        [*orders, order("z", "far")],
        duties=[duty(opens_at_s=600, closes_at_s=3000)],
        places=doors,
        rules=rules,
    )
    found = []

    def makes(briefing):
        believed = Believed(briefing.travel)
        judge = Judge(Prices(3600.0, 14_400.0), rules, churn_s, {"van": 1.0})

        def answer(view):
            if view.now_s == 0:
                return plan(load(*"zabcde"), *(stops[name] for name in "zabcde"), ask_again_at_s=9)
            if view.now_s == 9:
                now, new = (
                    lines_of({"v1": route}, view, briefing, believed)[0]
                    for route in (view.vehicles[0].route, [stops[name] for name in "abcdez"])
                )
                found.append(judge.better({"v1": now}, {"v1": new}, view.by_order))
            return Plan()

        return decides(answer)(briefing)

    run(world, makes)

    assert found == [["v1"] if taken else []]
