"""The journal's events as a documented JSON Schema, made from the classes themselves.

With it a stranger can read a journal, and recompute every KPI from it alone.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from pydantic import TypeAdapter

from twin import events, messages, model, plan, rates, rules, streets, world
from twin.events import ACTIVITIES, ACTIVITY, ASKS, CAUSES, HOW, MAY_ASK, SCHEMA, WAITS
from twin.journal import KINDS
from twin.kpi import KPIS
from twin.ledger import LINES

_ROOMS: Final = (events, messages, model, plan, rates, rules, streets, world)
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
    "served": "Delivered or Collected: service began at began_at_s, ended at at_s. Or "
    "CarrierDelivered: both are began_at_s, at_s is when it was told.",
    "an order": "As it was last known: OrderPlaced, then OrderChanged.",
    "late": "began_at_s of the success, less order.promise.closes_at_s, at least 0.",
    "talk": "Messages of a PlanMade are CustomerTold and OfferMade of its instant, in this order. "
    "OfferAnswered is to the last OfferMade of its order; if accepted, the next line is the "
    "OrderChanged that was agreed to. CustomerTold changes no promise.",
    "believed": "arrivals and warned of PlanMade: an arrival holds until a later plan names the "
    "order again. As believed at an instant: by the last plan of that instant or before.",
    "due": "Orders whose promise.closes_at_s is no later than the end of the day: 86400 s, or the "
    "latest shift.closes_at_s + overtime_s of all duties if that is later. Declined, failed and "
    "open orders are due; OrderCancelled before any Loaded and OrderTendered is not.",
    "tried": "Orders with a success of ours or an AttemptFailed; attempted are also those with "
    "CarrierDelivered or CarrierFailed.",
    "duty": "From its first ShiftBegan to its DutyEnded. After DutyMoved it goes on with the "
    "ShiftBegan of the spare vehicle: one duty, paid once. DutyCancelled was never worked.",
    "paid time": "Of each duty that began: its shift, plus DutyEnded after the shift's end.",
    "leg": "From Departed to the next Arrived, Diverted or BrokeDown of the vehicle; its metres "
    "are the sum of lengths_m of the latter. Towing is no leg.",
    "halt": "From coming to a door where ServiceBegan follows (Arrived, or Walked to another "
    "place), to the next Departed, DutyEnded or BrokeDown, or to the WalkingBegan before Walked "
    "to another place; one halt however many orders. With a success it is a stop.",
    "route": "From leaving a depot with work to do until the next arrival at a depot, Towed, or "
    "the end of the duty with this vehicle.",
    "going on": "Departed that is not home, and Walked to a place that the vehicle is not at; "
    "SequenceLeft says that it was not to the planned stop.",
    "energy": "Litres or kWh of a leg: metres / 1000 x energy.per_km x (1 + energy.full_load_share "
    "x aboard.grams / capacity.grams) x rules.consumption, aboard as in Departed.",
    "money": "Each ledger line is quantity x rate, rounded once, half to even, to 1/100; the total "
    "is the sum of the lines. Lines whose rate is null or absent are not included; what is "
    "carried over then costs the average of a stop. What each rate is charged for is told with "
    "Rates and Pay.",
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
        "x-how": list(HOW),
        "x-waits": list(WAITS),
        "x-asks": sorted(kind.__name__ for kind in ASKS),
        "x-may-ask": sorted(kind.__name__ for kind in MAY_ASK),
        "x-ledger-lines": [
            {"name": line.name, "unit": line.unit, "meaning": line.meaning} for line in LINES
        ],
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
