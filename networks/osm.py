"""OSM extracts (``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``) become road graphs."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from networks.addresses import BUSINESS, HOUSEHOLD, Addresses
from networks.contract import Pieces, contract, mean_speeds
from networks.extract import Gathered, gather
from networks.graph import ODBL, RoadGraph
from networks.sphere import great_circle_m, to_degrees
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, Mode

IMPORTER_VERSION: Final = "1"
"""Part of the key under which compiled networks are cached; raised when results change."""

_SHORTEST_M: Final = 0.001
"""Length of a piece between two map nodes at the same place."""


def read_osm(
    path: Path,
    *,
    name: str = "",
    modes: Sequence[Mode] = (DRIVE, BIKE),
    service_roads: bool = True,
    addresses: bool = True,
) -> RoadGraph:
    """Return the road graph of an OSM extract.

    Parameters
    ----------
    path
        A file whose name ends in one of `SUFFIXES`.
    name
        What the network is called; the file's name if empty.
    service_roads
        Whether ``highway=service`` counts; driveways, parking aisles and alleys never do.
    addresses
        Whether to collect address points, buildings and businesses as well.

    Raises
    ------
    NetworkError
        If the file is missing, no OSM file, cut or corrupt, an XML file with a DTD, or has no
        street that any of the modes may use.
    """
    title = name or path.name
    raw = gather(path, tuple(modes), service_roads=service_roads, addresses=addresses)
    return graph_of(title, f"{path.name}, sha256 {file_sha256(path)}", raw, tuple(modes))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal.

    Raises
    ------
    NetworkError
        If the file cannot be read.
    """
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as fault:
        raise NetworkError(str(path), [f"cannot be read: {fault.strerror}"]) from fault


def graph_of(
    title: str,
    origin: str,
    raw: Gathered,
    modes: tuple[Mode, ...],
    *,
    attribution: str = ODBL,
) -> RoadGraph:
    """Return the road graph of what was gathered from a map.

    Raises
    ------
    NetworkError
        If there is no street that any of the modes may use.
    """
    ids, lon, lat = _places(raw)
    pieces, names, counts = _pieces(raw, ids, lat, lon, modes)
    if not len(pieces.tail):
        skipped = ", ".join(f"{count} {why}" for why, count in sorted(raw.skipped.items()))
        problem = (
            f"has no street for {' or '.join(modes)} ({raw.ways_read} ways read; skipped: "
            f"{skipped or 'none'}); choose another extract or mode"
        )
        raise NetworkError(title, [problem])
    streets = contract(pieces)
    bends = streets.bends
    points = _addresses(raw, ids, lat, lon)
    return RoadGraph.build(
        name=title,
        origin=origin,
        attribution=attribution,
        node_lat=to_degrees(lat[streets.kept]),
        node_lon=to_degrees(lon[streets.kept]),
        edge_from=streets.tail,
        edge_to=streets.head,
        edge_m=streets.metres,
        edge_class=streets.street_class,
        edge_name=streets.name,
        names=names,
        free_mps=mean_speeds(streets.metres, streets.seconds),
        shapes=(streets.bend_start, lat[bends], lon[bends]),
        addresses=points,
        report={
            "ways": {
                "read": raw.ways_read,
                "kept": len(raw.sizes),
                "skipped": dict(sorted(raw.skipped.items())),
            },
            **counts,
            "turn_restrictions": {"counted": raw.restrictions, "honoured": False},
            "addresses": {
                "households": int((points.kind == HOUSEHOLD).sum()),
                "businesses": int((points.kind == BUSINESS).sum()),
                "without_number": int((~points.numbered).sum()),
            },
        },
    )


