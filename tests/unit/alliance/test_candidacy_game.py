"""The game of those who may stand: terms, replies and pacts by hand."""

import math

import pytest

from kingmaker.alliance.candidacy_beliefs import expect
from kingmaker.alliance.candidacy_game import (
    CAMPAIGN_COST,
    LEADERSHIP,
    PARTNERSHIP,
    Game,
    Pact,
    Player,
    solve,
    terms_of,
)
from tests.contest_builders import medians

PARAMETERS = medians(office_value=1.5, expressive_candidacy=0.8, promise_price=1.0)
STRENGTHS = (0.4, 0.35, 0.25)
AYALON = Player(1, promise=0.25)
PERETZ = Player(2, expressive=True, declared=True)
ONE_WAY = Pact("one-way", (2, 1))


def game(first=AYALON, second=PERETZ, strengths=STRENGTHS, settled=None):
    return Game((first, second), strengths, (True, True, True), 0.4, settled or {})


def test_terms_by_hand():
    stands = (True, True, True)
    prospect = expect(STRENGTHS, stands, 0.4, ((2, 1),))
    terms = terms_of(PERETZ, stands, game(), ONE_WAY, PARAMETERS)
    assert terms == pytest.approx(
        {
            "own chance": LEADERSHIP * 1.5 * prospect.win_prob[2],
            "partner's chance": PARTNERSHIP * 1.5 * prospect.win_prob[1],
            "principle": 0.8,
            "own word": 1.0,
            "promise not to stand": 0.0,
            "campaign": -CAMPAIGN_COST,
        }
    )
    assert terms_of(AYALON, stands, game(), ONE_WAY, PARAMETERS)["promise not to stand"] == -0.25
    out = terms_of(PERETZ, (True, True, False), game(), ONE_WAY, PARAMETERS)
    assert set(out.values()) == {0.0}


def test_a_player_alone_replies_by_logit():
    alone = Game((AYALON,), (0.6, 0.4), (True, True), 0.4, {})
    found = solve(alone, Pact(), PARAMETERS)
    chance = expect((0.6, 0.4), (True, True), 0.4).win_prob[1]
    value = 3.0 * chance - CAMPAIGN_COST - 0.25
    assert found.gain(0) == pytest.approx(value)
    assert found.intent_prob[0] == pytest.approx(1.0 / (1.0 + math.exp(-value)))
    assert found.stand_prob == found.intent_prob
    assert found.value[0] == pytest.approx(math.log(1.0 + math.exp(value)))


def test_chances_are_replies_to_each_other():
    found = solve(game(), Pact(), PARAMETERS)
    for i in range(2):
        assert found.intent_prob[i] == pytest.approx(1.0 / (1.0 + math.exp(-found.gain(i))))


def test_a_broken_promise_makes_standing_likelier():
    probs = [
        solve(game(Player(1, promise=kept)), Pact(), PARAMETERS).stand_prob[0]
        for kept in (1.0, 0.5, 0.0)
    ]
    assert probs == sorted(probs)
    assert probs[2] > probs[0] + 0.1


def test_an_expressive_candidate_stands_at_four_percent():
    strengths = (0.51, 0.45, 0.04)
    found = solve(game(strengths=strengths), Pact(), PARAMETERS)
    assert expect(strengths, (True, True, True), 0.4).win_prob[2] < 0.01
    assert found.stand_prob[1] > 0.65
    plain = solve(game(second=Player(2), strengths=strengths), Pact(), PARAMETERS)
    assert plain.stand_prob[1] < 0.35


@pytest.mark.parametrize("kind", ["one-way", "mutual"])
def test_support_in_the_runoff_makes_the_supported_likelier_to_stand(kind):
    without = solve(game(), Pact(), PARAMETERS)
    with_pact = solve(game(), Pact(kind, (2, 1)), PARAMETERS)
    assert with_pact.stand_prob[0] > without.stand_prob[0]
    assert with_pact.value[0] > without.value[0]
    assert with_pact.value[1] > without.value[1]


def test_who_withdraws_for_another_stands_only_where_the_other_does_not():
    found = solve(game(), Pact("withdrawal", (2, 1)), PARAMETERS)
    assert found.stand_prob[1] == pytest.approx(found.intent_prob[1] * (1 - found.intent_prob[0]))
    assert game().stands((True, True), found.pact) == (True, True, False)
    assert game().stands((False, True), found.pact) == (True, False, True)
    # A man of principle who gave his word has little to gain from it.
    without = solve(game(), Pact(), PARAMETERS)
    assert found.value[1] < without.value[1]
    assert found.value[0] > without.value[0]


def test_what_is_settled_is_nobodys_choice():
    found = solve(game(settled={1: True}), ONE_WAY, PARAMETERS)
    assert found.intent_prob[0] == found.stand_prob[0] == 1.0
    free = solve(game(), ONE_WAY, PARAMETERS)
    # Against a sure second challenger the third has less of a chance, more of a partner.
    assert found.terms[1]["own chance"] < free.terms[1]["own chance"]
    assert found.terms[1]["partner's chance"] > free.terms[1]["partner's chance"]
