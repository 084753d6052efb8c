"""Do polls err as polls of members do?"""

import numpy as np
import pytest

from kingmaker.campaign.polls import DEFAULT_SAMPLE, take_poll
from kingmaker.rng import Streams
from tests.contest_builders import (
    ADA,
    BEN,
    CANDIDATES,
    SOURCED,
    STREAMS,
    bare,
    bare_table,
    day,
    election,
    finished,
    medians,
    people,
    tiny,
    tiny_table,
)

EXACT = {
    "poll_house_sd": 0.0,
    "poll_design_effect": 1.0,
    "bloc_undercoverage": 0.0,
    "new_member_undercoverage": 0.0,
}


def poll_of(**changes):
    table = {"date": day(-2), "pollster": "P", "question": "round1", "n": 20_000,
             "undecided": 0.0, "shares": {"ada": 0.4}, **SOURCED}  # fmt: skip
    return tiny(polls=[table | changes]).polls[0]


def ask(made, intention, poll=None, order=None, racing=(0, 1, 2, 3), streams=STREAMS, **settings):
    parameters = medians(**(EXACT | settings))
    order = np.full(len(made.blocs), -1, dtype=np.int64) if order is None else order
    return take_poll(
        poll=poll or poll_of(),
        number=0,
        day=-2,
        racing=racing,
        candidate_ids=tuple(CANDIDATES[c] for c in racing),
        members=made.members,
        rows=np.arange(len(made.members), dtype=np.int32),
        n_roll=600,
        intention=intention,
        blocs=made.blocs,
        order=order,
        parameters=parameters,
        streams=streams,
    )


def test_a_large_sample_without_errors_shows_the_members():
    """20 000 draws of 600 members of whom 300, 200 and 100 prefer three candidates."""
    made = people()
    intention = np.repeat([0, 1, 2], [300, 200, 100]).astype(np.int8)
    answer = ask(made, intention)
    assert answer.n == 20_000
    assert answer.shares == pytest.approx([1 / 2, 1 / 3, 1 / 6, 0.0], abs=4.5 * 0.0036)


def test_the_undecided_say_nothing():
    made = people()
    intention = np.zeros(600, dtype=np.int8)
    answer = ask(made, intention, poll_of(undecided=0.25))
    assert answer.shares[ADA] == pytest.approx(0.75, abs=4.5 * 0.0031)
    untold = ask(made, intention, poll_of(undecided=None))
    assert untold.shares[ADA] == pytest.approx(0.92, abs=4.5 * 0.0019)


def test_a_poll_that_names_all_candidates_tells_who_is_undecided():
    """0.4 + 0.3 + 0.1 + 0.05 = 0.85 of all asked."""
    made = people()
    shares = {"ada": 0.4, "ben": 0.3, "cy": 0.1, "dee": 0.05}
    answer = ask(made, np.zeros(600, dtype=np.int8), poll_of(undecided=None, shares=shares))
    assert answer.shares[ADA] == pytest.approx(0.85, abs=4.5 * 0.0025)


def test_bloc_members_answer_as_they_are_told_as_far_as_they_obey():
    made = people(brokered_share=0.4)
    intention = np.zeros(600, dtype=np.int8)
    order = np.ones(len(made.blocs), dtype=np.int64)
    answer = ask(made, intention, order=order)
    size, obedience = made.blocs.size, made.blocs.obedience
    wanted = float((size * obedience).sum()) / 600
    assert wanted > 0.15
    assert answer.shares[BEN] == pytest.approx(wanted, abs=4.5 * 0.0035)


def test_candidates_with_organised_blocs_are_understated():
    """Two fifths in blocs for ben, of whom half are outside the frame: 0.2 / 0.8 of the answers."""
    made = people(brokered_share=0.4)
    intention = np.where(made.members.bloc >= 0, BEN, ADA).astype(np.int8)
    truth = float((made.members.bloc >= 0).mean())
    full = ask(made, intention).shares[BEN]
    seen = ask(made, intention, bloc_undercoverage=0.5).shares[BEN]
    assert full == pytest.approx(truth, abs=4.5 * 0.0035)
    assert seen == pytest.approx(0.5 * truth / (1 - 0.5 * truth), abs=4.5 * 0.0035)
    assert ask(made, intention, bloc_undercoverage=1.0).shares[BEN] == 0.0


def test_new_members_are_under_covered_in_the_same_way():
    made = people(brokered_share=0.0)
    new = (made.members.registrar >= 0) & (made.members.bloc < 0)
    intention = np.where(new, BEN, ADA).astype(np.int8)
    truth = float(new.mean())
    seen = ask(made, intention, new_member_undercoverage=0.5).shares[BEN]
    assert seen == pytest.approx(0.5 * truth / (1 - 0.5 * truth), abs=4.5 * 0.0035)


