"""The picture of a day's routes."""

import io
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from experiments.given import Given, given_day
from experiments.picture import FAILED, LEFT, PALETTE, routes_png
from networks.matrix import MatrixNetwork
from twin import Journal, plugins, run
from twin.events import DayBegan

SMALL = "name: small\nnetwork: {city: {km2: 2, seed: 1}}\norders: 12\nfleet: {van: 2}\n"


@pytest.fixture(scope="module")
def given() -> Given:
    """Return a small day in a made-up town."""
    return given_day(SMALL, "small.yaml", Path())


def lived(given: Given) -> Journal:
    return run(given.world(1, 1), plugins.make_policy("nearest"), name="nearest")


def has_colour(png: bytes, colour: str) -> bool:
    pixels = imread(io.BytesIO(png))[..., :3]
    return bool((np.abs(pixels - to_rgb(colour)).max(axis=-1) < 0.01).any())


@pytest.fixture(scope="module")
def png(given) -> bytes:
    """Return its picture."""
    return routes_png(lived(given), given.network)


def test_equal_days_make_equal_bytes(given, png) -> None:
    """Nothing of time or machine is in the file."""
    assert routes_png(lived(given), given.network) == png
    assert b"Software" not in png


def test_streets_routes_and_depot_are_in_it(png) -> None:
    """Light grey streets, the depot's black."""
    assert has_colour(png, "#dddddd")
    assert has_colour(png, "#222222")


def test_a_failed_order_is_marked(given, png) -> None:
    """With nobody ever at home, the failures' vermilion appears; else it does not."""
    shut = given_day(SMALL, "small.yaml", Path(), ["presence=0 %"])

    assert not has_colour(png, FAILED)
    assert has_colour(routes_png(lived(shut), given.network), FAILED)


def test_the_credit_of_map_data_is_shown(given, png) -> None:
    """A picture of real streets carries the words that their licence asks for."""
    journal = lived(given)
    header = journal.events[0]
    assert isinstance(header, DayBegan)
    credited = replace(header.identity, attribution="© OpenStreetMap contributors, ODbL 1.0")

    shown = routes_png([replace(header, identity=credited), *journal.events[1:]], given.network)

    assert shown != png


def test_without_coordinates_there_is_no_picture(given) -> None:
    """A table of legs knows nothing of where its stops are."""
    legs = np.array([[0.0, 1.0], [1.0, 0.0]])
    bare = MatrixNetwork("legs", ("a", "b"), legs, legs)

    assert routes_png(lived(given), bare) is None


def test_colours_can_be_told_apart_in_grey_too() -> None:
    """No two neighbours in the palette have the same luminance (Rec. 709)."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    grey = [float(np.dot(to_rgb(colour), weights)) for colour in (*PALETTE, FAILED, LEFT)]

    assert all(abs(one - other) > 0.05 for one, other in pairwise(grey))
