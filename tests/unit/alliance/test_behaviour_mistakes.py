"""Is everything that is wrong with a behaviour told, all at once, with what would be right?"""

from dataclasses import replace

import pytest

from kingmaker.alliance.behaviours import Choice, check_behaviour, parse_behaviour
from kingmaker.errors import ParameterError
from tests.contest_builders import SOURCED, bare, bare_table, day, tiny
from tests.unit.alliance.behaviour_contests import full


def told(text, contest=None):
    """List the problems of a behaviour as sentences, without their place."""
    problems = check_behaviour(text, contest or tiny())
    assert all(problem.where == "--behaviour" for problem in problems)
    return [str(replace(problem, where="")) for problem in problems]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("neutrall", "unknown behaviour 'neutrall' (did you mean 'neutral'?)"),
        ("", "no behaviour in ''"),
        ("neutral+", "no behaviour in ''"),
        ("cy=", "no behaviour in 'cy='"),
        ("endorse", "'endorse' needs a candidate (endorse:CANDIDATE)"),
        ("endorse:", "'endorse' needs a candidate (endorse:CANDIDATE)"),
        ("neutral:ada", "'neutral' takes no candidate (neutral alone)"),
        ("neutral:", "'neutral' takes no candidate (neutral alone)"),
        ("extra-week:2", "'extra-week' takes no argument (extra-week alone)"),
        ("joint-ticket:", "'joint-ticket' needs a candidate after the colon (joint-ticket[:CANDID"),
        ("endorse:adda", "'adda' is no candidate of tiny (did you mean 'ada'?)"),
        ("endorse:cy", "'cy' is not in the runoff of tiny (the finalists are ada and ben)"),
        ("ada=neutral", "'ada' is a finalist of tiny (those who decide: cy, dee)"),
        ("zoe=neutral", "'zoe' is nobody who decides in tiny (known: cy, dee, nan, oz)"),
        ("cy=neutral+cy=free-vote", "'cy' has two behaviours in 'cy=neutral+cy=free-vote'"),
        ("nan=neutral+lieutenant:nan=ben", "'nan' has two behaviours in"),
        ("neutral+free-vote", "'neutral+free-vote' has two behaviours for everybody"),
        ("neutral,historical", "'neutral,historical' names several behaviours"),
        ("cy=united-losers", "'united-losers' is for all eliminated candidates, not for 'cy'"),
        (
            "nan=consult",
            "'nan' is a notable (a notable's behaviours: historical, decide, neutral, free-vote, ",
        ),
        (
            "cy=poach",
            "'cy' is not in the runoff of tiny (the finalists are ada and ben)",
        ),
        ("zoe=poach", "'zoe' is no candidate of tiny who can be a finalist (known: ada, ben)"),
        ("ben=poatch", "unknown behaviour 'poatch' (did you mean 'poach'?)"),
        ("ada=finalists-unite", "'finalists-unite' is for both finalists, not for 'ada'"),
        ("cy=extra-week", "'extra-week' is for nobody alone, not for 'cy' (extra-week alone)"),
        ("cy=gap:9", "'gap' is for nobody alone, not for 'cy' (gap:DAYS alone)"),
        ("lieutenant", "'lieutenant' needs a notable and a candidate (lieutenant:NOTABLE=CANDIDA"),
        ("lieutenant:nan", "'lieutenant' needs a notable and a candidate"),
        ("nan=lieutenant:ada", "'lieutenant' needs a notable and a candidate"),
        ("neutral+lieutenant:", "'lieutenant' needs a notable and a candidate"),
        ("lieutenant:=ada", "'' is no notable of tiny (known: nan)"),
        ("lieutenant:cy=ada", "'cy' is no notable of tiny (known: nan)"),
        ("lieutenant:nan=dee", "'dee' is not in the runoff of tiny"),
        (
            "lieutenant:oz=ada",
            "'oz' is in nobody's camp in tiny, so nobody's lieutenant (oz=endorse:CANDIDATE)",
        ),
        ("announce", "'announce' needs a candidate and a day (announce:CANDIDATE@DAY)"),
        ("announce:ada", "'announce' needs a candidate and a day, not 'ada'"),
        ("announce:@3", "'announce' needs a candidate and a day, not '@3'"),
        ("announce:ada@0", "'0' is no day between the rounds of tiny (a whole number from 1 to 7)"),
        ("announce:ada@8", "'8' is no day between the rounds of tiny (a whole number from 1 to 7)"),
        ("announce:ada@1.5", "'1.5' is no day between the rounds of tiny"),
        ("announce:ada@", "'' is no day between the rounds of tiny"),
        ("announce:ada@\N{ARABIC-INDIC DIGIT THREE}", "is no day between the rounds of tiny"),
        ("announce:cy@3", "'cy' is not in the runoff of tiny"),
        ("gap", "'gap' needs a number of days (gap:DAYS)"),
        ("gap:0", "'0' is no number of days between the rounds (a whole number from 1 to 60)"),
        ("gap:61", "'61' is no number of days between the rounds"),
        ("gap:-1", "'-1' is no number of days between the rounds"),
        ("gap:" + "9" * 5000, "is no number of days between the rounds"),
        ("gap:7+gap:9", "'gap' stands twice in 'gap:7+gap:9', for different things"),
        ("threshold:40", "'40' is no threshold of round one (a fraction from 0.2 to 0.6, such as"),
        ("threshold:40%", "'40%' is no threshold of round one"),
        ("threshold:0.61", "'0.61' is no threshold of round one"),
        ("threshold:0.1", "'0.1' is no threshold of round one"),
        ("threshold:nan", "'nan' is no threshold of round one"),
        ("threshold:5e-1", "'5e-1' is no threshold of round one"),
        ("withdraw:zoe", "'zoe' is not on the first ballot of tiny (known: ada, ben, cy, dee)"),
        ("stay:cy", "'cy' did not withdraw before round one of tiny (nobody did)"),
    ],
)
def test_what_is_wrong_is_said(text, message):
    problems = told(text)
    assert len(problems) == 1
    assert message in problems[0]
    with pytest.raises(ParameterError) as caught:
        parse_behaviour(text, tiny())
    assert message in str(caught.value)


