"""Sum up a forecast: mean, spread, quantiles, chance to win, turnout, and what they rest on."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from kingmaker.calibrate.draws import LEAST_MEMBERS, MEMBERS, scale_for
from kingmaker.cases.collection import Case
from kingmaker.contest.facts import entitled
from kingmaker.forecasting.conditioning import Samples
from kingmaker.forecasting.ensemble import Ensemble
from kingmaker.forecasting.information import information_used
from kingmaker.forecasting.options import ForecastPlan

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Levels of the quantiles."""

_DIGITS = 6
_WINDOW = 0.9


@dataclass(frozen=True, repr=False, eq=False)
class ForecastResult:
    """Hold a forecast.

    Attributes
    ----------
    shares
        Equally likely shares of the first-round leader in the two finalists' vote, shape ``(n,)``
        [fraction].
    turnouts
        Runoff turnout in the same futures, shape ``(n,)`` [fraction].
    turnout_ratios
        Runoff ballots / first-round ballots in the same futures, shape ``(n,)``.
    summary
        What ``kingmaker forecast --json`` prints.
    """

    shares: NDArray[np.float64]
    turnouts: NDArray[np.float64]
    turnout_ratios: NDArray[np.float64]
    summary: Mapping[str, Any]

    def headline(self) -> list[str]:
        """Say in a few lines what is forecast, and from what."""
        s = self.summary
        leader, low, high = (
            s["candidates"][s["leader"]],
            s["quantiles"]["0.05"],
            s["quantiles"]["0.95"],
        )
        share = f"{100 * s['mean']:.1f} % (90 %: {100 * low:.1f} to {100 * high:.1f})"
        return [
            f"{s['name']} ({s['contest']}), known as of {s['as_of']}",
            f"{leader} {share}, wins with probability {s['win_prob']:.2f}",
            s["posterior"]["sentence"],
        ]

    def __repr__(self) -> str:
        """Write the headline."""
        head, *rest = self.headline()
        return "\n".join([f"<ForecastResult {head}", *(f"  {line}" for line in rest)]) + ">"

    def _repr_html_(self) -> str:
        head, *rest = (html.escape(line) for line in self.headline())
        items = "".join(f"<li>{line}</li>" for line in rest)
        return f"<p><strong>{head}</strong></p><ul>{items}</ul>"


def result_of(plan: ForecastPlan, ensemble: Ensemble, samples: Samples) -> ForecastResult:
    """Sum up a forecast.

    Parameters
    ----------
    plan
        What was asked.
    ensemble
        The runs.
    samples
        What conditioning on observations made of them.

    Returns
    -------
    The forecast. The leader wins with probability ``(k + 1/2) / (n + 1)`` if he does in k of n
    futures, ties counting half; its interval holds what other runs would give in 90 % of cases
    (Jeffreys).
    """
    case = plan.case
    names = {candidate.id: candidate.name for candidate in case.contest.candidates}
    most = ensemble.entitled[samples.rows]
    shares, ratios = samples.shares, np.minimum(samples.turnout_ratios, most)
    turnouts = ratios / most
    n = shares.size
    won = float((shares > 0.5).sum() + 0.5 * (shares == 0.5).sum())
    tails = (0.5 - 0.5 * _WINDOW, 0.5 + 0.5 * _WINDOW)
    interval = [float(betaincinv(won + 0.5, n - won + 0.5, p)) for p in tails]
    posterior = {**plan.source.about, "sentence": posterior_sentence(plan.source.about)}
    turnout = {
        **_spread(turnouts),
        "ratio": _spread(ratios),
        "entitled_known": entitled(case.contest, 2) is not None,
    }
    summary: dict[str, Any] = {
        "contest": case.id,
        "name": case.contest.name,
        "as_of": plan.as_of.isoformat(),
        "leader": case.finalists[0],
        "runner_up": case.finalists[1],
        **_spread(shares),
        "win_prob": round((won + 0.5) / (n + 1.0), _DIGITS),
        "win_prob_interval": [round(p, _DIGITS) for p in interval],
        "turnout": turnout,
        "posterior": posterior,
        "information_used": information_used(case, ensemble, samples),
        "replicates": plan.replicates,
        "impossible_draws": ensemble.impossible,
        "seed": plan.seed,
        "candidates": {name: names[name] for name in case.votes},
        "notes": notes_on(case),
    }
    return ForecastResult(shares, turnouts, ratios, summary)


def posterior_sentence(about: Mapping[str, Any]) -> str:
    """Say in a sentence or two which posterior was taken, and why."""
    if about["kind"] == "values":
        return (
            f"Parameters come from {about['file']} as they are; whether they were learned from "
            "this contest is not known here."
        )
    if about["kind"] == "prior":
        return "Parameters come from their wide priors: no contest was learned from."
    left_out, same = about["left_out"], about["same"]
    if not same:
        text = f"The posterior of {about['contests']} contests, none of which is this one."
    else:
        text = (
            f"The posterior of {about['contests']} contests without {_listed(left_out)}: by days, "
            f"names or first-round shares this contest may be {_listed(same)}."
        )
    if mates := about["party_contests"]:
        text += f" {'One of them is' if mates == 1 else f'{mates} of them are'} of this party."
    return text


def notes_on(case: Case) -> list[str]:
    """Warn of what contests that were learned from do not have, and of what is hardly simulated."""
    contest, notes = case.contest, []
    if not contest.rules.same_electorate:
        notes.append("The runoff is open to others than round one; the model has one electorate.")
    if contest.kind == "general":
        notes.append("A general election: parameters were learned inside parties.")
    second = contest.roll.round2 or 0
    simulated = round(second * scale_for(contest, MEMBERS))
    if simulated < min(second, LEAST_MEMBERS):
        notes.append(
            f"Of {second} entitled to the runoff about {simulated} are simulated, beside the "
            "first roll: their chance widens the forecast."
        )
    if contest.irregular is not None:
        notes.append("Not an ordinary contest: the file calls it irregular.")
    return notes


def _spread(values: NDArray[np.float64]) -> dict[str, Any]:
    """Compute mean, standard deviation and quantiles."""
    quantiles = np.quantile(values, LEVELS)
    return {
        "mean": round(float(values.mean()), _DIGITS),
        "sd": round(float(values.std(ddof=1)), _DIGITS),
        "quantiles": {
            f"{p:g}": round(float(q), _DIGITS) for p, q in zip(LEVELS, quantiles, strict=True)
        },
    }


def _listed(names: list[str]) -> str:
    """Write a list with its last two joined by ``and``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
