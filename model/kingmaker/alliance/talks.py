"""Let finalists court leaders, speak past them, keep pledges and name pacts; let talks leak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.alliance.appeals import REACTION_DAYS, appeal, is_worth_naming, praise_from_outside
from kingmaker.alliance.appeals import rebut as rebut_praise
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.bidding import Bidding
from kingmaker.alliance.courting import MEETINGS, court
from kingmaker.alliance.deals import Deal
from kingmaker.alliance.negotiation import Negotiation
from kingmaker.alliance.pledges import known_stances
from kingmaker.alliance.pressure import letter_asks_for, receive_letter
from kingmaker.alliance.rumours import leak
from kingmaker.contest.facts import gap_days
from kingmaker.contest.schema import Event
from kingmaker.mechanisms import Switches

PLEDGE_DAY = 2
"""Day on which a finalist who changes a pledge by behaviour says so [days]; assumed."""

APPEAL_DAY = 3
"""Day on which a finalist appeals over the leaders' heads by behaviour [days]; assumed."""

Reliefs = list[tuple[int, int, float]]
"""Grudges soothed: holder, target, part taken away."""


@dataclass
class Talks:
    """Hold the finalists' side of the alliance phase: what they do beside their offers.

    Attributes
    ----------
    negotiation, bidding
        The leaders' side, and the finalists' offers.
    policy, switches
        What a behaviour settles, and what is off.
    eased
        Grudges that today's acts soothed; the day's end takes them over.
    """

    negotiation: Negotiation
    bidding: Bidding
    policy: Policy
    switches: Switches
    eased: Reliefs = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read what is bound by pledges, and what history tells of offers and visits."""
        self.outlook = self.negotiation.outlook
        self.setting, self.parameters = self.outlook.setting, self.outlook.parameters
        self.streams, self.dealings = self.outlook.streams, self.outlook.dealings
        self.finalists = self.outlook.finalists
        self.candidates: Sequence[CandidateAgent] = self.outlook.candidates
        self._visits_reported = any(map(self._is_visit, self.setting.contest.events))
        self._praised_on: dict[int, int] = {}
        self._hold_stances(0)
        self.dealings.stance_at_first.update(self.dealings.stance)

    def _is_visit(self, event: Event) -> bool:
        """Say whether an act is a candidate's courting after round one."""
        day = event.date or event.latest
        courts = event.kind in MEETINGS and event.by in self.setting.candidate_ids
        return courts and day is not None and self.setting.day_of(day) >= 0

    # ------------------------------------------------------------------ what is reported

    def hear(self, event: Event, day: int) -> list[Deal]:
        """Take a reported act between the rounds into account."""
        ids = self.setting.candidate_ids
        by = ids.index(event.by) if event.by in ids else None
        to = ids.index(event.to) if event.to in ids else None
        if event.kind in MEETINGS and by in self.finalists and to in self.negotiation.plans:
            assert by is not None
            assert to is not None
            return self._court(to, by, event.kind, day, "historical")
        if event.kind == "letter" and to in self.negotiation.plans:
            assert to is not None
            return self._letter(event, to, day)
        if event.kind == "appeal-to-voters" and by in self.finalists:
            assert by is not None
            return self._appeal([to] if to is not None else None, by, day, "historical")
        if event.kind == "outside-endorsement" and to in self.finalists and self.switches.on("M31"):
            assert to is not None
            praise_from_outside(self.dealings, to)
            self._praised_on.setdefault(to, day)
            return [Deal(day, ids[to], "praised-by-rival", event.by, "historical", event.text)]
        return []

    def _court(self, leader: int, finalist: int, kind: str, day: int, basis: str) -> list[Deal]:
        if not self.switches.on("M21"):
            return []
        part = court(self.dealings, leader, finalist, kind, self.parameters)
        self.eased.append((leader, finalist, part))
        act = "meets" if kind == "meeting" else "praises"
        return [self._deal(day, finalist, act, leader, basis)]

    def _letter(self, event: Event, leader: int, day: int) -> list[Deal]:
        contest, ids = self.setting.contest, self.setting.candidate_ids
        writer = next((n for n in contest.notables if n.id == event.by), None)
        wanted = letter_asks_for(event.by, contest.endorsements)
        if writer is None or wanted not in ids or not self.switches.on("M19"):
            return []
        finalist = ids.index(wanted)
        if finalist not in self.finalists:
            return []
        is_sent = not self.policy.has("letter-off")
        receive_letter(self.dealings, leader, finalist, writer, is_sent=is_sent)
        return [Deal(day, event.by, "letter", ids[leader], "historical", wanted)] if is_sent else []

    def _appeal(
        self, leaders: Sequence[int] | None, finalist: int, day: int, basis: str
    ) -> list[Deal]:
        if not self.switches.on("M30"):
            return []
        deals = []
        for leader in self.negotiation.plans if leaders is None else leaders:
            in_fact = basis == "historical"
            if leader in self.negotiation.plans and appeal(
                self.dealings, leader, finalist, in_fact=in_fact
            ):
                deals.append(self._deal(day, finalist, "appeals", leader, basis))
        return deals

    # ------------------------------------------------------------------ the days between

    def morning(self, day: int) -> list[Deal]:
        """Live a finalists' day before the leaders decide: pledges, visits, appeals, rebuttals."""
        deals = self._hold_stances(day)
        if not self._visits_reported:
            deals += self._visit(day)
        if day == min(APPEAL_DAY, self.setting.gap_days):
            for f in self.finalists:
                if self.policy.finalist("appeal-over-head", self.candidates[f].candidate_id):
                    deals += self._appeal(None, f, day, "behaviour")
        for f, praised in tuple(self._praised_on.items()):
            if day == praised + 1 or (day > praised and day == self.setting.gap_days):
                rebut_praise(self.dealings, f)
                del self._praised_on[f]
                deals.append(Deal(day, self.candidates[f].candidate_id, "rebuts", "", "decision"))
        return deals

    def _visit(self, day: int) -> list[Deal]:
        """Let each finalist see one leader a day, the larger first; nobody reported visits."""
        leaders = sorted(self.negotiation.plans, key=self.outlook.vote_share, reverse=True)
        deals = []
        for k, f in enumerate(self.finalists):
            # The runner-up needs them more, and comes a day earlier.
            turn = day - 2 + k
            name = self.candidates[f].candidate_id
            if not self.bidding.is_off_table(name) and 0 <= turn < len(leaders):
                deals += self._court(leaders[turn], f, "meeting", day, "decision")
        return deals

    def leaks(self, day: int) -> list[Deal]:
        """Let talks with undecided leaders leak (M32)."""
        if not (self.switches.on("M32") and self.switches.on("M22")):
            return []
        ids, deals = self.setting.candidate_ids, []
        for e in self.negotiation.plans:
            if self.candidates[e].choice is None:
                for f in self.finalists:
                    deals += leak(
                        self.dealings, e, f, ids, self.candidates[f].no_deals, day,
                        self.parameters, self.streams,
                    )  # fmt: skip
        return deals

    def name_pacts(
        self, announced: Mapping[int, int], events: Sequence[Event], day: int
    ) -> list[Deal]:
        """Let the other finalist name a pact among the ally's opponents (M43).

        Parameters
        ----------
        announced
            Day of the announcement by leader who called for a finalist.
        events
            Today's reported acts.
        day
            Today [days].
        """
        if not self.switches.on("M43"):
            return []
        ids, deals = self.setting.candidate_ids, []
        for e, since in announced.items():
            choice = self.candidates[e].choice
            if not isinstance(choice, int) or self.dealings.named[e]:
                continue
            other = self.finalists[1 - self.finalists.index(choice)]
            reported = any(
                x.kind == "counter-frame" and x.by == ids[other] and x.to == ids[choice]
                for x in events
            )
            asked = self.policy.finalist("counter-frame", ids[other])
            pays = is_worth_naming(float(self.setting.rejection[e]))
            due = reported or (day >= min(since + REACTION_DAYS, self.setting.gap_days) and pays)
            due = due or (asked and day > since)
            if due and not self.policy.finalist("no-counter-frame", ids[other]):
                self.dealings.named[e] = True
                basis = "historical" if reported else ("behaviour" if asked else "decision")
                terms = f"pact with {ids[e]}"
                deals.append(self._deal(day, other, "counter-frames", choice, basis, terms))
        return deals

    def _hold_stances(self, day: int) -> list[Deal]:
        """Note who is bound by what pledge today, and who has changed his (M24)."""
        known = gap_days(self.setting.contest) or day
        date = self.setting.contest.dates.round1 + dt.timedelta(days=min(day, known))
        ids, book, deals = self.setting.candidate_ids, self.dealings, []
        for name, stance in known_stances(self.setting.contest, date).items():
            if name not in ids:
                continue
            c = ids.index(name)
            book.stance_in_fact[c] = stance
            now = self._stance_by_behaviour(c, stance, day)
            before = book.stance.get(c)
            book.stance[c] = now
            if before is not None and now != before and self.switches.on("M24"):
                book.changed[c] += 1
                basis = "behaviour" if now != stance else "historical"
                deals.append(
                    Deal(day, name, "changes-pledge", "", basis, f"from {before} to {now}")
                )
        return deals

    def _stance_by_behaviour(self, candidate: int, stance: str, day: int) -> str:
        name = self.candidates[candidate].candidate_id
        if candidate not in self.finalists or day < PLEDGE_DAY:
            return stance
        if self.policy.finalist("pledge-dropped", name):
            return "stay"
        if self.policy.finalist("pledge-conditional", name):
            return "conditional"
        if self.policy.finalist("pledge-kept", name):
            return self.dealings.stance_at_first.get(candidate, stance)
        return stance

    # ------------------------------------------------------------------ rows

    def _deal(
        self,
        day: int,
        actor: int,
        act: str,
        target: int,
        basis: str,
        terms: str = "",
        value: float = float("nan"),
        reason: str = "",
    ) -> Deal:
        ids = self.setting.candidate_ids
        return Deal(day, ids[actor], act, ids[target], basis, terms, value, reason)
