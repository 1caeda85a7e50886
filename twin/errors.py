"""One root, few branches. Arguments go to ``super().__init__`` as they are; text is made later.

SimPy and pickle both rebuild an exception from its ``args``, so a constructor must take exactly
those.
"""

from collections.abc import Sequence

from twin.units import clock


class TwinError(Exception):
    """Anything the twin refuses or cannot do."""


class InputError(TwinError, ValueError):
    """What was given cannot be simulated; every problem at once.

    Parameters
    ----------
    source
        The file or thing that was read.
    problems
        One line each: where, what was found, what was expected, how to mend it.
    """

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        super().__init__(source, tuple(problems))

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems, one line each."""
        return tuple(self.args[1])

    def __str__(self) -> str:
        source, problems = self.args
        count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
        return f"{source}: {count}" + "".join(f"\n  {problem}" for problem in problems)


class ScenarioError(InputError):
    """A scenario, or a table it names, cannot be used."""


class NetworkError(InputError):
    """A network cannot be used."""


class UnknownNode(TwinError, KeyError):
    """A junction that the network does not have."""

    def __init__(self, node: int, network: str, nodes: int) -> None:
        super().__init__(node, network, nodes)

    def __str__(self) -> str:
        node, network, nodes = self.args
        return f"node {node} is not in {network}, whose nodes are 0 to {nodes - 1}"


class Unreachable(TwinError, ValueError):
    """No road leads from one place to another for a mode."""

    def __init__(self, origin: int, destination: int, mode: str) -> None:
        super().__init__(origin, destination, mode)

    def __str__(self) -> str:
        origin, destination, mode = self.args
        return f"no road leads from node {origin} to node {destination} for mode {mode!r}"


class PlanError(TwinError, ValueError):
    """A policy asked for something that vehicles cannot do."""

    def __init__(self, policy: str, at_s: float, question: int, problems: Sequence[str]) -> None:
        super().__init__(policy, at_s, question, tuple(problems))

    def __str__(self) -> str:
        policy, at_s, question, problems = self.args
        where = f"{policy} returned an illegal plan at {clock(at_s)}, question {question}:"
        return where + "".join(f"\n  - {problem}" for problem in problems)


class PolicyFault(TwinError, RuntimeError):
    """A policy raised, or answered with something that is no plan."""

    def __init__(self, policy: str, at_s: float, question: int, fault: str) -> None:
        super().__init__(policy, at_s, question, fault)

    def __str__(self) -> str:
        policy, at_s, question, fault = self.args
        return f"{policy} failed at {clock(at_s)}, question {question}: {fault}"


class PolicyNotFound(TwinError, LookupError):
    """No installed policy or solver has that name."""

    def __init__(self, kind: str, name: str, installed: Sequence[str], meant: str = "") -> None:
        super().__init__(kind, name, tuple(installed), meant)

    def __str__(self) -> str:
        kind, name, installed, meant = self.args
        hint = f"; did you mean {meant!r}?" if meant else "."
        return f"no {kind} is called {name!r}{hint} Installed: {', '.join(installed) or 'none'}."


class JournalError(TwinError, ValueError):
    """A journal that cannot be read."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(source, line, problem)

    def __str__(self) -> str:
        source, line, problem = self.args
        return f"{source}:{line}: {problem}"


class Impossible(TwinError, AssertionError):
    """A fault of the twin itself: something happened that physics or the books forbid."""

    def __init__(self, what: str, last_events: Sequence[str] = ()) -> None:
        super().__init__(what, tuple(last_events))

    def __str__(self) -> str:
        what, last_events = self.args
        return f"a fault of the twin, please report it: {what}" + "".join(
            f"\n    {event}" for event in last_events
        )


class Livelock(TwinError, RuntimeError):
    """Events follow one another and no time passes."""

    def __init__(
        self, policy: str, at_s: float, events: int, last_events: Sequence[str] = ()
    ) -> None:
        super().__init__(policy, at_s, events, tuple(last_events))

    def __str__(self) -> str:
        policy, at_s, events, last_events = self.args
        return (
            f"{events} events at {clock(at_s)} under {policy} and no time passes; "
            "the policy probably gives work that takes no time again and again. The last ones:"
        ) + "".join(f"\n    {event}" for event in last_events)
