"""Nodes that are no junctions become bends; nothing measured is lost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.contract import Contracted, Pieces, contract, mean_speeds
from twin.model import BIKE, DRIVE


def pieces_of(links: list[tuple[int, int, float]], nodes: int, two_way: bool = True) -> Pieces:
    """Return pieces of 10 m/s (a bike at 5), class and name by their place in the list."""
    ends = np.array([(a, b) for a, b, _ in links], np.int64).reshape(-1, 2)
    metres = np.array([length for *_, length in links], np.float64)
    number = np.arange(len(links))
    if two_way:
        ends, metres = np.concatenate([ends, ends[:, ::-1]]), np.tile(metres, 2)
        number = np.tile(number, 2)
    seconds = {DRIVE: metres / 10, BIKE: metres / 5}
    return Pieces(nodes, ends[:, 0], ends[:, 1], metres, number, number, seconds)


def edges(found: Contracted) -> list[tuple[int, int, float]]:
    """Return from, to and metres of the edges, sorted, in the numbers of the map."""
    tail, head = found.kept[found.tail], found.kept[found.head]
    return sorted(zip(tail.tolist(), head.tolist(), found.metres.tolist(), strict=True))


def test_a_street_of_three_pieces_is_one_edge_each_way() -> None:
    """Length and time add up, bends are in driving order, class and name are the longest's."""
    found = contract(pieces_of([(0, 1, 100.0), (1, 2, 300.0), (2, 3, 50.0)], 4))

    assert edges(found) == [(0, 3, 450), (3, 0, 450)]
    assert found.seconds[DRIVE].tolist() == [45, 45]
    assert found.seconds[BIKE].tolist() == [90, 90]
    assert found.bends.tolist() == [1, 2, 2, 1]
    assert found.bend_start.tolist() == [0, 2, 4]
    assert found.street_class.tolist() == found.name.tolist() == [1, 1]
    assert mean_speeds(found.metres, found.seconds)[DRIVE].tolist() == [10, 10]


def test_a_crossing_and_dead_ends_are_kept() -> None:
    """Four streets meet in 0; the far ends are dead ends."""
    found = contract(pieces_of([(0, node, 100.0) for node in (1, 2, 3, 4)], 5))

    assert found.kept.tolist() == [0, 1, 2, 3, 4]
    assert len(found.metres) == 8


def test_one_way_pieces_run_on() -> None:
    """A one-way street through a node without a fork is one edge."""
    found = contract(pieces_of([(0, 1, 10.0), (1, 2, 20.0)], 3, two_way=False))

    assert edges(found) == [(0, 2, 30)]


def test_a_junction_stays_where_one_way_and_two_way_meet() -> None:
    """One piece in, one out and one back make three: OSMnx keeps the node, so do we."""
    both = pieces_of([(0, 1, 10.0)], 3)
    pieces = Pieces(
        3,
        np.r_[both.tail, 1],
        np.r_[both.head, 2],
        np.r_[both.metres, 20.0],
        np.zeros(3, np.int64),
        np.zeros(3, np.int64),
        {DRIVE: np.r_[both.metres, 20.0]},
    )

    assert contract(pieces).kept.tolist() == [0, 1, 2]


def test_a_ring_keeps_its_lowest_node() -> None:
    """A circular street nobody else joins becomes a loop each way; a lone one stays itself."""
    ring = [(4, 2, 10.0), (2, 3, 20.0), (3, 4, 30.0)]

    assert edges(contract(pieces_of(ring, 5))) == [(2, 2, 60), (2, 2, 60)]
    assert edges(contract(pieces_of(ring, 5, two_way=False))) == [(2, 2, 60)]


def test_loops_and_parallel_streets_are_kept() -> None:
    """A cul-de-sac with a turning loop, and two streets between the same junctions."""
    links = [(0, 1, 100.0), (1, 2, 10.0), (2, 3, 10.0), (3, 1, 10.0), (0, 4, 60.0), (4, 1, 60.0)]

    found = edges(contract(pieces_of([*links, (0, 5, 7.0)], 6)))

    there = [(0, 1, 100), (0, 1, 120), (0, 5, 7)]
    back = [(1, 0, 100), (1, 0, 120)]
    loop = [(1, 1, 30), (1, 1, 30)]
    assert found == [*there, *back, *loop, (5, 0, 7)]


def test_a_street_closed_in_part_is_closed() -> None:
    """What cannot be driven through cannot be driven: infinite time, speed zero."""
    pieces = pieces_of([(0, 1, 100.0), (1, 2, 100.0)], 3)
    seconds = {DRIVE: np.array([10.0, np.inf, 10.0, 10.0])}
    found = contract(
        Pieces(
            3, pieces.tail, pieces.head, pieces.metres, pieces.street_class, pieces.name, seconds
        )
    )

    speeds = mean_speeds(found.metres, found.seconds)[DRIVE]
    assert speeds.tolist() == [0, 10]


def test_nothing_gives_nothing() -> None:
    """No pieces, no streets."""
    found = contract(pieces_of([], 0))

    assert len(found.kept) == len(found.metres) == 0


links = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 500).map(float)), max_size=20
)


@settings(max_examples=200, deadline=None)
@given(links=links, two_way=st.booleans())
def test_length_is_conserved_and_every_edge_is_a_walk(
    links: list[tuple[int, int, float]], two_way: bool
) -> None:
    """On random maps: all metres are kept, bends are no junctions, ends are."""
    pieces = pieces_of(links, 8, two_way)

    found = contract(pieces)

    assert found.metres.sum() == pytest.approx(pieces.metres.sum())
    assert not np.isin(found.bends, found.kept).any()
    assert len(found.bends) == len(pieces.tail) - len(found.metres)
    walked = {(int(a), int(b)) for a, b in zip(pieces.tail, pieces.head, strict=True)}
    for edge in range(len(found.metres)):
        inner = found.bends[found.bend_start[edge] : found.bend_start[edge + 1]].tolist()
        nodes = [int(found.kept[found.tail[edge]]), *inner, int(found.kept[found.head[edge]])]
        assert set(pairwise(nodes)) <= walked
