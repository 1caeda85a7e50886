"""Why an order was late, failed or is still open: one sentence, and the chain of events.

Everything said follows from the journal. Nothing is said of what would have been otherwise.
"""

from experiments.explain_chain import Chain
from experiments.explain_day import DayTold
from experiments.explain_story import Story
from experiments.explain_words import counted, hm, is_bound, took
from twin.events import (
    CarrierDelivered,
    Collected,
    Delivered,
    OrderCancelled,
    OrderDeclined,
    Returned,
)
from twin.model import OrderId


def explain_order(day: DayTold, order_id: OrderId) -> Story:
    """Return what became of an order and why.

    Raises
    ------
    KeyError
        If the day has no such order.
    """
    return _Answer(day, Chain(day, day.orders[order_id])).story()


class _Answer:
    """Says in one sentence what the chain of an order comes to."""

    def __init__(self, day: DayTold, chain: Chain) -> None:
        self._day = day
        self._it = chain
        self._order = chain.order
        self._id = chain.order.id

    def story(self) -> Story:
        """Return status, answer and chain."""
        end = self._it.end
        if isinstance(end, Delivered | Collected):
            status, answer = self._of_served(end)
        elif isinstance(end, CarrierDelivered):
            status, answer = self._of_carrier(end)
        elif isinstance(end, Returned):
            status, answer = "returned", self._of_returned(end)
        elif isinstance(end, OrderDeclined):
            status, answer = "declined", self._of_declined(end)
        elif isinstance(end, OrderCancelled):
            status, answer = "cancelled", self._of_cancelled(end)
        else:
            status, answer = "carried over", self._of_open()
        return Story(status, f"{answer}.", self._it.moments)

    def _punctual(self, began_at_s: float) -> tuple[str, str]:
        """Return whether service was on time, and by how much in words."""
        late_s = began_at_s - self._order.promise.closes_at_s
        if late_s > 0:
            return "late", f"{took(late_s)} late"
        early_s = self._order.window.opens_at_s - began_at_s
        early = f", {took(early_s)} before its window opened" if early_s > 0 else ""
        return "on time", f"on time{early}"

    def _of_served(self, end: Delivered | Collected) -> tuple[str, str]:
        status, how = self._punctual(end.began_at_s)
        done = "delivered" if isinstance(end, Delivered) else "collected"
        head = f"{self._id} was {done} {how} at {end.place}"
        if status == "late":
            head = f"{self._id} was {how} at {end.place}"
        then = f"began service at {hm(end.began_at_s)}"
        clauses = [*self._clauses(), *self._last_way(then), *self._promised(status)]
        return status, self._joined(head, clauses)

    def _promised(self, status: str) -> list[str]:
        closes_at_s = self._order.promise.closes_at_s
        ended = "had ended" if status == "late" else "ended"
        return [f"the promise {ended} at {hm(closes_at_s)}"] if is_bound(closes_at_s) else []

    def _of_carrier(self, end: CarrierDelivered) -> tuple[str, str]:
        status, how = self._punctual(end.began_at_s)
        head = f"{self._id} was delivered {how} by {end.carrier}"
        given = []
        if self._it.tendered is not None:
            why = self._it.why_tendered(self._it.tendered)
            given = [f"it was given away at {hm(self._it.tendered.at_s)}, {why}"]
        served = f"{end.carrier} served it at {hm(end.began_at_s)}"
        return status, self._joined(
            head, [*self._clauses(), *given, served, *self._promised(status)]
        )

    def _of_returned(self, end: Returned) -> str:
        head = f"{self._id} was not delivered and was sent back at {hm(end.at_s)}"
        return self._joined(head, [*self._clauses(), *self._missed_window()])

    def _of_declined(self, end: OrderDeclined) -> str:
        head = f"{self._id} was declined at {hm(end.at_s)}{self._it.by_decision(end)}"
        return self._joined(head, self._clauses())

    def _of_cancelled(self, end: OrderCancelled) -> str:
        what = next(m.what for m in self._it.moments if m.what.startswith("was cancelled"))
        head = f"{self._id} {what.replace(',', f' at {hm(end.at_s)},', 1)}"
        return self._joined(head, self._clauses())

    def _of_open(self) -> str:
        where = "not aboard any vehicle"
        if self._it.tendered is not None:
            where = f"in the hands of {self._it.tendered.carrier}"
        elif self._it.aboard is not None:
            where = f"aboard {self._it.aboard}"
        head = (
            f"{self._id} was not delivered: it was still open when the day ended at "
            f"{hm(self._day.ended.at_s)}, {where}"
        )
        return "; ".join([head, *self._clauses(), *self._missed_window(), *self._last_state()])

    def _last_state(self) -> list[str]:
        """Return why nothing came of an open order in the end, as far as the journal says."""
        if self._it.carrier_failed is not None:
            failed = self._it.carrier_failed
            return [f"{failed.carrier} could not deliver it ({failed.cause})"]
        if self._it.tendered is not None:
            return [f"{self._it.tendered.carrier} did not tell of it by then"]
        if not self._it.assigned:
            placed_at_s = self._it.placed_at_s
            made = sum(plan.at_s >= placed_at_s for _, plan in self._day.plans)
            if not made:
                return ["no decision was made since it was placed"]
            if made == 1:
                return ["the only decision since it was placed did not plan it"]
            return [f"none of the {counted(made, 'decision')} since it was placed planned it"]
        last = self._it.assigned[-1]
        if last.vehicle is None or last.number < self._it.last_out:
            return ["no later decision planned it again"]
        return [f"it was in the route of {last.vehicle} to the end"]

    def _missed_window(self) -> list[str]:
        """Return how a vehicle came to a door whose window had closed."""
        if not self._it.attempts or self._it.attempts[-1].cause != "window missed":
            return []
        last = self._it.attempts[-1]
        return self._last_way(f"stood at {last.place} at {hm(last.began_at_s)}")

    def _last_way(self, then: str) -> list[str]:
        if not self._it.ways:
            return []
        last = self._it.ways[-1]
        return [last.in_words(self._day, then), *last.asides()]

    def _clauses(self) -> list[str]:
        """Return what happened until the end that belongs into the answer, in order.

        Of decisions in a row, the last one; what the way to the door tells is not said twice.
        """
        ways, events = self._it.ways, self._day.events
        told_since = ways[-1].number if ways and self._tells_way() else len(events)
        until = len(events)
        if isinstance(self._it.end, Delivered | Collected | Returned | CarrierDelivered):
            until = next(n for n, event in enumerate(events) if event is self._it.end)
        listed = [
            moment
            for moment in self._it.moments
            if moment.clause
            and moment.number <= until
            and not (moment.kind == "way" and moment.number > told_since)
        ]
        followed = [*listed[1:], None][: len(listed)]
        return [
            one.clause
            for one, later in zip(listed, followed, strict=True)
            if one.kind != "plan" or later is None or later.kind != "plan"
        ]

    def _tells_way(self) -> bool:
        """Whether the answer tells how the last vehicle came to the door."""
        missed = bool(self._it.attempts) and self._it.attempts[-1].cause == "window missed"
        return isinstance(self._it.end, Delivered | Collected) or missed

    def _joined(self, head: str, clauses: list[str]) -> str:
        return f"{head}: {'; '.join(clauses)}" if clauses else head
