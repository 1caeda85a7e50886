"""What is told of an order or a vehicle: an answer in one sentence, and what happened."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, in words.

    Attributes
    ----------
    clause
        What it adds to the answer; empty if nothing.
    kind
        ``way`` of what the way of a vehicle to the door tells too, if it is part of that; ``plan``
        of decisions, of which the last one counts.
    """

    at_s: float
    number: int
    what: str
    clause: str = ""
    kind: str = ""


@dataclass(slots=True)
class Story:
    """What became of an order, a vehicle did or a decision changed, and why.

    Attributes
    ----------
    status
        ``on time``, ``late``, ``returned``, ``declined``, ``cancelled`` or ``carried over`` of an
        order; empty of a vehicle or a decision.
    answer
        One sentence.
    chain
        What happened, in order.
    """

    status: str
    answer: str
    chain: list[Moment] = field(default_factory=list)
