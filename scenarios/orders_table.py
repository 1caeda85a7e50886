"""The table of orders: one row a door or one row a parcel, in any order of rows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from scenarios.csvfile import (
    Column,
    Findings,
    Row,
    read_amount,
    read_count,
    read_latitude,
    read_longitude,
    read_rows,
    read_text,
    read_whole,
    time_reader,
)
from scenarios.localday import LocalDay
from scenarios.problems import Refused, did_you_mean, shown
from scenarios.quantities import write_clock
from scenarios.requests import Request, Spot
from scenarios.schema import ScenarioSpec
from twin.model import ALWAYS, OrderKind, Parcel, PlaceKind, TimeWindow
from twin.units import tick_s


def read_listed(cell: str) -> tuple[str, ...]:
    """Return names separated by semicolons, sorted: skills, vehicles."""
    return tuple(sorted({read_text(part.strip()) for part in cell.split(";") if part.strip()}))


def order_columns(local: LocalDay) -> tuple[Column, ...]:
    """Return the columns of an orders table, read for a given day."""
    clock = time_reader(local)
    return (
        Column("id", read_text, "the order's id; rows with one id are its parcels", is_needed=True),
        Column("kind", _order_kind, "delivery or collection; empty: delivery"),
        Column("parcel", read_text, "the parcel's id, where a row is a parcel"),
        Column("lat", read_latitude, "latitude of the door, degrees"),
        Column("lon", read_longitude, "longitude of the door, degrees"),
        Column("node", read_text, "junction of the door, instead of lat and lon"),
        Column("address", read_text, "what makes two orders' doors the same one"),
        Column("placed", clock, "when it became known"),
        Column("ready", clock, "when it can be loaded; a collection: at the customer"),
        Column("window_opens", clock, "service begins no earlier"),
        Column("window_closes", clock, "service begins no later"),
        Column("promised", clock, "what the customer was told: no later than"),
        Column("kg", read_amount, "weight, of all parcels of the row"),
        Column("litres", read_amount, "volume, of all parcels of the row"),
        Column("parcels", read_count, "how many parcels, where a row is a door"),
        Column("longest_cm", read_amount, "longest side of a parcel"),
        Column("fixed_s", read_amount, "seconds at the door, once a visit"),
        Column("per_parcel_s", read_amount, "seconds at the door for each parcel"),
        Column("class", read_text, "service class"),
        Column("door", _door_kind, "household or business; empty: household"),
        Column("zone", read_text, "district of the door; empty: its square of the grid"),
        Column("opens", clock, "when the door opens"),
        Column("closes", clock, "when the door closes"),
        Column("locker", read_text, "locker it goes to, instead of a door"),
        Column("cancelled", clock, "when the customer cancelled it"),
        Column("agreed", _yes, "yes: the customer chose the window"),
        Column("notified", _yes, "yes: the customer was told when to expect us"),
        Column("depot", read_text, "depot it comes from, or goes to as a collection"),
        Column("client", read_text, "who sends it"),
        Column("priority", read_whole, "higher is more urgent"),
        Column("skills", read_listed, "what it asks of a driver, separated by ;"),
        Column("vehicle", read_text, "the vehicle it must go on"),
        Column("not_on", read_listed, "vehicles it must not go on, separated by ;"),
    )


def _order_kind(cell: str) -> OrderKind:
    if cell in ("household", "business"):
        raise Refused(
            f"a kind of door ({shown(cell)}), expected delivery or collection; put what a door is "
            "into a column door"
        )
    if cell not in ("delivery", "collection"):
        raise Refused(f"not a kind of order ({shown(cell)}), expected delivery or collection")
    return OrderKind(cell)


def _yes(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise Refused(f"neither yes nor no ({shown(cell)}), expected yes or no")
    return cell == "yes"


def _door_kind(cell: str) -> PlaceKind:
    if cell not in ("household", "business"):
        raise Refused(f"not a kind of door ({shown(cell)}), expected household or business")
    return PlaceKind(cell)


def read_orders(
    path: Path,
    mapping: Mapping[str, str],
    spec: ScenarioSpec,
    local: LocalDay,
    findings: Findings,
) -> Iterator[Request]:
    """Return the orders of a table, sorted by id: the order of its rows means nothing."""
    columns = order_columns(local)
    first: dict[str, Request] = {}
    rows_of: dict[str, dict[str, int]] = {}
    doors: dict[str, Request] = {}
    for row in read_rows(path, columns, mapping, findings):
        request = _request(row, spec, findings)
        if request is None:
            continue
        for words in _of_one_door(request, doors):
            findings.add(row.line, words)
        parcel = row.get("parcel")
        known = first.get(request.id)
        if known is None:
            first[request.id] = request
            rows_of[request.id] = {parcel or "": row.line}
        elif parcel is None or "" in rows_of[request.id]:
            findings.add(
                row.line,
                f"id: {shown(request.id)} stands on line {known.line} too, expected each once; "
                "if rows are parcels, add a column parcel",
            )
        elif parcel in rows_of[request.id]:
            findings.add(
                row.line,
                f"parcel: {shown(parcel)} of order {shown(request.id)} stands on line "
                f"{rows_of[request.id][parcel]} too, expected each once",
            )
        elif replace(request, line=known.line, parcels=known.parcels) != known:
            findings.add(
                row.line,
                f"id: order {shown(request.id)} differs from its row on line {known.line}, "
                "expected one door, window and class per order; mend one of the rows",
            )
        else:
            rows_of[request.id][parcel] = row.line
            first[request.id] = replace(known, parcels=known.parcels + request.parcels)
    return iter([_sorted_parcels(first[order_id]) for order_id in sorted(first)])


def _of_one_door(request: Request, doors: dict[str, Request]) -> Iterator[str]:
    """Yield where a row and an earlier one of the same door say different things of it.

    Parameters
    ----------
    doors
        The first row of each door that says anything; kept up to date here.
    """
    spot = request.door
    if not (spot.zone or spot.hours):
        return
    known = doors.setdefault(spot.key, request)
    if (known.door.zone, known.door.hours) != (spot.zone, spot.hours):
        yield (
            f"zone, opens and closes differ from those of the same door on line {known.line}, "
            "expected the same or none; mend one of the rows"
        )


def _sorted_parcels(request: Request) -> Request:
    ordered = sorted(request.parcels, key=lambda p: (p.grams, p.millilitres, p.longest_mm))
    return replace(request, parcels=tuple(ordered))


def _request(row: Row, spec: ScenarioSpec, findings: Findings) -> Request | None:
    problems = list(_row_problems(row, spec))
    for words in problems:
        findings.add(row.line, words)
    if problems:
        return None
    opens, closes = row.get("window_opens"), row.get("window_closes")
    window = TimeWindow(
        ALWAYS.opens_at_s if opens is None else opens,
        ALWAYS.closes_at_s if closes is None else closes,
    )
    promised, placed = row.get("promised"), row.get("placed")
    promise = None
    if promised is not None:
        begins = window.opens_at_s if opens is not None else (placed or 0.0)
        promise = TimeWindow(min(begins, promised), promised)
    per_parcel_s, fixed_s = row.get("per_parcel_s"), row.get("fixed_s")
    return Request(
        id=row.get("id"),
        door=_spot(row),
        kind=row.get("kind") or OrderKind.DELIVERY,
        line=row.line,
        placed_at_s=placed,
        ready_at_s=row.get("ready"),
        window=window,
        promise=promise,
        parcels=_parcels(row),
        service_class=row.get("class") or "standard",
        depot=row.get("depot"),
        client=row.get("client") or "",
        priority=row.get("priority") or 0,
        skills=row.get("skills") or (),
        fixed_s=None if fixed_s is None else tick_s(fixed_s),
        per_parcel_s=None if per_parcel_s is None else tick_s(per_parcel_s),
        agreed=row.get("agreed") or False,
        notified=row.get("notified") or False,
        out_of_home=row.get("locker") is not None,
        locker=row.get("locker"),
        cancelled_at_s=row.get("cancelled"),
        pinned_to=row.get("vehicle"),
        not_on=row.get("not_on") or (),
    )


def _row_problems(row: Row, spec: ScenarioSpec) -> Iterator[str]:
    """Yield what is wrong between the cells of an orders row."""
    lat, lon, node = row.get("lat"), row.get("lon"), row.get("node")
    yield from _locker_problems(row, spec)
    if row.get("locker") is None and node is None and (lat is None or lon is None):
        yield "no place, expected lat and lon, or node"
    if node is not None and lat is not None:
        yield "two places, expected either lat and lon or node"
    opens, closes = row.get("window_opens"), row.get("window_closes")
    if opens is not None and closes is not None and closes < opens:
        yield (
            f"window_closes: {write_clock(closes)} is before window_opens {write_clock(opens)}, "
            "expected later; past midnight write 25:10"
        )
    placed = row.get("placed")
    for name in ("ready", "promised", "window_closes", "cancelled"):
        at_s = row.get(name)
        if placed is not None and at_s is not None and at_s < placed:
            yield (
                f"{name}: {write_clock(at_s)} is before it was placed at {write_clock(placed)}, "
                "expected later; past midnight write 25:10"
            )
    if row.get("parcel") is not None and row.get("parcels") not in (None, 1):
        yield "a parcel and a number of parcels, expected one of the two columns"
    service_class = row.get("class") or "standard"
    if service_class not in spec.service_classes:
        yield (
            f"class: unknown ({shown(service_class)})"
            f"{did_you_mean(service_class, spec.service_classes)}, expected one of "
            f"{', '.join(spec.service_classes)}; add it to `service_classes:`"
        )
    yield from unknown_depot(row, spec)


def _locker_problems(row: Row, spec: ScenarioSpec) -> Iterator[str]:
    """Yield what is wrong with the locker and the opening hours of a row, if anything."""
    locker = row.get("locker")
    known = [*spec.lockers.at, *(f"{n:02d}" for n in range(1, spec.lockers.count + 1))]
    if locker is not None and locker not in known:
        yield (
            f"locker: unknown ({shown(locker)}){did_you_mean(locker, known)}, expected one of "
            f"{', '.join(known) or 'none'}; add it to `lockers: {{at: }}`"
        )
    if locker is not None and row.get("kind") is OrderKind.COLLECTION:
        yield "locker: of a collection, expected one of a delivery; remove one of them"
    opens, closes = row.get("opens"), row.get("closes")
    if (opens is None) != (closes is None):
        yield "only half of the hours, expected opens and closes"
    elif opens is not None and closes < opens:
        yield (
            f"closes: {write_clock(closes)} is before opens {write_clock(opens)}, expected later; "
            "past midnight write 25:10"
        )
    if row.get("agreed") and row.get("window_opens") is None and row.get("window_closes") is None:
        yield "agreed: without a window, expected one; add window_opens and window_closes"


def unknown_depot(row: Row, spec: ScenarioSpec) -> Iterator[str]:
    """Yield what is wrong with a depot named in a row, if anything."""
    depot = row.get("depot")
    if depot is not None and depot not in spec.depots:
        yield (
            f"depot: unknown ({shown(depot)}){did_you_mean(depot, spec.depots)}, expected one of "
            f"{', '.join(spec.depots)}; add it to `depots:`"
        )


def _spot(row: Row) -> Spot:
    lat, lon, node = row.get("lat"), row.get("lon"), row.get("node")
    if node is None and lat is None:
        return Spot(f"locker {row.get('locker')}")
    # 1e-6 degrees are 0.1 m: the same door written twice.
    place = f"node {node}" if node is not None else f"{lat:.6f},{lon:.6f}"
    address = row.get("address")
    key = f"{address} @ {place}" if address is not None else place
    opens, closes = row.get("opens"), row.get("closes")
    return Spot(
        key,
        lat,
        lon,
        node,
        row.get("door") or PlaceKind.HOUSEHOLD,
        zone=row.get("zone") or "",
        hours=() if opens is None else (TimeWindow(opens, closes),),
    )


def _parcels(row: Row) -> tuple[Parcel, ...]:
    """Return the parcels of a row; weight and volume are dealt evenly, whole units each."""
    count = row.get("parcels") or 1
    grams = round((row.get("kg") or 0.0) * 1000)
    millilitres = round((row.get("litres") or 0.0) * 1000)
    longest_mm = round((row.get("longest_cm") or 0.0) * 10)
    return tuple(
        Parcel(
            grams // count + (at < grams % count),
            millilitres // count + (at < millilitres % count),
            longest_mm,
        )
        for at in range(count)
    )
