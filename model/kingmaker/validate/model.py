"""Forecast by simulating the contest left out under a posterior learned from the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.draws import read_bank, simulate
from kingmaker.calibrate.posterior import Posterior
from kingmaker.cases.collection import Case
from kingmaker.errors import CalibrationError
from kingmaker.forecasting.conditioning import conditioned
from kingmaker.sweep.drive import Engine
from kingmaker.validate.banks import Tally, variant_plan
from kingmaker.validate.folds import Training
from kingmaker.validate.forecast import Forecast, forecast_of_samples
from kingmaker.validate.inference import Inferences
from kingmaker.validate.protocol import ValidationSettings, Variant


@dataclass(frozen=True, eq=False)
class SimulatedModel:
    """Forecast by simulation under a variant.

    Attributes
    ----------
    name
        Name in tables.
    variant
        Which variant.
    inferences
        Infers its posteriors; holds the emulators of all contests, of which a training picks its
        own. Made when first needed: a validation that is complete needs none.
    settings
        How much is simulated.
    folder
        Folder of forecasts: this model's are below it by what was left out, variant and contest.
    engine
        What carries out runs.
    tally
        Told of each run.
    warn
        Told in words what went wrong with a forecast.
    """

    name: str
    variant: Variant
    inferences: Callable[[], Inferences]
    settings: ValidationSettings
    folder: Path
    engine: Engine
    tally: Tally
    warn: Callable[[str], None]

    def fitted(self, training: Training) -> SimulatedForecaster:
        """Learn from the training's contests, and from no other's runs or runoff."""
        return SimulatedForecaster(self, training)


@dataclass(frozen=True, eq=False)
class SimulatedForecaster:
    """Forecast cases from what a training holds."""

    model: SimulatedModel
    training: Training

    @cached_property
    def posterior(self) -> Posterior | None:
        """Posterior of the training's contests; None where the inference is refused."""
        contests = [example.case.id for example in self.training.examples]
        return self.model.inferences().of(contests, self.model.settings.replicates)

    def forecast(self, case: Case) -> Forecast | None:
        """Simulate a case with a draw of the posterior per replicate, and use its own polls.

        Parameters
        ----------
        case
            The case, as known on the eve of its runoff; not among the training's.

        Returns
        -------
        The forecast; None where the inference is refused, or too few runs came to an end.
        """
        try:
            bank = self.simulated(case)
        except CalibrationError as error:
            self.model.warn(str(error))
            return None
        if bank is None:
            return None
        n_failed = self.model.settings.replicates - len(bank.scores)
        if n_failed:
            self.model.warn(f"{case.id}: {n_failed} replicates of its forecast failed")
        return forecast_of_samples(*conditioned(bank))

    def simulated(self, case: Case) -> Bank | None:
        """Simulate a case; its bank shows nothing of its runoff."""
        model, settings = self.model, self.model.settings
        posterior = self.posterior
        if posterior is None:
            return None
        scores = posterior.scores_for(case.key.label, settings.seed)
        drawing = settings.drawing(model.variant, settings.replicates)
        folder = model.folder / self._left_out / model.variant.folder / case.id
        told = model.tally.sweep(settings.replicates)
        plan = variant_plan(case, scores, model.variant, drawing)
        store = simulate(plan, folder, model.engine, told)
        return read_bank(case, None, store, scores)

    @property
    def _left_out(self) -> str:
        """Name what was left out; a party with one contest is left out like the contest."""
        left_out = self.training.left_out
        return left_out[0][0] if len(left_out) > 1 else "contest"
