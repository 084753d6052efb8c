"""Forecast runoffs without a model: simple rules, each with a spread fitted on other contests."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kingmaker.cases.collection import Case, Example
from kingmaker.numerics import normal_quantile
from kingmaker.validate.folds import Training
from kingmaker.validate.forecast import (
    Distribution,
    Forecast,
    Forecaster,
    Method,
    NormalDistribution,
    forecast_of_normal,
)

MIN_SD = 0.005
"""Smallest spread of a baseline's share; see decision 0029 [fraction]."""

MIN_LOG_RATIO_SD = 0.02
"""Smallest spread of the turnout ratio; see decision 0029 [log ratio]."""

MIN_OF_KIND = 5
"""Contests of its kind that make a contest's turnout be forecast from these alone [contests]."""

MIN_TRAINING = 3
"""Contests that a baseline must have seen in order to forecast; see decision 0029 [contests]."""

LEADER_PROB = 0.7
"""Probability that the first-round leader wins, in the baseline of this name."""

Rule = Callable[[Case], float | None]


@dataclass(frozen=True)
class RuleForecaster:
    """Forecast the share by a rule and a spread, and the turnout by that of other contests."""

    rule: Rule
    sd: float
    training: tuple[Example, ...]

    def forecast(self, case: Case) -> Forecast | None:
        """Forecast a case; None where the rule says nothing about it."""
        mean = self.rule(case)
        if mean is None:
            return None
        return forecast_of_normal(mean, self.sd, turnout_of_others(case, self.training))


@dataclass(frozen=True)
class NoForecaster:
    """Say nothing, having seen too little."""

    def forecast(self, case: Case) -> Forecast | None:  # noqa: ARG002
        """Return None."""
        return None


@dataclass(frozen=True)
class FixedRule:
    """Forecast by a rule without parameters; its spread is fitted.

    Attributes
    ----------
    name
        Name in tables.
    rule
        Case to the leader's share of the two finalists' runoff votes [fraction]; None where the
        rule says nothing.
    """

    name: str
    rule: Rule

    def fitted(self, training: Training) -> Forecaster:
        """Fit the spread: the root mean square of the rule's errors."""
        errors = errors_of(self.rule, training.examples)
        if len(errors) < MIN_TRAINING:
            return NoForecaster()
        return RuleForecaster(self.rule, spread(errors, 0), training.examples)


@dataclass(frozen=True)
class FittedFollowRate:
    """Forecast by a follow rate and a mixing weight, both fitted by least squares.

    The endorsed finalist gets the part `rate` of his endorsers' votes, the other the rest; all
    other eliminated votes split by ``weight * (leader's part of the finalists' votes) + (1 -
    weight) / 2``.
    """

    name: str = "fitted follow rate"

    def fitted(self, training: Training) -> Forecaster:
        """Fit rate and weight, and the spread of the errors less two degrees of freedom."""
        examples = training.examples
        if len(examples) < MIN_TRAINING:
            return NoForecaster()
        rate, weight = fit_follow_rate(examples)
        rule = partial(mixed_share, rate=rate, weight=weight)
        return RuleForecaster(rule, spread(errors_of(rule, examples), 2), examples)


@dataclass(frozen=True)
class LeaderWins:
    """Forecast that the first-round leader wins with a fixed probability, whatever the votes.

    His share is normal with that probability above one half; its spread is fitted by maximum
    likelihood.
    """

    name: str = "leader wins at 0.7"

    def fitted(self, training: Training) -> Forecaster:
        """Fit the spread s of ``normal(1/2 + z s, s)``, z being the quantile of `LEADER_PROB`.

        With d the leads of the leaders in n contests, s is the positive root of
        ``n s^2 + z s sum(d) - sum(d^2) = 0``.
        """
        if len(training.examples) < MIN_TRAINING:
            return NoForecaster()
        z = float(normal_quantile(LEADER_PROB))
        leads = [example.outcome.share - 0.5 for example in training.examples]
        n, total = len(leads), z * math.fsum(leads)
        squares = math.fsum(lead * lead for lead in leads)
        sd = max((math.sqrt(total * total + 4.0 * n * squares) - total) / (2.0 * n), MIN_SD)
        return RuleForecaster(partial(_constant, share=0.5 + z * sd), sd, training.examples)


def baselines() -> tuple[Method, ...]:
    """List all baselines, in the order of the tables."""
    return (
        FixedRule("50:50 split", even_split),
        FixedRule("proportional", proportional),
        FixedRule("60 % follow", partial(mixed_share, rate=0.6, weight=0.0)),
        FixedRule("100 % follow", partial(mixed_share, rate=1.0, weight=0.0)),
        FittedFollowRate(),
        LeaderWins(),
        FixedRule("last poll", polled),
    )


