"""The data dictionary of scenarios, made from code: settings, defaults, columns of tables."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.defaults import DEFAULTS, default
from scenarios.hours import HOURS_LAWS
from scenarios.localday import LocalDay
from scenarios.orders_table import order_columns
from scenarios.routes_table import route_columns
from scenarios.schema import ScenarioSpec
from scenarios.tables import area_columns, vehicle_columns
from scenarios.vehicle_types import VEHICLE_TYPES
from twin.model import UNBOUNDED_S


class Setting(NamedTuple):
    """One setting.

    Attributes
    ----------
    path
        As typed, ``<name>`` where a name of the user's stands.
    default
        As typed; empty if it must be given, or is a section.
    """

    path: str
    default: str
    meaning: str


def settings() -> tuple[Setting, ...]:
    """Return every setting of a scenario, in the order of the models."""
    first: dict[str, Setting] = {}
    for setting in _settings(ScenarioSpec, ""):
        first.setdefault(setting.path, setting)
    return tuple(first.values())


def _settings(model: type[BaseModel], prefix: str) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner = list(_sections(field.annotation))
        if not inner or field.description:
            default = "" if inner else _default(field)
            yield Setting(path, default, field.description or "")
        for section, tail in inner:
            yield from _settings(section, f"{path}{tail}.")


def _sections(annotation: Any) -> Iterator[tuple[type[BaseModel], str]]:  # noqa: ANN401
    """Yield the sections that a setting may hold, and what stands between: a name, a position."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, ""
        return
    origin = get_origin(annotation)
    tail = ".<name>" if origin in (Mapping, dict) or _is_mapping(origin) else ""
    tail = "[]" if origin is tuple else tail
    for inner in get_args(annotation):
        for section, more in _sections(inner):
            yield section, tail + more


def _is_mapping(origin: Any) -> bool:  # noqa: ANN401
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return "none"
    return _typed(value)


def _typed(value: Any) -> str:  # noqa: ANN401
    """Return a default as it would be typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_typed(part)}" for key, part in value.items()) + "}"
    return str(value)


def settings_table() -> str:
    """Return the settings as a table in Markdown."""
    return _table(("setting", "default", "meaning"), settings())


def defaults_table() -> str:
    """Return the defaults with their sources as a table in Markdown."""
    rows = [(row.path, _typed(row.value), row.source, row.mark, row.plausible) for row in DEFAULTS]
    rows += [
        (
            f"vehicle type {name}",
            f"{kind.mode}, {kind.weight}, {kind.volume}, {kind.per_km} {kind.fuel}/km"
            + ("" if kind.parking else ", no search for parking"),
            kind.source,
            kind.mark,
            kind.plausible,
        )
        for name, kind in VEHICLE_TYPES.items()
    ]
    return _table(("setting", "default", "source", "mark", "plausible"), rows)


def hours_table() -> str:
    """Return the rule sets of breaks and hours of service as a table in Markdown."""
    rows = [
        (
            f"`{name}`",
            _limit(law.drive_rest_s, law.drive_most_s),
            _limit(law.work_rest_s, law.work_most_s),
            _hours(law.day_drive_most_s),
            _hours(law.duty_most_s),
            law.source,
        )
        for name, law in HOURS_LAWS.items()
    ]
    head = ("hours", "rest, driving", "rest, work", "driving", "duty", "law (general knowledge)")
    return _table(head, rows)


def _limit(rest_s: float, most_s: float) -> str:
    return "" if most_s >= UNBOUNDED_S else f"{rest_s / 60:g} min in {_hours(most_s)}"


def _hours(most_s: float) -> str:
    return "" if most_s >= UNBOUNDED_S else f"{most_s / 3600:g} h"


def columns_table() -> str:
    """Return the columns of the tables that a scenario may name, as a table in Markdown."""
    local = LocalDay(default("date"), default("time_zone"))
    tables = (
        ("orders", order_columns(local)),
        ("vehicles", vehicle_columns(local)),
        ("areas", area_columns("population")),
        ("routes", route_columns()),
    )
    rows = [
        (table, column.name, "yes" if column.is_needed else "", column.meaning)
        for table, columns in tables
        for column in columns
    ]
    return _table(("table", "column", "needed", "meaning"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def with_tables(text: str) -> str:
    """Return a text in which what stands between its table marks is made anew.

    A mark is a line such as ``<!-- settings -->``; the table ends at the next line
    ``<!-- end -->``.
    """
    makers = {
        "settings": settings_table,
        "defaults": defaults_table,
        "columns": columns_table,
        "hours": hours_table,
    }
    for name, make in makers.items():
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        text = before + mark + "\n" + make() + "\n\n" + end + after
    return text


def main() -> None:
    """Make the tables of this room's page anew: ``python -m scenarios.dictionary``."""
    page = Path(__file__).with_name("README.md")
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
