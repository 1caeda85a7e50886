"""``twin check``: all problems of a scenario at once, or what it resolves to."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from experiments.chosen import Chosen, chosen_of, label_problems
from experiments.exits import Exit, say
from experiments.given import Given
from experiments.lived import DAY
from experiments.making import refusals
from experiments.named import listed_in, policy_problems
from experiments.show import put, put_json, table
from experiments.summary import summary
from networks.network import Network
from scenarios.assumptions import assumptions
from scenarios.check import check as check_day
from scenarios.load import load
from twin import plugins
from twin.errors import InputError, NetworkError, ScenarioError

WAYS: Final = (
    "paths are chosen on one weight set a day (the mean speeds of 7 to 20 h), and timed with the "
    "hour's speeds"
)
ESTIMATE: Final = (
    "service: expected time at each door, once a visit and for each parcel; driving: mean leg of a "
    "nearest-neighbour tour over up to 100 doors, shortened by the root of how much denser all "
    "doors lie; without the way out and home"
)


def check(file: Path, overrides: tuple[str, ...], seed: int, *, as_json: bool, quiet: bool) -> Exit:
    """Print what a scenario resolves to.

    Raises
    ------
    InputError
        With every problem of the file, its policies, its network and its places.
    """
    try:
        given = Given(load(file, overrides), str(file), overrides)
    except ScenarioError as error:
        named = listed_in(file)
        listed = [f"{file}: policies: {found}" for found in label_problems(named)]
        listed += [found for one in named for found in policy_problems(one, str(file))]
        raise InputError(str(file), [*error.problems, *listed]) from error
    policies = _policies(given)
    problems = [f"{file}: policies: {found}" for found in label_problems(list(policies.values()))]
    problems += [found for place, one in policies.items() for found in policy_problems(one, place)]
    try:
        world = given.world(seed, DAY)
    except InputError as error:
        raise InputError(str(file), [*problems, *_with_source(error)]) from error
    problems = problems or list(refusals(given, policies, world, seed, DAY))
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
    put(f"{given.loaded.spec.name}, day {DAY} of seed {seed}", _summary_table(facts))
    for warning in found.warnings:
        put(f"note: {warning}")
    if given.network.attribution:
        put(given.network.attribution)
    if not quiet:
        put(_details_table(facts), _defaults_table(given))
    say(f"{file} can be run")
    return Exit.OK


def _with_source(error: InputError) -> list[str]:
    """Return problems of which each names the file it is in."""
    source = str(error.args[0])
    if not isinstance(error, NetworkError):  # those of scenarios name file and line themselves
        return list(error.problems)
    return [
        problem if problem.startswith(source) else f"{source}: {problem}"
        for problem in error.problems
    ]


def _policies(given: Given) -> dict[str, Chosen]:
    """Return the policies that the scenario names, by the place where it does."""
    spec = given.loaded.spec
    found: dict[str, Chosen] = {}
    if not spec.policies:
        say("no policies: `twin run` will need --policy; installed: " + _installed())
    for place, policy in enumerate(spec.policies):
        source, line = given.loaded.where.place_of(("policies", place))
        where = source if line is None else f"{source}:{line}"
        found[f"{where}: policies.{place}"] = chosen_of(policy)
    return found


def _installed() -> str:
    return ", ".join(plugins.installed()) or "none"


def _network_facts(network: Network) -> dict[str, Any]:
    """Return of a network's description what decides about orders: size, and what was dropped."""
    described = network.describe()
    wanted = ("edges", "street_km", "addresses", "licence", "report", "not_honoured")
    return {key: described[key] for key in wanted if key in described}


def _summary_table(facts: Mapping[str, Any]) -> Any:  # noqa: ANN401
    return table("", (("what", "<"), ("what it resolves to", "<")), list(summary(facts)))


def _details_table(facts: Mapping[str, Any]) -> Any:  # noqa: ANN401
    rows = [("hours of work", ESTIMATE), ("ways", WAYS)]
    rows += [(key.replace("_", " "), str(facts[key])) for key in ("licence",) if facts.get(key)]
    rows += _rows(facts.get("report", {}))
    return table("How this was found, and what was read of the map", _DETAILS, rows)


_DETAILS: Final = (("what", "<"), ("in detail", "<"))


def _rows(facts: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in facts.items():
        name = above + key.replace("_", " ")
        if isinstance(value, Mapping) and any(isinstance(part, Mapping) for part in value.values()):
            yield from _rows(value, f"{name}: ")
        else:
            yield name, _short(value)


def _defaults(given: Given) -> list[dict[str, Any]]:
    """Return the defaults that this scenario leaves in force, with source, mark and range."""
    return [one._asdict() for one in assumptions(given.loaded)]


def _defaults_table(given: Given) -> Any:  # noqa: ANN401
    rows = [
        (
            row["setting"],
            _short(row["value"]),
            f"{row['mark']}, {row['plausible']}: {row['source']}",
        )
        for row in _defaults(given)
    ]
    columns = (("default of", "<"), ("value", "<"), ("mark, plausible range and source", "<"))
    return table("Defaults in force, with their sources", columns, rows)


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        listed = [f"{str(key).replace('_', ' ')} {_short(part)}" for key, part in value.items()]
        return (
            "; ".join(listed)
            if any(";" in one or "," in one for one in listed)
            else (", ".join(listed) or "none")
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
