"""What the scenario says of carriers: whose vehicles, paid how, who takes the rest (S10, S15)."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.defaults import default
from scenarios.fields import ClockS, Count, DurationS, Flag, Money, Section, Share, Window
from scenarios.problems import Refused

OWN: Final = "own"
"""The carrier of vehicles of which nothing else is said."""

_AMOUNTS: Final = ("duty", "hour", "overtime_hour", "stop", "parcel", "route", "guarantee")


class PaySpec(Section):
    """How a duty is paid; what is left out is not paid by."""

    duty: Money | None = Field(default=None, description="Once for a duty that is worked: hire.")
    hour: Money | None = Field(default=None, description="For each hour of the shift.")
    overtime_hour: Money | None = Field(default=None, description="For each hour after it.")
    least_s: DurationS | None = Field(
        default=None, alias="least", description="Hours that are paid at least; with hour."
    )
    stop: Money | None = Field(default=None, description="For each stop with a success.")
    parcel: Money | None = Field(
        default=None, description="For each parcel delivered or collected."
    )
    route: Money | None = Field(
        default=None, description="For each route, from depot to depot, that is begun."
    )
    guarantee: Money | None = Field(default=None, description="What a duty comes to at least.")
    breaks_paid: Flag = Field(default=True, description="Whether breaks are paid time.")

    @model_validator(mode="after")
    def _says_something(self) -> "PaySpec":
        if all(getattr(self, name) is None for name in _AMOUNTS):
            raise Refused(f"no amount, expected one of {', '.join(_AMOUNTS)}")
        if self.least_s is not None and self.hour is None:
            raise Refused("least hours of a duty that is not paid by the hour; add `hour:`")
        return self


def _kind(given: object) -> object:
    if given == "gig":
        raise Refused(
            "not in this version ('gig': offers that couriers accept or not), expected own, "
            "hired, contracted or overflow; `contracted` pays by stop or parcel too"
        )
    return given


Kind: TypeAlias = Annotated[
    Literal["own", "hired", "contracted", "overflow"],
    BeforeValidator(_kind),
    WithJsonSchema({"enum": ["own", "hired", "contracted", "overflow"]}),
]

_ONLY: Final = {
    "call_by_s": ("call_by", ("hired",)),
    "tender_by_s": ("tender_by", ("overflow",)),
    "cap": ("cap", ("overflow",)),
    "order": ("order", ("overflow",)),
    "parcel": ("parcel", ("overflow",)),
    "delivers": ("delivers", ("overflow",)),
    "success": ("success", ("overflow",)),
    "told_after_s": ("told_after", ("overflow",)),
    "pay": ("pay", ("own", "hired", "contracted")),
}
"""Settings that belong to some kinds of carrier only."""


class CarrierSpec(Section):
    """Who operates vehicles, or takes single orders off our hands."""

    kind: Kind = Field(
        default="own",
        description="own; hired: by the duty, with its vehicle; contracted: its vehicles on our "
        "plans, paid by what they do; overflow: takes what is unplanned, out of our sight.",
    )
    pay: PaySpec | None = Field(
        default=None, description="Of its duties; own: default the rates of the vehicle type."
    )
    call_by_s: ClockS | None = Field(
        default=None,
        alias="call_by",
        description="Hired: a duty without a route by then is not called and costs nothing; "
        "none: it comes in any case.",
    )
    tender_by_s: ClockS | None = Field(
        default=None, alias="tender_by", description="Overflow: until when it takes orders; needed."
    )
    cap: Count | None = Field(
        default=None, description="Overflow: orders it takes at most; none: no limit."
    )
    order: Money | None = Field(default=None, description="Overflow: its price for each order.")
    parcel: Money | None = Field(
        default=None,
        description="Overflow: its price for each parcel; default by currency if it has none.",
    )
    delivers: Window | None = Field(
        default=None,
        description="Overflow: when, drawn evenly for each order; default "
        f"{default('carriers.delivers')}.",
    )
    success: Share | None = Field(
        default=None,
        description="Overflow: share of its orders that it delivers; default "
        f"{default('carriers.success')}.",
    )
    told_after_s: DurationS | None = Field(
        default=None,
        alias="told_after",
        description="Overflow: how long after it happens we learn of it; default "
        f"{default('carriers.told_after')}.",
    )

    @model_validator(mode="after")
    def _fits_kind(self) -> "CarrierSpec":
        for name, (typed, kinds) in _ONLY.items():
            is_said = name in self.model_fields_set and getattr(self, name) is not None
            if is_said and self.kind not in kinds:
                raise Refused(
                    f"`{typed}` of a carrier of kind {self.kind}, expected it only for "
                    f"{' or '.join(kinds)}; remove it"
                )
        if self.kind == "overflow" and self.tender_by_s is None:
            raise Refused("an overflow carrier without a time; add `tender_by: 07:00`")
        if self.kind in ("hired", "contracted") and self.pay is None:
            example = "{duty: 180}" if self.kind == "hired" else "{stop: 2.50}"
            raise Refused(f"a carrier of kind {self.kind} without pay; add `pay: {example}`")
        return self
