"""The round earth: great-circle lengths, unit vectors, coordinates in steps of 1e-7 degrees."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.units import EARTH_RADIUS_M

DEGREES_PER_STEP: Final = 1e-7
"""Coordinates lie on this grid (11 mm or finer), as they do in OSM files."""

Floats = NDArray[np.float64]
Steps = NDArray[np.int32]


def great_circle_m(
    lat_a: ArrayLike, lon_a: ArrayLike, lat_b: ArrayLike, lon_b: ArrayLike
) -> Floats:
    """Return metres between points given in degrees, elementwise (haversine)."""
    phi_a, lambda_a = np.radians(lat_a), np.radians(lon_a)
    phi_b, lambda_b = np.radians(lat_b), np.radians(lon_b)
    half = (
        np.sin((phi_b - phi_a) / 2) ** 2
        + np.cos(phi_a) * np.cos(phi_b) * np.sin((lambda_b - lambda_a) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def unit_vectors(lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Return points on the unit sphere, shape (n, 3), for degrees."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.stack(
        [np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=-1
    )


def to_steps(degrees: ArrayLike) -> Steps:
    """Return degrees as whole steps of 1e-7."""
    return np.rint(np.asarray(degrees, np.float64) * 1e7).astype(np.int32)


def to_degrees(steps: ArrayLike) -> Floats:
    """Return steps of 1e-7 as degrees."""
    return np.asarray(steps, np.float64) / 1e7
