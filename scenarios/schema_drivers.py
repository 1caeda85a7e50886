"""What the scenario says of drivers: who comes, what they know, when they rest (S10, S13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from scenarios.defaults import default
from scenarios.fields import PositiveNumber, Section, Share
from scenarios.problems import Refused, shown
from scenarios.quantities import TIME, read_clock, read_window, write_clock, write_window
from scenarios.spreads import Spread, read_number, read_spread, write_number, write_spread
from twin.model import TimeWindow

AT_SHIFT: Final = "at_shift"
_MAX_CHARACTERS: Final = 60


def _known_at(given: object) -> float | None:
    if given is None or given == AT_SHIFT:
        return None
    try:
        return read_clock(given)
    except ValueError as error:
        raise Refused(f"{error}; or {AT_SHIFT}") from None


KnownAt: TypeAlias = Annotated[
    float | None,
    BeforeValidator(_known_at),
    PlainSerializer(lambda at_s: AT_SHIFT if at_s is None else write_clock(at_s)),
    WithJsonSchema({"type": "string", "examples": ["05:30", AT_SHIFT]}),
]


class AbsenceSpec(Section):
    """Drivers who do not come."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"type": "string", "pattern": r"^[0-9.]+ ?%$"},
        {"type": "number", "minimum": 0, "maximum": 1},
    )

    share: Share = Field(
        default=default("absence.share"),
        validate_default=True,
        description="Of drivers, each drawn by itself; the weather multiplies it.",
    )
    known_at_s: KnownAt = Field(
        default=default("absence.known_at"),
        alias="known_at",
        validate_default=True,
        description="When dispatch learns of it, at the latest when the shift begins (at_shift).",
    )


@dataclass(frozen=True, slots=True)
class Meal:
    """A meal break.

    Attributes
    ----------
    window
        When it begins, on the clock.
    lasts_s
        How long it is, more than 0.
    """

    window: TimeWindow
    lasts_s: float


def _meal(given: object) -> Meal | None:
    if given is None or given == "none":
        return None
    expected = "expected when and how long, such as 12:00-13:00 30 min, or none"
    if isinstance(given, Meal):
        return given
    text = given if isinstance(given, str) and len(given) <= _MAX_CHARACTERS else ""
    match = re.fullmatch(r"([0-9:]+\s*-\s*[0-9:]+)\s+(\S.*)", text)
    if match is None:
        raise Refused(f"not a meal break ({shown(given)}), {expected}")
    window, lasts_s = read_window(match.group(1)), TIME.read(match.group(2))
    if not lasts_s > 0:
        raise Refused(f"a meal break of no length ({shown(given)}), {expected}")
    return Meal(window, lasts_s)


def _write_meal(meal: Meal | None) -> str:
    if meal is None:
        return "none"
    return f"{write_window(meal.window)} {TIME.write(meal.lasts_s)}"


MealField: TypeAlias = Annotated[
    Meal | None,
    BeforeValidator(_meal),
    PlainSerializer(_write_meal),
    WithJsonSchema({"type": "string", "examples": ["12:00-13:00 30 min", "none"]}),
]


def _known(given: object) -> Spread | Mapping[str, int]:
    expected = "expected a number of stops, a spread of it, or stops by zone such as {12/-40: 300}"
    if isinstance(given, dict) and not {"mean", "median", "from", "to"} & set(given):
        wrong = [k for k, v in given.items() if isinstance(v, bool) or not isinstance(v, int)]
        wrong += [k for k, v in given.items() if k not in wrong and v < 0]
        if wrong:
            raise Refused(f"{shown(wrong[0])} has no number of stops, {expected}")
        return {str(key): int(value) for key, value in sorted(given.items())}
    try:
        return read_spread(given, read_number)
    except Refused as error:
        raise Refused(f"{error}; {expected}") from None


def _write_known(known: Spread | Mapping[str, int]) -> Any:  # noqa: ANN401
    return write_spread(known, write_number) if isinstance(known, Spread) else dict(known)


class FamiliaritySpec(Section):
    """How much longer stops take where a driver has not been, and what they know already."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"type": "string", "pattern": r"^[0-9.]+ ?%$"},
        {"type": "number", "minimum": 0, "maximum": 1},
    )

    share: Share = Field(
        default=default("familiarity.share"),
        validate_default=True,
        description="How much longer a stop takes in a zone that its driver has never been in.",
    )
    learning_visits: PositiveNumber = Field(
        default=default("familiarity.learning_visits"),
        validate_default=True,
        description="Stops in a zone after which 1/e of that is left.",
    )
    known: Annotated[
        Spread | Mapping[str, int],
        BeforeValidator(_known),
        PlainSerializer(_write_known),
        WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "object"}]}),
    ] = Field(
        default=default("familiarity.known"),
        validate_default=True,
        description="Stops made in each zone before today: a number or a spread, drawn for each "
        "driver and zone, or a mapping by zone.",
    )