def test_an_equals_sign_without_an_actor_is_a_mistake():
    assert len(check_behaviour("=neutral", tiny())) == 1


def test_all_problems_are_told_at_once():
    assert len(check_behaviour("endorse:cy+ada=neutrall+eve=endorse", tiny())) == 5
    text = "ada=neutral+gap:0+threshold:2+poach+finalists-unite+letter-off+cy=poach"
    assert len(check_behaviour(text, tiny())) == 6


def test_the_same_problem_is_told_once():
    assert len(check_behaviour("gap:0+gap:0", tiny())) == 1


def test_days_count_to_the_runoff_as_it_is_moved():
    assert told("announce:ada@7") == []
    assert told("announce:ada@14+extra-week") == []
    assert told("announce:ada@20+gap:20") == []
    assert len(told("announce:ada@5+gap:4")) == 1
    assert len(told("announce:ada@15+extra-week")) == 1


def test_days_where_the_runoff_has_no_date():
    unknown = bare(dates={"round1": day(0)}, results={})
    assert told("announce:ada@60", unknown) == []
    assert "from 1 to 60" in told("announce:ada@61", unknown)[0]


def test_a_runoff_on_the_same_day_leaves_no_day_to_announce():
    rules = {"threshold": 0.5, "campaign_days": 4, "same_day": True}
    at_once = bare(rules=rules, dates={"round1": day(0)})
    assert (
        "no day lies between the rounds of bare (add gap:DAYS" in told("announce:ada@1", at_once)[0]
    )
    assert told("announce:ada@1+gap:1", at_once) == []
    assert told("announce:ada@7+extra-week", at_once) == []


def test_where_round_one_is_unknown_anybody_may_be_anything():
    unknown = bare(results={})
    assert told("ada=neutral+dee=poach+cy=endorse:dee+ada=poach", unknown) == []
    policy = parse_behaviour("ada=neutral+ada=poach", unknown)
    assert policy.of("ada") == Choice("neutral")
    assert policy.finalist("poach", "ada")
    assert "'cy' cannot call for 'cy'" in told("cy=endorse:cy", unknown)[0]
    assert "'cy' cannot call for 'cy'" in told("cy=announce:cy@2", unknown)[0]