def test_an_empty_frame_ends_the_search():
    made = people()
    intention = np.zeros(600, dtype=np.int8)
    everybody = {"bloc_undercoverage": 1.0, "new_member_undercoverage": 1.0}
    old = (made.members.bloc < 0) & (made.members.registrar < 0)
    answer = ask(made, intention, **everybody)
    assert old.any()
    assert answer.shares[ADA] == pytest.approx(1.0)


def test_the_design_effect_thins_the_sample():
    """n = 500 at design effect 4: spread of a half as of 125 respondents, 0.0447."""
    made = people()
    intention = (np.arange(600) % 2).astype(np.int8)
    shares = [
        ask(made, intention, poll_of(n=500), streams=Streams(1, r), poll_design_effect=4.0).shares[
            0
        ]
        for r in range(300)
    ]
    assert np.mean(shares) == pytest.approx(0.5, abs=4.5 * 0.0447 / np.sqrt(300))
    assert np.std(shares) == pytest.approx(0.0447, rel=4.5 / np.sqrt(600))


def test_a_house_errs_the_same_way_twice_and_houses_differ():
    made = people()
    intention = (np.arange(600) % 4).astype(np.int8)
    errors = {}
    for pollster in ("P", "Q"):
        for n in (20_000, 20_001):
            answer = ask(made, intention, poll_of(pollster=pollster, n=n), poll_house_sd=0.05)
            errors[pollster, n] = answer.shares[:2] - 0.25
    assert errors["P", 20_000] == pytest.approx(errors["P", 20_001], abs=0.03)
    assert not np.allclose(errors["P", 20_000], errors["Q", 20_000], atol=0.01)


def test_house_errors_have_their_spread_and_fade_for_small_candidates():
    """At 25 % and above in full; at 5 % a fifth of it."""
    made = people()
    intention = np.repeat([0, 1, 2], [420, 150, 30]).astype(np.int8)
    small = poll_of(n=2_000)
    errors = np.array(
        [
            ask(made, intention, small, streams=Streams(2, r), poll_house_sd=0.02).shares[:3]
            for r in range(300)
        ]
    ) - [0.7, 0.25, 0.05]
    sampling = np.sqrt([0.21, 0.1875, 0.0475]) / np.sqrt(2_000)
    wanted = np.sqrt(np.array([0.02, 0.02, 0.004]) ** 2 + sampling**2)
    assert errors.std(axis=0)[1:] == pytest.approx(wanted[1:], rel=0.2)


def test_shares_never_add_up_to_more_than_all():
    made = people()
    intention = (np.arange(600) % 4).astype(np.int8)
    for r in range(50):
        shares = ask(made, intention, streams=Streams(3, r), poll_house_sd=0.2).shares
        assert (shares >= 0.0).all()
        assert shares.sum() <= 1.0 + 1e-12


def test_those_who_are_out_are_not_asked_about():
    made = people()
    intention = (np.arange(600) % 2).astype(np.int8)
    answer = ask(made, intention, poll_of(question="runoff", date=day(2)), racing=(0, 1))
    assert answer.question == "runoff"
    assert np.isnan(answer.shares[2:]).all()


def test_a_first_round_poll_of_two_candidates_is_one_of_the_first_round():
    data = bare_table(
        candidates=[{"id": name, "name": name} for name in CANDIDATES[:2]],
        rules={"threshold": 0.6, "campaign_days": 4},
        results={"round1": {"votes": {"ada": 220, "ben": 200}, **SOURCED}},
        polls=[{"date": day(-2), "pollster": "P", "question": "round1",
                "shares": {"ada": 0.5}, **SOURCED}],
    )  # fmt: skip
    model = finished(bare(**data), settings={"brokered_share": 0.05})
    assert [poll.question for poll in model.polls] == ["round1"]


def test_polls_appear_on_their_days_with_their_question():
    model = finished()
    assert [(p.day, p.question) for p in model.polls] == [
        (-3, "round1"), (-1, "round1"), (3, "runoff")]  # fmt: skip
    assert all(p.n == DEFAULT_SAMPLE for p in model.polls)


def test_no_polls_without_m09():
    assert finished(without=("M09",)).polls == []


def test_a_runoff_poll_before_round_one_is_not_simulated():
    polls = tiny_table()["polls"]
    polls[3]["date"] = day(-2)
    model = election(tiny(polls=polls))
    model.run_to_first_ballot()
    assert [p.question for p in model.polls] == ["round1", "round1"]
