"""Things spread over a town cut into compact parts of given work, from travel times alone."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def bisected(
    work: Floats,
    shares: Sequence[float],
    away_s: Callable[[int], Floats],
    item_of: Ints | None = None,
) -> list[Ints]:
    """Return the items of each part.

    The town is cut in two across its longest way, each side again, until every part is one share.

    Parameters
    ----------
    work
        Of each item, shape (items,). Not negative.
    shares
        What each part is to have of the work, against the others. Positive, at least one.
    away_s
        Gives the seconds between a point and every point, shape (points,), the same both ways;
        ``inf`` where no way leads.
    item_of
        The item that each point belongs to, shape (points,); left out, every point is an item. An
        item of several points lies in their middle and is never cut.

    Returns
    -------
    parts
        Item numbers, rising, one array for each share; each item is in one. With equal shares no
        part's work differs from its share by more than one and a half times that of the heaviest
        item: a cut is off by half an item at most, and hands on no more than two thirds of that.

    Notes
    -----
    A point's place along the way between two far ones follows from its times to both by the law
    of cosines, as in FastMap (Faloutsos and Lin 1995); where times are distances in a plane, cuts
    are straight. Ties go to the item with the lower number.
    """
    items = np.arange(len(work))
    points = items if item_of is None else item_of
    parts: list[Ints] = []
    waiting = [(items, list(shares))]
    while waiting:
        mine, asked = waiting.pop()
        if len(asked) == 1:
            parts.append(np.sort(mine))
            continue
        half = len(asked) // 2
        first, rest = _cut(mine, work, sum(asked[:half]) / sum(asked), away_s, points)
        waiting += [(rest, asked[half:]), (first, asked[:half])]
    return parts


def _cut(
    mine: Ints, work: Floats, share: float, away_s: Callable[[int], Floats], item_of: Ints
) -> tuple[Ints, Ints]:
    """Return items before and behind the cut that gives the first side its share."""
    if len(mine) == 0:
        return mine, mine
    is_mine = np.zeros(len(work), bool)
    is_mine[mine] = True
    points = np.flatnonzero(is_mine[item_of])
    away = _finite(away_s(int(points[0])))[points]
    from_one = _finite(away_s(int(points[int(np.argmax(away))])))[points]
    from_other = _finite(away_s(int(points[int(np.argmax(from_one))])))[points]
    along = from_one**2 - from_other**2
    number = np.searchsorted(mine, item_of[points])
    middle = np.bincount(number, along, len(mine)) / np.maximum(1, np.bincount(number))
    order = mine[np.argsort(middle, kind="stable")]
    before = np.concatenate([[0.0], np.cumsum(work[order])])
    cut = int(np.argmin(np.abs(before - share * before[-1])))
    return np.sort(order[:cut]), np.sort(order[cut:])


def _finite(seconds: Floats) -> Floats:
    """Return times with twice the longest instead of no way."""
    known = np.isfinite(seconds)
    longest = float(seconds[known].max(initial=0.0))
    return np.where(known, seconds, 2.0 * longest)
