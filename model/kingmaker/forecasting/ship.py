"""Make the file of posteriors that a forecast chooses from.

``python -m kingmaker.forecasting.ship BANKS`` infers, from the simulated draws of the bundled
contests in a folder (a sweep per contest, named by its id), what they share: from all of them, and
without each contest and each party. ``--prior`` instead of BANKS writes draws of the prior.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.draws import read_bank, scores_of
from kingmaker.calibrate.emulator import Emulator, emulate
from kingmaker.calibrate.posterior import infer
from kingmaker.cases.collection import bundled_collection
from kingmaker.cases.keys import ContestKey, same_contest, same_party
from kingmaker.contest.load import load_contest
from kingmaker.errors import CalibrationError
from kingmaker.experiment.environment import restart_guarded
from kingmaker.forecasting.posterior_file import ScoreGroup, write_score_posteriors
from kingmaker.forecasting.source import bundled_path
from kingmaker.sweep.store import open_store

DRAWS = 400
"""Draws of each posterior: a forecast of more replicates uses them again."""

Report = Callable[[str], None]


def bundled_banks(folder: Path) -> tuple[Bank, ...]:
    """Read the simulated draws of the bundled contests that count, with their runoffs.

    Parameters
    ----------
    folder
        Holds a collected sweep per contest, in a folder of its id.

    Raises
    ------
    StoreError
        If a sweep is missing, or not collected.
    """
    banks = []
    for example in bundled_collection().examples:
        case = example.case
        store = open_store(folder / case.id)
        scores = scores_of(store.plan.n_samples, store.plan.seed)
        banks.append(read_bank(case, load_contest(case.id), store, scores))
    return tuple(banks)


def groups_of(
    emulators: Sequence[Emulator],
    keys: Mapping[str, ContestKey],
    *,
    draws: int = DRAWS,
    seed: int = 1,
    report: Report | None = None,
) -> Iterator[ScoreGroup]:
    """Infer what contests share, from all of them and with some left out.

    Parameters
    ----------
    emulators
        One per contest.
    keys
        Country, party and days of each, by id.
    draws
        Draws of each posterior.
    seed
        0 to 2**63 - 1.
    report
        Told of each posterior, and of those that are refused.

    Yields
    ------
    The posterior of all contests, with scores of a further contest of each party and of none; then
    those without each contest (and whatever may report the same one), for its party; then those
    without each party, for a party that is unknown. One that is refused is left out, unless it is
    the first: a forecast then takes the next smaller one that leaves out enough.

    Raises
    ------
    CalibrationError
        If the posterior of all contests is refused.
    """
    ids = tuple(sorted(emulator.contest for emulator in emulators))
    parties = sorted({keys[name].label for name in ids})

    def group(name: str, left_out: Sequence[str], asked: Sequence[str]) -> ScoreGroup:
        kept = [emulator for emulator in emulators if emulator.contest not in left_out]
        found = infer(kept, seed, draws)
        if report is not None:
            report(f"{name or 'all'}: ESS {found.ess:.0f}, k-hat {found.k_hat:.2f}")
        scores = {party: found.scores_for(party or None, seed) for party in asked}
        return ScoreGroup(name, tuple(sorted(left_out)), scores)

    yield group("", (), ("", *parties))
    for name in ids:
        party = keys[name].label
        out = [other for other in ids if other == name or same_contest(keys[name], keys[other])]
        mates = [other for other in ids if other not in out and keys[other].label == party]
        yield from _unless_refused(group, name, out, (party if mates else "",), report)
    for party in parties:
        mine = [name for name in ids if keys[name].label == party]
        out = [
            name
            for name in ids
            if any(
                same_party(keys[name], keys[o]) or same_contest(keys[name], keys[o]) for o in mine
            )
        ]
        if len(out) < len(ids):
            yield from _unless_refused(group, party, out, ("",), report)


def prior_group(draws: int = DRAWS, seed: int = 1) -> ScoreGroup:
    """Draw scores from their prior, which is the same for every contest."""
    return ScoreGroup("", (), {"": scores_of(draws, seed)})


def _unless_refused(
    group: Callable[[str, Sequence[str], Sequence[str]], ScoreGroup],
    name: str,
    left_out: Sequence[str],
    asked: Sequence[str],
    report: Report | None,
) -> Iterator[ScoreGroup]:
    """Make a group, or report why there is none."""
    try:
        yield group(name, left_out, asked)
    except CalibrationError as error:
        if report is not None:
            report(f"{name}: left out, {error}")


def main(words: Sequence[str] | None = None) -> None:
    """Write the file; see the top of this module."""
    parser = argparse.ArgumentParser(
        prog="python -m kingmaker.forecasting.ship", description=__doc__
    )
    parser.add_argument("banks", nargs="?", type=Path, help="folder of sweeps, one per contest")
    parser.add_argument("--prior", action="store_true", help="draws of the prior, no contest")
    parser.add_argument("--out", type=Path, default=bundled_path(), help="file to be written")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    if asked.prior == (asked.banks is not None):
        parser.error("give either the folder of the banks or --prior")

    def report(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    about = {"seed": asked.seed, "draws": asked.draws}
    if asked.prior:
        write_score_posteriors(asked.out, [prior_group(asked.draws, asked.seed)], {}, about)
        return
    banks = bundled_banks(asked.banks)
    keys = {example.case.id: example.case.key for example in bundled_collection().examples}
    keys = {bank.contest: keys[bank.contest] for bank in banks}
    about["runs"] = {bank.contest: len(bank.scores) for bank in banks}
    emulators = [emulate(bank) for bank in banks]
    groups = list(groups_of(emulators, keys, draws=asked.draws, seed=asked.seed, report=report))
    write_score_posteriors(asked.out, groups, keys, about)
    report(f"{asked.out}: {asked.out.stat().st_size / 1e6:.2f} MB, {len(groups)} posteriors")


if __name__ == "__main__":
    restart_guarded("kingmaker.forecasting.ship")
    main()
