"""Let finalists act on eliminated leaders, lieutenants and voters: offers, courting, poaching."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.actors.faction import offer_discount
from kingmaker.actors.rivals import Rivals
from kingmaker.alliance.appeals import REACTION_DAYS, appeal, is_worth_naming, praise_from_outside
from kingmaker.alliance.appeals import rebut as rebut_praise
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.beliefs import believed_win_prob, share_with_support
from kingmaker.alliance.courting import MEETINGS, court
from kingmaker.alliance.deals import Deal, Dealings
from kingmaker.alliance.government import (
    CREDIBLE,
    Ruling,
    head_of_government,
    rule,
    vague_word,
)
from kingmaker.alliance.negotiation import Negotiation, News
from kingmaker.alliance.offers import (
    PARTY_OWN,
    RELATIVE_WORTH,
    Delivery,
    Held,
    gamson_offer,
    second_place_prob,
    stay_prob,
)
from kingmaker.alliance.pledges import known_stances
from kingmaker.alliance.pressure import letter_asks_for, receive_letter
from kingmaker.alliance.rumours import leak
from kingmaker.alliance.strategy import Prospect, choose_action
from kingmaker.contest.schema import Event, Offer
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

PLEDGE_DAY = 2
"""Day on which a finalist who changes a pledge by behaviour says so [days]; assumed."""

APPEAL_DAY = 3
"""Day on which a finalist appeals over the leaders' heads by behaviour [days]; assumed."""

Reliefs = list[tuple[int, int, float]]
"""Grudges soothed (holder, target, part taken away) or, negative, fed (holder, target, amount)."""


