"""Say what a forecast knew of its contest, and what it had to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kingmaker.cases.collection import Case
from kingmaker.contest.facts import endorsement_phase, entitled, last_call, turnout_observed
from kingmaker.contest.schema import NOT_A_FINALIST, Endorsement
from kingmaker.forecasting.conditioning import Samples
from kingmaker.forecasting.ensemble import Ensemble, Run

NEUTRAL = "neutral"
_UNDATED = "drawn"


def information_used(case: Case, ensemble: Ensemble, samples: Samples) -> dict[str, Any]:
    """Describe what moved a forecast.

    Parameters
    ----------
    case
        The contest as it was known.
    ensemble
        Its runs.
    samples
        What conditioning on observations made of them.

    Returns
    -------
    ``first_round`` (votes by candidate), ``turnout_round1`` and ``entitled`` where the file has
    them; ``calls`` of eliminated candidates with their days; ``drawn_calls``, what the others did
    in the runs [fraction of the runs]; ``other_calls``, how many others called for each finalist
    between the rounds; ``polls`` that the runs were moved by, and the number of ``polls_known``;
    ``sectors`` with a result of round one; numbers of ``acts``, ``offers`` and ``pledges``; and
    ``drawn``, other facts that the file does not hold.
    """
    contest = case.contest
    others = Counter(
        call.to
        for call in contest.endorsements
        if call.by not in case.votes
        and call.to in case.finalists
        and endorsement_phase(contest, call) != "before"
    )
    return {
        "first_round": dict(case.votes),
        "turnout_round1": turnout_observed(contest, 1),
        "entitled": entitled(contest, 2),
        "calls": [_call(call) for call in _known_calls(case)],
        "drawn_calls": _drawn_calls(ensemble.runs),
        "other_calls": {name: others[name] for name in case.finalists if others[name]},
        "polls": list(samples.used),
        "polls_known": len(contest.polls),
        "sectors": [sector.id for sector in contest.sectors if sector.round1 is not None],
        "acts": len(contest.events),
        "offers": len(contest.offers),
        "pledges": len(contest.pledges),
        "drawn": list(dict.fromkeys(fact for run in ensemble.runs for fact in run.drawn)),
    }


def _known_calls(case: Case) -> list[Endorsement]:
    """List what eliminated candidates are known to have chosen at last, as in the file."""
    eliminated = [name for name in case.votes if name not in case.finalists]
    last = [last_call(case.contest, name) for name in eliminated]
    known = (*case.finalists, *(word for word in NOT_A_FINALIST if word != "unknown"))
    return [call for call in case.contest.endorsements if call in last and call.to in known]


def _call(call: Endorsement) -> dict[str, str]:
    """Describe a call; the day of one without a day is drawn within its interval."""
    day = _UNDATED if call.date is None else call.date.isoformat()
    return {"by": call.by, "to": call.to, "day": day}


def _drawn_calls(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    """Count the choices that the runs drew: leader to choice to part of the runs."""
    counts: dict[str, Counter[str]] = {}
    for run in runs:
        for leader, target in run.choices.items():
            counts.setdefault(leader, Counter())[target or NEUTRAL] += 1
    return {
        leader: {choice: round(n / len(runs), 4) for choice, n in sorted(found.items())}
        for leader, found in sorted(counts.items())
    }
