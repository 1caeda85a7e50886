"""Rule sets of breaks and hours of service, by name.

The figures are general knowledge of the named laws, not advice on them: each rule set is what of
a law one day can show. Weekly limits and rests between days are not in a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from twin.model import UNBOUNDED_S, HoursRules, TimeWindow

HoursName: TypeAlias = Literal[
    "none", "eu-working-time", "eu-561", "gb-domestic", "us-hos", "us-hos-short-haul"
]


@dataclass(frozen=True, slots=True)
class HoursLaw:
    """What one law says of one day.

    Attributes
    ----------
    drive_most_s, drive_rest_s, work_most_s, work_rest_s, day_drive_most_s
        As in `twin.model.HoursRules`.
    duty_most_s
        Longest duty, overtime included: `check` warns of longer ones, physics allows them.
    source
        Which law, in words.
    """

    source: str
    drive_most_s: float = UNBOUNDED_S
    drive_rest_s: float = 0.0
    work_most_s: float = UNBOUNDED_S
    work_rest_s: float = 0.0
    day_drive_most_s: float = UNBOUNDED_S
    duty_most_s: float = UNBOUNDED_S


_H: Final = 3600.0
_MIN: Final = 60.0

HOURS_LAWS: Final[Mapping[str, HoursLaw]] = MappingProxyType(
    {
        "none": HoursLaw("No breaks and no limits"),
        "eu-working-time": HoursLaw(
            "Directive 2003/88/EC, articles 3 and 4: a break in more than 6 h of work (30 min, as "
            "in Directive 2002/15/EC and in many national laws), 11 h of rest a day. Vans to 3.5 t",
            work_most_s=6 * _H,
            work_rest_s=30 * _MIN,
            duty_most_s=13 * _H,
        ),
        "eu-561": HoursLaw(
            "Regulation (EC) 561/2006, articles 6 to 8: 45 min after 4.5 h of driving, 9 h of "
            "driving a day, 11 h of rest; and Directive 2002/15/EC: 30 min after 6 h of work. "
            "Goods vehicles over 3.5 t",
            drive_most_s=4.5 * _H,
            drive_rest_s=45 * _MIN,
            work_most_s=6 * _H,
            work_rest_s=30 * _MIN,
            day_drive_most_s=9 * _H,
            duty_most_s=13 * _H,
        ),
        "gb-domestic": HoursLaw(
            "Transport Act 1968, part VI: 10 h of driving and 11 h of duty a day; Working Time "
            "Regulations 1998, regulation 12: 20 min in more than 6 h. Goods vehicles to 3.5 t in "
            "Great Britain",
            work_most_s=6 * _H,
            work_rest_s=20 * _MIN,
            day_drive_most_s=10 * _H,
            duty_most_s=11 * _H,
        ),
        "us-hos": HoursLaw(
            "49 CFR 395.3: 30 min after 8 h of driving, 11 h of driving, no driving after the "
            "14th hour. Vehicles over 10,000 lb",
            drive_most_s=8 * _H,
            drive_rest_s=30 * _MIN,
            day_drive_most_s=11 * _H,
            duty_most_s=14 * _H,
        ),
        "us-hos-short-haul": HoursLaw(
            "49 CFR 395.1(e): 11 h of driving and 14 h of duty within 150 air miles, no break",
            day_drive_most_s=11 * _H,
            duty_most_s=14 * _H,
        ),
    }
)
"""By name, as in `HoursName`."""


def hours_rules(name: str, meal: TimeWindow | None, meal_s: float) -> HoursRules:
    """Return the rules of a duty.

    Parameters
    ----------
    meal, meal_s
        When the meal break begins, and how long it is; None without one.
    """
    law = HOURS_LAWS[name]
    return HoursRules(
        name=name,
        drive_most_s=law.drive_most_s,
        drive_rest_s=law.drive_rest_s,
        work_most_s=law.work_most_s,
        work_rest_s=law.work_rest_s,
        day_drive_most_s=law.day_drive_most_s,
        meal=meal,
        meal_s=0.0 if meal is None else meal_s,
    )
