"""A picture of the day's routes over the streets: what was served, what failed, what was left."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from networks.classes import CLASSES
from networks.network import Network, RoadNetwork
from twin.events import (
    Arrived,
    AttemptFailed,
    Collected,
    DayBegan,
    Delivered,
    Departed,
    Diverted,
    Event,
    OrderPlaced,
)
from twin.model import NodeId, OrderId, Place, PlaceId, PlaceKind, VehicleId

PALETTE: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9")
FAILED: Final = "#D55E00"
LEFT: Final = "#F0E442"
"""Colours that people with any colour vision can tell apart (Okabe & Ito 2008, Color Universal
Design): five for vehicles, and two that mark orders. With more vehicles than colours the line's
pattern changes too."""
_PATTERNS: Final[tuple[Any, ...]] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 1.5, 1, 1.5)))
_NAMED_IN_LEGEND: Final = 14

_WIDE: Final = ("motorway", "trunk", "primary", "secondary")
_INCHES: Final = (10.0, 9.0)
_DPI: Final = 110

Line = NDArray[np.float64]
"""Longitudes and latitudes along a line, shape (n, 2)."""


@dataclass(slots=True)
class _Day:
    """What a journal says of where things were."""

    places: dict[PlaceId, Place] = field(default_factory=dict)
    doors: dict[OrderId, PlaceId] = field(default_factory=dict)
    served: set[OrderId] = field(default_factory=set)
    tried: set[OrderId] = field(default_factory=set)
    legs: dict[VehicleId, list[tuple[list[NodeId], list[int]]]] = field(default_factory=dict)
    title: str = ""
    attribution: str = ""


def routes_png(events: Iterable[Event], network: Network) -> bytes | None:
    """Return a PNG of a day's routes, None where nothing is known of where nodes are.

    Parameters
    ----------
    network
        The one that the journal's header names.

    Notes
    -----
    The bytes follow from the arguments, for one version of matplotlib.
    """
    day = _read(events)
    lats, lons = network.coordinates(np.arange(network.node_count))
    if network.node_count == 0 or np.isnan(lats).all():
        return None
    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw_streets(axes, network)
    _draw_routes(axes, day, network, np.column_stack([lons, lats]))
    _draw_doors(axes, day)
    _frame(axes, day, float(np.nanmean(lats)))
    file = io.BytesIO()
    # Without this matplotlib writes its version into the file.
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _read(events: Iterable[Event]) -> _Day:
    day = _Day()
    ways: dict[VehicleId, Departed] = {}
    for event in events:
        if isinstance(event, DayBegan):
            day.places.update((place.id, place) for place in event.places)
            named = event.identity
            day.title = f"{named.scenario}: {event.policy}, seed {named.seed}, day {named.day}"
            day.attribution = named.attribution
            day.legs = {vehicle.id: [] for vehicle in event.vehicles}
        elif isinstance(event, OrderPlaced):
            day.places.update((place.id, place) for place in event.places)
            day.doors[event.order.id] = event.order.customer
        elif isinstance(event, Departed):
            ways[event.vehicle] = event
        elif isinstance(event, Arrived | Diverted):
            driven = len(event.edges)
            nodes = list(ways[event.vehicle].nodes[: driven + 1])
            day.legs[event.vehicle].append((nodes, [int(edge) for edge in event.edges]))
        elif isinstance(event, Delivered | Collected):
            day.served.add(event.order)
        elif isinstance(event, AttemptFailed):
            day.tried.add(event.order)
    return day


def _draw_streets(axes: Any, network: Network) -> None:  # noqa: ANN401 # matplotlib's are untyped
    if not isinstance(network, RoadNetwork):
        return
    graph = network.graph
    wide = {k for k, name in enumerate(CLASSES) if name.removesuffix("_link") in _WIDE}
    is_wide = np.isin(graph.edge_class, sorted(wide))
    for chosen, colour, width in ((~is_wide, "#dddddd", 0.5), (is_wide, "#bdbdbd", 1.1)):
        lines = [_shape(network, int(edge)) for edge in np.flatnonzero(chosen)]
        axes.add_collection(
            LineCollection(lines, colors=colour, linewidths=width, zorder=1), autolim=True
        )


def _shape(network: RoadNetwork, edge: int) -> Line:
    """Return the line of a street with its bends."""
    graph = network.graph
    begins, ends = int(graph.shape_start[edge]), int(graph.shape_start[edge + 1])
    first, last = int(graph.edge_from[edge]), int(graph.edge_to[edge])
    line = np.empty((ends - begins + 2, 2))
    line[0] = graph.node_lon[first], graph.node_lat[first]
    line[1:-1, 0] = graph.shape_lon[begins:ends] * 1e-7
    line[1:-1, 1] = graph.shape_lat[begins:ends] * 1e-7
    line[-1] = graph.node_lon[last], graph.node_lat[last]
    return line


def _draw_routes(axes: Any, day: _Day, network: Network, spots: Line) -> None:  # noqa: ANN401
    driving = [vehicle for vehicle in sorted(day.legs) if day.legs[vehicle]]
    for place, vehicle in enumerate(driving):
        colour = PALETTE[place % len(PALETTE)]
        pattern = _PATTERNS[place // len(PALETTE) % len(_PATTERNS)]
        lines = [_way(network, nodes, edges, spots) for nodes, edges in day.legs[vehicle]]
        label = str(vehicle) if place < _NAMED_IN_LEGEND else None
        axes.add_collection(
            LineCollection(
                [line for line in lines if len(line) > 1],
                colors=colour,
                linestyles=[pattern],
                linewidths=1.3,
                alpha=0.85,
                zorder=2,
                label=label,
            ),
            autolim=True,
        )
    if len(driving) > _NAMED_IN_LEGEND:
        axes.plot([], [], " ", label=f"and {len(driving) - _NAMED_IN_LEGEND} more")


def _way(network: Network, nodes: Sequence[int], edges: Sequence[int], spots: Line) -> Line:
    """Return the line that was driven: along the bends of streets, else from node to node."""
    if isinstance(network, RoadNetwork) and edges:
        return np.concatenate([_shape(network, edge) for edge in edges])
    return spots[list(nodes)]


def _draw_doors(axes: Any, day: _Day) -> None:  # noqa: ANN401
    served = [day.doors[order] for order in sorted(day.served)]
    failed = [day.doors[order] for order in sorted(day.tried - day.served)]
    left = [day.doors[o] for o in sorted(day.doors) if o not in day.served | day.tried]
    depots = [place.id for place in day.places.values() if place.kind is PlaceKind.DEPOT]
    kinds = (
        (f"served ({len(served)})", served, "o", 12, "#ffffff", "#222222"),
        (f"failed ({len(failed)})", failed, "X", 46, FAILED, "#222222"),
        (f"not served ({len(left)})", left, "^", 34, LEFT, "#222222"),
        ("depot", depots, "s", 90, "#222222", "#ffffff"),
    )
    for label, places, marker, size, face, edge in kinds:
        spots = _spots(day.places, places)
        if len(spots):
            axes.scatter(
                spots[:, 0], spots[:, 1], s=size, marker=marker, c=face, edgecolors=edge,
                linewidths=0.6, zorder=3, label=label,
            )  # fmt: skip


def _spots(places: Mapping[PlaceId, Place], wanted: Sequence[PlaceId]) -> Line:
    rows = [
        (place.lon, place.lat)
        for place in (places[name] for name in wanted)
        if place.lon is not None and place.lat is not None
    ]
    return np.array(rows, np.float64).reshape(-1, 2)


def _frame(axes: Any, day: _Day, lat: float) -> None:  # noqa: ANN401
    axes.autoscale_view()
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    axes.set_aspect(1 / max(0.05, float(np.cos(np.radians(lat)))))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(day.title.replace("$", r"\$"), loc="left", fontsize=11)
    for side in axes.spines.values():
        side.set_visible(False)
    handles, _ = axes.get_legend_handles_labels()
    if handles:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, frameon=False)
    if day.attribution:
        axes.annotate(
            day.attribution, (1, 0), xycoords="axes fraction", ha="right", va="bottom",
            fontsize=8, backgroundcolor="#ffffffc0", annotation_clip=False,
        )  # fmt: skip
