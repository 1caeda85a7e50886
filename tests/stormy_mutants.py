"""More damages: to days on which everything goes wrong."""

from collections.abc import Callable

from kept_days import Line, Lines
from mutants import Mutant, again, edited, nth, with_fields, without

from twin.units import TICK_S


def _one_more(field: str) -> Callable[[Line], object]:
    """Return an edit that makes a number larger by one."""
    return lambda one: one.update({field: one[field] + 1})


def _closed_where_driven(lines: Lines) -> Lines:
    """Let the first incident close, all day long, a street that was driven through."""
    incident = lines[nth(lines, "IncidentKnown")]["incident"]
    driven = next(one for one in lines if one["event"] == "Arrived" and len(one["edges"]) > 1)
    incident.update(edges=driven["edges"][1:], begins_at_s=0.0, ends_at_s=99_999.0, speed=0.0)
    return lines


def _cancelled_before(lines: Lines) -> Lines:
    """Let the order that is cancelled be one that is delivered later."""
    k = nth(lines, "OrderCancelled")
    later = [one["order"] for one in lines[k:] if one["event"] == "Delivered"]
    lines[k]["order"] = later[0]
    return lines


def _never_mended(lines: Lines) -> Lines:
    """Let a vehicle go on without its repair having ended."""
    k = nth(lines, "Repaired")
    if not any(
        one.get("vehicle") == lines[k]["vehicle"] and one["event"] == "Departed"
        for one in lines[k:]
    ):
        raise IndexError
    del lines[k]
    return lines


def _gained(lines: Lines) -> Lines:
    """Let a breakdown on the way say one metre more than was driven."""
    one = next(one for one in lines if one["event"] == "BrokeDown" and one["edges"])
    one["lengths_m"][-1] += 1000.0
    return lines


def _towed_empty(lines: Lines) -> Lines:
    next(one for one in lines if one["event"] == "Towed" and one["orders"])["orders"].clear()
    return lines


def _short_break(lines: Lines) -> Lines:
    """Let the first break that was due for driving or work end a tick early."""
    k = next(
        k
        for k, one in enumerate(lines)
        if one["event"] == "BreakBegan" and one["why"] in {"driving", "work"}
    )
    vehicle = lines[k]["vehicle"]
    end = lines[nth(lines, "BreakEnded", sum(
        one["event"] == "BreakEnded" and one["vehicle"] == vehicle for one in lines[:k]
    ), vehicle=vehicle)]  # fmt: skip
    end["at_s"] -= TICK_S
    return sorted(lines, key=lambda one: one["at_s"])


def _skipped_break(lines: Lines) -> Lines:
    """Leave out the first break that was due, after which the vehicle goes on at once."""
    k = nth(lines, "BreakBegan", why="driving")
    mine = [one for one in lines[k:] if one.get("vehicle") == lines[k]["vehicle"]]
    if mine[2]["event"] not in {"Departed", "ServiceBegan"}:
        raise IndexError
    return [one for one in lines if one is not mine[0] and one is not mine[1]]


STORMY = (
    Mutant("handed over by nobody", "handed-over-and-taken", without("HandedOver")),
    Mutant("taken over by nobody", "handed-over-and-taken", without("TakenOver")),
    Mutant("a meeting elsewhere", "both-present", with_fields("HandOverBegan", place="door 1")),
    Mutant("more charged than there was time for", "battery",
           edited("Recharged", _one_more("kwh"))),
    Mutant("more power than a charger gives", "chargers",
           edited("RechargeBegan", _one_more("kw"))),
    Mutant("walked a metre more", "on-foot", edited("Walked", _one_more("walk_m"))),
    Mutant("towed, and the goods are gone", "towed-with-its-goods", _towed_empty),
    Mutant("a repair that never ended", "down-does-nothing", _never_mended),
    Mutant("helped though nothing broke", "helped-when-down", without("BrokeDown")),
    Mutant("farther than it came", "drives-the-way-it-took", _gained),
    Mutant("a spare that took no duty over", "shift-begins", without("DutyMoved")),
    Mutant("given to a carrier twice", "tender-kept", again("OrderTendered")),
    Mutant("told by another carrier", "told-by-its-carrier",
           with_fields("CarrierDelivered", carrier="somebody")),
    Mutant("a rest a tick too short", "breaks-whole", _short_break),
    Mutant("a break skipped that was due", "no-gap", _skipped_break),
    Mutant("wanted no longer, and delivered", "order-ends-once", _cancelled_before),
    Mutant("through a street that was closed", "closed-street", _closed_where_driven),
    Mutant("turned where no junction is", "drives-the-way-it-took",
           edited("Diverted", _one_more("node"))),
)  # fmt: skip
"""Damage to days on which everything goes wrong: done to the first one that has what it needs."""
