"""What the scenario says of the streets: speeds, noise, incidents, closures, what is believed."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from networks.classes import CLASSES, GROUPS
from scenarios.defaults import default
from scenarios.fields import (
    ClockS,
    DurationS,
    Flag,
    PositiveLengthM,
    Section,
    Share,
    Shares,
    Text,
    Window,
)
from scenarios.problems import Refused, did_you_mean, shown
from scenarios.quantities import write_clock
from scenarios.schema_fleet import SiteSpec
from scenarios.spreads import TimeSpread

INCIDENT_KINDS: Final = ("shoulder", "one lane", "two lanes", "closure")


class NoiseSpec(Section):
    """How streets differ from their profile; each is the standard deviation of a logarithm."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ({"enum": ["on", "off"]},)

    day: Share = Field(
        default=default("traffic.noise.day"),
        validate_default=True,
        description="Of the whole town all day.",
    )
    district: Share = Field(
        default=default("traffic.noise.district"),
        validate_default=True,
        description="Of each square of 1.5 km in each hour.",
    )
    memory: Share = Field(
        default=default("traffic.noise.memory"),
        validate_default=True,
        description="What is left of a district's hour in the next.",
    )
    link: Share = Field(
        default=default("traffic.noise.link"),
        validate_default=True,
        description="Of each piece of street in each hour; legs of a table have none.",
    )
    link_peak: Share = Field(
        default=default("traffic.noise.link_peak"),
        validate_default=True,
        description="The same from 8 to 10 and from 15 to 19 h of a weekday.",
    )


NO_NOISE: Final = NoiseSpec(day=0, district=0, memory=0, link=0, link_peak=0)


def _known_kinds(given: Mapping[str, Any]) -> Mapping[str, Any]:
    strange = [name for name in given if name not in INCIDENT_KINDS]
    if strange:
        raise Refused(
            f"no kind of incident ({', '.join(map(shown, strange))})"
            f"{did_you_mean(strange[0], INCIDENT_KINDS)}, expected {', '.join(INCIDENT_KINDS)}"
        )
    return given


_MOST_PER_100_KM: Final = 100


