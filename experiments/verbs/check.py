"""``twin check``: all problems of a scenario at once, or what it resolves to."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from experiments.chosen import Chosen
from experiments.exits import Exit, say
from experiments.given import Given
from experiments.show import put, put_json, table
from experiments.verbs.run import DAY
from networks.network import Network
from scenarios.check import check as check_day
from scenarios.defaults import DEFAULTS, VEHICLE_TYPES
from scenarios.load import load
from twin import plugins
from twin.errors import InputError, PolicyNotFound

WAYS: Final = (
    "paths are chosen on one weight set a day (the mean speeds of 7 to 20 h), and timed with the "
    "hour's speeds"
)
ESTIMATE: Final = (
    "service: expected time at each door, once a visit and for each parcel; driving: mean leg of a "
    "nearest-neighbour tour over up to 100 doors, shortened by the root of how much denser all "
    "doors lie; without the way out and home"
)
_LABELS: Final[Mapping[str, str]] = {
    "weight_kg": "weight, kg",
    "volume_m3": "volume, m3",
    "known_at_begin": "orders known at begin",
    "day_begins": "day begins",
    "orders_per_vehicle": "orders per vehicle",
    "shift_hours": "hours of shift",
    "service_hours": "hours of service (estimate)",
    "driving_hours_estimate": "hours of driving (estimate)",
    "work_hours_estimate": "hours of work (estimate)",
    "farthest_door_m": "farthest door from a junction, m",
}


def check(file: Path, overrides: tuple[str, ...], seed: int, *, as_json: bool, quiet: bool) -> Exit:
    """Print what a scenario resolves to.

    Raises
    ------
    InputError
        With every problem of the file, its policies, its network and its places.
    """
    given = Given(load(file, overrides), str(file), overrides)
    problems = list(_policy_problems(given))
    try:
        world = given.world(seed, DAY)
    except InputError as error:
        raise InputError(str(file), [*problems, *error.problems]) from error
    if problems:
        raise InputError(str(file), problems)
    found = check_day(world, given.network)
    facts = {**found.facts, **_network_facts(given.network)}
    if as_json:
        put_json(
            {
                "scenario": given.scenario_identity()["name"],
                "facts": facts,
                "warnings": list(found.warnings),
                "how_work_is_estimated": ESTIMATE,
                "ways": WAYS,
                "attribution": given.network.attribution,
                "defaults": _defaults(given),
            }
        )
        return Exit.OK
    put(_facts_table(given, facts, seed))
    for warning in found.warnings:
        put(f"note: {warning}")
    put(f"Hours of work: {ESTIMATE}.", f"Ways: {WAYS}.")
    if given.network.attribution:
        put(given.network.attribution)
    if not quiet:
        put(_defaults_table(given))
    say(f"{file} can be run")
    return Exit.OK


def _policy_problems(given: Given) -> Iterator[str]:
    """Yield what is wrong with the policies that the scenario names."""
    spec = given.loaded.spec
    if not spec.policies:
        say("no policies: `twin run` will need --policy; installed: " + _installed())
    for policy in spec.policies:
        chosen = Chosen(policy.name, dict(policy.settings))
        try:
            chosen.settings()
        except InputError as error:
            yield from error.problems
        except PolicyNotFound as error:
            source, line = given.loaded.where.place_of(("policies",))
            yield f"{source}:{line}: policies: {error}"


def _installed() -> str:
    return ", ".join(plugins.installed()) or "none"


def _network_facts(network: Network) -> dict[str, Any]:
    """Return of a network's description what decides about orders: size, and what was dropped."""
    described = network.describe()
    wanted = ("edges", "street_km", "addresses", "licence", "report", "not_honoured")
    return {key: described[key] for key in wanted if key in described}


def _facts_table(given: Given, facts: Mapping[str, Any], seed: int) -> Any:  # noqa: ANN401
    title = f"{given.loaded.spec.name}, day {DAY} of seed {seed}"
    return table(title, (("what", "<"), ("value", "<")), list(_rows(facts)))


def _rows(facts: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in facts.items():
        name = above + _LABELS.get(key, key.replace("_", " "))
        if isinstance(value, Mapping) and all(
            isinstance(part, int | float | str | None) for part in value.values()
        ):
            yield name, ", ".join(f"{part} {_plain(v)}" for part, v in value.items()) or "none"
        elif isinstance(value, Mapping):
            yield from _rows(value, f"{name}: ")
        elif isinstance(value, list | tuple):
            yield name, ", ".join(map(_plain, value)) or "none"
        else:
            yield name, _plain(value)


def _plain(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _defaults(given: Given) -> list[dict[str, Any]]:
    """Return the defaults that this scenario leaves in force, each with source and mark."""
    spec = given.loaded.spec
    said = [tuple(map(str, path)) for path in given.loaded.where.where]
    rows = [
        {"setting": row.path, "value": row.value, "mark": row.mark, "source": row.source}
        for row in DEFAULTS
        if _is_in_force(row.path, said, spec.currency)
    ]
    types = {group.type or name for name, group in (spec.fleet or {}).items()}
    rows += [
        {
            "setting": f"fleet: {name}",
            "value": f"{kind.mode}, {kind.weight}, {kind.volume}",
            "mark": kind.mark,
            "source": kind.source,
        }
        for name, kind in VEHICLE_TYPES.items()
        if name in types
    ]
    return rows


def _is_in_force(path: str, said: Sequence[tuple[str, ...]], currency: str) -> bool:
    """Whether a scenario that said these settings leaves the default of a path in force.

    A setting inside a named part (a vehicle group, a depot, a class) counts as said if any of
    them says it; the shipped profiles (``orders.parcels: typical``) are no defaults of a day.
    """
    if ": " in path:
        return False
    first, _, last = path.partition(".")
    if first == "costs":
        return last == currency and ("costs",) not in said
    if last.startswith("windows.") and ("orders", "windows") not in said:
        return False
    return not any(
        one[0] == first and (not last or (one[1:] and one[-1] == last.rpartition(".")[2]))
        for one in said
        if one
    )


def _defaults_table(given: Given) -> Any:  # noqa: ANN401
    rows = [
        (row["setting"], _short(row["value"]), row["mark"], row["source"])
        for row in _defaults(given)
    ]
    columns = (("default of", "<"), ("value", "<"), ("mark", "<"), ("source", "<"))
    return table("Defaults in force, with their sources", columns, rows)


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        listed = [f"{key} {part}" for key, part in value.items()]
        return ", ".join(listed[:4]) + (", ..." if len(listed) > 4 else "")  # noqa: PLR2004
    return str(value)
