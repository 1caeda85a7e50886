"""Drivers who leave the planned sequence: which stop they go to instead (S13)."""

from typing import TYPE_CHECKING

from twin.model import PlaceId
from twin.plan import Deliver
from twin.rows import VehicleState
from twin.streets import Travel

if TYPE_CHECKING:
    from twin.state import State


def nearest_of_the_rest(
    row: VehicleState, state: "State", travel: Travel, now_s: float
) -> PlaceId | None:
    """Return the nearest stop in the zone of the next one, None if that is the next itself.

    Looked through are the stops up to the first that does anything but hand over goods that are
    aboard: earlier deliveries only make room, so what follows stays possible. Ties go to the one
    planned earlier.
    """
    mode = row.vehicle.mode
    zone = state.places[row.route[0].place].zone
    nearest_s, first = float("inf"), 0
    seen: dict[PlaceId, None] = {}
    for k, stop in enumerate(row.route):
        if not stop.actions or not all(
            isinstance(action, Deliver) and action.order in row.aboard for action in stop.actions
        ):
            break
        place = state.places[stop.place]
        if place.zone != zone or stop.place in seen:
            continue
        seen[stop.place] = None
        away_s = travel.between(row.node, place.nodes[mode], mode, now_s)
        if away_s < nearest_s:
            nearest_s, first = away_s, k
    return row.route[first].place if first else None
