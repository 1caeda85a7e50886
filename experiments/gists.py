"""How KPIs stand in a table: in which group, and in how few words.

The words here only remind; what a KPI means is told by the data dictionary (`twin kpis`).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from twin.kpi import KPIS, Kpi

LONGEST: Final = 48
"""Characters of a gist: with name, value and unit it fills a line of 100."""

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Service": (
            "orders_", "delivered", "delivered_share", "attempted_share", "on_time_", "early_share",
            "late_", "lateness_", "delivery_time_", "returned", "declined", "cancelled", "tendered",
            "carried_over",
        ),
        "Attempts": ("first_attempt_share", "failed_", "redelivery_share", "bring_backs"),
        "Vehicles and work": (
            "vehicle_utilization", "productive_share", "load_factor", "stops_", "parcels_per_",
            "dwell_min", "distance_", "empty_distance_share", "route_adherence", "co2e_",
            "workload_", "overtime_h", "duties_", "breakdowns",
        ),
        "Where paid time goes": ("time_",),
        "What runs short first": ("busiest_resource", "busy_"),
        "What was foreseen": ("eta_", "risk_", "messages", "promise_changes"),
        "Costs": ("cost_",),
    }
)  # fmt: skip
"""Beginnings of names by group; what fits none stands under `_OTHERS`."""
_OTHERS: Final = "Planning"

_GISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cost_per_delivery": "all costs over orders served",
        "cost_total": "sum of the lines below",
        "cost_vehicle_day": "vehicles that came to work",
        "cost_vehicle_km": "kilometres driven",
        "cost_labour_hour": "hours of shifts that were begun",
        "cost_energy_unit": "litres and kWh that driving took",
        "cost_overtime_hour": "hours after the shift, drive home included",
        "cost_pay_duty": "pay rules: duties worked (hire)",
        "cost_pay_hour": "pay rules: hours of shifts begun",
        "cost_pay_overtime_hour": "pay rules: hours after the shift",
        "cost_pay_stop": "pay rules: stops with a success",
        "cost_pay_parcel": "pay rules: parcels served",
        "cost_pay_route": "pay rules: ways from depot to depot",
        "cost_pay_guarantee": "pay rules: missing to what is guaranteed",
        "cost_tendered_order": "orders given to overflow carriers",
        "cost_tendered_parcel": "parcels given to overflow carriers",
        "cost_late_order": "orders served late",
        "cost_late_minute": "minutes of lateness",
        "cost_failed_attempt": "failed attempts, beyond what is simulated",
        "cost_contact": "failed attempts, customers contacted",
        "cost_message": "messages and offers to customers",
        "cost_claim": "parcels damaged",
        "cost_returned": "orders sent back",
        "cost_declined": "orders never accepted",
        "cost_carried_over": "orders open at the end",
        "cost_depot_parcel": "parcels handled at depots",
        "cost_repair": "breakdowns repaired where they happened",
        "cost_tow": "vehicles towed in",
        "cost_dispatcher_hour": "dispatchers, begin to last duty's end",
        "cost_overhead_day": "overhead, once",
        "cost_per_parcel": "all costs over parcels served",
        "cost_per_stop": "all costs over stops with a success",
        "cost_per_km": "all costs over kilometres driven",
        "on_time_share": "service began by the promise's end, of due",
        "on_time_accepted_share": "the same, declined orders left out",
        "on_time_delivered_share": "the same of orders served, as carriers publish",
        "on_time_first_share": "on time by what was promised before we asked",
        "on_time_controllable_share": "the same without failures others caused",
        "orders_due": "promise ends today, not cancelled early",
        "early_share": "served before the window opened, of due",
        "attempted_share": "tried at least once, of due",
        "delivered_share": "served, of due",
        "first_attempt_share": "served at the first try, of tried",
        "failed_absent": "nobody there",
        "failed_no_access": "nobody gets in",
        "failed_wrong_address": "the address is wrong",
        "failed_refused": "the customer does not want it",
        "failed_damaged": "the goods were damaged",
        "failed_window_missed": "the window had closed",
        "failed_locker_full": "no slot was free",
        "bring_backs": "loaded and never tried",
        "redelivery_share": "needed another try, of tried",
        "vehicle_utilization": "driving, parking, serving, of shift hours",
        "productive_share": "driving between stops and serving, of paid hours",
        "time_stem_share": "driving to and from a depot",
        "time_between_share": "driving between stops",
        "time_parking_share": "looking for a place to park",
        "time_walking_share": "between vehicle and door, door to door",
        "time_serving_share": "at the door, failed attempts included",
        "time_waiting_share": "for a window, dock, goods, charger or street",
        "time_loading_share": "loading and unloading",
        "time_handover_share": "goods from vehicle to vehicle",
        "time_recharging_share": "filling the battery",
        "time_break_share": "breaks",
        "time_down_share": "broken down",
        "time_idle_share": "standing with nothing to do",
        "load_factor": "how full the fullest dimension leaves a depot",
        "stops_per_hour": "stops with a success, over hours out",
        "stops_per_paid_hour": "stops with a success, over paid hours",
        "stops_per_route": "stops between two visits to a depot",
        "empty_distance_share": "driven with nothing aboard, of all metres",
        "dwell_min": "mean time from coming to a door to going on",
        "route_adherence": "went on to the stop planned next, of all times",
        "co2e_per_delivery_kg": "CO2 equivalent over orders served",
        "co2e_per_km": "CO2 equivalent over kilometres driven",
        "delivery_time_min": "placed to delivered, same-day classes: mean",
        "delivery_time_p50_min": "median of it",
        "delivery_time_p95_min": "95th percentile of it",
        "lateness_min": "mean over due orders",
        "lateness_p95_min": "95th percentile over due orders served",
        "late_15_share": "more than 15 min late, of due",
        "late_60_share": "more than 60 min late, of due",
        "planning_cycle_min": "question to plan that changes something: mean",
        "planning_cycle_max_min": "the longest of these",
        "plan_churn": "moved after its first plan, of orders planned",
        "promise_changes": "other promise or other time told, per order",
        "solver_effort": "steps of the policy's solver",
        "eta_error_min": "arrivals, as believed on leaving the depot",
        "eta_error_ahead_min": "arrivals, as believed 45 min before",
        "eta_within_15_share": "arrivals within 15 min, on leaving the depot",
        "eta_within_15_ahead_share": "arrivals within 15 min, 45 min before",
        "risk_lead_time_min": "first warning to the end of the promise",
        "risk_precision": "warnings that came true",
        "risk_recall": "orders not on time that were warned about",
        "messages": "customers told, or asked for something",
        "busiest_resource": "highest of the shares below",
        "busy_docks_share": "docks of a depot taken, busiest hour",
        "busy_chargers_share": "chargers of a place taken, busiest hour",
        "busy_duties_share": "shift time in use, busiest hour",
        "busy_capacity_share": "how full vehicles left depots, busiest hour",
        "busy_dispatchers_share": "time thinking about plans, busiest hour",
        "workload_spread": "coefficient of variation of work over duties",
        "policy_faults": "answers refused or never come",
    }
)


_SHARES: Final = frozenset(
    {
        "vehicle_utilization",
        "load_factor",
        "route_adherence",
        "plan_churn",
        "busiest_resource",
        "risk_precision",
        "risk_recall",
    }
)
"""Shares whose names do not say so."""


def gist(kpi: Kpi) -> str:
    """Return what a KPI is, in at most `LONGEST` characters."""
    words = _GISTS.get(kpi.name, kpi.meaning)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."


def grouped() -> dict[str, Sequence[Kpi]]:
    """Return all KPIs by group, each once, in the order in which they are read."""
    left = {kpi.name: kpi for kpi in KPIS}
    groups: dict[str, Sequence[Kpi]] = {}
    for group, beginnings in _GROUPS.items():
        names = [
            name
            for beginning in beginnings
            for name in left
            if name == beginning or (beginning.endswith("_") and name.startswith(beginning))
        ]
        groups[group] = [left.pop(name) for name in names]
    groups[_OTHERS] = list(left.values())
    return groups


def is_share(kpi: Kpi) -> bool:
    """Whether a KPI is read in per cent."""
    return kpi.name.endswith("_share") or kpi.name in _SHARES
