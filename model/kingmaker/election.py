"""Run one contest as a Mesa model: a step is a day.

The order of a day: messages and press, contacts and peers, polls, leaders, activists and
notables, contractors, grudges, record. Round one is cast at the end of day 0, the runoff at the
end of the last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import mesa
import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.candidate import Status
from kingmaker.actors.cast import make_cast
from kingmaker.actors.rivals import resolve_rivals
from kingmaker.aftermath.close import Aftermath, Ending, settle
from kingmaker.aftermath.exit import Exits, between_rounds, leave_party, stop_working, strike_off
from kingmaker.alliance.behaviours import parse_behaviour
from kingmaker.alliance.candidacy import Candidacies, settle_candidacies
from kingmaker.ballot.casting import Climate32, FirstBallot, cast_first_ballot
from kingmaker.ballot.constants import Constants
from kingmaker.ballot.exact import CLOSED
from kingmaker.ballot.instant_runoff import instant_runoff
from kingmaker.ballot.irregularities import Irregularities, draw_irregularities
from kingmaker.ballot.runoff import RunoffRules, group_dispersion, runoff_turnout, waterfall
from kingmaker.ballot.two_round import decide_first_round, decide_runoff
from kingmaker.campaign.calendar import make_calendar
from kingmaker.campaign.climate import Climate
from kingmaker.campaign.desertion import hopeless_candidates
from kingmaker.campaign.messages import send_messages
from kingmaker.campaign.polls import PublishedPoll, poll_rise, take_poll
from kingmaker.campaign.press import CONTEMPT, hear_call, publish_seats, take_offence
from kingmaker.contest.entry import staying
from kingmaker.contest.facts import prior_kind
from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest
from kingmaker.interlude import Interlude
from kingmaker.mechanisms import Switches
from kingmaker.membership import Membership
from kingmaker.numerics import exp, logit
from kingmaker.parameters import Parameters, draw_parameters
from kingmaker.pilots import find_constants
from kingmaker.population.activists import IDLE, draw_activists
from kingmaker.population.blocs import draw_blocs
from kingmaker.population.entry import joined_by
from kingmaker.population.members import MemberState
from kingmaker.population.setting import Setting, resolve
from kingmaker.population.synthesis import make_members
from kingmaker.records import FirstRound
from kingmaker.rng import MAX_SEED, Streams
from kingmaker.twins import Twins


class LeadershipElection(Twins):
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
    reinvert
        Find the constants anew without what is switched off, instead of holding those found
        with everything on.
    rng
        Mesa's own argument for a seed; the same as `seed`.
    evening
        An election of the same arguments whose first ballot is cast; use `branch`.

    Raises
    ------
    ContestError, ParameterError
        For bad input.
    ImpossibleDrawError
        During a step, if the draw cannot have led to the observed first round.
    """

    candidacies: Candidacies
    climate: Climate
    day: int
    first_ballot: FirstBallot | None
    polls: list[PublishedPoll]
    datacollector: mesa.DataCollector
    orders_round1: NDArray[np.int64]
    polling_climate: Climate32 | None
    _extra_weeks: float

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
        reinvert: bool = False,
        rng: int | None = None,
        evening: LeadershipElection | None = None,
    ) -> None:
        """Resolve the contest, make its people, find its constants; or go on from an evening."""
        seed = seed if rng is None else int(rng)
        super().__init__(rng=seed & MAX_SEED)
        self.contest_in_fact = contest if isinstance(contest, Contest) else load_contest(contest)
        self.first_round: FirstRound = first_round
        self.switches = Switches(tuple(without))
        self._behaviour = behaviour
        self._reinvert = reinvert
        self.policy = parse_behaviour(behaviour, self.contest_in_fact)
        self.contest = self.contest_in_fact
        if self.has_entrant:
            self.contest = staying(self.contest_in_fact, self.policy.argument("stay"))
        self.streams = Streams(seed, replicate, pilot, attempt)
        if evening is not None:
            self._go_on_from(evening)
            return
        self.parameters: Parameters = draw_parameters(
            self.streams.for_pilot(0), prior_kind(self.contest), settings or {}, draw or {}
        )
        setting = resolve(self.contest_in_fact, self.parameters, self.streams, scale, days)
        if self.has_entrant:
            wide = resolve(self.contest, self.parameters, self.streams, scale, days)
            setting = joined_by(setting, wide)
        self.setting = self._with_gap(setting)
        self.constants = constants or find_constants(self)
        self._make_people()
        self._start_campaign()

    # ------------------------------------------------------------------ before the campaign

    def _with_gap(self, setting: Setting) -> Setting:
        """Give the rounds the distance that the behaviour asks for."""
        self.setting_in_fact = setting
        days = int(self.policy.argument("gap") or setting.gap_days)
        days += 7 * self.policy.has("extra-week")
        self._extra_weeks = (days - setting.gap_days) / 7.0
        return replace(setting, gap_days=days)

    def _make_people(self) -> None:
        """Make members as arrays, and candidates, contractors, notables, outside actors."""
        setting, streams = self.setting, self.streams
        self.blocs = draw_blocs(setting, self.parameters, streams)
        self.members = make_members(setting, self.blocs, self.parameters, streams, self.switches)
        self.state = MemberState.fresh(len(self.members), setting.n_candidates)
        self.activists = draw_activists(setting, self.parameters, streams)
        self.rivals = resolve_rivals(setting, streams)
        self.membership = Membership(
            setting, self.members, self.state, self.blocs, self.activists, self.parameters,
            self.switches, streams,
        )  # fmt: skip
        self._make_cast()

    def _make_cast(self) -> None:
        cast = make_cast(self, self.setting, self.blocs)
        self.candidates, self.contractors = cast.candidates, cast.contractors
        self.notables = cast.notables

    def _go_on_from(self, evening: LeadershipElection) -> None:
        """Take over an evening: share what nobody changes, copy what the coming days change."""
        self.parameters, self.constants = evening.parameters, evening.constants
        self.setting = self._with_gap(evening.setting_in_fact)
        self.blocs, self.members = evening.blocs, evening.members
        self.rivals, self.candidacies = evening.rivals, evening.candidacies
        self.state = evening.state.copy()
        self.activists = evening.activists.copy()
        self.membership = evening.membership.twin(self.setting, self.state, self.activists)
        self._make_cast()
        for mine, other in zip(self.contractors, evening.contractors, strict=True):
            mine.order = other.order
        self._open_books()
        self.climate = evening.climate.copy()
        self.day = evening.day
        self.first_ballot = evening.first_ballot
        self.orders_round1 = evening.orders_round1
        self.polling_climate = evening.polling_climate
        self.polls += evening.polls
        for name, values in evening.datacollector.model_vars.items():
            self.datacollector.model_vars[name] = list(values)
        self._decide_first_round()

    def _start_campaign(self) -> None:
        """Open the campaign: climate, calendar, first opinions, records."""
        setting = self.setting
        table = self.constants.table
        if not self.switches.on("M01"):
            table = np.broadcast_to(self.constants.candidate, table.shape)
        self.climate = Climate.fresh(table)
        self._close_lists()
        self.day = -setting.campaign_days
        self._open_books()
        for age, event in self.calendar.earlier_acts:
            age += self.candidacies.postponed_days
            faded = exp(-self.parameters["grudge_decay"] * age)
            take_offence(
                event, setting.candidate_ids, self.climate, self.switches, faded, self._unsaid
            )

    def _close_lists(self) -> None:
        """Take those who do not stand off the ballot; their people go with their ally (M33)."""
        self.candidacies = settle_candidacies(
            self.contest, self.parameters, self.switches, self.streams, self.policy.settings
        )
        for c, stands in enumerate(self.candidacies.stands):
            if stands:
                continue
            ally = self.candidacies.ally_of(c)
            self.climate.constants[:, c] = CLOSED
            self.activists.camp[self.activists.home == c] = IDLE if ally is None else ally
            for contractor in self.contractors:
                if contractor.camp == c:
                    contractor.order = ally

    def _open_books(self) -> None:
        """Lay out the calendar and the records of what is to come."""
        self.calendar = make_calendar(self.setting, self.streams)
        self.winner: int | None = None
        self.tie = ""
        self.first_ballot = None
        self.interlude: Interlude | None = None
        self.finalists: tuple[int, int] | None = None
        self.flows: NDArray[np.int64] | None = None
        self.margins: dict[str, int] = {}
        self.irregularities = Irregularities.none(len(self.blocs))
        self.exits: Exits | None = None
        self.aftermath = Aftermath(())
        self.polls = []
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "day": "day",
                "support": lambda model: model.membership.support(model.racing, model.orders()),
                "contacts": lambda model: model.membership.contacts.copy(),
                "activists": lambda model: model.membership.at_work().sum(axis=0),
                "grudge": lambda model: model.climate.grudge.sum(axis=0),
                "likely_turnout": lambda model: model.membership.likely / len(model.members),
            }
        )

    # ------------------------------------------------------------------ the day

    def step(self) -> None:
        """Live one day."""
        day = self.day
        if self.finalists is not None and self.interlude is None:
            self._open_runoff(self.finalists)
        self._press(day)
        if self.switches.on("M06"):
            send_messages(
                self.setting, self.climate, self.membership.marginal, self.racing, self.parameters,
                self.streams, day, self.switches.on("M25"),
            )  # fmt: skip
        if self.exits is not None:
            stop_working(self.activists, self.exits, day)
        if self.interlude is None:
            self.membership.campaign(day, self._climate32(), self._turnout_edge())
        else:
            self.membership.runoff(day, self.interlude, self._turnout_edge())
        if self.switches.on("M09") and not self.policy.has("no-polls"):
            self._publish_polls(day)
        if self.interlude is not None:
            self.interlude.live(day, self.polls)
        self.climate.forget(self.parameters["grudge_decay"])
        if not self.streams.pilot:
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

    def release(self) -> None:
        """Let go of the members: Mesa's models are cycles, which wait for the garbage collector."""
        del self.members, self.state, self.membership
        self.first_ballot = None

    @property
    def racing(self) -> tuple[int, ...]:
        """Candidates still in the race."""
        if self.interlude is not None:
            return self.interlude.finalists
        return tuple(c for c, stands in enumerate(self.candidacies.stands) if stands)

    def _press(self, day: int) -> None:
        """Report the day's acts and seat polls."""
        ids = self.setting.candidate_ids
        for event in self.calendar.acts.get(day, ()):
            take_offence(event, ids, self.climate, self.switches, unsaid=self._unsaid)
            if self.switches.on("M04") and day <= 0:
                hear_call(event, ids, self.climate, self.parameters, self._unsaid)
        if self.switches.on("M08") and not self.policy.has("no-polls"):
            publish_seats(self.calendar.seat_polls.get(day, ()), ids, self.climate, self.parameters)

    @property
    def _unsaid(self) -> frozenset[str]:
        """Kinds of acts that the behaviour takes out of history."""
        return CONTEMPT if self.policy.has("no-contempt") else frozenset()

    def _turnout_edge(self) -> NDArray[np.float32]:
        return (-self.constants.turnout).astype(np.float32)

    def _publish_polls(self, day: int) -> None:
        """Take the polls that were published on this day; a rise gives momentum (M07)."""
        ids = self.setting.candidate_ids
        question = "round1" if self.interlude is None else "runoff"
        asked = [x for x in self.calendar.polls.get(day, ()) if x[1].question == question]
        for number, poll in asked:
            published = take_poll(
                poll, number, day, self.racing, tuple(ids[c] for c in self.racing), self.members,
                self.membership.rows, self.setting.roll_round1, self.state.intention, self.blocs,
                self.orders(), self.parameters, self.streams,
            )  # fmt: skip
            self.polls.append(published)
        if asked and self.switches.on("M07"):
            rise = poll_rise([p for p in self.polls if p.question == question], day)
            if rise is not None:
                self.climate.momentum = self.parameters["poll_momentum"] * rise

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
        is_exact = self.setting.targets.observed and all(self.candidacies.stands)
        mode = self.first_round if is_exact else "free"
        self.orders_round1 = self.orders()
        self.polling_climate = self._climate32()
        ballot = cast_first_ballot(
            self.setting, self.members, self.state, self.blocs, self.orders(), self.polling_climate,
            self.turnout_constants(), constants.blank,
            (constants.shift, constants.blank_shift, constants.turnout_shift),
            "held" if constants.held else ("exact" if self.streams.pilot else mode),
            self.parameters, self.switches, self.streams, self._hopeless(),
        )  # fmt: skip
        self.first_ballot = ballot
        self.climate.constants = self.climate.constants + np.where(
            ballot.shift > CLOSED, ballot.shift, 0.0
        )
        if self.streams.pilot:
            self.running = False
            return
        self._decide_first_round()

    def _count_again(self) -> None:
        """Count the first ballot as an instant runoff on the same preferences."""
        assert self.first_ballot is not None
        assert self.polling_climate is not None
        count = instant_runoff(
            self.setting, self.members, self.state, self.first_ballot, self.polling_climate
        )
        self.leader, self.runner_up = self.finalists = count.finalists
        self.flows, self.state.second_vote = count.flows, count.final_vote
        first, second = count.finalists
        votes = self.first_ballot.votes
        self.margins = {"round1": int(votes[first] - votes[second])}
        self.winner, tie = decide_runoff(count.votes, count.finalists)
        self.tie = tie or count.tie
        for c in self.candidates:
            c.status = Status.FINALIST if c.index in count.finalists else Status.ELIMINATED
        if self.winner is not None:
            self.candidates[self.winner].status = Status.WINNER
        self._end()

    def _hopeless(self) -> NDArray[np.bool_] | None:
        """Say whom strategic voters desert (M03)."""
        if not self.switches.on("M03"):
            return None
        return hopeless_candidates(self.polls, self.setting.n_candidates)

    def _decide_first_round(self) -> None:
        """See whether somebody has won, or who meets again."""
        assert self.first_ballot is not None
        if self.policy.has("instant-runoff"):
            self._count_again()
            return
        threshold = float(self.policy.argument("threshold") or self.contest.rules.threshold)
        outcome = decide_first_round(
            self.first_ballot.votes.tolist(), threshold, self.setting.can_reach_runoff.tolist()
        )
        self.tie = outcome.tie
        if outcome.winner is not None:
            self.winner = outcome.winner
            self.candidates[outcome.winner].status = Status.WINNER
            self.leader, self.runner_up = self.finalists = outcome.finalists
            self._end()
            return
        self.leader, self.runner_up = self.finalists = outcome.finalists

    def _open_runoff(self, finalists: tuple[int, int]) -> None:
        """Eliminate all but the finalists and set the stage for the alliances."""
        assert self.first_ballot is not None
        for c in self.candidates:
            c.status = Status.FINALIST if c.index in finalists else Status.ELIMINATED
        self.activists.camp[~np.isin(self.activists.home, finalists)] = IDLE
        if self.contest.rules.voters_only:
            self.members = self.members.entitle_voters(self.state.first_vote)
        was_told = self.orders() >= 0
        for contractor in self.contractors:
            if contractor.camp not in finalists:
                contractor.order = None
        self.interlude = Interlude(
            self.setting, self.calendar, self.policy, self.parameters, self.switches,
            self.streams, finalists, self.first_ballot, self.climate, self.candidates,
            self.contractors, self.notables, self.activists, self.rivals, self.racing,
            dict(self.candidacies.supports),
        )  # fmt: skip
        self.membership.open_runoff(finalists)
        table = self.interlude.outlook
        self.exits = leave_party(
            self.setting, self.rivals, self.members, self.state, self.activists,
            between_rounds(self.setting, finalists, table.win_prob(table.believed_share(None))),
            self.parameters, self.switches, self.streams,
        )  # fmt: skip
        self.interlude.dispersion = group_dispersion(
            self.setting, self.members, self.state, self.interlude.terms(), self.parameters
        )
        self.climate.momentum = np.zeros(self.setting.n_candidates)
        constants = self.turnout_constants() + self.first_ballot.turnout_shift
        self._runoff_turnout = runoff_turnout(
            self.setting, self.members, self.state, self.interlude.terms(),
            self.first_ballot.ballots, constants, was_told, self.parameters, self.switches,
            self._extra_weeks,
        )  # fmt: skip

    def _second_round(self) -> None:
        """Cast the runoff ballot and decide the contest."""
        assert self.interlude is not None
        assert self.first_ballot is not None
        first, second = self.interlude.finalists
        on = self.switches.on("M05")
        assert self.exits is not None
        self.members = strike_off(self.members, self.exits)
        order = self.interlude.bloc_sides(self.orders())
        self.irregularities = draw_irregularities(
            self.blocs, order, self.setting.scale, self.parameters, self.switches, self.streams
        )
        rules = RunoffRules(
            order=order,
            turnout=self._runoff_turnout,
            habit=self.parameters["turnout_habit"] if on else 0.0,
            expressive=self.parameters["expressive_abstention"] if on else 0.0,
            ally_lift=self.interlude.ally_lift() * on,
            irregular=self.irregularities,
        )
        votes = self.first_ballot.votes
        self.flows, self.margins = waterfall(
            self.setting, self.members, self.state, self.blocs, self.interlude.terms(), rules,
            self.parameters, self.switches, self.streams, int(votes[first] - votes[second]),
        )  # fmt: skip
        totals = (int(self.flows[:, :, 0].sum()), int(self.flows[:, :, 1].sum()))
        self.winner, tie = decide_runoff(totals, self.interlude.finalists)
        self.tie = tie or self.tie
        if self.winner is not None:
            self.candidates[self.winner].status = Status.WINNER
        self._end()

    def _end(self) -> None:
        """Close the contest and see what follows."""
        self.running = False
        assert self.first_ballot is not None
        assert self.finalists is not None
        votes = self.first_ballot.votes
        ending = Ending(
            finalists=self.finalists,
            winner=self.winner,
            decided_in_round=1 if self.interlude is None else 2,
            choices={} if self.interlude is None else self.interlude.choices(),
            strain=self.climate.strain,
            shares=votes / max(1, int(votes.sum())),
            offers=[] if self.interlude is None else self.interlude.promises(),
            polls=[
                poll
                for day in sorted(self.calendar.seat_polls)
                if day <= (0 if self.interlude is None else self.day)
                for poll in self.calendar.seat_polls[day]
            ],
        )
        self.aftermath = settle(
            self.setting, self.rivals, self.members, self.state, self.activists, self.exits,
            ending, self.parameters, self.switches, self.streams,
        )  # fmt: skip
