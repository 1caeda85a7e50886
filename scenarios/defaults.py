"""What is meant where a scenario says nothing: every default as it would be typed, with its source.

Marks: ``computed`` from a public data set, ``read`` in the named source, ``general`` knowledge and
so a prior to be calibrated, ``choice`` of ours that no data could make.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

Mark = Literal["computed", "read", "general", "choice"]


@dataclass(frozen=True, slots=True)
class Default:
    """One default.

    Attributes
    ----------
    path
        The setting.
    value
        As it would be typed in a scenario.
    source
        Where it comes from; what it means, where it is a choice.
    plausible
        Between what it may lie: general knowledge, but where it names a source.
    """

    path: str
    value: Any
    source: str
    mark: Mark
    plausible: str = ""


_AMAZON_CHICAGO = "7,910 stops of real van routes, Chicago 2018-08-08 (Amazon Last Mile data)"

DEFAULTS: Final = (
    Default("date", "2026-01-05", "A Monday", "choice", "any day"),
    Default("time_zone", "UTC", "A day of 24 hours", "choice", "any"),
    Default("fleet.shift", "08:00-17:00", "A day shift", "choice", "4 h to 12 h, at any time"),
    Default("fleet.overtime", "0 s", "No stop is departed for after the shift", "choice",
            "0 s to 2 h"),
    Default("fleet.pace", 1, "Every driver takes the ordinary time", "choice", "0.8 to 1.3"),
    Default("fleet.energy.full_load", "0 %", "A full vehicle takes what an empty one does: the "
            "figures per km are means over rounds", "choice", "0 % to 25 %"),
    Default("fleet.energy.begins", "100 %", "Charged over night", "choice", "60 % to 100 %"),
    Default("depots.chargers.power", "22 kW", "Three-phase alternating current, 32 A", "general",
            "7.4 kW to 150 kW"),
    Default("temperature", "10 C", "The day that consumption per km is given for", "choice",
            "-20 C to 35 C"),
    Default("energy.by_temperature",
            {"20 C": "0.25 kWh/km", "10 C": "0.30 kWh/km", "-5 C": "0.45 kWh/km"},
            "An electric van of 3.5 t when mild, on average, and in winter or stop-start: "
            "E-Transit 0.298, eSprinter 0.259 (WLTP), eDeliver 9 0.296 (WLTP) and 0.456 (real); "
            "which temperature each belongs to is general knowledge", "general",
            "0.22 to 0.55 kWh/km"),
    Default("dispatch.dispatchers", 1, "One person; takes no time unless said so", "choice",
            "1 to 10"),
    Default("dispatch.per_order", "0 s", "Plans are made by the policy alone", "choice",
            "0 s to 2 min"),
    Default("dispatch.per_exception", "0 s", "As above", "choice", "0 s to 10 min"),
    Default("carriers.delivers", "10:00-18:00", "The rounds of a parcel carrier", "general",
            "09:00-21:00"),
    Default("carriers.success", "98 %", "Near the on-time shares of parcel carriers: 90.4 to "
            "98.7 % (ShipMatrix, December 2023 to 2025)", "general", "90 % to 99.5 %"),
    Default("carriers.told_after", "1 h", "Scans reach the shipper in batches", "general",
            "0 s to 1 d"),
    Default("carriers.EUR", {"parcel": 3.5}, "Last-mile subcontract price of a parcel, West "
            "Europe; for overflow carriers without a price", "general", "2.50 to 4.50"),
    Default("carriers.USD", {"parcel": 4.75}, "Last-mile subcontract price of a parcel, US; for "
            "overflow carriers without a price", "general", "3.50 to 6"),
    Default("absence.share", "0 %", "Every driver comes", "choice", "0 % to 8 %"),
    Default("absence.known_at", "at_shift", "Nobody calls before", "choice",
            "the evening before to at_shift"),
    Default("hours", "none", "No breaks and no limits: law and contract decide", "choice",
            "the law of the country"),
    Default("adherence", "100 %", "Drivers go where the plan says", "choice", "60 % to 100 %"),
    Default("familiarity.share", "0 %", "Every driver knows every zone", "choice", "0 % to 40 %"),
    Default("familiarity.learning_visits", 100, "Some days of rounds in a zone; counts where a "
            "share is set", "general", "30 to 500"),
    Default("familiarity.known", 0, "Drivers are new everywhere; counts where a share is set",
            "choice", "0 to 2000"),
    Default("dispatch.load_lock", "0 s", "Loads are fixed when the shift begins", "choice",
            "0 s to 2 h"),
    Default("dispatch.search", "20 s", "Looking for a parcel that lies behind others; never 0 by "
            "omission, or changing a loaded tour would be free", "general", "5 s to 60 s"),
    Default("dispatch.hand_over", "30 s", "Counting a parcel over from van to van; never 0 by "
            "omission, as above", "general", "10 s to 2 min"),
    Default("breakdowns.every", "100000 km",
            "0.10 per 10,000 km, about 1 in 1,100 van-days at 90 km: RAC attends around 300,000 "
            "vans a year (rac.mynewsdesk.com) of about 4.1 million UK vans; its share and their "
            "mileage are assumed", "general", "33,000 km (old) to 330,000 km (new)"),
    Default("breakdowns.law", "exponential", "No memory: an old threshold tells nothing of the "
            "next", "choice", "weibull of shape 1 to 3 for one age of vehicles"),
    Default("breakdowns.wait", {"median": "60 min", "log_sd": 0.4},
            "'typically 45 minutes to 2 hours' (fleetgs.com, a vendor)", "read",
            "45 min to 2 h"),
    Default("breakdowns.at_roadside", "78 %", "Share of breakdowns repaired where they happen",
            "general", "60 % to 90 %"),
    Default("breakdowns.repair", "35 min", "A repair where the vehicle stands", "general",
            "15 min to 90 min"),
    Default("breakdowns.tow", "45 min", "Recovery to a depot and putting down the load",
            "general", "30 min to 2 h"),
    Default("breakdowns.stranded", "2 h", "The wait for help above, and a tow", "general",
            "1 h to 4 h"),
    Default("dispatch.plans_before_shift", "2 h", "Orders known in the morning are dealt "
            "with two hours before the first shift", "choice", "30 min to 12 h"),
    Default("dispatch.latency", "0 s", "Thinking takes no simulated time", "choice",
            "0 s to 15 min"),
    Default("service.fixed", {"median": "75.566 s", "log_sd": 0.709},
            f"lognormal(4.325, 0.709) s for a whole stop: {_AMAZON_CHICAGO}; planned times of "
            "mostly unattended parcels", "computed",
            "median 50 s (by the parcel) to 180 s (attended) and 540 s (groceries)"),
    Default("service.per_parcel", "0 s", "The time of a stop above holds its parcels", "choice",
            "0 s to 64 s"),
    Default("service.parking", "10 s", "Middle of 0 to 20 s in residential streets; downtown "
            "means 2.3 min, Dalla Chiara & Goodchild 2020, Transport Policy 97:26-36", "general",
            "0 s to 9 min (very dense)"),
    Default("service.parking: residential", {"from": "0 s", "to": "20 s"},
            "Residential streets", "general", "0 to 60 s"),
    Default("service.parking: downtown", {"mean": "2.28 min", "cv": 0.9129, "law": "gamma"},
            "gamma(1.2, 1.9 min) for a mean of 2.3 min over 2,900 trips, Seattle (Dalla Chiara & "
            "Goodchild 2020, Transport Policy 97:26-36); its shape is a guess", "general",
            "1 to 9 min"),
    Default("service.parking_areas.parking", "downtown", "What such an area is named for",
            "choice", "residential to downtown"),
    Default("service.walk", "0 s", "The time of a stop above holds the walk", "choice",
            "0 s to 3 min"),
    Default("presence.probability", "99.07 %",
            "0.933 % of 687k unattended parcels failed, 2,876 van routes, Los Angeles 2018 (Amazon "
            "Last Mile data); attended without an agreed window about 91.6 % (Japan MLIT survey, "
            "April 2025)", "computed", "82.9 % (Japan, urban, 2017) to 99.07 %"),
    Default("presence.spread", {"a": 0.66, "b": 67.4},
            "Beta-binomial fit to the failed share of the same routes: 35 % have none, some 17 %. "
            "It belongs to that share; with another probability it is none unless given",
            "computed", "failures of a route 0 % to 17 %"),
    Default("presence: unattended", {"probability": "99.07 %", "by_hour": "none", "saturday": 1,
                                     "spread": {"a": 0.66, "b": 67.4}},
            "Parcels left at the door: as presence.probability and presence.spread", "computed",
            "failures of a route 0 % to 17 %"),
    Default("presence: attended", {"probability": "91.6 %", "by_hour": "attended",
                                   "saturday": 0.75, "spread": "none"},
            "8.4 % delivered again, 3.1 M parcels, six carriers (Japan MLIT survey, April 2025); "
            "the course of the day and Saturday are guesses", "read",
            "UK market 97.2 % (IMRG, year to February 2019); Japan 84 to 85 % in 2018"),
    Default("presence.by_hour: attended", {"9": 1.1, "12": 1.2, "16": 0.8, "19": 0.6, "21": 1.0},
            "More people are in towards the evening; the numbers are guesses", "general",
            "0.4 to 1.6"),
    Default("presence.saturday", 1, "As other days; 0.75 at attended stops", "choice", "0.5 to 1"),
    Default("presence.household", 1, "All households are alike", "choice", "cv 0 to 150 %"),
    Default("presence.agreed", "50 %", "Half as many fail where the day was agreed anew",
            "general", "20 to 80 %"),
    Default("presence.notified", "30 %", "2 to 3 % absent with a notified hour against 8.4 %; 98 % "
            "of deliveries kept such a window (DPD UK 2010)", "general", "20 to 60 %"),
    Default("customers.accept_window", "60 %", "No figure known", "choice", "20 to 90 %"),
    Default("customers.accept_locker", "44 %", "44 % of EU shoppers choose out of home when it is "
            "offered (Last Mile Experts 2022); that they do on the day too is a guess", "read",
            "5 % (US, UK) to 50 %"),
    Default("customers.answer", {"median": "10 min", "log_sd": 1}, "A message on a telephone; no "
            "figure known", "general", "median 1 min to 1 h"),
    Default("customers.notice", "2 h", "Between the hour told by DPD UK (2010), which presence."
            "notified is of, and the 2 to 6 h by DPD DE (2011)", "choice", "1 h to 6 h"),
    Default("presence.neighbour", "30 %", "A prior: no figure known", "general", "5 to 60 %"),
    Default("presence.safe_place", "30 %", "A prior: no figure known", "general", "5 to 80 %"),
    Default("failures.no_access", "0 %", "The failed share of presence.probability holds every "
            "cause; where it is absence alone, about 15 in 60 more have no access", "general",
            "0 to 3 %"),
    Default("failures.wrong_address", "0 %", "As failures.no_access: about 12 to 60 absent; up to "
            "20 % of online orders have an incomplete address (shaoke.com, a vendor)", "general",
            "0 to 3 %"),
    Default("failures.refused", "0 %", "As failures.no_access: about 5 to 60 absent; 0.003 % of "
            "unattended parcels were rejected (Los Angeles 2018, Amazon Last Mile data)", "general",
            "0 to 1 %"),
    Default("failures.damaged", "0 %", "No figure known", "choice", "0 to 0.5 %"),
    Default("failures.search", "3 min", "Middle of 2 to 4 minutes at the door of a failed delivery "
            "(routelyq.com, a vendor)", "read", "1 to 10 min"),
    Default("zones.size", "2.3 km", "About a route: 142 stops (Los Angeles) half of whose legs are "
            "below 0.195 km (Austin, Amazon Last Mile data) lie on 5.3 km2, at a detour of 1.41 "
            "and a tour of 0.71 roots of area times stops", "general",
            "1 to 5 km"),
    Default("lockers.occupied", "0 %", "No figure known: every slot is free", "choice",
            "0 to 90 %"),
    Default("lockers.collected", {"from": "8 h", "to": "32 h"},
            "Customers come between this and the next morning", "general", "to 24 to 96 h"),
    Default("lockers.fixed", "90 s", "Opening and closing one", "general", "30 s to 5 min"),
    Default("lockers.per_parcel", "15 s", "At most 1,500 parcels a courier and day (alsendo.com, a "
            "vendor) leave 19 s each, all included", "general", "10 to 30 s"),
    Default("walking.radius", "0 m", "Every door is driven to", "choice", "0 to 200 m"),
    Default("walking.speed", "1.2 m/s", "A brisk walk", "general", "1 to 1.5 m/s"),
    Default("presence.holds", "75 min", "How long somebody stays in or out", "general",
            "30 min to 4 h"),
    Default("service_classes.max_attempts", 3,
            "'a second attempt and in many cases a third' (bringg.com, a vendor)", "read",
            "1 to 3"),
    Default("depots.loading.fixed", "5 min", "A turn-round at a dock", "general",
            "2 min to 20 min"),
    Default("depots.loading.per_parcel", "5 s", "One parcel into the van", "general",
            "2 s to 15 s"),
    Default("orders.weight", "2 kg",
            "430 to 520 parcels are 860 to 1,040 kg (published van payloads)", "read",
            "0.5 kg to 10 kg"),
    Default("orders.volume", {"median": "5.8944 l", "log_sd": 1.138},
            f"lognormal(1.774, 1.138) litres: {_AMAZON_CHICAGO}", "computed",
            "median 3 l to 15 l, log_sd 0.8 to 1.3"),
    Default("orders.parcels", {"1": "100 %"}, "One parcel an order", "choice", "mean 1 to 1.74"),
    Default("orders.parcels: typical",
            {"1": "66.4 %", "2": "21.2 %", "3": "7.2 %", "4": "2.5 %", "5": "1.1 %", "9": "1.6 %"},
            f"{_AMAZON_CHICAGO}; 1.6 % have more than 5, taken as 9 so that the mean is 1.60",
            "computed", "mean 1.60 (Chicago) to 1.74 (Los Angeles)"),
    Default("orders.windows.width", "4 h", "Between grocery (2 h) and parcel (8 h) windows: ORTEC "
            "and Amazon data have medians of 1.9 to 2.2 h and 7.95 h", "computed", "30 min to 8 h"),
    Default("orders.windows.between", "09:00-17:00", "Inside the default shift", "choice",
            "06:00-22:00"),
    Default("orders.windows.every", "30 min", "Windows open on the half hour", "choice",
            "15 min to 2 h"),
    Default("orders.windows.agreed", "0 %", "Windows are those of the sender", "choice",
            "0 to 100 %"),
    Default("orders.notified", "0 %", "Nobody is told when to expect us", "choice", "0 to 100 %"),
    Default("orders.out_of_home", "0 %", "All to doors; 45 to 50 % go out of home in the Nordics, "
            "France, Germany and Poland (Last Mile Experts 2022)", "choice", "0 to 50 %"),
    Default("orders.returns", "0 %", "No figure known", "choice", "0 to 20 %"),
    Default("orders.changes.cancelled", "0 %", "No figure known", "choice", "0 to 5 %"),
    Default("orders.changes.moved", "0 %", "No figure known", "choice", "0 to 10 %"),
    Default("orders.changes.urgent", "0 %", "No figure known", "choice", "0 to 5 %"),
    Default("orders.changes.between", "07:00-17:00", "Until the default shift ends", "choice",
            "inside the day"),
    Default("orders.changes.width", "2 h", "As grocery windows: ORTEC and Amazon data have medians "
            "of 1.9 to 2.2 h and 7.95 h", "computed", "30 min to 4 h"),
    Default("orders.changes.notice", "1 h", "No window opens sooner than this", "choice",
            "0 s to 1 d"),
    Default("depots.picking.per_order", "5 min", "One picker, one order of a few lines", "general",
            "1 to 20 min"),
    Default("orders.arrivals.by_hour: e-commerce",
            {"0": 104, "1": 77, "2": 49, "3": 22, "4": 22, "5": 22, "6": 40, "7": 57, "8": 66,
             "9": 75, "10": 103, "11": 122, "12": 142, "13": 151, "14": 149, "15": 145, "16": 142,
             "17": 140, "18": 137, "19": 135, "20": 132, "21": 134, "22": 133, "23": 123},
            "Index of web orders by hour (clickpost.ai); hours it does not give are interpolated",
            "read", "by shop"),
    Default("orders.arrivals.by_hour: food",
            {"10": 3.3, "11": 8.1, "12": 8.5, "13": 8.0, "14": 7.2, "15": 6.9, "16": 8.5,
             "17": 10.4, "18": 11.4, "19": 10.2, "20": 8.2, "21": 4.9, "22": 2.2},
            "18,706 meal orders, Helsinki 2020 (Wolt)", "computed",
            "by town: Colombia has its peak at 19"),
    Default("network.plane: detour", 1.41, "Way over straight line, median of 2,874 real van "
            "routes, Los Angeles 2018 (Amazon Last Mile data)", "computed", "1.2 to 1.6"),
    Default("network.plane: speed", "25 km/h", "18 km/h on a London day (TomTom Traffic Index "
            "2024), times the 1.39 of traffic.level that slows it down again", "read",
            "23 km/h to 45 km/h"),
    Default("network.plane: bike_speed", "15 km/h", "Of a cargo bike in town", "general",
            "12 km/h to 20 km/h"),
    Default("orders.max_snap", "300 m",
            "99.7 % of people live within 300 m of a drivable junction, Porto Alegre", "computed",
            "100 m to 1 km"),
    Default("traffic.level", "39 %",
            "Mean extra time over free flow from 7 to 20 h; English A roads show 43 % (DfT, year "
            "to March 2019)", "general", "25 % to 52 % (Mexico City, TomTom 2024)"),
    Default("traffic.noise.day", "8 %", "How a whole day is slower or faster than its kind",
            "general", "3 to 15 %"),
    Default("traffic.noise.district", "10 %",
            "Streets of a district are slow together, else ways would hardly vary", "general",
            "5 to 20 %"),
    Default("traffic.noise.memory", "70 %", "A slow hour is followed by one", "general",
            "40 to 90 %"),
    Default("traffic.noise.link", "25 %", "Family, a lognormal: 200 links of Beijing, Chen et al. "
            "2018, J. Adv. Transp. 3747632; the spread is a guess", "general", "15 to 40 %"),
    Default("traffic.noise.link_peak", "40 %", "As traffic.noise.link", "general", "25 to 60 %"),
    Default("traffic.incidents.per_100_km", 0.5,
            "1.5 per million vehicle-km of traffic, put as streets and days", "general",
            "0.1 to 2"),
    Default("traffic.incidents.kinds", {"shoulder": "75 %", "one lane": "20 %", "two lanes": "3 %",
                                        "closure": "2 %"},
            "The usual mix of severities", "general", "closure 0.5 to 5 %"),
    Default("traffic.incidents.duration", {"shoulder": {"mean": "34 min", "cv": "44 %"},
                                           "one lane": {"mean": "35 min", "cv": "40 %"},
                                           "two lanes": {"mean": "54 min", "cv": "26 %"},
                                           "closure": {"mean": "68 min", "cv": "32 %"}},
            "As handbooks of highway reliability have them", "general", "half to twice as long"),
    Default("traffic.incidents.reported_after", {"median": "5 min", "log_sd": 0.5},
            "Until somebody has called and somebody has told", "general", "median 2 to 15 min"),
    Default("traffic.incidents: speed left",
            {"narrow": {"shoulder": "81 %", "one lane": "35 %", "two lanes": "0 %"},
             "wide": {"shoulder": "83 %", "one lane": "49 %", "two lanes": "17 %"}},
            "Residual capacity of two and three lanes, FHWA-HOP-13-042, Table 40 (HCM 2010), taken "
            "as what is left of the speed; wide are motorways and trunk roads", "read",
            "0 % to 85 %"),
    Default("traffic.feed_lag", "5 min", "Live speeds are means over some minutes, told later",
            "general", "1 to 15 min"),
    Default("weather.kind", "dry", "The weather of a scenario that says nothing of it", "choice",
            "any of them"),
    Default("weather.shares", {"dry": "70 %", "rain": "25 %", "snow": "3 %", "storm": "2 %"},
            "A temperate year", "general", "rain 5 to 50 %, snow 0 to 25 %, storm 0 to 5 %"),
    Default("weather.rain", {"demand": 1.05, "driving": 1.07, "service": 1.03, "absence": 0.95,
                             "driver_absence": 1.1},
            "driving: delivery minutes are 7 % more in rain, 1,638 of 18,706 meal orders, Helsinki "
            "2020 (Wolt), all of it taken as driving; the other factors are guesses", "general",
            "demand 0.95 to 1.2, driving 1.02 to 1.15, service 1 to 1.1, absence 0.85 to 1, "
            "driver_absence 1 to 1.3"),
    Default("weather.snow", {"demand": 0.95, "driving": 1.25, "service": 1.15, "absence": 0.9,
                             "driver_absence": 1.5},
            "Slow streets and slow feet; no data", "general",
            "demand 0.7 to 1.1, driving 1.1 to 1.6, service 1.05 to 1.4, absence 0.7 to 1, "
            "driver_absence 1 to 3"),
    Default("weather.storm", {"demand": 0.8, "driving": 1.35, "service": 1.2, "absence": 0.85,
                              "driver_absence": 2},
            "Who can stays at home; no data", "general",
            "demand 0.5 to 1.1, driving 1.1 to 2, service 1.05 to 1.5, absence 0.6 to 1, "
            "driver_absence 1 to 4"),
    Default("emissions.scope", "well-to-wheel", "The only scope that compares fuels with "
            "electricity", "choice", "either"),
    Default("emissions.well-to-wheel",
            {"diesel": "3.2 kg/l", "petrol": "2.8 kg/l", "electricity": "0.29 kg/kWh"},
            "Diesel 2.51 kg/l burnt and about 0.7 of supply; petrol 2.2 and 0.6; the UK grid of "
            "2021-22 at 0.212 kg/kWh with 0.017 of losses (read: Energy Saving Trust) and about "
            "0.06 of supplying its power stations", "general",
            "diesel 3.1 to 3.3, petrol 2.7 to 2.9, electricity 0.02 to 0.9 by country"),
    Default("emissions.tank-to-wheel",
            {"diesel": "2.51 kg/l", "petrol": "2.2 kg/l", "electricity": "0 kg/kWh"},
            "Diesel of the UK blend (Energy Saving Trust); petrol is general knowledge; batteries "
            "emit nothing on the way", "read", "diesel 2.5 to 2.7, petrol 2.1 to 2.4"),
    Default("costs.failed_attempt", "none", "Its minutes and kilometres are simulated, so only "
            "what is left of the fully loaded 17.20 USD (Loqate; 14 EUR, shaoke.com) would count "
            "here; not included unless said", "general", "11 to 14 USD"),
    Default("costs.late_order", "none", "A contract's penalty: 5 USD late in the day, 15 for a "
            "premium window; 21.64 GBP to a retailer (IMRG 2018); not included unless said",
            "general", "0 to 25"),
    Default("costs.late_minute", "none", "A contract's penalty; not included unless said",
            "choice", "0 to 1"),
    Default("costs.repair", "none", "150 to 400 GBP at the roadside (fleetgs.com, a vendor); not "
            "included unless said", "read", "150 to 400 GBP"),
    Default("costs.claim", "none", "A lost parcel costs a retailer 123.61 GBP (IMRG 2018); not "
            "included unless said", "read", "10 to 150"),
    Default("costs.EUR", {"vehicle_day": {"van": 35, "e_van": 42, "cargo_bike": 12, "truck": 80},
                          "vehicle_km": {"van": 0.20, "e_van": 0.12, "cargo_bike": 0.05,
                                         "truck": 0.50},
                          "labour_hour": {"all": 25}, "overtime_hour": {"all": 37.5}},
            "West European levels; labour after Eurostat 2024, overtime at 1.5", "general",
            "vehicle_day 20 to 60, vehicle_km 0.12 to 0.35, labour_hour 11 (Bulgaria) to 55 "
            "(Luxembourg)"),
    Default("costs.USD", {"vehicle_km": {"van": 0.435}, "labour_hour": {"all": 28.6},
                          "overtime_hour": {"all": 42.9}},
            "IRS mileage rate 2025 (0.70 USD a mile, all in); 22 USD/h (BLS) at a burden of 1.3, "
            "overtime at 1.5", "read",
            "vehicle_km 0.23 (variable only) to 0.44, labour_hour 22 to 34"),
)  # fmt: skip

_BY_PATH: Final[Mapping[str, Default]] = MappingProxyType({row.path: row for row in DEFAULTS})


def default(path: str) -> Any:  # noqa: ANN401
    """Return the default of a setting, as it would be typed."""
    return _BY_PATH[path].value


def source_of(path: str) -> str:
    """Return where a default comes from."""
    return _BY_PATH[path].source
