"""Rules about driving: nobody teleports, and streets are as they are."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import TICK_S, Given, Look, Rule, clock, remembering, rule
from experiments.checker.streets import FASTEST_MPS, Streets, same
from experiments.checker.words import Event

_EXACT_S: Final = 1e-6


@rule("Departed")
def leaves_from_where_it_is(day: Day, event: Event) -> Iterator[str]:
    """A leg begins where the vehicle stands, its driver with it, and leads to where it says."""
    van = day.van(event["vehicle"])
    if event["node"] != van.node or event["place"] != van.place:
        yield (
            f"leaves junction {event['node']} ({event['place']}), {event['vehicle']} is at "
            f"{van.node} ({van.place})"
        )
    if van.driver_at is not None:
        yield f"the driver of {event['vehicle']} is at {van.driver_at}"
    nodes = event["nodes"]
    if len(event["edges"]) != len(event["lengths_m"]) or len(nodes) != len(event["edges"]) + 1:
        yield "its edges, lengths and junctions are not as many as they must be"
    if not nodes or nodes[0] != event["node"]:
        yield f"its way does not begin at junction {event['node']}"
    end = day.place(event["to"])["nodes"].get(van.vehicle["mode"])
    if end is None or not nodes or nodes[-1] != end:
        yield f"its way does not end at {event['to']} (junction {end})"


@rule("Arrived", "Diverted", "BrokeDown")
def drives_the_way_it_took(day: Day, event: Event) -> Iterator[str]:
    """A leg goes along the edges that it began on, in their order, one after the other."""
    leg, driven = day.van(event["vehicle"]).leg, len(event["edges"])
    broke = event["event"] == "BrokeDown"
    if leg is None:
        if not broke or driven:
            yield f"{event['vehicle']} was not under way"
        return
    way_m, came_m = leg["lengths_m"][:driven], event["lengths_m"]
    as_long = way_m == came_m
    if broke and driven and way_m[:-1] == came_m[:-1]:
        as_long = 0 <= came_m[-1] <= way_m[-1] + _EXACT_S
    if event["edges"] != leg["edges"][:driven] or not as_long:
        yield "drove other edges than it began on"
    times = event["entered_at_s"]
    if len(times) != driven or (times and times[0] != leg["at_s"]):
        yield f"entered {len(times)} of {driven} edges, the first not at {clock(leg['at_s'])}"
    if any(a > b for a, b in pairwise((*times, event["at_s"]))):
        yield "entered an edge before the one before it"
    passed = max(0, driven - 1) if broke else driven
    ends = leg["nodes"][passed] if passed < len(leg["nodes"]) else None
    if event["node"] != ends and not (broke and event["node"] in leg["nodes"][passed : driven + 1]):
        yield f"ends at junction {event['node']}, its edges lead to {ends}"
    if event["event"] == "Arrived" and (event["place"] != leg["to"] or driven != len(leg["edges"])):
        yield f"was on its way to {leg['to']}, {len(leg['edges'])} edges"


@rule("Departed")
def aboard(day: Day, event: Event) -> Iterator[str]:
    """What a leg says is aboard is what was loaded and not yet put down."""
    load = day.load(day.van(event["vehicle"]))
    said = tuple(event["aboard"].get(name) for name in ("grams", "millilitres", "parcels"))
    if said != load:
        yield f"says (g, ml, parcels) {said}, loaded are {load}"


class _OnStreets:
    """Looks at each edge of the legs that begin."""

    def __init__(self, given: Given) -> None:
        self.streets = given.streets or Streets()


@remembering("DayBegan", needs="streets")
def named_network(given: Given) -> Look:
    """The streets that a journal is judged by are those that its header names."""

    def look(_: Day, event: Event) -> Iterator[str]:
        streets = given.streets or Streets()
        named = event["identity"].get("network_sha256", "")
        if named != streets.sha256:
            yield f"names {named[:12] or 'none'}, was given {streets.sha256[:12] or 'one unnamed'}"

    return look


class _EdgeExists(_OnStreets):
    def look(self, _: Day, event: Event) -> Iterator[str]:
        for edge, ends in zip(event["edges"], pairwise(event["nodes"]), strict=False):
            if not 0 <= edge < self.streets.edges:
                yield f"edge {edge} of {self.streets.edges}"
            elif self.streets.ends(edge) not in {ends, ends[::-1]}:
                yield f"edge {edge} joins {self.streets.ends(edge)}, the leg says {ends}"


@remembering("Departed", needs="streets")
def edge_exists(given: Given) -> Look:
    """Legs go along edges that the network has, from junction to junction."""
    return _EdgeExists(given).look


class _OneWay(_OnStreets):
    def look(self, _: Day, event: Event) -> Iterator[str]:
        for edge, ends in zip(event["edges"], pairwise(event["nodes"]), strict=False):
            if 0 <= edge < self.streets.edges and ends[0] != ends[1]:
                there = self.streets.ends(edge)
                if there == ends[::-1] and there != ends:
                    yield f"edge {edge} leads from {there[0]} to {there[1]}, driven backwards"


@remembering("Departed", needs="streets")
def one_way(given: Given) -> Look:
    """Edges are driven in their direction."""
    return _OneWay(given).look


class _EdgeLength(_OnStreets):
    def look(self, day: Day, event: Event) -> Iterator[str]:
        rest = day.van(event["vehicle"]).rest_of_edge
        for k, (edge, said_m) in enumerate(zip(event["edges"], event["lengths_m"], strict=False)):
            if not 0 <= edge < self.streets.edges:
                continue
            length_m = self.streets.length_m(edge)
            if rest is not None and k == 0 and edge == rest[0]:
                length_m = rest[1]
            if length_m is not None and not same(said_m, length_m):
                yield f"edge {edge} is {length_m} m, the leg says {said_m} m"


@remembering("Departed", needs="streets")
def edge_length(given: Given) -> Look:
    """Edges are as long as they are; only what is left of one after a breakdown is shorter."""
    return _EdgeLength(given).look


class _Access(_OnStreets):
    def look(self, day: Day, event: Event) -> Iterator[str]:
        mode = day.van(event["vehicle"]).vehicle["mode"]
        for edge in event["edges"]:
            if 0 <= edge < self.streets.edges and not self.streets.is_open(edge, mode):
                yield f"edge {edge} is closed to {mode}"


@remembering("Departed", needs="streets")
def access(given: Given) -> Look:
    """Vehicles stay on streets that their mode may use."""
    return _Access(given).look


def _passed(event: Event) -> Iterator[tuple[int, float, float, float]]:
    """Yield edge, metres, entered and left of each edge that a leg drove to its end."""
    times = (*event["entered_at_s"], event["at_s"])
    whole = len(event["edges"]) - (event["event"] == "BrokeDown")
    rows = zip(event["edges"], event["lengths_m"], pairwise(times), strict=False)
    for k, (edge, length_m, (entered_at_s, left_at_s)) in enumerate(rows):
        if k < whole:
            yield edge, length_m, entered_at_s, left_at_s


@rule("Arrived", "Diverted", "BrokeDown")
def no_teleporting(_: Day, event: Event) -> Iterator[str]:
    """Driving takes time: nobody is faster than 400 km/h on any edge."""
    for edge, length_m, entered_at_s, left_at_s in _passed(event):
        if length_m > FASTEST_MPS * (left_at_s - entered_at_s + TICK_S):
            yield f"edge {edge}: {length_m:g} m in {left_at_s - entered_at_s} s"


class _TravelTime(_OnStreets):
    def look(self, day: Day, event: Event) -> Iterator[str]:
        leg, mode = day.van(event["vehicle"]).leg, day.van(event["vehicle"]).vehicle["mode"]
        edges, driven_m = event["edges"], event["lengths_m"]
        if leg is None or any(
            not 0 <= edge < self.streets.edges or not self.streets.is_open(edge, mode)
            for edge in edges
        ):
            return
        exact = self.streets.times_s(edges, driven_m, mode, leg["at_s"])
        for edge, found_s, exact_s in zip(
            (*edges, "the end"), (*event["entered_at_s"], event["at_s"]), exact or (), strict=False
        ):
            # Where a vehicle breaks down is found from the tick at which it entered the street.
            inside = edge == "the end" and event["event"] == "BrokeDown"
            if abs(found_s - exact_s) > TICK_S / (1 if inside else 2) + _EXACT_S:
                yield f"reaches {edge} at {found_s} s, driving takes until {exact_s:.4f} s"
                return


@remembering("Arrived", "Diverted", "BrokeDown", needs="streets")
def travel_time(given: Given) -> Look:
    """Edges take as long as the day's speeds say, where those are given."""
    return _TravelTime(given).look


