"""``twin demo``: a day on the bundled network side by side, then a few of them compared."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from experiments.chosen import Chosen, chosen_of
from experiments.comparison_told import comparison_as_json
from experiments.ended import exit_of
from experiments.exits import Exit, say
from experiments.given import Given, given_day
from experiments.lived import Asked, manifest_of
from experiments.record import Ended
from experiments.results import as_json, comparison, named
from experiments.show import put, put_json
from experiments.store import RunFolder, is_free_for
from experiments.verbs.compare import compared_days, shown_comparison
from experiments.verbs.run import RUNS, wrote
from scenarios.load import library_text
from twin import plugins
from twin.errors import InputError

SCENARIO = "demo"
DAYS = (1, 2, 3)
"""Few enough for a first look: the verdict says itself how little three days show."""


def demo(asked: Asked) -> Exit:
    """Live the demo's days under each of its policies that is there; show the first, and all."""
    given = _given(asked)
    policies = _installed(given)
    made_from = manifest_of(given, policies, asked)
    folder = asked.out or _folder(made_from)
    with RunFolder.opened(folder, made_from, given.loaded.text, given.resolved) as store:
        found = compared_days(given, policies, asked, store, base=policies[0].label)
        records = found.records
        finished = [record for record in records if record.ended is Ended.FINISHED]
        paths = wrote(store, finished) if finished else []
    first = [record for record in finished if record.day == min(asked.days)]
    if asked.as_json:
        put_json(
            {
                "policies": {record.policy: as_json(record) for record in first},
                "comparison": comparison_as_json(found),
                **named(made_from),
            }
        )
    elif finished:
        spec = given.loaded.spec
        if first:
            put(*comparison(first, f"A day of {spec.name} on {given.network.name}"), "")
        put(*shown_comparison(found, given, asked.seed))
    if paths and not asked.quiet:
        say("\n  ".join(["wrote", *map(str, paths)]))
        say("next: twin init my-city, then twin check my-city.yaml and twin run my-city.yaml")
    return exit_of(records, store.came_out_otherwise)


def _folder(made_from: Mapping[str, Any]) -> Path:
    """Return the first of runs/demo, runs/demo-2, ... that is free or made from the same."""
    for number in count(1):
        folder = RUNS / (SCENARIO if number == 1 else f"{SCENARIO}-{number}")
        if is_free_for(folder, made_from):
            break
    return folder


def _given(asked: Asked) -> Given:
    source = f"the shipped scenario {SCENARIO}"
    return given_day(library_text(SCENARIO), source, Path(), asked.overrides)


def _installed(given: Given) -> list[Chosen]:
    """Return the policies of the scenario that are there; which are not is said."""
    there = plugins.installed()
    policies = [chosen_of(policy) for policy in given.loaded.spec.policies]
    missing = [policy.label for policy in policies if policy.name not in there]
    if missing:
        say(f"not installed and left out: {', '.join(missing)}")
    found = [policy for policy in policies if policy.name in there]
    if not found:
        raise InputError(given.source, ["none of its policies is installed; install the package"])
    return found
