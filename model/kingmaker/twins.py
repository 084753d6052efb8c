"""Make twins of an election: pilots, campaigns with everything on, and other ways to go on."""

from __future__ import annotations

from typing import Any, Self

import mesa

from kingmaker.alliance.behaviours import Policy
from kingmaker.ballot.casting import FirstBallot
from kingmaker.ballot.constants import Constants
from kingmaker.contest.schema import Contest
from kingmaker.interlude import Interlude
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting
from kingmaker.records import FirstRound
from kingmaker.rng import Streams


class Twins(mesa.Model):
    """Know how an election differs from the historical one with everything on, and repeat it."""

    contest: Contest
    contest_in_fact: Contest
    setting: Setting
    setting_in_fact: Setting
    parameters: Parameters
    switches: Switches
    policy: Policy
    streams: Streams
    constants: Constants
    first_round: FirstRound
    first_ballot: FirstBallot | None
    interlude: Interlude | None
    _behaviour: str
    _reinvert: bool

    def _twin(self, **changes: Any) -> Self:
        """Make the same contest and draw, with everything on unless `changes` says otherwise."""
        arguments: dict[str, Any] = {
            "seed": self.streams.seed,
            "replicate": self.streams.replicate,
            "attempt": self.streams.attempt,
            "draw": self.parameters.values,
            "scale": self.setting.scale,
            "days": self.setting.campaign_days,
        }
        return type(self)(self.contest_in_fact, **(arguments | changes))

    @property
    def _own(self) -> dict[str, Any]:
        """What this election does otherwise than the historical one with everything on."""
        return {
            "behaviour": self._behaviour,
            "without": self.switches.without,
            "reinvert": self._reinvert,
        }

    @property
    def has_entrant(self) -> bool:
        """Whether somebody stands who withdrew in fact, so that the contest is a wider one."""
        entrant = self.policy.argument("stay")
        return any(c.id == entrant and c.withdrawn for c in self.contest_in_fact.candidates)

    @property
    def constants_kind(self) -> str:
        """How the constants were found; see the column ``constants`` of ``runs``."""
        if (
            self._reinvert
            and not self.has_entrant
            and (self.switches.without or not self.policy.is_historical)
        ):
            return "reinverted"
        return "held" if self.constants.held else "own"

    @property
    def holds_constants(self) -> bool:
        """Whether shifts come from a twin with everything on, as round one differs from it."""
        differs = self.switches.touch_campaign or self.policy.touches_campaign
        return differs and not self._reinvert and self.first_round == "exact"

    def pilot(self, scale: float, days: int, constants: Constants) -> Self:
        """Make a smaller campaign with chance of its own; all is as it was unless reinverted."""
        number = constants.pilots + 1
        own = self._own if self._reinvert or self.has_entrant else {}
        return self._twin(scale=scale, days=days, constants=constants, pilot=number, **own)

    def full_twin(self, constants: Constants | None) -> Self:
        """Make the same campaign with all mechanisms and what happened."""
        return self._twin(constants=constants)

    def retry(self, constants: Constants) -> Self:
        """Make the same contest again with other constants."""
        return self._twin(constants=constants, **self._own)

    def branch(self, behaviour: str) -> Self:
        """Make a twin on the evening of round one that goes on under another behaviour.

        Parameters
        ----------
        behaviour
            A behaviour that leaves the campaign as it was (`Policy.touches_campaign` is false), or
            this election's own.

        Returns
        -------
        An election that shares what nobody changes and copies the rest: it ends as one that ran
        under `behaviour` from the start, at a fraction of the time.

        Raises
        ------
        ValueError
            Before the first ballot, or for a behaviour that touches the campaign.
        """
        if self.first_ballot is None or self.interlude is not None:
            raise ValueError("an election branches between its first ballot and the next day")
        if self.policy.touches_campaign and behaviour != self._behaviour:
            raise ValueError(f"'{self._behaviour}' changed the campaign")
        changes = {**self._own, "behaviour": behaviour, "evening": self}
        twin = self._twin(first_round=self.first_round, **changes)
        if twin.policy.touches_campaign and behaviour != self._behaviour:
            raise ValueError(f"'{behaviour}' changes the campaign, which is over")
        return twin
