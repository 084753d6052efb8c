"""Measure what the ablations of mechanisms move, on finished elections."""

from collections.abc import Callable

import numpy as np

from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest
from kingmaker.election import LeadershipElection
from tests.contest_builders import ADA, BEN, CY, DEE

Measure = Callable[[LeadershipElection], float]


def vote(c: int) -> Measure:
    return lambda model: float(model.first_ballot.votes[c])


def margin(step: str) -> Measure:
    return lambda model: float(model.margins[step])


def turnout(model: LeadershipElection) -> float:
    return 1.0 - float(model.flows[:, :, 3].sum()) / float(model.flows.sum())


def out_turnout(model: LeadershipElection) -> float:
    """Runoff turnout of those whose choice is out."""
    own = model.flows[:, [CY, DEE]]
    return 1.0 - float(own[:, :, 3].sum()) / float(own.sum())


def polarisation(model: LeadershipElection) -> float:
    """Mean spread of branch shares of the leader: peers draw groups together."""
    votes, group = model.state.intention, model.members.peer_group
    shares = [float((votes[group == g] == ADA).mean()) for g in np.unique(group)]
    return float(np.std(shares))


def grudges(model: LeadershipElection) -> float:
    return float(model.climate.grudge.sum())


def seat_gap(model: LeadershipElection) -> float:
    return float(model.climate.electability[ADA] - model.climate.electability[BEN])


def n_polls(model: LeadershipElection) -> float:
    return float(len(model.polls))


def moved_early(model: LeadershipElection) -> float:
    out = np.isin(model.activists.home, (CY, DEE))
    return float((out & (model.activists.moved_day > 0)).sum())


def told(model: LeadershipElection) -> float:
    return float((model.orders() >= 0).sum())


def endorsers(model: LeadershipElection) -> float:
    return float(sum(isinstance(c.choice, int) for c in model.candidates))


def offers(model: LeadershipElection) -> float:
    return float(sum(d.act == "offers" and d.basis == "decision" for d in model.interlude.deals))


def agree_with_activists(model: LeadershipElection) -> float:
    """Whether the eliminated chose the finalist whom their activists want."""
    return float(sum(c.choice == ADA for c in model.candidates))


def spatial_fit(model: LeadershipElection) -> float:
    """Mean distance of members to the candidate whom they voted for (negative: nearer)."""
    chosen = model.state.first_vote >= 0
    z = model.setting.positions[model.state.first_vote[chosen]]
    return -float(((model.members.ideal_point[chosen] - z)[:, :2] ** 2).sum(axis=1).mean())


def concentration(model: LeadershipElection) -> float:
    """How far free votes are from equal shares."""
    free = model.state.first_vote[model.first_ballot.free]
    shares = np.bincount(free[free >= 0], minlength=4) / max(1, int((free >= 0).sum()))
    return float(np.abs(shares - 0.25).sum())


def turnout_tie(model: LeadershipElection) -> float:
    """How much likelier voters of round one are to come again than the others."""
    first, second = model.state.first_vote, model.state.second_vote
    came = (second >= 0) | (second == -2)
    voted = first != -1
    return float(came[voted].mean() - came[~voted].mean())


def mobilised(model: LeadershipElection) -> float:
    return float(model.state.contact_turnout.sum())


def delivered(model: LeadershipElection) -> float:
    return float(model.first_ballot.bloc_votes.sum())


def dealings(name: str) -> Measure:
    """Sum what has passed between finalists and leaders."""
    return lambda model: float(np.abs(getattr(model.interlude.dealings, name)).sum())


def acts(*names: str) -> Measure:
    return lambda model: float(sum(d.act in names for d in model.interlude.deals))


def hopeless_votes(model: LeadershipElection) -> float:
    return float(model.first_ballot.votes[[CY, DEE]].sum())


def contacted_behind(model: LeadershipElection) -> float:
    """How much of the campaign for ada was in the sector where she is behind."""
    lean = model.state.lean[:, ADA].astype(float)
    return float(lean[model.members.sector == 0].sum() / max(lean.sum(), 1e-9))


def apart(model: LeadershipElection) -> float:
    """Lieutenants of cy and dee who do not say what their leader says."""
    said = {c.index: c.choice for c in model.candidates}
    own = [n for n in model.notables if n.camp in (CY, DEE)]
    return float(sum(n.choice != said[n.camp] for n in own))


def dees_word(model: LeadershipElection) -> float:
    return float(model.candidates[DEE].choice == BEN)


def second_place(model: LeadershipElection) -> float:
    """What the second place that ben offers cy is worth."""
    held = model.interlude.dealings.offers[CY, BEN]
    return sum(offer.expected() for offer in held if offer.kind == "second-place")


def stay_out(model: LeadershipElection) -> float:
    return float(sum(not stands for stands in model.candidacies.stands))


def aftermath(table: str, column: int) -> Measure:
    return lambda model: float(sum(row[column] for row in getattr(model.aftermath, table)))


def to_green(model: LeadershipElection) -> float:
    people = {"green": 0, "orange": 0, "": 0}
    for row in model.aftermath.exits:
        people[row[3]] += row[4]
    return people["green"] / max(1, people["green"] + people["orange"])


def growth(model: LeadershipElection) -> float:
    return sum(row[2] - row[1] for row in model.aftermath.camps)


def seats_of_leaders(model: LeadershipElection) -> float:
    """How far the seats under the two finalists are apart."""
    totals = [row.seats for row in model.aftermath.seats if row.source == "total"]
    return abs(totals[0] - totals[1])


def announced() -> Contest:
    """A contest of which nobody knows yet who will stand, or when."""
    return load_contest("il-labor-2008")
