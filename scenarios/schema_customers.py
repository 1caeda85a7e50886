"""What the scenario says of customers who are told something, or asked for it (semantics S4)."""

from pydantic import Field

from scenarios.defaults import default
from scenarios.fields import DurationS, Section, Share
from scenarios.spreads import TimeSpread


class CustomersSpec(Section):
    """What customers answer to offers, and how long they stay in for what they are told.

    Policies send messages, scenarios do not: where none does, nothing of this matters.
    """

    accept_window: Share = Field(
        default=default("customers.accept_window"),
        validate_default=True,
        description="Share who take another window if asked. Asked again they say the same.",
    )
    accept_locker: Share = Field(
        default=default("customers.accept_locker"),
        validate_default=True,
        description="Share who take a locker instead of their door if asked.",
    )
    answer_s: TimeSpread = Field(
        default=default("customers.answer"),
        alias="answer",
        validate_default=True,
        description="How long an answer takes, whether yes or no.",
    )
    notice_s: DurationS = Field(
        default=default("customers.notice"),
        alias="notice",
        validate_default=True,
        description="The longest time told, from when to when to expect us, that customers stay "
        "in for.",
    )
