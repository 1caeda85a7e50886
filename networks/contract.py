"""Contraction: nodes that are no junctions become bends of one edge, nothing measured is lost.

A node is kept by OSMnx's rule (Boeing 2017, Computers, Environment and Urban Systems 65): it is
where a street ends, forks, meets another, or where one-way and two-way pieces meet. Streets keep
their length, the time each mode needs for them, and their shape; class and name are those of the
longest part, so a change of speed or name on the way does not cut a street in two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.model import Mode

_BOTH: Final = 2  # sides of a street that passes through a node

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pieces:
    """Directed straight pieces of street between neighbouring map nodes.

    Attributes
    ----------
    nodes
        Number of map nodes; `tail` and `head` are rows of them.
    metres
        Length, positive.
    seconds
        Time on the empty street for each mode; ``inf`` where it is closed.
    """

    nodes: int
    tail: Ints
    head: Ints
    metres: Floats
    street_class: Ints
    name: Ints
    seconds: Mapping[Mode, Floats]


@dataclass(frozen=True)
class Contracted:
    """Streets between junctions.

    Attributes
    ----------
    kept
        Rows of the map nodes that are junctions, rising.
    tail, head
        Places in `kept`.
    bend_start, bends
        Map nodes passed by edge e are ``bends[bend_start[e]:bend_start[e + 1]]``.
    """

    kept: Ints
    tail: Ints
    head: Ints
    metres: Floats
    street_class: Ints
    name: Ints
    seconds: Mapping[Mode, Floats]
    bend_start: Ints
    bends: Ints


def contract(pieces: Pieces) -> Contracted:
    """Return the streets between junctions that the pieces add up to."""
    is_junction = _with_one_per_ring(pieces, junctions(pieces))
    chain, piece = _chains(pieces, is_junction)
    first = np.flatnonzero(np.r_[True, chain[1:] != chain[:-1]]) if len(chain) else chain
    last = np.r_[first[1:], len(chain)] - 1 if len(chain) else chain
    kept = np.flatnonzero(is_junction)
    place = np.full(pieces.nodes, -1, np.int64)
    place[kept] = np.arange(len(kept))
    count = len(first)
    metres = pieces.metres[piece]
    inner = np.ones(len(piece), np.bool_)
    inner[last] = False  # a chain's bends are the heads of all its pieces but the last
    return Contracted(
        kept=kept,
        tail=place[pieces.tail[piece[first]]],
        head=place[pieces.head[piece[last]]],
        metres=_sums(chain, metres, count),
        street_class=_of_longest(chain, pieces.street_class[piece], metres, count),
        name=_of_longest(chain, pieces.name[piece], metres, count),
        seconds={
            mode: _sums(chain, seconds[piece], count) for mode, seconds in pieces.seconds.items()
        },
        bend_start=np.r_[0, np.cumsum(np.bincount(chain[inner], minlength=count))],
        bends=pieces.head[piece[inner]],
    )


def junctions(pieces: Pieces) -> NDArray[np.bool_]:
    """Return which map nodes are junctions, shape (nodes,).

    A node is none if a street only passes through: two neighbours, and either one piece in and
    one out (one-way) or one in and one out with each (two-way).
    """
    tail, head, nodes = pieces.tail, pieces.head, pieces.nodes
    pairs = np.unique(np.r_[tail * nodes + head, head * nodes + tail])
    neighbours = np.bincount(pairs // nodes, minlength=nodes)
    out_degree = np.bincount(tail, minlength=nodes)
    in_degree = np.bincount(head, minlength=nodes)
    links = np.unique(tail * nodes + head)
    distinct_out = np.bincount(links // nodes, minlength=nodes)
    distinct_in = np.bincount(links % nodes, minlength=nodes)
    one_way = (out_degree == 1) & (in_degree == 1)
    two_way = (
        (out_degree == _BOTH)
        & (in_degree == _BOTH)
        & (distinct_out == _BOTH)
        & (distinct_in == _BOTH)
    )
    passes = (neighbours == _BOTH) & (one_way | two_way)
    is_junction: NDArray[np.bool_] = (out_degree + in_degree > 0) & ~passes
    is_junction[tail[tail == head]] = True
    return is_junction


def _followers(pieces: Pieces, is_junction: NDArray[np.bool_]) -> Ints:
    """Return the piece that goes on after each piece, -1 where it ends at a junction."""
    order = np.lexsort((pieces.head, pieces.tail))
    start = np.searchsorted(pieces.tail[order], np.arange(pieces.nodes + 1))
    first = start[pieces.head]
    follower = np.full(len(pieces.tail), -1, np.int64)
    inner = np.flatnonzero(~is_junction[pieces.head])
    candidate = order[first[inner]]
    turns_back = pieces.head[candidate] == pieces.tail[inner]
    candidate[turns_back] = order[first[inner][turns_back] + 1]
    follower[inner] = candidate
    return follower


def _chains(pieces: Pieces, is_junction: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return chain numbers and their pieces in driving order, sorted by chain."""
    follower = _followers(pieces, is_junction)
    active = np.flatnonzero(is_junction[pieces.tail])
    chain = np.arange(len(active))
    chains, found = [chain], [active]
    while len(active):
        following = follower[active]
        goes_on = following >= 0
        active, chain = following[goes_on], chain[goes_on]
        chains.append(chain)
        found.append(active)
    numbers = np.concatenate(chains)
    order = np.argsort(numbers, kind="stable")  # steps were appended in driving order
    return numbers[order], np.concatenate(found)[order]


def _with_one_per_ring(pieces: Pieces, is_junction: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the junctions, with the lowest node of each ring that has none."""
    _, piece = _chains(pieces, is_junction)
    reached = np.zeros(len(pieces.tail), np.bool_)
    reached[piece] = True
    left = np.flatnonzero(~reached)
    if not len(left):
        return is_junction
    from scipy.sparse import coo_array  # noqa: PLC0415, slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    links = coo_array(
        (np.ones(len(left), np.int8), (pieces.tail[left], pieces.head[left])),
        shape=(pieces.nodes, pieces.nodes),
    )
    _, label = connected_components(links, directed=False)
    by_node = left[np.argsort(pieces.tail[left], kind="stable")]
    _, lowest = np.unique(label[pieces.tail[by_node]], return_index=True)
    with_rings = is_junction.copy()
    with_rings[pieces.tail[by_node[lowest]]] = True
    return with_rings


def _sums(chain: Ints, values: Floats, count: int) -> Floats:
    return np.bincount(chain, values, count).astype(np.float64)


def _of_longest(chain: Ints, value: Ints, metres: Floats, count: int) -> Ints:
    """Return for each chain the value that most of its length has; of equals the lowest."""
    if not count:
        return np.empty(0, np.int64)
    values, compact = np.unique(value, return_inverse=True)
    groups, member = np.unique(chain * len(values) + compact, return_inverse=True)
    length = np.bincount(member, metres)
    owner = groups // len(values)
    order = np.lexsort((groups, -length, owner))
    first = order[np.r_[True, np.diff(owner[order]) > 0]]
    longest: Ints = values[groups[first] % len(values)]
    return longest


def mean_speeds(metres: Floats, seconds: Mapping[Mode, Any]) -> dict[Mode, Floats]:
    """Return metres per second of whole edges for each mode, 0 where a part is closed."""
    return {
        mode: np.where(np.isfinite(taken), metres / taken, 0.0) for mode, taken in seconds.items()
    }
