"""The network that a scenario means: the one it names, or the one its orders' file brings."""

from pathlib import Path

from networks.catalogue import Bundled, City, LegTable, MapFile, NetworkSource, Place, open_network
from networks.network import Network
from scenarios.plane import plane_of
from scenarios.schema import NetworkSpec, ScenarioSpec
from scenarios.tables import NO_TABLES, Tables
from twin.errors import ScenarioError


def network_of(
    spec: ScenarioSpec,
    base_dir: Path,
    tables: Tables = NO_TABLES,
    cache_dir: Path | None = None,
) -> Network:
    """Return the network of a scenario.

    Parameters
    ----------
    base_dir
        The scenario's folder: paths in it begin there.
    cache_dir
        Where compiled networks are kept; the user's cache folder if None.

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot be read.
    ScenarioError
        If the scenario names none and its orders' file brings none.
    """
    if tables.instance is not None and tables.instance.network is not None:
        return tables.instance.network
    if spec.network is None:
        raise ScenarioError(spec.name, ["network: missing; add `network: demo-city`"])
    if spec.network.plane is not None:
        return plane_of(spec.network.plane, spec, tables)
    return open_network(source_of(spec.network), base_dir, cache_dir)


def source_of(given: NetworkSpec) -> NetworkSource:
    """Return where a network of the catalogue comes from; straight lines are none."""
    if given.place is not None:
        return Place(given.place)
    if given.file is not None:
        return MapFile(Path(given.file))
    if given.city is not None:
        return City(given.city.km2, given.city.seed)
    if given.matrix is not None:
        return LegTable(Path(given.matrix))
    return Bundled(str(given.name))
