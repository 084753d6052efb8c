"""Hold an actor outside the party as a Mesa agent."""

from __future__ import annotations

import mesa


class OutsideAgent(mesa.Agent):
    """Stand outside the party and hold something that the contest is about.

    Attributes
    ----------
    outside_id
        Id in the contest file.
    role
        Role in the contest file, such as ``head-of-government``.
    offices
        Offices that the actor could give.
    refuses
        Offices that the actor refused to give.
    stay_prob
        Probability that the party stays in the government, None where not stated.
    """

    def __init__(
        self,
        model: mesa.Model,
        outside_id: str,
        role: str,
        offices: tuple[str, ...],
        refuses: tuple[str, ...],
        stay_prob: float | None,
    ) -> None:
        """Register the actor with the model."""
        super().__init__(model)
        self.outside_id = outside_id
        self.role = role
        self.offices = offices
        self.refuses = refuses
        self.stay_prob = stay_prob