class _ClosedStreet:
    def __init__(self, _: Given) -> None:
        self._closed: dict[int, list[Event]] = {}
        self._entered: list[tuple[int, float, str]] = []

    def look(self, day: Day, event: Event) -> Iterator[str]:
        if event["event"] == "IncidentKnown":
            if not event["incident"]["speed"]:
                for edge in event["incident"]["edges"]:
                    self._closed.setdefault(edge, []).append(event["incident"])
        elif event["event"] == "DayEnded":
            for edge, at_s, vehicle_id in self._entered:
                for incident in self._closed.get(edge, ()):
                    if incident["begins_at_s"] <= at_s < incident["ends_at_s"]:
                        yield f"{vehicle_id} entered edge {edge} at {clock(at_s)}: {incident['id']}"
        else:
            vehicle_id = event["vehicle"]
            entries = list(zip(event["edges"], event["entered_at_s"], strict=False))
            for edge, at_s in entries[day.van(vehicle_id).began_inside :]:
                self._entered.append((edge, at_s, vehicle_id))


@remembering("IncidentKnown", "Arrived", "Diverted", "BrokeDown", "DayEnded")
def closed_street(given: Given) -> Look:
    """Nobody enters a street while it is closed."""
    return _ClosedStreet(given).look


class _FirstInFirstOut(_OnStreets):
    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self._passed: dict[tuple[str, int], list[tuple[float, float]]] = {}

    def look(self, day: Day, event: Event) -> Iterator[str]:
        if event["event"] != "DayEnded":
            van = day.van(event["vehicle"])
            mode = van.vehicle["mode"]
            # Who began inside a street has entered it before.
            for edge, length_m, entered_at_s, left_at_s in [*_passed(event)][van.began_inside :]:
                known = 0 <= edge < self.streets.edges
                whole_m = self.streets.length_m(edge) if known else None
                if whole_m is None or same(length_m, whole_m):
                    self._passed.setdefault((mode, edge), []).append((entered_at_s, left_at_s))
            return
        for (_, edge), times in self._passed.items():
            times.sort()
            for (first_s, out_s), (second_s, then_s) in pairwise(times):
                if first_s < second_s and then_s < out_s:
                    yield (
                        f"edge {edge}: in at {first_s} s and {second_s} s, "
                        f"out at {out_s} s and {then_s} s"
                    )


@remembering("Arrived", "Diverted", "BrokeDown", "DayEnded", needs="streets")
def first_in_first_out(given: Given) -> Look:
    """Who enters an edge first leaves it first, among vehicles of one mode."""
    return _FirstInFirstOut(given).look


RULES: Final[tuple[Rule, ...]] = (
    leaves_from_where_it_is,
    drives_the_way_it_took,
    aboard,
    named_network,
    edge_exists,
    one_way,
    edge_length,
    access,
    no_teleporting,
    travel_time,
    closed_street,
    first_in_first_out,
)
