"""Which stations are irregular, and whose ballots does that change?"""

import dataclasses

import numpy as np
import pytest

import kingmaker.ballot.runoff as runoff
from kingmaker.ballot.irregularities import CONTROL_SIZE, Irregularities, draw_irregularities
from kingmaker.ballot.runoff import RunoffRules, cast_runoff, draw_runoff_chances, waterfall
from kingmaker.mechanisms import Switches
from kingmaker.population.blocs import Blocs
from kingmaker.population.members import Vote
from kingmaker.records import MARGIN_STEPS
from kingmaker.rng import Stream, Streams
from tests.contest_builders import ADA, BEN, STREAMS, finished, medians, tiny_run

ALL_ON = Switches()


def blocs_of(sizes):
    """Make blocs of given sizes; nothing else about them matters here."""
    n = len(sizes)
    zero = np.zeros(n, dtype=np.int64)
    return Blocs(
        tuple(map(str, range(n))), np.array(sizes, dtype=np.int64), zero, zero, zero - 1,
        np.zeros(n), np.zeros((n, 4)),
    )  # fmt: skip


def drawn(sizes, order=None, scale=1.0, station=1.0, annulment=1.0, streams=STREAMS, on=ALL_ON):
    order = [0] * len(sizes) if order is None else order
    parameters = medians(irregularity_rate=station, annulment_rate=annulment)
    return draw_irregularities(blocs_of(sizes), np.array(order), scale, parameters, on, streams)


def test_only_blocs_that_fill_a_station_and_have_an_order():
    sizes = [CONTROL_SIZE - 1, CONTROL_SIZE, CONTROL_SIZE, 3_000, 3_000]
    found = drawn(sizes, order=[0, 0, -1, 1, -1])
    assert found.stuffed.tolist() == [False, True, False, True, False]
    assert found.annulled.tolist() == found.stuffed.tolist()


def test_a_station_is_as_large_in_a_small_simulation():
    assert drawn([9, 10, 99], scale=0.1).stuffed.tolist() == [False, True, True]


def test_only_stuffed_blocs_are_annulled():
    found = drawn([500] * 400, station=0.5, annulment=0.5)
    assert (found.annulled <= found.stuffed).all()
    assert 0 < found.annulled.sum() < found.stuffed.sum() < 400


def test_rates():
    """2 000 stations at 0.2 and then 0.25: 400 and 100, 4.5 standard errors are 80 and 45."""
    found = drawn([500] * 2_000, station=0.2, annulment=0.25)
    assert found.stuffed.sum() == pytest.approx(400, abs=80)
    assert found.annulled.sum() == pytest.approx(100, abs=45)


def test_nothing_without_a_rate():
    assert drawn([500] * 400, station=0.0).is_clean
    assert not drawn([500] * 400, annulment=0.0).annulled.any()


def test_a_blocs_draw_is_its_own():
    """It depends neither on the other blocs nor on their orders."""
    many = drawn([500] * 300, station=0.3, annulment=0.3)
    few = drawn([500] * 200 + [20] * 100, order=[0, 1] * 150, station=0.3, annulment=0.3)
    assert few.stuffed[:200].tolist() == many.stuffed[:200].tolist()
    assert few.annulled[:200].tolist() == many.annulled[:200].tolist()


def test_no_stream_is_read_where_m42_is_off():
    read = []

    class Watched(Streams):
        def address(self, stream, day=0, block=0):
            read.append(stream)
            return super().address(stream, day, block)

    streams = Watched(seed=1, replicate=0)
    assert drawn([500] * 9, streams=streams, on=Switches(("M42",))).is_clean
    assert read == []
    assert not drawn([500] * 9, streams=streams).is_clean
    assert set(read) == {Stream.IRREGULARITY_STATION, Stream.IRREGULARITY_ANNULMENT}


# --- the ballots ------------------------------------------------------------------------------


def rules_of(model, order=0, irregular=None):
    """Let about half come, and tell all blocs the same."""
    n = len(model.blocs)
    return RunoffRules(
        np.full(n, order, dtype=np.int64), np.zeros(2), 0.0, 0.0, np.zeros((7, 2)),
        irregular=irregular,
    )  # fmt: skip


def marked(model, stuffed=(), annulled=()):
    numbers = np.arange(len(model.blocs))
    return Irregularities.of(np.isin(numbers, stuffed), np.isin(numbers, annulled))


def votes_under(model, rules):
    before = model.state.second_vote.copy()
    try:
        flows = cast_runoff(
            model.setting, model.members, model.state, model.blocs, model.interlude.terms(), rules,
            medians(), ALL_ON, draw_runoff_chances(model.members, model.streams),
        )  # fmt: skip
        return flows, model.state.second_vote.copy()
    finally:
        model.state.second_vote[:] = before


