"""Districts of the city: squares of a grid that is fixed to the earth.

Which square a door lies in depends on nothing but where it is, so no order, van or scale of
demand moves a door from one zone to another.
"""

import math
from typing import Final

_METRES_PER_DEGREE: Final = 111_195.0
"""On a sphere of the mean earth radius, 6,371.0088 km."""
_FARTHEST_LAT: Final = 89.0
"""Nearer to the poles squares are no wider than there."""


def zone_of(lat: float | None, lon: float | None, size_m: float) -> str:
    """Return the zone of a point: row and column of its square, empty without coordinates.

    Parameters
    ----------
    size_m
        Side of a square. Columns of one row have one width in degrees, that of the row's middle.
    """
    if lat is None or lon is None:
        return ""
    step = size_m / _METRES_PER_DEGREE
    row = math.floor(lat / step)
    middle = min(abs((row + 0.5) * step), _FARTHEST_LAT)
    column = math.floor(lon / step * math.cos(math.radians(middle)))
    return f"{row}/{column}"
