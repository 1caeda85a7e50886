"""The battery of a vehicle: plugged in, filled, unplugged, as planned or for want of work."""

from typing import TYPE_CHECKING, Final

from twin.events import FULL, OVER, ActionsDropped, RechargeBegan, Recharged
from twin.plan import Recharge, orders_in
from twin.units import tick_up_s
from twin.waits import Waits

if TYPE_CHECKING:
    from twin.engine import Day
    from twin.halt import Halt
    from twin.life import Life

_FULL_KWH: Final = 1e-6
"""What may be missing in a battery that is full."""


class Battery:
    """What one vehicle runs on, if it has one.

    Parameters
    ----------
    day
        The day it is in.
    life
        The life of the vehicle.
    """

    def __init__(self, day: "Day", life: "Life") -> None:
        self._day = day
        self._life = life

    def missing_kwh(self, share: float = 1.0) -> float:
        """Return what it takes until it is filled to a share."""
        row = self._life.row
        return max(0.0, share * (row.vehicle.energy.battery_kwh or 0.0) - (row.charge_kwh or 0.0))

    def filling_s(self, kw: float, share: float = 1.0) -> float:
        """Return how long filling it to a share takes with a power, on the tick."""
        return tick_up_s(self.missing_kwh(share) / kw * 3600)

    def plug_in(self, *, idle: bool = False) -> float | None:
        """Plug the vehicle in where it stands, and return the power; None if that cannot be.

        Parameters
        ----------
        idle
            Whether only for want of work.
        """
        day, row = self._day, self._life.row
        plugs = None if row.place is None else day.plugs.get(row.place)
        if plugs is None or row.charge_kwh is None or self.missing_kwh() <= _FULL_KWH:
            return None
        kw = plugs.take(row.vehicle, self._life.wake)
        if kw is not None and row.place is not None:
            day.emit(RechargeBegan(day.now_s, row.vehicle.id, row.place, kw, idle))
        return kw

    def unplug(self, kw: float | None) -> None:
        """Give the charger back, or stop waiting for one."""
        day, row = self._day, self._life.row
        if row.charging is not None and kw is not None:
            took_h = (day.now_s - row.charging.at_s) / 3600
            kwh = min(kw * took_h, self.missing_kwh())
            day.emit(Recharged(day.now_s, row.vehicle.id, row.charging.place, kwh))
        if row.place is not None and row.place in day.plugs:
            day.plugs[row.place].leave(row.vehicle.id)

    def fills(self, action: Recharge, halt: "Halt") -> Waits:
        """Fill it as planned, or wait for a charger."""
        day, life, vehicle_id = self._day, self._life, self._life.id
        if self.missing_kwh(action.until_share) <= 0:
            day.emit(ActionsDropped(day.now_s, vehicle_id, (), FULL))
            return
        kw = self.plug_in()
        if kw is None:
            if day.now_s < life.limit_s:
                yield from halt.wait(life.limit_s, "charger")
            if day.now_s >= life.limit_s:
                self.unplug(None)
                later = orders_in(life.row.route, vehicle_id)
                day.emit(ActionsDropped(day.now_s, vehicle_id, later, OVER[0]))
            return
        yield from life.sleep(self.filling_s(kw, action.until_share))
        self.unplug(kw)
