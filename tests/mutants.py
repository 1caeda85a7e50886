"""The library of damages: what is done to the lines of a day, and which rule must say so."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from kept_days import Damage, Line, Lines

from twin.units import TICK_S


@dataclass(frozen=True)
class Mutant:
    """A day that cannot have happened: how it is made, and the rule that must find it."""

    name: str
    rule: str
    damage: Damage


def nth(lines: Lines, kind: str, n: int = 0, **fields: object) -> int:
    """Return the index of the n-th line of a kind with these fields."""
    found = [
        k
        for k, one in enumerate(lines)
        if one["event"] == kind and all(one.get(name) == value for name, value in fields.items())
    ]
    return found[n]


def with_fields(kind: str, n: int = 0, where: Line | None = None, **fields: object) -> Damage:
    """Return the damage of other fields in a line."""

    def damage(lines: Lines) -> Lines:
        lines[nth(lines, kind, n, **(where or {}))].update(fields)
        return lines

    return damage


def edited(kind: str, edit: Callable[[Line], object], n: int = 0, **where: object) -> Damage:
    """Return the damage that a function does to a line."""

    def damage(lines: Lines) -> Lines:
        edit(lines[nth(lines, kind, n, **where)])
        return lines

    return damage


def without(kind: str, n: int = 0, **where: object) -> Damage:
    """Return the damage of a line left out."""

    def damage(lines: Lines) -> Lines:
        del lines[nth(lines, kind, n, **where)]
        return lines

    return damage


def again(kind: str, n: int = 0, **where: object) -> Damage:
    """Return the damage of a line that stands there twice."""

    def damage(lines: Lines) -> Lines:
        k = nth(lines, kind, n, **where)
        return [*lines[: k + 1], deepcopy(lines[k]), *lines[k + 1 :]]

    return damage


def put(new: Line, before: str, n: int = 0, **where: object) -> Damage:
    """Return the damage of a line more, at the time of the one it is put before."""

    def damage(lines: Lines) -> Lines:
        k = nth(lines, before, n, **where)
        return [*lines[:k], {"at_s": lines[k]["at_s"], **new}, *lines[k:]]

    return damage


def all_of(*damages: Damage) -> Damage:
    """Return several damages, one after the other."""

    def damage(lines: Lines) -> Lines:
        for one in damages:
            lines = one(lines)
        return lines

    return damage


def header(edit: Callable[[Line], object]) -> Damage:
    """Return the damage of another header."""
    return edited("DayBegan", edit)


def placed(order_id: str, **fields: object) -> Damage:
    """Return the damage of an order that was placed with other fields."""

    def damage(lines: Lines) -> Lines:
        for one in lines:
            if one["event"] == "OrderPlaced" and one["order"]["id"] == order_id:
                one["order"].update(fields)
        return lines

    return damage


def moved(kind: str, by: int, n: int = 0, **where: object) -> Damage:
    """Return the damage of a line that stands some lines earlier or later, its time unchanged."""

    def damage(lines: Lines) -> Lines:
        k = nth(lines, kind, n, **where)
        one = lines.pop(k)
        return [*lines[: k + by], one, *lines[k + by :]]

    return damage


V1: dict[str, Any] = {"vehicle": "v1"}
V2: dict[str, Any] = {"vehicle": "v2"}
STANDING = {
    "node": 1, "edges": [], "lengths_m": [], "entered_at_s": [], "cause": "breakdown",
    "place": {"id": "near", "kind": "household", "nodes": {"drive": 1}},
}  # fmt: skip
"""What a breakdown at the door ``near`` says of where it is."""


def _one_tick_later(lines: Lines) -> Lines:
    k = nth(lines, "Departed", **V2)
    for one in lines[k : nth(lines, "ServiceBegan", **V2) + 1]:
        if one.get("vehicle") == "v2":
            one["at_s"] += TICK_S
            one["entered_at_s"] = [at_s + TICK_S for at_s in one.get("entered_at_s", ())]
    lines[nth(lines, "Delivered", **V2)]["began_at_s"] += TICK_S
    return sorted(lines, key=lambda one: one["at_s"])


def _by_way_of(edges: list[int], nodes: list[int]) -> Damage:
    """Return the damage of a detour at the begin of the first leg of v2, of 10 s an edge."""

    def damage(lines: Lines) -> Lines:
        leg, end = lines[nth(lines, "Departed", **V2)], lines[nth(lines, "Arrived", **V2)]
        leg["edges"], leg["nodes"] = [*edges, *leg["edges"]], [*nodes, *leg["nodes"][1:]]
        leg["lengths_m"] = end["lengths_m"] = [600.0] * len(leg["edges"])
        end["edges"] = leg["edges"]
        end["entered_at_s"] = [leg["at_s"] + 10.0 * k for k in range(len(leg["edges"]))]
        return lines

    return damage


def _closes(edge: int, at_s: float) -> Damage:
    incident = {
        "id": "works", "kind": "closure", "edges": [edge], "begins_at_s": at_s, "speed": 0.0,
        "ends_at_s": at_s + 30, "known_at_s": at_s,
    }  # fmt: skip
    return put({"event": "IncidentKnown", "incident": incident}, "ShiftBegan")


def _overtaken(lines: Lines) -> Lines:
    """Let v2, first into the street, leave it after v1."""
    k = nth(lines, "Arrived", **V2)
    lines[k]["at_s"] = 160.0
    return sorted(lines, key=lambda one: one["at_s"])


def _hand_over(order_id: str, other: str, place: str, *, gives: bool = True) -> Line:
    return {
        "event": "HandOverBegan", "vehicle": "v1", "other": other, "place": place,
        "orders": [order_id], "gives": gives,
    }  # fmt: skip


def _plugs(count: int, kw: float) -> Damage:
    """Return the damage of both vans charging at the depot when the shift begins."""
    has = {"count": count, "kw": 11.0, "site_kw": None}
    plug = {"event": "RechargeBegan", "place": "depot", "kw": kw}
    return all_of(
        header(lambda day: day["places"][0].update(chargers=has)),
        put({**plug, **V1}, "LoadingBegan"),
        put({**plug, **V2}, "LoadingBegan"),
    )


def _electric(day: Line, battery_kwh: float) -> None:
    for vehicle in day["vehicles"]:
        vehicle["energy"] = {
            "fuel": "electricity", "per_km": 1.0, "battery_kwh": battery_kwh,
            "full_load_share": 0.0, "charge_kw": None, "begins_share": 1.0,
        }  # fmt: skip


def _hours(**limits: object) -> Damage:
    def edit(day: Line) -> None:
        for one in day["duties"]:
            one["hours"].update(limits)

    return header(edit)


def _tendered(**carrier: object) -> Damage:
    """Return the damage of giving order d to an overflow carrier when it comes."""
    row = {"id": "other", "kind": "overflow", "tender_by_s": None, "cap": None, **carrier}
    tender = {"event": "OrderTendered", "order": "d", "carrier": "other"}
    return all_of(header(lambda day: day["carriers"].append(row)), put(tender, "PlanMade", 9))


def _window(opens_s: float, closes_s: float) -> Line:
    return {"opens_at_s": opens_s, "closes_at_s": closes_s}


def _notice(order_id: str, closes_s: float = 1900.0) -> Line:
    return {"order": order_id, "expected": _window(0.0, closes_s), "say": "notify"}


def _told(order_id: str, closes_s: float = 1900.0) -> Line:
    told = _notice(order_id, closes_s)
    return {"event": "CustomerTold", "order": order_id, "expected": told["expected"]}


B_LATER = {"order": "b", "window": _window(1000.0, 1900.0), "say": "offer window"}
ASKED_B: Line = {"event": "OfferMade", "offer": B_LATER}
YES_OF_B: Line = {"event": "OfferAnswered", "order": "b", "accepted": True}


def _says(n: int, planned: Lines, *said: Line) -> Damage:
    """Return the damage of a plan with messages, and lines that follow it at once."""

    def damage(lines: Lines) -> Lines:
        k = nth(lines, "PlanMade", n)
        lines[k]["messages"] = planned
        return [*lines[: k + 1], *({"at_s": lines[k]["at_s"], **one} for one in said),
                *lines[k + 1 :]]  # fmt: skip

    return damage


def _changes_b(what: str, **fields: object) -> Damage:
    """Return the damage of a line more that changes order b, after the last yes if there is one."""

    def damage(lines: Lines) -> Lines:
        b = next(one["order"] for one in lines if one.get("event") == "OrderPlaced"
                 and one["order"]["id"] == "b")  # fmt: skip
        asked = any(one["event"] == "OfferAnswered" for one in lines)
        k = nth(lines, "OfferAnswered" if asked else "Loaded") + 1
        changed = {"at_s": lines[k - 1]["at_s"], "event": "OrderChanged", "what": what,
                   "order": {**b, **fields}, "places": []}  # fmt: skip
        return [*lines[:k], changed, *lines[k:]]

    return damage


def _bound(order_id: str, **said: object) -> Line:
    return {"event": "OrderBound", "order": order_id, "pinned_to": None, "not_on": [], **said}


MUTANTS = (
    # Time and the journal's frame
    Mutant("a line that is no JSON object", "readable", with_fields("Loaded", event="Loded")),
    Mutant("a field left out", "readable", edited("Loaded", lambda one: one.pop("orders"))),
    Mutant("a field of another kind", "readable", with_fields("Arrived", node="near")),
    Mutant("an unknown cause", "known-words", with_fields("AttemptFailed", cause="asleep")),
    Mutant("no end", "begins-and-ends", without("DayEnded")),
    Mutant("no header", "begins-and-ends", without("DayBegan")),
    Mutant("two headers", "begins-and-ends", again("DayBegan")),
    Mutant("something after the end", "begins-and-ends", moved("DutyEnded", 1, 1)),
    Mutant("two lines swapped", "order-of-time", moved("Arrived", 3, **V1)),
    Mutant("an instant between two ticks", "on-the-tick", with_fields("Arrived", at_s=140.06)),
    Mutant("an end before its begin", "cause-before-effect",
           with_fields("Delivered", began_at_s=171.0)),
    Mutant("loaded before it was placed", "cause-before-effect", moved("OrderPlaced", 12)),
    Mutant("a van from nowhere", "cause-before-effect", with_fields("Loaded", vehicle="v9")),
    Mutant("placed later than it came", "placed-when-it-comes", placed("d", placed_at_s=650.0)),
    Mutant("an answer before its question", "answers-follow-questions",
           with_fields("PlanMade", 1, asked_at_s=171.0)),
    Mutant("a question answered twice", "answers-follow-questions", again("PlanMade", 1)),
    # Orders and parcels
    Mutant("a lost order", "all-orders-accounted-for", without("OrderDeclined")),
    Mutant("an order carried over that was delivered", "all-orders-accounted-for",
           with_fields("DayEnded", carried_over=["a"])),
    Mutant("an order twice", "order-placed-once", again("OrderPlaced")),
    Mutant("delivered twice", "order-ends-once", again("Delivered")),
    Mutant("declined and delivered", "order-ends-once", with_fields("OrderDeclined", order="a")),
    Mutant("cancelled, then delivered", "order-ends-once",
           put({"event": "OrderCancelled", "order": "d"}, "ServiceBegan", 5)),
    Mutant("returned twice", "littles-law", again("Returned")),
    Mutant("a parcel from nowhere", "parcels-conserved",
           all_of(with_fields("LoadingBegan", 2, load=["d", "g"]),
                  with_fields("Loaded", 2, orders=["d", "g"]))),
    Mutant("unloaded what another holds", "parcels-conserved",
           all_of(with_fields("LoadingBegan", 3, unload=["b", "f", "c", "d"]),
                  with_fields("Unloaded", orders=["b", "f", "c", "d"]))),
    Mutant("served what nobody planned", "as-planned",
           edited("PlanMade", lambda one: one["routes"].pop("v2"))),
    Mutant("parcels that change in number", "changed-in-words-only",
           lambda lines: put({"event": "OrderChanged", "what": "window", "places": [],
                              "order": {**lines[1]["order"], "parcels": []}}, "ShiftBegan")(lines)),
    # Duties
    Mutant("parking while driving", "one-activity",
           put({"event": "ParkingBegan", "place": "near", **V2}, "Loaded", 1)),
    Mutant("loading while serving", "one-activity",
           put({"event": "LoadingBegan", "place": "near", "unload": [], "load": [],
                "preloaded": False, **V1}, "Delivered", 1)),
    Mutant("an end without a begin", "ends-what-began", again("Loaded")),
    Mutant("a gap of one tick", "no-gap", _one_tick_later),
    Mutant("driving off duty", "on-duty", without("ShiftBegan")),
    Mutant("a shift begun too early", "shift-begins",
           header(lambda day: day["duties"][0]["shift"].update(opens_at_s=TICK_S))),
    Mutant("a shift of somebody else's van", "shift-begins",
           header(lambda day: day["duties"][0].update(vehicle="v2"))),
    Mutant("one driver on two vans", "shift-begins",
           header(lambda day: day["duties"][1].update(driver="driver-v1"))),
    Mutant("gone home before the shift's end", "shift-ends",
           header(lambda day: day["duties"][0]["shift"].update(closes_at_s=2000.0 + TICK_S))),
    Mutant("at the end not at home", "shift-ends",
           header(lambda day: day["vehicles"][0].update(ends_at="far"))),
    Mutant("a stop departed for after the shift", "overtime",
           header(lambda day: day["duties"][0]["shift"].update(closes_at_s=449.0))),
    Mutant("seconds that were lived twice", "whole-duty", with_fields("Delivered", 1, at_s=100.0)),
    Mutant("a skill that is missing", "skills",
           header(lambda day: day["drivers"][1].update(skills=[]))),
    # Breaks
    Mutant("a break skipped", "hours-of-service", _hours(work_most_s=300.0, work_rest_s=60.0)),
    Mutant("driving without a rest", "hours-of-service",
           _hours(drive_most_s=180.0, drive_rest_s=60.0)),
    Mutant("no meal", "meals", _hours(meal={"opens_at_s": 150.0, "closes_at_s": 500.0}, meal_s=60)),
    Mutant("a break too short", "breaks-whole", all_of(
        _hours(work_most_s=9000.0, work_rest_s=60.0),
        put({"event": "BreakBegan", "place": "near", "why": "work", **V2}, "Departed", 2),
        put({"event": "BreakEnded", **V2}, "Departed", 2))),
    # Driving
    Mutant("teleported", "leaves-from-where-it-is",
           with_fields("Departed", 2, node=3, place="far")),
    Mutant("a leg that ends elsewhere", "leaves-from-where-it-is",
           with_fields("Departed", to="far")),
    Mutant("driving without the driver", "leaves-from-where-it-is",
           put({"event": "Walked", "place": "far", "walk_m": 9.0, **V2}, "Departed", **V2)),
    Mutant("arrived on another way", "drives-the-way-it-took", with_fields("Arrived", edges=[1])),
    Mutant("arrived halfway", "drives-the-way-it-took",
           with_fields("Arrived", 3, edges=[2], lengths_m=[600.0], entered_at_s=[450.0], node=2)),
    Mutant("an edge entered before the one before", "drives-the-way-it-took",
           with_fields("Arrived", 5, entered_at_s=[600.0, 660.0, 650.0])),
    Mutant("more aboard than was loaded", "aboard",
           edited("Departed", lambda one: one["aboard"].update(grams=5001))),
    Mutant("streets of another town", "named-network",
           header(lambda day: day["identity"].update(network_sha256="ab12"))),
    Mutant("a wrong edge", "edge-exists", _by_way_of([4, 5], [0, 1, 0])),
    Mutant("an edge that is not there", "edge-exists", _by_way_of([6, 7], [0, 1, 0])),
    Mutant("a one-way street backwards", "one-way", _by_way_of([0, 0], [0, 1, 0])),
    Mutant("a street made shorter", "edge-length",
           all_of(with_fields("Departed", lengths_m=[599.0]),
                  with_fields("Arrived", lengths_m=[599.0]))),
    Mutant("a mode on streets closed to it", "access",
           header(lambda day: day["vehicles"][0].update(mode="bike"))),
    Mutant("at the speed of sound", "no-teleporting",
           with_fields("Arrived", 5, entered_at_s=[600.0, 601.0, 602.0])),
    Mutant("a tick faster than the street allows", "travel-time",
           with_fields("Arrived", at_s=140.0 - TICK_S)),
    Mutant("a closed street entered", "closed-street", _closes(2, 175.0)),
    Mutant("overtaken in a street", "first-in-first-out", _overtaken),
    Mutant("an incident over that nobody knew", "incidents-in-order",
           put({"event": "IncidentOver", "incident": "works"}, "Loaded")),
    # At the door
    Mutant("served where it is not", "where-it-stands",
           with_fields("ServiceBegan", 1, place="far")),
    Mutant("served at the wrong door", "right-door", placed("a", destination="far")),
    Mutant("delivered what is not aboard", "right-door", moved("Loaded", 7)),
    Mutant("served a tick early", "not-early",
           placed("g", window={"opens_at_s": 140.0 + TICK_S, "closes_at_s": 900.0})),
    Mutant("a hard window broken by a tick", "hard-window",
           placed("a", window={"opens_at_s": 0.0, "closes_at_s": 150.0 - TICK_S})),
    Mutant("a window missed that was open", "missed-in-earnest",
           placed("f", window={"opens_at_s": 0.0, "closes_at_s": 240.0})),
    Mutant("served where it is closed", "opening-hours",
           edited("OrderPlaced", lambda one: one["places"][0].update(
               hours=[{"opens_at_s": 900.0, "closes_at_s": 1000.0}]))),
    Mutant("two outcomes of one attempt", "one-outcome",
           put({"event": "AttemptFailed", "place": "near", "order": "a", "attempt": 1,
                "began_at_s": 150.0, "cause": "absent", **V1}, "Delivered", 1)),
    Mutant("a collection delivered", "one-outcome", with_fields("Collected", event="Delivered")),
    Mutant("an attempt miscounted", "attempts-counted",
           with_fields("AttemptFailed", 2, attempt=1)),
    Mutant("an attempt too many", "attempts-at-most",
           header(lambda day: day["service_classes"]["twice"].update(max_attempts=1))),
    Mutant("tried again though tomorrow is its turn", "attempts-at-most",
           header(lambda day: day["service_classes"]["twice"].update(retry="tomorrow"))),
    Mutant("returned before its last attempt", "returned-after-failing",
           header(lambda day: day["service_classes"]["twice"].update(max_attempts=3))),
    Mutant("a locker fuller than full", "lockers",
           edited("OrderPlaced", lambda one: one["places"][0].update(kind="locker", slots=0))),
    Mutant("a service without an outcome", "outcomes-for-all", without("Delivered", 2)),
    # Goods
    Mutant("a gram over capacity", "capacity",
           placed("g", parcels=[{"grams": 5001, "millilitres": 0, "longest_mm": 0}])),
    Mutant("a millilitre over capacity", "capacity",
           placed("g", parcels=[{"grams": 1, "millilitres": 10**6 + 1, "longest_mm": 0}])),
    Mutant("a parcel over capacity", "capacity",
           header(lambda day: day["vehicles"][0]["capacity"].update(parcels=2))),
    Mutant("a parcel too long", "capacity",
           placed("g", parcels=[{"grams": 1, "millilitres": 1, "longest_mm": 2**53 + 2}])),
    Mutant("loaded something else than begun", "handled-as-begun",
           with_fields("LoadingBegan", load=["a", "b"])),
    Mutant("loaded before it was ready", "ready-to-load", placed("g", ready_at_s=TICK_S)),
    Mutant("preloaded at noon", "preloaded-before", with_fields("LoadingBegan", 2, preloaded=True)),
    Mutant("two vans at one dock", "docks", header(lambda day: day["places"][0].update(docks=1))),
    Mutant("a hand-over with one absent", "both-present",
           put(_hand_over("b", "v2", "mid"), "Departed", 4)),
    Mutant("handed over and taken by nobody", "handed-over-and-taken", all_of(
        put({"event": "HandedOver", "vehicle": "v1", "taker": "v2", "place": "far",
             "orders": ["b"]}, "Departed", 5))),
    # Trouble
    Mutant("a breakdown ignored", "down-does-nothing",
           put({"event": "BrokeDown", **STANDING, **V2}, "Departed", 2)),
    Mutant("delivered while down", "down-does-nothing",
           put({"event": "BrokeDown", **STANDING, **V1}, "Delivered", 1)),
    Mutant("repaired without a breakdown", "helped-when-down",
           put({"event": "Repaired", **V2}, "Departed", 2)),
    Mutant("towed without its goods", "towed-with-its-goods", all_of(
        put({"event": "BrokeDown", **STANDING, **V1}, "Departed", 3),
        put({"event": "Towed", "place": "depot", "node": 0, "orders": [], **V1}, "Departed", 3))),
    Mutant("more repairs than crews", "repair-crews", all_of(
        header(lambda day: day["rules"].update(repair_crews=1)),
        put({"event": "BrokeDown", **STANDING, **V1}, "Departed", 3),
        put({"event": "BrokeDown", **STANDING, **V2}, "Departed", 3),
        put({"event": "RepairBegan", **V1}, "Departed", 3),
        put({"event": "RepairBegan", **V2}, "Departed", 3))),
    Mutant("two vans at one charger", "chargers", _plugs(1, 11.0)),
    Mutant("more power than the charger has", "chargers", _plugs(2, 11.5)),
    Mutant("a battery below nothing", "battery", header(lambda day: _electric(day, 2.9))),
    Mutant("a battery charged by magic", "battery", all_of(
        header(lambda day: _electric(day, 20.0)),
        put({"event": "Recharged", "place": "depot", "kwh": 3.0, **V1}, "LoadingBegan"))),
    # What the dispatcher was told
    Mutant("an order on another van than it is pinned to", "vehicles-as-told",
           put(_bound("a", pinned_to="v2"), "PlanMade")),
    Mutant("an order on a van that must not have it", "vehicles-as-told",
           put(_bound("c", not_on=["v1"]), "PlanMade")),
    Mutant("a pinned order given away", "vehicles-as-told", all_of(
        _tendered(), put(_bound("d", pinned_to="v2"), "OrderTendered"))),
    # Talk with customers
    Mutant("told after it was delivered", "told-while-open",
           _says(8, [_notice("a")], _told("a"))),
    Mutant("told while it is served", "told-while-open", _says(1, [_notice("a")], _told("a"))),
    Mutant("told of a time that is over", "told-while-open",
           _says(1, [_notice("b", 169.0)], _told("b", 169.0))),
    Mutant("told what no plan says", "said-as-planned", _says(1, [], _told("b"))),
    Mutant("told otherwise than planned", "said-as-planned",
           _says(1, [_notice("b")], _told("b", 1800.0))),
    Mutant("planned and never said", "said-as-planned", _says(1, [_notice("b")])),
    Mutant("a warning about an order that is not there", "beliefs-of-known-orders",
           with_fields("PlanMade", 1, warned=["x"])),
    Mutant("an arrival at an order that is yet to come", "beliefs-of-known-orders",
           with_fields("PlanMade", 1, arrivals={"d": 800.0})),
    Mutant("answered without being asked", "answers-follow-offers", _says(1, [], YES_OF_B)),
    Mutant("asked again before the answer", "answers-follow-offers",
           _says(1, [B_LATER, B_LATER], ASKED_B, ASKED_B)),
    Mutant("a yes that changes nothing", "answers-follow-offers",
           _says(1, [B_LATER], ASKED_B, YES_OF_B)),
    Mutant("a yes to another window", "answers-follow-offers", all_of(
        _says(1, [B_LATER], ASKED_B, YES_OF_B),
        _changes_b("window agreed", window=_window(1000.0, 1800.0),
                   promise=_window(1000.0, 1900.0), agreed=True))),
    Mutant("a no that changes the order", "answers-follow-offers", all_of(
        _says(1, [B_LATER], ASKED_B, {**YES_OF_B, "accepted": False}),
        _changes_b("window agreed", window=B_LATER["window"], promise=B_LATER["window"],
                   agreed=True))),
    Mutant("agreed to nothing", "answers-follow-offers", _changes_b("locker agreed")),
    Mutant("told all along, all at once", "answers-follow-offers",
           _changes_b("window", notified=True)),
    # Others' carriers
    Mutant("tendered after its hour", "tender-kept", _tendered(tender_by_s=699.0)),
    Mutant("tendered beyond the cap", "tender-kept", _tendered(cap=0)),
    Mutant("delivered by a carrier that never had it", "told-by-its-carrier",
           put({"event": "CarrierDelivered", "order": "d", "carrier": "other", "began_at_s": 700.0},
               "Departed", 8)),
)  # fmt: skip
