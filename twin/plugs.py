"""Chargers of a place: who is plugged in, with which power, and who comes next."""

from collections.abc import Callable

from twin.model import Chargers, Vehicle, VehicleId


class Plugs:
    """Gives chargers to vehicles, first come first served.

    A vehicle gets what its charger gives, what its battery takes in, and what is left of the
    site's power, whichever is least, and keeps that until it leaves.

    Parameters
    ----------
    chargers
        How many there are and what they give.
    """

    def __init__(self, chargers: Chargers) -> None:
        self._chargers = chargers
        self._held_kw: dict[VehicleId, float] = {}
        self._waiting: dict[VehicleId, Callable[[], None]] = {}

    def take(self, vehicle: Vehicle, wake: Callable[[], None]) -> float | None:
        """Return the power for a vehicle, or None and let it be woken when one may be free."""
        ahead = next(iter(self._waiting), vehicle.id)
        kw = self._power_kw(vehicle)
        if kw <= 0 or ahead != vehicle.id:
            self._waiting[vehicle.id] = wake
            return None
        self._waiting.pop(vehicle.id, None)
        self._held_kw[vehicle.id] = kw
        self._wake_next()
        return kw

    def _power_kw(self, vehicle: Vehicle) -> float:
        taken_in_kw = vehicle.energy.charge_kw
        left_kw = self._left_kw()
        return left_kw if taken_in_kw is None else min(left_kw, taken_in_kw)

    def _left_kw(self) -> float:
        """Return the power for one more vehicle."""
        chargers = self._chargers
        if len(self._held_kw) >= chargers.count:
            return 0.0
        if chargers.site_kw is None:
            return chargers.kw
        return min(chargers.kw, chargers.site_kw - sum(self._held_kw.values()))

    def leave(self, vehicle_id: VehicleId) -> None:
        """Give a charger back, or stop waiting for one, and wake who is next."""
        self._held_kw.pop(vehicle_id, None)
        self._waiting.pop(vehicle_id, None)
        self._wake_next()

    def _wake_next(self) -> None:
        """Wake who waits longest, if there is something for it."""
        wake = next(iter(self._waiting.values()), None)
        if wake is not None and self._left_kw() > 0:
            wake()
