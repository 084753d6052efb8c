"""Cast the runoff ballot and take its margin apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.irregularities import Irregularities
from kingmaker.ballot.runoff_kernels import (
    RunoffChances,
    alter_ballots,
    draw_chances,
    readiness_histogram,
    runoff_ballot,
)
from kingmaker.ballot.turnout import runoff_turnout_constant
from kingmaker.mechanisms import Switches
from kingmaker.numerics import exp, logit
from kingmaker.parameters import Parameters
from kingmaker.population.blocs import Blocs
from kingmaker.population.members import Members, MemberState
from kingmaker.population.preference_kernels import (
    RunoffTerms,
    group_rows,
    prepare_terms,
    runoff_preferences,
)
from kingmaker.population.setting import Setting
from kingmaker.records import MARGIN_STEPS
from kingmaker.rng import Stream, Streams

_BINS = 2_048
MAX_TURNOUT = 0.995
LOGISTIC_VARIANCE = 3.2898681336964524
"""Variance of the standard logistic, pi squared over 3."""


@dataclass(frozen=True)
class RunoffRules:
    """Hold what decides who comes and how, beside the preferences.

    Attributes
    ----------
    order
        0 for the leader, 1 for the runner-up, -1 for none, per bloc.
    turnout
        Turnout constant of each sector [logit].
    habit, expressive
        See `kingmaker.ballot.runoff_kernels.runoff_ballot` [logit].
    ally_lift
        Shape ``(n_candidates + 3, 2)`` [logit].
    everybody, switching
        For the waterfall.
    irregular
        Stuffed and annulled blocs (M42), None where there are none; its `ballots` are filled
        when the runoff is cast.
    """

    order: NDArray[np.int64]
    turnout: NDArray[np.float64]
    habit: float
    expressive: float
    ally_lift: NDArray[np.float64]
    everybody: bool = False
    switching: bool = True
    irregular: Irregularities | None = None


def group_dispersion(
    setting: Setting,
    members: Members,
    state: MemberState,
    terms: RunoffTerms,
    parameters: Parameters,
) -> NDArray[np.float64]:
    """Return how far D must shift in each group to move its split by one logit.

    Parameters
    ----------
    setting, members, state, terms
        The contest on the evening of round one.
    parameters
        ``runoff_noise``.

    Returns
    -------
    By group of first vote, shape ``(n_candidates + 3,)``: the standard deviation of D and its
    chance over that of the standard logistic, at least 1/2; 1 for groups of fewer than two.
    The priors on endorsements and shocks are about the split of a whole group of voters.
    """
    n_groups = setting.n_candidates + 3
    first, second = terms.first, terms.second
    gap = (members.base[:, first] + state.lean[:, first]).astype(np.float64)
    gap -= members.base[:, second] + state.lean[:, second]
    gap += (terms.table[:, 0] - terms.table[:, 1])[members.sector]
    group = state.vote_groups(setting.n_candidates)
    sizes = np.maximum(np.bincount(group, minlength=n_groups), 1)
    mean = np.bincount(group, weights=gap, minlength=n_groups) / sizes
    square = np.bincount(group, weights=gap * gap, minlength=n_groups) / sizes
    variance = np.maximum(square - mean * mean, 0.0)
    spread = np.sqrt(variance / LOGISTIC_VARIANCE + parameters["runoff_noise"] ** 2)
    return np.where(sizes < 2, 1.0, np.maximum(spread, 0.5))


def runoff_turnout(
    setting: Setting,
    members: Members,
    state: MemberState,
    terms: RunoffTerms,
    first_ballots: int,
    constants: NDArray[np.float64],
    was_told: NDArray[np.bool_],
    parameters: Parameters,
    switches: Switches,
    extra_weeks: float = 0.0,
) -> NDArray[np.float64]:
    """Find the runoff's turnout constants, before anybody acts between the rounds.

    Parameters
    ----------
    setting, members, state, terms
        The contest on the evening of round one.
    first_ballots
        Ballots of round one.
    constants
        Turnout constants of round one, shift included, shape ``(n_sectors,)`` [logit].
    was_told
        Whether each bloc had an order in round one, shape ``(n_blocs,)``.
    parameters
        ``runoff_turnout_ratio``, ``turnout_gap``, ``turnout_habit``, ``expressive_abstention``.
    switches
        M05 off: one turnout for all.
    extra_weeks
        How much later than in fact the runoff is held by behaviour [weeks].

    Returns
    -------
    Constants at which the expected ballots per entitled member are those of round one times
    the drawn ratio (where only its voters may vote again: ballots times the ratio), at most
    99.5 %; the same for every behaviour.
    """
    entitled = int((members.on_roll & 2 > 0).sum())
    base = entitled if setting.contest.rules.voters_only else setting.roll_round1
    ratio = parameters["runoff_turnout_ratio"] - parameters["turnout_gap"] * extra_weeks
    rate = first_ballots / base * exp(ratio)
    rate = min(rate, MAX_TURNOUT)
    if not switches.on("M05"):
        return np.full(setting.n_sectors, float(logit(rate)))
    bins = np.zeros(_BINS, dtype=np.int64)
    group, preference = preferences(members, state, terms)
    readiness_histogram(
        members.sector, members.bloc, members.propensity, state.contact_turnout, members.on_roll,
        group, preference, (terms.first, terms.second), setting.n_candidates, constants,
        parameters["turnout_habit"], parameters["expressive_abstention"], was_told,
        parameters["broker_turnout_lift"], bins,
    )  # fmt: skip
    return constants + runoff_turnout_constant(bins, rate * float(bins.sum()))


def preferences(
    members: Members, state: MemberState, terms: RunoffTerms
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return each member's row of first vote, and preference for the leader [logit]."""
    group = np.empty(len(members), dtype=np.int32)
    group_rows(state.first_vote, members.base.shape[1], group)
    preference = np.empty(len(members))
    runoff_preferences(
        0, len(members), members.base, state.lean, members.attention, members.rejects,
        state.attachment, group, members.sector, prepare_terms(terms), preference,
    )  # fmt: skip
    return group, preference


