"""The plan of a made-up city: streets between crossings, before they have bends and doors.

An irregular grid is laid over a round area; rings and radials are drawn along it and pulled to
their curves; a river takes away the streets that cross it but for a few bridges; some streets go
missing; lines near the centre become one-way. Only uniform numbers are drawn, and always as whole
arrays in the same order, so that the plan depends on size and seed alone.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.rng import Streams

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS: Final = (
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "cycleway",
)
PRIMARY, SECONDARY, TERTIARY, UNCLASSIFIED, RESIDENTIAL, LIVING_STREET, CYCLEWAY = range(7)

SPACING_M: Final = 132.0
"""Mesh of the grid; chosen, with the shares below, for figures like those of real towns."""

_JITTER: Final = 0.24
_MISSING: Final = (0.10, 0.26)
"""Share of minor streets that are missing, at the centre and at the edge of the city."""
_TERTIARY_EVERY: Final = 6
_ONE_WAY_WITHIN: Final = 0.55
_ONE_WAY_LINES: Final = 0.65
_LIVING: Final = 0.07
_FRINGE: Final = 0.88
_BLOCKS_PER_NAME: Final = 12


@dataclass
class Plan:
    """Streets between crossings.

    Attributes
    ----------
    x_m, y_m
        Crossings, metres east and north of the centre.
    a, b
        Crossings that a street joins.
    kind
        Place in `KINDS`.
    line
        Number of the street's name.
    one_way
        1 from a to b, -1 from b to a, 0 both ways.
    bridge
        Whether it crosses the river.
    radius_m
        Of a circle as large as the city.
    """

    x_m: Floats
    y_m: Floats
    a: Ints
    b: Ints
    kind: Ints
    line: Ints
    one_way: Ints
    bridge: NDArray[np.bool_]
    radius_m: float


def draw_plan(km2: float, streams: Streams) -> Plan:
    """Return the plan of a city of some area."""
    numbers = streams.generator("city plan")
    radius_m = float(np.sqrt(km2 / np.pi) * 1000)
    plan = _grid(radius_m, numbers.random(8), streams)
    plan = _with_arterials(plan, numbers.random(2))
    plan = _with_river(plan, numbers.random(4))
    plan = _without_missing(plan, numbers.random((2, len(plan.a))))
    return _with_one_ways(plan, numbers.random((2, int(plan.line.max()) + 1)))


def _grid(radius_m: float, phases: Floats, streams: Streams) -> Plan:
    reach = int(np.ceil(radius_m * 1.25 / SPACING_M)) + 1
    side = 2 * reach + 1
    j, i = (part.ravel() - reach for part in np.mgrid[0:side, 0:side])
    jitter = (streams.generator("city grid").random((2, side * side)) - 0.5) * 2 * _JITTER
    angle = (phases[0] - 0.5) * np.pi / 2
    u, v = (i + jitter[0]) * SPACING_M, (j + jitter[1]) * SPACING_M
    x_m, y_m = u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)
    swing_m, wave = 0.05 * radius_m, 2 * np.pi / max(radius_m, 1500.0)
    x_m = x_m + swing_m * np.sin(wave * y_m + 2 * np.pi * phases[1])
    y_m = y_m + swing_m * np.sin(wave * x_m + 2 * np.pi * phases[2])
    bearing = np.arctan2(y_m, x_m)
    edge_m = radius_m * (
        1
        + 0.08 * np.sin(3 * bearing + 2 * np.pi * phases[3])
        + 0.05 * np.sin(5 * bearing + 2 * np.pi * phases[4])
    )
    inside = np.hypot(x_m, y_m) <= edge_m
    number = np.arange(side * side).reshape(side, side)
    a = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    b = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    rows, columns = np.divmod(a, side)
    across = np.arange(len(a)) < side * (side - 1)
    part = np.where(across, columns, rows) // _BLOCKS_PER_NAME
    line = np.where(across, rows, side + columns) * (side // _BLOCKS_PER_NAME + 1) + part
    main = np.where(across, rows, columns) % _TERTIARY_EVERY == 0
    kept = inside[a] & inside[b]
    plan = Plan(
        x_m,
        y_m,
        a[kept],
        b[kept],
        np.where(main[kept], TERTIARY, RESIDENTIAL),
        line[kept],
        np.zeros(int(kept.sum()), np.int64),
        np.zeros(int(kept.sum()), np.bool_),
        radius_m,
    )
    return _largest_part(plan)


def _largest_part(plan: Plan) -> Plan:
    """Return the plan without crossings and streets that motor traffic cannot get to."""
    from networks.graph import strong_part  # noqa: PLC0415, shares its imports

    drivable = plan.kind != CYCLEWAY
    a, b = plan.a[drivable], plan.b[drivable]
    inside = strong_part(len(plan.x_m), np.r_[a, b], np.r_[b, a])
    number = np.cumsum(inside) - 1
    kept = inside[plan.a] & inside[plan.b]
    return Plan(
        plan.x_m[inside],
        plan.y_m[inside],
        number[plan.a[kept]],
        number[plan.b[kept]],
        plan.kind[kept],
        plan.line[kept],
        plan.one_way[kept],
        plan.bridge[kept],
        plan.radius_m,
    )


def _with_arterials(plan: Plan, phases: Floats) -> Plan:
    """Return the plan with rings and radials along the grid, pulled towards their curves."""
    radius_m = plan.radius_m
    rings = max(1, round(radius_m / 1800))
    radials = 6 + int(radius_m / 1500)
    next_line = int(plan.line.max()) + 1
    x_m, y_m = plan.x_m.copy(), plan.y_m.copy()
    middle_x = (plan.x_m[plan.a] + plan.x_m[plan.b]) / 2
    middle_y = (plan.y_m[plan.a] + plan.y_m[plan.b]) / 2
    for ring in range(rings):
        ring_m = radius_m * (ring + 0.5) / (rings + 0.15)
        bearings = 2 * np.pi * (np.arange(9) / 8 + phases[0])
        stops = [_nearest(plan, ring_m * np.cos(t), ring_m * np.sin(t)) for t in bearings]
        off_m = np.abs(np.hypot(middle_x, middle_y) - ring_m)
        used, passed = _along(plan, stops, off_m)
        outermost = ring == rings - 1 and rings > 1
        plan.kind[used] = np.minimum(plan.kind[used], PRIMARY if outermost else SECONDARY)
        plan.line[used] = next_line + ring
        pull = 0.7 * (ring_m / np.maximum(np.hypot(x_m[passed], y_m[passed]), 1.0) - 1)
        x_m[passed], y_m[passed] = x_m[passed] * (1 + pull), y_m[passed] * (1 + pull)
    centre = _nearest(plan, 0.0, 0.0)
    for radial in range(radials):
        bearing = 2 * np.pi * (radial + 0.4 * phases[1]) / radials
        east, north = np.cos(bearing), np.sin(bearing)
        end = _nearest(plan, 1.2 * radius_m * east, 1.2 * radius_m * north)
        off_m = np.abs(middle_x * north - middle_y * east)
        used, passed = _along(plan, [centre, end], off_m)
        plan.kind[used] = PRIMARY if radial % 2 == 0 else np.minimum(plan.kind[used], SECONDARY)
        plan.line[used] = next_line + rings + radial
        aside_m = 0.5 * (x_m[passed] * north - y_m[passed] * east)
        x_m[passed], y_m[passed] = x_m[passed] - aside_m * north, y_m[passed] + aside_m * east
    plan.x_m, plan.y_m = x_m, y_m
    return plan


def _nearest(plan: Plan, x_m: float, y_m: float) -> int:
    return int(np.argmin(np.hypot(plan.x_m - x_m, plan.y_m - y_m)))


def _along(plan: Plan, stops: list[int], off_m: Floats) -> tuple[Ints, Ints]:
    """Return streets and crossings of the way through stops that stays nearest to a curve."""
    from networks.search import ShortestTrees  # noqa: PLC0415, shares its imports

    length_m = np.hypot(plan.x_m[plan.a] - plan.x_m[plan.b], plan.y_m[plan.a] - plan.y_m[plan.b])
    cost = length_m * (1 + 4 * (off_m / SPACING_M) ** 2)
    tail, head = np.r_[plan.a, plan.b], np.r_[plan.b, plan.a]
    trees = ShortestTrees(
        len(plan.x_m), tail.astype(np.int32), head.astype(np.int32), np.r_[cost, cost]
    )
    edges: list[int] = []
    nodes: list[int] = []
    starts = np.unique(np.array(stops[:-1]))
    choices = dict(zip(starts.tolist(), trees.grow(starts), strict=True))
    for start, end in pairwise(stops):
        way = trees.trace(choices[start], start, end)
        if way is not None:
            nodes += way[0]
            edges += way[1]
    return np.unique(np.array(edges, np.int64) % len(plan.a)), np.unique(np.array(nodes, np.int64))


def _with_river(plan: Plan, phases: Floats) -> Plan:
    """Return the plan without the streets that a river cuts, but for arterials and bridges."""
    radius_m = plan.radius_m
    angle = np.pi * phases[0]
    along = plan.x_m * np.cos(angle) + plan.y_m * np.sin(angle)
    aside = plan.y_m * np.cos(angle) - plan.x_m * np.sin(angle)
    bed_m = radius_m * (0.2 + 0.2 * phases[1]) + 0.12 * radius_m * np.sin(
        along * np.pi / radius_m + 2 * np.pi * phases[2]
    )
    north_bank = aside > bed_m
    crosses = north_bank[plan.a] != north_bank[plan.b]
    place = (along[plan.a] + along[plan.b]) / 2
    bridge = crosses & (plan.kind <= SECONDARY)
    cut = np.flatnonzero(crosses & ~bridge)
    for at_m in np.arange(-radius_m, radius_m, 1600.0) + 1600.0 * phases[3]:
        if len(cut):
            chosen = cut[np.argmin(np.abs(place[cut] - at_m))]
            near = np.flatnonzero(bridge & (np.abs(place - at_m) < 500.0))  # noqa: PLR2004
            if not len(near):
                bridge[chosen] = True
                plan.kind[chosen] = TERTIARY
    for cycle_bridge in cut[:: max(1, len(cut) // 3)][1:3]:
        if not bridge[cycle_bridge]:
            bridge[cycle_bridge] = True
            plan.kind[cycle_bridge] = CYCLEWAY
    plan.bridge = bridge
    return _largest_part(_take(plan, ~crosses | bridge))


def _without_missing(plan: Plan, uniform: Floats) -> Plan:
    """Return the plan without some minor streets; some of those stay as cycle paths."""
    out = np.minimum(_middle_out(plan), 1.0)
    missing_share = _MISSING[0] + (_MISSING[1] - _MISSING[0]) * out
    minor = (plan.kind >= UNCLASSIFIED) & (plan.kind != CYCLEWAY)
    missing = minor & (uniform[0, : len(plan.a)] < missing_share)
    path = missing & (uniform[1, : len(plan.a)] < 0.35)  # noqa: PLR2004
    plan.kind[path] = CYCLEWAY
    still = minor & ~missing
    living = still & (uniform[1, : len(plan.a)] > 1 - _LIVING)
    plan.kind[living] = LIVING_STREET
    plan.kind[still & ~living & (out > _FRINGE)] = UNCLASSIFIED
    return _largest_part(_take(plan, ~missing | path))


def _middle_out(plan: Plan) -> Floats:
    """Return how far out streets lie: 0 at the centre, 1 at the edge of the city."""
    x_m, y_m = plan.x_m[plan.a] + plan.x_m[plan.b], plan.y_m[plan.a] + plan.y_m[plan.b]
    return np.asarray(np.hypot(x_m, y_m) / 2 / plan.radius_m)


def _take(plan: Plan, kept: NDArray[np.bool_]) -> Plan:
    parts = (plan.a, plan.b, plan.kind, plan.line, plan.one_way)
    a, b, kind, line, one_way = (part[kept] for part in parts)
    return Plan(plan.x_m, plan.y_m, a, b, kind, line, one_way, plan.bridge[kept], plan.radius_m)


def _with_one_ways(plan: Plan, uniform: Floats) -> Plan:
    """Return the plan with lines of the inner city one-way, every junction still reachable."""
    from networks.graph import strong_part  # noqa: PLC0415, shares its imports

    eligible = (plan.kind >= TERTIARY) & (plan.kind < LIVING_STREET) & ~plan.bridge
    eligible &= _middle_out(plan) < _ONE_WAY_WITHIN
    chosen = eligible & (uniform[0][plan.line] < _ONE_WAY_LINES)
    plan.one_way = np.where(chosen, np.where(uniform[1][plan.line] < 0.5, 1, -1), 0)  # noqa: PLR2004
    drivable = plan.kind != CYCLEWAY
    while True:
        forth, back = drivable & (plan.one_way >= 0), drivable & (plan.one_way <= 0)
        inside = strong_part(
            len(plan.x_m),
            np.r_[plan.a[forth], plan.b[back]],
            np.r_[plan.b[forth], plan.a[back]],
        )
        trapped = (plan.one_way != 0) & ~(inside[plan.a] & inside[plan.b])
        if not trapped.any():
            return plan
        plan.one_way[trapped] = 0
