"""Play the endorsers' game through on one evening: who can choose what, and what comes of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kingmaker.alliance.behaviours import check_behaviour
from kingmaker.alliance.behaviours.field import part_of
from kingmaker.analyse.tables import NEUTRAL
from kingmaker.contest.schema import Contest
from kingmaker.election import LeadershipElection
from kingmaker.record_tables import ratio

MAX_ENDORSERS = 3
"""Endorsers whose choices are played through; the largest; assumed."""

LEAST_SHARE = 0.02
"""Part of the candidate votes from which an eliminated leader is an endorser; assumed."""

HISTORICAL = "historical"


def endorsers(evening: LeadershipElection) -> tuple[str, ...]:
    """Name the endorsers on the evening of round one, the largest first.

    Parameters
    ----------
    evening
        An election whose first ballot is cast.

    Returns
    -------
    At most `MAX_ENDORSERS` eliminated leaders with `LEAST_SHARE` of the candidate votes or more
    (ties: the earlier in the file); lines that stand for several candidates are nobody.
    """
    ballot, ids = evening.first_ballot, evening.setting.candidate_ids
    assert ballot is not None
    together = {c.id for c in evening.contest.candidates if c.aggregate}
    votes, total = ballot.votes.tolist(), max(1, int(ballot.votes.sum()))
    out = [c for c in range(len(ids)) if c not in (evening.leader, evening.runner_up)]
    out = [c for c in out if votes[c] >= LEAST_SHARE * total and ids[c] not in together]
    out.sort(key=lambda c: -votes[c])
    return tuple(ids[c] for c in out[:MAX_ENDORSERS])


def options_of(evening: LeadershipElection) -> tuple[str, ...]:
    """Name what an endorser can choose: leader, runner-up, neutral."""
    ids = evening.setting.candidate_ids
    return ids[evening.leader], ids[evening.runner_up], NEUTRAL


def profile_text(choices: Mapping[str, str]) -> str:
    """Write what endorsers choose as a behaviour; all others do what they did."""
    return "+".join(f"{actor}={_written(option)}" for actor, option in choices.items())


def with_choice(behaviour: str, actor: str, option: str, contest: Contest) -> str:
    """Write a behaviour in which one endorser chooses otherwise.

    Parameters
    ----------
    behaviour
        What everybody else does.
    actor, option
        The endorser, and a finalist or ``neutral``.
    contest
        The contest.

    Returns
    -------
    The behaviour; with the history of all others where the first one leaves no room for a
    choice, such as ``united-losers``.
    """
    own = f"{actor}={_written(option)}"
    parts = [part for part in behaviour.split("+") if part_of(part).actor != actor]
    parts = [part for part in parts if part != HISTORICAL]
    text = "+".join([*parts, own])
    return own if check_behaviour(text, contest) else text


def pivotality_rows(evening: LeadershipElection, reference: str) -> Iterator[dict[str, Any]]:
    """Let each endorser choose otherwise, all others as under a behaviour.

    Parameters
    ----------
    evening
        The evening of round one.
    reference
        Behaviour of all others; it leaves the campaign as it was.

    Yields
    ------
    Rows of the table ``pivotality`` without replicate and weight.
    """
    for actor in endorsers(evening):
        for option in options_of(evening):
            text = with_choice(reference, actor, option, evening.contest)
            twin = _played(evening, text)
            yield (
                {"actor": actor, "option": option}
                | _outcome(twin)
                | {"margin": twin.margins.get("round2")}
            )
            twin.release()


def payoff_rows(evening: LeadershipElection) -> Iterator[dict[str, Any]]:
    """Play all profiles of the endorsers' choices.

    Parameters
    ----------
    evening
        The evening of round one.

    Yields
    ------
    Rows of the table ``payoffs`` without replicate and weight, one per profile and endorser.
    """
    actors = endorsers(evening)
    if not actors:
        return
    for chosen in itertools.product(options_of(evening), repeat=len(actors)):
        choices = dict(zip(actors, chosen, strict=True))
        text = profile_text(choices)
        twin = _played(evening, text)
        values = believed_values(twin, choices)
        for actor, option in choices.items():
            row = {"profile": text, "actor": actor, "option": option, "value": values.get(actor)}
            yield row | _outcome(twin) | {"runoff_share": share_of_leader(twin)}
        twin.release()


def believed_values(twin: LeadershipElection, choices: Mapping[str, str]) -> dict[str, float]:
    """Return what a profile is worth to each endorser, on what he believes [utility].

    Empty where the negotiation cannot tell.
    """
    table = twin.interlude.negotiation if twin.interlude is not None else None
    value_of = getattr(table, "believed_value", None)
    if value_of is None:
        return {}
    ids = twin.setting.candidate_ids
    profile = {
        ids.index(actor): option if option == NEUTRAL else ids.index(option)
        for actor, option in choices.items()
    }
    return {ids[e]: float(value) for e, value in value_of(profile).items()}


def share_of_leader(model: LeadershipElection) -> float | None:
    """Return the leader's part of the two finalists' runoff vote; None without a runoff."""
    if model.flows is None:
        return None
    votes: Sequence[int] = model.flows.sum(axis=(0, 1)).tolist()
    return ratio(votes[0], votes[0] + votes[1])


def _played(evening: LeadershipElection, behaviour: str) -> LeadershipElection:
    twin = evening.branch(behaviour)
    twin.run_model()
    return twin


def _outcome(twin: LeadershipElection) -> dict[str, Any]:
    ids = twin.setting.candidate_ids
    winner = "" if twin.winner is None else ids[twin.winner]
    return {"leader": ids[twin.leader], "runner_up": ids[twin.runner_up], "winner": winner}


def _written(option: str) -> str:
    return option if option == NEUTRAL else f"endorse:{option}"
