"""Carry out a validation in a folder: what is finished there is not done again.

::

    DIR/validation.json                       what is validated, written once
    DIR/banks/VARIANT/CONTEST/                draws of each contest, a sweep each
    DIR/posteriors/VARIANT/                   posteriors, by what they were learned from
    DIR/forecasts/SCHEME/VARIANT/CONTEST/     replicates of each forecast, a sweep each
    DIR/report/                               tables, figures and the report, written anew each time
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from kingmaker import __version__
from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.draws import Progress
from kingmaker.calibrate.emulator import Emulator, emulate
from kingmaker.calibrate.summaries import RUNOFF_SHARE, summaries_of
from kingmaker.cases.collection import Case, Collection, Example, collect, collection_in
from kingmaker.contest.load import SUFFIX, bundled_ids, load_contest, read_contest
from kingmaker.errors import CalibrationError, DataError, StoreError
from kingmaker.files.folder import check_replaceable, write_file
from kingmaker.files.provenance import source_hash
from kingmaker.sweep.drive import Engine
from kingmaker.sweep.plan import contest_hash
from kingmaker.validate.banks import Subject, Tally, completed, draw_bank
from kingmaker.validate.baselines import MIN_TRAINING, baselines
from kingmaker.validate.emulated import EmulatedModel
from kingmaker.validate.evaluation import ScoredForecast, evaluate
from kingmaker.validate.folds import SCHEMES, Scheme, folds_of
from kingmaker.validate.inference import Inferences
from kingmaker.validate.leave_out import LeaveOut
from kingmaker.validate.model import SimulatedModel
from kingmaker.validate.nested import NestedChoice
from kingmaker.validate.noise_floor import NoiseFloor, noise_floor
from kingmaker.validate.protocol import DEFAULT, ValidationSettings, Variant

MODEL = "model"
"""Name of the default model in tables."""

CHOICE = "chosen variant"
"""Name of the choice between variants in tables."""

ABOUT, REPORT = "validation.json", "report"

_BINDING = ("settings", "contests")

Watch = Callable[[str], AbstractContextManager[Progress | None]]
"""Given the name of a stage, shows how far it is; yields what is told of its progress."""


@dataclass(frozen=True)
class Subjects:
    """Hold what is validated on.

    Attributes
    ----------
    collection
        The contests that count, and why others do not.
    by_id
        Those that count, with their runoffs, by id.
    """

    collection: Collection
    by_id: Mapping[str, Subject]


@dataclass(frozen=True)
class Validated:
    """Hold what a validation gave.

    Attributes
    ----------
    scored
        Scored forecasts of baselines, model and choice, by what was left out at a time.
    emulated
        The same of the variants, by emulators; empty where there are none.
    warnings
        What went wrong on the way, in words: inferences that were refused, runs that failed.
    worst_k_hat, least_ess
        Of the default model's posteriors: largest shape of the tail of their weights, smallest
        effective number of points; None where nothing was inferred.
    noise_floors
        What the default model expects of its own scores, by contest, each left out.
    """

    scored: Mapping[Scheme, tuple[ScoredForecast, ...]]
    emulated: Mapping[Scheme, tuple[ScoredForecast, ...]]
    warnings: tuple[str, ...] = ()
    worst_k_hat: float | None = None
    least_ess: float | None = None
    noise_floors: Mapping[str, NoiseFloor] = field(default_factory=dict)


def subjects_in(folder: str | None) -> Subjects:
    """Collect what is validated on.

    Parameters
    ----------
    folder
        Folder of contest files; None: the bundled contests.

    Raises
    ------
    ContestError
        If a file has problems.
    DataError
        If too few contests count, or two have the same id.
    """
    if folder is None:
        contests = [load_contest(name) for name in bundled_ids()]
        collection = collect(contests)
    else:
        collection = collection_in(folder)
        contests = [read_contest(path) for path in sorted(Path(folder).glob(f"*{SUFFIX}"))]
    wholes = {contest.id: contest for contest in contests}
    n_counted, least = len(collection.examples), MIN_TRAINING + 1
    if n_counted < least:
        reasons = "; ".join(f"{name}: {why}" for name, why in collection.left_out.items())
        raise DataError(
            folder or "bundled contests",
            f"{n_counted} of {len(contests)} contests count ({reasons or 'no other is there'})",
            f"{least} contests with two observed rounds at least",
        )
    by_id = {e.case.id: Subject(e.case, wholes[e.case.id]) for e in collection.examples}
    return Subjects(collection, by_id)


def open_folder(folder: Path, subjects: Subjects, settings: ValidationSettings) -> None:
    """Begin a validation in a folder, or go on with the one that is there.

    Raises
    ------
    StoreError
        If the folder holds something else, or cannot be written.
    """
    about = {
        "version": __version__,
        "source_sha256": source_hash() if settings.draws else None,
        "settings": settings.in_use(),
        "contests": {name: contest_hash(one.whole) for name, one in subjects.by_id.items()},
    }
    path = folder / ABOUT
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _check_same(folder, _read_about(path), about)
            check_replaceable(folder / REPORT)
            return
        if any(folder.iterdir()):
            raise StoreError(str(folder), "is no validation, and not empty", "give a new path")
    except OSError as error:
        wrong = f"cannot be written: {error.strerror}"
        raise StoreError(str(folder), wrong, "give a path that you may write to") from error
    write_file(path, (json.dumps(about, indent=2) + "\n").encode())


def carry_out(
    folder: Path,
    subjects: Subjects,
    settings: ValidationSettings,
    engine: Engine | None,
    watch: Watch,
) -> Validated:
    """Carry out a validation, or what of it is missing.

    Parameters
    ----------
    folder
        Its folder, as `open_folder` left it.
    subjects
        What is validated on.
    settings
        How much is simulated.
    engine
        What carries out runs; None with no draws: baselines alone.
    watch
        Shows how far each stage is.
    """
    examples = subjects.collection.examples
    scored = {scheme: evaluate(baselines(), examples, scheme) for scheme in SCHEMES}
    if engine is None:
        return Validated(scored, {})
    work = Workshop(folder, subjects, settings, engine)
    n = len(subjects.by_id)
    with watch("draws of the model") as progress:
        work.draw(DEFAULT, Tally(n * settings.draws, progress))
    with watch("draws of variants") as progress:
        tally = Tally(n * settings.variant_draws * len(settings.variants), progress)
        for variant in settings.variants:
            work.draw(variant, tally)
    emulated: dict[Scheme, tuple[ScoredForecast, ...]] = {}
    for scheme in SCHEMES:
        with watch(f"variants, leaving out each {scheme}") as progress:
            emulated[scheme] = evaluate(work.emulated(), work.examples, scheme, progress)
    for scheme in SCHEMES:
        with watch(f"forecasts, leaving out each {scheme}") as progress:
            n_methods = 2 if settings.variants else 1
            tally = Tally(n_methods * n * settings.replicates, progress)
            methods = work.simulated(scheme, tally)
            scored[scheme] += evaluate(methods, work.examples, scheme)
    quality = work.inferences(DEFAULT)
    is_inferred = math.isfinite(quality.least_ess)
    return Validated(
        scored,
        emulated,
        work.warnings(),
        quality.worst_k_hat if is_inferred else None,
        quality.least_ess if is_inferred else None,
        work.noise_floors(),
    )


@dataclass(eq=False)
class Workshop:
    """Make banks, emulators and posteriors of the variants, each when it is first needed."""

    folder: Path
    subjects: Subjects
    settings: ValidationSettings
    engine: Engine
    _warnings: list[str] = field(default_factory=list)
    _banks: dict[Variant, dict[str, Bank]] = field(default_factory=dict)
    _emulators: dict[Variant, dict[str, Emulator]] = field(default_factory=dict)
    _inferences: dict[Variant, Inferences] = field(default_factory=dict)
    _leave_out: dict[Variant, LeaveOut] = field(default_factory=dict)

    def draw(self, variant: Variant, tally: Tally) -> None:
        """Simulate contests under a variant, the default first, or what of it is missing.

        A contest of which too few draws came to an end has no bank: nothing is learned from it,
        and it is not forecast. What the default lacks, the variants lack, too.
        """
        settings, folder = self.settings, self.folder / "banks"
        n_draws = settings.draws if variant == DEFAULT else settings.variant_draws
        asked = self.subjects.by_id if variant == DEFAULT else self._banks[DEFAULT]
        banks: dict[str, Bank] = {}
        for name in asked:
            subject = self.subjects.by_id[name]
            try:
                bank = draw_bank(subject, variant, settings, folder, self.engine, tally)
            except CalibrationError as error:
                self._warnings.append(f"{variant.name}, {error}: neither learned from nor forecast")
                continue
            banks[name] = bank
            n_failed = n_draws - len(bank.scores)
            if n_failed:
                self._warnings.append(f"{variant.name}, {name}: {n_failed} draws failed")
        self._banks[variant] = banks

    @property
    def examples(self) -> tuple[Example, ...]:
        """Contests that are learned from and forecast."""
        examples = self.subjects.collection.examples
        return tuple(e for e in examples if e.case.id in self._banks[DEFAULT])

    def emulators(self, variant: Variant) -> dict[str, Emulator]:
        """Return the emulators of a variant's banks, those of few draws completed first."""
        if variant not in self._emulators:
            banks = self._banks[variant]
            if variant != DEFAULT:
                whole, default = self._banks[DEFAULT], self.emulators(DEFAULT)
                banks = {n: completed(whole[n], default[n], bank) for n, bank in banks.items()}
            self._emulators[variant] = {name: emulate(bank) for name, bank in banks.items()}
        return self._emulators[variant]

    def inferences(self, variant: Variant) -> Inferences:
        """Return what infers the posteriors of a variant."""
        if variant not in self._inferences:
            self._inferences[variant] = Inferences(
                self.emulators(variant),
                self.folder / "posteriors" / variant.folder,
                self.settings.seed,
            )
        return self._inferences[variant]

    def leave_out(self, variant: Variant) -> LeaveOut:
        """Return what makes posteriors of a variant without some contests."""
        if variant not in self._leave_out:
            inferences = self.inferences(variant)
            blind = {
                name: blinded(emulator, self.subjects.by_id[name].case)
                for name, emulator in inferences.emulators.items()
            }
            self._leave_out[variant] = LeaveOut(inferences, blind, self._units(frozenset(blind)))
        return self._leave_out[variant]

    def emulated(self) -> tuple[EmulatedModel, ...]:
        """List the variants, forecast by emulators."""
        variants = (DEFAULT, *self.settings.variants)
        return tuple(EmulatedModel(v.name, self.leave_out(v)) for v in variants)

    def simulated(self, scheme: Scheme, tally: Tally) -> tuple[SimulatedModel | NestedChoice, ...]:
        """List the default model and, where there are variants, the choice between them."""
        variants = (DEFAULT, *self.settings.variants)
        models = tuple(
            SimulatedModel(
                name=MODEL if variant == DEFAULT else variant.name,
                variant=variant,
                inferences=partial(self.inferences, variant),
                settings=self.settings,
                folder=self.folder / "forecasts",
                engine=self.engine,
                tally=tally,
                warn=self._warnings.append,
            )
            for variant in variants
        )
        if not self.settings.variants:
            return models
        return models[0], NestedChoice(CHOICE, self.emulated(), scheme, models)

    def noise_floors(self) -> dict[str, NoiseFloor]:
        """Ask what the default model expects of its scores where each contest is left out."""
        inferences, found = self.inferences(DEFAULT), {}
        for fold in folds_of(self.examples, "contest"):
            contests = [example.case.id for example in fold.training.examples]
            posterior = inferences.of(contests, self.settings.replicates)
            for case in (example.case for example in fold.held_out):
                emulator = inferences.emulators[case.id]
                if posterior is not None and RUNOFF_SHARE in emulator.summaries:
                    found[case.id] = noise_floor(
                        emulator, posterior, case.key.label, self.settings.seed
                    )
        return found

    def warnings(self) -> tuple[str, ...]:
        """Say what went wrong on the way, each once."""
        refused = [
            f"{variant.name}, {refusal}"
            for variant, inferences in self._inferences.items()
            for refusal in inferences.refusals
        ]
        return tuple(dict.fromkeys((*self._warnings, *refused)))

    def _units(self, known: frozenset[str]) -> tuple[frozenset[str], ...]:
        """List what of the contests known is left out at a time, by any scheme."""
        folds = [fold for scheme in SCHEMES for fold in folds_of(self.examples, scheme)]
        units = [known & {example.case.id for example in fold.held_out} for fold in folds]
        return tuple(dict.fromkeys(unit for unit in units if unit))


