"""Evaluation in folds, choice inside training contests, differences and their intervals."""

import math
from typing import ClassVar

import numpy as np
import pytest

from kingmaker.cases.collection import bundled_collection
from kingmaker.validate.baselines import FittedFollowRate, FixedRule, baselines, even_split
from kingmaker.validate.comparison import (
    MIN_CLUSTERS,
    N_RESAMPLES,
    best_of,
    by_group,
    by_method,
    clustered_mean,
    mean_scores,
    paired_difference,
    resampled_counts,
)
from kingmaker.validate.evaluation import SCORES, evaluate
from kingmaker.validate.folds import Training, folds_of
from kingmaker.validate.forecast import forecast_of_normal
from kingmaker.validate.nested import NestedChoice, inner_score
from tests.unit.validate.contests_to_score import example, several

BUNDLED = bundled_collection().examples


class Oracle:
    """Forecast the same share for every contest; silent on some."""

    def __init__(self, name, share, silent=()):
        self.name, self.share, self.silent = name, share, silent

    def fitted(self, training):  # noqa: ARG002
        return self

    def forecast(self, case):
        return None if case.id in self.silent else forecast_of_normal(self.share, 0.05)


def test_scores_of_one_forecast():
    one = example("one", runoff=(550, 450))
    (scored,) = evaluate((Oracle("o", 0.5),), (one,), "contest")
    assert scored.median == 0.5
    assert scored.scores["absolute_error"] == pytest.approx(0.05)
    assert scored.scores["brier"] == pytest.approx(0.25)
    assert scored.scores["winner_log_score"] == pytest.approx(math.log(2))
    assert scored.scores["width"] == pytest.approx(2 * 1.644854 * 0.05)
    assert scored.pit == pytest.approx(0.8413447)
    assert [scored.covers(level) for level in (50, 80, 90)] == [False, True, True]
    assert set(scored.scores) == set(SCORES) - {"turnout_crps", "turnout_error"}


def test_all_methods_see_the_same_folds():
    scored = by_method(evaluate(baselines(), several(8), "contest"))
    assert {tuple(s.fold for s in own) for own in scored.values()} == {
        tuple(f"c{n}" for n in range(8))
    }


