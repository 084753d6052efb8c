"""Compare behaviours and write the folder of a comparison: tables, manifest and figures."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from kingmaker.analyse.driver import Progress, run_comparison
from kingmaker.analyse.plan import BEFORE, DEFAULT_TOLERANCE, CompareOptions, plan_comparison
from kingmaker.analyse.result import CompareResult
from kingmaker.contest.schema import Contest
from kingmaker.report.figures import figure_writers


def compare(
    contest: str | os.PathLike[str] | Contest,
    behaviours: Sequence[str] | str,
    *,
    replicates: int = 200,
    given: str = BEFORE,
    tolerance: float = DEFAULT_TOLERANCE,
    payoff_replicates: int | None = None,
    seed: int = 1,
    set: Mapping[str, float] | None = None,  # noqa: A002
    without: Sequence[str] | str = (),
    scale: float | None = None,
    days: int | None = None,
    workers: int = 1,
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> CompareResult:
    """Compare behaviours on the same replicates, member by member.

    Parameters
    ----------
    contest
        Id of a bundled contest, path of a contest file, or a contest.
    behaviours
        Two or more, such as ``"historical,neutral,endorse:ayalon"`` or a list; the first is the
        one that the others are compared with.
    replicates
        Number of replicates; 2k and 2k + 1 share draw k of the parameters.
    given
        ``"before-runoff"``: nothing of the runoff is known; ``"observed-runoff"``: replicates are
        weighted by how near their runoff under ``historical`` is to the observed one.
    tolerance
        Sd of the observed runoff share around a replicate's, for the weights [fraction].
    payoff_replicates
        Replicates in which all profiles of the endorsers' choices are played; 0: no payoffs and
        no pivotality; None: 40 at most, 100 where the observed runoff is given (those without
        weight are left out).
    seed
        0 to 2**63 - 1.
    set
        Parameters held at a value.
    without
        Mechanisms switched off.
    scale
        Simulated members / members in (0, 1]; None: full size, at most 200 000 members outside
        the two home contests.
    days
        Days of campaign before round one; None: as the contest says, else 60 [days].
    workers
        Number of processes.
    out
        New folder for tables, manifest and figures.
    progress
        Called with the replicates done and asked for.

    Returns
    -------
    Data frames, summary and provenance.

    Raises
    ------
    ContestError, ParameterError
        If the input is wrong; nothing has run or is written.
    DataError
        If the observed runoff is given and hardly any replicate is near it.
    RunFailedError
        If a replicate fails.
    StoreError
        If `out` cannot be written.
    """
    options = CompareOptions(
        contest=contest,
        behaviours=behaviours,
        replicates=replicates,
        given=given,
        tolerance=tolerance,
        payoff_replicates=payoff_replicates,
        seed=seed,
        settings={} if set is None else set,
        without=without,
        scale=scale,
        days=days,
        workers=workers,
        out=out,
    )
    plan = plan_comparison(options)
    result = run_comparison(plan, progress)
    if plan.out is not None:
        save_with_figures(result, plan.out)
    return result


def save_with_figures(result: CompareResult, folder: str | os.PathLike[str]) -> Path:
    """Write tables, manifest and figures of a comparison to a new folder, whole or not at all.

    Parameters
    ----------
    result
        What a comparison gave.
    folder
        The folder to be made; its parent must exist.

    Returns
    -------
    The folder.

    Raises
    ------
    StoreError
        If the folder exists or cannot be written, or if a data frame was changed.
    """
    return result.save(folder, figure_writers(result.summary))
