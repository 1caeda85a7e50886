"""A policy for each thing that a stranger's code can do wrong; all others days it is `nearest`.

Each decides as the baseline does until its moment, does its one fault, and goes on as before if it
still can. They are named by this file and a class: ``faulty.py:Raises``.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from typing import ClassVar

from twin import Briefing, Deliver, LoadOrders, OrderView, Plan, Stop, View, plugins
from twin.events import Delivered
from twin.plan import UnloadOrders
from twin.rows import Status

Nearest = plugins.load("nearest")

FIRST = 3
"""The question at which most do what is wrong."""
STAYS = ("sleep", "86399.5")
"""A command that goes on for a day, told from others by its argument."""


class Answer:
    """What is answered in place of a plan, whatever it is."""

    def __init__(self, given: object) -> None:
        self.given = given


class Once(Nearest):  # type: ignore[misc, valid-type] # reached by its name only
    """Decides as the baseline does, but for one answer."""

    first: ClassVar[int] = FIRST

    def __init__(self, briefing: Briefing) -> None:
        super().__init__(briefing)
        self.asked = 0
        self.is_done = False

    def decide(self, view: View) -> Plan:
        """Return the baseline's plan, or what is wrong."""
        self.asked += 1
        plan: Plan = super().decide(view)
        if self.is_done or self.asked < self.first:
            return plan
        wrong = self.fault(view)
        if wrong is None:
            return plan
        self.is_done = True
        return wrong.given  # type: ignore[return-value] # whatever it is

    def fault(self, view: View) -> Answer | None:
        """Do what is wrong, or return what is to be answered; None if it is not the time yet."""
        raise AssertionError(view.now_s)


class Raises(Once):
    """Raises an error."""

    def fault(self, _):
        """Raise, once."""
        self.is_done = True
        raise KeyError("o7")


class Table(dict):
    """A table whose reading does what is wrong."""

    def __init__(self, given, fault):
        super().__init__(given)
        self._fault = fault

    def keys(self):
        """Do it."""
        self._fault()

    def __iter__(self):
        """Do it."""
        self._fault()

    items = values = keys


class SpinsWhenRead(Once):
    """Answers with a table that takes for ever to be read."""

    def fault(self, _: View) -> Answer:
        """Answer with it."""

        def spin() -> None:
            while True:
                pass

        return Answer(Plan(Table({}, spin)))


class RaisesWhenRead(Once):
    """Answers with a table that cannot be read."""

    def fault(self, _: View) -> Answer:
        """Answer with it."""

        def stop() -> None:
            raise SystemExit(0)

        return Answer(Plan(Table({}, stop)))


class RaisesOnOneDay(Nearest):  # type: ignore[misc, valid-type] # reached by its name only
    """Raises where exactly six orders are known when the day begins."""

    known: ClassVar[int] = 6

    def decide(self, view: View) -> Plan:
        """Raise, on some days."""
        if view.now_s == 6 * 3600 and len(view.orders) == self.known:
            raise ZeroDivisionError("a day like no other")
        plan: Plan = super().decide(view)
        return plan


class Exits(Once):
    """Calls sys.exit."""

    def fault(self, _):
        """Leave, once."""
        self.is_done = True
        sys.exit(0)


class Leaves(Once):
    """Ends its process without a word."""

    def fault(self, _):
        """Leave."""
        os._exit(0)


class Sleeps(Once):
    """Does nothing for an hour."""

    def fault(self, _):
        """Sleep."""
        time.sleep(3600)


class Spins(Once):
    """Computes for ever."""

    def fault(self, _):
        """Go round."""
        while True:
            pass


class SpinsInC(Once):
    """Computes for hours in compiled code, where no signal is heard."""

    def fault(self, _):
        """Add up."""
        sum(range(10**15))


class Segfaults(Once):
    """Reads where nothing is."""

    def fault(self, _):
        """Crash."""
        ctypes.string_at(0)


class KillsItself(Once):
    """Sends its process the signal that cannot be caught."""

    def fault(self, _):
        """Crash."""
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


class EatsMemory(Once):
    """Takes all the memory there is, 100 MB at a time."""

    def fault(self, _):
        """Eat."""
        self.hoard = []
        while True:
            self.hoard.append(bytearray(100_000_000))


class Floods(Once):
    """Prints for ever."""

    def fault(self, _):
        """Print."""
        while True:
            print("flood " * 1000)  # noqa: T201


class AnswersNothing(Once):
    """Answers with None."""

    def fault(self, _):
        """Return no plan."""
        return Answer(None)


class AnswersText(Once):
    """Answers with words."""

    def fault(self, _):
        """Return no plan."""
        return Answer("carry on")


class AnswersDict(Once):
    """Answers with the routes alone."""

    def fault(self, view):
        """Return no plan."""
        return Answer({view.vehicles[0].id: ()})


class AnswersNoTime(Once):
    """Wants to be asked again at no time at all."""

    def fault(self, _):
        """Return what is no time."""
        return Answer(Plan(ask_again_at_s=float("nan")))


def ready(view: View) -> list[OrderView]:
    """Return the orders whose goods wait at the depot, in no route."""
    return [row for row in view.unplanned if row.status is Status.READY]