def draw_runoff_chances(members: Members, streams: Streams) -> RunoffChances:
    """Draw every member's chance on the day of the runoff (streams ``BALLOT_*_2``)."""
    n = len(members)
    chances = RunoffChances(np.empty(n), np.empty(n), np.empty(n), np.empty(n))
    draw_chances(
        members.ids,
        streams.address(Stream.BALLOT_CHOICE_2),
        streams.address(Stream.BALLOT_TURNOUT_2),
        streams.address(Stream.BALLOT_OBEDIENCE_2),
        chances,
    )
    return chances


def cast_runoff(
    setting: Setting,
    members: Members,
    state: MemberState,
    blocs: Blocs,
    terms: RunoffTerms,
    rules: RunoffRules,
    parameters: Parameters,
    switches: Switches,
    chances: RunoffChances,
) -> NDArray[np.int64]:
    """Cast the runoff ballot; `state.second_vote` and `rules.irregular.ballots` are filled.

    Returns
    -------
    Flows by sector, group of first vote, and leader, runner-up, blank, abstained, not on the
    roll: shape ``(n_sectors, n_candidates + 3, 5)``. The same rules and terms always give the
    same ballots: nothing is consumed.
    """
    contacts, lift = state.contact_turnout, parameters["broker_turnout_lift"]
    if not switches.on("M05"):
        contacts, lift = np.zeros_like(contacts), 0.0
    flows = np.zeros((setting.n_sectors, setting.n_candidates + 3, 5), dtype=np.int64)
    group, preference = preferences(members, state, terms)
    runoff_ballot(
        members.sector, members.bloc, members.propensity, contacts, members.on_roll, group,
        preference, chances, (terms.first, terms.second), parameters["runoff_noise"],
        not switches.on("M02"), rules.order, blocs.obedience, lift, rules.turnout, rules.habit,
        rules.expressive, rules.ally_lift, parameters["runoff_blank_rate"], rules.everybody,
        rules.switching, state.second_vote, flows,
    )  # fmt: skip
    if rules.irregular is not None:
        alter_ballots(
            members.sector, members.bloc, group, (terms.first, terms.second), rules.order,
            rules.irregular.stuffed, rules.irregular.annulled, state.second_vote, flows,
            rules.irregular.ballots,
        )  # fmt: skip
    return flows


def waterfall(
    setting: Setting,
    members: Members,
    state: MemberState,
    blocs: Blocs,
    terms: RunoffTerms,
    rules: RunoffRules,
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
    first_margin: int,
) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Take the step from the first-round margin to the runoff margin apart.

    The runoff is cast again with one thing more each time, all with the same random numbers:
    first only the voters of the eliminated move, by their own utilities; then selection, cue,
    backlash and grudges; then contractors give orders; then finalists' voters may switch; then
    everybody may stay at home; at last stations may be stuffed and annulled. The increments
    depend on this order and sum exactly.

    Returns
    -------
    Flows of the real runoff, which is the last stage and leaves its votes in
    `state.second_vote`; and votes by step of `kingmaker.records.MARGIN_STEPS`.
    """
    no_order = np.full_like(rules.order, -1)
    zero = np.zeros_like(terms.cue)
    no_backlash = np.zeros_like(terms.backlash)
    quiet = terms._replace(grudge=zero, backlash=no_backlash)
    unmoved = quiet._replace(appeal=zero)
    apart = unmoved._replace(local=np.zeros_like(terms.local))
    own = apart._replace(selection=zero, cue=zero)
    honest = replace(rules, irregular=None)
    alone = replace(honest, everybody=True, switching=False, order=no_order)
    stages = {
        "preference": (own, alone),
        "selection": (own._replace(selection=terms.selection), alone),
        "cue": (apart, alone),
        "notables": (unmoved, alone),
        "appeals": (quiet, alone),
        "backlash": (terms._replace(grudge=zero), alone),
        "grudge": (terms, alone),
        "brokers": (terms, replace(alone, order=rules.order)),
        "switching": (terms, replace(alone, order=rules.order, switching=True)),
        "turnout": (terms, honest),
        "irregularities": (terms, rules),
    }
    is_clean = rules.irregular is None or rules.irregular.is_clean
    chances = draw_runoff_chances(members, streams)
    margins = {"round1": first_margin}
    before = first_margin
    for step, _ in MARGIN_STEPS[1:-1]:
        if step == "irregularities" and is_clean:
            margins[step] = 0
            continue
        stage_terms, stage_rules = stages[step]
        flows = cast_runoff(
            setting, members, state, blocs, stage_terms, stage_rules, parameters, switches, chances
        )
        margin = int(flows[:, :, 0].sum() - flows[:, :, 1].sum())
        margins[step] = margin - before
        before = margin
    margins["round2"] = before
    return flows, margins
