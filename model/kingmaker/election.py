"""Run one contest as a Mesa model: a step is a day.

The order of a day: messages and press, contacts and peers, polls, leaders, activists and
notables, contractors, grudges, record. Round one is cast at the end of day 0, the runoff at the
end of the last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import CandidateAgent, Status
from kingmaker.actors.contractor import ContractorAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.actors.outside import OutsideAgent
from kingmaker.alliance.behaviours import parse_behaviour
from kingmaker.alliance.consultation import follow_leader, move_early, preferences, release
from kingmaker.alliance.negotiation import Deal, Negotiation, News
from kingmaker.ballot.casting import Climate32, FirstBallot, cast_first_ballot
from kingmaker.ballot.exact import CLOSED
from kingmaker.ballot.constants import Constants, improve, initial_constants
from kingmaker.ballot.runoff import RunoffRules, runoff_turnout, waterfall
from kingmaker.ballot.two_round import decide_first_round, decide_runoff
from kingmaker.campaign.calendar import make_calendar
from kingmaker.campaign.canvassing import canvass
from kingmaker.campaign.climate import GRUDGE_OF_ACT, Climate
from kingmaker.campaign.contracting import recontract
from kingmaker.campaign.kernels import campaign_day, peer_pull, runoff_day
from kingmaker.campaign.messages import send_messages
from kingmaker.campaign.polls import PublishedPoll, take_poll
from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest, Endorsement, Event
from kingmaker.mechanisms import Switches
from kingmaker.numerics import exp, logit
from kingmaker.parameters import Parameters, draw_parameters
from kingmaker.population.activists import IDLE, draw_activists
from kingmaker.population.blocs import draw_blocs
from kingmaker.population.members import MemberState
from kingmaker.population.preference_kernels import RunoffTerms
from kingmaker.population.setting import resolve
from kingmaker.population.synthesis import make_members
from kingmaker.records import FirstRound
from kingmaker.rng import MAX_SEED, Stream, Streams

PILOT_MEMBERS = 10_000
MAX_SHIFT = 0.15
MAX_REPEATS = 2
_PILOT_GAINS = (1.0, 0.6, 0.4)
_REPEAT_GAINS = (0.5, 0.33)
_UNDECIDED_MARGIN = 0.5
_PEER_SMOOTHING = 5.0
"""Utility gap below which a member counts as undecided [logit], and members of average opinion
added to each peer group; assumed."""


def kind_of(contest: Contest) -> str:
    """Return the kind of a contest as the priors distinguish it."""
    if contest.kind == "open" and contest.country == "United States":
        return "united-states"
    return contest.kind


class LeadershipElection(mesa.Model):  # type: ignore[misc]
    """Simulate one leadership election, from the campaign to the runoff.

    Parameters
    ----------
    contest
        Bundled id, path or contest.
    seed
        0 to 2**63 - 1.
    replicate
        Number of the replicate; with `seed` it fixes every draw.
    behaviour
        Alliance behaviour in the command line's grammar.
    settings
        Parameters held at a value.
    draw
        Parameters of a posterior draw.
    without
        Mechanisms switched off.
    scale
        Simulated / entitled members in (0, 1]; None: full size up to 200 000 members.
    days
        Days of campaign; None: the contest's, else 60 [days].
    first_round
        ``exact`` or ``free``.
    constants
        Constants found before; None: found by pilot campaigns.
    attempt
        Draws rejected before this one.
    rng
        Mesa's own argument for a seed; the same as `seed`.

    Raises
    ------
    ContestError, ParameterError
        For bad input.
    ImpossibleDrawError
        During a step, if the draw cannot have led to the observed first round.
    """

    def __init__(
        self,
        contest: str | Contest = "il-labor-2011",
        seed: int = 1,
        replicate: int = 0,
        behaviour: str = "historical",
        settings: Mapping[str, float] | None = None,
        draw: Mapping[str, float] | None = None,
        without: Sequence[str] = (),
        scale: float | None = None,
        days: int | None = None,
        first_round: FirstRound = "exact",
        constants: Constants | None = None,
        attempt: int = 0,
        pilot: int = 0,
        rng: int | None = None,
    ) -> None:
        """Resolve the contest, make its people, find its constants."""
        seed = seed if rng is None else int(rng)
        super().__init__(rng=seed & MAX_SEED)
        self.contest = contest if isinstance(contest, Contest) else load_contest(contest)
        self.first_round: FirstRound = first_round
        self.switches = Switches(tuple(without))
        self._behaviour = behaviour
        self.policy = parse_behaviour(behaviour, self.contest)
        self.streams = Streams(seed, replicate, pilot, attempt)
        self.parameters: Parameters = draw_parameters(
            self.streams.for_pilot(0), kind_of(self.contest), settings or {}, draw or {}
        )
        self.setting = resolve(self.contest, self.parameters, self.streams, scale, days)
        self.constants = constants or self._find_constants()
        self._make_people()
        self._start_campaign()

    # ------------------------------------------------------------------ before the campaign

    def _twin(self, **changes: Any) -> LeadershipElection:
        """Make the same contest, with everything on unless `changes` says otherwise."""
        return LeadershipElection(
            self.contest,
            seed=self.streams.seed,
            replicate=self.streams.replicate,
            attempt=self.streams.attempt,
            draw=self.parameters.values,
            **changes,
        )

    def _find_constants(self) -> Constants:
        """Find constants by pilot campaigns; hold a full run's shifts where an ablation needs it.

        Pilots are smaller campaigns with all mechanisms, historical behaviour and chance of
        their own; averaging their residuals with falling gains estimates the expectation.
        """
        constants = initial_constants(self.setting, self._sector_constants())
        plan = [(1.0, 1)] + [(gain, self.setting.campaign_days) for gain in _PILOT_GAINS]
        constants = self._run_pilots(constants, plan, PILOT_MEMBERS)
        if self.switches.touch_campaign and self.first_round == "exact":
            full = self._twin(constants=constants, **self._size)
            full = full.settled()
            assert full.first_ballot is not None
            constants = full.constants.hold(full.first_ballot)
        return constants

    @property
    def _size(self) -> dict[str, Any]:
        return {"scale": self.setting.scale, "days": self.setting.campaign_days}

    def _run_pilots(
        self, constants: Constants, plan: Sequence[tuple[float, int]], members: int
    ) -> Constants:
        """Run pilots of a gain and a length each, and improve the constants by their residuals."""
        scale = self.setting.scale * min(1.0, members / self.setting.n_members)
        for gain, days in plan:
            pilot = self._twin(
                scale=scale, days=days, constants=constants, pilot=constants.pilots + 1
            )
            constants = improve(constants, pilot.run_to_first_ballot(), pilot.setting, gain)
        return constants

    def settled(self) -> LeadershipElection:
        """Run to the first ballot; where its shift is too large, repeat pilots and the campaign.

        Returns
        -------
        This model, or a twin with better constants, after its first ballot. At most two repeats,
        with pilots of twice and four times the size: what chance of the campaign itself does to
        the shift, no pilot can take away.
        """
        model = self
        for repeat in range(1, MAX_REPEATS + 1):
            ballot = model.run_to_first_ballot()
            exact = model.first_round == "exact" and not model.constants.held
            if not exact or float(np.abs(ballot.shift[ballot.shift > CLOSED]).max()) <= MAX_SHIFT:
                return model
            days = model.setting.campaign_days
            constants = model._run_pilots(
                model.constants,
                [(gain, days) for gain in _REPEAT_GAINS],
                2**repeat * PILOT_MEMBERS,
            )
            model = model._twin(
                constants=constants,
                behaviour=self._behaviour,
                without=self.switches.without,
                **self._size,
            )
        model.run_to_first_ballot()
        return model

    def _sector_constants(self) -> NDArray[np.float64]:
        """Draw sector constants; sector results, where known, move them in the pilots."""
        setting = self.setting
        sd = self.parameters["sector_sd"] if self.switches.on("M01") else 0.0
        noise = np.zeros((setting.n_sectors, setting.n_candidates))
        if setting.n_sectors > 1:
            for s in range(setting.n_sectors):
                for c in range(setting.n_candidates):
                    z = self.streams.for_pilot(0).normal(
                        Stream.SETTING_SECTOR_CONSTANT, s, block=c
                    )
                    noise[s, c] = sd * z
        return noise

    def _make_people(self) -> None:
        """Make members as arrays, and candidates, contractors, notables, outside actors."""
        setting, streams = self.setting, self.streams
        self.blocs = draw_blocs(setting, self.parameters, streams)
        self.members = make_members(setting, self.blocs, self.parameters, streams, self.switches)
        self.state = MemberState.fresh(len(self.members), setting.n_candidates)
        self.activists = draw_activists(setting, self.parameters, streams)
        index = {name: i for i, name in enumerate(setting.candidate_ids)}
        self.candidates = [
            CandidateAgent(self, c.id, i, tuple(setting.positions[i].tolist()), c.no_deals)
            for i, c in enumerate(self.contest.running)
        ]
        self.contractors = [
            ContractorAgent(
                self,
                name,
                b,
                int(self.blocs.camp[b]),
                int(self.blocs.patron[b]),
                tuple(self.blocs.tie[b].tolist()),
            )
            for b, name in enumerate(self.blocs.ids)
        ]
        self.notables = [
            NotableAgent(self, n.id, i, index.get(n.camp or ""))
            for i, n in enumerate(self.contest.notables)
        ]
        for o in self.contest.outside:
            OutsideAgent(self, o.id, o.role, o.offices, o.refuses, o.stay_prob)

    def _start_campaign(self) -> None:
        """Open the campaign: climate, calendar, first opinions, records."""
        setting = self.setting
        table = self.constants.table
        if not self.switches.on("M01"):
            table = np.broadcast_to(self.constants.candidate, table.shape)
        self.climate = Climate.fresh(table)
        self.calendar = make_calendar(setting, self.streams)
        self.day = -setting.campaign_days
        self.finalists: tuple[int, int] | None = None
        self.winner: int | None = None
        self.tie = ""
        self.first_ballot: FirstBallot | None = None
        self.negotiation: Negotiation | None = None
        self.flows: NDArray[np.int64] | None = None
        self.margins: dict[str, int] = {}
        self.polls: list[PublishedPoll] = []
        self.deals: list[Deal] = []
        self.n_groups = int(self.members.peer_group.max()) + 1
        self.n_branches = self.n_groups - len(self.blocs)
        self._pull = np.zeros((self.n_groups, setting.n_candidates), dtype=np.float32)
        self._peer_counts = np.zeros((self.n_groups, setting.n_candidates), dtype=np.int64)
        self._contacts = np.zeros(setting.n_candidates, dtype=np.int64)
        self._marginal = np.zeros((setting.n_candidates, setting.n_candidates), dtype=np.int64)
        self._likely = 0
        if self.switches.on("M25"):
            for age, event in self.calendar.earlier_acts:
                self._take_offence(event, exp(-self.parameters["grudge_decay"] * age))
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "day": "day",
                "support": lambda model: model.support(),
                "contacts": lambda model: model.contacts_by_candidate(),
                "activists": lambda model: model.activists_at_work().sum(axis=0),
                "grudge": lambda model: model.climate.grudge.sum(axis=0),
                "likely_turnout": lambda model: model.likely_turnout,
            }
        )

    # ------------------------------------------------------------------ the day

    def step(self) -> None:
        """Live one day."""
        day = self.day
        self._press(day)
        if self.switches.on("M06"):
            send_messages(
                self.setting, self.climate, self._marginal, self.racing, self.parameters,
                self.streams, day, self.switches.on("M25"),
            )  # fmt: skip
        if self.finalists is None:
            self._campaign_members(day)
        else:
            self._runoff_members(day)
        if self.switches.on("M09"):
            self._publish_polls(day)
        if self.finalists is not None:
            self._alliance(day)
        self.climate.grudge *= 1.0 - self.parameters["grudge_decay"]
        self.datacollector.collect(self)
        if day == 0:
            self._first_round()
        elif day == self.setting.gap_days:
            self._second_round()
        self.day = day + 1

    def run_to_first_ballot(self) -> FirstBallot:
        """Run the campaign up to the first ballot and return it."""
        while self.first_ballot is None:
            self.step()
        return self.first_ballot

    @property
    def racing(self) -> tuple[int, ...]:
        """Candidates still in the race."""
        return self.finalists or tuple(range(self.setting.n_candidates))

    @property
    def likely_turnout(self) -> float:
        """Part of the members more likely than not to vote [fraction]."""
        return self._likely / len(self.members)

    def _press(self, day: int) -> None:
        """Report the day's acts and seat polls."""
        if self.switches.on("M25"):
            for event in self.calendar.acts.get(day, ()):
                self._take_offence(event, 1.0)
        if self.switches.on("M08"):
            for poll in self.calendar.seat_polls.get(day, ()):
                ids = self.setting.candidate_ids
                seats = {ids.index(name): n for name, n in poll.seats.items() if name in ids}
                if len(seats) > 1:
                    self.climate.publish_seats(seats, self.parameters["electability_effect"])

    def _take_offence(self, event: Event, weight: float) -> None:
        ids = self.setting.candidate_ids
        amount = GRUDGE_OF_ACT.get(event.kind, 0.0)
        if amount and event.by in ids and event.to in ids:
            self.climate.resent(ids.index(event.to), ids.index(event.by), weight * amount)

    def _turnout_edge(self) -> NDArray[np.float32]:
        return (-self.constants.turnout).astype(np.float32)

    def _update_pull(self) -> None:
        """Turn yesterday's opinions into the pull of peers (M12)."""
        if self.switches.on("M12") and self._peer_counts.any():
            peer_pull(
                self._peer_counts, 1.0 - self.parameters["peer_anchor"], _PEER_SMOOTHING, self._pull
            )

    def _campaign_members(self, day: int) -> None:
        """Contact members, let peers pull them, note whom they prefer."""
        members, state, parameters = self.members, self.state, self.parameters
        self._update_pull()
        work = canvass(
            self.activists_at_work(), self.setting.sector_sizes, parameters, self.switches.on("M10")
        )
        climate = self._climate32()
        self._likely = campaign_day(
            members.ids, members.sector, members.peer_group, members.base, members.attention,
            members.propensity, climate.table, climate.electability, climate.strongest,
            climate.projection, self._pull, np.float32(parameters["opinion_relaxation"]),
            work.reach, work.door_share, work.door_effect, work.phone_effect, work.persuasion,
            np.float32(_UNDECIDED_MARGIN), self._turnout_edge(),
            self.streams.address(Stream.CAMPAIGN_CONTACT, day), state.lean,
            state.contact_turnout, state.intention, self._peer_counts, self._contacts,
            self._marginal,
        )  # fmt: skip

    def _runoff_members(self, day: int) -> None:
        """As before round one, with the finalists alone in the race."""
        assert self.finalists is not None
        members, state, parameters = self.members, self.state, self.parameters
        self._update_pull()
        at_work = self.activists_at_work()[:, list(self.finalists)]
        work = canvass(at_work, self.setting.sector_sizes, parameters, self.switches.on("M10"))
        torn = np.zeros((2, 2), dtype=np.int64)
        self._likely = runoff_day(
            members.ids, members.sector, members.peer_group, members.base, members.attention,
            members.propensity, members.rejects, state.attachment, state.first_vote,
            self.runoff_terms(), self._pull, np.float32(parameters["opinion_relaxation"]),
            work.reach, work.door_share, work.door_effect, work.phone_effect, work.persuasion,
            _UNDECIDED_MARGIN, self._turnout_edge(),
            self.streams.address(Stream.CAMPAIGN_CONTACT, day), state.lean,
            state.contact_turnout, state.intention, self._peer_counts, self._contacts,
            self._by_group, torn,
        )  # fmt: skip
        self._marginal[:] = 0
        first, second = self.finalists
        self._marginal[first, second], self._marginal[second, first] = torn[0, 1], torn[1, 0]

    def _publish_polls(self, day: int) -> None:
        """Take the polls that were published on this day; a rise gives momentum (M07)."""
        for number, poll in self.calendar.polls.get(day, ()):
            runoff = self.finalists is not None
            if (poll.question == "runoff") != runoff:
                continue
            published = take_poll(
                poll, number, day, self.racing, self.members, self.setting.roll_round1,
                self.state.intention, self.blocs, self.orders(), self.parameters, self.streams,
            )  # fmt: skip
            before = [p for p in self.polls if p.question == published.question]
            self.polls.append(published)
            if before and self.switches.on("M07"):
                rise = np.nan_to_num(published.shares - before[-1].shares)
                self.climate.momentum = self.parameters["poll_momentum"] * rise

    # ------------------------------------------------------------------ between the rounds

    def _alliance(self, day: int) -> None:
        """Let leaders, activists, notables and contractors act."""
        assert self.finalists is not None
        assert self.negotiation is not None
        table = self.negotiation
        leaning = preferences(self.activists, self.finalists, self.climate.grudge)
        news = News(self._poll_share(), self.climate.grudge, leaning, self._by_group)
        deals = table.reported_offers(self.calendar.offers.get(day, ()), day)
        if day == 1:
            deals += table.propose(day)
        table.listen(self.activists, news)
        decided = table.decisions(day, news)
        deals += decided
        deals += self._activists_move(day, decided, leaning)
        deals += [
            d for call in self.calendar.notables.get(day, ()) for d in self._notable_speaks(call, day)
        ]
        self.deals += deals
        if self.switches.on("M15"):
            share = table.believed_share(news)
            prob = table.win_prob(share)
            recontract(
                self.contractors, self.finalists, {c.index: c.choice for c in self.candidates},
                {n.index: n.choice for n in self.notables}, prob, self.climate.grudge,
                self.setting.machine, self.parameters, self.streams, day,
                news=any(d.act != "offers" for d in deals),
            )  # fmt: skip

    def _activists_move(
        self, day: int, decided: Sequence[Deal], leaning: NDArray[np.float64]
    ) -> list[Deal]:
        """Move activists early (M17), and those of leaders who decided today."""
        assert self.finalists is not None
        deals = []
        names = self.setting.candidate_ids
        for deal in decided:
            home = names.index(deal.actor)
            early = [
                int(((self.activists.home == home) & (self.activists.camp == f)).sum())
                for f in self.finalists
            ]
            for f, n in zip(self.finalists, early, strict=True):
                if n:
                    terms = f"{n} of {int((self.activists.home == home).sum())} activists"
                    basis = "decision"
                    deals.append(Deal(day, deal.actor, "moves-early", names[f], basis, terms))
            choice = self.candidates[home].choice
            if isinstance(choice, int):
                follow_leader(self.activists, home, choice, day, self.streams)
            elif choice == "free-vote":
                release(self.activists, home, self.finalists, leaning, day, self.streams)
        if self.switches.on("M17"):
            undecided = np.array(
                [c.status is Status.ELIMINATED and c.choice is None for c in self.candidates]
            )
            move_early(
                self.activists, undecided, self.finalists, leaning, self.parameters, self.streams,
                day,
            )  # fmt: skip
        return deals

    def _notable_speaks(self, call: Endorsement, day: int) -> list[Deal]:
        """Let a notable say what he said, or what the behaviour has him say."""
        assert self.finalists is not None
        agent = next(n for n in self.notables if n.notable_id == call.by)
        choice = self.policy.of_notable(call.by)
        to = call.to if choice.name == "historical" else (choice.target or choice.name)
        names = self.setting.candidate_ids
        index = names.index(to) if to in names else None
        if to == "unknown" or (index is not None and index not in self.finalists):
            return []
        agent.choice = index
        basis = "historical" if choice.name == "historical" else "behaviour"
        act, target = ("endorses", to) if index is not None else (to, "")
        return [Deal(day, call.by, act, target, basis, "; ".join(call.terms))]

    def _poll_share(self) -> float | None:
        """Return the leader's part of the finalists in the last runoff poll."""
        assert self.finalists is not None
        runoff = [p for p in self.polls if p.question == "runoff"]
        if not runoff:
            return None
        first, second = (float(runoff[-1].shares[f]) for f in self.finalists)
        return first / (first + second) if first + second > 0.0 else None

    # ------------------------------------------------------------------ the ballots

    def _climate32(self) -> Climate32:
        return Climate32(
            self.climate.table.astype(np.float32),
            self.climate.electability.astype(np.float32),
            self.climate.strongest,
            np.float32(self.parameters["electability_projection"]),
        )

    def orders(self) -> NDArray[np.int64]:
        """Return whom each bloc is told to vote for, -1 for none, shape ``(n_blocs,)`` (M14)."""
        if not self.switches.on("M14"):
            return np.full(len(self.blocs), -1, dtype=np.int64)
        return np.array(
            [-1 if c.order is None else c.order for c in self.contractors], dtype=np.int64
        )

    def turnout_constants(self) -> NDArray[np.float64]:
        """Return the turnout constants of round one, shape ``(n_sectors,)`` [logit]."""
        constants = self.constants.turnout
        if not self.switches.on("M05"):
            targets = self.setting.targets
            share = min(max(targets.ballots / self.setting.roll_round1, 1e-4), 1.0 - 1e-4)
            constants = np.full_like(constants, float(logit(share)))
        return constants

    def _first_round(self) -> None:
        """Cast the first ballot and decide round one."""
        constants = self.constants
        mode = self.first_round if self.setting.targets.observed else "free"
        ballot = cast_first_ballot(
            self.setting, self.members, self.state, self.blocs, self.orders(), self._climate32(),
            self.turnout_constants(), constants.blank,
            (constants.shift, constants.blank_shift, constants.turnout_shift),
            "exact" if self.streams.pilot else ("held" if constants.held else mode),
            self.parameters, self.switches, self.streams,
        )  # fmt: skip
        self.first_ballot = ballot
        self.climate.constants = self.climate.constants + np.where(
            ballot.shift > CLOSED, ballot.shift, 0.0
        )
        if self.streams.pilot:
            self.running = False
            return
        outcome = decide_first_round(
            ballot.votes.tolist(), self.contest.rules.threshold,
            self.setting.can_reach_runoff.tolist(),
        )  # fmt: skip
        self.tie = outcome.tie
        if outcome.winner is not None:
            self.winner = outcome.winner
            self.candidates[outcome.winner].status = Status.WINNER
            self.leader, self.runner_up = outcome.finalists
            self.running = False
            return
        self._open_runoff(outcome.finalists)

    def _open_runoff(self, finalists: tuple[int, int]) -> None:
        """Eliminate all but the finalists and set the stage for the alliances."""
        assert self.first_ballot is not None
        self.finalists = finalists
        self.leader, self.runner_up = finalists
        for c in self.candidates:
            c.status = Status.FINALIST if c.index in finalists else Status.ELIMINATED
        self.activists.camp[~np.isin(self.activists.home, finalists)] = IDLE
        self._was_told = self.orders() >= 0
        for contractor in self.contractors:
            if contractor.camp not in finalists:
                contractor.order = None
        self.negotiation = Negotiation(
            self.setting, self.candidates, finalists, self.first_ballot.votes.tolist(),
            self.policy, self.parameters, self.switches, self.streams,
        )  # fmt: skip
        n = self.setting.n_candidates
        self._shock = self.parameters["contest_shock_sd"] * self.streams.normal(
            Stream.ALLIANCE_SHOCK, 0
        )
        self._pull = np.zeros((self.n_groups, 2), dtype=np.float32)
        self._peer_counts = np.zeros((self.n_groups, 2), dtype=np.int64)
        self._contacts = np.zeros(2, dtype=np.int64)
        self._by_group = np.zeros((n + 3, 2), dtype=np.int64)
        constants = self.turnout_constants() + self.first_ballot.turnout_shift
        self._runoff_turnout = runoff_turnout(
            self.setting, self.members, self.state, self.runoff_terms(),
            self.first_ballot.ballots, constants, self._was_told, self.parameters, self.switches,
        )  # fmt: skip

    def runoff_terms(self) -> RunoffTerms:
        """Collect what moves members between the finalists today."""
        assert self.finalists is not None
        assert self.first_ballot is not None
        assert self.negotiation is not None
        first, second = self.finalists
        p, n = self.parameters, self.setting.n_candidates
        flat = np.full(n + 3, p["leader_momentum"] if self.switches.on("M07") else 0.0)
        selection, cue, grudge = np.zeros(n + 3), np.zeros(n + 3), np.zeros(n + 3)
        backlash = np.zeros(n)
        held = self.climate.grudge
        for c in self.candidates:
            if c.status is not Status.ELIMINATED:
                continue
            e = c.index
            flat[e] += self._shock
            side = _side(self.negotiation.natural[e], self.finalists)
            told = _side(c.choice, self.finalists) * c.told
            lieutenants = self._lieutenant_side(e)
            if self.switches.on("M28", "selection"):
                selection[e] = side * (p["endorsement_total"] - p["endorsement_cue"])
            if self.switches.on("M28", "cue"):
                cue[e] = p["endorsement_cue"] * (told + 0.5 * lieutenants)
            if self.switches.on("M25"):
                grudge[e] = -p["insult_effect"] * (held[e, first] - held[e, second])
            if self.switches.on("M29"):
                backlash[e] = -p["backlash"] * told
        columns = [first, second]
        gap = float(self.climate.electability[first] - self.climate.electability[second])
        return RunoffTerms(
            first, second, np.ascontiguousarray(self.climate.table[:, columns]), gap,
            p["electability_projection"], p["finalist_habit"], flat, selection, cue, grudge,
            backlash, self.first_ballot.mean_attachment,
        )  # fmt: skip

    def _lieutenant_side(self, e: int) -> float:
        """Return the lead of the first finalist among a camp's early movers, in [-1, 1] (M17)."""
        assert self.finalists is not None
        own = self.activists.home == e
        early = own & (self.activists.moved_day > 0)
        size = int(own.sum())
        if not size or self.candidates[e].choice is not None:
            return 0.0
        camps = self.activists.camp[early]
        lead = int((camps == self.finalists[0]).sum()) - int((camps == self.finalists[1]).sum())
        return lead / size

    def _ally_lift(self) -> NDArray[np.float64]:
        """Return how far each camp's machine lifts the turnout of those who go its way (M11)."""
        assert self.finalists is not None
        lift = np.zeros((self.setting.n_candidates + 3, 2))
        if self.switches.on("M11"):
            for c in self.candidates:
                own = self.activists.home == c.index
                size = max(1, int(own.sum()))
                if c.status is Status.ELIMINATED:
                    for k, f in enumerate(self.finalists):
                        part = int((own & (self.activists.camp == f)).sum()) / size
                        machine = float(self.setting.machine[c.index])
                        lift[c.index, k] = self.parameters["ally_turnout_lift"] * machine * part
        return lift

    def _second_round(self) -> None:
        """Cast the runoff ballot and decide the contest."""
        assert self.finalists is not None
        assert self.first_ballot is not None
        first, second = self.finalists
        orders = self.orders()
        sides = np.where(orders == first, 0, np.where(orders == second, 1, -1)).astype(np.int64)
        on = self.switches.on("M05")
        rules = RunoffRules(
            order=sides,
            turnout=self._runoff_turnout,
            habit=self.parameters["turnout_habit"] if on else 0.0,
            expressive=self.parameters["expressive_abstention"] if on else 0.0,
            ally_lift=self._ally_lift(),
        )
        votes = self.first_ballot.votes
        self.flows, self.margins = waterfall(
            self.setting, self.members, self.state, self.blocs, self.runoff_terms(), rules,
            self.parameters, self.switches, self.streams, int(votes[first] - votes[second]),
        )  # fmt: skip
        totals = (int(self.flows[:, :, 0].sum()), int(self.flows[:, :, 1].sum()))
        self.winner, tie = decide_runoff(totals, self.finalists)
        self.tie = tie or self.tie
        if self.winner is not None:
            self.candidates[self.winner].status = Status.WINNER
        self.running = False

    # ------------------------------------------------------------------ what is recorded

    def activists_at_work(self) -> NDArray[np.int64]:
        """Count activists at work by sector and candidate, ``(n_sectors, n_candidates)``."""
        return self.activists.working_for(self.setting.n_candidates, self.setting.n_sectors)

    def contacts_by_candidate(self) -> NDArray[np.int64]:
        """Return today's contacts by candidate, shape ``(n_candidates,)``."""
        contacts = np.zeros(self.setting.n_candidates, dtype=np.int64)
        contacts[list(self.racing)] = self._contacts
        return contacts

    def support(self) -> NDArray[np.float64]:
        """Return the part of members for each candidate, blocs as told, ``(n_candidates,)``."""
        racing = list(self.racing)
        counts = self._peer_counts.astype(np.float64)
        total = counts[: self.n_branches].sum(axis=0)
        orders = self.orders()
        for b, order in enumerate(orders.tolist()):
            own = counts[self.n_branches + b]
            if order in racing:
                obey = float(self.blocs.obedience[b])
                total = total + (1.0 - obey) * own
                total[racing.index(order)] += obey * float(own.sum())
            else:
                total = total + own
        support = np.zeros(self.setting.n_candidates)
        support[racing] = total / len(self.members)
        return support


def _side(choice: int | str | None, finalists: tuple[int, int]) -> float:
    """Return 1 for the first finalist, -1 for the second, 0 for neither."""
    if choice == finalists[0]:
        return 1.0
    return -1.0 if choice == finalists[1] else 0.0