def trip(row: OrderView) -> tuple[Stop, Stop]:
    """Return one tour with one order."""
    load = Stop(row.order.origin, (LoadOrders((row.id,)),))
    return load, Stop(row.order.destination, (Deliver(row.id),))


class DeliversUnloaded(Once):
    """Delivers what no van has, and nobody loads."""

    def fault(self, view):
        """Return a door without a depot before it."""
        for row in ready(view):
            return Answer(Plan({view.vehicles[0].id: trip(row)[1:]}))
        return None


class DeliversUnknown(Once):
    """Delivers an order that there never was."""

    def fault(self, view):
        """Return a route with it."""
        door = next(iter(view.places))
        return Answer(Plan({view.vehicles[0].id: (Stop(door, (Deliver("o-none"),)),)}))


class DeliversTwice(Once):
    """Gives one order to two vans, when both begin."""

    first = 2

    def fault(self, view):
        """Return two routes with it."""
        vans = [van for van in view.vehicles if not van.broken_down]
        rows = ready(view)
        if len(vans) < 2 or not rows:
            return None
        return Answer(Plan({van.id: trip(rows[0]) for van in vans}))


class DeliversAgain(Once):
    """Delivers what was delivered."""

    def __init__(self, briefing: Briefing) -> None:
        super().__init__(briefing)
        self.seen: dict[str, OrderView] = {}

    def decide(self, view: View) -> Plan:
        """Remember every order that was shown."""
        self.seen.update((row.id, row) for row in view.orders)
        return super().decide(view)

    def fault(self, view):
        """Return a route with an order that is no longer open."""
        gone = [row for order_id, row in self.seen.items() if order_id not in view.by_order]
        return Answer(Plan({view.vehicles[0].id: trip(gone[0])})) if gone else None


class Foresees(DeliversAgain):
    """Guesses the id of an order that is placed later in the day."""

    def fault(self, view):
        """Return a route with an order that nobody has heard of."""
        names = (f"o{number:04}" for number in range(1, 99))
        order_id = next(name for name in names if name not in self.seen)
        route = (Stop(next(iter(view.places)), (LoadOrders((order_id,)),)),)
        return Answer(Plan({view.vehicles[0].id: route}))


class DeclinesLoaded(Once):
    """Declines an order that is aboard."""

    also_asks = (Delivered,)

    def fault(self, view):
        """Decline it, and take it out of its route."""
        for van in view.vehicles:
            if van.aboard and not van.broken_down:
                return Answer(Plan({van.id: ()}, declined=van.aboard[:1]))
        return None


class UnloadsAnywhere(Once):
    """Puts a loaded parcel down at its door without handing it over."""

    also_asks = (Delivered,)

    def fault(self, view):
        """Unload where the van is not allowed to."""
        for van in view.vehicles:
            if van.aboard and not van.broken_down:
                door = view.by_order[van.aboard[0]].order.destination
                return Answer(Plan({van.id: (Stop(door, (UnloadOrders(van.aboard[:1]),)),)}))
        return None


class ForgetsLoaded(Nearest):  # type: ignore[misc, valid-type] # reached by its name only
    """Takes every stop out of every route: legal, the goods come home with the van."""

    also_asks = (Delivered,)

    def decide(self, view: View) -> Plan:
        """Return empty routes for vans that carry something, and load others."""
        plan: Plan = super().decide(view)
        return Plan({**plan.routes, **{van.id: () for van in view.vehicles if van.aboard}})


class MovesBroken(Once):
    """Gives work to a van that has broken down."""

    def fault(self, view):
        """Return a route for it."""
        for van in view.vehicles:
            if van.broken_down and ready(view):
                return Answer(Plan({van.id: trip(ready(view)[0])}))
        return None


class LeavesChild(Once):
    """Starts a process that stays, and goes on."""

    def fault(self, _):
        """Start it."""
        subprocess.Popen(STAYS)  # noqa: S603
        self.is_done = True


class LeavesDaemon(Once):
    """Starts a process that leaves its group and its parent, as services do."""

    def fault(self, _):
        """Start it through another one that ends."""
        subprocess.run(["setsid", "--fork", *STAYS], check=True)  # noqa: S603, S607
        self.is_done = True


class SleepsOverChild(Once):
    """Starts two processes that stay, one out of its group, and waits for ever."""

    def fault(self, _):
        """Start them and sleep."""
        subprocess.Popen(STAYS, start_new_session=True)  # noqa: S603
        subprocess.run(STAYS, check=False)  # noqa: S603


class CrashesOverChild(Once):
    """Starts a process that stays, and crashes."""

    def fault(self, _):
        """Start it and end without a word."""
        subprocess.Popen(STAYS)  # noqa: S603
        os._exit(3)


class Forks(Once):
    """Copies its process; the copy comes back with an answer too."""

    def fault(self, _):
        """Fork, once."""
        self.is_done = True
        os.fork()


class ForksAndStays(Once):
    """Copies its process; the copy stays."""

    def fault(self, _):
        """Fork, once."""
        self.is_done = True
        if os.fork() == 0:
            time.sleep(3600)


class LeavesThread(Once):
    """Starts a thread that keeps its process from ending."""

    def fault(self, _):
        """Start it."""
        self.is_done = True
        threading.Thread(target=time.sleep, args=(3600,)).start()
