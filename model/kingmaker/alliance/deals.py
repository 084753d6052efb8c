"""Record what people do between the rounds, and hold what has passed between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kingmaker.alliance.offers import Held

ACTS: dict[str, str] = {
    "endorses": "calls for a finalist",
    "neutral": "stays neutral",
    "free-vote": "releases voters and machine in public",
    "freezes": "stays silent and keeps the machine idle",
    "ticket": "runs as the second on a ticket with a finalist",
    "unites": "calls own voters to the other finalist",
    "offers": "makes an offer",
    "ignores": "makes no offer",
    "poaches": "makes an offer to a lieutenant over the leader's head",
    "accepts": "takes a poacher's offer",
    "refuses": "refuses a poacher's offer",
    "meets": "telephones, meets or visits",
    "praises": "praises in public",
    "letter": "writes a public letter to a leader; terms name the finalist asked for",
    "rumour": "is reported to talk about an offer",
    "denies": "denies a reported offer",
    "appeals": "appeals to a leader's voters over his head",
    "praised-by-rival": "is praised by a rival party's politician, who is the target",
    "rebuts": "rejects what an outsider's praise is used for",
    "counter-frames": "names a pact among the ally's opponents; the target is the endorsed",
    "pledges": "is bound by a pledge about the government",
    "changes-pledge": "changes a pledge about the government",
    "grants": "the head of government grants an office for a finalist to offer",
    "withholds": "the head of government withholds an office",
    "moves-early": "activists who moved before their leader spoke",
}
"""What the column ``act`` of the table ``deals`` can hold."""


@dataclass(frozen=True)
class Deal:
    """Record one act of the alliance phase; see the table ``deals``."""

    day: int
    actor: str
    act: str
    target: str
    basis: str
    terms: str = ""
    value: float = float("nan")
    reason: str = ""
    prob: float = float("nan")
    prob_endorses: float = float("nan")


@dataclass
class Dealings:
    """Hold what has passed between finalists (columns) and eliminated leaders (rows); mutable.

    Attributes
    ----------
    offers
        Offers by (leader, finalist).
    letters, letters_in_fact
        Weight of public letters to a leader for a finalist, as they came in this run and as
        they came in fact, shape ``(n_candidates, n_candidates)`` [letters].
    courted
        Courting of a leader by a finalist, ``(n_candidates, n_candidates)`` [meetings].
    appealed
        Whether a finalist appealed to a leader's voters, ``(n_candidates, n_candidates)``.
    affront, affront_in_fact
        What a leader holds against a finalist for appeals over his head, in this run and in
        fact, ``(n_candidates, n_candidates)`` [insults]: his own, nobody else shares it.
    rumoured
        Weight of the reported, unannounced deal of a leader with a finalist, ``(n_candidates,
        n_candidates)`` in [0, 1].
    praised
        Outside praise that is used against a candidate, ``(n_candidates,)`` [reports].
    named
        Whether a leader's pact was named among his opponents, shape ``(n_candidates,)``.
    stance, stance_in_fact
        Pledge about the government by candidate, where there is one.
    changed
        Pledges that a candidate changed, shape ``(n_candidates,)``.
    stance_at_first
        The same on the evening of round one: members' opinions hold it already.
    poachers
        Leaders whose lieutenants a finalist turns to, as (leader, finalist).
    """

    offers: dict[tuple[int, int], list[Held]]
    letters: NDArray[np.float64]
    letters_in_fact: NDArray[np.float64]
    courted: NDArray[np.float64]
    appealed: NDArray[np.bool_]
    affront: NDArray[np.float64]
    affront_in_fact: NDArray[np.float64]
    rumoured: NDArray[np.float64]
    praised: NDArray[np.float64]
    named: NDArray[np.bool_]
    changed: NDArray[np.int64]
    stance: dict[int, str] = field(default_factory=dict)
    stance_in_fact: dict[int, str] = field(default_factory=dict)
    stance_at_first: dict[int, str] = field(default_factory=dict)
    poachers: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def fresh(cls, n: int) -> Dealings:
        """Start the evening of round one: nothing has passed."""
        return cls(
            offers={},
            letters=np.zeros((n, n)),
            letters_in_fact=np.zeros((n, n)),
            courted=np.zeros((n, n)),
            appealed=np.zeros((n, n), dtype=np.bool_),
            affront=np.zeros((n, n)),
            affront_in_fact=np.zeros((n, n)),
            rumoured=np.zeros((n, n)),
            praised=np.zeros(n),
            named=np.zeros(n, dtype=np.bool_),
            changed=np.zeros(n, dtype=np.int64),
        )

    def best_offer(self, leader: int, finalist: int, *, in_fact: bool = False) -> float:
        """Return the worth of a finalist's best offer, delivery included [first-rank offices]."""
        held = self.offers.get((leader, finalist), [])
        return max((o.expected(in_fact=in_fact) for o in held), default=0.0)
