"""Run replicates one after the other and keep their records: what a sweep is compared with."""

import sys
import time
from collections.abc import Sequence

from kingmaker.files.results import pack_record
from kingmaker.sweep.batch import BatchReport, run_batch
from kingmaker.sweep.store import PlanReference, open_reference
from tests.unit.files.fake_records import fake_engine, fake_replicate

RUN_SECONDS = 0.1


def lasting(request):
    """Take a tenth of a second, whatever else the machine does."""
    time.sleep(RUN_SECONDS)
    return fake_replicate(request)


def lasting_batch(reference: PlanReference, indices: Sequence[int]) -> BatchReport:
    """Carry out a batch of runs of a tenth of a second."""
    sys.modules["kingmaker.outcome"] = fake_engine(lasting)
    return run_batch(reference, indices)


def lasting_loop(reference: PlanReference, indices: Sequence[int]) -> int:
    """Carry out runs of a tenth of a second in a loop."""
    return _loop(lasting, reference, indices)


def real_loop(reference: PlanReference, indices: Sequence[int]) -> int:
    """Carry out real runs in a loop."""
    from kingmaker.outcome import simulate_replicate

    return _loop(simulate_replicate, reference, indices)


def _loop(simulate, reference, indices):
    plan = open_reference(reference).plan
    return len([pack_record(simulate(plan.request(index))) for index in indices])