def _places(raw: Gathered) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return ids of located map nodes, rising, and their coordinates in steps."""
    ids = np.array(sorted(raw.where), np.int64)
    places = np.array([raw.where[ref] for ref in ids.tolist()], np.int32).reshape(-1, 2)
    return ids, places[:, 0], places[:, 1]


def _pieces(
    raw: Gathered,
    ids: NDArray[np.int64],
    lat: NDArray[np.int32],
    lon: NDArray[np.int32],
    modes: tuple[Mode, ...],
) -> tuple[Pieces, tuple[str, ...], dict[str, int]]:
    refs = np.array(raw.refs, np.int64)
    way = np.repeat(np.arange(len(raw.sizes)), raw.sizes)
    row: NDArray[np.intp] = np.searchsorted(ids, refs)
    known: NDArray[np.bool_] = np.asarray(np.isin(refs, ids))
    same_way = (way[1:] == way[:-1]) & known[1:] & known[:-1] & (refs[1:] != refs[:-1])
    at = np.flatnonzero(same_way)
    a, b, owner = row[at], row[at + 1], way[at]
    exact_m = great_circle_m(*(to_degrees(part) for part in (lat[a], lon[a], lat[b], lon[b])))
    metres = np.maximum(exact_m, _SHORTEST_M)
    along, against = _way_mps(raw, len(modes))
    forth: NDArray[np.bool_] = np.any(along > 0, axis=1)[owner]
    back: NDArray[np.bool_] = np.any(against > 0, axis=1)[owner]
    owners = np.r_[owner[forth], owner[back]]
    speeds = np.r_[along[owner[forth]], against[owner[back]]]
    both_m = np.r_[metres[forth], metres[back]]
    with np.errstate(divide="ignore"):
        seconds = {mode: both_m / speeds[:, place] for place, mode in enumerate(modes)}
    names = sorted(raw.name_index)  # by text, so that the order of ways does not show
    rank = {text: place for place, text in enumerate(names)}
    by_way = np.array([rank[text] for text in raw.name_index], np.int64)[np.array(raw.names, int)]
    pieces = Pieces(
        nodes=len(ids),
        tail=np.r_[a[forth], b[back]],
        head=np.r_[b[forth], a[back]],
        metres=both_m,
        street_class=np.array(raw.classes, np.int64)[owners],
        name=by_way[owners],
        seconds=seconds,
    )
    counts = {
        "map_nodes_missing": int((~known).sum()),
        "pieces_without_length": int((exact_m < _SHORTEST_M).sum()),
    }
    return pieces, tuple(names), counts


def _way_mps(raw: Gathered, modes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return speeds along and against each way, shape (ways, modes)."""
    along = [[one.forward_mps for one in uses] for uses in raw.uses]
    against = [[one.backward_mps for one in uses] for uses in raw.uses]
    shape = (-1, modes)
    return np.array(along).reshape(shape), np.array(against).reshape(shape)


def _addresses(
    raw: Gathered, ids: NDArray[np.int64], lat: NDArray[np.int32], lon: NDArray[np.int32]
) -> Addresses:
    """Return address points: nodes where they are, outlines at the mean of their corners."""
    places = [(x / 1e7, y / 1e7) for x, y, *_ in raw.points]
    about = [(kind, numbered, label) for _, _, kind, numbered, label in raw.points]
    refs = np.array(raw.outline_refs, np.int64)
    if len(refs) and len(ids):
        sizes = np.array(raw.outline_sizes)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        closing = np.zeros(len(refs), np.bool_)
        ends = (np.cumsum(sizes) - 1)[sizes > 1]
        closing[ends] = refs[ends] == refs[ends - sizes[sizes > 1] + 1]
        row = np.minimum(np.searchsorted(ids, refs), len(ids) - 1)
        used = (ids[row] == refs) & ~closing
        count = np.bincount(owner[used], minlength=len(raw.outlines))
        some = np.flatnonzero(count)
        x = np.bincount(owner[used], lon[row[used]], len(raw.outlines))[some] / count[some]
        y = np.bincount(owner[used], lat[row[used]], len(raw.outlines))[some] / count[some]
        places += zip((np.rint(x) / 1e7).tolist(), (np.rint(y) / 1e7).tolist(), strict=True)
        about += [raw.outlines[place] for place in some.tolist()]
    order = sorted(range(len(about)), key=lambda i: (places[i], about[i]))
    return Addresses(
        lat=np.array([places[i][1] for i in order], np.float64),
        lon=np.array([places[i][0] for i in order], np.float64),
        kind=np.array([about[i][0] for i in order], np.int8),
        numbered=np.array([about[i][1] for i in order], np.bool_),
        labels=tuple(about[i][2] for i in order),
    )
