"""Days on a small town from scenarios as users type them, lived to a consistent end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from consistency import POLICIES, ended_well

from networks.grid import grid_town
from networks.network import RoadNetwork
from scenarios.load import load_text
from scenarios.realise import realise
from twin import Journal, World
from twin.errors import ScenarioError


@pytest.fixture(scope="session")
def town() -> RoadNetwork:
    """10 x 10 blocks of 200 m at 10 m/s."""
    return RoadNetwork(grid_town(10))


@pytest.fixture
def day_of(tmp_path: Path, town: RoadNetwork) -> Callable[..., World]:
    """Return what draws a day of a scenario's text on the small town, with tables beside it."""

    def draw_day(text: str, *overrides: str, seed: int = 1, day: int = 1, **tables: str) -> World:
        for name, content in tables.items():
            (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        loaded = load_text(text, "day.yaml", tmp_path, overrides)
        return realise(loaded.spec, town, seed, day, loaded.tables)

    return draw_day


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Return what lists, as one text, everything that is wrong with a scenario's text."""

    def refuse(text: str, **tables: str) -> str:
        for name, content in tables.items():
            (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_text(text, "day.yaml", tmp_path)
        return "\n".join(caught.value.problems)

    return refuse


@pytest.fixture(params=sorted(POLICIES))
def lived(request: pytest.FixtureRequest) -> Callable[[World], Journal]:
    """Return what lives a day under one of the three policies and checks how it ended."""
    return lambda world: ended_well(world, POLICIES[request.param], request.param)