def blinded(emulator: Emulator, case: Case) -> Emulator:
    """Hold back all but the polls that a forecast uses, so that nothing of the runoff is told."""
    known = {s.name for s in summaries_of(case, None) if math.isfinite(s.observed)}
    blind = emulator.without(*(name for name in emulator.summaries if name not in known))
    return replace(blind, acceptance=None, choices=())


def _read_about(path: Path) -> dict[str, Any]:
    """Read what a folder validates."""
    try:
        about = json.loads(path.read_text())
    except ValueError:
        about = None
    parts = [about.get(name) if isinstance(about, dict) else None for name in _BINDING]
    if not all(isinstance(part, dict) for part in parts):
        raise StoreError(str(path), "is damaged", "give a new path")
    found: dict[str, Any] = about
    return found


def _check_same(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to go on with another validation."""
    for name in _BINDING:
        before, now = old[name], new[name]
        if before != now:
            changed = [k for k in {**before, **now} if before.get(k) != now.get(k)]
            wrong = f"holds a validation with other {name}: {', '.join(sorted(changed))}"
            raise StoreError(str(folder), wrong, "give a new path, or the old ones")
    if old.get("source_sha256") != new["source_sha256"]:
        wrong = (
            f"was begun by kingmaker {old.get('version')} with source "
            f"{str(old.get('source_sha256'))[:12]}, this one has {str(new['source_sha256'])[:12]}"
        )
        raise StoreError(str(folder), wrong, "use the same source, or begin anew in another folder")
