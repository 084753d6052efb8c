"""Do the pages on the home contests say what the forecasts say?"""

import numpy as np

from kingmaker.contest.facts import runoff_share_observed
from kingmaker.contest.load import load_contest
from kingmaker.forecasting.result import ForecastResult
from kingmaker.report import home_pages
from kingmaker.report.drawing import write_figure

CONTEST = load_contest("il-labor-2011")
OBSERVED = runoff_share_observed(CONTEST)


def fake_forecast(known, *, posterior, replicates, workers):
    """Forecast closer to the observed share, the more is known."""
    pieces = [posterior is None, bool(known.endorsements), bool(known.polls)]
    pieces.append(any(sector.round1 for sector in known.sectors))
    shares = 0.50 + 0.01 * sum(pieces) + np.linspace(-0.06, 0.06, replicates) / (1 + sum(pieces))
    levels = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    summary = {
        "mean": float(shares.mean()), "sd": float(shares.std()), "win_prob": 0.75,
        "as_of": "2011-09-20", "leader": "yachimovich",
        "candidates": {c.id: c.name for c in known.candidates},
        "quantiles": {f"{p:g}": float(np.quantile(shares, p)) for p in levels},
        "posterior": {"sentence": "The posterior of 37 contests."},
        "information_used": {"calls": [{"by": "mitzna", "to": "peretz"}], "polls": ["a poll"],
                             "sectors": ["arab"], "acts": 3, "offers": 2, "pledges": 1,
                             "drawn": []},
    }  # fmt: skip
    return ForecastResult(shares, shares, shares, summary)


def test_every_step_knows_one_thing_more_and_the_page_says_what_it_did(monkeypatch, tmp_path):
    monkeypatch.setattr(home_pages, "forecast", fake_forecast)
    told = []
    steps = home_pages.steps_of(CONTEST, replicates=101, workers=1, report=told.append)
    means = [round(step.summary["mean"], 6) for step in steps]
    assert means == [0.50, 0.51, 0.52, 0.53, 0.54]
    assert [step.place for step in steps] == [
        float((step.result.shares < OBSERVED).mean()) for step in steps
    ]
    assert len(told) == 5
    text = home_pages.page_of(CONTEST, steps, 101)
    assert "got **54.3 %** of the finalists' vote" in text
    assert "- polls before the runoff: mean +1.0 points, spread 20 % narrower" in text
    assert "- calls: Amram Mitzna: Amir Peretz" in text
    drawn = {"steps": steps, "observed": 0.543, "leader": "Shelly Yachimovich"}
    for name in ("one.png", "two.png"):
        write_figure(home_pages.figure_of, drawn, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
