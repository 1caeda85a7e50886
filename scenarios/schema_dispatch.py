"""What the scenario says of who runs the day, and how (semantics S11, S12, S13, S16)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from scenarios.defaults import default
from scenarios.fields import ClockS, DurationS, Flag, PositiveCount, Section
from scenarios.pair_fields import Forbidden, GivenRoutes, Pins


def _none_word(given: object) -> object:
    return None if given == "none" else given


OptionalClockS: TypeAlias = Annotated[ClockS | None, BeforeValidator(_none_word)]


class DispatchSpec(Section):
    """How the day is run (semantics S11, S13, S16)."""

    plans_at_s: OptionalClockS = Field(
        default=None,
        alias="plans_at",
        description="When the day begins and the orders known by then are placed; default: two "
        "hours before the first shift.",
    )
    latency_s: DurationS = Field(
        default=default("dispatch.latency"),
        alias="latency",
        validate_default=True,
        description="From a question to the plan taking force.",
    )
    dispatchers: PositiveCount = Field(
        default=default("dispatch.dispatchers"),
        description="People who plan by hand: they share the times below, and are paid.",
    )
    per_order_s: DurationS = Field(
        default=default("dispatch.per_order"),
        alias="per_order",
        validate_default=True,
        description="Added to the latency for each order that is new, ready or changed.",
    )
    per_exception_s: DurationS = Field(
        default=default("dispatch.per_exception"),
        alias="per_exception",
        validate_default=True,
        description="Added to the latency for everything else that needs an answer.",
    )
    load_lock_s: DurationS = Field(
        default=default("dispatch.load_lock"),
        alias="load_lock",
        validate_default=True,
        description="How long before the shift the first tour is fixed and aboard.",
    )
    search_s: DurationS = Field(
        default=default("dispatch.search"),
        alias="search",
        validate_default=True,
        description="For each parcel taken out of the sequence in which it was loaded.",
    )
    hand_over_s: DurationS = Field(
        default=default("dispatch.hand_over"),
        alias="hand_over",
        validate_default=True,
        description="For each parcel that changes vehicles on the way.",
    )
    diversion: Flag = Field(default=True, description="A vehicle under way can be sent elsewhere.")
    preloaded: Flag = Field(default=True, description="The first tour is aboard at shift begin.")
    when_idle: Literal["home", "stay"] = Field(
        default="home", description="Where a vehicle without work goes."
    )
    on_fault: Literal["stop", "keep_last"] = Field(
        default="stop",
        description="What a faulty policy does to the day: stop it, or keep_last plan.",
    )
    horizon_s: OptionalClockS = Field(
        default=None,
        alias="horizon",
        description="When the day is cut off; none: when all is over.",
    )
    pins: Pins | None = Field(
        default=None,
        description="Orders that must go on one vehicle: {o0012: van-003}. A pin binds until its "
        "vehicle breaks down or a duty of it is cancelled.",
    )
    forbidden: Forbidden | None = Field(
        default=None,
        description="Orders that must not go on some vehicles: {o0015: [van-001, van-002]}.",
    )
    routes: GivenRoutes | None = Field(
        default=None,
        description="Routes to start from: {van-001: [o0003, o0007]}, or {csv: routes.csv}. One "
        "tour each, of orders known when the day begins.",
    )