def test_minor_candidates_counted_together_can_be_no_finalist():
    people = bare_table()["candidates"]
    people[3]["aggregate"] = True
    unknown = bare(results={}, candidates=people)
    assert told("endorse:dee", unknown) == [
        "'dee' of bare can be no finalist (known: ada, ben, cy)"
    ]  # fmt: skip
    assert "who can be a finalist" in told("dee=poach", unknown)[0]
    assert told("dee=neutral", unknown) == []


def test_another_ballot_opens_the_runoff():
    assert told("withdraw:ada+endorse:cy+ben=neutral") == []
    assert told("stay:eve+endorse:eve+ada=neutral+eve=poach", full()) == []
    assert "'eve' is no candidate of tiny" in told("endorse:eve", full())[0]
    assert "'eve' is nobody who decides" in told("eve=neutral", full())[0]


def test_whoever_withdraws_does_nothing_else():
    assert "'ada' withdraws and cannot be called for" in told("withdraw:ada+endorse:ada")[0]
    assert "'cy' withdraws and decides nothing" in told("withdraw:cy+cy=endorse:ben")[0]
    assert "'ada' withdraws and decides nothing" in told("withdraw:ada+ada=poach")[0]
    assert "'ada' withdraws and cannot" in told("withdraw:ada+cy=joint-ticket:ada")[0]
    assert "'ada' withdraws and cannot" in told("withdraw:ada+lieutenant:nan=ada")[0]


def test_somebody_must_be_left():
    two = bare(
        candidates=bare_table()["candidates"][:2],
        results={"round1": {"votes": {"ada": 210, "ben": 250}, "ballots": 470, **SOURCED}},
    )
    assert (
        "without 'ada' nobody runs against the only candidate left" in told("withdraw:ada", two)[0]
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("counter-frame+no-counter-frame", ["counter-frame", "no-counter-frame"]),
        ("ada=no-counter-frame+ada=counter-frame", ["counter-frame", "no-counter-frame", "ada"]),
        ("pledge-kept+pledge-dropped", ["pledge-kept", "pledge-dropped"]),
        ("ada=pledge-dropped+ada=pledge-conditional", ["pledge-dropped", "pledge-conditional"]),
        ("grant-office+withdraw-office", ["grant-office", "withdraw-office"]),
        ("broker-auction+patron-tied", ["broker-auction", "patron-tied"]),
        ("extra-week+gap:9", ["extra-week", "gap"]),
        ("finalists-unite+poach", ["finalists-unite", "poach"]),
        ("finalists-unite+ben=poach", ["finalists-unite", "poach"]),
        ("finalists-unite+cy=joint-ticket", ["finalists-unite", "joint-ticket"]),
        ("finalists-unite+joint-ticket:ada", ["finalists-unite", "joint-ticket"]),
        ("withdraw:eve+stay:eve", ["'eve' is not on the first ballot", "withdraws and stays"]),
        ("withdraw:cy+withdraw:dee", ["'withdraw' stands twice", "for different things"]),
    ],
)
def test_contradictions_are_named(text, wrong):
    problems = " ".join(told(text, full()))
    assert problems
    assert all(words in problems for words in wrong)


def test_three_pledges_are_two_contradictions():
    assert len(told("pledge-kept+pledge-dropped+pledge-conditional")) == 2


@pytest.mark.parametrize(
    "text", ["neutral", "nan=neutral", "ben=poach", "grant-office", "broker-auction", "gap:9",
             "early-movers-off", "extra-week", "pledge-kept"]
)  # fmt: skip
def test_an_instant_runoff_leaves_no_time_between_the_rounds(text):
    (problem,) = told(f"instant-runoff+{text}")
    assert problem.startswith(f"'instant-runoff' leaves no days for {text} in")


def test_an_instant_runoff_goes_with_what_acts_before():
    text = "historical+instant-runoff+withdraw:dee+no-polls+no-contempt+threshold:0.5"
    assert told(text) == []


