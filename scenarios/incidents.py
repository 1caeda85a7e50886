"""What is in the way on a day's streets: closures that are planned, accidents that are not."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrik

from networks.classes import CLASS_GROUP, GROUPS
from networks.network import Network, RoadNetwork
from networks.sphere import great_circle_m
from networks.traffic import WEEKDAY_TIME
from scenarios.defaults import default
from scenarios.demand import Chance, pick
from scenarios.localday import LocalDay
from scenarios.quantities import read_share
from scenarios.schema_fleet import SiteSpec
from scenarios.schema_traffic import ClosureSpec, IncidentsSpec
from twin.errors import NetworkError, ScenarioError, Unreachable
from twin.model import DRIVE, EdgeId, Mode, NodeId
from twin.streets import Incident, Travel
from twin.units import tick_s

_IN_WORDS: Final = {
    "shoulder": "accident beside the lanes",
    "one lane": "accident, one lane blocked",
    "two lanes": "accident, two lanes blocked",
    "closure": "accident, street closed",
}
PLANNED: Final = "closure-"
"""What the ids of planned closures begin with, before their place in the list."""
_WIDE: Final = GROUPS.index("motorway")
_NIGHT: Final = 0.01
"""Least extra time that an hour counts with: something happens at night too."""
_TRAFFIC: Final = tuple(accumulate(max(_NIGHT, time - 1) for time in WEEKDAY_TIME))
"""Running sum of how much traffic an hour has, taken as its extra time over free flow."""


def accidents(given: IncidentsSpec, network: Network, chance: Chance) -> tuple[Incident, ...]:
    """Return the incidents that a day draws, one after another from ``i001`` on.

    How many is Poisson on the length of streets open to cars, where is uniform on it, when
    follows traffic. A network without streets has none.
    """
    if not isinstance(network, RoadNetwork) or DRIVE not in network.modes or not given.per_100_km:
        return ()
    graph = network.graph
    reach_m = np.cumsum(np.where(graph.free_mps[DRIVE] > 0, graph.edge_m, 0.0))
    mean = given.per_100_km * float(reach_m[-1]) / 100_000
    count = math.ceil(max(0.0, float(pdtrik(chance.uniform("incidents", "count"), mean))))
    return tuple(
        _accident(f"i{k:03d}", given, network, reach_m, chance) for k in range(1, count + 1)
    )


def _accident(
    name: str,
    given: IncidentsSpec,
    network: RoadNetwork,
    reach_m: NDArray[np.float64],
    chance: Chance,
) -> Incident:
    graph = network.graph
    at_m = chance.uniform("incident place", name) * float(reach_m[-1])
    edge = EdgeId(int(np.searchsorted(reach_m, at_m, side="right")))
    kind = str(pick(given.kinds, chance.uniform("incident kind", name)))
    hour = bisect_right(_TRAFFIC, chance.uniform("incident hour", name) * _TRAFFIC[-1])
    begins_at_s = tick_s((hour + chance.uniform("incident minute", name)) * 3600)
    lasts_s = given.duration_s[kind].at(chance.uniform("incident duration", name))
    ends_at_s = begins_at_s + tick_s(lasts_s)
    told_s = given.reported_after_s.at(chance.uniform("incident report", name))
    is_wide = CLASS_GROUP[int(graph.edge_class[edge])] == _WIDE
    speed = _speed_left("wide" if is_wide else "narrow", kind)
    edges = (edge,) if speed else tuple(_both_ways(network, [edge]))
    return Incident(
        id=name,
        kind=_IN_WORDS[kind] if speed else _IN_WORDS["closure"],
        edges=edges,
        begins_at_s=begins_at_s,
        ends_at_s=ends_at_s,
        known_at_s=min(begins_at_s + tick_s(told_s), ends_at_s),
        speed=speed,
    )


def _speed_left(street: str, kind: str) -> float:
    left: Mapping[str, str] = default("traffic.incidents: speed left")[street]
    return read_share(left[kind]) if kind in left else 0.0


def _both_ways(network: RoadNetwork, edges: list[EdgeId]) -> list[EdgeId]:
    """Return edges and all that join the same junctions, in order."""
    graph = network.graph
    low = np.minimum(graph.edge_from, graph.edge_to).astype(np.int64)
    joins = low * graph.node_count + np.maximum(graph.edge_from, graph.edge_to)
    return [EdgeId(int(edge)) for edge in np.flatnonzero(np.isin(joins, joins[edges]))]


def planned(
    closures: tuple[ClosureSpec, ...],
    network: Network,
    travel: Travel,
    local: LocalDay,
    begins_at_s: float,
) -> tuple[Incident, ...]:
    """Return the closures that a scenario plans, those that are over before the day left out.

    Parameters
    ----------
    travel
        On which the way between two places is looked for.

    Raises
    ------
    ScenarioError
        With every closure that is nowhere on the network.
    """
    found, problems = [], []
    for k, closure in enumerate(closures):
        edges: list[EdgeId] = []
        for part in _where(closure, network, travel):
            if isinstance(part, str):
                problems.append(f"closures.{k}: {part}")
            else:
                edges.append(part)
        window = local.elapsed(closure.when)
        if window.closes_at_s <= begins_at_s:
            continue
        known_at_s = 0.0 if closure.known_at_s is None else local.elapsed_s(closure.known_at_s)
        found.append(
            Incident(
                id=f"{PLANNED}{k + 1}",
                kind=closure.name or "closure",
                edges=tuple(sorted(set(edges))),
                begins_at_s=window.opens_at_s,
                ends_at_s=window.closes_at_s,
                known_at_s=known_at_s,
                speed=closure.speed,
            )
        )
    if problems:
        raise ScenarioError(network.name, problems)
    return tuple(found)


def _where(closure: ClosureSpec, network: Network, travel: Travel) -> Iterator[EdgeId | str]:
    """Yield the edges of a closure, and in words what cannot be found."""
    if closure.at is not None:
        yield from _in_circle(closure, network)
        return
    assert closure.between is not None  # noqa: S101, the one or the other is given
    mode = DRIVE if DRIVE in network.modes else network.modes[0]
    ends: list[NodeId] = []
    for site in closure.between:
        node = _node(site, network, mode)
        if isinstance(node, str):
            yield f"between: {node}"
        else:
            ends.append(node)
    if len(ends) < 2:  # noqa: PLR2004
        return
    if ends[0] == ends[1]:
        yield "between: both places are at one junction, expected two; set them farther apart"
        return
    try:
        edges = list(travel.path(ends[0], ends[1], mode, 0.0).edges)
        if not closure.one_way:
            edges += _back(edges, ends, network, travel, mode)
    except Unreachable:
        yield "between: no way leads from the one to the other, expected one; exchange them"
        return
    yield from edges


def _back(
    edges: list[EdgeId], ends: list[NodeId], network: Network, travel: Travel, mode: Mode
) -> list[EdgeId]:
    """Return the same streets in the other direction."""
    if isinstance(network, RoadNetwork):
        return _both_ways(network, edges)
    return list(travel.path(ends[1], ends[0], mode, 0.0).edges)


def _in_circle(closure: ClosureSpec, network: Network) -> Iterator[EdgeId | str]:
    site, radius_m = closure.at, closure.radius_m
    assert site is not None  # noqa: S101, they are given together
    assert radius_m is not None  # noqa: S101
    if not isinstance(network, RoadNetwork):
        yield (
            f"at: a circle on {network.name}, which has no streets, expected two of its stops; "
            "write `between: [{node: }, {node: }]`"
        )
        return
    if site.lat is None or site.lon is None:
        yield "at: a node, and junctions have no names, expected lat and lon"
        return
    graph = network.graph
    tails, heads = (network.coordinates(ends) for ends in (graph.edge_from, graph.edge_to))
    middles = ((tails[0] + heads[0]) / 2, (tails[1] + heads[1]) / 2)
    near = np.zeros(graph.edge_count, np.bool_)
    for lats, lons in (tails, heads, middles):
        near |= great_circle_m(site.lat, site.lon, lats, lons) <= radius_m
    if not near.any():
        yield (
            f"at: no street within {radius_m:g} m of {site.lat}, {site.lon}, expected one; "
            "correct the place or raise `radius:`"
        )
    yield from (EdgeId(int(edge)) for edge in np.flatnonzero(near))


def _node(site: SiteSpec, network: Network, mode: Mode) -> NodeId | str:
    """Return the junction of a place, or in words why there is none."""
    try:
        if site.node is not None:
            return network.node_of(site.node)
        nodes, metres = network.nearest([site.lat or 0.0], [site.lon or 0.0], mode)
    except NetworkError as error:
        return "; ".join(error.problems)
    if metres[0] > _NEAR_M:
        return (
            f"{metres[0]:.0f} m from the nearest junction ({site.lat}, {site.lon}), expected at "
            f"most {_NEAR_M:g} m; correct the place"
        )
    return NodeId(int(nodes[0]))


_NEAR_M: Final = 300.0
"""How far from a junction the end of a closed street may be said to be."""
