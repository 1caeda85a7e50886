"""What a plan is worth: work, lateness and orders left out, in seconds of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from policies.blocks.gaps import LATE_WEIGHT, WAIT_WEIGHT
from policies.blocks.lines import Line
from twin import OrderView, View


@dataclass(frozen=True, slots=True)
class Prices:
    """What breaking a promise is worth, in seconds of work of the dearest vehicle.

    Both are choices of whoever runs the fleet; no paper knows them for another.

    Attributes
    ----------
    late_s
        A promise that is broken, however little.
    left_out_s
        An order that nobody serves. More than `late_s`: late is better than never.
    """

    late_s: float = 3600.0
    left_out_s: float = 14400.0


def work_s(line: Line, weight: float) -> float:
    """Return the work of a line: driving and overtime in full, waiting for windows in part.

    Parameters
    ----------
    weight
        What a second of the vehicle is worth against the dearest one.
    """
    count = len(line.items)
    there_s = line.departs_s[:count] + line.leg_s[:count]
    waits_s = float((line.begins_s - there_s).sum()) - sum(item.to_door_s for item in line.items)
    ends_s = float(line.departs_s[-1] + line.leg_s[-1]) if count else line.ends_s
    over_s = max(0.0, ends_s - line.ends_s)
    return weight * (float(line.leg_s.sum()) + WAIT_WEIGHT * waits_s + over_s)


def lateness_s(line: Line, prices: Prices) -> float:
    """Return what the broken promises of a line are worth, and what is driven to no more."""
    return sum(
        prices.left_out_s if late_s == inf else prices.late_s + LATE_WEIGHT * late_s
        for _, late_s in line.late()
    )


def left_out_s(orders: Iterable[OrderView], prices: Prices) -> float:
    """Return what orders that nobody serves are worth, urgent ones more."""
    return sum(prices.left_out_s * (1 + max(0, row.order.priority)) for row in orders)


def late_in(lines: Iterable[Line], view: View) -> list[OrderView]:
    """Return the orders that lines serve after they should have, or drive to no more today."""
    known = view.by_order
    return [known[one.id] for line in lines for one, _ in line.late() if one.id in known]
