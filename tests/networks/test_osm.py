"""Extracts become the streets that are there."""

import bz2
import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from networks.osm import read_osm
from networks.routing import RoadTravel
from networks.snap import Snapper
from networks.traffic import SpeedProfile
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE

EXTRACTS = [
    ("osm_tiny_krems/krems.osm.gz", 353, 721),
    ("osm_small_monaco/monaco.osm.pbf", 1324, 2616),
    ("osm_small_liechtenstein/liechtenstein.osm.pbf", 1771, 4200),
    ("osm_mid_baltimore/baltimore.osm.pbf", 2223, 5522),
    ("osm_mid_portland_or/portland_central.osm.pbf", 3873, 10415),
    ("osm_mid_porto_alegre/poa.osm.pbf", 7784, 18447),
]


def osm(body: str) -> str:
    """Return an OSM file with a body."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{body}</osm>\n'


def nodes(*places: tuple[int, float, float]) -> str:
    """Return map nodes: id, lat, lon."""
    return "".join(
        f'<node id="{n}" version="1" lat="{lat}" lon="{lon}"/>' for n, lat, lon in places
    )


def way(number: int, refs: list[int], **tags: str) -> str:
    """Return a way; ``__`` in a key stands for a colon."""
    parts = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    parts += "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<way id="{number}" version="1">{parts}</way>'


LINE = nodes((1, 0.0, 0.0), (2, 0.0, 0.001), (3, 0.0, 0.002))


@pytest.mark.parametrize(("extract", "nodes", "edges"), EXTRACTS)
def test_streets_of_an_extract_are_as_many_as_osmnx_finds(
    data_dir: Path, extract: str, nodes: int, edges: int
) -> None:
    """Junctions and directed edges for cars without service roads, known from OSMnx, to 1 %."""
    graph = read_osm(data_dir / extract, modes=(DRIVE,), service_roads=False, addresses=False)

    assert graph.node_count == pytest.approx(nodes, rel=0.01)
    assert graph.edge_count == pytest.approx(edges, rel=0.01)


@pytest.mark.parametrize("extract", [name for name, *_ in EXTRACTS])
def test_every_extract_can_be_driven_and_ridden(data_dir: Path, extract: str) -> None:
    """Between any two junctions of a mode's strong part there is a way."""
    graph = read_osm(data_dir / extract)

    for mode in (DRIVE, BIKE):
        inside = np.flatnonzero(graph.strong[mode])
        some = inside[:: max(1, len(inside) // 20)]
        times_s = RoadTravel(graph, SpeedProfile.calibrated()).matrix(some, mode, 8 * 3600.0)
        assert np.isfinite(times_s).all()
        assert len(inside) > 0.7 * graph.report["strong"][mode]["dropped_nodes"]


def test_a_tiny_extract_in_bz2_works(data_dir: Path) -> None:
    """West Oakland: 28 junctions for cars, XML packed with bzip2."""
    path = data_dir / "osm_tiny_west_oakland/west-oakland.osm.bz2"

    graph = read_osm(path, modes=(DRIVE,), service_roads=False)

    assert graph.node_count == 28


@pytest.mark.parametrize("service_roads", [True, False])
def test_the_most_specific_access_tag_opens_the_road_to_balzers(
    data_dir: Path, *, service_roads: bool
) -> None:
    """Vaduz to Balzers is 8.83 km by car: motorcar=yes overrules motor_vehicle=no on the way."""
    path = data_dir / "osm_small_liechtenstein/liechtenstein.osm.pbf"
    graph = read_osm(path, modes=(DRIVE,), service_roads=service_roads)
    nodes, _ = Snapper(graph).nearest([47.141, 47.068], [9.521, 9.503], DRIVE)

    way = RoadTravel(graph, SpeedProfile.flat()).path(nodes[0], nodes[1], DRIVE, 0.0)

    assert sum(way.lengths_m) == pytest.approx(8_830, rel=0.01)


def test_a_cut_extract_is_refused(data_dir: Path, tmp_path: Path) -> None:
    """Half a file is no map: the error says so and what to do."""
    for extract, *_ in EXTRACTS[:2]:
        whole = (data_dir / extract).read_bytes()
        half = tmp_path / Path(extract).name
        half.write_bytes(whole[: len(whole) // 2])

        with pytest.raises(
            NetworkError, match=r"is not a whole OSM file.*download or cut it again"
        ):
            read_osm(half)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE osm SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE osm [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>',
        '<!-- harmless --><!DOCTYPE osm [<!ENTITY % x SYSTEM "http://x/">%x;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2"])
def test_a_document_type_is_refused_unread(
    tmp_path: Path, head: str, encoding: str, suffix: str
) -> None:
    """Entities and external files, in any encoding and packing, never reach a reader."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{head}<osm version="0.6"></osm>'
    pack = {".osm": bytes, ".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}[suffix]
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(pack(text.encode(encoding)))

    with pytest.raises(NetworkError, match="has a document type or entities"):
        read_osm(path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.osm", b"", "is not XML"),
        ("a.osm", b"not a map", "is not XML"),
        ("a.osm", b"<html></html>", "begins with <html>"),
        ("a.osm", b'<osm version="0.6"><node id="1"', "is not a whole OSM file"),
        ("a.osm", osm('<node id="1" lat="x" lon="0"/>').encode(), "wrong format for coordinate"),
        ("a.osm", osm('<node id="99999999999999999999"/>').encode(), "illegal id"),
        ("a.osm", osm(way(1, [1, 2], highway="&#x0;")).encode(), "is not a whole OSM file"),
        ("a.osm", osm('<node id="1" lat="95" lon="0"/>').encode(), "has no street"),
        ("a.osm.gz", b"no gzip", "cannot be read"),
        ("a.osm.bz2", b"no bzip", "cannot be read"),
        ("a.osm.pbf", b"", "is empty"),
        ("a.osm.pbf", b"no protocol buffer at all, only text", "is not a whole OSM file"),
        ("a.txt", b"", "the name must end in one of"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    """Empty, text, another format, cut: each with what it is and what to do."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(NetworkError, match=problem):
        read_osm(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(NetworkError, match=r"(?s)none\.osm.*no such file"):
        read_osm(tmp_path / "none.osm")


def test_a_map_without_streets_is_refused_with_the_reasons(tmp_path: Path) -> None:
    """A footpath and a private drive: nothing to deliver on."""
    body = LINE + way(1, [1, 2], highway="steps") + way(2, [2, 3], highway="track", access="no")
    (tmp_path / "steps.osm").write_text(osm(body))

    with pytest.raises(NetworkError, match=r"no street for drive or bike .2 ways read; skipped: 1"):
        read_osm(tmp_path / "steps.osm")


def test_a_way_that_leaves_the_extract_is_kept_as_far_as_it_is_known(tmp_path: Path) -> None:
    """Node 9 is not in the file: the two known pieces on either side stay, and it is reported."""
    places = nodes(*[(n, 0.0, n / 1000) for n in (1, 2, 3, 4)])
    (tmp_path / "cut.osm").write_text(osm(places + way(1, [1, 2, 9, 3, 4], highway="primary")))

    graph = read_osm(tmp_path / "cut.osm")

    assert graph.edge_count == 4
    assert graph.report["map_nodes_missing"] == 1
    assert graph.strong[DRIVE].tolist() == [True, True, False, False]


@pytest.mark.slow
@pytest.mark.parametrize(
    "extract",
    ["osm_tiny_krems/krems.osm.gz", "osm_tiny_west_oakland/west-oakland.osm.bz2"],
)
def test_damage_anywhere_is_refused_or_harmless(
    data_dir: Path, tmp_path: Path, extract: str
) -> None:
    """Cut at and with a flipped byte at twenty places: an error of ours or a valid network."""
    whole = (data_dir / extract).read_bytes()
    path = tmp_path / Path(extract).name

    for part in range(20):
        place = len(whole) * part // 20 + 7
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        path.write_bytes(whole[:place])
        with pytest.raises(NetworkError):
            read_osm(path)
        path.write_bytes(bytes(flipped))
        with suppress(NetworkError):
            assert read_osm(path).node_count


def test_odd_ways_do_no_harm(tmp_path: Path) -> None:
    """A way of one node, of none, twice the same node, two nodes at one place."""
    places = nodes((1, 0.0, 0.0), (2, 0.0, 0.001), (3, 0.0, 0.001), (4, 0.0, 0.002))
    body = (
        places
        + way(1, [1], highway="primary", name="Point")
        + way(2, [], highway="primary")
        + way(3, [1, 1, 2, 3, 4], highway="primary")
        + way(4, [], building="yes")
    )
    (tmp_path / "odd.osm").write_text(osm(body))

    graph = read_osm(tmp_path / "odd.osm")

    assert graph.edge_count == 2
    assert graph.edge_m[0] == pytest.approx(222.39, abs=0.01)
    assert graph.report["pieces_without_length"] == 1


def test_ways_before_their_nodes_and_nodes_never_uploaded_are_found(tmp_path: Path) -> None:
    """The order of a file does not matter; negative ids are ids."""
    street = way(1, [1, 2, 3], highway="primary")
    (tmp_path / "late.osm").write_text(osm(street + LINE))
    negative = nodes((-1, 0.0, 0.0), (-2, 0.0, 0.001), (-3, 0.0, 0.002))
    (tmp_path / "new.osm").write_text(osm(negative + way(-5, [-3, -2, -1], highway="primary")))

    assert read_osm(tmp_path / "late.osm").edge_m.tolist() == pytest.approx([222.39] * 2, abs=0.01)
    assert read_osm(tmp_path / "new.osm").edge_m.tolist() == pytest.approx([222.39] * 2, abs=0.01)


def test_turn_restrictions_are_counted_and_said_to_be_ignored(tmp_path: Path) -> None:
    """One restriction: the report does not hide that it is not honoured."""
    relation = (
        '<relation id="1" version="1"><member type="way" ref="1" role="from"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
    )
    body = LINE + way(1, [1, 2, 3], highway="primary") + relation
    (tmp_path / "turn.osm").write_text(osm(body))

    report = read_osm(tmp_path / "turn.osm").report

    assert report["turn_restrictions"] == {"counted": 1, "honoured": False}


def test_addresses_are_collected_with_kind_and_label(tmp_path: Path) -> None:
    """A numbered door, a shop, an office in a numbered building, a house, a shed, a bench."""
    square = [(n, 0.001 * (n // 2 % 2), 0.01 + 0.001 * (n % 2 ^ n // 2 % 2)) for n in range(10, 14)]
    tagged = "".join(
        f'<node id="{n}" version="1" lat="{lat}" lon="0.001">'
        + "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        + "</node>"
        for n, lat, tags in [
            (20, 0.001, {"addr:housenumber": "5", "addr:street": "Elm Street"}),
            (21, 0.002, {"shop": "bakery", "name": "Bun &amp; Co"}),
            (22, 0.003, {"amenity": "bench"}),
        ]
    )
    ring = [10, 11, 12, 13, 10]
    body = (
        LINE
        + nodes(*square)
        + tagged
        + way(1, [1, 2, 3], highway="primary")
        + way(2, ring, building="office", addr__housenumber="9", addr__street="Elm Street")
        + way(3, ring, building="house")
        + way(4, ring, building="shed")
    )
    (tmp_path / "doors.osm").write_text(osm(body))

    doors = read_osm(tmp_path / "doors.osm").addresses

    rows = sorted(zip(doors.labels, doors.kind.tolist(), doors.numbered.tolist(), strict=True))
    assert rows == [
        ("", 0, False),
        ("Bun & Co", 1, False),
        ("Elm Street 5", 0, True),
        ("Elm Street 9", 1, True),
    ]
    house = doors.labels.index("")
    assert (doors.lat[house], doors.lon[house]) == pytest.approx((0.0005, 0.0105), abs=1e-7)


def test_the_same_map_in_another_order_is_the_same_network(tmp_path: Path) -> None:
    """Ways shuffled and names first seen in another order: the same hash."""
    places = nodes(*[(n, 0.001 * (n % 3), 0.001 * (n // 3)) for n in range(1, 9)])
    ways = [
        way(1, [1, 2, 5], highway="primary", name="B"),
        way(2, [5, 4, 3], highway="residential", name="A"),
        way(3, [2, 4], highway="residential", name="C", maxspeed="30"),
        way(4, [5, 8, 7], highway="tertiary", name="A", oneway="yes"),
    ]
    (tmp_path / "one.osm").write_text(osm(places + "".join(ways)))
    (tmp_path / "two.osm").write_text(osm(places + "".join(ways[::-1])))

    assert read_osm(tmp_path / "one.osm").sha256 == read_osm(tmp_path / "two.osm").sha256
