"""Let finalists offer eliminated leaders what they and the head of government can give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.actors.faction import offer_discount
from kingmaker.actors.rivals import Rivals
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.beliefs import believed_win_prob, share_with_support
from kingmaker.alliance.deals import Deal
from kingmaker.alliance.government import (
    Ruling,
    head_of_government,
    rule,
    vague_word,
)
from kingmaker.alliance.negotiation import Negotiation
from kingmaker.alliance.offers import (
    PARTY_OWN,
    RELATIVE_WORTH,
    Delivery,
    Held,
    gamson_offer,
    second_place_prob,
    stay_prob,
)
from kingmaker.alliance.outlook import News
from kingmaker.alliance.strategy import Prospect, choose_action
from kingmaker.contest.facts import phase_of
from kingmaker.contest.schema import Contest, Offer
from kingmaker.mechanisms import Switches
from kingmaker.rng import Stream


@dataclass
class Bidding:
    """Hold what finalists offer.

    Attributes
    ----------
    negotiation
        The leaders' side; its outlook holds the contest, its people and what has passed.
    policy, switches
        What a behaviour settles, and what is off.
    rivals
        Parties that would take a faction in.
    """

    negotiation: Negotiation
    policy: Policy
    switches: Switches
    rivals: Rivals

    def __post_init__(self) -> None:
        """Read who can give offices, and about which pairs the file tells."""
        self.outlook = self.negotiation.outlook
        self.setting, self.parameters = self.outlook.setting, self.outlook.parameters
        self.streams, self.dealings = self.outlook.streams, self.outlook.dealings
        self.finalists = self.outlook.finalists
        self.candidates: Sequence[CandidateAgent] = self.outlook.candidates
        contest, ids = self.setting.contest, self.setting.candidate_ids
        self._head = head_of_government(contest)
        self._documented = {
            (ids.index(o.to), ids.index(o.by))
            for o in contest.offers
            if o.by in ids and o.to in ids and not _is_later(contest, o)
        }

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
            if not self.is_off_table(offer.by)
        ]

    def _held(self, offer: Offer, leader: int, finalist: int, day: int) -> Held:
        """See a reported offer through its receiver's eyes."""
        word = self._reported_word(offer.office, day)
        delivery = self._delivery(leader, finalist, word)
        prob = delivery.prob(offer.kind)
        worth = RELATIVE_WORTH[offer.kind]
        held = Held(offer.kind, worth, prob, offer.text, is_declined=offer.accepted is False)
        return self._as_behaviour_has_it(held, finalist)

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

    def open(self, day: int, news: News) -> list[Deal]:
        """Let the finalists choose how to deal with each leader, on the first day.

        Where the file tells what a leader did and what he was offered, it is not decided anew;
        a pair about which it tells nothing is played wherever the leader decides in this run.
        """
        deals: list[Deal] = []
        for e, plan in self.negotiation.plans.items():
            is_settled = plan.option is not None or plan.rule == "reconsider"
            history = e in self.negotiation.known and is_settled and bool(self._documented)
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
        table = self.outlook
        share = table.believed_share(news.poll_share)
        distance = table.distances(leader)[self.finalists.index(finalist)]
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
            self.outlook.vote_share(leader), self.outlook.vote_share(finalist),
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
        table = self.outlook
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

    def is_off_table(self, finalist_id: str) -> bool:
        """Whether the behaviour has this finalist offer leaders nothing."""
        return self.policy.finalist("poach", finalist_id) or self.policy.has("finalists-unite")

    def _as_behaviour_has_it(self, offer: Held, finalist: int) -> Held:
        """Take an offer off the table where the behaviour does, and note what it was in fact."""
        name = self.candidates[finalist].candidate_id
        taken_back = self.policy.has("withdraw-office") and offer.kind == "office"
        if self.is_off_table(name) or taken_back:
            return replace(offer, delivery_prob=0.0, in_fact=offer.delivery_prob)
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
        if preferred not in self.finalists:
            return []
        finalist = preferred
        leader = max(self.negotiation.plans, key=self.outlook.vote_share)
        prob = self._delivery(leader, finalist, "granted").prob("office")
        offer = Held("office", RELATIVE_WORTH["office"], prob, f"office: {office}", in_fact=0.0)
        self.dealings.offers.setdefault((leader, finalist), []).append(offer)
        return [
            self._head_deal(day, "grants", finalist, "behaviour", Ruling("granted", office=office)),
            self._offered(day, leader, finalist, offer, "behaviour"),
        ]

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


def _is_later(contest: Contest, offer: Offer) -> bool:
    """Say whether an offer was made after the runoff, so that nobody can know of it yet."""
    day = offer.date or offer.earliest
    return day is not None and phase_of(contest, day) == "after"
