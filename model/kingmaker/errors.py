"""Say what went wrong, where, and what would be right.

::

    KingmakerError
    ├── ContestError      a contest file, with all its problems at once
    ├── ParameterError    parameters, mechanisms, behaviours and run options
    ├── DataError         observed data that contradict themselves or the draw
    ├── ExperimentError   an experiment file
    ├── StoreError        results that are damaged, foreign or cannot be written
    ├── CalibrationError  draws and observations that no posterior can be had from
    ├── InvariantError    a broken promise of this package: our bug
    ├── ImpossibleDrawError  a draw that contradicts the observed first round; drawn anew
    └── RunFailedError    one run that failed, with the command that repeats it

Every class keeps its fields as positional ``args`` and makes its sentence in ``__str__``, so that
exceptions cross process boundaries unchanged.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """Hold one problem of an input: where it is, what is wrong, what would be right.

    Attributes
    ----------
    where
        Path inside the input, such as ``candidates[2].first_round.votes``.
    wrong
        What is wrong, with the offending value.
    remedy
        What would be right; empty when `wrong` says it already.
    """

    where: str
    wrong: str
    remedy: str = ""

    def __str__(self) -> str:
        """Write the problem as ``where: wrong (remedy)``."""
        sentence = f"{self.where}: {self.wrong}" if self.where else self.wrong
        return f"{sentence} ({self.remedy})" if self.remedy else sentence


class KingmakerError(Exception):
    """Base of all errors that this package raises on purpose."""


class _ProblemsError(KingmakerError):
    """An input with one or more problems."""

    kind = "input"

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        """Keep the name of the input and all its problems."""
        super().__init__(source, tuple(problems))

    @property
    def source(self) -> str:
        """Name of the input."""
        return str(self.args[0])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, in the order of the input."""
        problems: tuple[Problem, ...] = self.args[1]
        return problems

    def __str__(self) -> str:
        """List all problems below the name of the input."""
        if len(self.problems) == 1:
            return f"{self.source}: {self.problems[0]}"
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        return f"{self.source}: {len(self.problems)} problems\n{lines}"


class ContestError(_ProblemsError):
    """A contest file cannot be used; holds all its problems."""

    kind = "contest"


class ParameterError(_ProblemsError):
    """Parameters, mechanisms, behaviours or run options cannot be used."""

    kind = "parameters"


class ExperimentError(_ProblemsError):
    """An experiment file cannot be used; holds all its problems."""

    kind = "experiment"


class DataError(KingmakerError):
    """Observed data contradict themselves, or no draw of the parameters can meet them."""

    def __init__(self, where: str, wrong: str, remedy: str) -> None:
        """Keep place, problem and remedy."""
        super().__init__(where, wrong, remedy)

    def __str__(self) -> str:
        """Write ``where: wrong (remedy)``."""
        return str(Problem(*self.args))


class StoreError(KingmakerError):
    """Results are damaged, foreign, or cannot be written."""

    def __init__(self, path: str, wrong: str, remedy: str) -> None:
        """Keep path, problem and remedy."""
        super().__init__(path, wrong, remedy)

    def __str__(self) -> str:
        """Write ``path: wrong (remedy)``."""
        return str(Problem(*self.args))


class CalibrationError(KingmakerError):
    """Data and draws do not allow an honest inference: nothing is reported."""

    def __init__(self, where: str, wrong: str, remedy: str) -> None:
        """Keep place, problem and remedy."""
        super().__init__(where, wrong, remedy)

    def __str__(self) -> str:
        """Write ``where: wrong (remedy)``."""
        return str(Problem(*self.args))


class InvariantError(KingmakerError):
    """A promise of this package was broken: please report it."""

    def __init__(self, invariant: str, seen: str) -> None:
        """Keep the invariant and what was seen instead."""
        super().__init__(invariant, seen)

    def __str__(self) -> str:
        """Name the invariant and what was seen."""
        return f"broken invariant: {self.args[0]}: {self.args[1]} (this is a bug, please report it)"


class ImpossibleDrawError(KingmakerError):
    """A draw of the parameters cannot have led to the observed first round; it is drawn anew."""

    def __init__(self, candidate: str, delivered: int, observed: int) -> None:
        """Keep the candidate, the votes delivered by blocs and the votes observed."""
        super().__init__(candidate, delivered, observed)

    def __str__(self) -> str:
        """Say whose blocs are larger than his result."""
        candidate, delivered, observed = self.args
        return f"blocs deliver {delivered} votes to {candidate}, who had {observed}"


class RunFailedError(KingmakerError):
    """One run failed; says which, why, and how to repeat it."""

    def __init__(self, run: str, seed: int, cause: str, command: str) -> None:
        """Keep the run's name, its seed, the cause and the command that repeats it."""
        super().__init__(run, seed, cause, command)

    def __str__(self) -> str:
        """Write cause and command."""
        run, seed, cause, command = self.args
        return f"{run} (seed {seed}) failed: {cause}; repeat it with: {command}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, or list the known ones.

    Parameters
    ----------
    word
        What was given.
    known
        What would have been right, any order.

    Returns
    -------
    A remedy such as ``did you mean 'ayalon'?``; the list of known words when none is near.
    """
    words = sorted(known)
    near = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    shown = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return f"known: {shown}" if words else "none are known here"
