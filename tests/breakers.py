"""Policies that break one promise each, and keep all others."""

import random  # noqa: TID251 # what a bad policy does
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from dispatchers import Fifo, can_take, is_free_at_home, trip

from twin import Briefing, OrderKind, OrderView, Plan, View
from twin.events import BrokeDown, OrderPlaced, ShiftEnded
from twin.rows import Status


class Fetchless(Fifo):
    """Has no answer where something is to be fetched from a customer."""

    def decide(self, view: View) -> Plan:
        """Return nothing at all, at times."""
        if any(row.order.kind is OrderKind.COLLECTION for row in view.unplanned):
            return None  # type: ignore[return-value] # the fault that this one is for
        return super().decide(view)


class Exits(Fifo):
    """Leaves where something is to be fetched from a customer."""

    def decide(self, view: View) -> Plan:
        """Exit, at times."""
        if any(row.order.kind is OrderKind.COLLECTION for row in view.unplanned):
            raise SystemExit(3)
        return super().decide(view)


class Heedless(Fifo):
    """Sends one order per trip, whether or not it fits in."""

    def decide(self, view: View) -> Plan:
        """Return a trip for each free van."""
        free = [vehicle for vehicle in view.vehicles if is_free_at_home(vehicle)]
        return Plan({v.id: trip(row) for v, row in zip(free, self.queue(view), strict=False)})


class Restless(Fifo):
    """Asks every second while somebody waits for another attempt."""

    def decide(self, view: View) -> Plan:
        """Return a plan, and soon another one."""
        waits = any(row.attempts for row in view.orders)
        again_at_s = view.now_s + 1 if waits else None
        return Plan(super().decide(view).routes, ask_again_at_s=again_at_s)


class Averages(Fifo):
    """Divides by the number of orders when a shift ends."""

    def __init__(self, briefing: Briefing) -> None:
        super().__init__(briefing)
        self._parcels: list[int] = []

    def decide(self, view: View) -> Plan:
        """Return a plan with the mean number of parcels."""
        self._parcels += [row.order.load.parcels for row in view.unplanned]
        why = ""
        if any(isinstance(event, ShiftEnded) for event in view.because):
            why = f"{sum(self._parcels) / len(self._parcels)} parcels an order"
        return Plan(super().decide(view).routes, why=why)


class Shares(Fifo):
    """Divides by the number of vehicles."""

    def __init__(self, briefing: Briefing) -> None:
        super().__init__(briefing)
        self.share = 1 / len(briefing.vehicles)


class OneByOne(Fifo):
    """Expects that orders of the day come one by one."""

    def decide(self, view: View) -> Plan:
        """Unpack one order, if any came after the morning."""
        placed = [event for event in view.because if isinstance(event, OrderPlaced)]
        if placed and view.now_s > 6 * 3600:
            (_,) = placed
        return super().decide(view)


class Merciless(Fifo):
    """Sends out the van that has just broken down."""

    def decide(self, view: View) -> Plan:
        """Return a trip for a van that stands."""
        for event in view.because:
            if isinstance(event, BrokeDown):
                van = view.by_vehicle[event.vehicle]
                waiting = [row for row in view.unplanned if row.status is Status.READY]
                row = next((row for row in waiting if can_take(van, row)), None)
                return Plan({} if row is None else {van.id: trip(row)})
        return super().decide(view)


class Tidies(Fifo):
    """Takes out of the View what it has planned."""

    def decide(self, view: View) -> Plan:
        """Return a plan, and less of a view."""
        plan = super().decide(view)
        if plan.routes:
            view.by_order.popitem()  # type: ignore[attr-defined] # a dict, in fact
        return plan


class Promotes(Fifo):
    """Makes every class of service the standard one in its Briefing."""

    def __init__(self, briefing: Briefing) -> None:
        super().__init__(briefing)
        classes = briefing.service_classes
        for name in list(classes):
            if name != "standard":
                classes[name] = classes["standard"]  # type: ignore[index] # a dict, in fact


class Gambles(Fifo):
    """Draws from the global generator and does nothing with it."""

    def decide(self, view: View) -> Plan:
        """Draw."""
        random.random()  # noqa: S311
        return super().decide(view)


class GamblesWithNumpy(Fifo):
    """Draws from numpy's global generator, when it is made, and does nothing with it."""

    def __init__(self, briefing: Briefing) -> None:
        super().__init__(briefing)
        np.random.random()  # noqa: NPY002, TID251


class Remembers(Fifo):
    """Counts its answers over all days of a process."""

    seen: ClassVar[dict[int, None]] = {}

    def decide(self, view: View) -> Plan:
        """Count."""
        self.seen[len(self.seen)] = None
        return Plan({**super().decide(view).routes}, why=f"answer {len(self.seen)}")


class OrderOfASet(Fifo):
    """Serves orders in the order in which a set of their ids happens to be."""

    def queue(self, view: View) -> Sequence[OrderView]:
        """Return the queue in no order."""
        rows = {row.id: row for row in super().queue(view)}
        return [rows[order_id] for order_id in set(rows)]


BREAKERS = {
    Fetchless: "answers",
    Exits: "answers",
    Heedless: "legal",
    Restless: "bounded",
    Averages: "empty",
    Shares: "no van",
    OneByOne: "instant",
    Merciless: "broken van",
    Tidies: "unchanged",
    Promotes: "unchanged",
    Gambles: "chance",
    GamblesWithNumpy: "chance",
    Remembers: "again",
    OrderOfASet: "elsewhere",
}
"""The promise that each of them breaks."""
