"""Carry out ``kingmaker calibrate``: read its arguments, simulate, infer, print and write."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kingmaker.cli.arguments import progress_shown, whole_number
from kingmaker.errors import ContestError, ParameterError, Problem, StoreError

if TYPE_CHECKING:
    from kingmaker.calibrate.session import Calibration
    from kingmaker.contest.schema import Contest

TITLE = "kingmaker calibrate"
DRAWS = ".draws"
"""Suffix of the folder that draws are kept in, beside the file."""

_MOST_DRAWS = 100_000
_MOST_WORKERS = 1024
_MOST_SEED = 2**63 - 1


def calibrate(
    contests: Annotated[
        list[str], typer.Argument(metavar="CONTEST...", help="Bundled ids, or paths.")
    ],
    draws: Annotated[
        str, typer.Option(metavar="N", help="Simulated draws of each contest; at least 60.")
    ] = "400",
    members: Annotated[
        str, typer.Option(metavar="N", help="Simulated members of each contest, about.")
    ] = "10000",
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="ArviZ file (.nc). Beside it: .parquet for forecasts, .draws to go on with.",
        ),
    ] = None,
    seed: Annotated[str, typer.Option(metavar="N", help="Seed, 0 to 2^63 - 1.")] = "1",
    workers: Annotated[str, typer.Option(metavar="N", help="Processes; results are equal.")] = "1",
) -> None:
    """Learn the parameters that contests share, and say what the data cannot tell."""
    from kingmaker.experiment.environment import guard_process

    guard_process()
    asked = _checked(contests, draws, members, out, seed, workers)
    from kingmaker.report.calibration import print_calibration

    try:
        found = _calibrated(asked)
        print_calibration(found)
        if asked.out is not None:
            write_files(found, asked.out)
    except KeyboardInterrupt:
        kept = f"go on: kingmaker calibrate with --out {out} again" if out else "nothing is kept"
        typer.echo(f"kingmaker: interrupted; {kept}", err=True)
        raise typer.Exit(130) from None
    if asked.out is not None:
        typer.echo(f"Written: {asked.out} (ArviZ), {asked.out.with_suffix('.parquet')} (forecasts)")


@dataclass(frozen=True)
class _Asked:
    contests: tuple[Contest, ...]
    draws: int
    members: int
    out: Path | None
    seed: int
    workers: int


def _checked(
    contests: list[str], draws: str, members: str, out: str | None, seed: str, workers: str
) -> _Asked:
    """Check everything, all at once, before anything is simulated."""
    from kingmaker.calibrate.draws import LEAST_DRAWS
    from kingmaker.calibrate.session import case_of
    from kingmaker.contest.load import load_contest
    from kingmaker.experiment.option_values import whole

    problems: list[Problem] = []
    found: list[Contest] = []
    for name in contests:
        try:
            contest = load_contest(name)
            case_of(contest)
        except ContestError as error:
            problems += [
                Problem(
                    f"{error.source}: {p.where}" if p.where else error.source, p.wrong, p.remedy
                )
                for p in error.problems
            ]
            continue
        if any(other.id == contest.id for other in found):
            problems.append(Problem("CONTEST", f"'{name}' is given twice", "give each once"))
        found.append(contest)
    limits = (
        ("--draws", draws, LEAST_DRAWS, _MOST_DRAWS),
        ("--members", members, 100, 10_000_000),
        ("--seed", seed, 0, _MOST_SEED),
        ("--workers", workers, 1, _MOST_WORKERS),
    )
    numbers = [
        whole(whole_number(text), where, (low, high), problems) for where, text, low, high in limits
    ]
    if out is not None:
        problems += out_problems(out)
    if problems:
        raise ParameterError(TITLE, tuple(problems))
    path = None if out is None else Path(out)
    return _Asked(tuple(found), numbers[0], numbers[1], path, numbers[2], numbers[3])


def out_problems(out: str) -> list[Problem]:
    """Find out, before hours of simulation, whether the files can be written.

    Parameters
    ----------
    out
        The ArviZ file, as it was given.

    Returns
    -------
    What is in the way.
    """
    from kingmaker.calibrate.arviz_file import INSTALL, is_installed
    from kingmaker.files.folder import check_target

    path = Path(out)
    if path.suffix != ".nc":
        return [Problem("--out", f"'{out}' is no ArviZ file", "a name ending in .nc")]
    found: list[Problem | None] = []
    if not is_installed():
        found.append(Problem("--out", "needs packages that are not installed", INSTALL))
    files, draws = (path, path.with_suffix(".parquet")), path.with_suffix(DRAWS)
    remedy = f"remove {files[0]} and {files[1]}, {draws} is kept; or give a new name"
    there = [file for file in files if os.path.lexists(file)]
    found += [Problem("--out", f"'{file}' exists already", remedy) for file in there]
    if not there:
        found.append(check_target(path, "--out"))
    if draws.is_dir():
        found.append(check_target(draws / "new", "--out"))
    elif os.path.lexists(draws):
        wrong = f"'{draws}', where draws are kept, is no folder"
        found.append(Problem("--out", wrong, "remove it, or give a new name"))
    return [problem for problem in found if problem is not None]


def _calibrated(asked: _Asked) -> Calibration:
    from kingmaker.calibrate.draws import DrawSettings
    from kingmaker.calibrate.session import calibrate as learn
    from kingmaker.report.calibration import print_before
    from kingmaker.sweep.drive import running
    from kingmaker.sweep.engines.local import LocalEngine

    settings = DrawSettings(asked.draws, asked.seed, asked.members)
    with (
        running(LocalEngine(asked.workers)) as engine,
        _folder(asked.out) as folder,
        progress_shown(is_shown=True) as progress,
    ):
        return learn(asked.contests, folder, engine, settings, progress, print_before)


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    """Give the folder of the draws: beside the file, or a temporary one."""
    if out is not None:
        yield out.with_suffix(DRAWS)
        return
    with tempfile.TemporaryDirectory(prefix="kingmaker-") as folder:
        yield Path(folder)


def write_files(found: Calibration, out: Path) -> None:
    """Write both files, each whole or not at all; nothing else stays whatever happens."""
    from kingmaker.calibrate.arviz_file import write_arviz
    from kingmaker.calibrate.session import case_of
    from kingmaker.forecasting.posterior_file import ScoreGroup, write_score_posteriors

    posterior, seed = found.posterior, found.settings.seed
    parties = {model.party: posterior.scores_for(model.party, seed) for model in posterior.models}
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        write_arviz(found, aside)
        write_score_posteriors(
            out.with_suffix(".parquet"),
            [ScoreGroup("", (), {"": posterior.scores_for(None, seed), **parties})],
            {contest.id: case_of(contest).key for contest in found.contests},
            {"seed": seed, "draws": found.settings.draws, "ess": posterior.ess,
             "k_hat": posterior.k_hat},
        )  # fmt: skip
        aside.rename(out)
    except OSError as error:
        remedy = "make room, or permit writing; then repeat the command: draws are kept"
        raise StoreError(str(out), f"cannot be written: {error.strerror}", remedy) from error
    finally:
        aside.unlink(missing_ok=True)
