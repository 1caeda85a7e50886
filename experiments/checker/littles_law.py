"""Little's law on the day's own interval: two ways of counting the time that orders are open."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from experiments.checker.day import Day
from experiments.checker.rules import Given, Look, Rule, remembering
from experiments.checker.words import Event

_STEPS: Final = {
    "OrderPlaced": 1,
    "Delivered": -1,
    "Collected": -1,
    "Returned": -1,
    "OrderDeclined": -1,
    "OrderCancelled": -1,
    "CarrierDelivered": -1,
}


class _LittlesLaw:
    def __init__(self, _: Given) -> None:
        self._open = 0
        self._since_s = Fraction(0)
        self._order_s = Fraction(0)

    def look(self, day: Day, event: Event) -> Iterator[str]:
        at_s = Fraction(event["at_s"])
        self._order_s += self._open * (at_s - self._since_s)
        self._since_s = at_s
        self._open += _STEPS.get(event["event"], 0)
        if event["event"] != "DayEnded":
            return
        ends_at_s = event["at_s"]
        each_s = sum(
            Fraction(ends_at_s if goods.ended_at_s is None else goods.ended_at_s)
            - Fraction(goods.placed_at_s)
            for goods in day.orders.values()
        )
        if self._order_s != each_s:
            yield f"{float(self._order_s)} order seconds by time, {float(each_s)} by order"
        if self._open != len(event["carried_over"]):
            yield f"{self._open} orders are left, {len(event['carried_over'])} are carried over"


@remembering(*_STEPS, "DayEnded")
def littles_law(given: Given) -> Look:
    """Orders open, added up over time, are the times that each was open, added up over orders.

    Exact, from an empty day to an empty one: what is still open at the end counts until then. The
    left side counts what came and went between any two lines, the right one follows each order.
    """
    return _LittlesLaw(given).look


RULES: Final[tuple[Rule, ...]] = (littles_law,)
