"""How a quantity varies: a fixed value, or a law drawn from through its inverse.

A draw is a uniform number that belongs to a thing, put through the inverse distribution
function, so the same thing gets the same rank whatever else is in the day.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from scipy.special import gammaincinv, ndtri

from scenarios.problems import Refused, did_you_mean, shown
from scenarios.quantities import TIME, VOLUME, WEIGHT, plain


class Law(StrEnum):
    """The family of a spread; what its two numbers mean is in `Spread`."""

    FIXED = "fixed"
    LOGNORMAL = "lognormal"
    GAMMA = "gamma"
    MEDIAN = "median"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Spread:
    """A law of a quantity.

    Attributes
    ----------
    law
        The family.
    first, second
        FIXED: the value, and 0. LOGNORMAL and GAMMA: mean and coefficient of variation. MEDIAN, a
        lognormal: median and standard deviation of the logarithm. UNIFORM: least and most.
    """

    law: Law
    first: float
    second: float = 0.0

    @property
    def is_fixed(self) -> bool:
        """Whether there is nothing to draw."""
        return self.law is Law.FIXED

    @property
    def mean(self) -> float:
        """The expected value."""
        if self.law is Law.MEDIAN:
            return self.first * math.exp(self.second**2 / 2)
        if self.law is Law.UNIFORM:
            return (self.first + self.second) / 2
        return self.first

    def at(self, uniform: float) -> float:
        """Return the value below which this share of all values lies; `uniform` in (0, 1)."""
        match self.law:
            case Law.FIXED:
                return self.first
            case Law.UNIFORM:
                return self.first + (self.second - self.first) * uniform
            case Law.MEDIAN:
                return self.first * math.exp(self.second * float(ndtri(uniform)))
            case Law.LOGNORMAL:
                # cv^2 = exp(s^2) - 1 and mean = exp(m + s^2 / 2) of a lognormal with log-mean m
                # and log-sd s.
                variance = math.log1p(self.second**2)
                log_mean = math.log(self.first) - variance / 2
                return math.exp(log_mean + math.sqrt(variance) * float(ndtri(uniform)))
            case Law.GAMMA:
                # cv = 1 / sqrt(shape), so a cv of 100 % is the exponential.
                shape = self.second**-2
                return float(gammaincinv(shape, uniform)) * self.first / shape


_FORMS: Mapping[frozenset[str], tuple[Law, str, str]] = {
    frozenset({"mean", "cv"}): (Law.LOGNORMAL, "mean", "cv"),
    frozenset({"mean", "cv", "law"}): (Law.LOGNORMAL, "mean", "cv"),
    frozenset({"median", "log_sd"}): (Law.MEDIAN, "median", "log_sd"),
    frozenset({"from", "to"}): (Law.UNIFORM, "from", "to"),
}
_MAX_CV = 10.0


def _ratio(given: object, name: str) -> float:
    """Return a coefficient of variation or a log-sd: a plain number or a percentage."""
    number = given
    if isinstance(given, str) and given.rstrip().endswith("%"):
        try:
            number = float(given.rstrip()[:-1]) / 100
        except ValueError:
            number = None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise Refused(f"{name} is not a number ({shown(given)}), expected 19 % or 0.19")
    if not 0 < number <= _MAX_CV:
        raise Refused(f"{name} is out of range ({shown(given)}), expected above 0, at most 10")
    return float(number)


def read_spread(given: object, read: Callable[[object], float]) -> Spread:
    """Return the spread that a value of the file describes.

    Parameters
    ----------
    read
        Reads one quantity of the kind that varies.

    Raises
    ------
    Refused
        If it is none of the forms, or a number in it is out of range.
    """
    if not isinstance(given, dict):
        return Spread(Law.FIXED, read(given))
    form = _FORMS.get(frozenset(given))
    if form is None:
        known = ("mean", "cv", "law", "median", "log_sd", "from", "to")
        unknown = [key for key in given if key not in known]
        hint = did_you_mean(unknown[0], known) if unknown else ""
        raise Refused(
            f"not a spread (keys {', '.join(shown(key, quote=False) for key in given) or 'none'})"
            f"{hint}, expected a single value, or {{mean: , cv: }}, {{median: , log_sd: }} or "
            "{from: , to: }"
        )
    law, first_name, second_name = form
    if "law" in given:
        if given["law"] not in (Law.LOGNORMAL.value, Law.GAMMA.value):
            raise Refused(f"law ({shown(given['law'])}), expected lognormal or gamma")
        law = Law(given["law"])
    first = read(given[first_name])
    if law is Law.UNIFORM:
        second = read(given[second_name])
        if second < first:
            raise Refused(f"from {shown(given['from'])} to {shown(given['to'])} falls; swap them")
        return Spread(law, first, second)
    if not first > 0:
        raise Refused(f"{first_name} is zero ({shown(given[first_name])}), expected more than 0")
    return Spread(law, first, _ratio(given[second_name], second_name))


def write_spread(spread: Spread, write: Callable[[float], Any]) -> Any:  # noqa: ANN401
    """Return a spread as it would be typed, so that `read_spread` gives it back."""
    if spread.is_fixed:
        return write(spread.first)
    if spread.law is Law.UNIFORM:
        return {"from": write(spread.first), "to": write(spread.second)}
    if spread.law is Law.MEDIAN:
        return {"median": write(spread.first), "log_sd": spread.second}
    return {"mean": write(spread.first), "cv": spread.second, "law": spread.law.value}


def read_number(given: object) -> float:
    """Return a plain number of at least 0."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Refused(f"not a number ({shown(given)}), expected a plain number")
    if given < 0:
        raise Refused(f"negative ({given}), expected 0 or more")
    return float(given)


