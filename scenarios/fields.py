"""Field types of the scenario: text with units in the file, numbers in the units inside here.

Each type reads what people write, says in our words what is wrong with it, writes itself back
as it would be typed, and describes itself in the JSON Schema.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from scenarios import quantities
from scenarios.problems import Refused, shown
from scenarios.quantities import LENGTH, SPEED, TIME, VOLUME, WEIGHT, Dimension
from twin.model import TimeWindow


class Section(BaseModel):
    """A part of the scenario: frozen, and nothing unknown in it.

    Attributes
    ----------
    short_forms
        JSON Schemas of what may be written instead of the full mapping.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    short_forms: ClassVar[tuple[dict[str, Any], ...]] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        full = handler(core_schema)
        return {"anyOf": [full, *cls.short_forms]} if cls.short_forms else full


def _positive(read: Callable[[object], float]) -> Callable[[object], float]:
    def check(given: object) -> float:
        value = read(given)
        if not value > 0:
            raise Refused(f"zero ({shown(given)}), expected more than 0")
        return value

    return check


def _schema(dimension: Dimension) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[0-9.]+ ?[A-Za-z0-9/³]+( [0-9.]+ ?[A-Za-z]+)*$",
            "description": f"A {dimension.what} with its unit: {', '.join(dimension.units)}.",
            "examples": list(dimension.examples),
        }
    )


DurationS: TypeAlias = Annotated[
    float, BeforeValidator(TIME.read), PlainSerializer(TIME.write), _schema(TIME)
]
"""Seconds, 0 or more."""
PositiveDurationS: TypeAlias = Annotated[
    float, BeforeValidator(_positive(TIME.read)), PlainSerializer(TIME.write), _schema(TIME)
]
LengthM: TypeAlias = Annotated[
    float, BeforeValidator(LENGTH.read), PlainSerializer(LENGTH.write), _schema(LENGTH)
]
PositiveLengthM: TypeAlias = Annotated[
    float, BeforeValidator(_positive(LENGTH.read)), PlainSerializer(LENGTH.write), _schema(LENGTH)
]
SpeedMps: TypeAlias = Annotated[
    float, BeforeValidator(_positive(SPEED.read)), PlainSerializer(SPEED.write), _schema(SPEED)
]
WeightG: TypeAlias = Annotated[
    float, BeforeValidator(WEIGHT.read), PlainSerializer(WEIGHT.write), _schema(WEIGHT)
]
VolumeMl: TypeAlias = Annotated[
    float, BeforeValidator(VOLUME.read), PlainSerializer(VOLUME.write), _schema(VOLUME)
]

_SHARE_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "pattern": r"^[0-9.]+ ?%$"},
            {"type": "number", "minimum": 0, "maximum": 1},
        ],
        "description": "A share: 12 % or 0.12.",
    }
)
Share: TypeAlias = Annotated[
    float,
    BeforeValidator(quantities.read_share),
    PlainSerializer(quantities.write_share),
    _SHARE_SCHEMA,
]
"""From 0 to 1."""
ClockS: TypeAlias = Annotated[
    float,
    BeforeValidator(quantities.read_clock),
    PlainSerializer(quantities.write_clock),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}:[0-5][0-9]", "examples": ["08:30"]}),
]
"""Seconds on the clock since midnight, not yet elapsed time of a day with a clock change."""
Window: TypeAlias = Annotated[
    TimeWindow,
    BeforeValidator(quantities.read_window),
    PlainSerializer(quantities.write_window),
    WithJsonSchema(
        {"type": "string", "pattern": "^[0-9]{1,2}:[0-5][0-9].*-", "examples": ["08:00-17:00"]}
    ),
]
"""From-to on the clock."""


def _count(least: int) -> Callable[[object], int]:
    def read(given: object) -> int:
        expected = f"expected a whole number, {least} or more"
        if isinstance(given, bool) or not isinstance(given, int):
            whole = isinstance(given, float) and given.is_integer()
            remedy = f"; write {int(given)}" if isinstance(given, float) and whole else ""
            raise Refused(f"not a count ({shown(given)}), {expected}{remedy}")
        if given < least:
            raise Refused(f"too small ({given}), {expected}")
        return given

    return read


