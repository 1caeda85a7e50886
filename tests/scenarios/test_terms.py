"""Every rule that a day is run by can be said in a scenario."""

from dataclasses import fields

from twin.model import Carrier, Driver, Duty, Vehicle
from twin.world import Rules

TEXT = """\
name: x
network: demo-city
orders: 5
fleet:
  e_van:
    count: 1
    shift: 05:00-12:00
    overtime: 30 min
    skills: [cold]
    pace: 1.1
    adherence: 90 %
    meal: 09:00-10:00 20 min
    carrier: acme
    end: none
    parking: false
    capacity: {longest: 2 m}
carriers:
  acme: {kind: hired, call_by: 04:30, pay: {duty: 100}}
  post: {kind: overflow, tender_by: 05:00, cap: 9}
dispatch:
  plans_at: 04:00
  horizon: 20:00
  diversion: false
  when_idle: stay
  latency: 1 min
  on_fault: keep_last
  dispatchers: 2
  per_order: 5 s
  per_exception: 1 min
  load_lock: 20 min
  search: 10 s
  hand_over: 15 s
breakdowns: {every: 40 h, clock: duty, crews: 3, believed: 2 h, stranded: 3 h}
familiarity: {share: 20 %, learning_visits: 60, known: 40}
walking: {radius: 60 m, speed: 1.1 m/s, carrying: {parcels: 4}}
temperature: -5 C
customers: {notice: 90 min}
"""


def _left_out(given: object, plain: object) -> set[str]:
    return {f.name for f in fields(given) if getattr(given, f.name) == getattr(plain, f.name)}


def test_every_rule_of_the_twin_can_be_said(live):
    """None is left at its default where all are said: a rule added later fails here."""
    empty = TEXT.replace("load_lock: 20 min", "preloaded: false")  # there is nothing to lock then
    left_out = [_left_out(live(text).rules, Rules()) for text in (TEXT, empty)]

    assert left_out == [{"preloaded"}, {"load_lock_s"}]


def test_everything_about_a_duty_can_be_said(live):
    """Of its vehicle, driver and carrier too."""
    world = live(TEXT)
    (vehicle,), (driver,), (duty,) = world.vehicles, world.drivers, world.duties

    plain = Vehicle(vehicle.id, "van", "bike", vehicle.capacity, "x", "x")
    assert _left_out(vehicle, plain) == {"id", "capacity"}
    assert _left_out(driver, Driver(driver.id)) == {"id"}
    assert _left_out(duty, Duty(duty.id, "", "", world.orders[0].window)) == {"id"}
    post = next(carrier for carrier in world.carriers if carrier.id == "post")
    assert _left_out(post, Carrier("post")) == {"id"}
