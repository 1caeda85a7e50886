"""What pydantic found, in our words: each problem with its setting and the way out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.problems import KeyPath, did_you_mean, shown
from scenarios.schema import ScenarioSpec
from scenarios.schema_orders import ORDER_MODELS

LATER: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        {
            "pickup_points",
            "cancellations", "waves", "calendar",
            "clients", "targets", "display", "operation", "staff",
            "notices", "feeds", "sequence",
        }
    ),
    "orders": frozenset(
        {
            "clients", "longest", "cut_off", "points_of_interest",
        }
    ),
    "fleet": frozenset(
        {
            "range", "speed", "access",
        }
    ),
    "depots": frozenset({"hours", "opens", "closes", "capacity"}),
    "service": frozenset({"floors", "signature", "id_check", "walking_radius", "carrying_limit"}),
    "presence": frozenset({"notice", "area"}),
    "traffic": frozenset({"shocks", "bpr"}),
    "dispatch": frozenset(
        {"replan_every"}
    ),
    "service_classes": frozenset({"contact"}),
}  # fmt: skip
"""Words of later versions by section: known, refused by name, and never taken for a slip."""

ELSEWHERE: Final[Mapping[str, str]] = {
    "seed": "the seed is given when a day is run: --seed 7",
    "days": "the number of days is given when they are run: --days 20",
    "depot": "write `depots: {depot: {lat: , lon: }}`",
    "shift": "it belongs to a group of vehicles: `fleet: {van: {count: 12, shift: 08:00-17:00}}`",
    "policy": "write `policies: [static]`",
    "collections": "it belongs to orders: `orders: {count: 600, collections: 10 %}`",
    "priorities": "it belongs to orders: `orders: {count: 600, priorities: {1: 10 %}}`",
    "skills": "it belongs to orders, as what they ask for, and to vehicles, as what drivers bring: "
    "`orders: {count: 600, skills: {cold: 5 %}}`",
    "windows": "it belongs to orders: `orders: {count: 600, windows: {share: 30 %}}`",
    "orders.windows.kind": "it belongs to the class: `service_classes: {standard: {window: hard}}`",
    "orders.windows.hard": "it belongs to the class: `service_classes: {standard: {window: hard}}`",
    "orders.presence": "it is a section of its own: `presence: 90 %`",
    "orders.service": "it is a section of its own: `service: {fixed: 90 s}`",
    "offers": "write `customers: {accept_window: 60 %, accept_locker: 40 %, answer: 10 min}`",
    "messages": "policies send them; what is answered: `customers: {accept_window: 60 %}`",
    "costs.messages": "write `message: 0.05`",
    "traffic.foresight": "it stands at the top: `foresight: true`",
    "dispatch.foresight": "it stands at the top: `foresight: true`",
    "pins": "they belong to dispatch: `dispatch: {pins: {o0012: van-003}}`",
    "forbidden": "it belongs to dispatch: `dispatch: {forbidden: {o0015: [van-001]}}`",
    "routes": "they belong to dispatch: `dispatch: {routes: {csv: routes.csv}}`",
    "dispatchers": "it belongs to dispatch: `dispatch: {dispatchers: 2, per_order: 1 min}`",
    "hand_over": "it belongs to dispatch: `dispatch: {hand_over: 30 s}`",
    "chargers": "they belong to a depot: `depots: {depot: {chargers: {count: 4}}}`",
    "energy": "it belongs to a group of vehicles: `fleet: {van: {count: 2, energy: {fuel: }}}`",
    "dispatch.minutes_per_order": "write `per_order: 1 min`",
    "dispatch.reaction_time": "write `latency: 5 min`",
    "fleet.*.breaks": "write `hours: eu-working-time`, or `meal: 12:00-13:00 30 min`",
    "fleet.*.max_driving": "write `hours: eu-561`",
    "fleet.*.battery": "it belongs to energy: `energy: {battery: 68 kWh}`",
    "fleet.*.charging": "it belongs to energy: `energy: {charge: 11 kW}`",
    "fleet.*.guarantee": "it belongs to pay: `pay: {stop: 2.50, guarantee: 120}`",
    "fleet.*.hire": "hired vehicles have a carrier: `carriers: {acme: {kind: hired, pay: }}`",
    "fleet.*.familiarity": "it stands at the top: `familiarity: {share: 30 %}`",
    "fleet.*.absence": "it stands at the top: `absence: 3 %`",
    "costs.kwh": "write `energy: {electricity: 0.25}`",
    "costs.litre": "write `energy: {diesel: 1.60}`",
    "costs.parcel": "it belongs to pay, or to an overflow carrier: `carriers: {post: {parcel: }}`",
    "costs.hire": "it belongs to pay: `carriers: {acme: {kind: hired, pay: {duty: 180}}}`",
    "costs.currency": "it stands at the top: `currency: EUR`",
    "dispatch.believed": "it belongs to traffic: `traffic: {believed: free flow}`",
    "incidents": "it belongs to traffic: `traffic: {incidents: 0.5}`",
    "traffic.closures": "it stands at the top: `closures: [{at: , radius: , when: }]`",
    "traffic.weather": "it stands at the top: `weather: rain`",
    "network.km2": "write `network: {city: {km2: 40, seed: 1}}`",
}
"""Slips of place that a suggestion by spelling cannot mend."""

_MISSING: Final[Mapping[str, str]] = {
    "name": "`name: downtown`",
    "orders": "`orders: 600`",
    "count": "`count: 12`",
    "csv": "`csv: orders.csv`",
    "km2": "`km2: 40`",
}


def clean(path: tuple[str | int, ...]) -> KeyPath:
    """Return a path without the marks of which alternative was tried."""
    return tuple(
        part
        for part in path
        if not (isinstance(part, str) and (part.startswith("<") or part == "[key]"))
    )


def problems_of(error: ValidationError) -> Iterator[tuple[KeyPath, str]]:
    """Yield the setting and the words of each thing that pydantic found."""
    told: set[KeyPath] = set()
    for details in error.errors(include_url=False):
        path = clean(details["loc"])
        if path[:1] == ("policies",) and path[2:3] == ("settings",):
            path = path[:4]  # without the kinds that were tried
            if path in told:
                continue
            told.add(path)
        yield path, _words(path, details)


def _words(path: KeyPath, details: ErrorDetails) -> str:
    context: dict[str, Any] = details.get("ctx", {})
    if path[:1] == ("policies",) and len(path) > 1:
        return _of_policy(path, details)
    found = details["input"]
    match details["type"]:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return unknown(details["loc"])
        case "missing":
            example = _MISSING.get(str(path[-1]), f"`{path[-1]}:`")
            return f"missing, expected a value; add {example}"
        case "literal_error":
            expected = str(context["expected"]).replace("'", "")
            options = expected.replace(" or ", ", ").split(", ")
            hint = did_you_mean(found, options) if isinstance(found, str) else ""
            return f"not an option ({shown(found)}){hint}, expected {expected}"
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            return f"not a section ({shown(found)}), expected settings as `key: value` lines"
        case "tuple_type" | "list_type":
            return f"not a list ({shown(found)}), expected values in brackets such as [a, b]"
        case _:
            return f"{details['msg']} ({shown(found)})"


def _of_policy(path: KeyPath, details: ErrorDetails) -> str:
    """Return what to say of a policy: of its values any plain one is a legal form."""
    example = "write `static`, or `{name: insertion, reach: 15 min}`"
    if details["type"] == "missing":
        return f"a policy without a name, expected its name; {example}"
    if details["type"] == "value_error":
        return str(details.get("ctx", {})["error"])
    kind = "policy" if len(path) == 2 else "plain value"  # noqa: PLR2004
    return f"not a {kind} ({shown(details['input'])}), expected one; {example}"


def unknown(loc: tuple[str | int, ...]) -> str:
    """Return what to say of a setting that there is not, at a place as pydantic gives it."""
    path = clean(loc)
    word = str(path[-1])
    section = str(path[0]) if len(path) > 1 else ""
    if word in LATER.get(section, frozenset()):
        return (
            f"not in this version ({shown(word)} is a setting of a later one), expected it left "
            "out; remove it"
        )
    hint = ELSEWHERE.get(".".join(str(part) for part in path))
    if hint is None and len(path) > 2:  # noqa: PLR2004 - a group's name in the middle
        hint = ELSEWHERE.get(f"{path[0]}.*.{path[-1]}")
    if hint is not None:
        return f"no such setting here ({shown(word)}), {hint}"
    known = sorted(_settings_at(loc[:-1]))
    return (
        f"unknown setting ({shown(word)}){did_you_mean(word, known)}, expected one of "
        f"{', '.join(known)}"
    )


def _settings_at(loc: tuple[str | int, ...]) -> set[str]:
    """Return the settings of the sections that may stand at a place."""
    models: list[type[BaseModel]] = [ScenarioSpec]
    for part in loc:
        if part in ORDER_MODELS:
            models = [ORDER_MODELS[str(part)]]
            continue
        inner = [
            model
            for outer in models
            for name, info in outer.model_fields.items()
            if (info.alias or name) == part
            for model in _models_in(info.annotation)
        ]
        # A name of ours, such as a depot's, is no field: the section stays what it is.
        models = inner or models
    names = {info.alias or name for model in models for name, info in model.model_fields.items()}
    return names if loc else names | {"extends"}


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]
