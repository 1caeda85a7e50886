"""What a scenario says of the weather, one kind a day, and what each kind does to the day."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema

from scenarios.defaults import default
from scenarios.fields import PositiveNumber, Section, Shares
from scenarios.problems import Refused, did_you_mean, shown

KINDS: Final = ("dry", "rain", "snow", "storm")


class WeatherEffects(Section):
    """Factors of one kind of weather on what an ordinary day has; 1 changes nothing."""

    demand: PositiveNumber | None = Field(
        default=None, description="On the number of orders drawn; default by kind."
    )
    driving: PositiveNumber | None = Field(
        default=None, description="On driving times; default by kind."
    )
    service: PositiveNumber | None = Field(
        default=None, description="On times at doors; default by kind."
    )
    absence: PositiveNumber | None = Field(
        default=None, description="On the share of absence at doors; default by kind."
    )
    driver_absence: PositiveNumber | None = Field(
        default=None, description="On the share of drivers who do not come; default by kind."
    )


def _known_kinds(shares: Mapping[str, float]) -> Mapping[str, float]:
    strange = [name for name in shares if name not in KINDS]
    if strange:
        raise Refused(
            f"no kind of weather ({', '.join(map(shown, strange))})"
            f"{did_you_mean(strange[0], KINDS)}, expected {', '.join(KINDS)}"
        )
    return shares


KindShares: TypeAlias = Annotated[
    Shares,
    AfterValidator(_known_kinds),
    WithJsonSchema({"type": "object", "description": "Shares by kind that add up to 100 %."}),
]


class WeatherSpec(Section):
    """One kind of weather for the whole day (a coupling of demand, streets, doors and drivers)."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"enum": ["dry", "rain", "snow", "storm", "drawn"]},
    )

    kind: Literal["dry", "rain", "snow", "storm", "drawn"] = Field(
        default=default("weather.kind"),
        validate_default=True,
        description="Of every day, or drawn for each; with noise off, drawn is the likeliest.",
    )
    shares: KindShares = Field(
        default=default("weather.shares"),
        validate_default=True,
        description="Of days of each kind, for `kind: drawn`.",
    )
    rain: WeatherEffects = WeatherEffects()
    snow: WeatherEffects = WeatherEffects()
    storm: WeatherEffects = WeatherEffects()
