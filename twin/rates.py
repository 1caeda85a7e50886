"""What things cost and emit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf


@dataclass(frozen=True, slots=True)
class Pay:
    """How a duty is paid (S10), in major units; what is None is not paid by.

    Attributes
    ----------
    duty
        Once for a duty that was worked: hire.
    hour, overtime_hour
        Paid hour inside and after the shift.
    least_hours
        Hours that are paid at least, of a duty that was worked.
    stop, parcel, route
        For each stop with a success, parcel delivered or collected, and way from depot to depot.
    guarantee
        What a duty comes to at least, made up for by a line of its own.
    breaks_paid
        Whether breaks are paid time.
    """

    duty: Decimal | None = None
    hour: Decimal | None = None
    overtime_hour: Decimal | None = None
    least_hours: float = 0.0
    stop: Decimal | None = None
    parcel: Decimal | None = None
    route: Decimal | None = None
    guarantee: Decimal | None = None
    breaks_paid: bool = True


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """What a litre, a kilowatt hour or a kilometre emits (S22).

    Attributes
    ----------
    kg
        Kilograms of CO2 equivalent.
    per
        ``km``, or ``unit`` of the fuel: litre or kWh.
    scope
        ``tank-to-wheel`` or ``well-to-wheel``; factors of different scope are never added.
    source
        Who says so, and for which year.
    """

    kg: float
    per: str
    scope: str
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.kg < inf or self.per not in {"km", "unit"}:
            raise ValueError(f"emission factor: kg at least 0, per km or unit, got {self}")


@dataclass(frozen=True, slots=True)
class Rates:
    """What things cost, in major units of one currency; a line without a rate is not included.

    Attributes
    ----------
    vehicle_day, vehicle_km
        By vehicle type.
    labour_hour, overtime_hour
        Paid hour inside and after the shift, by vehicle type, of duties without a pay rule.
    late_order, late_minute
        For each order served late, and for each minute of it.
    failed_attempt, returned, declined, carried_over
        For each. What is carried over has a rate even where none is given: the day's own average
        cost of a stop (S21).
    depot_parcel
        For each parcel loaded or unloaded at a depot.
    pay
        Pay rules, by the name that duties carry.
    energy_unit
        For each litre or kWh, by fuel.
    tendered_order, tendered_parcel
        For each order and parcel given to an overflow carrier, by carrier.
    dispatcher_hour
        For each dispatcher and hour from the day's begin to the end of its last duty.
    contact
        For each failed attempt that the customer is contacted about: every one but those that
        missed the window.
    claim
        For each parcel damaged.
    repair, tow
        For each breakdown repaired where it stood, and for each vehicle towed in.
    overhead_day
        Once.
    emissions
        By vehicle type.
    """

    currency: str = "EUR"
    vehicle_day: Mapping[str, Decimal] = field(default_factory=dict)
    vehicle_km: Mapping[str, Decimal] = field(default_factory=dict)
    labour_hour: Mapping[str, Decimal] = field(default_factory=dict)
    overtime_hour: Mapping[str, Decimal] = field(default_factory=dict)
    late_order: Decimal | None = None
    late_minute: Decimal | None = None
    failed_attempt: Decimal | None = None
    returned: Decimal | None = None
    declined: Decimal | None = None
    carried_over: Decimal | None = None
    depot_parcel: Decimal | None = None
    pay: Mapping[str, Pay] = field(default_factory=dict)
    energy_unit: Mapping[str, Decimal] = field(default_factory=dict)
    tendered_order: Mapping[str, Decimal] = field(default_factory=dict)
    tendered_parcel: Mapping[str, Decimal] = field(default_factory=dict)
    dispatcher_hour: Decimal | None = None
    contact: Decimal | None = None
    claim: Decimal | None = None
    repair: Decimal | None = None
    tow: Decimal | None = None
    overhead_day: Decimal | None = None
    emissions: Mapping[str, EmissionFactor] = field(default_factory=dict)