def even_split(case: Case) -> float:
    """Split the eliminated candidates' votes evenly."""
    return 0.5 + 0.5 * (case.share_of(case.finalists[0]) - case.share_of(case.finalists[1]))


def proportional(case: Case) -> float:
    """Split the eliminated candidates' votes as the finalists' own are split."""
    return case.share_of(case.finalists[0]) / case.share_of(*case.finalists)


def polled(case: Case) -> float | None:
    """Take the leader's part of the two finalists in the last polls of the runoff."""
    return case.last_poll


def mixed_share(case: Case, rate: float, weight: float) -> float:
    """Let endorsed votes follow at a rate, and split the others between even and proportional.

    Parameters
    ----------
    case
        The case.
    rate
        Part of the votes of those who called for a finalist that goes to him; the rest goes to
        the other one [fraction].
    weight
        Of the proportional split of all other eliminated votes; 0: an even split [fraction].

    Returns
    -------
    The leader's share [fraction].
    """
    leader, other = case.finalists
    with_leader, against = case.called_for(leader), case.called_for(other)
    part = 0.5 + weight * (proportional(case) - 0.5)
    followed = rate * with_leader + (1.0 - rate) * against
    return case.share_of(leader) + followed + part * case.uncalled


def fit_follow_rate(training: Sequence[Example]) -> tuple[float, float]:
    """Fit the follow rate and the mixing weight by least squares.

    Returns
    -------
    Rate and weight, not bounded [fraction]; one half and 0 for what the examples say nothing on.

    Notes
    -----
    `mixed_share` is linear in both: with a the votes of those who called for the leader less those
    of who called for the other, and b the uncalled votes times the leader's part of the finalists'
    votes above one half, the share is ``mixed_share(0, 0) + rate a + weight b``.
    """
    rows = []
    for example in training:
        case = example.case
        leader, other = case.finalists
        a = case.called_for(leader) - case.called_for(other)
        b = case.uncalled * (proportional(case) - 0.5)
        rows.append((a, b, example.outcome.share - mixed_share(case, 0.0, 0.0)))
    aa, ab, bb = (math.fsum(r[i] * r[j] for r in rows) for i, j in ((0, 0), (0, 1), (1, 1)))
    at, bt = (math.fsum(r[i] * r[2] for r in rows) for i in (0, 1))
    determinant = aa * bb - ab * ab
    if determinant > 1e-9 * aa * bb:
        return (at * bb - bt * ab) / determinant, (bt * aa - at * ab) / determinant
    if aa > 0.0:
        return at / aa, 0.0
    return 0.5, (bt - 0.5 * ab) / bb if bb > 0.0 else 0.0


def errors_of(rule: Rule, training: Sequence[Example]) -> list[float]:
    """List the errors of a rule on the examples that it says something about [fraction]."""
    pairs = [(example.outcome.share, rule(example.case)) for example in training]
    return [share - mean for share, mean in pairs if mean is not None]


def spread(errors: Sequence[float], n_parameters: int) -> float:
    """Estimate a spread from errors around 0, less the parameters fitted to them [fraction]."""
    freedom = max(len(errors) - n_parameters, 1)
    return max(math.sqrt(math.fsum(e * e for e in errors) / freedom), MIN_SD)


def turnout_of_others(case: Case, training: Sequence[Example]) -> Distribution | None:
    """Forecast the log turnout ratio from other contests, of one kind where there are enough.

    Returns
    -------
    Normal, with the mean and the predictive spread ``sd sqrt(1 + 1/n)`` of the
    others; None where fewer than `MIN_TRAINING` are known.
    """
    known = [(e.case.groups["kind"], e.log_turnout_ratio) for e in training]
    of_all = [ratio for _, ratio in known if ratio is not None]
    of_kind = [r for kind, r in known if r is not None and kind == case.groups["kind"]]
    ratios = of_kind if len(of_kind) >= MIN_OF_KIND else of_all
    n = len(ratios)
    if n < MIN_TRAINING:
        return None
    mean = math.fsum(ratios) / n
    variance = math.fsum((ratio - mean) ** 2 for ratio in ratios) / (n - 1)
    return NormalDistribution(mean, max(math.sqrt(variance * (1.0 + 1.0 / n)), MIN_LOG_RATIO_SD))


def _constant(case: Case, share: float) -> float:  # noqa: ARG001
    return share
