"""What duties are paid by: hours, stops, parcels and routes, with a guarantee (S10)."""

from fractions import Fraction
from typing import Final

from twin.rates import Pay
from twin.tables import DutyFacts

PAID_BY: Final = ("duty", "hour", "overtime_hour", "stop", "parcel", "route")
"""What a pay rule can pay for; each is a line of the books."""
_HOUR_S: Final = 3600


def hours(duty: DutyFacts, *, breaks_paid: bool = True) -> tuple[Fraction, Fraction]:
    """Return the paid hours inside and after the shift of a duty that was worked.

    Parameters
    ----------
    breaks_paid
        Whether breaks are among them.
    """
    shift = duty.duty.shift
    inside_s = Fraction(shift.closes_at_s) - Fraction(shift.opens_at_s)
    after_s = Fraction(duty.overtime_s)
    if not breaks_paid:
        for began_at_s, ended_at_s in duty.breaks:
            split_at_s = min(max(began_at_s, shift.closes_at_s), ended_at_s)
            inside_s -= Fraction(split_at_s) - Fraction(began_at_s)
            after_s -= Fraction(ended_at_s) - Fraction(split_at_s)
    return inside_s / _HOUR_S, after_s / _HOUR_S


def quantities(duty: DutyFacts, pay: Pay) -> dict[str, Fraction]:
    """Return how much of each of `PAID_BY` a duty that was worked is paid for."""
    inside, after = hours(duty, breaks_paid=pay.breaks_paid)
    short = max(Fraction(0), Fraction(pay.least_hours) - inside - after)
    return {
        "duty": Fraction(1),
        "hour": inside + short,
        "overtime_hour": after,
        "stop": Fraction(duty.stops),
        "parcel": Fraction(duty.parcels),
        "route": Fraction(duty.routes),
    }


def topped_up(amounts: dict[str, Fraction], pay: Pay) -> Fraction:
    """Return what is missing to the guarantee, major units; 0 without one.

    Parameters
    ----------
    amounts
        Of the duty, by `PAID_BY`.
    """
    if pay.guarantee is None:
        return Fraction(0)
    earned = Fraction(0)
    for name, amount in amounts.items():
        rate = getattr(pay, name)
        if rate is not None:
            earned += amount * Fraction(rate)
    return max(Fraction(0), Fraction(pay.guarantee) - earned)
