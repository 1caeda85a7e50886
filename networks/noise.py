"""How a day's streets differ from their profile: a shock of the day, of districts, of links.

Three factors on driving time, each with mean 1, so that noise leaves the level of the profile as
it is: one for the whole day; one for each district and hour that remembers the hour before; one
for each link and hour. All are lognormal: of the usual families it fits link times best (Chen and
others 2018, Journal of Advanced Transportation 3747632).

A link has one factor an hour, whoever drives it, which keeps roads first in, first out. Hours,
because the profile has hours: the steps stay as many as they were. Shorter slots would cost
memory in proportion and change little, as a way has hundreds of links that even each other out.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from networks.traffic import SpeedSteps
from twin.errors import NetworkError
from twin.rng import Streams

Floats = NDArray[np.float64]

HOURS: Final = 48
"""Hours drawn, from midnight: a day that runs past midnight does not meet its morning again."""

PEAK: Final = (8, 9, 15, 16, 17, 18)
"""Hours of a weekday with the spread of the peak: those with at least 40 % of extra time in
`networks.traffic.WEEKDAY_TIME`."""

_HOUR_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class TrafficNoise:
    """Spread of the three factors, as standard deviations of the logarithm; 0 is none.

    Attributes
    ----------
    day
        Of the whole town all day.
    district, memory
        Of a district in an hour; and how much of an hour's logarithm is left in the next, 0 to 1.
    link, link_peak
        Of a link in an hour, and in an hour of `PEAK`.
    """

    day: float = 0.0
    district: float = 0.0
    memory: float = 0.0
    link: float = 0.0
    link_peak: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            f"{field.name} is {getattr(self, field.name)}, expected a number of at least 0"
            for field in fields(self)
            if not (np.isfinite(getattr(self, field.name)) and getattr(self, field.name) >= 0)
        ]
        if self.memory > 1:
            problems.append(f"memory is {self.memory}, expected at most 1")
        if problems:
            raise NetworkError("traffic noise", problems)

    def on(
        self,
        steps: SpeedSteps,
        districts: NDArray[np.int32],
        streams: Streams,
        peak: tuple[int, ...] = PEAK,
    ) -> SpeedSteps:
        """Return speed steps with the noise of a day.

        Each factor has a stream of its own, ``traffic day``, ``traffic districts``, ``traffic
        links``: switching one off changes no other.

        Parameters
        ----------
        districts
            Of each edge of `steps`, shape (edges,).
        peak
            Hours of the day in which links have `link_peak`.
        """
        log = self._day(streams) + self._districts(int(districts.max(initial=0)) + 1, streams)
        row: NDArray[np.int32] | None = districts
        if self.link or self.link_peak:
            links = self._links(len(districts), streams, peak)
            links += log[:, districts]
            log, row = links, None
        return steps.with_noise(_HOUR_S, np.exp(-log), row)

    def _day(self, streams: Streams) -> float:
        """Return the logarithm of the day's factor."""
        normal = float(streams.generator("traffic day").standard_normal())
        return self.day * normal - self.day**2 / 2

    def _districts(self, count: int, streams: Streams) -> Floats:
        """Return a logarithm for each hour and district, stationary from the first hour on."""
        fresh = streams.generator("traffic districts").standard_normal((HOURS, count))
        state = fresh[0]
        states = [state]
        for hour in range(1, HOURS):
            state = self.memory * state + np.sqrt(1 - self.memory**2) * fresh[hour]
            states.append(state)
        return np.asarray(self.district * np.stack(states) - self.district**2 / 2)

    def _links(self, count: int, streams: Streams, peak: tuple[int, ...]) -> Floats:
        """Return a logarithm for each hour and link."""
        log_sd = np.full((HOURS, 1), self.link)
        log_sd[[hour % 24 in peak for hour in range(HOURS)]] = self.link_peak
        log = streams.generator("traffic links").standard_normal((HOURS, count))
        log *= log_sd
        log -= log_sd**2 / 2
        return log