@pytest.mark.parametrize("order", [0, 1])
def test_in_a_stuffed_bloc_everybody_votes_as_told(order):
    model = tiny_run()
    irregular = marked(model, stuffed=[0])
    flows, honest = votes_under(model, rules_of(model, order))
    altered, votes = votes_under(model, rules_of(model, order, irregular))
    own = model.members.bloc == 0
    assert (votes[own] == (ADA, BEN)[order]).all()
    assert (votes[~own] == honest[~own]).all()
    absent = (honest[own] == Vote.ABSTAINED).sum()
    assert 0 < absent < own.sum()
    assert irregular.stuffed_ballots == absent == irregular.ballots[0, 0]
    assert irregular.annulled_ballots == 0
    assert flows[:, :, 3].sum() - altered[:, :, 3].sum() == absent
    assert (flows.sum(axis=2) == altered.sum(axis=2)).all()


def test_the_ballots_of_an_annulled_bloc_are_blank():
    model = tiny_run()
    irregular = marked(model, annulled=[0])
    _, honest = votes_under(model, rules_of(model))
    _, votes = votes_under(model, rules_of(model, irregular=irregular))
    own = model.members.bloc == 0
    came = honest[own] != Vote.ABSTAINED
    assert (votes[own][came] == Vote.BLANK).all()
    assert (votes[own][~came] == Vote.ABSTAINED).all()
    assert (votes[~own] == honest[~own]).all()
    assert (irregular.stuffed_ballots, irregular.annulled_ballots) == (0, came.sum())


def test_a_forged_ballot_is_annulled_with_the_others():
    model = tiny_run()
    irregular = marked(model, stuffed=[0], annulled=[0])
    _, votes = votes_under(model, rules_of(model, irregular=irregular))
    own = model.members.bloc == 0
    assert (votes[own] == Vote.BLANK).all()
    assert irregular.annulled_ballots == own.sum()
    assert 0 < irregular.stuffed_ballots < own.sum()


def test_nobody_stuffs_without_an_order():
    model = tiny_run()
    irregular = marked(model, stuffed=range(len(model.blocs)))
    flows, honest = votes_under(model, rules_of(model, -1))
    altered, votes = votes_under(model, rules_of(model, -1, irregular))
    assert (votes == honest).all()
    assert (altered == flows).all()
    assert irregular.stuffed_ballots == 0


def test_nobody_off_the_roll_votes():
    model = tiny_run()
    own = model.members.bloc == 0
    gone = np.where(own, model.members.on_roll & 1, model.members.on_roll).astype(np.uint8)
    rules = rules_of(model, irregular=marked(model, stuffed=[0], annulled=[0]))
    before = model.members
    try:
        model.members = dataclasses.replace(before, on_roll=gone)
        _, votes = votes_under(model, rules)
    finally:
        model.members = before
    assert (votes[own] == Vote.NOT_ON_ROLL).all()
    assert rules.irregular.ballots.sum() == 0


def test_casting_again_counts_again():
    model = tiny_run()
    irregular = marked(model, stuffed=[0], annulled=[0])
    votes_under(model, rules_of(model, irregular=irregular))
    once = irregular.ballots.copy()
    votes_under(model, rules_of(model, irregular=irregular))
    assert (irregular.ballots == once).all()


# --- the step of the waterfall ----------------------------------------------------------------


def test_the_step_of_the_waterfall(monkeypatch):
    model = finished()
    casts = []

    def counted(*arguments):
        casts.append(arguments[5])
        return cast_runoff(*arguments)

    monkeypatch.setattr(runoff, "cast_runoff", counted)

    def steps(irregular):
        casts.clear()
        return waterfall(
            model.setting, model.members, model.state, model.blocs, model.interlude.terms(),
            rules_of(model, irregular=irregular), medians(), ALL_ON, model.streams, 30,
        )  # fmt: skip

    flows, honest = steps(None)
    assert honest["irregularities"] == 0
    assert len(casts) == len(MARGIN_STEPS) - 3
    same, clean = steps(marked(model))
    assert (same == flows).all()
    assert clean == honest
    irregular = marked(model, stuffed=[0])
    stuffed, margins = steps(irregular)
    assert all(rules.irregular is None for rules in casts[:-1])
    gained = stuffed[:, :, 0].sum() - flows[:, :, 0].sum()
    lost = flows[:, :, 1].sum() - stuffed[:, :, 1].sum()
    assert margins["irregularities"] == gained + lost > 0
    names = [step for step, _ in MARGIN_STEPS]
    assert list(margins) == names
    assert [margins[step] for step in names[:-2]] == [honest[step] for step in names[:-2]]
    assert sum(margins[step] for step in names[:-1]) == margins["round2"]
