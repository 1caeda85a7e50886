"""What made a result: versions and hashes, nothing of time, machine or folder."""

import json
import platform
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable
from typing import Any, Final

from experiments.chosen import Chosen
from experiments.exits import DISTRIBUTION, ROOMS

COUNTED: Final = ("numpy", "scipy", "simpy", "pydantic", "pyyaml", "osmium", "pyvrp", "matplotlib")
"""Packages whose version can change a result or a picture of it."""
_BESIDE: Final = ("__pycache__", "bench")
"""Folders whose content changes no result."""
_CODE: Final = (".py", ".yaml", ".csv", ".npz", ".json")


def manifest(
    *,
    scenario: Mapping[str, str],
    network: Mapping[str, str],
    policies: Sequence[Chosen],
    seed: int,
    days: Sequence[int],
) -> dict[str, Any]:
    """Return what names a result: equal manifests mean equal bytes.

    Which policies and days there are may grow; all else says whether results belong together.

    Parameters
    ----------
    scenario, network
        Name and SHA-256 of what was given; the network's credit too.
    policies
        Each lived on all of the days. They stand by name, however they were asked for.
    """
    made = {
        "made_by": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        "code_sha256": code_sha256(),
        "versions": {"python": platform.python_version(), **_versions()},
        "scenario": dict(scenario),
        "network": dict(network),
        "policies": [
            {"name": policy.label, "settings": dict(policy.typed), **policy.code()}
            for policy in policies
        ],
        "seed": seed,
        "days": [],
    }
    return with_days(made, {policy.label: days for policy in policies})


def with_days(made: Mapping[str, Any], days: Mapping[str, Collection[int]]) -> dict[str, Any]:
    """Return a manifest of these days of these policies and no others.

    A policy that was not lived on every day of the manifest names its own.
    """
    entries = _entries(made)
    every = sorted({day for its_days in days.values() for day in its_days})
    policies = []
    for name in sorted(days):
        entry = entries.get(name, {"name": name})
        own = sorted(days[name])
        policies.append(entry if own == every else {**entry, "days": own})
    return {**made, "policies": policies, "days": every}


def days_by_policy(made: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return the days that a manifest names, for each of its policies."""
    every = made.get("days", [])
    return {policy["name"]: policy.get("days", every) for policy in made.get("policies", ())}


def grown(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of what either names."""
    both = {**_entries(theirs), **_entries(ours)}
    mine, other = days_by_policy(ours), days_by_policy(theirs)
    days = {name: {*mine.get(name, ()), *other.get(name, ())} for name in both}
    return with_days({**ours, "policies": list(both.values())}, days)


def clashes(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what keeps the results of two manifests from lying in one folder.

    Returns
    -------
    found
        What differs beside policies and days, a line each.
    policies
        Names of policies that are another policy there.
    """
    mine, other = _entries(ours), _entries(theirs)
    alike = [name for name in mine if name in other]
    return differences(_shared(ours), _shared(theirs)), [
        name for name in alike if mine[name] != other[name]
    ]


def policy_differences(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Return what differs between a policy of two manifests, one line each."""
    both = (_entries(ours)[name], _entries(theirs)[name])
    return differences(*({"policies": {name: entry}} for entry in both))


def _shared(made: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in made.items() if key not in ("policies", "days")}


def _entries(made: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is said of each policy, its days apart."""
    return {
        policy["name"]: {key: part for key, part in policy.items() if key != "days"}
        for policy in made.get("policies", ())
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in COUNTED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def code_sha256() -> str:
    """Return the SHA-256 over all files of the rooms that can change a result."""
    digest = sha256()
    for room in ROOMS:
        for name, entry in _files(room, resources.files(room)):
            data = entry.read_bytes()
            digest.update(f"{name}\n{len(data)}\n".encode())
            digest.update(data)
    return digest.hexdigest()


def _files(name: str, folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir() and entry.name not in _BESIDE:
            yield from _files(path, entry)
        elif entry.name.endswith(_CODE):
            yield path, entry


def text_of(made: Mapping[str, Any]) -> bytes:
    """Return a manifest as the bytes of its file."""
    return (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()


def differences(ours: object, theirs: object) -> list[str]:
    """Return what differs between two manifests, or two scenarios, one line each."""
    mine, other = dict(_leaves(ours)), dict(_leaves(theirs))
    return [
        f"{path}: {other.get(path, 'nothing')} there, {mine.get(path, 'nothing')} now"
        for path in dict.fromkeys((*other, *mine))
        if mine.get(path) != other.get(path)
    ]


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _leaves(part, f"{path}.{position}")
    else:
        text = json.dumps(value, ensure_ascii=False)
        is_hash = path.endswith("sha256") and isinstance(value, str)
        yield path, f"{value[:12]}..." if is_hash and isinstance(value, str) else text
