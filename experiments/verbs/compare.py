"""``twin compare``: the same days under several policies, and how they differ."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from experiments.chosen import Chosen, choose, chosen_of, label_problems
from experiments.clairvoyant import MISS_PRICE
from experiments.comparison import Comparison, compared
from experiments.comparison_told import comparison_as_json, comparison_tables
from experiments.ended import exit_of
from experiments.exits import Exit, say
from experiments.files import safe_name
from experiments.given import Given
from experiments.lived import Asked, interrupted, lived_days, manifest_of
from experiments.results import named
from experiments.show import put, put_json
from experiments.store import RunFolder
from experiments.verbs.run import RUNS, wrote
from scenarios.check import check as check_day
from scenarios.load import load
from scenarios.problems import did_you_mean, shown
from twin.errors import InputError


@dataclass(frozen=True)
class Compared:
    """What is to be compared.

    Attributes
    ----------
    policies
        Names with commas between them; None is those of the scenario.
    base
        What the others are held against; None is the first.
    miss_price
        Of a due order not served on time, where days are held against the oracle's.
    """

    policies: str | None = None
    base: str | None = None
    miss_price: float = MISS_PRICE


def compare(file: Path, wanted: Compared, asked: Asked) -> Exit:
    """Live what is missing of the days of each policy, keep it, and print how policies differ."""
    if not math.isfinite(wanted.miss_price):
        raise InputError("--miss-price", [f"{wanted.miss_price}: expected an amount of money"])
    given = Given(load(file, asked.overrides), str(file), asked.overrides)
    policies = _policies(given, wanted.policies)
    base = _base(policies, wanted.base)
    folder = asked.out or RUNS / safe_name(given.loaded.spec.name)
    made_from = manifest_of(given, policies, asked)
    opened = RunFolder.opened(folder, made_from, given.loaded.text, given.resolved)
    with opened as store:
        again = ["compare", str(file), *_typed(policies, base, wanted)]
        with interrupted(store, policies, replace(asked, out=folder), again):
            found = compared_days(
                given, policies, asked, store, base=base, miss_price=wanted.miss_price
            )
        written = wrote(store, found.records)
    if asked.as_json:
        notes = list(notes_of(given, asked.seed, min(asked.days)))
        put_json({**comparison_as_json(found), "notes": notes, **named(made_from)})
    else:
        put(*shown_comparison(found, given, asked.seed))
    if not asked.quiet:
        say("wrote " + ", ".join(str(path) for path in written))
    return exit_of(found.records, store.came_out_otherwise)


def compared_days(
    given: Given,
    policies: Sequence[Chosen],
    asked: Asked,
    store: RunFolder,
    *,
    base: str,
    miss_price: float = MISS_PRICE,
) -> Comparison:
    """Live the days that a folder does not hold yet, and return the comparison of all.

    Parameters
    ----------
    base
        Label of the policy that the others are held against.
    """
    records = lived_days(given, policies, asked, store)
    return compared(records, [chosen.label for chosen in policies], base, miss_price)


def shown_comparison(found: Comparison, given: Given, seed: int) -> list[Table | str]:
    """Return what is printed of a comparison."""
    title = f"{given.loaded.spec.name} on {given.network.name}, seed {seed}"
    credit = [given.network.attribution] if given.network.attribution else []
    day = min(found.days)
    notes = [f"note, on day {day}: {note}" for note in notes_of(given, seed, day)]
    first, *rest = comparison_tables(found, title)
    return [first, *notes, *rest, *credit]


def notes_of(given: Given, seed: int, day: int) -> Sequence[str]:
    """Return what `twin check` notes of a day: what of it no policy could do, among others."""
    return check_day(given.world(seed, day), given.network).warnings


def _policies(given: Given, names: str | None) -> list[Chosen]:
    spec = given.loaded.spec
    listed = [chosen_of(policy).asked_as for policy in spec.policies]
    if names is not None:
        listed = [name.strip() for name in names.split(",") if name.strip()]
    policies = [choose(spec, name) for name in listed]
    labels = [chosen.label for chosen in policies]
    problems = label_problems(policies)
    where = "--policies" if names is not None else f"{given.source}: policies"
    if len(set(labels)) < 2:  # noqa: PLR2004 # what it takes to compare
        found = ", ".join(labels) or "none"
        problems.append(
            f"at least two are needed to compare ({found}); name them as --policies a,b"
        )
    if problems:
        raise InputError(where, problems)
    return policies


def _base(policies: Sequence[Chosen], name: str | None) -> str:
    if name is None:
        return policies[0].label
    labels = [chosen.label for chosen in policies]
    found = [label for label in labels if label == name]
    found = found or [chosen.label for chosen in policies if chosen.name == name]
    if len(found) == 1:
        return found[0]
    problem = (
        f"{shown(name)} is none of the policies compared{did_you_mean(name, labels)}; "
        f"expected one of {', '.join(labels)}"
    )
    raise InputError("--base", [problem])


def _typed(policies: Sequence[Chosen], base: str, wanted: Compared) -> list[str]:
    """Return what has to be typed for the same comparison."""
    typed = ["--policies", ",".join(chosen.asked_as for chosen in policies)]
    if base != policies[0].label:
        typed += ["--base", base]
    if wanted.miss_price != MISS_PRICE:
        typed += ["--miss-price", f"{wanted.miss_price:g}"]
    return typed
