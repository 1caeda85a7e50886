"""What is given for a day: checked once, with words that say what was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin import ALWAYS, Driver, Duty, Load, Order, OrderKind, Parcel, ServiceClass, TimeWindow
from twin.model import UNLIMITED, Place, PlaceKind

NAN = float("nan")
amounts = st.integers(0, 10**6)
loads = st.builds(Load, amounts, amounts, amounts)


@given(loads, loads)
def test_loads_add_up_and_come_apart_again(one, other):
    """Whole numbers: exact, and what was added can be taken away."""
    assert (one + other) - other == one
    assert one.fits_in(one + other)
    assert (one + other).fits_in(one) == (other == Load())


def test_a_load_fits_in_every_dimension_or_not_at_all():
    """A gram, a millilitre or a parcel too much is too much."""
    capacity = Load(10, 20, 3)

    assert Load(10, 20, 3).fits_in(capacity)
    assert not any(
        load.fits_in(capacity) for load in (Load(11, 0, 0), Load(0, 21, 0), Load(0, 0, 4))
    )
    assert Load(10**15, 10**15, 10**15).fits_in(UNLIMITED)


def test_a_load_is_never_negative():
    """Nor does taking away more than there is make it so."""
    with pytest.raises(ValueError, match="a load cannot be negative, got Load"):
        Load(-1)
    with pytest.raises(ValueError, match="a load cannot be negative"):
        Load(1) - Load(2)


def test_both_ends_belong_to_a_window():
    """And windows that share one instant overlap."""
    window = TimeWindow(100, 200)

    assert [t in window for t in (99.875, 100, 200, 200.125)] == [False, True, True, False]
    assert window.overlaps(TimeWindow(200, 300))
    assert not window.overlaps(TimeWindow(200.125, 300))
    assert str(window) == "00:01:40-00:03:20"


@pytest.mark.parametrize("ends", [(200, 100), (NAN, 100), (0, NAN)])
def test_a_window_does_not_close_before_it_opens(ends):
    """And not-a-number is no time."""
    with pytest.raises(ValueError, match=r"a window closes .* no earlier than it opens"):
        TimeWindow(*ends)


def test_the_promise_of_an_order_is_its_window_or_the_day():
    """Unless it is given."""
    window, told = TimeWindow(100, 200), TimeWindow(0, 500)

    assert Order("o", "a", "b", window=window).promise == window
    assert Order("o", "a", "b").promise == TimeWindow(0, 86_400)
    assert Order("o", "a", "b", window=ALWAYS, promise=told).promise == told


def test_the_load_of_an_order_is_that_of_its_parcels():
    """Grams, millilitres and how many."""
    assert Order("o", "a", "b", parcels=(Parcel(500, 20), Parcel(250, 3))).load == Load(750, 23, 2)


def test_the_customer_is_where_a_delivery_ends_and_a_collection_begins():
    """Both go from a to b."""
    assert Order("o", "a", "b").customer == "b"
    assert Order("o", "a", "b", OrderKind.COLLECTION).customer == "a"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"parcels": ()}, "order o: needs at least one parcel"),
        ({"placed_at_s": 60.0, "ready_at_s": 59.0},
         "order o: ready at 00:00:59, before it was placed at 00:01:00"),
        ({"destination": "a"}, "order o: origin and destination are both a"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused(fields, words):
    """By name."""
    with pytest.raises(ValueError, match=words):
        Order(**{"id": "o", "origin": "a", "destination": "b", **fields})


@pytest.mark.parametrize("times", [(NAN, NAN), (0.0, NAN), (NAN, 0.0), (0.0, float("inf"))])
def test_an_order_has_real_times(times):
    """Not-a-number or never is no time to be placed or ready at."""
    with pytest.raises(ValueError, match=r"order o: placed at .*; both must be times"):
        Order("o", "a", "b", placed_at_s=times[0], ready_at_s=times[1])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Place("p", PlaceKind.DEPOT, {}, docks=0), "place p: docks must be at least 1"),
        (lambda: ServiceClass("c", 0), "service class c: max_attempts >= 1, got 0"),
        (lambda: Driver("d", pace=0.0), "driver d: pace must be positive, got 0.0"),
        (lambda: Driver("d", pace=NAN), "driver d: pace must be positive, got nan"),
        (lambda: Driver("d", pace=float("inf")), "driver d: pace must be positive, got inf"),
        (lambda: Duty("d", "x", "v", TimeWindow(0, 1), -1.0), "duty d: overtime_s must be >= 0"),
        (lambda: Duty("d", "x", "v", TimeWindow(0, 1), NAN), "duty d: overtime_s must be >= 0"),
    ],
)
def test_numbers_that_cannot_be_are_refused(make, words):
    """With the thing, the field and what was found."""
    with pytest.raises(ValueError, match=words):
        make()
