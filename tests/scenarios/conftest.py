"""A small town, and scenarios written in the test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from networks.grid import grid_town
from networks.network import RoadNetwork
from scenarios.load import Loaded, load_text
from scenarios.realise import realise
from twin.errors import ScenarioError
from twin.world import World


@pytest.fixture(scope="session")
def town() -> RoadNetwork:
    """20 x 20 blocks of 200 m at 10 m/s, without addresses; 441 junctions."""
    return RoadNetwork(grid_town(20))


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Loaded]:
    """Return what reads a scenario's text, with files beside it."""

    def read_scenario(text: str, *overrides: str, **files: str) -> Loaded:
        _write(tmp_path, files)
        return load_text(text, "day.yaml", tmp_path, overrides)

    return read_scenario


@pytest.fixture
def problems(read: Callable[..., Loaded]) -> Callable[..., list[str]]:
    """Return what lists everything that is wrong with a scenario's text."""

    def refuse(text: str, *overrides: str, **files: str) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            read(text, *overrides, **files)
        return list(caught.value.problems)

    return refuse


@pytest.fixture
def live(read: Callable[..., Loaded], town: RoadNetwork) -> Callable[..., World]:
    """Return what draws a day of a scenario's text on the small town."""

    def draw_day(text: str, *overrides: str, seed: int = 1, day: int = 1, **files: str) -> World:
        loaded = read(text, *overrides, **files)
        return realise(loaded.spec, town, seed, day, loaded.tables)

    return draw_day


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write files named by keyword: ``orders="id,..."`` is orders.csv, ``base_yaml=`` base.yaml."""
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        path = folder / (f"{stem}.{ending}" if stem else f"{name}.csv")
        path.write_text(content, encoding="utf-8")
