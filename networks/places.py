"""Streets of a place by its name, fetched through OSMnx and read by our own tag rules.

The only module that opens a connection, and only when a scenario names a place that is not in the
cache yet. OSMnx is an optional extra.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from networks.extract import Gathered, take_point, take_street
from networks.graph import RoadGraph
from networks.osm import graph_of
from networks.sphere import to_steps
from networks.tags import KEYS, Tags
from networks.wanted import KEYS as ADDRESS_KEYS
from networks.wanted import LABEL_KEYS, address_of
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, Mode

if TYPE_CHECKING:
    import networkx as nx

_DRAWN_BACKWARDS: Final = frozenset({"-1", "reverse", "T"})
"""Values of oneway for which OSMnx turns the way round."""


def fetch_place(
    place: str,
    *,
    modes: Sequence[Mode] = (DRIVE, BIKE),
    service_roads: bool = True,
    addresses: bool = True,
) -> RoadGraph:
    """Return the road graph of a place, such as ``Ghent, Belgium``.

    Parameters
    ----------
    place
        What Nominatim knows as an area.
    service_roads, addresses
        As in `networks.osm.read_osm`.

    Raises
    ------
    NetworkError
        If OSMnx is not installed, the place is not found or no area, or the servers fail.
    """
    try:
        import osmnx  # noqa: PLC0415, an optional extra
    except ImportError as fault:
        problem = (
            'fetching a place needs OSMnx: pip install "last-mile-twin[places]", '
            "or give {file: ...} instead"
        )
        raise NetworkError(place, [problem]) from fault
    gathered = Gathered()
    try:
        with _our_settings(osmnx):
            outline = osmnx.geocode_to_gdf(place).geometry.iloc[0]
            streets = osmnx.graph_from_polygon(
                outline, simplify=False, retain_all=True, custom_filter='["highway"]'
            )
            doors = _features(osmnx, outline) if addresses else []
    except OSError as fault:
        # What a connection says of itself can be long, and names no remedy.
        problem = (
            f"cannot be fetched ({type(fault).__name__}: {str(fault)[:100]}); check the "
            "connection, or download an extract and give {file: ...}"
        )
        raise NetworkError(place, [problem]) from fault
    except (ValueError, TypeError) as fault:
        problem = f"cannot be fetched ({str(fault)[:200]}); check its name"
        raise NetworkError(place, [problem]) from fault
    _take_streets(gathered, streets, tuple(modes), service_roads=service_roads)
    for x, y, tags in doors:
        take_point(gathered, x, y, address_of(tags))
    return graph_of(place, f"{place}, fetched with OSMnx", gathered, tuple(modes))


@contextmanager
def _our_settings(osmnx: Any) -> Iterator[None]:  # noqa: ANN401, a module
    """Have OSMnx keep tags and drawing direction, and write no cache; then as it was."""
    ours = {
        "all_oneway": True,  # each piece once, in the direction drawn, its oneway tag untouched
        "useful_tags_way": list(KEYS),
        "use_cache": False,
    }
    before = {name: getattr(osmnx.settings, name) for name in ours}
    try:
        for name, value in ours.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


def _take_streets(
    gathered: Gathered, streets: "nx.MultiDiGraph", modes: tuple[Mode, ...], *, service_roads: bool
) -> None:
    """Add every piece between two map nodes as a way of its own, in an order of their ids."""
    pieces = sorted(streets.edges(keys=True, data=True), key=lambda piece: piece[:3])
    for tail, head, _, attributes in pieces:
        tags = {key: value for key, value in attributes.items() if isinstance(value, str)}
        if "highway" in tags:
            turned = _turned(tags)
            take_street(gathered, turned, [tail, head], modes, service_roads=service_roads)
    for node, attributes in streets.nodes(data=True):
        x, y = to_steps([attributes["x"], attributes["y"]]).tolist()
        gathered.where[node] = (x, y)


def _turned(tags: dict[str, str]) -> Tags:
    """Return tags as they read along the way after OSMnx turned it round, if it did."""
    if tags.get("oneway") not in _DRAWN_BACKWARDS:
        return tags
    swap = {"forward": "backward", "backward": "forward"}
    turned = {}
    for key, value in tags.items():
        stem, _, side = key.rpartition(":")
        turned[f"{stem}:{swap[side]}" if side in swap else key] = value
    turned["oneway"] = "yes"
    cycling = turned.get("oneway:bicycle")
    if cycling in {"yes", "-1"}:
        turned["oneway:bicycle"] = "-1" if cycling == "yes" else "yes"
    return turned


def _features(osmnx: Any, outline: Any) -> list[tuple[int, int, dict[str, str]]]:  # noqa: ANN401
    """Return coordinates in steps and tags of what may be an address; none if there are none."""
    try:
        table = osmnx.features_from_polygon(outline, tags=dict.fromkeys(ADDRESS_KEYS, True))
    except osmnx._errors.InsufficientResponseError:  # noqa: SLF001, it has no public name
        return []
    wanted = [key for key in (*ADDRESS_KEYS, *LABEL_KEYS) if key in table.columns]
    found = []
    for shape, values in zip(table.geometry, table[wanted].itertuples(index=False), strict=True):
        x, y = to_steps([shape.centroid.x, shape.centroid.y]).tolist()
        pairs = zip(wanted, values, strict=True)
        found.append((x, y, {key: value for key, value in pairs if isinstance(value, str)}))
    return sorted(found, key=lambda door: (door[0], door[1], sorted(door[2].items())))
