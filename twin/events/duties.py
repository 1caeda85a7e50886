"""What drivers and their vehicles begin, leave and take up."""

from dataclasses import dataclass

from twin.model import (
    DutyId,
    PlaceId,
    VehicleId,
)


@dataclass(frozen=True, slots=True)
class ShiftBegan:
    """A driver took over a vehicle where it stands."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId
    place: PlaceId | None


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """The planned end of a shift has come, wherever the vehicle is."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """The driver is done: home and unloaded, or where the vehicle stays."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId


@dataclass(frozen=True, slots=True)
class DutyCancelled:
    """A duty will not be worked: ``driver absent``, ``not called`` or ``no vehicle``."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId
    why: str


@dataclass(frozen=True, slots=True)
class DutyMoved:
    """The driver of a vehicle that was towed in goes on with a spare one."""

    at_s: float
    vehicle: VehicleId
    duty: DutyId
    spare: VehicleId


@dataclass(frozen=True, slots=True)
class BreakBegan:
    """A driver rests; `why` is ``driving``, ``work``, ``meal`` or ``planned``."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId | None
    why: str


@dataclass(frozen=True, slots=True)
class BreakEnded:
    """A driver is rested."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class RechargeBegan:
    """A battery is being filled with this power.

    Attributes
    ----------
    idle
        Whether only for want of work: a plan unplugs the vehicle at once.
    """

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    kw: float
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Recharged:
    """A vehicle was unplugged with this much more in its battery."""

    at_s: float
    vehicle: VehicleId
    place: PlaceId
    kwh: float


@dataclass(frozen=True, slots=True)
class VehicleFree:
    """A vehicle has nothing left to do: at its last stop, and again when home and unloaded."""

    at_s: float
    vehicle: VehicleId


@dataclass(frozen=True, slots=True)
class IdleBegan:
    """A vehicle stands with nothing to do."""

    at_s: float
    vehicle: VehicleId
