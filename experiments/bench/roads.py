"""Reading a map and asking for many travel times: against OSMnx and networkx on the same map."""

import tempfile
from itertools import product
from pathlib import Path

import networkx as nx
import osmium
import osmnx

from experiments.bench.clocks import Row, cpu_s
from networks.graph import RoadGraph
from networks.osm import read_osm
from networks.routing import RoadTravel
from networks.traffic import SpeedProfile
from twin import DRIVE
from twin.model import NodeId

SOURCES = 100


def rows(data: Path) -> list[Row]:
    """Return the measurements on the extract of Porto Alegre."""
    extract = data / "osm_mid_porto_alegre" / "poa.osm.pbf"
    graph = read_osm(extract, modes=(DRIVE,), service_roads=False, addresses=False)
    return [_import(extract, graph), _matrix(graph)]


def _import(extract: Path, graph: RoadGraph) -> Row:
    """Read the same streets; OSMnx reads XML only, so it is given the same map as XML."""
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "map.osm"
        with osmium.SimpleWriter(str(xml)) as writer:
            for thing in osmium.FileProcessor(str(extract)):
                writer.add(thing)
        ours_s = cpu_s(
            lambda: read_osm(extract, modes=(DRIVE,), service_roads=False, addresses=False)
        )
        theirs_s = cpu_s(lambda: osmnx.graph_from_xml(xml, simplify=True), repeats=1)
    return Row(
        "read Porto Alegre from OSM",
        ours_s,
        "OSMnx, from XML",
        theirs_s,
        note=f"ours: {graph.node_count} nodes, {len(graph.edge_m)} edges",
    )


def _matrix(graph: RoadGraph) -> Row:
    """Ask for the times between the same nodes, nothing kept from before."""
    nodes = [
        NodeId(node) for node in graph.strong[DRIVE].nonzero()[0][:: graph.node_count // SOURCES]
    ]
    other = nx.MultiDiGraph()
    seconds = graph.edge_m / graph.free_mps[DRIVE]
    ends = zip(graph.edge_from.tolist(), graph.edge_to.tolist(), seconds.tolist(), strict=True)
    other.add_weighted_edges_from(ends)

    def ours() -> float:
        travel = RoadTravel(graph, SpeedProfile.flat())
        return float(travel.matrix(nodes, DRIVE, 0.0).sum())

    def theirs() -> float:
        total = 0.0
        for node in nodes:
            far = nx.single_source_dijkstra_path_length(other, int(node), weight="weight")
            total += sum(far[int(end)] for end in nodes)
        return total

    if abs(ours() - theirs()) > 1e-3 * len(list(product(nodes, nodes))):
        raise RuntimeError("the two travel-time tables differ: the comparison means nothing")
    return Row(
        f"{len(nodes)} x {len(nodes)} travel times on it",
        cpu_s(ours),
        "networkx",
        cpu_s(theirs, repeats=1),
        note="equal to 1e-3 s",
    )
