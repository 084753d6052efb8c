"""Measure what every mechanism does: with it and without it, the same chance for both.

``python -m kingmaker.experiment.effects`` writes the effects that ``kingmaker mechanisms`` shows:
on each mechanism's own outcome in a made-up contest, and on the runoff of the two home contests.
All parameters are at their prior medians, unless a demonstration sets them. What is finished is
kept beside the output, so that an interrupted measurement goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.special import stdtrit

from kingmaker.contest.facts import prior_kind
from kingmaker.contest.load import load_contest
from kingmaker.contest.schema import Contest
from kingmaker.experiment.ablation import Baseline, run_baseline, run_without
from kingmaker.experiment.demonstrations.register import (
    DEMONSTRATIONS,
    Demonstration,
    demonstration_contest,
)
from kingmaker.experiment.effects_file import (
    AFTER_THE_RUNOFF,
    HOME_CONTESTS,
    PATH,
    Effect,
    Measured,
    MechanismEffects,
    as_json,
    from_json,
    write_effects,
)
from kingmaker.experiment.environment import guarded_children
from kingmaker.files.provenance import source_hash
from kingmaker.mechanisms import parse_without
from kingmaker.parameters import prior_medians
from kingmaker.records import TOTAL, ReplicateRecord, Request

LEVEL = 0.9
"""Probability of the intervals."""

_CHUNK = 10


def paired_effect(differences: Sequence[float], left_out: int = 0) -> Effect:
    """Average paired differences.

    Parameters
    ----------
    differences
        Outcome with the mechanism less outcome without it, one per replicate.
    left_out
        Pairs that could not be compared.

    Returns
    -------
    Mean and 90 % interval by Student's t; an interval without width where nothing varies.
    """
    values = np.asarray(differences, dtype=np.float64)
    n = values.size
    if n == 0:
        return Effect(0.0, 0.0, 0.0, 0, 0, left_out)
    mean = float(values.mean())
    half = 0.0
    if n > 1:
        error = float(values.std(ddof=1)) / float(np.sqrt(n))
        half = float(stdtrit(n - 1, 0.5 + LEVEL / 2.0)) * error
    return Effect(mean, mean - half, mean + half, n, int((values != 0.0).sum()), left_out)


def at_medians(contest: Contest, settings: Mapping[str, float]) -> dict[str, float]:
    """Return every parameter at its prior median, but for those that are set."""
    return prior_medians(prior_kind(contest)) | dict(settings)


def demonstration_request(row: Demonstration, seed: int, replicate: int) -> Request:
    """Ask for one replicate of a demonstration with everything on."""
    contest = demonstration_contest(row.contest)
    return Request(
        contest,
        seed,
        replicate,
        behaviour=row.behaviour,
        settings=at_medians(contest, row.settings),
        first_round=row.first_round,
    )


def own_effect(row: Demonstration, replicates: int, seed: int) -> Effect:
    """Measure a mechanism on its own outcome.

    Parameters
    ----------
    row
        How its effect is shown.
    replicates
        Pairs of replicates.
    seed
        Seed of all.

    Returns
    -------
    Outcome with the mechanism less outcome without it.
    """
    differences = []
    for number in range(replicates):
        base = run_baseline(demonstration_request(row, seed, number))
        without = run_without(base, (row.mechanism,))
        differences.append(row.outcome(base.record) - row.outcome(without))
    return paired_effect(differences)


def leader_share(record: ReplicateRecord, leader: str, runner_up: str) -> float | None:
    """Return a finalist's part of the runoff vote; None where another pair met, or nobody."""
    shares = record.tables["shares"]
    cells = zip(
        shares["round"], shares["sector"], shares["candidate"], shares["share"], strict=True
    )
    runoff = {name: share for number, s, name, share in cells if number == 2 and s == TOTAL}
    return runoff[leader] if runoff.keys() == {leader, runner_up} else None


def runoff_effect(bases: Sequence[Baseline], mechanism: str) -> Effect:
    """Measure a mechanism on the runoff share of the first-round leader.

    Parameters
    ----------
    bases
        Replicates with everything on.
    mechanism
        Id of the mechanism or part.

    Returns
    -------
    The leader's share with the mechanism less his share without it, over the replicates in which
    the same two meet in the runoff either way [fraction].
    """
    return paired_effect(*runoff_differences(bases, mechanism))


def runoff_differences(bases: Sequence[Baseline], mechanism: str) -> tuple[list[float], int]:
    """Return the differences of `runoff_effect`, and how many pairs are left out."""
    differences, left_out = [], 0
    for base in bases:
        pair = (base.record.run["leader"], base.record.run["runner_up"])
        on = leader_share(base.record, *pair)
        off = leader_share(run_without(base, (mechanism,)), *pair)
        if on is None or off is None:
            left_out += 1
        else:
            differences.append(on - off)
    return differences, left_out


