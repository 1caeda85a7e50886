"""The life of a vehicle through its duties: load, drive, park, wait, serve, come home.

A life holds no truth: what is planned, where the vehicle is and what it carries it reads from
the state. It waits, and it emits. Written with SimPy's process generators.
"""

from functools import partial
from math import inf
from typing import TYPE_CHECKING

import simpy

from twin.battery import Battery
from twin.driving import Leg, LegEnd, Roads
from twin.events import (
    OVER,
    ActionsDropped,
    Arrived,
    BreakBegan,
    BreakEnded,
    Departed,
    Diverted,
    DutyCancelled,
    DutyEnded,
    IdleBegan,
    SequenceLeft,
    ShiftBegan,
    ShiftEnded,
    VehicleFree,
    WaitBegan,
    Walked,
    WalkingBegan,
)
from twin.halt import Halt
from twin.mishaps import breaks_down, moves_to_spare
from twin.model import NO_RULES, Duty, PlaceId, VehicleId
from twin.plan import orders_in
from twin.rows import VehicleState
from twin.rules import BreakdownClock
from twin.sequence import nearest_of_the_rest
from twin.units import TICK_S, tick_s
from twin.waits import Goes, Waits
from twin.walking import crow_m, load_of, within_reach
from twin.wear import Wear
from twin.world import WhenIdle

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
    carried
        What its driver took along on the present walk.
    wear
        Its own clock, and the breakdowns that wait on it.
    roads
        What its driver knows of the streets.
    battery
        Its battery, and what is plugged in where.
    awaited_by
        Vehicles that stand somewhere to meet this one.
    choices
        How often its driver chose a stop to go to on this duty.
    """

    process: simpy.Process
    row: VehicleState

    def __init__(self, day: "Day", vehicle_id: VehicleId) -> None:
        self.day = day
        self.id = vehicle_id
        self.listens = False
        self.target: PlaceId | None = None
        self.limit_s = 0.0
        self._told_free = True
        self.has_departed = False
        self.pace = 1.0
        self.carried = load_of(())
        self.wear = Wear(day.world.breakdowns.get(vehicle_id, ()), day.world.rules.breakdown_clock)
        self.roads = Roads(day)
        self.battery = Battery(day, self)
        self.awaited_by: dict[VehicleId, None] = {}
        self.choices = 0
        self._chose = False
        if day.world.rules.breakdown_clock is BreakdownClock.CALENDAR:
            self.wear.runs(day.now_s)

    def live(self) -> Waits:
        """Live through all duties of the vehicle."""
        while (duty := self.row.duty) is not None:
            if (yield from self._comes(duty)):
                yield from self.work(duty)
            self.tells_who_waits()
        self.day.life_ended()

    def plan_changed(self) -> None:
        """Let the vehicle look at its route again, if what it is doing can be left for it."""
        if self.listens and (self.target is None or self._wants_elsewhere()):
            self.wake()
        self.tells_who_waits()

    def tells_who_waits(self) -> None:
        """Let those who wait for this vehicle see whether they still do."""
        for vehicle_id in self.awaited_by:
            self.day.lives[vehicle_id].wake()

    def wake(self) -> None:
        """Let the vehicle look around, if it waits for something."""
        if self.listens:
            self.listens = False
            self.process.interrupt()

    def sleep(self, seconds: float) -> Waits:
        """Be busy for a time; a changed plan is looked at afterwards."""
        if seconds > 0:
            yield self.day.env.timeout(seconds)

    def sleep_until(self, at_s: float) -> Waits:
        """Be busy until an instant."""
        yield from self.sleep(at_s - self.day.now_s)

    def listen_until(self, at_s: float) -> Goes:
        """Wait until an instant, a changed plan or a breakdown; return whether the instant came."""
        strikes_at_s = inf if self.row.parked is not None else self.wear.strikes_at_s()
        until_s = min(at_s, max(self.day.now_s, strikes_at_s))
        return (yield from self._listen(until_s)) and until_s == at_s

    def _listen(self, at_s: float) -> Goes:
        self.listens = True
        try:
            if at_s < inf:
                yield self.day.env.timeout(at_s - self.day.now_s)
            else:
                yield simpy.Event(self.day.env)
        except simpy.Interrupt:
            return False
        self.listens = False
        return True

    def settle(self) -> Waits:
        """Wait for the answer to what happened in this instant."""
        while self.day.question_pending:
            yield self.day.after_question()

    @property
    def fails_now(self) -> bool:
        """Whether the vehicle's own clock has run out where it stands."""
        if not self.wear.is_due:
            return False
        strikes_at_s = self.wear.strikes_at_s()
        return strikes_at_s < inf and strikes_at_s <= self.day.now_s and self.row.parked is None

    # Before a duty

    def _comes(self, duty: Duty) -> Goes:
        """Wait for the begin of a duty; return whether it is worked on this vehicle."""
        day = self.day
        for at_s, what in self._moments(duty):
            yield from self.sleep_until(max(at_s, day.now_s))
            if what in {"call", "lock"}:
                yield from self.settle()
            if what == "absent":
                day.emit(DutyCancelled(day.now_s, self.id, duty.id, "driver absent"))
                return False
            if what == "call" and not self.row.route:
                day.emit(DutyCancelled(day.now_s, self.id, duty.id, "not called"))
                return False
            if what == "begins" and self.row.out_of_service:
                if not (yield from moves_to_spare(self, duty)):
                    day.emit(DutyCancelled(day.now_s, self.id, duty.id, "no vehicle"))
                return False
            if what == "lock" and self.row.route and self.row.place is not None:
                yield from Halt(day, self, self.id, self.row.place).preload()
        return True

    def _moments(self, duty: Duty) -> list[tuple[float, str]]:
        """Return when something is decided about a duty that is to come, in order."""
        world, opens_at_s = self.day.world, duty.shift.opens_at_s
        moments = [(opens_at_s, "begins")]
        if duty.id in world.absent:
            moments.append((min(world.absent[duty.id], opens_at_s), "absent"))
        if duty.call_by_s is not None:
            moments.append((duty.call_by_s, "call"))
        if world.rules.preloaded and world.rules.load_lock_s:
            moments.append((opens_at_s - world.rules.load_lock_s, "lock"))
        return sorted(moments, key=lambda moment: (moment[0], moment[1] == "begins"))

    # A duty

    def work(self, duty: Duty) -> Waits:
        """Work a duty from now to its end."""
        day, row = self.day, self.row
        self.limit_s = duty.shift.closes_at_s + duty.overtime_s
        self._told_free = True
        self.has_departed = self._chose = False
        if duty.id not in day.state.duties_begun:
            self.choices = 0
        self.pace = 1.0 if row.driver is None else row.driver.pace
        if day.world.rules.breakdown_clock is BreakdownClock.DUTY:
            self.wear.runs(day.now_s)
        day.emit(ShiftBegan(day.now_s, self.id, duty.id, row.place))
        day.at(
            duty.shift.closes_at_s,
            partial(self._shift_ends, duty),
        )
        going_on = True
        while going_on:
            if day.question_pending:
                yield from self.settle()
            if self.fails_now:
                at_once = LegEnd(day.now_s, 0, why="breakdown")
                going_on = yield from breaks_down(self, duty, at_once, None)
            elif row.route and day.now_s <= self.limit_s and not row.driven_out:
                if row.place in day.plugs:
                    day.plugs[row.place].leave(self.id)
                going_on = yield from self._next_stop(row, duty)
            else:
                going_on = yield from self._without_work(row, duty)
        if row.on_duty:
            day.emit(DutyEnded(day.now_s, self.id, duty.id))
        if day.world.rules.breakdown_clock is BreakdownClock.DUTY:
            self.wear.stops(day.now_s)

    def _shift_ends(self, duty: Duty) -> None:
        if self.row.on_duty and self.row.duty is duty:
            self.day.emit(ShiftEnded(self.day.now_s, self.id, duty.id))

    def _without_work(self, row: VehicleState, duty: Duty) -> Goes:
        """Do one thing of a vehicle with no stop to go to; return whether the duty goes on."""
        day = self.day
        if row.route:
            orders = orders_in(row.route, self.id)
            day.emit(ActionsDropped(day.now_s, self.id, orders, OVER[row.driven_out]))
            told = True
        else:
            told = self._told_free or day.now_s > self.limit_s or row.driven_out
        if row.parked is not None:
            yield from self._walk_to(row.parked)
            return True
        if not told and row.place != row.vehicle.ends_at:
            self._told_free = True
            day.emit(VehicleFree(day.now_s, self.id))
            return True
        home = row.vehicle.ends_at
        in_shift = day.now_s < duty.shift.closes_at_s
        stays = in_shift and day.world.rules.when_idle is WhenIdle.STAY
        if home is not None and row.place != home and not stays:
            return (yield from self._goes_home(row, duty, home))
        if row.aboard and row.place is not None and day.state.is_depot(row.place):
            yield from self._bring_in(row, row.place)
            return True
        if not told:
            self._told_free = True
            day.emit(VehicleFree(day.now_s, self.id))
            return True
        if not in_shift:
            return False
        yield from self._stands_by(row, duty.shift.closes_at_s)
        return True

    def _goes_home(self, row: VehicleState, duty: Duty, home: PlaceId) -> Goes:
        going_on = yield from self._drive(row, duty, home, home=True)
        if row.place == home:
            self._told_free = False
        return going_on

    def _stands_by(self, row: VehicleState, until_s: float) -> Waits:
        """Have nothing to do until an instant or a changed plan; a battery is filled meanwhile."""
        day = self.day
        self.target = None
        kw = self.battery.plug_in(idle=True)
        if kw is None:
            if row.activity != "idle" or row.place is None:
                day.emit(IdleBegan(day.now_s, self.id))
            yield from self.listen_until(until_s)
            if row.route or day.now_s >= until_s or self.fails_now:
                self.battery.unplug(None)
                return
            kw = self.battery.plug_in(idle=True)
            if kw is None:
                return  # its place in the queue for a charger, if it has one, is kept
        full_at_s = day.now_s + self.battery.filling_s(kw)
        yield from self.listen_until(min(until_s, full_at_s))
        self.battery.unplug(kw)

    def _bring_in(self, row: VehicleState, place_id: PlaceId) -> Waits:
        """Unload all that came home, unless the vehicle is given work while it waits to."""
        halt = Halt(self.day, self, self.id, place_id)
        yield from halt.take_dock()
        if not row.route and halt.may_handle and row.aboard:
            yield from halt.move_goods(tuple(row.aboard), ())
        halt.leave()

    # Rest

    def rest_due(self, drive_s: float, work_s: float) -> tuple[str, float] | None:
        """Return why, and for how long, a break comes before more driving or work."""
        row = self.row
        rules = NO_RULES if row.duty is None else row.duty.hours
        if rules is NO_RULES:
            return None
        day = self.day
        worked_s = day.now_s - row.rested_at_s
        if day.now_s >= self.meal_at_s():
            return "meal", rules.meal_s
        drove_s = row.drove_s + drive_s
        if rules.drive_rest_s and row.drove_s > 0 and drove_s > rules.drive_most_s:
            return "driving", rules.drive_rest_s
        if rules.work_rest_s and worked_s > 0 and worked_s + work_s > rules.work_most_s:
            return "work", rules.work_rest_s
        return None

    def meal_at_s(self) -> float:
        """Return from when on the driver may have the meal of the duty; ``inf`` if never."""
        rules = NO_RULES if self.row.duty is None else self.row.duty.hours
        if rules.meal is None or not rules.meal_s or self.row.ate:
            return inf
        return rules.meal.opens_at_s

    def takes_break(self, why: str, rest_s: float) -> Waits:
        """Rest for a time."""
        day = self.day
        day.emit(BreakBegan(day.now_s, self.id, self.row.place, why))
        yield from self.sleep(rest_s)
        day.emit(BreakEnded(day.now_s, self.id))

    # Driving and walking

    def _wants_elsewhere(self) -> bool:
        day, row = self.day, self.row
        if not day.world.rules.diversion:
            return False
        if self.target == row.vehicle.ends_at and not row.route:
            return False
        if day.now_s > self.limit_s:
            return False
        return not row.route or row.route[0].place != self.target

    def _drive(self, row: VehicleState, duty: Duty, to: PlaceId, *, home: bool) -> Goes:
        """Drive towards a place, or do what comes before that; return whether the duty goes on.

        It may end elsewhere: sent on, before a closed street, or broken down.
        """
        day = self.day
        if row.parked is not None:
            yield from self._walk_to(row.parked)
            return True
        leg = self.roads.leg(row, to)
        if leg is None:
            yield from self._waits_for_road(row, home=home)
            return True
        if duty.hours is not NO_RULES:
            leg_s = self._believed_s(row, leg)
            if due := self.rest_due(leg_s, leg_s):
                yield from self.takes_break(*due)
                return True
            if not home and row.drove_today_s + leg_s > duty.hours.day_drive_most_s:
                orders = orders_in(row.route, self.id)
                day.emit(ActionsDropped(day.now_s, self.id, orders, OVER[1]))
                return True
        path = leg.path
        day.emit(
            Departed(
                day.now_s,
                self.id,
                path.nodes[0],
                row.place,
                to,
                home,
                path.nodes,
                path.edges,
                path.lengths_m,
                row.load,
            )
        )
        self.has_departed, self._chose = True, False
        day.entered_at_s[self.id] = leg.times
        return (yield from self._under_way(row, duty, leg))

    def _believed_s(self, row: VehicleState, leg: Leg) -> float:
        """Return how long a leg is believed to take; never nothing, so that no limit is reached."""
        now_s = self.day.now_s
        there_s = self.day.world.travel.drive(leg.path, row.vehicle.mode, now_s)[-1]
        return max(TICK_S, there_s - now_s)

    def _waits_for_road(self, row: VehicleState, *, home: bool) -> Waits:
        """Wait for the first closed street to open; for a stop no longer than the shift."""
        day, opens_at_s = self.day, self.roads.opens_at_s()
        if not home and opens_at_s > self.limit_s <= day.now_s:
            orders = orders_in(row.route, self.id)
            day.emit(ActionsDropped(day.now_s, self.id, orders, OVER[0]))
            return
        day.emit(WaitBegan(day.now_s, self.id, row.place, "road"))
        self.target = None
        yield from self.listen_until(opens_at_s if home else min(opens_at_s, self.limit_s))

    def _under_way(self, row: VehicleState, duty: Duty, leg: Leg) -> Goes:
        """Be on a leg until it ends; return whether the duty goes on."""
        day, to = self.day, row.leg.to if row.leg is not None else None
        end = self.roads.end(row, leg, self.wear)
        while day.now_s < end.at_s:
            self.target = to
            if (yield from self._listen(end.at_s)):
                break
            junction = leg.next_junction(day.now_s)
            if junction < len(leg.path.edges) and leg.times[junction] <= end.at_s:
                yield from self.sleep_until(leg.times[junction])
                if self._wants_elsewhere() and day.now_s < end.at_s:
                    end = leg.ends_at(junction, "plan")
            else:
                yield from self.sleep_until(end.at_s)
        edges, lengths_m = leg.driven(end)
        self.wear.drove(day.now_s - leg.times[0], sum(lengths_m))
        del day.entered_at_s[self.id]
        if end.why in {"breakdown", "battery empty"}:
            return (yield from breaks_down(self, duty, end, leg))
        entered, node = leg.times[: end.edges], leg.path.nodes[end.edges]
        if end.why == "arrives" and to is not None:
            day.emit(Arrived(day.now_s, self.id, node, to, edges, lengths_m, entered))
        else:
            day.emit(Diverted(day.now_s, self.id, node, edges, lengths_m, entered, end.why))
        return True

    def _walk_to(self, place_id: PlaceId) -> Waits:
        """Walk to another place; the vehicle stays where it is."""
        day, row = self.day, self.row
        places = day.state.places
        here = places[row.place] if row.place is not None else places[place_id]
        walk_m = crow_m(here, places[place_id])
        day.emit(WalkingBegan(day.now_s, self.id, place_id))
        yield from self.sleep(tick_s(walk_m / day.world.rules.walking_mps * self.pace))
        day.emit(Walked(day.now_s, self.id, place_id, walk_m))

    # Stops

    def _chooses(self, row: VehicleState, duty: Duty) -> None:
        """Let the driver go to another stop first, where he leaves the plan (S13)."""
        draws = self.day.world.deviations.get(duty.id)
        if self._chose or not draws or row.driver is None:
            return
        self._chose = True
        number, self.choices = self.choices, self.choices + 1
        if draws[min(number, len(draws) - 1)] < row.driver.adherence:
            return
        first = nearest_of_the_rest(row, self.day.state, self.day.world.travel, self.day.now_s)
        if first is not None:
            self.day.emit(SequenceLeft(self.day.now_s, self.id, first))

    def _next_stop(self, row: VehicleState, duty: Duty) -> Goes:
        """Go to the next stop, or do it; return whether the duty goes on."""
        day = self.day
        self._told_free = False
        if row.place != row.route[0].place:
            self._chooses(row, duty)
        place = row.route[0].place
        is_there = row.place == place and bool(row.route[0].actions)
        on_foot = False
        if not is_there:
            on_foot = day.world.rules.walking_radius_m > 0
            goods = within_reach(row, day.state, day.world.rules) if on_foot else None
            if goods is None:
                going_on = yield from self._drive(row, duty, place, home=False)
                if not going_on or row.place != place:
                    return going_on
                on_foot = False
            else:
                carrying = day.world.rules.carrying
                if row.parked is not None and not (self.carried + goods).fits_in(carrying):
                    yield from self._walk_to(row.parked)
                self.carried = goods if row.parked is None else self.carried + goods
                yield from self._walk_to(place)
        elif row.parked is not None:
            on_foot = True
        halt = Halt(day, self, self.id, place, on_foot=on_foot)
        if day.question_pending:
            yield from self.settle()
        while (
            row.route
            and row.route[0].place == place
            and row.route[0].actions
            and not self.fails_now
        ):
            yield from halt.step()
            if day.question_pending:
                yield from self.settle()
        self._chose = False
        halt.leave()
        return True
