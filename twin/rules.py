"""How a day is run: the settings that physics and dispatch follow."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

from twin.model import UNLIMITED, Load


class WhenIdle(StrEnum):
    """Where a vehicle with an empty route goes."""

    HOME = "home"
    STAY = "stay"


class BreakdownClock(StrEnum):
    """What a vehicle's own clock counts until its next breakdown; never while it is down."""

    KM = "km"
    DRIVING = "driving"
    DUTY = "duty"
    CALENDAR = "calendar"


class OnFault(StrEnum):
    """What an illegal or failing answer of a policy does to the day."""

    STOP = "stop"
    KEEP_LAST = "keep_last"


@dataclass(frozen=True, slots=True)
class Rules:
    """How the day is run: the settings that physics and dispatch follow.

    Attributes
    ----------
    begins_at_s
        When the day begins and the orders known in the morning are placed.
    horizon_s
        When the day is cut off; None lets it run until all duties and arrivals are over. What
        happens at this very instant still belongs to the day.
    diversion
        Whether a vehicle under way can be sent elsewhere at the next junction.
    preloaded
        Whether what a duty takes along at the start of its shift is already aboard.
    latency_s
        Simulated time from a question to the plan taking force. Not negative.
    dispatchers, per_order_s, per_exception_s
        People who plan by hand: to the latency each question adds these times, shared by the
        dispatchers, for every order placed, ready or changed since the last question, and for
        every exception: an attempt failed, a breakdown, a duty or an order cancelled, actions
        dropped, an incident known.
    breakdown_clock
        What counts until a breakdown.
    repair_crews
        How many vehicles can be repaired at once, first come first served; None is no limit.
    expected_down_s
        How long policies believe a breakdown to last.
    stranded_s
        How long until a vehicle whose battery is empty has been towed in.
    load_lock_s
        How long before the shift what a preloaded vehicle takes along is fixed and aboard.
    search_s
        For each parcel taken out of the sequence in which it was loaded.
    hand_over_s
        For each parcel that changes vehicles on the way.
    walking_radius_m, walking_mps, carrying
        Consecutive doors within the radius of the parked vehicle are served on foot, at this
        speed, with at most this aboard the driver; 0 m has every door driven to.
    unfamiliar_share, learning_visits
        How much longer a stop takes in a zone where the driver has never been, as a share; after
        each so many visits it is 1/e of that.
    consumption
        Factor of the day on fuel and energy: cold, heat.
    notice_s
        Customers who are told to expect us from when to when stay in for it if that is no longer.
    """

    begins_at_s: float = 0.0
    horizon_s: float | None = None
    diversion: bool = True
    when_idle: WhenIdle = WhenIdle.HOME
    preloaded: bool = True
    latency_s: float = 0.0
    on_fault: OnFault = OnFault.STOP
    dispatchers: int = 1
    per_order_s: float = 0.0
    per_exception_s: float = 0.0
    breakdown_clock: BreakdownClock = BreakdownClock.KM
    repair_crews: int | None = None
    expected_down_s: float = 0.0
    stranded_s: float = 7200.0
    load_lock_s: float = 0.0
    search_s: float = 0.0
    hand_over_s: float = 0.0
    walking_radius_m: float = 0.0
    walking_mps: float = 1.2
    carrying: Load = UNLIMITED
    unfamiliar_share: float = 0.0
    learning_visits: float = 1.0
    consumption: float = 1.0
    notice_s: float = 7200.0

    def __post_init__(self) -> None:
        at_least_0 = (
            "per_order_s", "per_exception_s", "expected_down_s", "stranded_s", "load_lock_s",
            "search_s", "hand_over_s", "walking_radius_m", "unfamiliar_share", "notice_s",
        )  # fmt: skip
        for name in at_least_0:
            if not 0 <= getattr(self, name) < inf:
                raise ValueError(f"rules: {name} must be at least 0, got {getattr(self, name)}")
        for name in ("walking_mps", "learning_visits", "consumption", "dispatchers"):
            if not 0 < getattr(self, name) < inf:
                raise ValueError(f"rules: {name} must be positive, got {getattr(self, name)}")
        if self.repair_crews is not None and self.repair_crews < 1:
            raise ValueError(f"rules: repair_crews must be at least 1, got {self.repair_crews}")
        if not isfinite(self.begins_at_s):
            raise ValueError(f"rules: begins_at_s must be a time, got {self.begins_at_s}")
        if self.horizon_s is not None and not self.begins_at_s <= self.horizon_s < inf:
            raise ValueError(
                f"rules: horizon_s must not be before the day begins, got {self.horizon_s}"
            )
        if not 0 <= self.latency_s < inf:
            raise ValueError(f"rules: latency_s must be at least 0, got {self.latency_s}")
