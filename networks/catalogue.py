"""From what a scenario says to the network it means: bundled, fetched, read, drawn or given."""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from networks import storage
from networks.graph import RoadGraph
from networks.matrix import MatrixNetwork
from networks.network import Network, RoadNetwork
from twin.errors import NetworkError

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bundled:
    """A network that comes with the twin."""

    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place by name, fetched through OSMnx."""

    place: str


@dataclass(frozen=True, slots=True)
class MapFile:
    """An OSM extract or a compiled network (``.npz``)."""

    file: Path


@dataclass(frozen=True, slots=True)
class City:
    """A made-up city of some area."""

    km2: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class LegTable:
    """A csv of legs with the columns from, to, m, s."""

    matrix: Path


NetworkSource = Bundled | Place | MapFile | City | LegTable

DEMO: Final = City(40.0, 1)
"""What ``demo-city`` is: about 4,000 junctions."""

_IN_PACKAGE: Final = {"helsinki-centre": "helsinki-centre.npz"}

BUNDLED: Final = ("demo-city", *_IN_PACKAGE)
"""Names that need no file."""

_FORMS: Final = (
    'a name, {place: "Ghent, Belgium"}, {file: city.osm.pbf}, {city: {km2: 40, seed: 1}} '
    "or {matrix: legs.csv}"
)


def source_of(value: str | Mapping[str, object]) -> NetworkSource:
    """Return the source that the value of ``network:`` in a scenario means.

    Raises
    ------
    NetworkError
        If it has none of the known forms; names them.
    """
    if isinstance(value, str):
        return Bundled(value)
    if len(value) == 1:
        key, given = next(iter(value.items()))
        if isinstance(given, str) and key in {"place", "file", "matrix"}:
            makers: dict[str, Callable[[str], NetworkSource]] = {
                "place": Place,
                "file": lambda text: MapFile(Path(text)),
                "matrix": lambda text: LegTable(Path(text)),
            }
            return makers[key](given)
        if key == "city" and isinstance(given, Mapping):
            return _city(given)
    raise NetworkError("network", [f"found {dict(value)}, expected {_FORMS}"])


def _city(given: Mapping[str, object]) -> City:
    problems = [
        f"city: no such field {field!r}; it has km2 and seed"
        for field in given
        if field not in {"km2", "seed"}
    ]
    km2, seed = given.get("km2"), given.get("seed", 1)
    if not isinstance(km2, int | float) or isinstance(km2, bool):
        problems.append(f"city: km2 is {km2!r}, expected a number of square kilometres")
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        problems.append(f"city: seed is {seed!r}, expected a whole number of at least 0")
    if problems or not isinstance(km2, int | float) or not isinstance(seed, int):
        raise NetworkError("network", problems)
    return City(float(km2), seed)


def open_network(
    source: NetworkSource, base_dir: Path | None = None, cache_dir: Path | None = None
) -> Network:
    """Return the network of a source.

    Parameters
    ----------
    base_dir
        Where relative paths begin; the working directory if None.
    cache_dir
        Where compiled networks are kept; `default_cache_dir` if None. A cache that cannot be
        written only costs time.

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot be read; with every problem.
    """
    here, cache = base_dir or Path(), cache_dir or default_cache_dir()
    if isinstance(source, Bundled):
        return _bundled(source.name, cache)
    if isinstance(source, Place):
        return RoadNetwork(_cached(cache, f"place {source.place}", lambda: _fetched(source.place)))
    if isinstance(source, City):
        return RoadNetwork(_city_graph(source, cache, ""))
    if isinstance(source, MapFile):
        return RoadNetwork(_file_graph(here / source.file, cache))
    return MatrixNetwork.read_csv(here / source.matrix)


def default_cache_dir() -> Path:
    """Return ``last-mile-twin`` under ``XDG_CACHE_HOME``, else under ``~/.cache``."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "last-mile-twin"


def _bundled(name: str, cache: Path) -> Network:
    if name == "demo-city":
        return RoadNetwork(_city_graph(DEMO, cache, name))
    if name in _IN_PACKAGE:
        packed = (files("networks") / "data" / _IN_PACKAGE[name]).read_bytes()
        return RoadNetwork(storage.from_bytes(packed, name))
    meant = get_close_matches(name, BUNDLED, 1)
    hint = f"; did you mean {meant[0]!r}?" if meant else f"; expected {_FORMS}"
    raise NetworkError("network", [f"no bundled network is called {name!r}{hint}"])


def _city_graph(city: City, cache: Path, name: str) -> RoadGraph:
    from networks.city import CITY_VERSION, city_graph, draw_city  # noqa: PLC0415, if it is not kept

    key = f"city {city.km2!r} {city.seed} version {CITY_VERSION}"
    graph = _cached(cache, key, lambda: city_graph(draw_city(city.km2, city.seed)))
    return replace(graph, name=name) if name else graph


def _file_graph(path: Path, cache: Path) -> RoadGraph:
    if path.suffix == ".npz":
        return storage.load(path)
    from networks.osm import file_sha256, read_osm  # noqa: PLC0415, if it is not kept

    graph = _cached(cache, f"file {file_sha256(path)}", lambda: read_osm(path))
    return graph if graph.name == path.name else replace(graph, name=path.name)


def _fetched(place: str) -> RoadGraph:
    from networks.places import fetch_place  # noqa: PLC0415, an optional extra

    return fetch_place(place)


def _cached(cache: Path, key: str, make: Callable[[], RoadGraph]) -> RoadGraph:
    """Return what was kept under a key, else make and keep it."""
    from networks.osm import IMPORTER_VERSION  # noqa: PLC0415, shares its imports

    full = f"{key} importer {IMPORTER_VERSION} format {storage.FORMAT_VERSION}"
    kept = cache / f"{sha256(full.encode()).hexdigest()[:32]}.npz"
    if kept.is_file():
        try:
            return storage.load(kept)
        except NetworkError as fault:
            _LOGGER.warning("kept network is made again: %s", fault)
    graph = make()
    try:
        storage.save(graph, kept, packed=False)
    except OSError as fault:
        _LOGGER.info("network is not kept in %s: %s", cache, fault)
    return graph