def test_an_instant_runoff_names_all_that_acts_between():
    (problem,) = told("neutral+instant-runoff+ben=poach+letter-off", full())
    assert "no days for neutral, ben=poach, letter-off in" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grant-office", "'grant-office' needs a head of government, and bare has none (no outsid"),
        ("withdraw-office", "'withdraw-office' needs a head of government, and bare has none"),
        ("letter-off", "'letter-off' needs an event (letter), and bare has none (no event is kno"),
        ("no-contempt", "'no-contempt' needs an event (insult or wasted-vote-call), and bare has"),
        ("pledge-kept", "'pledge-kept': no finalist of bare pledged anything about the government"),
        ("stay:eve", "'eve' did not withdraw before round one of bare (nobody did)"),
        ("coordinated:mutual", "'coordinated' needs a pact, and bare has none"),
    ],
)
def test_a_behaviour_about_something_that_is_not_there(text, message):
    (problem,) = told(text, bare())
    assert message in problem


def test_the_remedy_names_what_is_there():
    press = {"id": "press", "name": "Press", "role": "press", **SOURCED}
    (problem,) = told("grant-office", tiny(outside=[press]))
    assert problem.endswith("tiny has none (outside actors: press (press))")
    head = {"id": "premier", "name": "Premier", "role": "head-of-government", **SOURCED}
    (problem,) = told("grant-office", tiny(outside=[head]))
    assert problem == (
        "'grant-office' needs offices, and premier of tiny has none "
        "(offices of premier in the file's [[outside]])"
    )
    (problem,) = told("letter-off", tiny())
    assert problem.endswith("tiny has none (known events: attack, insult)")
    (problem,) = told("ben=pledge-kept")
    assert problem == (
        "'pledge-kept': 'ben' pledged nothing about the government (those who did: ada)"
    )
    (problem,) = told("stay:evve", full())
    assert problem.endswith("(did you mean 'eve'?)")
    loser = {"by": "cy", "issue": "government", "stance": "stay", "text": "in", **SOURCED}
    (problem,) = told("pledge-kept", tiny(pledges=[loser]))
    assert problem.endswith("(pledges were made by cy)")
    (problem,) = told("ada=pledge-kept", tiny(pledges=[loser]))
    assert problem.endswith("'ada' pledged nothing about the government (no finalist did)")


def with_pacts(*pacts):
    challengers = [{"id": name, **SOURCED} for name in ("cy", "dee")]
    return tiny(candidacy={"challengers": challengers, "pacts": [p | SOURCED for p in pacts]})


ONE_WAY = {"between": ["cy", "dee"], "kind": "one-way", "supporter": "cy", "supported": "dee"}
MUTUAL = {"between": ["cy", "dee"], "kind": "mutual"}


def test_a_coordinated_candidacy_needs_partners_who_talked_about_it():
    assert told("coordinated:one-way", with_pacts(ONE_WAY)) == []
    assert told("coordinated:mutual", with_pacts(ONE_WAY)) == []
    assert told("coordinated:mutual", with_pacts(MUTUAL)) == []
    (problem,) = told("coordinated:one-way", with_pacts(MUTUAL))
    assert problem == (
        "'coordinated:one-way' needs to know who supports whom in tiny "
        "(coordinated:mutual, or a supporter in [[candidacy.pacts]])"
    )
    assert "needs a pact, and tiny has none" in told("coordinated:mutual", with_pacts())[0]
    (problem,) = told("coordinated:both", with_pacts(ONE_WAY))
    assert problem == "unknown pact 'both' (known: mutual, one-way)"
    (problem,) = told("coordinated", with_pacts(ONE_WAY))
    assert problem == "'coordinated' needs a pact (coordinated:PACT)"


def test_partners_of_a_pact_run():
    pact = with_pacts(ONE_WAY)
    (problem,) = told("coordinated:mutual+withdraw:dee", pact)
    assert "'dee' withdraws and is partner of a pact in" in problem
    assert told("coordinated:mutual+withdraw:ben", pact) == []


def test_whoever_has_yet_to_decide_can_be_told_to_run():
    assert told("stay:cy", with_pacts()) == []
    (problem,) = told("stay:ben", with_pacts())
    assert problem == "'ben' did not withdraw before round one of tiny (known: cy, dee)"
    assert "'cy' withdraws and stays in" in told("withdraw:cy+stay:cy", with_pacts())[0]


def test_a_pact_is_kept_between_the_rounds():
    (problem,) = told("coordinated:mutual+instant-runoff", with_pacts(MUTUAL))
    assert "leaves no days for coordinated:mutual in" in problem
