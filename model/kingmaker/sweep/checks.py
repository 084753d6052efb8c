"""Find all problems of an experiment that its types alone do not show."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kingmaker.alliance.behaviours import check_behaviour, parse_behaviour
from kingmaker.contest.load import bundled_ids, load_contest, read_contest
from kingmaker.contest.messages import shown
from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, ParameterError, Problem, did_you_mean
from kingmaker.files.posterior import read_posterior
from kingmaker.mechanisms import parse_without
from kingmaker.parameters import PARAMETERS, check_settings
from kingmaker.records import TABLES
from kingmaker.sweep.design import INSTALL_SALIB, n_samples, salib_is_installed
from kingmaker.sweep.experiment_file import MAX_RUNS, Design, Experiment

# Which keys a kind of design needs, and which it may have.
_NEEDED: dict[str, tuple[str, ...]] = {
    "grid": ("parameters",),
    "latin-hypercube": ("parameters", "points"),
    "sobol": ("parameters", "points"),
    "morris": ("parameters", "trajectories"),
    "list": ("rows",),
    "posterior": ("file",),
}
_ALLOWED: dict[str, tuple[str, ...]] = {
    "grid": (),
    "latin-hypercube": ("design_seed",),
    "sobol": ("design_seed",),
    "morris": ("levels", "design_seed"),
    "list": (),
    "posterior": ("points",),
}

_SHOWN_ENTRIES = 4


def keys_of_kinds() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the keys that each kind of design needs, and those that it may have."""
    return {kind: (_NEEDED[kind], _ALLOWED[kind]) for kind in _NEEDED}


def contest_at(source: str, base: Path) -> Contest:
    """Load a contest that an experiment names.

    Parameters
    ----------
    source
        Id of a bundled contest, or a path seen from `base`.
    base
        Folder of the experiment file.

    Raises
    ------
    ContestError
        If there is no such contest, or it has problems.
    """
    if source in bundled_ids() or not (base / source).exists():
        return load_contest(source)
    return read_contest(base / source)


def all_problems(
    experiment: Experiment, base: Path, unsound: Collection[str] = ()
) -> list[Problem]:
    """Check an experiment against contests, behaviours, mechanisms, parameters and tables.

    Parameters
    ----------
    experiment
        The experiment.
    base
        Folder that files are seen from.
    unsound
        Paths of what is wrong already, and so is not looked at: keys, keys of tables, entries of
        lists.

    Returns
    -------
    All problems, in the order of the keys.
    """
    problems: list[Problem] = []
    contests: list[Contest] = []
    if "contests" not in unsound:
        contests = _contests(experiment.contests, base, problems, unsound)
    if "behaviours" not in unsound:
        for contest in contests:
            _behaviours(experiment.behaviours, contest, problems, unsound)
    if "without" not in unsound:
        _without(experiment.without, problems, unsound)
    if "tables" not in unsound:
        _tables(experiment.tables, problems, unsound)
    if "settings" not in unsound:
        problems += _settings(experiment.settings, "settings")
    if experiment.design is not None and "design" not in unsound:
        found = _design(experiment.design, base, unsound)
        held = () if "settings" in unsound else experiment.settings
        found += [
            Problem(f"design.parameters.{name}", "is held by settings, too", "one of the two")
            for name in {*experiment.design.parameters, *_named(experiment.design)} & {*held}
        ]
        problems += found
        if found:
            return list(dict.fromkeys(problems))
    if not unsound:
        problems += _size(experiment)
    return list(dict.fromkeys(problems))


def _settings(settings: Mapping[str, float], where: str) -> list[Problem]:
    """Check parameters; name the place of each as a path of the file."""
    found = check_settings(settings, where)
    return [Problem(p.where.replace(" ", "."), p.wrong, p.remedy) for p in found]


def _contests(
    sources: Sequence[str], base: Path, problems: list[Problem], unsound: Collection[str]
) -> list[Contest]:
    found: dict[str, Contest] = {}
    for place, source in enumerate(sources):
        where = f"contests[{place}]"
        if where in unsound:
            continue
        try:
            contest = contest_at(source, base)
        except ContestError as error:
            for problem in error.problems:
                inner = f"{problem.where}: {problem.wrong}" if problem.where else problem.wrong
                problems.append(Problem(where, f"{source}: {inner}", problem.remedy))
            continue
        if contest.id in found:
            wrong = f"{shown(source)} is the contest '{contest.id}' again"
            problems.append(Problem(where, wrong, "each contest once"))
        found[contest.id] = contest
    return list(found.values())


def _behaviours(
    texts: Sequence[str], contest: Contest, problems: list[Problem], unsound: Collection[str]
) -> None:
    meanings: dict[str, str] = {}
    for place, text in enumerate(texts):
        where = f"behaviours[{place}]"
        if where in unsound:
            continue
        wrongs = check_behaviour(text, contest)
        problems += [Problem(where, f"{contest.id}: {p.wrong}", p.remedy) for p in wrongs]
        meaning = text if wrongs else parse_behaviour(text, contest).text
        other = meanings.setdefault(meaning, text)
        if other is not text:
            wrong = f"'{text}' and '{other}' mean the same"
            problems.append(Problem(where, wrong, "each behaviour once"))


