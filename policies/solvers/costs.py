"""What a planner weighs against each other: metres, seconds and overtime, by type of vehicle.

Only what a plan can change counts. The books charge a vehicle that came to work and its shift
whatever it drives, so there is no fixed cost here, and time inside the shift is worth its wage
because it can be used otherwise.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from twin import Rates

HOUR_S: Final = 3600.0
KM_M: Final = 1000.0

USUAL_MPS: Final = 8.0
"""Speed at which metres and seconds are compared below; no choice but the next one uses it."""

LEAST: Final = 1e-3
"""What a second costs at least, as a share of the dearest second of driving: among vehicles that
cost nothing the short way is still the better one."""

NOTHING: Final = Decimal(0)


class Costs:
    """Costs in major units of the rates' currency; seconds where there are no rates at all.

    Parameters
    ----------
    types
        The vehicle types that are compared.
    """

    def __init__(self, rates: Rates, types: Sequence[str]) -> None:
        self._rates = rates
        dearest = max(self._per_s(kind) + USUAL_MPS * self._per_m(kind) for kind in types)
        self._least_per_s = LEAST * dearest if dearest > 0 else 1.0

    def of(self, kind: str) -> tuple[float, float, float]:
        """Return the cost of a metre, of a second, and of a second of overtime in addition."""
        per_s = max(self._per_s(kind), self._least_per_s)
        overtime = self._rates.overtime_hour.get(kind, NOTHING)
        return self._per_m(kind), per_s, max(0.0, float(overtime) / HOUR_S - per_s)

    def _per_m(self, kind: str) -> float:
        return float(self._rates.vehicle_km.get(kind, NOTHING)) / KM_M

    def _per_s(self, kind: str) -> float:
        return float(self._rates.labour_hour.get(kind, NOTHING)) / HOUR_S
