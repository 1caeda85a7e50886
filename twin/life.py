"""The life of a vehicle through its duties: load, drive, park, wait, serve, come home.

A life holds no truth: what is planned, where the vehicle is and what it carries it reads from
the state. It waits, and it emits. Written with SimPy's process generators.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from twin.events import (
    ActionsDropped,
    Arrived,
    Departed,
    Diverted,
    DutyEnded,
    IdleBegan,
    ShiftBegan,
    ShiftEnded,
    VehicleFree,
)
from twin.halt import Halt, Waits
from twin.model import Duty, PlaceId, VehicleId
from twin.plan import orders_in
from twin.rows import VehicleState
from twin.world import Path, WhenIdle

if TYPE_CHECKING:
    from twin.engine import Day


class Life:
    """What one vehicle does all day.

    Parameters
    ----------
    day
        The day it lives in.
    vehicle_id
        Which vehicle.

    Attributes
    ----------
    listens, target
        Whether a changed plan may interrupt it now, and the place it drives to, if it does.
    limit_s
        The end of its shift and allowed overtime.
    has_departed, pace
        Whether it has driven on this duty, and how slow its driver is.
    """

    process: simpy.Process

    def __init__(self, day: "Day", vehicle_id: VehicleId) -> None:
        self._day = day
        self._id = vehicle_id
        self.listens = False
        self.target: PlaceId | None = None
        self.limit_s = 0.0
        self._told_free = True
        self.has_departed = False
        self.pace = 1.0

    @property
    def _row(self) -> VehicleState:
        return self._day.state.vehicles[self._id]

    def live(self) -> Waits:
        """Live through all duties of the vehicle."""
        day = self._day
        while (duty := self._row.duty) is not None:
            if duty.shift.opens_at_s > day.now_s:
                yield day.env.timeout(duty.shift.opens_at_s - day.now_s)
            yield from self._work(duty)
        day.life_ended()

    def plan_changed(self) -> None:
        """Let the vehicle look at its route again, if what it is doing can be left for it."""
        if self.listens and (self.target is None or self._wants_elsewhere()):
            self.listens = False
            self.process.interrupt()

    def sleep(self, seconds: float) -> Waits:
        """Be busy for a time; a changed plan is looked at afterwards."""
        if seconds > 0:
            yield self._day.env.timeout(seconds)

    def listen_until(self, at_s: float) -> Generator[simpy.Event, Any, bool]:
        """Wait until an instant or a changed plan; return whether the instant came."""
        self.listens = True
        try:
            yield self._day.env.timeout(at_s - self._day.now_s)
        except simpy.Interrupt:
            return False
        self.listens = False
        return True

    def _settle(self) -> Waits:
        """Wait for the answer to what happened in this instant."""
        while self._day.question_pending:
            yield self._day.after_question()

    # A duty

    def _work(self, duty: Duty) -> Waits:
        day, row = self._day, self._row
        self.limit_s = duty.shift.closes_at_s + duty.overtime_s
        self._told_free = True
        self.has_departed = False
        self.pace = 1.0 if row.driver is None else row.driver.pace
        day.emit(ShiftBegan(day.now_s, self._id, duty.id, row.place))
        day.at(
            duty.shift.closes_at_s,
            lambda: day.emit(ShiftEnded(day.now_s, self._id, duty.id)) if row.on_duty else None,
        )
        going_on = True
        while going_on:
            yield from self._settle()
            if row.route and day.now_s <= self.limit_s:
                yield from self._next_stop(row)
            else:
                going_on = yield from self._without_work(row, duty)
        day.emit(DutyEnded(day.now_s, self._id, duty.id))

    def _without_work(self, row: VehicleState, duty: Duty) -> Generator[simpy.Event, Any, bool]:
        """Do one thing of a vehicle with no stop to go to; return whether the duty goes on."""
        day = self._day
        if row.route:
            orders = orders_in(row.route)
            day.emit(ActionsDropped(day.now_s, self._id, orders, "the shift is over"))
            told = True
        else:
            told = self._told_free or day.now_s > self.limit_s
        if not told and row.place != row.vehicle.ends_at:
            self._told_free = True
            day.emit(VehicleFree(day.now_s, self._id))
            return True
        home = row.vehicle.ends_at
        in_shift = day.now_s < duty.shift.closes_at_s
        stays = in_shift and day.world.rules.when_idle is WhenIdle.STAY
        if home is not None and row.place != home and not stays:
            if (yield from self._drive(row, home, home=True)):
                self._told_free = False
            return True
        if row.aboard and row.place is not None and day.state.is_depot(row.place):
            yield from self._bring_in(row, row.place)
            return True
        if not told:
            self._told_free = True
            day.emit(VehicleFree(day.now_s, self._id))
            return True
        if not in_shift:
            return False
        if row.activity != "idle" or row.place is None:
            day.emit(IdleBegan(day.now_s, self._id))
        self.target = None
        yield from self.listen_until(duty.shift.closes_at_s)
        return True

    def _bring_in(self, row: VehicleState, place_id: PlaceId) -> Waits:
        """Unload all that came home, unless the vehicle is given work while it waits to."""
        halt = Halt(self._day, self, self._id, place_id)
        yield from halt.take_dock()
        if not row.route and halt.may_handle:
            yield from halt.move_goods(tuple(row.aboard), ())
        halt.leave()

    # Driving

    def _wants_elsewhere(self) -> bool:
        day, row = self._day, self._row
        if not day.world.rules.diversion:
            return False
        if self.target == row.vehicle.ends_at and not row.route:
            return False
        if day.now_s > self.limit_s:
            return False
        return not row.route or row.route[0].place != self.target

    def _drive(
        self, row: VehicleState, to: PlaceId, *, home: bool
    ) -> Generator[simpy.Event, Any, bool]:
        """Drive to a place; return whether it got there, not sent elsewhere on the way."""
        day, mode = self._day, row.vehicle.mode
        node = day.state.places[to].nodes[mode]
        path = day.world.travel.path(row.node, node, mode, day.now_s)
        driven = day.world.streets.drive(path, mode, day.now_s)
        times = tuple([round(at_s * 8) / 8 for at_s in driven])
        day.emit(
            Departed(
                day.now_s,
                self._id,
                row.node,
                row.place,
                to,
                home,
                path.nodes,
                path.edges,
                path.lengths_m,
                row.load,
            )
        )
        self.has_departed = True
        day.entered_at_s[self._id] = times
        while day.now_s < times[-1]:
            self.target = to
            if (yield from self.listen_until(times[-1])):
                break
            junction = self._next_junction(times)
            if junction < len(path.edges):
                yield from self._sleep_to(times[junction])
                if self._wants_elsewhere():
                    self._ends_leg(path, times, junction, None)
                    return False
            else:
                yield from self._sleep_to(times[-1])
        self._ends_leg(path, times, len(path.edges), to)
        return True

    def _sleep_to(self, at_s: float) -> Waits:
        yield from self.sleep(at_s - self._day.now_s)

    def _next_junction(self, times: tuple[float, ...]) -> int:
        """Return the index of the first junction not passed yet."""
        return next(k for k, at_s in enumerate(times) if at_s >= self._day.now_s)

    def _ends_leg(
        self, path: Path, times: tuple[float, ...], driven: int, place: PlaceId | None
    ) -> None:
        day, node = self._day, path.nodes[driven]
        del day.entered_at_s[self._id]
        edges, lengths_m, entered = path.edges[:driven], path.lengths_m[:driven], times[:driven]
        if place is None:
            day.emit(Diverted(day.now_s, self._id, node, edges, lengths_m, entered))
        else:
            day.emit(Arrived(day.now_s, self._id, node, place, edges, lengths_m, entered))

    # Stops

    def _next_stop(self, row: VehicleState) -> Waits:
        self._told_free = False
        place = row.route[0].place
        is_there = row.place == place and bool(row.route[0].actions)
        if not is_there and not (yield from self._drive(row, place, home=False)):
            return
        halt = Halt(self._day, self, self._id, place)
        yield from self._settle()
        while row.route and row.route[0].place == place and row.route[0].actions:
            yield from halt.step()
            yield from self._settle()
        halt.leave()
