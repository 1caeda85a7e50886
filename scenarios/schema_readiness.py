"""What the scenario says of goods on their way into a depot: when they can be loaded."""

from itertools import pairwise
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from scenarios.defaults import default
from scenarios.fields import ClockS, PositiveCount, PositiveNumber, Section, Share
from scenarios.problems import Refused, shown
from scenarios.quantities import read_clock, write_clock
from scenarios.spreads import TimeSpread


class PickingSpec(Section):
    """People who pick the orders placed in the day, first come first served."""

    pickers: PositiveCount = Field(description="How many pick at once.")
    per_order_s: TimeSpread = Field(
        default=default("depots.picking.per_order"),
        alias="per_order",
        validate_default=True,
        description="One picker on one order. Announced is placed plus its mean, as if nobody "
        "had to wait.",
    )


class LinehaulSpec(Section):
    """The truck that brings what was ordered before the day."""

    arrives_s: ClockS = Field(alias="arrives", description="When it is due.")
    late_s: TimeSpread = Field(
        default="0 s", alias="late", validate_default=True, description="By how much it is late."
    )
    share: Share = Field(
        default="100 %",
        validate_default=True,
        description="Share of the orders known in the morning whose goods it brings.",
    )
    sort_rate: PositiveNumber | None = Field(
        default=None, description="Parcels sorted in an hour, in drawn order; none: at once."
    )
    announced_s: ClockS | None = Field(
        default=None,
        alias="announced",
        description="When its goods are announced to be ready; none: when it is due.",
    )


def _waves(given: object) -> tuple[float, ...]:
    texts = given if isinstance(given, list | tuple) else [given]
    waves = sorted(read_clock(text) for text in texts)
    twice = [write_clock(a) for a, b in pairwise(waves) if a == b]
    if twice:
        raise Refused(f"the wave at {twice[0]} is there twice ({shown(given)}), expected it once")
    return tuple(waves)


Waves: TypeAlias = Annotated[
    tuple[float, ...],
    BeforeValidator(_waves),
    PlainSerializer(lambda waves: [write_clock(wave) for wave in waves]),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "examples": [["07:00", "11:00", "15:00"]],
        }
    ),
]
"""Times on the clock, in rising order."""
