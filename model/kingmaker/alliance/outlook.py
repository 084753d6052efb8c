"""See the contest as eliminated leaders and finalists see it: beliefs, never the model's truth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.alliance.beliefs import believed_share, believed_win_prob, share_with_support
from kingmaker.alliance.consultation import wish
from kingmaker.alliance.courting import goodwill
from kingmaker.alliance.deals import Dealings
from kingmaker.alliance.decision import Option, View
from kingmaker.alliance.pledges import conflict
from kingmaker.alliance.pressure import pressure
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

SURVEY = 100
"""Voters of his whom an eliminated leader can ask [members]; assumed."""


@dataclass(frozen=True)
class News:
    """Hold what the actors know on a day.

    Attributes
    ----------
    poll_share
        Leader's part of the finalists' support in the last poll, None without one.
    strain, strain_in_fact
        What stands between candidates, in this run and had no behaviour changed history,
        ``(n_candidates, n_candidates)`` [insults].
    leaning
        Activists' leanings to the first finalist, ``(n_activists,)`` [logit].
    by_group
        Preferences by group of first vote, as of this morning, ``(n_candidates + 3, 2)``.
    """

    poll_share: float | None
    strain: NDArray[np.float64]
    strain_in_fact: NDArray[np.float64]
    leaning: NDArray[np.float64]
    by_group: NDArray[np.int64]


@dataclass
class Outlook:
    """Hold what is public between the rounds, and what follows from it for who looks.

    Attributes
    ----------
    setting, parameters, streams
        The contest and its rules.
    candidates, finalists, eliminated
        Who stands, who is left, and who decides.
    votes
        First-round votes by candidate.
    dealings
        What has passed between finalists and leaders.
    strain_today
        What stands between candidates, as the morning found it, ``(n_candidates, n_candidates)``
        [insults].
    wishes
        What each leader's activists wished on every day so far.
    """

    setting: Setting
    parameters: Parameters
    streams: Streams
    candidates: Sequence[CandidateAgent]
    finalists: tuple[int, int]
    eliminated: tuple[int, ...]
    votes: Sequence[int]
    dealings: Dealings
    strain_today: NDArray[np.float64]
    wishes: dict[int, list[float]] = field(default_factory=dict)

    def vote_share(self, candidate: int) -> float:
        """Return a candidate's part of the first-round candidate votes."""
        return self.votes[candidate] / max(1, sum(self.votes))

    def believed_share(self, poll_share: float | None) -> float:
        """Return what the actors believe of the leader's runoff share today.

        The last runoff poll; without one the first round and what has been announced since.
        """
        share = believed_share(self.votes, self.finalists, poll_share)
        if poll_share is not None:
            return share
        return self.with_calls(share, {e: self.candidates[e].choice for e in self.eliminated})

    def with_calls(self, share: float, calls: Mapping[int, Option | None]) -> float:
        """Add the believed effect of announcements to the leader's believed share."""
        for e, choice in calls.items():
            gain = share_with_support(0.0, self.vote_share(e))
            if isinstance(choice, int):
                share += gain if choice == self.finalists[0] else -gain
        return min(max(share, 0.0), 1.0)

    def win_prob(self, share: float) -> tuple[float, float]:
        """Return the believed chance of each finalist at a believed share of the leader."""
        return believed_win_prob(share), believed_win_prob(1.0 - share)

    def listen(self, activists: Activists, news: News) -> None:
        """Note today's wish of every undecided camp's activists (M18)."""
        for e in self.eliminated:
            self.wishes.setdefault(e, []).append(wish(activists, e, self.finalists, news.leaning))

    def distances(self, e: int) -> tuple[float, float]:
        """Return half the squared distance of a leader to each finalist, salience included."""
        gaps = self.setting.positions[list(self.finalists)] - self.setting.positions[e]
        one, two = (0.5 * (self.setting.salience * gaps**2).sum(axis=1)).tolist()
        return one, two

    def view(
        self,
        e: int,
        news: News,
        switches: Switches,
        *,
        in_fact: bool = False,
        share: float | None = None,
    ) -> View:
        """See the contest through the eyes of an eliminated leader.

        Parameters
        ----------
        e
            The leader's index.
        news
            What is known today.
        switches
            What is off he does not see.
        in_fact
            See it as it would be, had no behaviour changed history.
        share
            Believed share of the first-round leader; None: today's.
        """
        if share is None:
            share = self.believed_share(news.poll_share)
        own = self.vote_share(e)
        first, second = self.finalists
        supported = [believed_win_prob(share_with_support(s, own)) for s in (share, 1.0 - share)]
        strain = news.strain_in_fact if in_fact else news.strain
        book, nothing = self.dealings, (0.0, 0.0)
        offers = (book.best_offer(e, first, in_fact=in_fact),
                  book.best_offer(e, second, in_fact=in_fact))  # fmt: skip
        mine = news.by_group[e]
        return View(
            finalists=self.finalists,
            distance=self.distances(e),
            win_prob=(supported[0], supported[1]),
            grudge=self._grudges(e, strain, switches, in_fact=in_fact),
            offers=offers if switches.on("M22") else nothing,
            wish=self._observed_wish(e) if switches.on("M18") else None,
            own_split=self._surveyed_split(e, float(mine[0]) / max(1.0, float(mine.sum()))),
            letters=pressure(book, e, self.finalists, in_fact=in_fact)
            if switches.on("M19")
            else nothing,
            courted=goodwill(book, e, self.finalists) if switches.on("M21") else nothing,
            conflict=self._conflicts(e, in_fact) if switches.on("M24") else nothing,
        )

    def _grudges(
        self, e: int, strain: NDArray[np.float64], switches: Switches, *, in_fact: bool
    ) -> tuple[float, float]:
        """Return a leader's grudges: strain, and appeals over his head, which he alone resents."""
        affront = self.dealings.affront_in_fact if in_fact else self.dealings.affront
        own = 1.0 if switches.on("M25") and switches.on("M30") else 0.0
        one, two = (float(strain[e, f]) + own * float(affront[e, f]) for f in self.finalists)
        return one, two

    def _conflicts(self, e: int, in_fact: bool) -> tuple[float, float]:
        """Return how far the finalists' pledges contradict the leader's own, salience included."""
        book = self.dealings
        stances = book.stance_in_fact if in_fact else book.stance
        stated = [o.stay_prob for o in self.setting.contest.outside if o.stay_prob is not None]
        weight = min(1.0, float(self.setting.salience[2]))
        one, two = (
            weight * conflict(stances.get(e), stances.get(f), stated[0] if stated else None)
            for f in self.finalists
        )
        return one, two

    def _surveyed_split(self, e: int, split: float) -> float:
        """Return his voters' split as a survey of `SURVEY` of them would show it."""
        z = self.streams.normal(Stream.ALLIANCE_CONSULTATION, e, block=3)
        seen = (split * SURVEY + 1.0) / (SURVEY + 2.0)
        error = z * math.sqrt(split * (1.0 - split) / SURVEY)
        return min(max(seen + error, 0.0), 1.0)

    def _observed_wish(self, e: int) -> float:
        """Return the activists' wish as it was some days ago."""
        seen = self.wishes.get(e, [])
        if not seen:
            return 0.5
        age = int(self.parameters["consultation_delay"] + 0.5)
        return seen[max(0, len(seen) - 1 - age)]
