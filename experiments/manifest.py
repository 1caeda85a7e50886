"""What made a result: versions and hashes, nothing of time, machine or folder."""

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
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

    Parameters
    ----------
    scenario, network
        Name and SHA-256 of what was given; the network's credit too.
    """
    return {
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
        "days": list(days),
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


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Return what differs between two manifests, one line each."""
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
