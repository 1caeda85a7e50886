"""What a user gave: a scenario with its network, from which any of its days can be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from networks.network import Network
from scenarios.assumptions import as_comments, assumptions
from scenarios.load import Loaded, load_text
from scenarios.network import network_of
from scenarios.realise import realise
from scenarios.resolve import resolve, to_yaml
from scenarios.traffic import believed_travel
from twin.world import Travel, World


@dataclass(frozen=True)
class Given:
    """A scenario that was read, and the streets of its days.

    Attributes
    ----------
    source
        How the scenario is called in messages.
    overrides
        What was set over the file.
    """

    loaded: Loaded
    source: str
    overrides: tuple[str, ...]

    @cached_property
    def network(self) -> Network:
        """The network that the scenario names, or the one that its orders' file brings.

        Raises
        ------
        twin.errors.NetworkError
            If there is none, or it cannot be used.
        """
        loaded = self.loaded
        return network_of(loaded.spec, loaded.base_dir, loaded.tables)

    @cached_property
    def travel(self) -> Travel:
        """What policies believe of the streets; its cache serves all days of this process."""
        return believed_travel(self.loaded.spec, self.network)

    @cached_property
    def resolved(self) -> str:
        """The scenario with every default filled in, as YAML, and which of it are defaults."""
        return self._settings + as_comments(assumptions(self.loaded))

    @cached_property
    def _settings(self) -> str:
        """The scenario with every default filled in: the same whether said or meant."""
        return to_yaml(resolve(self.loaded.spec))

    def world(self, seed: int, day: int) -> World:
        """Return one of its days.

        Raises
        ------
        twin.errors.InputError
            If the network, or the places of the day on it, cannot be used.
        """
        loaded = self.loaded
        return realise(
            loaded.spec, self.network, seed, day, tables=loaded.tables, travel=self.travel
        )

    def scenario_identity(self) -> dict[str, str]:
        """Return name and SHA-256 of all that was given: settings, and the files they name."""
        digest = sha256(self._settings.encode())
        for name, file_sha256 in self.loaded.tables.files:
            digest.update(f"\n{name}\n{file_sha256}".encode())
        return {"name": self.loaded.spec.name, "sha256": digest.hexdigest()}

    def network_identity(self) -> dict[str, str]:
        """Return name, SHA-256 and credit of the network."""
        network = self.network
        return {
            "name": network.name,
            "sha256": network.sha256,
            "attribution": network.attribution,
        }


def given_day(text: str, source: str, base_dir: Path, overrides: Sequence[str] = ()) -> Given:
    """Return what a scenario's text gives.

    Raises
    ------
    twin.errors.ScenarioError
        With every problem of it.
    """
    return Given(load_text(text, source, base_dir, overrides), source, tuple(overrides))
