"""What a decision changed or why it was refused: one sentence, and a line a change."""

from typing import Final

from experiments.explain_day import Assigned, DayTold
from experiments.explain_story import Moment, Story
from experiments.explain_talk import beliefs, tally
from experiments.explain_words import counted, hm, named, several, took
from twin.events import PlanMade, PolicyFailed
from twin.model import OrderId

_ASKED_BY: Final = {
    "OrderPlaced": ("order", "was placed"),
    "OrderReady": ("order", "was ready"),
    "OrderChanged": ("order", "was changed by its customer"),
    "OrderCancelled": ("order", "was cancelled"),
    "OfferAnswered": ("customer", "answered"),
    "IncidentKnown": ("incident", "became known"),
    "IncidentOver": ("incident", "was over"),
    "DutyCancelled": ("duty", "was cancelled"),
    "DutyMoved": ("duty", "moved to a spare vehicle"),
    "BrokeDown": ("vehicle", "broke down"),
    "Repaired": ("vehicle", "was repaired"),
    "Towed": ("vehicle", "was towed in"),
    "AttemptFailed": ("attempt", "failed"),
    "ActionsDropped": ("vehicle", "dropped actions"),
    "VehicleFree": ("vehicle", "was free"),
    "ShiftBegan": ("shift", "began"),
    "ShiftEnded": ("shift", "ended"),
    "Departed": ("vehicle", "departed"),
    "Diverted": ("leg", "ended early"),
    "Arrived": ("vehicle", "arrived"),
    "SequenceLeft": ("driver", "left the sequence"),
    "Delivered": ("order", "was delivered"),
    "Collected": ("order", "was collected"),
    "CarrierDelivered": ("carrier", "told of a delivery"),
    "TakenOver": ("vehicle", "took goods over"),
}
"""What made a policy be asked: what it happened to, and what happened."""


def numbers(day: DayTold) -> list[int]:
    """Return the numbers of the questions that have an answer or a fault, ascending."""
    answered = [plan.question for _, plan in day.plans]
    return sorted([*answered, *(failed.question for _, failed in day.failures)])


def explain_decision(day: DayTold, question: int) -> Story:
    """Return why a policy was asked, and what its answer changed or why it was refused.

    Raises
    ------
    KeyError
        If no decision of the day has this number.
    """
    for number, failed in day.failures:
        if failed.question == question:
            return _refused(day, number, failed)
    found = next((pair for pair in day.plans if pair[1].question == question), None)
    if found is None:
        raise KeyError(question)
    number, plan = found
    changes = {
        order_id: one
        for order_id, listed in day.assigned.items()
        for one in listed
        if one.number == number
    }
    chain = [
        Moment(plan.at_s, number, what)
        for what in (
            *_lines(day, changes),
            *_others(plan),
            *_kept(plan, changes),
            *beliefs(day, plan),
        )
    ]
    head = f"decision {question} at {hm(plan.at_s)} {_asked(plan)}"
    why = f" It said: {plan.why}." if plan.why else ""
    return Story("", f"{head}; it {several(_tally(plan, changes))}.{why}", chain)


def _refused(day: DayTold, number: int, failed: PolicyFailed) -> Story:
    """Return what was wrong with an answer, or why there was none."""
    before = [plan for at, plan in day.plans if at < number]
    kept = f"the plan of decision {before[-1].question}" if before else "no plan"
    stays = "stayed in force" if before else "was in force yet"
    said = "; ".join(failed.problems)
    head = f"decision {failed.question} at {hm(failed.at_s)} was never made"
    chain = [Moment(failed.at_s, number, problem) for problem in failed.problems]
    return Story("", f"{head}: {day.began.policy} failed ({said}); {kept} {stays}.", chain)


def _asked(plan: PlanMade) -> str:
    """Return when and for what it was asked."""
    said = "was made"
    if plan.at_s > plan.asked_at_s:
        before = took(plan.at_s - plan.asked_at_s)
        said = f"answered the question of {hm(plan.asked_at_s)}, {before} before,"
    reasons = [_reason(kind, times) for kind, times in plan.because.items()]
    return f"{said} because {several(reasons or ['its time had come'])}"


def _reason(kind: str, times: int) -> str:
    what, happened = _ASKED_BY[kind]
    if times == 1:
        return f"{counted(1, what)} {happened}"
    whats = "duties" if what == "duty" else f"{what}s"
    return f"{times:,} {whats} {happened.replace('was ', 'were ')}"


def _tally(plan: PlanMade, changes: dict[OrderId, Assigned]) -> list[str]:
    new = sum(one.vehicle is not None and one.before is None for one in changes.values())
    moved = sum(one.vehicle is not None and one.before is not None for one in changes.values())
    aside = sum(one.vehicle is None for one in changes.values())
    away = sum(len(orders) for orders in plan.tendered.values())
    said = {
        f"planned {counted(new, 'order')}": new,
        f"moved {counted(moved, 'order')} to another vehicle": moved,
        f"took {counted(aside, 'order')} out of a route": aside,
        f"declined {counted(len(plan.declined), 'order')}": len(plan.declined),
        f"gave {counted(away, 'order')} to carriers": away,
    }
    listed = [text for text, number in said.items() if number]
    listed += tally(plan)
    if plan.dropped:
        listed.append(f"was too late for {named(plan.dropped, 'order')}")
    return listed or ["changed no order's vehicle"]


def _lines(day: DayTold, changes: dict[OrderId, Assigned]) -> list[str]:
    lines = []
    for order_id, one in changes.items():
        told = "" if one.vehicle is None else day.bound_to(order_id, one.vehicle, one.number)
        if one.vehicle is None:
            lines.append(f"took {order_id} out of the route of {one.before}")
        elif one.before is not None:
            lines.append(f"moved {order_id} from {one.before} to {one.vehicle}{told}")
        else:
            where = f"stop {one.stop} of {one.stops}{told}"
            lines.append(f"planned {order_id} on {one.vehicle}, {where}")
    return lines


def _others(plan: PlanMade) -> list[str]:
    declined = [f"declined {order_id}" for order_id in plan.declined]
    given = [
        f"gave {order_id} to {carrier}"
        for carrier, orders in plan.tendered.items()
        for order_id in orders
    ]
    return [*declined, *given]


def _kept(plan: PlanMade, changes: dict[OrderId, Assigned]) -> list[str]:
    """Return the vehicles whose route was said anew without an order coming or going."""
    touched = {one.vehicle for one in changes.values()} | {one.before for one in changes.values()}
    return [
        f"said the route of {vehicle} anew, {counted(len(route), 'stop')}"
        for vehicle, route in plan.routes.items()
        if vehicle not in touched
    ]
