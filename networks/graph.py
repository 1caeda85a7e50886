"""The road graph as arrays: junctions, directed pieces of street, speeds per mode, addresses."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from networks.addresses import Addresses
from networks.classes import CLASSES
from networks.sphere import to_degrees
from twin.errors import NetworkError
from twin.model import EdgeId, Mode, NodeId

FASTEST_MPS: Final = 400 / 3.6
"""No street is faster; a speed above it is a unit gone wrong."""

ODBL: Final = "© OpenStreetMap contributors, ODbL 1.0"

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RoadGraph:
    """Streets between junctions. Made by `RoadGraph.build`, read by `networks.storage`.

    Attributes
    ----------
    name, origin, attribution
        What it is called, what it was made from (with the SHA-256 of the source), and the credit
        that must be shown with it; empty without map data.
    node_lat, node_lon
        Degrees, shape (n,).
    edge_from, edge_to
        Rows of the junctions an edge leads from and to, shape (m,). Edges are sorted by them,
        then by length: the order is part of the network's identity.
    edge_m
        Length, metres, positive.
    edge_class
        Place in `networks.classes.CLASSES`.
    edge_name
        Place in `names`, the street names; the first is empty.
    free_mps
        For each mode the speed on an empty street, metres per second, shape (m,); 0 is closed.
    shape_start, shape_lat, shape_lon
        Bends of edge e between its junctions, from ``shape_start[e]`` to ``shape_start[e + 1]``,
        in steps of 1e-7 degrees.
    strong
        For each mode which junctions lie in its largest strongly connected part, shape (n,):
        from each of them each other can be reached. Addresses snap to these only.
    addresses
        Points of possible demand.
    depot
        A junction that suits a depot, if whoever made the network knows one.
    report
        What was read, dropped and counted on the way here; plain values.
    """

    name: str
    origin: str
    attribution: str
    node_lat: Floats
    node_lon: Floats
    edge_from: Ints
    edge_to: Ints
    edge_m: Floats
    edge_class: NDArray[np.int16]
    edge_name: Ints
    names: tuple[str, ...]
    free_mps: Mapping[Mode, Floats]
    shape_start: NDArray[np.int64]
    shape_lat: Ints
    shape_lon: Ints
    strong: Mapping[Mode, NDArray[np.bool_]]
    addresses: Addresses = field(default_factory=Addresses.none)
    depot: NodeId | None = None
    report: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise NetworkError(self.name or "road network", problems)

    @classmethod
    def build(
        cls,
        *,
        name: str,
        node_lat: Floats,
        node_lon: Floats,
        edge_from: NDArray[Any],
        edge_to: NDArray[Any],
        edge_m: Floats,
        edge_class: NDArray[Any],
        free_mps: Mapping[Mode, Floats],
        edge_name: NDArray[Any] | None = None,
        names: Sequence[str] = ("",),
        shapes: tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None = None,
        origin: str = "",
        attribution: str = "",
        addresses: Addresses | None = None,
        depot: NodeId | None = None,
        report: Mapping[str, Any] | None = None,
    ) -> "RoadGraph":
        """Return a graph with its edges sorted and the strong part of each mode found.

        Parameters
        ----------
        shapes
            ``shape_start``, ``shape_lat``, ``shape_lon`` of the edges as given; None is straight.

        Raises
        ------
        NetworkError
            With every problem of the arrays at once.
        """
        count = len(edge_m)
        edge_name = np.zeros(count, np.int32) if edge_name is None else edge_name
        start, lat, lon = shapes or (np.zeros(count + 1), np.empty(0), np.empty(0))
        problems = _edges_out_of_range(edge_from, edge_to, len(node_lat))
        if problems:
            raise NetworkError(name, problems)
        modes = sorted(free_mps)
        order = np.lexsort(
            (edge_name, *(free_mps[mode] for mode in modes), edge_class, edge_m, edge_to, edge_from)
        )
        start, lat, lon = _take_shapes(order, start.astype(np.int64), lat, lon)
        speeds = {mode: np.asarray(free_mps[mode], np.float64)[order] for mode in modes}
        tails, heads = edge_from[order].astype(np.int32), edge_to[order].astype(np.int32)
        strong = {
            mode: strong_part(len(node_lat), tails[speeds[mode] > 0], heads[speeds[mode] > 0])
            for mode in modes
        }
        return cls(
            name=name,
            origin=origin,
            attribution=attribution,
            node_lat=np.asarray(node_lat, np.float64),
            node_lon=np.asarray(node_lon, np.float64),
            edge_from=tails,
            edge_to=heads,
            edge_m=np.asarray(edge_m, np.float64)[order],
            edge_class=edge_class[order].astype(np.int16),
            edge_name=edge_name[order].astype(np.int32),
            names=tuple(names),
            free_mps=speeds,
            shape_start=start,
            shape_lat=lat.astype(np.int32),
            shape_lon=lon.astype(np.int32),
            strong=strong,
            addresses=addresses or Addresses.none(),
            depot=depot,
            report=_plain(
                {**(report or {}), "strong": _strong_report(strong, speeds, tails, heads)}
            ),
        )

    def save(self, path: Path) -> None:
        """Write the graph to an ``.npz``; equal graphs give equal bytes."""
        from networks.storage import save  # noqa: PLC0415, it builds on this module

        save(self, path)

    @staticmethod
    def load(path: Path) -> "RoadGraph":
        """Return the graph of an ``.npz`` that `save` wrote.

        Raises
        ------
        NetworkError
            If the file is missing, cut, of another format, or no valid graph.
        """
        from networks.storage import load  # noqa: PLC0415, it builds on this module

        return load(path)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that have speeds here, sorted."""
        return tuple(sorted(self.free_mps))

    @property
    def node_count(self) -> int:
        """Number of junctions."""
        return len(self.node_lat)

    @property
    def edge_count(self) -> int:
        """Number of directed edges."""
        return len(self.edge_m)

    @cached_property
    def edge_start(self) -> NDArray[np.int64]:
        """Edges leaving junction i are ``edge_start[i]`` to ``edge_start[i + 1]``."""
        return np.searchsorted(self.edge_from, np.arange(self.node_count + 1)).astype(np.int64)

    def shape(self, edge: EdgeId) -> tuple[Floats, Floats]:
        """Return latitudes and longitudes along an edge, both its junctions included."""
        tail, head = self.edge_from[edge], self.edge_to[edge]
        bends = slice(self.shape_start[edge], self.shape_start[edge + 1])
        lat = [self.node_lat[tail], *to_degrees(self.shape_lat[bends]), self.node_lat[head]]
        lon = [self.node_lon[tail], *to_degrees(self.shape_lon[bends]), self.node_lon[head]]
        return np.array(lat), np.array(lon)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over what can change a day: streets, speeds, addresses, depot. Not the name."""
        digest = sha256()
        arrays = self.arrays()
        for key in sorted(arrays):
            array = np.ascontiguousarray(arrays[key])
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            digest.update(f"{key}:{little.dtype.str}:{little.shape}\n".encode())
            digest.update(little.tobytes())
        for texts in (self.names, self.addresses.labels, (str(self.depot),)):
            digest.update(np.fromiter(map(len, texts), "<i8", len(texts)).tobytes())
            digest.update("".join(texts).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by the name it has in a file."""
        plain = (
            "node_lat node_lon edge_from edge_to edge_m edge_class edge_name "
            "shape_start shape_lat shape_lon"
        )
        found: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in plain.split()}
        for mode in self.modes:
            found[f"free_mps.{mode}"] = self.free_mps[mode]
            found[f"strong.{mode}"] = self.strong[mode]
        for part in ("lat", "lon", "kind", "numbered"):
            found[f"address.{part}"] = getattr(self.addresses, part)
        return found


