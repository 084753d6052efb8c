"""Hold a candidate as a Mesa agent."""

from __future__ import annotations

from enum import Enum

import mesa


class Status(Enum):
    """Say where a candidate stands in the contest."""

    RUNNING = "running"
    FINALIST = "finalist"
    ELIMINATED = "eliminated"
    WINNER = "winner"


class CandidateAgent(mesa.Agent):
    """Stand for election; when eliminated, decide whom to help.

    Attributes
    ----------
    candidate_id
        Id in the contest file.
    index
        Column of the candidate in all arrays.
    status
        A `Status`.
    position
        Ideal point, 3 numbers [sd of the members].
    no_deals
        Whether the candidate promised in public to make no deals.
    choice
        What an eliminated candidate decided: a finalist's index, ``neutral`` or ``free-vote``;
        None while undecided.
    told
        Weight of the announcement in [0, 1]: 1 where it was public and explicit.
    ticket
        Whether he runs as the second on a ticket with the finalist of his choice.
    """

    def __init__(
        self,
        model: mesa.Model,
        candidate_id: str,
        index: int,
        position: tuple[float, float, float],
        no_deals: bool,
    ) -> None:
        """Register the candidate with the model."""
        super().__init__(model)
        self.candidate_id = candidate_id
        self.index = index
        self.position = position
        self.no_deals = no_deals
        self.status = Status.RUNNING
        self.choice: int | str | None = None
        self.told = 0.0
        self.ticket = False
