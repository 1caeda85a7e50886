"""Which vehicle an order must go on, and which it must not: what the dispatcher was told of it."""

from dataclasses import dataclass
from typing import Final

from twin.model import VehicleId


@dataclass(frozen=True, slots=True)
class Bound:
    """What binds an order to vehicles.

    Attributes
    ----------
    pinned_to
        The only vehicle that it may go on; None if any may have it.
    not_on
        Vehicles that it must not go on, sorted.
    """

    pinned_to: VehicleId | None = None
    not_on: tuple[VehicleId, ...] = ()

    def allows(self, vehicle_id: VehicleId) -> bool:
        """Whether a vehicle may have the order."""
        return self.pinned_to in {None, vehicle_id} and vehicle_id not in self.not_on


FREE: Final = Bound()
"""Of an order of which nothing was said."""
