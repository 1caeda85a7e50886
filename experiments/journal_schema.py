"""The journal's events as a documented JSON Schema, made from the classes themselves.

With it a stranger can read a journal, and recompute every KPI from it alone.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from pydantic import TypeAdapter

from twin import events, model, plan, world
from twin.events import ACTIVITIES, ACTIVITY, ASKS, CAUSES, MAY_ASK, SCHEMA
from twin.journal import KINDS
from twin.kpi import KPIS
from twin.ledger import LINES, NOT_SIMULATED

_ROOMS: Final = (events, model, plan, world)
_SECTION: Final = re.compile(r"\n\s*(Attributes|Parameters|Raises|Notes)\n\s*-+\n")

READING: Final[Mapping[str, str]] = {
    "file": "One JSON object a line, UTF-8; the first line is DayBegan, the last DayEnded.",
    "keys": "at_s, event, then the fields of the event's class, in the order of this schema.",
    "time": "Seconds since local midnight of identity.date, elapsed time, multiples of 1/8 s.",
    "units": "The end of a name is its unit: _s seconds, _m metres; grams, millilitres, parcels; "
    "rates in major units of rates.currency.",
    "order": "Lines are in the order in which things happened; at_s never falls.",
    "activity": "A vehicle does what the last of its events in x-activity says, until the next "
    "one. Driving on a leg that leaves or goes to a depot is stem.",
    "served": "Delivered or Collected. Its service began at began_at_s, ended at at_s.",
    "late": "began_at_s of the success, less order.promise.closes_at_s, at least 0.",
    "due": "Orders whose promise.closes_at_s is no later than the end of the day: 86400 s, or the "
    "latest shift.closes_at_s + overtime_s of all duties if that is later. Declined, failed and "
    "open orders are due.",
    "tried": "Orders with a success or an AttemptFailed.",
    "paid time": "Of each duty that began: its shift, plus DutyEnded after the shift's end.",
    "leg": "From Departed to the next Arrived or Diverted of the vehicle; its metres are the sum "
    "of lengths_m of the latter.",
    "halt": "From a vehicle's arrival at a door where ServiceBegan follows, to its next Departed "
    "or DutyEnded; one halt however many orders.",
    "route": "From leaving a depot with work to do until the next arrival at a depot.",
    "money": "Each ledger line is quantity x rate, rounded once, half to even, to 1/100; the total "
    "is the sum of the lines. Lines whose rate is null or absent are not included.",
    "cut off": "Where DayEnded comes before DutyEnded, the duty ends with the day.",
}
"""What the words of the KPIs mean, in terms of events."""


def journal_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a journal, with all that is needed to read it."""
    definitions: dict[str, Any] = {}
    for name, kind in KINDS.items():
        made = TypeAdapter(kind).json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions.update(made.pop("$defs", {}))
        definitions[name] = _as_line(name, made)
    for name, definition in definitions.items():
        _document(definition, _class(name))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One line of a journal, version {SCHEMA}",
        "description": "All that happened on a day, in order. Every KPI follows from it alone.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in KINDS],
        "x-reading": dict(READING),
        "x-activity": {kind.__name__: activity for kind, activity in ACTIVITY.items()},
        "x-activities": list(ACTIVITIES),
        "x-causes": list(CAUSES),
        "x-asks": sorted(kind.__name__ for kind in ASKS),
        "x-may-ask": sorted(kind.__name__ for kind in MAY_ASK),
        "x-ledger-lines": [
            {"name": line.name, "unit": line.unit, "meaning": line.meaning} for line in LINES
        ],
        "x-ledger-not-simulated": list(NOT_SIMULATED),
        "x-kpis": kpi_rows(),
        "$defs": definitions,
    }


def kpi_rows() -> list[dict[str, str]]:
    """Return the data dictionary of the KPIs: name, unit, what is better, meaning."""
    return [
        {"name": kpi.name, "unit": kpi.unit, "better": kpi.better, "meaning": kpi.meaning}
        for kpi in KPIS
    ]


def _as_line(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return an event's schema as its line has it: the event's name after its time."""
    fields = dict(schema["properties"])
    at_s = fields.pop("at_s")
    line = {"at_s": at_s, "event": {"const": name}, **fields}
    required = ["at_s", "event", *(key for key in schema.get("required", []) if key != "at_s")]
    return {**schema, "properties": line, "required": required, "additionalProperties": False}


def _class(name: str) -> type | None:
    return next((getattr(room, name) for room in _ROOMS if hasattr(room, name)), None)


def _document(definition: dict[str, Any], kind: type | None) -> None:
    """Put a class's docstring where readers of a schema look for it."""
    text = (kind.__doc__ or "") if kind is not None else definition.get("description", "")
    definition["description"] = _plain(_SECTION.split(text)[0])
    described = attributes(text)
    if kind is None or issubclass(kind, Enum):
        return
    for name, field in definition.get("properties", {}).items():
        field.pop("title", None)
        if name in described:
            field["description"] = described[name]
        if field.get("default", 0) is None and field.get("$ref"):
            del field["default"]  # filled in when the object is made: never null in a journal


def attributes(docstring: str) -> dict[str, str]:
    """Return the description of each attribute that a numpydoc docstring names."""
    lines = docstring.expandtabs().splitlines()
    begins = next(
        (k + 2 for k, line in enumerate(lines) if line.strip() == "Attributes"), len(lines)
    )
    indents = [len(line) - len(line.lstrip()) for line in lines[begins:] if line.strip()]
    if not indents:
        return {}
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in lines[begins:]:
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) == min(indents):
            names = [name.strip() for name in line.split(",")]
            found.update({name: [] for name in names})
        else:
            for name in names:
                found[name].append(line.strip())
    return {name: _plain(" ".join(said)) for name, said in found.items()}


def _plain(text: str) -> str:
    """Return a docstring's text on one line, without the marks of its markup."""
    return re.sub(r"\s+", " ", text.replace("``", "'").replace("`", "'")).strip()
