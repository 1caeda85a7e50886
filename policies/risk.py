"""The control tower: predicts when we are at every open stop, warns ahead, and does what it can.

It plans as `rolling` does. At every question, and at least every few minutes, it predicts when
each open stop begins and how sure that is. What will probably be late it tries to save, first
with the vehicle that has it and then with another; it warns about what is left of that, tells
customers when to expect us, and asks those who would wait in vain whether later, or a locker,
would do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from policies.blocks.fleet_lines import FleetLines
from policies.blocks.forecast import Forecast, Prediction
from policies.blocks.handed_on import hands_on_to
from policies.blocks.judging import by_vehicle
from policies.blocks.knobs import wrong_knobs
from policies.blocks.lines import Line
from policies.blocks.mealtimes import Mealtimes
from policies.blocks.moves import Lines, Moves, MoveTerms
from policies.blocks.talk import Manner, Talk
from policies.blocks.watch import Limits, Watch
from policies.rolling import Decided, Rolling
from twin import Briefing, Plan, View
from twin.errors import InputError
from twin.messages import Message
from twin.model import OrderId, VehicleId
from twin.rows import Status

TOLD_S: Final = 30.0
"""A belief about an arrival is written down when it has moved by this. A choice."""

MOST_MOVED: Final = 10
"""Orders that are tried on other vehicles at one question, the likeliest late first. A choice."""


class Risk:
    """Watches every open stop and acts on those that will probably be late.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    look_every_s
        Longest time between two looks, seconds. A choice.
    warn_above
        Probability of a broken promise, 0 to 1, above which an order is warned about and acted
        upon. At one half, what is expected late is. A choice.
    ahead_s
        How long before the end of its promise every order is looked at, and warned about if it is
        in no route: 45 minutes, the industry's figure for a warning, seconds.
    resequences, moves, hands_over
        Whether the vehicle is planned anew at once; whether an order that is not loaded may go on
        another vehicle; whether goods aboard may be handed to another vehicle.
    act_again_after_s
        How long an order that could not be saved is not tried again, seconds. A choice.
    notifies
        Whether customers are told when to expect us.
    notify_ahead_s
        How long before the predicted begin they are told, seconds; left out, when the vehicle
        leaves the depot with the goods. The default is a choice.
    told_share
        Probability with which a window that is told should hold, above 0 and below 1. A choice.
    told_s
        Shortest window that is told or offered, seconds: an hour, as DPD Predict tells. One that
        is told is never longer than customers stay in for.
    tolerance_s
        How far the prediction may leave the window told before it is told anew, seconds. A choice.
    offers_windows, offers_lockers
        Whether customers whose promise will be broken are offered a later window, or the order's
        locker, where its class sends goods to lockers.
    offer_ahead_s
        How long before the end of a promise its customer is asked at the earliest, seconds: until
        then a plan that keeps it may still be found. A choice.
    kept_share
        Probability with which an offered window will be kept, above 0.5 and below 1. A choice.
    most_offers
        How often a customer is asked in a day. A choice.
    rolling
        Every knob of `rolling`, with its meaning and its default.

    Raises
    ------
    InputError
        If a setting makes no sense.

    Notes
    -----
    A warning that leads to an order being saved later on counts as one that did not come true;
    what can be saved at once is therefore saved before anybody is warned.
    """

    @hands_on_to(Rolling)
    def __init__(  # each is a knob that control rooms know
        self,
        briefing: Briefing,
        *,
        look_every_s: float = 300.0,
        warn_above: float = 0.5,
        ahead_s: float = 2700.0,
        resequences: bool = True,
        moves: bool = True,
        hands_over: bool = True,
        act_again_after_s: float = 900.0,
        notifies: bool = True,
        notify_ahead_s: float | None = 5400.0,
        told_share: float = 0.8,
        told_s: float = 3600.0,
        tolerance_s: float = 900.0,
        offers_windows: bool = True,
        offers_lockers: bool = True,
        offer_ahead_s: float = 7200.0,
        kept_share: float = 0.9,
        most_offers: int = 2,
        **rolling: Any,  # noqa: ANN401 # each as `Rolling` says
    ) -> None:
        manner = Manner(
            ahead_s=notify_ahead_s,
            told_share=told_share,
            told_s=told_s,
            tolerance_s=tolerance_s,
            offer_ahead_s=offer_ahead_s,
            kept_share=kept_share,
            most_offers=most_offers,
        )
        problems = manner.wrong() + wrong_knobs(
            ("look_every_s", look_every_s, 1),
            ("warn_above", warn_above, 0),
            ("ahead_s", ahead_s, 0),
            ("act_again_after_s", act_again_after_s, 0),
            most={"warn_above": 1},
        )
        try:
            self._rolling = Rolling(briefing, **rolling)
        except InputError as error:
            problems += error.problems
        if problems:
            raise InputError("policy risk", problems)
        self._resequences, self._moves_freely, self._hands_over = resequences, moves, hands_over
        self._notifies = notifies
        self._offers_windows, self._offers_lockers = offers_windows, offers_lockers
        self._look_every_s, self._act_again_after_s = look_every_s, act_again_after_s
        self._mealtimes = Mealtimes()
        self._forecast = Forecast(briefing.rules, self._mealtimes)
        believed, retries = self._rolling.believed, self._rolling.retries
        terms = MoveTerms(self._rolling.prices, self._rolling.churn_s)
        self._moves = Moves(briefing, believed, self._forecast, retries, terms)
        self._broken = FleetLines(briefing, believed)
        self._watch = Watch(briefing, Limits(warn_above, ahead_s))
        self._talk = Talk(briefing, manner)
        self._left_alone_until_s: dict[OrderId, float] = {}
        self._told_s: dict[OrderId, float] = {}

    def decide(self, view: View) -> Plan:
        """Return the routes that change, who is warned about, and what customers are told."""
        self._mealtimes.hear(view.because)
        decided = self._rolling.decided(view)
        outlook = self._outlook(decided)
        if self._resequences and not decided.tells_all:
            decided, outlook = self._resequenced(decided, outlook)
        decided, outlook = self._moved(decided, outlook)
        plan = self._rolling.plan_of(decided)
        given_up = {*plan.declined, *(o for orders in plan.tendered.values() for o in orders)}
        in_danger = {
            order_id: risk
            for order_id, risk in self._watch.in_danger(outlook, view).items()
            if order_id not in given_up
        }
        outlook = {o: one for o, one in outlook.items() if o not in given_up}
        return replace(
            plan,
            messages=tuple(self._messages(in_danger, outlook, decided)),
            warned=self._watch.warns(in_danger),
            arrivals=self._arrivals(outlook),
            ask_again_at_s=self._again_at_s(plan, view),
        )

    def _outlook(self, decided: Decided) -> dict[OrderId, Prediction]:
        """Return the predictions of all open stops, those of broken vehicles too."""
        view = decided.view
        known = {line.vehicle.id for line in decided.improved.lines}
        self._broken.forget()
        self._broken.take(view, [one for one in view.vehicles if one.id not in known])
        found = self._forecast.of([*decided.improved.lines, *self._broken.lines])
        return {o: one for o, one in found.items() if o in view.by_order}

    # Acting

    def _to_save(self, decided: Decided, outlook: Mapping[OrderId, Prediction]) -> list[OrderId]:
        """Return the orders in danger that are on a line and not left alone, the likeliest first.

        Parameters
        ----------
        outlook
            Of all orders that are on a line.
        """
        now_s = decided.view.now_s
        return [
            order_id
            for order_id in self._watch.in_danger(outlook, decided.view)
            if order_id in outlook and now_s >= self._left_alone_until_s.get(order_id, now_s)
        ]

    def _resequenced(
        self, decided: Decided, outlook: dict[OrderId, Prediction]
    ) -> tuple[Decided, dict[OrderId, Prediction]]:
        """Plan the vehicles with orders in danger anew, each with what it has."""
        vehicles = dict.fromkeys(outlook[o].vehicle for o in self._to_save(decided, outlook))
        if not vehicles:
            return decided, outlook
        for vehicle_id in vehicles:
            decided = self._rolling.again(decided, [vehicle_id])
        return decided, self._outlook(decided)

    def _moved(
        self, decided: Decided, outlook: dict[OrderId, Prediction]
    ) -> tuple[Decided, dict[OrderId, Prediction]]:
        """Move orders that are still in danger to vehicles that can be on time."""
        lines = by_vehicle(decided.improved.lines)
        was = lines
        for order_id in self._to_save(decided, outlook)[:MOST_MOVED]:
            self._left_alone_until_s[order_id] = decided.view.now_s + self._act_again_after_s
            lines = {**lines, **self._on_another(order_id, outlook, lines, decided.view)}
        if lines == was:
            return decided, outlook
        improved = replace(decided.improved, lines=tuple(lines.values()))
        decided = replace(decided, improved=improved)
        return decided, self._outlook(decided)

    def _on_another(
        self,
        order_id: OrderId,
        outlook: Mapping[OrderId, Prediction],
        lines: Lines,
        view: View,
    ) -> dict[VehicleId, Line]:
        """Return the lines that change if an order goes on another vehicle; none if it stays."""
        row, giver = view.by_order[order_id], outlook[order_id].vehicle
        if giver not in lines or not any(
            order.id == order_id for item in lines[giver].items for order in item.served
        ):
            return {}  # its vehicle is broken down, or it was moved with another one
        if row.status is not Status.ABOARD:
            return self._moves.freely(row, giver, lines, view) if self._moves_freely else {}
        if not self._hands_over or row.vehicle != giver or not lines[giver].vehicle.on_duty:
            return {}
        with_it = [
            view.by_order[one]
            for one in self._watch.in_danger(outlook, view)
            if one in outlook and one != order_id and outlook[one].vehicle == giver
        ]
        aboard = [one for one in with_it if one.status is Status.ABOARD and one.vehicle == giver]
        return self._moves.handed_over([row, *aboard], giver, lines, view)

    # Saying

    def _messages(
        self,
        in_danger: Iterable[OrderId],
        outlook: Mapping[OrderId, Prediction],
        decided: Decided,
    ) -> list[Message]:
        """Return what is said to customers."""
        view, lines = decided.view, by_vehicle(decided.improved.lines)
        found: list[Message] = []
        if self._offers_windows or self._offers_lockers:
            found += self._talk.asks(
                in_danger,
                outlook,
                view,
                windows=self._offers_windows,
                lockers=self._offers_lockers,
                reaches=lambda row: self._moves.reaches(row, lines, view),
            )
        if self._notifies:
            asked = {message.order for message in found}
            calm = {o: one for o, one in outlook.items() if o not in asked}
            found += self._talk.tells(calm, view)
        return found

    def _arrivals(self, outlook: Mapping[OrderId, Prediction]) -> dict[OrderId, float]:
        """Return when service is believed to begin, as far as that is news."""
        news = {
            order_id: one.begins_s
            for order_id, one in outlook.items()
            if abs(one.begins_s - self._told_s.get(order_id, -TOLD_S)) >= TOLD_S
        }
        self._told_s.update(news)
        return news

    def _again_at_s(self, plan: Plan, view: View) -> float | None:
        """Return when to look again; never, as far as it goes, once no order is open."""
        if not view.orders:
            return plan.ask_again_at_s
        next_s = min(view.now_s + self._look_every_s, self._watch.next_s(view))
        asked_s = plan.ask_again_at_s
        return next_s if asked_s is None else min(next_s, max(asked_s, view.now_s))