def _count_schema(least: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": least})


Count: TypeAlias = Annotated[int, BeforeValidator(_count(0)), _count_schema(0)]
PositiveCount: TypeAlias = Annotated[int, BeforeValidator(_count(1)), _count_schema(1)]


def _number(least: float | None = None, *, above: bool = False) -> Callable[[object], float]:
    def read(given: object) -> float:
        bound = "" if least is None else f", {'more than' if above else 'at least'} {least:g}"
        if isinstance(given, bool) or not isinstance(given, int | float):
            unit = "; it has no unit" if isinstance(given, str) else ""
            raise Refused(f"not a number ({shown(given)}), expected a plain number{bound}{unit}")
        if least is not None and (given < least or (above and given == least)):
            raise Refused(f"too small ({given}), expected a plain number{bound}")
        return float(given)

    return read


PositiveNumber: TypeAlias = Annotated[
    float,
    BeforeValidator(_number(0, above=True)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
]


DetourFactor: TypeAlias = Annotated[
    float, BeforeValidator(_number(1)), WithJsonSchema({"type": "number", "minimum": 1})
]
"""Way over straight line, 1 or more."""


def _money(given: object) -> Decimal:
    expected = "expected a plain amount such as 0.30; the currency is named once, `currency: EUR`"
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Refused(f"not an amount ({shown(given)}), {expected}")
    if given < 0:
        raise Refused(f"negative ({given}), {expected}")
    return Decimal(str(given))


Money: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(_money),
    PlainSerializer(lambda amount: int(amount) if amount == int(amount) else float(amount)),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
"""An amount in major units of the scenario's currency."""


def _angle(name: str, most: int) -> Callable[[object], float]:
    def read(given: object) -> float:
        expected = (
            f"expected degrees from -{most} to {most} such as {-30.03 if most == 90 else -51.2}"  # noqa: PLR2004
        )
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise Refused(f"not a {name} ({shown(given)}), {expected}")
        if not -most <= given <= most:
            swapped = "; are lat and lon swapped?" if name == "latitude" else ""
            raise Refused(f"out of range ({given}), {expected}{swapped}")
        return float(given)

    return read


Latitude: TypeAlias = Annotated[
    float,
    BeforeValidator(_angle("latitude", 90)),
    WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90}),
]
Longitude: TypeAlias = Annotated[
    float,
    BeforeValidator(_angle("longitude", 180)),
    WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180}),
]

MAX_NAME: int = 200
"""Characters of a name: it is printed in tables and made into folders."""


def _text(given: object) -> str:
    if not isinstance(given, str):
        remedy = f"; put it in quotes: '{given}'" if isinstance(given, int | float) else ""
        raise Refused(f"not text ({shown(given)}), expected text{remedy}")
    if not given.strip():
        raise Refused("empty text (''), expected at least one letter")
    if len(given) > MAX_NAME:
        raise Refused(f"too long ({shown(given)}), expected at most {MAX_NAME} characters")
    return given


Text: TypeAlias = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
"""A name: not empty, at most `MAX_NAME` characters."""


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise Refused(f"neither true nor false ({shown(given)}), expected true or false")
    return given


Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]


def _shares(given: object) -> Mapping[str, float]:
    expected = "expected a mapping of shares that add up to 100 %"
    if not isinstance(given, dict) or not given:
        raise Refused(f"not shares ({shown(given)}), {expected}")
    shares: dict[str, float] = {}
    wrong = []
    for key, value in given.items():
        try:
            shares[str(key)] = quantities.read_share(value)
        except ValueError as error:
            wrong.append(f"{shown(str(key), quote=False)}: {error}")
    if wrong:
        raise Refused("; ".join(wrong))
    total = sum(shares.values())
    if abs(total - 1) > 1e-9:  # noqa: PLR2004
        raise Refused(f"shares add up to {total * 100:.6g} %, expected 100 %; mend one of them")
    return shares


Shares: TypeAlias = Annotated[
    Mapping[str, float],
    BeforeValidator(_shares),
    PlainSerializer(lambda shares: {k: quantities.write_share(v) for k, v in shares.items()}),
    WithJsonSchema({"type": "object", "description": "Shares that add up to 100 %."}),
]
"""Shares by name, adding up to 1."""