def strong_part(nodes: int, tails: NDArray[Any], heads: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which nodes lie in the largest strongly connected part, shape (nodes,).

    Of equally large parts the one with the lowest node is taken. A single node is a part only
    if there is nothing larger, so that a network of one junction still works.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415, slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    if nodes == 0:
        return np.zeros(0, np.bool_)
    links = coo_array((np.ones(len(tails), np.int8), (tails, heads)), shape=(nodes, nodes))
    _, label = connected_components(links.tocsr(), directed=True, connection="strong")
    sizes = np.bincount(label)
    lowest = label[np.argmax(sizes[label] == sizes.max())]
    return np.asarray(label == lowest)


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report as it will be after being stored: plain values, keys sorted."""
    plain: dict[str, Any] = json.loads(json.dumps(report, sort_keys=True))
    return plain


def _strong_report(
    strong: Mapping[Mode, NDArray[np.bool_]],
    speeds: Mapping[Mode, Floats],
    tails: Ints,
    heads: Ints,
) -> dict[str, dict[str, int]]:
    report = {}
    for mode, inside in strong.items():
        is_open = speeds[mode] > 0
        touched = np.zeros(len(inside), np.bool_)
        touched[tails[is_open]] = True
        touched[heads[is_open]] = True
        kept = is_open & inside[tails] & inside[heads]
        report[str(mode)] = {
            "nodes": int(inside.sum()),
            "edges": int(kept.sum()),
            "dropped_nodes": int((touched & ~inside).sum()),
            "dropped_edges": int(is_open.sum() - kept.sum()),
        }
    return report


def _take_shapes(
    order: NDArray[Any], start: NDArray[np.int64], lat: NDArray[Any], lon: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Return the bends of the edges in another order."""
    counts = np.diff(start)[order]
    new_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows = np.repeat(start[:-1][order] - new_start[:-1], counts) + np.arange(new_start[-1])
    return new_start, lat[rows], lon[rows]


def _edges_out_of_range(tails: NDArray[Any], heads: NDArray[Any], nodes: int) -> list[str]:
    problems = []
    for side, ends in (("from", tails), ("to", heads)):
        bad = np.flatnonzero((ends < 0) | (ends >= nodes))
        if len(bad):
            problems.append(
                f"edge {bad[0]} leads {side} node {ends[bad[0]]}, which is not declared "
                f"(nodes are 0 to {nodes - 1}); {len(bad)} such edges"
            )
    return problems


def _problems(graph: RoadGraph) -> list[str]:
    """Return everything wrong with the arrays, one line each."""
    problems = _wrong_sizes(graph)
    if problems:
        return problems  # what follows would compare arrays that do not belong together
    problems = _edges_out_of_range(graph.edge_from, graph.edge_to, graph.node_count)
    problems += _first_bad("node", "lat", graph.node_lat, np.abs(graph.node_lat) <= 90)  # noqa: PLR2004
    problems += _first_bad("node", "lon", graph.node_lon, np.abs(graph.node_lon) <= 180)  # noqa: PLR2004
    lengths = graph.edge_m
    problems += _first_bad("edge", "length in m", lengths, (lengths > 0) & np.isfinite(lengths))
    classes = graph.edge_class
    problems += _first_bad("edge", "class", classes, (classes >= 0) & (classes < len(CLASSES)))
    named = graph.edge_name
    problems += _first_bad("edge", "name", named, (named >= 0) & (named < len(graph.names)))
    for mode, speed in graph.free_mps.items():
        fine = (speed >= 0) & (speed <= FASTEST_MPS)
        problems += _first_bad("edge", f"{mode} speed in m/s (0 to 111)", speed, fine)
    key = graph.edge_from.astype(np.int64) * max(graph.node_count, 1) + graph.edge_to
    if (np.diff(key) < 0).any():
        problems.append("edges must be sorted by their nodes; make the graph with RoadGraph.build")
    if graph.depot is not None and not 0 <= graph.depot < graph.node_count:
        problems.append(f"depot node {graph.depot} is not declared")
    return problems + graph.addresses.problems()


def _first_bad(thing: str, what: str, values: NDArray[Any], fine: NDArray[np.bool_]) -> list[str]:
    bad = np.flatnonzero(~fine)
    if not len(bad):
        return []
    return [f"{thing} {bad[0]}: {what} cannot be {values[bad[0]]}; {len(bad)} such {thing}s"]


def _wrong_sizes(graph: RoadGraph) -> list[str]:
    edges, nodes = graph.edge_count, graph.node_count
    expected = dict.fromkeys(("edge_from", "edge_to", "edge_class", "edge_name"), edges)
    expected |= {f"free_mps.{mode}": edges for mode in graph.free_mps}
    expected |= {f"strong.{mode}": nodes for mode in graph.free_mps}
    expected |= {"node_lon": nodes, "shape_start": edges + 1, "shape_lon": len(graph.shape_lat)}
    problems = []
    if sorted(graph.strong) != sorted(graph.free_mps):
        return [f"modes differ: speeds for {sorted(graph.free_mps)}, parts {sorted(graph.strong)}"]
    arrays = graph.arrays()
    for name, size in expected.items():
        if arrays[name].shape != (size,):
            problems.append(f"{name} has shape {arrays[name].shape}, expected ({size},)")
    start = graph.shape_start
    if not problems and (
        start[0] != 0 or start[-1] != len(graph.shape_lat) or (np.diff(start) < 0).any()
    ):
        problems.append("shape_start must rise from 0 to the number of bends")
    if not nodes:
        problems.append("there is no node: nothing in the source can be travelled on")
    if not graph.free_mps:
        problems.append("there is no mode; give speeds for drive or bike")
    return problems