def write_number(number: float) -> float:
    """Return a number as it would be typed: whole where it is."""
    return int(number) if number.is_integer() else float(plain(number))


def _positive_spread(given: object) -> Spread:
    spread = read_spread(given, read_number)
    if not (spread.first > 0 if spread.law is not Law.UNIFORM else spread.second > 0):
        raise Refused(f"zero ({shown(given)}), expected more than 0")
    return spread


def _schema(quantity: dict[str, Any]) -> WithJsonSchema:
    ratio = {"anyOf": [{"type": "string", "pattern": "%$"}, {"type": "number"}]}

    def pair(first: str, second: str, of: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
        return {
            "type": "object",
            "properties": {first: quantity, second: of, **more},
            "required": [first, second],
            "additionalProperties": False,
        }

    return WithJsonSchema(
        {
            "anyOf": [
                quantity,
                pair("mean", "cv", ratio, law={"enum": ["lognormal", "gamma"]}),
                pair("median", "log_sd", ratio),
                pair("from", "to", quantity),
            ]
        }
    )


_TEXT = {"type": "string"}

TimeSpread: TypeAlias = Annotated[
    Spread,
    BeforeValidator(lambda given: read_spread(given, TIME.read)),
    PlainSerializer(lambda spread: write_spread(spread, TIME.write)),
    _schema({**_TEXT, "examples": list(TIME.examples)}),
]
"""Seconds."""
WeightSpread: TypeAlias = Annotated[
    Spread,
    BeforeValidator(lambda given: read_spread(given, WEIGHT.read)),
    PlainSerializer(lambda spread: write_spread(spread, WEIGHT.write)),
    _schema({**_TEXT, "examples": list(WEIGHT.examples)}),
]
"""Grams."""
VolumeSpread: TypeAlias = Annotated[
    Spread,
    BeforeValidator(lambda given: read_spread(given, VOLUME.read)),
    PlainSerializer(lambda spread: write_spread(spread, VOLUME.write)),
    _schema({**_TEXT, "examples": list(VOLUME.examples)}),
]
"""Millilitres."""
NumberSpread: TypeAlias = Annotated[
    Spread,
    BeforeValidator(_positive_spread),
    PlainSerializer(lambda spread: write_spread(spread, write_number)),
    _schema({"type": "number", "minimum": 0}),
]
"""A plain number, more than 0."""
