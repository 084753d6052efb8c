"""Hold a vote contractor as a Mesa agent."""

from __future__ import annotations

import mesa


class ContractorAgent(mesa.Agent):
    """Deliver a bloc of members to a candidate.

    Attributes
    ----------
    contractor_id
        Id in the contest file, or a drawn one.
    index
        Row of the bloc in all arrays.
    camp
        Candidate served in round one.
    patron
        Index of the notable behind the contractor, -1 for none.
    tie
        Own tie to each candidate [sd].
    order
        Candidate whom the bloc is told to vote for now, None for nobody.
    """

    def __init__(
        self,
        model: mesa.Model,
        contractor_id: str,
        index: int,
        camp: int,
        patron: int,
        tie: tuple[float, ...],
    ) -> None:
        """Register the contractor with the model."""
        super().__init__(model)
        self.contractor_id = contractor_id
        self.index = index
        self.camp = camp
        self.patron = patron
        self.tie = tie
        self.order: int | None = camp