@dataclass
class Talks:
    """Hold the finalists' side of the alliance phase.

    Attributes
    ----------
    setting, policy, parameters, switches, streams
        The contest and its rules.
    candidates, finalists, rivals
        Who stands, who is left, and the parties that would take a faction in.
    negotiation, dealings
        The leaders' side, and what has passed.
    eased
        Grudges that today's acts soothed or fed; the day's end takes them over.
    """

    setting: Setting
    policy: Policy
    parameters: Parameters
    switches: Switches
    streams: Streams
    candidates: Sequence[CandidateAgent]
    finalists: tuple[int, int]
    rivals: Rivals
    negotiation: Negotiation
    dealings: Dealings
    eased: Reliefs = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read what is bound by pledges, and what history tells of offers and visits."""
        contest, ids = self.setting.contest, self.setting.candidate_ids
        self._head = head_of_government(contest)
        self._documented = {
            (ids.index(o.to), ids.index(o.by))
            for o in contest.offers
            if o.by in ids and o.to in ids
        }
        self._visits_reported = any(map(self._is_visit, contest.events))
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
            if leader in self.negotiation.plans and appeal(self.dealings, leader, finalist):
                self.eased.append((leader, finalist, -1.0))
                deals.append(self._deal(day, finalist, "appeals", leader, basis))
        return deals

    def reported_offers(self, offers: Sequence[Offer], day: int) -> list[Deal]:
        """Put the reported offers of a day on the table; none is shown where M22 is off."""
        ids = self.setting.candidate_ids
        for offer in offers:
            if offer.by in ids and offer.to in ids:
                leader, finalist = ids.index(offer.to), ids.index(offer.by)
                if finalist in self.finalists:
                    held = self._held(offer, leader, finalist, day)
                    self.dealings.offers.setdefault((leader, finalist), []).append(held)
        shown = offers if self.switches.on("M22") else ()
        return [
            Deal(day, offer.by, "offers", offer.to, "historical", f"{offer.kind}: {offer.text}")
            for offer in shown
            if not self._is_off_table(offer.by)
        ]

    def _held(self, offer: Offer, leader: int, finalist: int, day: int) -> Held:
        """See a reported offer through its receiver's eyes."""
        word = self._reported_word(offer.office, day)
        delivery = self._delivery(leader, finalist, word)
        prob = delivery.prob(offer.kind)
        worth = RELATIVE_WORTH[offer.kind]
        return self._as_behaviour_has_it(Held(offer.kind, worth, prob, offer.text), finalist)

    def _reported_word(self, office: str | None, day: int) -> str | None:
        """Return what the head of government has said of an office (M23)."""
        if self._head is None or not self.switches.on("M23"):
            return None
        if office is not None and office in self._head.refuses:
            return "vague" if self._is_vague(day) else "withheld"
        return "unsaid"

    def _is_vague(self, day: int) -> bool:
        assert self._head is not None
        return vague_word(self.setting.contest, self._head, day, 0)

    # ------------------------------------------------------------------ what finalists decide

    def open(self, day: int, news: News) -> list[Deal]:
        """Let the finalists choose how to deal with each leader, on the first day.

        Where the file tells what a leader did and what he was offered, it is not decided anew;
        a pair about which it tells nothing is played wherever the leader decides in this run.
        """
        deals: list[Deal] = []
        for e, plan in self.negotiation.plans.items():
            history = plan.basis == "historical" and bool(self._documented)
            for f in self.finalists:
                auction = plan.rule == "best-offer"
                if history or ((e, f) in self._documented and not auction):
                    continue
                made = self._approach(e, f, day, news, auction=auction)
                deals += made if plan.option is None else []
        deals += self._government_by_behaviour(day)
        return deals

    def _approach(
        self, leader: int, finalist: int, day: int, news: News, *, auction: bool
    ) -> list[Deal]:
        """Choose between an office, words, his lieutenants and nothing (M20, M22)."""
        prospect = self._prospect(leader, finalist, news)
        action, value, reason = choose_action(prospect, finalist, leader, self.streams)
        if auction or not self.switches.on("M20"):
            action = "office" if auction or action == "poach" else action
        if action == "ignore":
            return [self._deal(day, finalist, "ignores", leader, "decision", "", value, reason)]
        if action == "poach":
            self.dealings.poachers.add((leader, finalist))
            return [self._deal(day, finalist, "ignores", leader, "decision",
                               "turns to the lieutenants", value, reason)]  # fmt: skip
        if not self.switches.on("M22"):
            return []
        return self._propose(leader, finalist, day, prospect, words_only=action == "words")

    def _prospect(self, leader: int, finalist: int, news: News) -> Prospect:
        table = self.negotiation
        share = table.believed_share(news.poll_share)
        distance = table.view(leader, news, Switches()).distance[self.finalists.index(finalist)]
        strain = float(news.strain[leader, finalist])
        p = self.parameters
        return Prospect(
            share=share if finalist == self.finalists[0] else 1.0 - share,
            endorser_share=table.vote_share(leader),
            rejection=float(self.setting.rejection[leader]),
            ill_will=p["decision_distance"] * distance + p["grudge_weight"] * strain,
            can_deal=not self.candidates[finalist].no_deals,
        )

    def _propose(
        self, leader: int, finalist: int, day: int, prospect: Prospect, *, words_only: bool
    ) -> list[Deal]:
        """Put a finalist's offer on the table."""
        noise = self.parameters["offer_noise"] * self.streams.normal(
            Stream.ALLIANCE_OFFER, leader, block=finalist
        )
        deals: list[Deal] = []
        word = None
        if self._head is not None and self.switches.on("M23"):
            ruling = self._ruling(leader, finalist, day, prospect)
            word = ruling.word
            if not words_only and prospect.can_deal:
                act = "grants" if word == "granted" else "withholds"
                deals.append(self._head_deal(day, act, finalist, "decision", ruling))
        delivery = self._delivery(leader, finalist, word)
        offer = gamson_offer(
            words_only or self.candidates[finalist].no_deals,
            self.negotiation.vote_share(leader), self.negotiation.vote_share(finalist),
            max(noise, -0.9), delivery, {"office": word in (None, "granted", "vague")},
        )  # fmt: skip
        offer = self._as_behaviour_has_it(offer, finalist)
        self.dealings.offers.setdefault((leader, finalist), []).append(offer)
        if offer.delivery_prob > 0.0:
            deals.append(self._offered(day, leader, finalist, offer, "decision"))
        return deals

    def _ruling(self, leader: int, finalist: int, day: int, prospect: Prospect) -> Ruling:
        assert self._head is not None
        supported = share_with_support(prospect.share, prospect.endorser_share)
        gain = believed_win_prob(supported) - believed_win_prob(prospect.share)
        return rule(
            self._head, self.candidates[finalist].candidate_id, leader, gain,
            self._is_vague(day), self.parameters, self.streams,
        )  # fmt: skip

    def _delivery(self, leader: int, finalist: int, word: str | None) -> Delivery:
        """Say what a finalist can deliver to a leader (M23, M24, M26, M39)."""
        table = self.negotiation
        stance = self.dealings.stance.get(finalist) if self.switches.on("M24") else None
        second = PARTY_OWN
        if self.switches.on("M26"):
            strain = float(table.strain_today[finalist, leader])
            second = second_place_prob(
                self.parameters["deliverability"], float(self.setting.machine[finalist]), strain
            )
        lasts: dict[str, float] = {}
        if self.switches.on("M39"):
            shares = np.array([table.vote_share(c) for c in range(self.setting.n_candidates)])
            lasts = {
                kind: offer_discount(
                    self.setting, self.rivals, kind, self.finalists, finalist, leader,
                    table.strain_today, shares, self.parameters,
                )
                for kind in RELATIVE_WORTH
            }  # fmt: skip
        return Delivery(word, stay_prob(self.setting.contest, stance), second, lasts)

    def _is_off_table(self, finalist_id: str) -> bool:
        """Whether the behaviour has this finalist offer leaders nothing."""
        return self.policy.finalist("poach", finalist_id) or self.policy.has("finalists-unite")

    def _as_behaviour_has_it(self, offer: Held, finalist: int) -> Held:
        """Take an offer off the table where the behaviour does, and note what it was in fact."""
        name = self.candidates[finalist].candidate_id
        taken_back = self.policy.has("withdraw-office") and offer.kind == "office"
        if self._is_off_table(name) or taken_back:
            return Held(offer.kind, offer.worth, 0.0, offer.text, offer.delivery_prob)
        return offer

    def _government_by_behaviour(self, day: int) -> list[Deal]:
        """Let the head of government grant or withhold by behaviour (M23)."""
        if self._head is None or not (self.switches.on("M22") and self.switches.on("M23")):
            return []
        ids, head = self.setting.candidate_ids, self._head
        office = (*head.refuses, *head.offices)[0]
        if self.policy.has("withdraw-office"):
            ruling = Ruling("taken-back", office=" and ".join(head.offices))
            return [self._head_deal(day, "withholds", f, "behaviour", ruling)
                    for f in self.finalists]  # fmt: skip
        if not self.policy.has("grant-office") or not self.negotiation.plans:
            return []
        preferred = ids.index(head.prefers) if head.prefers in ids else self.finalists[0]
        finalist = preferred if preferred in self.finalists else self.finalists[0]
        leader = max(self.negotiation.plans, key=self.negotiation.vote_share)
        prob = CREDIBLE["granted"] * self._delivery(leader, finalist, "granted").stay_prob
        offer = Held("office", RELATIVE_WORTH["office"], prob, f"office: {office}", in_fact=0.0)
        self.dealings.offers.setdefault((leader, finalist), []).append(offer)
        return [
            self._head_deal(day, "grants", finalist, "behaviour", Ruling("granted", office=office)),
            self._offered(day, leader, finalist, offer, "behaviour"),
        ]

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
        leaders = sorted(self.negotiation.plans, key=self.negotiation.vote_share, reverse=True)
        deals = []
        for k, f in enumerate(self.finalists):
            # The runner-up needs them more, and comes a day earlier.
            turn = day - 2 + k
            name = self.candidates[f].candidate_id
            if not self._is_off_table(name) and 0 <= turn < len(leaders):
                deals += self._court(leaders[turn], f, "meeting", day, "decision")
        return deals

    def leaks(self, day: int) -> list[Deal]:
        """Let talks with undecided leaders leak (M32)."""
        if not self.switches.on("M32"):
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
        date = self.setting.contest.dates.round1 + dt.timedelta(days=day)
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

    def _head_deal(self, day: int, act: str, finalist: int, basis: str, ruling: Ruling) -> Deal:
        assert self._head is not None
        target = self.setting.candidate_ids[finalist]
        return Deal(day, self._head.id, act, target, basis, ruling.office, ruling.value)

    def _offered(self, day: int, leader: int, finalist: int, offer: Held, basis: str) -> Deal:
        value = self.parameters["office_value"] * offer.expected()
        reason = f"delivered with probability {offer.delivery_prob:.2f} if he wins"
        return self._deal(day, finalist, "offers", leader, basis, offer.text, value, reason)
