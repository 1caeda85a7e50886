"""Who looks for a parking place before a stop, and who does not."""

from dataclasses import replace

from dispatchers import AllAboard
from worlds import depot, line, order, place, van, world

from twin import Visit, run
from twin.events import ParkingBegan, ServiceBegan, WalkingBegan


def test_a_vehicle_that_looks_for_no_parking_place_walks_at_once():
    """600 m at 10 m/s, 30 s of parking, 20 s to the door: a van begins at 110, a bike at 80."""
    bike = replace(van("bike", type_="cargo_bike"), looks_for_parking=False)
    begun = {}
    for vehicle in (van("van"), bike):
        day = world(
            line([600], 10),
            [depot(0), place("door", 1)],
            [order("a", "door")],
            [vehicle],
            visits={"door": Visit(parking_s=(30.0,), walk_s=20.0, fixed_s=(90.0,))},
        )
        journal = run(day, AllAboard)
        begun[vehicle.id] = [
            [event.at_s for event in journal.of(kind)]
            for kind in (ParkingBegan, WalkingBegan, ServiceBegan)
        ]

    assert begun == {"van": [[60], [90], [110]], "bike": [[], [60], [80]]}
