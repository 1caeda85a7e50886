"""The decisions of a record: given routes, or those of a journal, driven again.

Validates the twin against a day that happened, and drives published solutions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from twin import Briefing, Journal, Plan, Route, View
from twin.errors import InputError
from twin.events import PlanMade
from twin.model import OrderId, VehicleId


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
            (event.at_s, Plan(event.routes, event.declined))
            for event in (Journal.read(Path(journal)).of(PlanMade) if journal else ())
            if event.routes or event.declined
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
        routes: dict[VehicleId, Route] = {}
        declined: list[OrderId] = []
        while self._plans and self._plans[0][0] <= view.now_s:
            _, plan = self._plans.pop(0)
            routes.update(plan.routes)
            declined.extend(plan.declined)
        ask_again_at_s = self._plans[0][0] if self._plans else None
        return Plan(routes, tuple(declined), ask_again_at_s=ask_again_at_s)


def replay_of(routes: Mapping[VehicleId, Route]) -> type[Replay]:
    """Return a policy that drives these routes and nothing else."""

    class Given(Replay):
        def __init__(self, briefing: Briefing) -> None:
            super().__init__(briefing, plans=[(briefing.rules.begins_at_s, Plan(routes))])

    return Given
