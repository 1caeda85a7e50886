"""The only source of chance: a keyed hash for things, a named stream for fields.

A draw belongs to a thing, not to the order of calls: adding an order or a van changes no other
draw, and the version of numpy does not matter to it.
"""

from hashlib import blake2b
from typing import Final

from numpy.random import PCG64, Generator, SeedSequence

__all__ = ["Generator", "Streams", "draw"]

_SCALE: Final = 2.0**-53


def draw(seed: int, day: int, stream: str, thing: str, index: int = 0) -> float:
    """Return the uniform number in (0, 1), both ends excluded, that belongs to a thing.

    Parameters
    ----------
    stream
        What is drawn: ``"service"``, ``"presence"``.
    thing
        The id of what it is drawn for.
    index
        Which of several draws for it.

    Notes
    -----
    The first 53 bits of blake2b over length-prefixed keys, moved to the middle of their interval.
    """
    key = "\x1f".join((str(seed), str(day), f"{len(stream)}", stream, thing, str(index)))
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return ((int.from_bytes(digest, "big") >> 11) + 0.5) * _SCALE


class Streams:
    """Generators for arrays over zones and time, one for each name.

    Parameters
    ----------
    seed, day
        Whole numbers that name the day.
    """

    def __init__(self, seed: int, day: int) -> None:
        self._seed = seed
        self._day = day

    def generator(self, name: str) -> Generator:
        """Return the generator of a named stream, at its beginning."""
        key = blake2b(name.encode(), digest_size=8).digest()
        return Generator(PCG64(SeedSequence([self._seed, self._day, int.from_bytes(key, "big")])))
