"""Hold a notable as a Mesa agent: MP, minister, mayor, union head, broker."""

from __future__ import annotations

import mesa


class NotableAgent(mesa.Agent):
    """Lend a name, and the contractors behind it, to a candidate.

    Attributes
    ----------
    notable_id
        Id in the contest file.
    index
        Place in the file; contractors name their patron by it.
    camp
        Candidate supported before round one, None where unknown.
    choice
        Finalist supported between the rounds, None while silent or neutral.
    """

    def __init__(self, model: mesa.Model, notable_id: str, index: int, camp: int | None) -> None:
        """Register the notable with the model."""
        super().__init__(model)
        self.notable_id = notable_id
        self.index = index
        self.camp = camp
        self.choice: int | None = None
