"""Districts of a town: squares of streets that are slow or fast together."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.units import EARTH_RADIUS_M

SIDE_M: Final = 1_500.0
"""Of a district: a few dozen streets, so that a van crosses several in a day."""


def districts_of(
    lat: NDArray[np.float64], lon: NDArray[np.float64], side_m: float = SIDE_M
) -> NDArray[np.int32]:
    """Return the district of each point.

    The districts are the squares of a grid that begins at the south-west corner of all points
    and has a point in them, numbered from south to north and in a row from west to east. A point
    without coordinates lies in the first.

    Parameters
    ----------
    lat, lon
        Degrees, shape (n,); NaN where unknown.
    side_m
        Side of a square, metres.

    Returns
    -------
    district
        Shape (n,), 0 to the number of districts less one.
    """
    found = np.zeros(len(lat), np.int32)
    located = np.isfinite(lat) & np.isfinite(lon)
    if not located.any():
        return found
    step = np.degrees(side_m / EARTH_RADIUS_M)
    north, east = lat[located], lon[located]
    # One width for all rows, that of the middle: over one town squares are square enough.
    narrow = np.cos(np.radians((north.min() + north.max()) / 2))
    rows = np.floor((north - north.min()) / step).astype(np.int64)
    columns = np.floor((east - east.min()) * narrow / step).astype(np.int64)
    _, district = np.unique(rows * (columns.max() + 1) + columns, return_inverse=True)
    found[located] = district.reshape(-1).astype(np.int32)
    return found