def home_baselines(contest: str, seed: int, numbers: Sequence[int]) -> list[Baseline]:
    """Run replicates of a home contest with everything on, full size, at prior medians."""
    loaded = load_contest(contest)
    settings = at_medians(loaded, {})
    bases = [run_baseline(Request(loaded, seed, n, settings=settings)) for n in numbers]
    return [replace(base, record=_shares_alone(base.record)) for base in bases]


def _shares_alone(record: ReplicateRecord) -> ReplicateRecord:
    """Keep what the comparison needs: baselines travel between processes."""
    return ReplicateRecord(record.run, {"shares": record.tables["shares"]})


# ------------------------------------------------------------------------------ all of them


def measure_effects(
    only: Sequence[str],
    replicates: int,
    own_replicates: int,
    seed: int,
    workers: int,
    part: Path | None = None,
) -> Measured:
    """Measure mechanisms on their own outcomes and on both home contests.

    Parameters
    ----------
    only
        Mechanisms and parts; empty: all.
    replicates, own_replicates
        Pairs per home contest and per made-up contest.
    seed
        Seed of all.
    workers
        Processes.
    part
        File of what is finished; read first, and added to after every mechanism.

    Returns
    -------
    The effects, in the order of the register.
    """
    wanted = [name for name in DEMONSTRATIONS if not only or name in only]
    empty = Measured(seed, replicates, own_replicates, source_hash(), MappingProxyType({}))
    done = _finished(part, empty)
    missing = [name for name in wanted if name not in done]
    if missing:
        with guarded_children():
            pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
            try:
                for name, effects in _measure(pool, missing, empty):
                    done[name] = effects
                    _keep(part, name, effects)
            finally:
                pool.shutdown(cancel_futures=True)
    return replace(empty, mechanisms={name: done[name] for name in wanted})


def _measure(
    pool: Executor, names: Sequence[str], asked: Measured
) -> Iterator[tuple[str, MechanismEffects]]:
    """Yield the effects of mechanisms one after the other; all wait in one queue."""
    numbers = range(asked.replicates)
    chunks = [numbers[k : k + _CHUNK] for k in range(0, len(numbers), _CHUNK)]
    starts = {
        contest: [pool.submit(home_baselines, contest, asked.seed, chunk) for chunk in chunks]
        for contest in HOME_CONTESTS
    }
    bases = {contest: [start.result() for start in starts[contest]] for contest in HOME_CONTESTS}
    waiting = []
    for name in names:
        own = pool.submit(own_effect_of, name, asked.own_replicates, asked.seed)
        touched = () if name.split(".")[0] in AFTER_THE_RUNOFF else HOME_CONTESTS
        parts = {
            contest: [pool.submit(runoff_differences, chunk, name) for chunk in bases[contest]]
            for contest in touched
        }
        waiting.append((name, own, parts))
    for name, own, parts in waiting:
        runoff = {contest: _together(found) for contest, found in parts.items()}
        yield name, MechanismEffects(own.result(), runoff)


def own_effect_of(name: str, replicates: int, seed: int) -> Effect:
    """Measure a mechanism by its id on its own outcome; what is measured does not pickle."""
    return own_effect(DEMONSTRATIONS[name], replicates, seed)


def _together(parts: Sequence[Future[tuple[list[float], int]]]) -> Effect:
    results = [part.result() for part in parts]
    differences = [value for values, _ in results for value in values]
    return paired_effect(differences, sum(left_out for _, left_out in results))


def _finished(part: Path | None, asked: Measured) -> dict[str, MechanismEffects]:
    """Read what an earlier call with the same source and settings finished; start anew else."""
    if part is None:
        return {}
    header = json.dumps(asked.header)
    lines = part.read_text(encoding="utf-8").splitlines() if part.exists() else []
    if not lines or lines[0] != header:
        part.write_text(header + "\n", encoding="utf-8", newline="\n")
        return {}
    rows = [json.loads(line) for line in lines[1:]]
    return {row["id"]: from_json(row) for row in rows}


def _keep(part: Path | None, name: str, effects: MechanismEffects) -> None:
    if part is not None:
        with part.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"id": name, **as_json(effects)}) + "\n")


def main(words: Sequence[str] | None = None) -> None:
    """Measure what the arguments say and write it."""
    parser = argparse.ArgumentParser(
        prog="python -m kingmaker.experiment.effects", description="Measure every mechanism."
    )
    parser.add_argument("--replicates", type=int, default=200, help="pairs per home contest")
    parser.add_argument("--own-replicates", type=int, default=100, help="pairs per made-up contest")
    parser.add_argument("--seed", type=int, default=1, help="seed of all")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--only", default="", help="mechanisms, such as M07,M28.cue; default: all")
    parser.add_argument("--out", type=Path, default=PATH, help="file to be written")
    asked = parser.parse_args(words)
    part = asked.out.with_suffix(".part")
    measured = measure_effects(
        parse_without(asked.only),
        asked.replicates,
        asked.own_replicates,
        asked.seed,
        asked.workers,
        part,
    )
    write_effects(measured, asked.out)
    part.unlink()
    sys.stdout.write(f"{asked.out}: {len(measured.mechanisms)} mechanisms and parts\n")


if __name__ == "__main__":
    main()
