"""What the scenario says of places that open and close: lockers, and doors of businesses."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from scenarios.defaults import default
from scenarios.fields import Count, DurationS, PositiveCount, Section, Share, Text
from scenarios.problems import Refused
from scenarios.quantities import read_window, write_window
from scenarios.schema_fleet import PointSpec
from scenarios.spreads import TimeSpread
from twin.model import TimeWindow


def _opening(given: object) -> tuple[TimeWindow, ...]:
    texts = given if isinstance(given, list | tuple) else [given]
    windows = sorted((read_window(text) for text in texts), key=lambda window: window.opens_at_s)
    for before, after in pairwise(windows):
        if after.opens_at_s <= before.closes_at_s:
            raise Refused(
                f"hours {write_window(before)} and {write_window(after)} overlap or touch, "
                "expected one after the other; write them as one"
            )
    return tuple(windows)


OpeningHours: TypeAlias = Annotated[
    tuple[TimeWindow, ...],
    BeforeValidator(_opening),
    PlainSerializer(lambda windows: [write_window(window) for window in windows]),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "examples": ["09:00-18:00", ["09:00-12:00", "14:00-18:00"]],
        }
    ),
]
"""From-to on the clock, in rising order; none is always."""


class BusinessesSpec(Section):
    """What doors of businesses have in common, unless a table says otherwise."""

    hours: OpeningHours = Field(
        default=(), description="When they are open: 09:00-18:00, or several; none: always."
    )
    docks: PositiveCount | None = Field(
        default=None, description="How many vehicles are served at once; none: no limit."
    )


class LockerSpec(PointSpec):
    """One locker; what it leaves out is as with all lockers."""

    slots: Count | None = Field(default=None, description="Default: as all lockers.")
    hours: OpeningHours | None = Field(default=None, description="Default: as all lockers.")

    @model_validator(mode="after")
    def _given(self) -> "LockerSpec":
        if not self.is_given:
            raise Refused("no place, expected lat and lon, or node")
        return self


class LockersSpec(Section):
    """Where parcels wait for customers: some at given places, some at drawn ones."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "integer", "minimum": 0},)

    count: Count = Field(
        default=0,
        description="How many stand at junctions drawn once for all days of a seed.",
    )
    at: Mapping[Text, LockerSpec] = Field(default={}, description="Those at given places, by name.")
    slots: Count | None = Field(default=None, description="Parcels that one holds; none: no limit.")
    occupied: Share = Field(
        default=default("lockers.occupied"),
        validate_default=True,
        description="Share of slots that others hold at midnight.",
    )
    collected_s: TimeSpread = Field(
        default=default("lockers.collected"),
        alias="collected",
        validate_default=True,
        description="When such a slot becomes free, after midnight; drawn for each.",
    )
    hours: OpeningHours = Field(default=(), description="When they are open; none: always.")
    fixed_s: DurationS = Field(
        default=default("lockers.fixed"),
        alias="fixed",
        validate_default=True,
        description="Once a visit.",
    )
    per_parcel_s: DurationS = Field(
        default=default("lockers.per_parcel"),
        alias="per_parcel",
        validate_default=True,
        description="For each parcel put in.",
    )

    @property
    def exist(self) -> bool:
        """Whether there are lockers at all."""
        return self.count > 0 or bool(self.at)

    @model_validator(mode="after")
    def _occupies_slots(self) -> "LockersSpec":
        bounded = self.slots is not None or any(one.slots is not None for one in self.at.values())
        if self.occupied > 0 and not bounded:
            raise Refused("slots are occupied, expected their number; add `slots: 40`")
        return self
