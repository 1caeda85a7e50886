"""The map extract that comes with the twin."""

from importlib.resources import files
from pathlib import Path

import pytest

from networks import build_bundled, storage
from networks.city import draw_city, write_osm
from networks.graph import RoadGraph


def test_the_bundled_extract_is_small_credited_and_says_where_it_is_from() -> None:
    """Under a megabyte with its address points; credit and source inside; written by storage."""
    packed = (files("networks") / "data" / "helsinki-centre.npz").read_bytes()

    graph = storage.from_bytes(packed, "helsinki-centre")

    assert len(packed) < 1_000_000
    assert graph.attribution == "© OpenStreetMap contributors, ODbL 1.0"
    assert graph.origin.startswith("Helsinki.osm.pbf, sha256 b73e9c2c")
    assert len(graph.addresses) > 2_000
    assert graph.node_count > 500
    assert storage.to_bytes(graph) == packed


def test_the_licence_names_every_bundled_network() -> None:
    """A data file without its origin in the licence would be a file of unknown rights."""
    folder = files("networks") / "data"
    licence = (folder / "LICENCE-ODbL.md").read_text(encoding="utf-8")

    assert [entry.name for entry in folder.iterdir() if entry.name.endswith(".npz")]
    for entry in folder.iterdir():
        if entry.name.endswith(".npz"):
            assert entry.name in licence


def test_the_build_writes_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any extract, here one of the made-up city."""
    write_osm(draw_city(1, 1), tmp_path / "town.osm")
    target = tmp_path / "town.npz"
    monkeypatch.setattr("sys.argv", ["build", str(tmp_path / "town.osm"), "--to", str(target)])

    build_bundled.main()

    assert RoadGraph.load(target).name == "helsinki-centre"
