"""What the scenario says of the day itself: traffic."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from scenarios.defaults import default
from scenarios.fields import Section, Share


class TrafficSpec(Section):
    """How fast streets are, and what is believed of it (semantics S27)."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"enum": ["calibrated", "flat", "free flow"]},
    )

    profile: Literal["calibrated", "flat", "free flow"] = Field(
        default="calibrated",
        description="calibrated: by hour; flat: the same extra time all day; free flow: none.",
    )
    level: Share = Field(
        default=default("traffic.level"),
        validate_default=True,
        description="Extra time over free flow, mean of 7 to 20 h of a weekday.",
    )
    day: Literal["by date", "weekday", "saturday", "sunday"] = Field(
        default="by date",
        description="Kind of day; Saturday has 0.55 and Sunday 0.35 of the extra time.",
    )
    believed: Literal["profile", "free flow"] = Field(
        default="profile", description="What policies know of it."
    )
