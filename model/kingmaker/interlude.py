"""Play the days between the rounds: leaders, finalists, activists, notables and contractors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent, Status
from kingmaker.actors.contractor import ContractorAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.actors.rivals import Rivals
from kingmaker.aftermath.promises import Promise
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.bidding import Bidding
from kingmaker.alliance.consultation import follow_leader, move_early, preferences, release
from kingmaker.alliance.deals import Deal, Dealings
from kingmaker.alliance.decision import Option
from kingmaker.alliance.following import Scene
from kingmaker.alliance.negotiation import Negotiation, default_day
from kingmaker.alliance.outlook import News, Outlook
from kingmaker.alliance.retinue import Retinue
from kingmaker.alliance.talks import Talks
from kingmaker.ballot.casting import FirstBallot
from kingmaker.campaign.calendar import Calendar
from kingmaker.campaign.climate import Climate
from kingmaker.campaign.contracting import Bargain, recontract
from kingmaker.campaign.polls import PublishedPoll
from kingmaker.contest.schema import Event
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import Activists
from kingmaker.population.preference_kernels import RunoffTerms
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams

FROZEN = "freeze-machine"


@dataclass
class Interlude:
    """Hold the stage between the rounds.

    Attributes
    ----------
    setting, calendar, policy, parameters, switches, streams
        The contest and its rules.
    finalists
        Leader and runner-up.
    first_ballot
        The first round.
    climate
        Opinion climate; what people do to each other here changes its grudges.
    candidates, contractors, notables, activists
        Who acts; their choices are changed.
    rivals
        Rival parties.
    stood
        Candidates of the first ballot.
    pacts
        Whom a candidate has promised before round one to support if he is out (M33).
    deals
        What happened so far.
    dispersion
        Shift of D per logit of a group's split, shape ``(n_candidates + 3,)``; set on the
        evening of round one, see `kingmaker.ballot.runoff.group_dispersion`.
    shock, swing
        What chance adds for the voters of the eliminated, and for everybody (M02) [logit].
    by_group
        Preferences by group of first vote as of this morning, ``(n_candidates + 3, 2)``; filled
        by the members' day.
    """

    setting: Setting
    calendar: Calendar
    policy: Policy
    parameters: Parameters
    switches: Switches
    streams: Streams
    finalists: tuple[int, int]
    first_ballot: FirstBallot
    climate: Climate
    candidates: Sequence[CandidateAgent]
    contractors: Sequence[ContractorAgent]
    notables: Sequence[NotableAgent]
    activists: Activists
    rivals: Rivals
    stood: Sequence[int]
    pacts: Mapping[int, int] = field(default_factory=dict)
    deals: list[Deal] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the talks."""
        n = self.setting.n_candidates
        self.dealings = Dealings.fresh(n)
        rules = (self.policy, self.parameters, self.switches, self.streams)
        self.outlook = Outlook(
            self.setting, self.parameters, self.streams, self.candidates, self.finalists,
            tuple(c for c in self.stood if c not in self.finalists),
            self.first_ballot.votes.tolist(), self.dealings, np.zeros((n, n)),
        )  # fmt: skip
        self.negotiation = Negotiation(self.outlook, self.policy, self.pacts, self.switches)
        self.bidding = Bidding(self.negotiation, self.policy, self.switches, self.rivals)
        self.talks = Talks(self.negotiation, self.bidding, self.policy, self.switches)
        self.retinue = Retinue(
            self.setting, *rules, self.candidates, self.notables, self.finalists,
            self.calendar.notables, self.dealings,
        )  # fmt: skip
        self.dispersion = np.ones(n + 3)
        self.by_group = np.zeros((n + 3, 2), dtype=np.int64)
        self._announced: dict[int, int] = {}
        p, normal = self.parameters, self.streams.normal
        self.shock = p["contest_shock_sd"] * normal(Stream.ALLIANCE_SHOCK, 0)
        self.swing = p["late_swing_sd"] * normal(Stream.ALLIANCE_SHOCK, 1)

    # ------------------------------------------------------------------ the day

    def live(self, day: int, polls: Sequence[PublishedPoll]) -> None:
        """Let leaders, finalists, activists, notables and contractors act on a day."""
        news = self._news(polls)
        win_prob = self._win_prob(news)
        events = [e for d in self._days_told_on(day) for e in self.calendar.acts.get(d, ())]
        deals = self._finalists_act(day, news, events)
        self.outlook.listen(self.activists, news)
        decided = self._leaders_decide(day, news)
        deals += decided
        for deal in decided:
            deals += self._camp_follows(deal, news.leaning)
        if self.switches.on("M17"):
            self._activists_move_early(day, news.leaning)
        deals += self.retinue.poach(day, news, win_prob)
        deals += self.retinue.speak(day, news, win_prob)
        deals += self.talks.name_pacts(self._announced, events, day)
        deals += self.talks.leaks(day)
        self.deals += deals
        self._settle_grudges()
        if self.switches.on("M15"):
            self._contractors_choose(day, win_prob, has_news=any(d.act in NEWS for d in deals))

    def _days_told_on(self, day: int) -> tuple[int, ...]:
        """Return the days whose acts are heard today; those of the first night on the first day."""
        return (0, 1) if day == 1 else (day,)

    def _news(self, polls: Sequence[PublishedPoll]) -> News:
        strain = self.climate.strain
        share = self._poll_share(polls)
        table = self.outlook
        table.strain_today = strain
        win_prob = table.win_prob(table.believed_share(share))
        leaning = preferences(self.activists, self.finalists, strain, win_prob)
        by_group = self.by_group.copy()  # today's, whatever the coming days bring
        return News(share, strain, self.climate.strain_in_fact, leaning, by_group)

    def _win_prob(self, news: News) -> tuple[float, float]:
        table = self.outlook
        return table.win_prob(table.believed_share(news.poll_share))

    def _poll_share(self, polls: Sequence[PublishedPoll]) -> float | None:
        """Return the leader's part of the finalists in the last runoff poll, None without one."""
        runoff = [poll for poll in polls if poll.question == "runoff"]
        if not runoff:
            return None
        first, second = (float(runoff[-1].shares[f]) for f in self.finalists)
        return first / (first + second) if first + second > 0.0 else None

    def _finalists_act(self, day: int, news: News, events: Sequence[Event]) -> list[Deal]:
        """Let the finalists court, offer and appeal; leaders hear what is reported."""
        if day == 1:
            self.negotiation.settle_natural_sides(news)
        deals = self.talks.morning(day)
        for event in events:
            deals += self.talks.hear(event, day)
        deals += self.bidding.reported_offers(self.calendar.offers.get(day, ()), day)
        if day == 1:
            deals += self.bidding.open(day, news)
        return deals

    def _leaders_decide(self, day: int, news: News) -> list[Deal]:
        decided = self.negotiation.decisions(day, news)
        names = self.setting.candidate_ids
        for deal in decided:
            e = names.index(deal.actor)
            if isinstance(self.candidates[e].choice, int):
                self._announced[e] = day
        if self.policy.has("finalists-unite") and day == default_day(self.setting.gap_days):
            first, second = self.finalists
            self.candidates[second].choice, self.candidates[second].told = first, 1.0
            decided.append(Deal(day, names[second], "unites", names[first], "behaviour"))
        return decided

    def _camp_follows(self, deal: Deal, leaning: NDArray[np.float64]) -> list[Deal]:
        """Report who of a camp moved before its leader decided, and move those who waited."""
        names = self.setting.candidate_ids
        home = names.index(deal.actor)
        own = self.activists.home == home
        deals = []
        for f in self.finalists:
            early = int((own & (self.activists.camp == f) & (self.activists.moved_day > 0)).sum())
            if early:
                terms = f"{early} of {int(own.sum())} activists"
                deals.append(Deal(deal.day, deal.actor, "moves-early", names[f], "decision", terms))
        choice = self.candidates[home].choice
        if deal.act == "unites":
            self.activists.camp[own] = self.finalists[0]
        elif isinstance(choice, int):
            follow_leader(self.activists, home, choice, deal.day, self.streams)
        elif choice == "free-vote":
            release(self.activists, home, self.finalists, leaning, deal.day, self.streams)
        return deals

    def _activists_move_early(self, day: int, leaning: NDArray[np.float64]) -> None:
        frozen, waits = self.frozen, self.policy.has("early-movers-off")
        undecided = [
            c.status is Status.ELIMINATED
            and not isinstance(c.choice, int)
            and not (waits and c.choice is None)
            and c.index not in frozen
            for c in self.candidates
        ]
        move_early(
            self.activists, np.array(undecided), self.finalists, leaning, self.parameters,
            self.streams, day,
        )  # fmt: skip

    @property
    def frozen(self) -> frozenset[int]:
        """Camps whose machine stays idle by behaviour, whether or not the leader has spoken."""
        return frozenset(e for e, plan in self.negotiation.plans.items() if plan.option == FROZEN)

    def _settle_grudges(self) -> None:
        """Take over what today's courting did to grudges (M21)."""
        for holder, target, part in self.talks.eased:
            self.climate.soothe(holder, target, part)
        self.talks.eased.clear()

    def _contractors_choose(
        self, day: int, win_prob: tuple[float, float], *, has_news: bool
    ) -> None:
        recontract(
            self.contractors,
            self.finalists,
            {c.index: c.choice for c in self.candidates},
            {n.index: n.choice for n in self.notables},
            win_prob,
            self.climate.strain,
            self.setting.machine,
            self.parameters,
            self.streams,
            day,
            news=has_news,
            bargain=self._bargain,
            idle=self.frozen,
        )

    @property
    def _bargain(self) -> Bargain:
        """How contractors are bound: as usual, to the best bidder, or to their patrons."""
        if self.policy.has("broker-auction"):
            return Bargain.AUCTION
        return Bargain.PATRONS if self.policy.has("patron-tied") else Bargain.USUAL

    # ------------------------------------------------------------------ what members hear

    def scene(self) -> Scene:
        """Say who stands where today."""
        return Scene(
            setting=self.setting,
            parameters=self.parameters,
            switches=self.switches,
            finalists=self.finalists,
            votes=self.first_ballot.votes,
            candidates=self.candidates,
            notables=self.notables,
            activists=self.activists,
            eliminated=tuple(self.negotiation.plans),
            natural=self.negotiation.natural,
            strain=self.climate.strain,
            dealings=self.dealings,
            dispersion=self.dispersion,
        )

    def terms(self) -> RunoffTerms:
        """Collect what moves members between the finalists today."""
        first, second = self.finalists
        p, scene = self.parameters, self.scene()
        momentum = p["leader_momentum"] if self.switches.on("M07") else 0.0
        flat = np.full(self.setting.n_candidates + 3, momentum + self.swing)
        for e in scene.eliminated:
            flat[e] += self.shock * self.dispersion[e]
        if isinstance(self.candidates[second].choice, int):
            # Who calls his voters to the other finalist has no habit of theirs to rely on.
            flat[second] += p["finalist_habit"]
        seats = self.climate.electability
        return RunoffTerms(
            first=first,
            second=second,
            table=np.ascontiguousarray(self.climate.table[:, [first, second]]),
            seat_gap=float(seats[first] - seats[second]),
            projection=p["electability_projection"],
            habit=p["finalist_habit"],
            flat=flat,
            selection=scene.selection(),
            cue=scene.cue(),
            grudge=scene.grudges(),
            local=scene.notables_by_sector()
            + scene.pledges_by_sector(spatial=self.switches.on("M01")),
            appeal=scene.appeals(),
            backlash=scene.backlash(),
            mean_attachment=self.first_ballot.mean_attachment,
        )

    def ally_lift(self) -> NDArray[np.float64]:
        """Return how far each camp's machine lifts the turnout of those who go its way (M11)."""
        return self.scene().ally_lift(self.frozen)

    def choices(self) -> dict[int, Option | None]:
        """Return what each eliminated leader decided, None while undecided."""
        return {e: self.candidates[e].choice for e in self.negotiation.plans}

    def promises(self) -> list[Promise]:
        """List what the finalists have promised; nothing where M22 is off."""
        names = self.setting.candidate_ids
        return [
            Promise(names[f], names[e], held.kind, held.delivery_prob)
            for (e, f), offers in self.dealings.offers.items()
            for held in offers
            if held.delivery_prob > 0.0 and not held.is_declined and self.switches.on("M22")
        ]

    def bloc_sides(self, orders: NDArray[np.int64]) -> NDArray[np.int64]:
        """Turn orders (candidates) into 0 for the leader, 1 for the runner-up, -1 for none."""
        first, second = self.finalists
        sides = np.where(orders == first, 0, np.where(orders == second, 1, -1))
        return sides.astype(np.int64)


NEWS = frozenset({"endorses", "neutral", "free-vote", "freezes", "ticket", "unites", "accepts"})
"""Acts after which every contractor looks at his order again."""
