"""Options of a comparison: checked all at once, with what would be right."""

import pytest

from kingmaker.analyse.plan import CompareOptions, plan_comparison
from kingmaker.errors import ContestError, ParameterError
from tests.contest_builders import bare, tiny


def planned(behaviours="historical,neutral", contest=None, **options):
    contest = tiny() if contest is None else contest
    return plan_comparison(CompareOptions(contest, behaviours, **options))


def problems(behaviours="historical,neutral", contest=None, **options):
    with pytest.raises(ParameterError) as caught:
        planned(behaviours, contest, **options)
    assert caught.value.source == "compare"
    return [str(problem) for problem in caught.value.problems]


def unfinished():
    """Describe a contest whose runoff is still to come."""
    return bare()


def test_defaults():
    plan = planned(["historical", "cy = endorse:ada"])
    assert plan.behaviours == ("historical", "cy=endorse:ada")
    assert (plan.replicates, plan.payoff_replicates, plan.given) == (200, 40, "before-runoff")
    assert planned(replicates=7).payoff_replicates == 7
    assert planned(given="observed-runoff").payoff_replicates == 100
    assert planned(payoff_replicates=0).payoff_replicates == 0


def test_the_reference_leaves_the_campaign_alone():
    assert planned("neutral,historical").reference == "neutral"
    assert planned("no-contempt,neutral").reference == "historical"


def test_the_command_that_repeats_it():
    plan = planned(
        "neutral,cy=neutral+dee=endorse:ben",
        replicates=6,
        given="observed-runoff",
        tolerance=0.02,
        seed=5,
        settings={"obedience": 0.5},
        without="M15",
        scale=0.5,
        days=3,
    )
    assert plan.repeat() == (
        "kingmaker compare tiny --behaviours neutral,cy=neutral+dee=endorse:ben --seed 5 "
        "--replicates 6 --given observed-runoff --tolerance 0.02 --payoff-replicates 6 "
        "--set obedience=0.5 --without M15 --scale 0.5 --days 3"
    )


@pytest.mark.parametrize(
    ("behaviours", "message"),
    [
        (
            "historical,cyy=neutral",
            "behaviours: 'cyy' is nobody who decides in tiny (did you mean 'cy'?)",
        ),
        (
            "historical,endorse:dee",
            "behaviours: 'dee' is not in the runoff of tiny (the finalists are ada and ben)",
        ),
        (
            "neutral,historical,neutral",
            (
                "behaviours: 'neutral' occurs twice in 'neutral,historical,neutral' "
                "(each behaviour once)"
            ),
        ),
        (
            "neutral,cy=neutral+neutral",
            "behaviours: 'cy=neutral+neutral' and 'neutral' mean the same (each behaviour once)",
        ),
        (
            "neutral",
            (
                "behaviours: 'neutral' leaves nothing to compare "
                "(two behaviours or more, separated by commas)"
            ),
        ),
        (
            "neutral,,historical",
            (
                "behaviours: behaviour 2 of 'neutral,,historical' is empty "
                "(behaviours separated by single commas)"
            ),
        ),
        (7, "behaviours: 7 is no list (such as historical,neutral)"),
    ],
)
def test_behaviours_are_checked(behaviours, message):
    assert problems(behaviours) == [message]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"given": "x"}, "given: 'x' is unknown (before-runoff or observed-runoff)"),
        ({"tolerance": 0.0}, "tolerance: 0.0 is no such spread (a fraction from 0.0005 to 0.2)"),
        ({"tolerance": "1%"}, "tolerance: '1%' is no such spread"),
        ({"payoff_replicates": -1}, "payoff_replicates: -1 is no number of replicates (0 "),
        ({"replicates": 0}, "replicates: 0 is out of range"),
        ({"seed": "x"}, "seed: 'x' is no whole number"),
        ({"out": "."}, "out: '.' exists already"),
    ],
)
def test_options_are_checked(options, message):
    (found,) = problems(**options)
    assert message in found


def test_the_observed_runoff_must_have_been_observed():
    (found,) = problems(contest=unfinished(), given="observed-runoff")
    assert found == (
        "given: bare has no observed runoff (before-runoff, or results.round2 in the contest file)"
    )
    assert planned(contest=unfinished()).given == "before-runoff"


def test_all_problems_come_at_once():
    found = problems("neutral,x=neutral", tolerance=9, replicates=-1, scale=2, workers=0)
    assert len(found) == 5


def test_options_are_named_as_typed():
    with pytest.raises(ParameterError) as caught:
        planned("neutral", is_command_line=True)
    assert str(caught.value).startswith("kingmaker compare: --behaviours: 'neutral' leaves")


def test_a_bad_contest_stays_a_bad_contest(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('id = "bad"\n')
    with pytest.raises(ContestError):
        plan_comparison(CompareOptions(path, "historical,neutral"))
    with pytest.raises(ParameterError) as caught:
        plan_comparison(CompareOptions(path, "historical,neutral", seed="x"))
    assert any("bad.toml" in problem.where for problem in caught.value.problems)
