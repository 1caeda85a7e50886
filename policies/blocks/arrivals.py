"""When service is believed to begin: what a plan tells for the record."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policies.blocks.believed import Believed
from policies.blocks.lines import Line
from twin import Briefing, Collect, Deliver, Route, View
from twin.model import OrderId, VehicleId


def arrivals_of(lines: Iterable[Line]) -> dict[OrderId, float]:
    """Return when service of each order of some lines is believed to begin.

    Returns
    -------
    begins_s
        Seconds since midnight, for orders that are delivered or collected: at the door, after
        parking and the walk, and not before it may begin.
    """
    found: dict[OrderId, float] = {}
    for line in lines:
        for begins_s, item in zip(line.begins_s.tolist(), line.items, strict=True):
            for action in item.actions:
                if isinstance(action, Deliver | Collect):
                    found[action.order] = begins_s
    return found


def lines_of(
    routes: Mapping[VehicleId, Route], view: View, briefing: Briefing, believed: Believed
) -> list[Line]:
    """Return the lines of vehicles of a view that are given these routes."""
    return [
        Line(
            replace(view.by_vehicle[vehicle_id], route=route),
            view,
            believed,
            briefing.service_classes,
            {},
            rules=briefing.rules,
        )
        for vehicle_id, route in routes.items()
    ]
