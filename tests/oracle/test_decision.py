"""Does an eliminated leader weigh and choose as M27 says?"""

import math
import statistics
from collections import Counter

import pytest

import kingmaker.alliance.negotiation as negotiation
from kingmaker.alliance.decision import (
    View,
    best_option,
    chance_given,
    decide,
    option_terms,
    option_values,
)
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams
from tests.contest_builders import finished, medians, tiny
from tests.oracle import twins
from tests.oracle.spies import watch

STREAMS = Streams(seed=20_110_912, replicate=0)
DECIDING = (
    "office_value", "decision_distance", "decision_win", "grudge_weight", "consultation_weight",
    "neutral_base", "split_fear", "letter_weight", "courting_goodwill", "pledge_conflict",
)  # fmt: skip


def some_view(number: int) -> View:
    """Draw a view; the addresses are far from any real decision."""
    streams = Streams(seed=5, replicate=number)

    def u(who: int) -> float:
        return streams.uniform(Stream.SETTING_DATES, who)

    return View(
        finalists=(0, 2) if u(0) < 0.5 else (3, 1),
        distance=(2 * u(1), 2 * u(2)),
        win_prob=(u(3), u(4)),
        grudge=(3 * u(5), 3 * u(6)),
        offers=(u(7), u(8)),
        wish=None if u(9) < 0.3 else u(10),
        own_split=u(11),
        letters=(u(12), -u(12)),
        courted=(-u(13), u(13)),
        conflict=(u(14), u(15)),
    )


def some_parameters(number: int) -> Parameters:
    streams = Streams(seed=6, replicate=number)
    drawn = {name: 2 * streams.uniform(Stream.SETTING_DATES, k) for k, name in enumerate(DECIDING)}
    return medians(**drawn)


P = some_parameters(5)


def test_values_of_the_options():
    for number in range(200):
        view, parameters = some_view(number), some_parameters(number)
        ours = {o: sum(terms.values()) for o, terms in option_terms(view, parameters).items()}
        theirs = twins.option_values(view, parameters.values)
        assert list(ours) == list(theirs)
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_choices():
    chosen = Counter()
    for number in range(400):
        view, parameters = some_view(number), some_parameters(number)
        streams = Streams(seed=20_070_528, replicate=number)
        who = number % 9
        option, value, _ = decide(view, parameters, streams, who)
        assert option == twins.choose(view, parameters.values, streams, who)
        values = twins.option_values(view, parameters.values)
        assert value == pytest.approx(values[option], abs=1e-12)
        chosen[option] += 1
    assert {"neutral", "free-vote", 0, 1, 2, 3} <= set(chosen)


def test_choice_is_a_logit():
    """Shares of 3 000 choices meet the softmax: a false alarm in 10 000 seeds, seeds are fixed."""
    view, parameters = some_view(11), some_parameters(11)
    n = 3_000
    seen = Counter(decide(view, parameters, Streams(seed=9, replicate=r), 4)[0] for r in range(n))
    values = twins.option_values(view, parameters.values)
    total = sum(map(math.exp, values.values()))
    square = sum(
        (seen[option] - n * math.exp(v) / total) ** 2 / (n * math.exp(v) / total)
        for option, v in values.items()
    )
    assert square < 21.1  # chi squared with 3 degrees of freedom, 1 - 1e-4


def test_what_is_known_of_a_choice_is_what_those_who_chose_so_had_in_mind():
    """The numbers given a choice, and what they choose under other values, against rejection.

    The slow way draws numbers until the choice comes out as it did in fact. Both ways 1 500 draws:
    shares of the other choice within 4.5 standard errors of each other, means of each number too.
    """
    factual, other = option_values(some_view(3), P), option_values(some_view(7), P)
    other = dict(zip(factual, other.values(), strict=True))
    n = 1_500
    for chosen in factual:
        fast, slow = [], []
        for number in range(60_000):
            streams = Streams(seed=77, replicate=number)
            if len(fast) < n:
                fast.append(chance_given(factual, chosen, streams, 2))
            drawn = twins.gumbels(streams, 5, len(factual))
            if len(slow) < n and best_option(factual, drawn) == chosen:
                slow.append(drawn)
            if len(slow) == n:
                break
        assert len(fast) == len(slow) == n
        for option in factual:
            shares = [sum(best_option(other, g) == option for g in way) / n for way in (fast, slow)]
            error = math.sqrt(max(shares[1] * (1 - shares[1]), 1 / n) * 2 / n)
            assert shares[0] == pytest.approx(shares[1], abs=4.5 * error)
        for k in range(len(factual)):
            one, two = ([g[k] for g in way] for way in (fast, slow))
            spread = math.sqrt((statistics.variance(one) + statistics.variance(two)) / n)
            assert statistics.mean(one) == pytest.approx(statistics.mean(two), abs=4.5 * spread)


def test_leaders_of_an_election_choose_by_what_is_public():
    """Every decision of ten elections: the twin's choice, on beliefs formed from public facts."""
    seen = 0
    with pytest.MonkeyPatch.context() as patch:
        calls = watch(patch, negotiation, "decide")
        for replicate in range(10):
            calls.clear()
            model = finished(tiny(endorsements=[]), replicate=replicate)
            votes = model.first_ballot.votes.tolist()
            finalists = [votes[f] for f in (model.leader, model.runner_up)]
            for call in calls:
                a = call.before
                values = dict(a.parameters.values)
                assert call.result[0] == twins.choose(a.view, values, a.streams, a.endorser)
                polls = [poll for poll in model.polls if poll.question == "runoff"]
                share = (finalists[0] + 0.5 * (sum(votes) - sum(finalists))) / sum(votes)
                beliefs = {twins.believed_win_probs(share, votes[a.endorser] / sum(votes))}
                for poll in polls:
                    both = [float(poll.shares[f]) for f in (model.leader, model.runner_up)]
                    told = both[0] / sum(both)
                    own = votes[a.endorser] / sum(votes)
                    beliefs.add(twins.believed_win_probs(told, own))
                assert any(a.view.win_prob == pytest.approx(b, abs=1e-9) for b in beliefs)
                seen += 1
    assert seen >= 15