def _without(
    lists: Sequence[Sequence[str]], problems: list[Problem], unsound: Collection[str]
) -> None:
    seen: set[tuple[str, ...]] = set()
    for place, words in enumerate(lists):
        where = f"without[{place}]"
        if where in unsound:
            continue
        try:
            off = parse_without(",".join(words))
        except ParameterError as error:
            problems += [Problem(where, p.wrong, p.remedy) for p in error.problems]
            continue
        if off in seen:
            problems.append(Problem(where, "is there already", "each list once"))
        seen.add(off)


def _tables(names: Sequence[str], problems: list[Problem], unsound: Collection[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        where = f"tables[{place}]"
        if where in unsound:
            continue
        if name not in TABLES:
            problems.append(Problem(where, f"unknown table '{name}'", did_you_mean(name, TABLES)))
        elif name in seen:
            problems.append(Problem(where, f"'{name}' is there already", "each table once"))
        seen.add(name)


def _design(design: Design, base: Path, unsound: Collection[str]) -> list[Problem]:
    needed = _NEEDED[design.kind]
    known = {"kind", *needed, *_ALLOWED[design.kind]}
    given = {
        name for name in design.model_fields_set if getattr(design, name) not in ({}, (), None)
    }
    problems = [
        Problem(f"design.{name}", f"a design of kind '{design.kind}' has no {name}", "leave it out")
        for name in Design.model_fields
        if name in given and name not in known
    ]
    problems += [
        Problem(f"design.{name}", "is missing", f"a design of kind '{design.kind}' needs it")
        for name in needed
        if name not in given and f"design.{name}" not in unsound
    ]
    if "rows" in known:
        problems += _rows(design)
    if "file" in known and design.file is not None:
        problems += read_posterior(base / design.file, "design.file")[1]
    if "parameters" in known:
        problems += _parameters(design)
    if design.kind == "sobol" and design.points and design.points.bit_count() != 1:
        less = 1 << (design.points.bit_length() - 1)
        remedy = f"{less} or {2 * less}"
        problems.append(Problem("design.points", f"{design.points} is no power of two", remedy))
    if design.kind == "morris":
        if design.levels is not None and design.levels % 2:
            wrong = f"{design.levels} is odd"
            problems.append(Problem("design.levels", wrong, f"an even number: {design.levels + 1}"))
        if not salib_is_installed():
            wrong = "a design of kind 'morris' needs SALib, which is not installed"
            problems.append(Problem("design.kind", wrong, INSTALL_SALIB))
    return problems


def _parameters(design: Design) -> list[Problem]:
    problems: list[Problem] = []
    for name, spread in design.parameters.items():
        where = f"design.parameters.{name}"
        if name not in PARAMETERS:
            wrong = f"unknown parameter '{name}'"
            problems.append(Problem(where, wrong, did_you_mean(name, PARAMETERS)))
        elif design.kind == "grid":
            problems += _levels(name, spread, where)
        elif spread != "prior":
            problems += _range(name, spread, where)
    return problems


def _levels(name: str, values: Any, where: str) -> list[Problem]:
    unit = PARAMETERS[name].unit
    if not isinstance(values, list | tuple) or not values:
        wrong = f"{_written(values)} is no list of values"
        return [Problem(where, wrong, f"such as [0.0, 1.0] [{unit}]")]
    problems = [
        Problem(where, f"{shown(value)} is no number", f"numbers such as [0.0, 1.0] [{unit}]")
        for value in values
        if not _is_number(value)
    ]
    numbers = [float(value) for value in values if _is_number(value)]
    wrongs = [p for value in numbers for p in check_settings({name: value}, "design.parameters")]
    problems += [Problem(where, p.wrong, p.remedy) for p in wrongs]
    if len(set(numbers)) < len(numbers):
        problems.append(Problem(where, "has a value twice", "each value once"))
    return problems


def _range(name: str, spread: Any, where: str) -> list[Problem]:
    low, high = PARAMETERS[name].bounds
    remedy = f'[low, high] within {low:g} and {high:g} [{PARAMETERS[name].unit}], or "prior"'
    is_pair = isinstance(spread, list | tuple) and len(spread) == 2
    if not is_pair or not all(map(_is_number, spread)):
        return [Problem(where, f"{_written(spread)} is no range", remedy)]
    first, last = (float(end) for end in spread)
    if not low <= first < last <= high:
        return [Problem(where, f"[{first:g}, {last:g}] is no such range", remedy)]
    return []


def _written(value: Any) -> str:
    """Write a wrong value; of a list the first entries."""
    if not isinstance(value, list | tuple):
        return shown(value)
    more = ["..."] if len(value) > _SHOWN_ENTRIES else []
    return f"[{', '.join([*map(shown, value[:_SHOWN_ENTRIES]), *more])}]"


def _rows(design: Design) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[tuple[tuple[str, float], ...], int] = {}
    for place, row in enumerate(design.rows):
        where = f"design.rows[{place}]"
        problems += _settings(row, where)
        first = seen.setdefault(tuple(sorted(row.items())), place)
        if first != place:
            problems.append(Problem(where, f"is the same as row {first}", "each point once"))
    return problems


def _named(design: Design) -> set[str]:
    return {name for row in design.rows for name in row}


def _size(experiment: Experiment) -> list[Problem]:
    arms = len(experiment.contests) * len(experiment.behaviours) * len(experiment.without)
    n_runs = arms * n_samples(experiment.design) * experiment.replicates
    if n_runs <= MAX_RUNS:
        return []
    wrong = f"these are {n_runs:,} runs"
    return [Problem("replicates", wrong, f"at most {MAX_RUNS:,}: fewer points or replicates")]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
