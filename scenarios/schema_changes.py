"""What the scenario says of orders that come in a rush, and of customers who change their minds."""

from pydantic import Field, model_validator

from scenarios.defaults import default
from scenarios.fields import (
    ClockS,
    DurationS,
    PositiveDurationS,
    PositiveNumber,
    Section,
    Share,
    Window,
)
from scenarios.problems import Refused


class BurstSpec(Section):
    """A rush of orders: a flash sale."""

    at_s: ClockS = Field(alias="at", description="When it begins.")
    lasts_s: PositiveDurationS = Field(alias="lasts", description="For how long.")
    factor: PositiveNumber = Field(
        description="Multiplies the orders that are placed in this time, at least 1. The others "
        "stay what they are."
    )

    @model_validator(mode="after")
    def _adds(self) -> "BurstSpec":
        if self.factor < 1:
            raise Refused(
                f"a factor below 1 ({self.factor:g}), expected 1 or more; for fewer orders lower "
                "the weight of these hours in `arrivals: {by_hour: }`"
            )
        return self


class ChangesSpec(Section):
    """What customers ask for after they ordered: one draw each, split in this order."""

    cancelled: Share = Field(
        default=default("orders.changes.cancelled"),
        validate_default=True,
        description="Share of orders cancelled in the day.",
    )
    moved: Share = Field(
        default=default("orders.changes.moved"),
        validate_default=True,
        description="Share moved to another window today.",
    )
    urgent: Share = Field(
        default=default("orders.changes.urgent"),
        validate_default=True,
        description="Share whose priority is raised by one.",
    )
    between: Window = Field(
        default=default("orders.changes.between"),
        validate_default=True,
        description="When they ask, after they ordered; new windows close by its end.",
    )
    width_s: PositiveDurationS = Field(
        default=default("orders.changes.width"),
        alias="width",
        validate_default=True,
        description="Of a new window.",
    )
    notice_s: DurationS = Field(
        default=default("orders.changes.notice"),
        alias="notice",
        validate_default=True,
        description="From asking until a new window opens at the earliest.",
    )

    @property
    def total(self) -> float:
        """Share of orders that are changed."""
        return self.cancelled + self.moved + self.urgent

    @model_validator(mode="after")
    def _fit(self) -> "ChangesSpec":
        if self.total > 1 + 1e-9:
            raise Refused(f"changes add up to {self.total * 100:.6g} %, expected at most 100 %")
        return self