def test_progress_is_told():
    seen = []
    evaluate((Oracle("o", 0.5),), several(3), "party", lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_method_is_scored_where_it_speaks():
    methods = (Oracle("whole", 0.2), Oracle("part", 0.55, silent=("c0",)))
    scored = by_method(evaluate(methods, several(4), "contest"))
    assert [len(own) for own in scored.values()] == [4, 3]
    assert best_of(scored) == "whole"  # the better one is silent once
    difference = paired_difference(scored["part"], scored["whole"], "crps")
    assert difference is not None
    assert difference.n == 3
    assert difference.mean < 0.0


def test_mean_scores_are_over_what_is_known():
    own = evaluate((FixedRule("50:50", even_split),), several(5), "contest")
    means = mean_scores(own)
    assert means["crps"] == pytest.approx(np.mean([one.scores["crps"] for one in own]))
    assert list(means) == list(SCORES)


def test_groups():
    scored = evaluate((Oracle("o", 0.5),), BUNDLED, "contest")
    assert {k: len(v) for k, v in by_group(scored, "regular").items()} == {
        "irregular": 2,
        "regular": 36,
    }
    assert sum(len(v) for v in by_group(scored, "party").values()) == 38


def test_resamples_are_addressed():
    counts = resampled_counts(7)
    assert counts.shape == (N_RESAMPLES, 7)
    assert (counts.sum(axis=1) == 7).all()
    # Each cluster is drawn once on average: sd of the mean is sqrt(6/7) / 100.
    assert counts.mean(axis=0) == pytest.approx(np.ones(7), abs=0.05)
    assert counts[:2].tolist() == [[1, 0, 2, 1, 0, 0, 3], [1, 1, 0, 1, 2, 0, 2]]
    with pytest.raises(ValueError, match="read-only"):
        counts[0, 0] = 1.0


def test_interval_of_a_clustered_mean():
    values = [0.1, -0.2, 0.3, 0.0, 0.2, 0.4]
    alone = clustered_mean(values, [("X", str(n)) for n in range(6)])
    assert alone is not None
    assert alone.mean == pytest.approx(0.8 / 6)
    assert alone.interval is not None
    # The sd of the mean of six is sqrt(0.21556 / 6 / 6) = 0.0797.
    sd = np.std(values) / math.sqrt(6)
    assert alone.interval == pytest.approx((0.1333 - 1.645 * sd, 0.1333 + 1.645 * sd), abs=0.02)
    assert alone == clustered_mean(values[::-1], [("X", str(n)) for n in range(5, -1, -1)])


def test_contests_of_a_party_are_drawn_together():
    values = [1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0, -1.0, 1.0, -1.0]
    parties = [("X", p) for p in "aaabbbcdef"]
    together = clustered_mean(values, parties)
    alone = clustered_mean(values, [("X", str(n)) for n in range(10)])
    assert together is not None
    assert alone is not None
    assert together.interval is not None
    assert alone.interval is not None
    width = together.interval[1] - together.interval[0]
    assert width > 1.2 * (alone.interval[1] - alone.interval[0])
    assert together.n_clusters == 6


def test_few_parties_have_no_interval():
    few = clustered_mean([0.1, 0.2], [("X", "a"), ("X", "b")])
    assert few is not None
    assert few.interval is None
    assert MIN_CLUSTERS == 5
    assert clustered_mean([], []) is None


def test_a_method_does_not_differ_from_itself():
    own = evaluate((FittedFollowRate(),), BUNDLED, "contest")
    difference = paired_difference(own, own, "crps")
    assert difference is not None
    assert difference.interval == (0.0, 0.0)
    assert difference.n_clusters == 21


def test_choice_is_made_inside_the_training_contests():
    """The contest held out would choose the other method."""
    training = tuple(example(f"t{n}", year=2010 + n, runoff=(600, 400)) for n in range(5))
    odd = example("odd", runoff=(400, 600))
    high, low = Oracle("high", 0.6), Oracle("low", 0.4)
    choice = NestedChoice("choice", (low, high)).fitted(Training(training))
    assert choice.choice == "high"
    assert choice.inner_scores["high"] < choice.inner_scores["low"]
    scored = evaluate((NestedChoice("choice", (low, high)),), (*training, odd), "contest")
    assert {s.contest: s.choice for s in scored}["odd"] == "high"


def test_what_is_held_out_stays_left_out_inside_a_choice():
    """Neither the choice nor the fit sees the contest held out."""

    class Asker(Oracle):
        seen: ClassVar[list[set[str]]] = []

        def fitted(self, training):
            self.seen.append({example.case.id for example in training.examples})
            return self

    fold = next(f for f in folds_of(BUNDLED, "contest") if f.name == "il-labor-2007")
    NestedChoice("choice", (Asker("asker", 0.5),)).fitted(fold.training)
    # 37 inner folds and the fit to all of them.
    assert [len(known) for known in Asker.seen] == [36] * 37 + [37]
    assert not any("il-labor-2007" in known for known in Asker.seen)


def test_methods_that_are_silent_are_not_chosen():
    training = Training(several(4))
    silent = Oracle("silent", 0.55, silent=("c2",))
    assert inner_score(silent, training, "contest") is None
    chosen = NestedChoice("choice", (silent, Oracle("far", 0.1))).fitted(training)
    assert chosen.choice == "far"
    assert "silent" not in chosen.inner_scores
    nobody = NestedChoice("choice", (silent,)).fitted(training)
    assert nobody.choice == "silent"


def test_baselines_on_the_bundled_contests():
    """The numbers that the decision record prints."""
    scored = by_method(evaluate(baselines(), BUNDLED, "contest"))
    found = {name: mean_scores(own) for name, own in scored.items()}
    assert best_of(scored) == "fitted follow rate"
    assert found["fitted follow rate"]["crps"] == pytest.approx(0.0369, abs=5e-5)
    assert found["fitted follow rate"]["absolute_error"] == pytest.approx(0.0517, abs=5e-5)
    assert found["50:50 split"]["absolute_error"] == pytest.approx(0.0573, abs=5e-5)
    assert len(scored["last poll"]) == 4
