"""Load an experiment file, or report all its problems."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kingmaker import __version__
from kingmaker.alliance.behaviours import parse_behaviour
from kingmaker.contest import messages, reading
from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, ExperimentError, Problem
from kingmaker.files.provenance import source_hash
from kingmaker.mechanisms import parse_without
from kingmaker.records import TABLES
from kingmaker.rng import SCHEME
from kingmaker.sweep.checks import all_problems, contest_at
from kingmaker.sweep.design import Samples, held_everywhere, samples_of
from kingmaker.sweep.experiment_file import Experiment
from kingmaker.sweep.plan import Arm, SweepPlan

EXPERIMENT_FILE = reading.Wording(
    name="an experiment file",
    found="give the path of an experiment file, such as experiments/smoke.toml",
    begun="the reference of experiment files says what it needs",
)
# What stands in for keys that must be there and are wrong, while the others are checked.
_STAND_INS: dict[str, Any] = {
    "id": "stand-in",
    "question": "stand-in",
    "contests": ["stand-in"],
    "replicates": 1,
}
# The same for an entry of a list; and tables of which the other keys can be checked.
_ELEMENTS: dict[str, Any] = {
    "contests": "stand-in",
    "behaviours": "historical",
    "without": [],
    "tables": "runs",
}
_TABLES = ("settings", "design")


def load_experiment(
    path: str | os.PathLike[str], known: Callable[[str], SweepPlan | None] | None = None
) -> SweepPlan:
    """Load an experiment and make the plan of its runs.

    Parameters
    ----------
    path
        The experiment file.
    known
        Given the experiment's id, returns the plan of an earlier session, if there is one: the
        values of its points need not be computed again.

    Returns
    -------
    The plan.

    Raises
    ------
    ExperimentError
        If the file cannot be read or has problems; holds all of them.
    """
    source = os.fspath(path)
    try:
        data = reading.read_table(path, EXPERIMENT_FILE)
    except ContestError as error:
        raise ExperimentError(error.source, error.problems) from None
    text = Path(path).read_text(encoding="utf-8-sig")
    base = Path(path).parent
    experiment = parse_experiment(data, source, base)
    return make_plan(experiment, text, base, None if known is None else known(experiment.id))


def parse_experiment(data: dict[str, Any], source: str, base: Path) -> Experiment:
    """Check a table and make an experiment of it.

    Parameters
    ----------
    data
        The table, as TOML gives it.
    source
        Name of the input, for messages.
    base
        Folder that files are seen from.

    Raises
    ------
    ExperimentError
        If the table has problems; holds all of them. What is sound is checked against contests,
        parameters and mechanisms even where other keys are wrong.
    """
    problems: list[Problem] = []
    unsound: set[str] = set()
    try:
        experiment = Experiment.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += [messages.problem_from(detail, data, Experiment) for detail in details]
        sound, unsound = _sound_part(data, [detail["loc"] for detail in details])
        experiment = Experiment.model_validate(sound)
    problems += all_problems(experiment, base, unsound)
    if problems:
        raise ExperimentError(source, _in_order(problems))
    return experiment


def _sound_part(
    data: dict[str, Any], wrong: Sequence[tuple[int | str, ...]]
) -> tuple[dict[str, Any], set[str]]:
    """Leave out what has the wrong type, as little as possible, so that the rest can be checked.

    Parameters
    ----------
    data
        The table.
    wrong
        Paths of what is wrong in it.

    Returns
    -------
    A table of the right types, and the paths that are not looked at any more.
    """
    sound, unsound = dict(data), set[str]()
    for key, *rest in wrong:
        value, name = sound.get(str(key)), str(key)
        if rest and key in _ELEMENTS and isinstance(value, list) and isinstance(rest[0], int):
            value = list(value)
            value[rest[0]] = _ELEMENTS[name]
            sound[name] = value
            unsound.add(f"{name}[{rest[0]}]")
        elif rest and isinstance(value, dict) and name in _TABLES and rest[0] != "kind":
            sound[name] = {k: v for k, v in value.items() if k != rest[0]}
            unsound.add(f"{name}.{rest[0]}")
        else:
            sound.pop(name, None)
            unsound.add(name)
    return _STAND_INS | sound, unsound


def make_plan(
    experiment: Experiment, text: str, base: Path, known: SweepPlan | None = None
) -> SweepPlan:
    """Resolve an experiment without problems to the plan of its runs.

    Parameters
    ----------
    experiment
        The experiment.
    text
        Its file, for the record.
    base
        Folder that files are seen from.
    known
        Plan of an earlier session.
    """
    contests = tuple(contest_at(source, base) for source in experiment.contests)
    if known is not None and _has_samples_of(known, experiment, text, contests):
        samples = Samples(known.names, known.values, known.counts, known.is_draw)
    else:
        samples = samples_of(experiment.design, contests, base)
    arms = tuple(
        Arm(place, parse_behaviour(behaviour, contest).text, parse_without(",".join(off)))
        for place, contest in enumerate(contests)
        for behaviour in experiment.behaviours
        for off in experiment.without
    )
    return SweepPlan(
        experiment=experiment.id,
        question=experiment.question,
        text=text,
        contests=contests,
        sources=experiment.contests,
        arms=arms,
        names=samples.names,
        values=samples.values,
        counts=samples.counts,
        is_draw=samples.is_draw,
        held=held_everywhere(experiment.settings),
        scale=experiment.scale,
        days=experiment.days,
        first_round=experiment.first_round,
        reinvert=experiment.reinvert,
        replicates=experiment.replicates,
        seed=experiment.seed,
        is_paired=experiment.seeds == "paired",
        tables=tuple(name for name in TABLES if name == "runs" or name in experiment.tables),
        source_sha256=source_hash(),
        scheme=SCHEME,
        version=__version__,
    )


def _has_samples_of(
    known: SweepPlan, experiment: Experiment, text: str, contests: tuple[Contest, ...]
) -> bool:
    """Tell whether a plan has the samples that an experiment would give.

    They follow from the experiment's text, its contests and the package's source; those of a
    posterior also from a file.
    """
    is_of_file = experiment.design is not None and experiment.design.kind == "posterior"
    is_same = known.text == text and known.contests == contests
    return is_same and not is_of_file and known.source_sha256 == source_hash()


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Sort problems by key, each once."""
    order = {name: place for place, name in enumerate(Experiment.model_fields)}

    def rank(problem: Problem) -> int:
        key = re.match(r"[^.\[ ]*", problem.where)
        return order.get(key[0] if key else "", -1)

    return tuple(sorted(dict.fromkeys(problems), key=rank))
