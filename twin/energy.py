"""What driving takes from tanks and batteries, and what it emits."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from twin.facts import Facts
from twin.model import Load, Mode, Vehicle
from twin.tables import LegFacts


def weight_share(aboard: Load, capacity: Load) -> Fraction:
    """Return the weight aboard over the weight that fits in, 0 where none fits in."""
    return Fraction(aboard.grams, capacity.grams) if capacity.grams else Fraction(0)


def exact_m(leg: LegFacts) -> Fraction:
    """Return the metres driven of a leg, without any rounding."""
    ratios = [length_m.as_integer_ratio() for length_m in leg.lengths_m]
    whole = max((parts for _, parts in ratios), default=1)  # of powers of two: all divide it
    return Fraction(sum(number * (whole // parts) for number, parts in ratios), whole)


def exact_units(leg: LegFacts, vehicle: Vehicle, factor: float) -> Fraction:
    """Return litres or kWh of a leg, without any rounding: the exact `Energy.used`.

    Parameters
    ----------
    factor
        Of the day: `Rules.consumption`.
    """
    energy = vehicle.energy
    more = Fraction(energy.full_load_share) * weight_share(leg.aboard, vehicle.capacity)
    return exact_m(leg) / 1000 * Fraction(energy.per_km) * (1 + more) * Fraction(factor)


@dataclass(frozen=True, slots=True)
class Emissions:
    """What a day emitted (S22).

    Attributes
    ----------
    kg
        Kilograms of CO2 equivalent; None where it cannot be said as one figure.
    why
        Why it cannot be said, empty if it can.
    by_mode
        Kilograms by mode and scope, of the vehicles that have a factor.
    """

    kg: float | None
    why: str
    by_mode: Mapping[tuple[Mode, str], float]

    def in_words(self) -> str:
        """Return kilograms by mode and scope, or why there is no figure."""
        listed = "; ".join(
            f"{mode} {kg:.3f} kg, {scope}" for (mode, scope), kg in self.by_mode.items()
        )
        return f"{self.why}: {listed}" if self.why and listed else self.why or listed


def emissions(facts: Facts) -> Emissions:
    """Return what the legs of a day emitted.

    Factors of different scope are never added: such a day has no figure, only parts. Neither has
    one on which a vehicle drove whose type has no factor.
    """
    if facts.began is None:
        raise ValueError("a journal begins with DayBegan, which names the emission factors")
    factors, factor_of_day = facts.began.rates.emissions, facts.began.rules.consumption
    parts: dict[tuple[Mode, str], float] = {}
    without: dict[str, None] = {}
    for leg in facts.legs:
        vehicle = facts.vehicles[leg.vehicle]
        factor = factors.get(vehicle.type)
        if factor is None:
            without[vehicle.type] = None
            continue
        share = float(weight_share(leg.aboard, vehicle.capacity))
        used = vehicle.energy.used(leg.leg_m, share, factor_of_day)
        amount = leg.leg_m / 1000 if factor.per == "km" else used
        key = vehicle.mode, factor.scope
        parts[key] = parts.get(key, 0.0) + amount * factor.kg
    parts = dict(sorted(parts.items()))
    scopes = sorted({scope for _, scope in parts})
    if without:
        why = f"no emission factor for {' and '.join(sorted(without))}"
        return Emissions(None, why, parts)
    if len(scopes) > 1:
        return Emissions(None, f"factors of different scope: {' and '.join(scopes)}", parts)
    return Emissions(sum(parts.values()), "", parts)
