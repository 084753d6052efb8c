"""Choose the posterior of a forecast: the one that has not seen the contest, whatever its id."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kingmaker.cases.keys import ContestKey, key_of, same_contest, same_party
from kingmaker.contest.load import load_contest
from kingmaker.errors import CalibrationError, Problem
from kingmaker.files.posterior import Posterior, read_posterior
from kingmaker.forecasting.posterior_file import (
    ScoreGroup,
    ScorePosteriors,
    notes_of,
    read_score_posteriors,
)

BUNDLED = "bundled"
"""Name of the posteriors that come with this package."""


@dataclass(frozen=True, eq=False)
class Source:
    """Hold what parameters are drawn from.

    Attributes
    ----------
    scores
        Scores of the shared parameters, shape ``(n_draws, k)``; None where there are values.
    values
        Draws that are used as they are; None where there are scores.
    about
        What it is, for the report; see `about_scores`.
    """

    scores: NDArray[np.float64] | None
    values: Posterior | None
    about: Mapping[str, Any]

    def rows(self, replicates: int) -> NDArray[np.float64] | None:
        """Return the scores of the first replicates, shape ``(replicates, k)``.

        Draws are shuffled, the same way for everybody: a sampler leaves them in an order.
        """
        if self.scores is None:
            return None
        generator = np.random.Generator(np.random.Philox(0))
        order = generator.permutation(len(self.scores))
        return self.scores[order[np.arange(replicates) % len(order)]]


def bundled_path() -> Path:
    """Return the file of the posteriors that come with this package."""
    return Path(str(resources.files("kingmaker").joinpath("posteriors", "scores.parquet")))


def read_source(
    given: str | os.PathLike[str] | None, where: str
) -> tuple[ScorePosteriors | Posterior | None, tuple[Problem, ...]]:
    """Read a file of draws, as scores or as values.

    Parameters
    ----------
    given
        The file; None: the bundled one.
    where
        What names the file, for the messages.

    Returns
    -------
    What the file holds and no problems, or None and all problems.
    """
    path = bundled_path() if given is None else Path(given)
    try:
        is_scores = given is None or notes_of(path.read_bytes()) is not None
    except (OSError, ValueError, pa.ArrowException):
        is_scores = False
    if not is_scores:
        return read_posterior(path, where)
    held, problems = read_score_posteriors(path, where)
    if given is None and held is not None:
        # The bundled contests are at hand: their files say more than the keys in this one.
        keys = {name: key_of(load_contest(name)) for name in held.contests}
        held = replace(held, contests=keys)
    return held, problems


def source_for(held: ScorePosteriors | Posterior, key: ContestKey, name: str) -> Source:
    """Choose draws for a contest.

    Parameters
    ----------
    held
        What the file holds.
    key
        Country, party, days and first-round shares of the contest.
    name
        Name of the file, for the report.

    Returns
    -------
    Of scores: the posterior that leaves out every contest that may be the same one, and as few
    others as there can be, for the contest's party if it has learned from others of it. Values are
    taken as they are: nobody knows what they were learned from.

    Raises
    ------
    CalibrationError
        If the contest was learned from, and no posterior leaves it out.
    """
    if isinstance(held, Posterior):
        about = {"file": name, "kind": "values", "sha256": held.sha256, "draws": len(held.values)}
        nothing = {"contests": None, "left_out": None, "party": None, "party_contests": None}
        return Source(None, held, about | nothing)
    same = sorted(name for name, other in held.contests.items() if same_contest(key, other))
    group = _group_without(held, same, name)
    party = _party_in(held, group, key, same)
    left = [other for other in held.contests if other not in group.left_out]
    mates = [other for other in left if party and held.contests[other].label == party]
    scores = group.scores[party]
    about = {
        "file": name,
        "kind": "scores" if held.contests else "prior",
        "sha256": held.sha256,
        "draws": len(scores),
        "contests": len(left),
        "left_out": list(group.left_out),
        "same": same,
        "party": party or None,
        "party_contests": len(mates),
    }
    return Source(scores, None, about)


def _group_without(held: ScorePosteriors, same: list[str], name: str) -> ScoreGroup:
    """Find the posterior that leaves out some contests and as few others as there can be."""
    fitting = [group for group in held.groups.values() if set(same) <= set(group.left_out)]
    if not fitting:
        raise CalibrationError(
            name,
            f"learned from {', '.join(same)}, and holds no posterior without it",
            "calibrate without it, or take the bundled posteriors",
        )
    return min(fitting, key=lambda group: (len(group.left_out), group.name))


def _party_in(held: ScorePosteriors, group: ScoreGroup, key: ContestKey, same: list[str]) -> str:
    """Find the party that draws are taken of; empty for an unknown one."""
    mine = [other for other in held.contests.values() if same_party(key, other)]
    mine += [held.contests[name] for name in same]
    for other in mine:
        if other.label in group.scores:
            return other.label
    return "" if "" in group.scores else min(group.scores)