def _rate(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Refused(f"not a number ({shown(given)}), expected a plain number such as 0.5, or off")
    if not 0 <= given <= _MOST_PER_100_KM:
        raise Refused(f"out of range ({given}), expected 0 to {_MOST_PER_100_KM} a day")
    return float(given)


class IncidentsSpec(Section):
    """Accidents that nobody plans: how many, of what kind, how long."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"enum": ["on", "off"]},
        {"type": "number", "minimum": 0, "maximum": _MOST_PER_100_KM},
    )

    per_100_km: Annotated[
        float,
        BeforeValidator(_rate),
        WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MOST_PER_100_KM}),
    ] = Field(
        default=default("traffic.incidents.per_100_km"),
        validate_default=True,
        description="On 100 km of streets, each direction counted, in a day.",
    )
    kinds: Annotated[Shares, AfterValidator(_known_kinds)] = Field(
        default=default("traffic.incidents.kinds"),
        validate_default=True,
        description=f"Shares of {', '.join(INCIDENT_KINDS)}.",
    )
    duration_s: Annotated[Mapping[Text, TimeSpread], AfterValidator(_known_kinds)] = Field(
        default=default("traffic.incidents.duration"),
        alias="duration",
        validate_default=True,
        description="By kind; a kind left out lasts as long as by default.",
    )
    reported_after_s: TimeSpread = Field(
        default=default("traffic.incidents.reported_after"),
        alias="reported_after",
        validate_default=True,
        description="Until dispatch and drivers know of it; who stands before it knows at once.",
    )

    @field_validator("duration_s", mode="before")
    @classmethod
    def _filled(cls, given: object) -> object:
        if not isinstance(given, dict):
            raise Refused(
                f"not a mapping ({shown(given)}), expected times by kind such as "
                "{closure: 90 min}"
            )
        return {**default("traffic.incidents.duration"), **given}


NO_INCIDENTS: Final = IncidentsSpec(per_100_km=0)


def _noise(given: object) -> object:
    return {"off": NO_NOISE, "on": {}}.get(given, given) if isinstance(given, str) else given


def _incidents(given: object) -> object:
    if isinstance(given, int | float):
        return {"per_100_km": given}
    return {"off": NO_INCIDENTS, "on": {}}.get(given, given) if isinstance(given, str) else given


def _belief(given: object) -> object:
    if given == "everything":
        raise Refused(
            "no belief ('everything'), expected free flow, profile or live; to compare with what "
            "foresight is worth set `foresight: true` and run the policy oracle"
        )
    return given


_SLOTS: Final = (1, 2, 3, 4, 6, 8, 12, 24, 48, 96)
"""Into how many equal slots a table may cut a day."""
_SLOWEST: Final = 100.0


def _tables(given: object) -> object:
    """Return tables of driving time over free-flow time, each checked."""
    if not isinstance(given, dict):
        raise Refused(f"no tables by class ({shown(given)}), expected {{arterial: [1.0, ...]}}")
    names = (*CLASSES, *GROUPS, "others")
    for name, table in given.items():
        if name not in names:
            hint = did_you_mean(str(name), names)
            raise Refused(f"no class of street ({shown(name)}){hint}, expected one of a road, of "
                          f"{', '.join(GROUPS)}, or others")  # fmt: skip
        if not isinstance(table, list | tuple) or len(table) not in _SLOTS:
            found = f"{len(table)} values" if isinstance(table, list | tuple) else shown(table)
            raise Refused(f"{name}: {found}, expected a list of {', '.join(map(str, _SLOTS))}")
        for value in table:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not 0 < value <= _SLOWEST:
                raise Refused(f"{name}: {shown(value)}, expected driving time over free-flow time")
    return {name: tuple(float(value) for value in table) for name, table in given.items()}


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
    by_class: Annotated[
        Mapping[str, tuple[float, ...]],
        BeforeValidator(_tables),
        WithJsonSchema(
            {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "number"}},
            }
        ),
    ] = Field(
        default={},
        description="Instead of the calibrated hours: driving time over free-flow time on a "
        "weekday, by class of street (residential), group (motorway, arterial, local) or others, "
        "one value for each equal slot of the day.",
    )
    day: Literal["by date", "weekday", "saturday", "sunday"] = Field(
        default="by date",
        description="Kind of day; Saturday has 0.55 and Sunday 0.35 of the extra time.",
    )
    noise: Annotated[NoiseSpec | None, BeforeValidator(_noise)] = Field(
        default=None,
        description="off, or the spreads below, which hold by default: of motor vehicles, and "
        "not in free flow.",
    )
    incidents: Annotated[IncidentsSpec | None, BeforeValidator(_incidents)] = Field(
        default=None,
        description="off, a number on 100 km, or the settings below, which hold by default: on "
        "streets, and not in free flow.",
    )
    believed: Annotated[Literal["free flow", "profile", "live"], BeforeValidator(_belief)] = Field(
        default="profile",
        description="What policies know of it; live: the profile, times how much slower or faster "
        "each street was feed_lag ago.",
    )
    feed_lag_s: DurationS | None = Field(
        default=None,
        alias="feed_lag",
        description="How old live speeds are; default 5 min.",
    )

    @model_validator(mode="after")
    def _one_profile(self) -> "TrafficSpec":
        if self.by_class and self.profile != "calibrated":
            raise Refused(f"by_class beside profile {self.profile}, expected one; remove one")
        if self.by_class and self.level != TrafficSpec().level:
            raise Refused("by_class beside level, which it says already; remove one of them")
        return self


class ClosureSpec(Section):
    """A closure or a narrowing that is planned: where, when, and who knows of it."""

    name: Text | None = Field(default=None, description="In words; default: closure.")
    at: SiteSpec | None = Field(default=None, description="The middle of what is closed.")
    radius_m: PositiveLengthM | None = Field(
        default=None,
        alias="radius",
        description="Streets with an end or their middle within it.",
    )
    between: tuple[SiteSpec, SiteSpec] | None = Field(
        default=None, description="Instead: two places, and the way from one to the other."
    )
    one_way: Flag = Field(default=False, description="Only from the first to the second.")
    when: Window = Field(
        default="00:00-48:00", validate_default=True, description="From when to when."
    )
    known_at_s: ClockS | None = Field(
        default=None, alias="known_at", description="When it is told; default: before the day."
    )
    speed: Share = Field(
        default="0 %",
        validate_default=True,
        description="What is left of the speed of motor vehicles; 0 % closes it to all.",
    )

    @model_validator(mode="after")
    def _fit(self) -> "ClosureSpec":
        wrong = []
        if (self.at is None) == (self.between is None):
            wrong.append("expected either at and radius, or between")
        if (self.at is None) != (self.radius_m is None):
            missing = "at" if self.at is None else "radius"
            wrong.append(f"at and radius go together, expected both; add `{missing}:`")
        if self.one_way and self.between is None:
            wrong.append("one_way says nothing of a circle, expected it with between; remove it")
        if self.known_at_s is not None and self.known_at_s > self.when.closes_at_s:
            wrong.append(
                f"known when it is over ({write_clock(self.known_at_s)}), expected by "
                f"{write_clock(self.when.closes_at_s)}; set known_at earlier"
            )
        if wrong:
            raise Refused("; ".join(wrong))
        return self


Closures: TypeAlias = tuple[ClosureSpec, ...]
