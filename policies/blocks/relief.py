"""What a broken vehicle was still to load, taken from it where it would be late."""

from policies.blocks.fleet_lines import FleetLines
from policies.blocks.planned import planned_with
from policies.blocks.weighing import late_in
from twin import Route, View
from twin.model import VehicleId
from twin.plan import without


def relieved(view: View, trial: FleetLines) -> View:
    """Return a view in which no broken vehicle is to serve late what it has not loaded.

    Parameters
    ----------
    trial
        For trying out; what it holds is lost.
    """
    routes: dict[VehicleId, Route] = {}
    for broken in view.vehicles:
        if not broken.broken_down:
            continue
        trial.forget()
        trial.take(view, [broken])
        late = frozenset(
            row.id
            for row in late_in(trial.lines, view)
            if row.id not in broken.aboard and row.planned_on == broken.id
        )
        if late:
            routes[broken.id] = without(broken.route, late)
    return planned_with(view, routes)
