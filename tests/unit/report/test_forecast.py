"""The report of a forecast says what moved it, in lines that fit."""

import io

import pytest
from rich.console import Console

from kingmaker.report.forecast import information_lines, print_forecast

SPREAD = {
    "mean": 0.55,
    "sd": 0.05,
    "quantiles": dict(
        zip(
            ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95"),
            (0.45, 0.48, 0.51, 0.55, 0.59, 0.62, 0.65),
            strict=True,
        )
    ),
}
KNOWN = {
    "calls": [
        {"by": "cy", "to": "ben", "day": "drawn"},
        {"by": "dee", "to": "neutral", "day": "2030-05-14"},
        {"by": "eve", "to": "free-vote", "day": "2030-05-15"},
    ],
    "drawn_calls": {"fay": {"ada": 0.25, "ben": 0.125, "neutral": 0.625}},
    "other_calls": {"ada": 2},
    "polls": [f"P{n}, 2030-05-1{n}: {who} against ben" for n in range(6) for who in ("ada", "cy")],
    "polls_known": 9,
    "sectors": ["coast"],
    "acts": 1,
    "offers": 0,
    "pledges": 2,
    "drawn": ["positions of ada, ben", "machine of ada, ben", "the rival party"],
}
SUMMARY = SPREAD | {
    "contest": "made-2030",
    "name": "A contest",
    "as_of": "2030-05-18",
    "leader": "ada",
    "runner_up": "ben",
    "win_prob": 0.84,
    "win_prob_interval": [0.7, 0.9],
    "turnout": SPREAD | {"ratio": SPREAD, "entitled_known": True},
    "posterior": {"sentence": "The posterior of 37 contests."},
    "information_used": KNOWN,
    "replicates": 80,
    "impossible_draws": 2,
    "candidates": {name: name.title() for name in ("ada", "ben", "cy", "dee", "eve", "fay")},
    "notes": ["A note."],
}


def test_information_is_told_a_line_each():
    assert list(information_lines(SUMMARY)) == [
        "Known: Cy called for Ben (on a day drawn within its interval).",
        "Known: Dee called for nobody (2030-05-14).",
        "Known: Eve left the vote free (2030-05-15).",
        "Drawn: the choice of Fay: neutral 62 %, Ada 25 %, Ben 12 %.",
        "Known: calls of others between the rounds: 2 for Ada.",
        f"Moved by 6 polls: {'; '.join(f'P{n}, 2030-05-1{n}' for n in range(4))}; and 2 more.",
        "Known: results of round one in 1 sector, 1 act, 2 pledges.",
        "Drawn, as the file does not hold it: positions, machine of ada, ben; the rival party.",
        "2 draws contradicted round one: left out.",
    ]


@pytest.mark.parametrize("is_known", [True, False])
def test_the_report_fits(is_known):
    summary = SUMMARY | {"turnout": SUMMARY["turnout"] | {"entitled_known": is_known}}
    printed = io.StringIO()
    print_forecast(summary, Console(file=printed, width=80))
    lines = printed.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    (ben,) = (line.split() for line in lines if line.startswith("Ben "))
    assert ben[1:] == ["45.0", "5.0", "35.0", "38.0", "41.0", "45.0", "49.0", "52.0", "55.0"]
    assert any(line.startswith("Turnout, % of roll") for line in lines) is is_known
    assert "A note." in lines
