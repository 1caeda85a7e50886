"""What things cost and emit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf


@dataclass(frozen=True, slots=True)
class Pay:
    """How a duty is paid (S10), in major units; what is None is not paid by.

    Only duties that were worked are paid: those that a vehicle began a shift of. A duty that went
    on with a spare vehicle is one duty. It ends with its `DutyEnded`, or with the day.

    Attributes
    ----------
    duty
        Once for a duty: hire.
    hour
        For each hour of the shift, from its planned begin to its planned end, however much of it
        was worked.
    overtime_hour
        For each hour from the shift's planned end to the end of the duty.
    least_hours
        Where hours of shift and overtime are fewer than this together, the rest of these hours is
        paid as `hour` too.
    stop, parcel, route
        For each stop with a success, each parcel delivered or collected, and each route begun.
        A stop is a driver at a door, from coming there, on wheels or on foot, until going on or
        breaking down; a route is a way from depot to depot, begun where a vehicle leaves one to
        do something.
    guarantee
        What all of this comes to at least for a duty, made up for by a line of its own.
    breaks_paid
        Whether breaks are paid time; if not, they are no hours of shift or overtime, whichever
        they fall in.
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

    Each line is quantity times rate. Quantities are summed over the day before, exactly (a float
    counts as the number that it is), and each line is rounded once, half to even, to 1/100.

    Attributes
    ----------
    vehicle_day, vehicle_km
        By vehicle type: for each vehicle that a shift began on, and for each kilometre driven,
        that of a leg which a breakdown ended included, that of towing not.
    labour_hour, overtime_hour
        By type of the duty's own vehicle, of duties without a pay rule that were worked: for each
        hour of the shift as planned, and for each hour from its end to the end of the duty.
    late_order, late_minute
        For each order served (delivered or collected, by us or by an overflow carrier) after the
        end of its promise as it was last known, and for each minute from there to the begin of its
        service.
    failed_attempt
        For each failed attempt of ours.
    returned, declined
        For each order sent back, and for each order declined.
    carried_over
        For each order that is open when the day ends. Where no rate is given, it is the day's own
        average cost of a stop (S21): the sum of the other lines, but those of returned, declined
        and tendered orders, over the stops with a success. Without such a stop or such a line it
        is not included.
    depot_parcel
        For each parcel loaded or unloaded at a depot, before the shift too; what is towed in is
        not.
    pay
        Pay rules, by the name that duties carry.
    energy_unit
        For each litre or kWh, by fuel: kilometres driven times `Energy.per_km`, by what was aboard
        when the leg began over what fits in (grams; 0 if none fit in), times
        `Rules.consumption`. If the kilometres of a type have a rate, that is taken to hold its
        energy, and a missing rate here is not missed.
    tendered_order, tendered_parcel
        For each order and parcel given to an overflow carrier, by carrier, whatever it made of it.
    dispatcher_hour
        For each dispatcher and hour from the day's begin to the end of its last duty.
    contact
        For each failed attempt that the customer is contacted about: every one but those that
        missed the window.
    message
        For each message to a customer: told when to expect us, asked for another window or a
        locker.
    claim
        For each parcel of an order whose attempt failed because it was damaged.
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
    message: Decimal | None = None
    claim: Decimal | None = None
    repair: Decimal | None = None
    tow: Decimal | None = None
    overhead_day: Decimal | None = None
    emissions: Mapping[str, EmissionFactor] = field(default_factory=dict)
