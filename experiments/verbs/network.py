"""``twin network``: compiles road networks, and shows what is in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.exits import Exit, say
from experiments.show import put, put_json, table
from networks import storage
from networks.catalogue import (
    BUNDLED,
    Bundled,
    LegTable,
    MapFile,
    NetworkSource,
    Place,
    open_network,
)
from networks.network import Network, RoadNetwork
from twin.errors import NetworkError


def build(source: str, out: Path, *, as_json: bool, quiet: bool) -> Exit:
    """Compile a source into one file.

    Raises
    ------
    NetworkError
        If it cannot be read, or is no road network.
    """
    if out.suffix != ".npz":
        raise NetworkError(str(out), ["a compiled network ends in .npz; give -o NAME.npz"])
    made = open_network(_source(source))
    if not isinstance(made, RoadNetwork):
        raise NetworkError(source, ["a table of legs is used as it is: network: {matrix: FILE}"])
    storage.save(made.graph, out)
    _show(made, as_json=as_json)
    if not quiet:
        say(f"wrote {out}; in a scenario: network: {{file: {out.name}}}")
    return Exit.OK


def info(source: str, *, as_json: bool) -> Exit:
    """Print what a network is and what was left out on the way to it."""
    _show(open_network(_source(source)), as_json=as_json)
    return Exit.OK


def _source(text: str) -> NetworkSource:
    """Return what is meant: a bundled name, a file that is there, else a place by its name."""
    path = Path(text)
    if text in BUNDLED:
        return Bundled(text)
    if path.suffix == ".csv":
        return LegTable(path)
    if path.exists() or path.suffix in (".npz", ".pbf", ".osm", ".gz", ".bz2") or "/" in text:
        return MapFile(path)
    # One word is a bundled name misspelt rather than a place: places are fetched, so say so.
    return Place(text) if "," in text else Bundled(text)


def _show(network: Network, *, as_json: bool) -> None:
    described = network.describe()
    if as_json:
        put_json(described)
        return
    rows = list(_rows(described))
    put(table(f"Network {network.name}", (("", "<"), ("", "<")), rows))


def _rows(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, part in value.items():
        name = f"{above}{key}".replace("_", " ")
        if isinstance(part, Mapping):
            yield from _rows(part, f"{name}: ")
        elif isinstance(part, list | tuple):
            yield name, ", ".join(map(str, part)) or "none"
        else:
            yield name, f"{part:,}" if isinstance(part, int) else str(part)
