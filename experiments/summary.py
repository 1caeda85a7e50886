"""What a scenario amounts to, in a few lines: the first screen of `twin check`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]


def summary(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what matters of a day before it is run: a heading and its words each.

    Parameters
    ----------
    facts
        Of `scenarios.check.check`, with those of the network's description.
    """
    yield "orders", _orders(facts)
    yield "vehicles", _vehicles(facts)
    yield "work", _work(facts)
    for name, place in facts["depots"].items():
        yield f"depot {name}", _place(place)
    yield "streets", _streets(facts)
    closures, incidents = facts["closures"], facts["incidents"]
    if closures or incidents:
        yield "in the way", f"{closures:,} planned, {incidents:,} accidents on the first day"
    yield "farthest door", f"{facts['farthest_door_m']:,.0f} m from its junction"
    dropped = "; ".join(_dropped(facts.get("report", {}).get("strong", {})))
    if dropped:
        yield "dropped", dropped
    if facts.get("not_honoured"):
        yield "not honoured", ", ".join(facts["not_honoured"])


def _orders(facts: Facts) -> str:
    collections = facts.get("collections", 0)
    parts = [
        f"{facts['orders']:,} at {facts['doors']:,} doors"
        + (f", {collections:,} of them collections" if collections else ""),
        f"{facts['parcels']:,} parcels, {facts['weight_kg']:,.0f} kg, {facts['volume_m3']:,.1f} m3",
        f"{facts['known_at_begin']:,} known when the day begins at {facts['day_begins'][:5]}",
    ]
    return "; ".join(parts)


def _vehicles(facts: Facts) -> str:
    types = ", ".join(f"{count:,} {kind}" for kind, count in facts["vehicles"].items())
    each = facts["orders_per_vehicle"]
    return f"{types or 'none'}" + (f"; {each:,.1f} orders per vehicle" if each is not None else "")


def _work(facts: Facts) -> str:
    work_h, shift_h = facts["work_hours_estimate"], facts["shift_hours"]
    share = f" ({work_h / shift_h:.0%})" if shift_h else ""
    return (
        f"about {work_h:,.1f} hours of work for {shift_h:,.1f} hours of shift{share}: "
        f"{facts['service_hours']:,.1f} at doors, {facts['driving_hours_estimate']:,.1f} driving"
    )


def _place(place: Mapping[str, Any]) -> str:
    if place["lat"] is None:
        return f"stop {place['node']:,} of the table"
    # Four decimals are 11 m: enough to find it on a map.
    return f"lat {place['lat']:.4f}, lon {place['lon']:.4f}, junction {place['node']:,}"


def _streets(facts: Facts) -> str:
    parts = [f"{facts['network']}: {facts['junctions']:,} junctions"]
    if "street_km" in facts:
        parts.append(f"{facts['street_km']:,.0f} km of street")
    if "addresses" in facts:
        parts.append(f"{facts['addresses']:,} addresses")
    return ", ".join(parts) + f"; for {' and '.join(facts['modes'])}"


def _dropped(strong: Mapping[str, Mapping[str, int]]) -> Iterable[str]:
    """Yield for each mode what does not belong to the part that can be reached and left again."""
    for mode, counted in strong.items():
        nodes, edges = counted.get("dropped_nodes", 0), counted.get("dropped_edges", 0)
        if nodes or edges:
            share = nodes / (nodes + counted.get("nodes", 0))
            yield f"{mode} {nodes:,} junctions ({share:.1%}) on islands or behind one-ways"
