"""The decisions of a record: given routes, or those of a journal, driven again.

Validates the twin against a day that happened, and drives published solutions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from twin import Briefing, Journal, Message, Notify, Plan, Route, View
from twin.errors import InputError
from twin.events import PlanMade
from twin.model import CarrierId, OrderId, VehicleId


class Replay:
    """Gives the plans of a recorded journal at the instants at which they took force.

    Parameters
    ----------
    briefing
        What is fixed for the day; its routes, if it has any, are driven from the start.
    journal
        File of the journal whose decisions are made again.
    plans
        Or the plans themselves, each with when it is to be made, seconds since midnight.
    """

    def __init__(
        self,
        briefing: Briefing,
        journal: str = "",
        plans: Sequence[tuple[float, Plan]] = (),
    ) -> None:
        recorded = [
            (event.at_s, plan)
            for event in (Journal.read(Path(journal)).of(PlanMade) if journal else ())
            if (plan := _plan_of(event)) != _NOTHING
        ]
        given = [(briefing.rules.begins_at_s, Plan(briefing.routes))] if briefing.routes else []
        if not (given or plans or journal):
            raise InputError(
                "policy replay",
                ["journal: nothing to replay; name the journal of a run, `journal: day.jsonl.gz`"],
            )
        self._plans = sorted([*given, *plans, *recorded], key=lambda timed: timed[0])

    def decide(self, view: View) -> Plan:
        """Return the plans whose time has come, and ask to be asked for the next."""
        made: list[Plan] = []
        while self._plans and self._plans[0][0] <= view.now_s:
            made.append(self._plans.pop(0)[1])
        ask_again_at_s = self._plans[0][0] if self._plans else None
        return _together(made, view, ask_again_at_s)


_NOTHING: Final = Plan()


def _plan_of(event: PlanMade) -> Plan:
    """Return what was decided and said, without what only tells how."""
    return Plan(
        event.routes,
        event.declined,
        event.messages,
        tendered=event.tendered,
        arrivals=event.arrivals,
        warned=event.warned,
    )


def _together(plans: Sequence[Plan], view: View, ask_again_at_s: float | None) -> Plan:
    """Return plans as one: of routes and messages about the same thing the last.

    What was believed of orders that are not open here is left out.
    """
    routes: dict[VehicleId, Route] = {}
    messages: dict[tuple[OrderId, bool], Message] = {}
    tendered: dict[CarrierId, tuple[OrderId, ...]] = {}
    arrivals: dict[OrderId, float] = {}
    for plan in plans:
        routes.update(plan.routes)
        messages.update(((one.order, isinstance(one, Notify)), one) for one in plan.messages)
        arrivals.update(plan.arrivals)
        for carrier, orders in plan.tendered.items():
            tendered[carrier] = (*tendered.get(carrier, ()), *orders)
    warned = dict.fromkeys(order_id for plan in plans for order_id in plan.warned)
    return Plan(
        routes,
        tuple(order_id for plan in plans for order_id in plan.declined),
        tuple(messages.values()),
        ask_again_at_s,
        tendered=tendered,
        arrivals={o: at_s for o, at_s in arrivals.items() if _is_open(o, view)},
        warned=tuple(order_id for order_id in warned if _is_open(order_id, view)),
    )


def _is_open(order_id: OrderId, view: View) -> bool:
    return order_id in view.by_order and view.by_order[order_id].is_open


def replay_of(routes: Mapping[VehicleId, Route]) -> type[Replay]:
    """Return a policy that drives these routes and nothing else."""

    class Given(Replay):
        def __init__(self, briefing: Briefing) -> None:
            super().__init__(briefing, plans=[(briefing.rules.begins_at_s, Plan(routes))])

    return Given
