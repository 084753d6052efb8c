"""Is the model an honest Mesa model, and does a day keep its order?"""

import mesa
import numpy as np
import pytest

from kingmaker.actors.candidate import CandidateAgent, Status
from kingmaker.actors.contractor import ContractorAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.actors.outside import OutsideAgent
from kingmaker.election import LeadershipElection
from tests.contest_builders import (
    ADA,
    BEN,
    CY,
    DEE,
    SOURCED,
    bare,
    day,
    election,
    finished,
    tiny,
    tiny_run,
)


def test_a_step_is_a_day_and_the_runoff_ends_the_run():
    model = election()
    assert isinstance(model, mesa.Model)
    days = []
    while model.running:
        days.append(model.day)
        model.step()
    assert days == list(range(-4, 8))
    assert model.steps == 12
    assert model.winner in (ADA, BEN)


def test_run_model_runs_to_the_same_end():
    one, two = election(), election()
    one.run_model()
    while two.running:
        two.step()
    assert (one.flows == two.flows).all()


def test_agents_by_type():
    agents = tiny_run().agents_by_type
    assert [a.candidate_id for a in agents[CandidateAgent]] == ["ada", "ben", "cy", "dee"]
    assert [a.notable_id for a in agents[NotableAgent]] == ["nan", "oz"]
    assert [a.outside_id for a in agents[OutsideAgent]] == ["premier"]
    assert len(agents[ContractorAgent]) == len(tiny_run().blocs)
    assert len({a.unique_id for a in tiny_run().agents}) == len(tiny_run().agents)


def test_the_data_collector_has_a_row_per_day():
    frame = tiny_run().datacollector.get_model_vars_dataframe()
    assert frame["day"].tolist() == list(range(-4, 8))
    for support in frame["support"]:
        assert support.shape == (4,)
        assert support.sum() == pytest.approx(1.0)
    between = frame[frame["day"] > 0]
    assert all(support[[CY, DEE]].sum() == 0.0 for support in between["support"])
    assert all((row >= 0).all() for row in frame["contacts"])
    assert all(0.0 <= turnout <= 1.0 for turnout in frame["likely_turnout"])
    assert frame["activists"].iloc[0].sum() == len(tiny_run().activists)


def test_days_are_copies_not_views():
    contacts = tiny_run().datacollector.get_model_vars_dataframe()["contacts"]
    assert len({tuple(row.tolist()) for row in contacts}) > 1


def test_mesas_own_batch_tool_runs_it():
    contest = tiny()
    rows = mesa.batch_run(
        LeadershipElection,
        parameters={
            "contest": [contest],
            "replicate": [0, 1],
            "behaviour": ["historical", "neutral"],
        },
        rng=[7],
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    assert len(rows) == 4
    assert {row["replicate"] for row in rows} == {0, 1}
    assert all(row["day"] == 7 for row in rows)


def test_mesas_seed_is_the_seed():
    one = LeadershipElection(tiny(), rng=11)
    two = LeadershipElection(tiny(), seed=11)
    assert one.streams == two.streams
    assert one.parameters.values == two.parameters.values


def test_status_of_candidates():
    model = election()
    assert {c.status for c in model.candidates} == {Status.RUNNING}
    model.run_to_first_ballot()
    assert {c.status for c in model.candidates} == {Status.RUNNING}
    model.step()
    assert [c.status for c in model.candidates] == [
        Status.FINALIST, Status.FINALIST, Status.ELIMINATED, Status.ELIMINATED]  # fmt: skip
    model.run_model()
    assert model.candidates[model.winner].status is Status.WINNER


def test_the_eliminated_send_their_people_home():
    """On the morning after round one; whoever moves, moves from home."""
    model = election(without=("M15", "M17", "M37"))
    before = model.membership.at_work().sum(axis=0)
    model.run_to_first_ballot()
    assert model.membership.at_work().sum(axis=0).tolist() == before.tolist()
    assert [agent.order for agent in model.contractors] == [a.camp for a in model.contractors]
    model.step()
    after = model.membership.at_work().sum(axis=0)
    assert (before > 0).all()
    assert after.tolist() == [before[ADA], before[BEN], 0, 0]
    for agent in model.contractors:
        assert agent.order == (agent.camp if agent.camp in (ADA, BEN) else None)


def test_the_interlude_opens_on_the_morning_after_round_one():
    model = election()
    model.run_to_first_ballot()
    assert model.finalists == (ADA, BEN)
    assert model.interlude is None
    assert model.racing == (ADA, BEN, CY, DEE)
    assert model.day == 1
    model.step()
    assert model.interlude is not None
    assert model.racing == (ADA, BEN)
    assert {deal.day for deal in model.interlude.deals} == {1}


def test_news_of_the_day_comes_before_polls_and_decisions():
    """An insult on the day of a call is in the mind of the one who calls."""
    acts = [{"kind": "insult", "by": "ada", "to": "dee", "text": "x", "date": day(3), **SOURCED}]
    settings = {"grudge_weight": 5.0, "grudge_decay": 0.0, "attack_rate": 0.0}
    model = finished(tiny(events=acts, endorsements=[]), settings=settings, without=("M21",))
    assert model.climate.grudge[DEE, ADA] == 1.0
    late = [acts[0] | {"date": day(4)}]
    after = finished(tiny(events=late, endorsements=[]), settings=settings, without=("M21",))
    reasons = [
        {d.actor: d.reason for d in m.interlude.deals if d.basis == "decision" and d.reason}
        for m in (model, after)
    ]
    choices = [m.candidates[DEE].choice for m in (model, after)]
    assert choices[0] != ADA or "grudge" in reasons[0]["dee"]
    assert "grudge" not in reasons[1].get("dee", "")


def test_nothing_happens_to_votes_before_polling_day():
    model = election()
    while model.day < 0:
        model.step()
    assert model.first_ballot is None
    assert (model.state.first_vote == -1).all()
    model.step()
    assert model.first_ballot is not None
    assert (model.state.second_vote == -1).all()


def test_traits_are_never_written_during_a_run():
    """Who leaves the party gets another row of propensities, the one drawn is not touched."""
    model = election(settings={"exit_rate": 0.1})
    members = model.members
    before = {name: column.copy() for name, column in vars(members).items()}
    model.run_model()
    for name, column in vars(members).items():
        assert (column == before[name]).all(), name
        assert not column.flags.writeable
    changed = {
        name for name, column in vars(model.members).items() if not (column == before[name]).all()
    }
    assert changed == {"propensity"}
    left = model.exits.members
    assert left.any()
    assert ((model.members.propensity != before["propensity"]) == left).all()


@pytest.mark.parametrize("days", [1, 2, 30])
def test_the_campaign_is_as_long_as_wanted(days):
    model = election(days=days)
    assert model.day == -days
    model.run_model()
    assert model.steps == days + 8


def test_a_contest_of_which_almost_nothing_is_known_runs():
    model = finished(
        bare(roll={**SOURCED}, results={}), settings={"brokered_share": 0.05}, scale=0.02
    )
    assert not model.running
    assert model.first_ballot.ballots > 0


def test_only_voters_of_round_one_where_the_rules_say_so():
    model = finished(bare(rules={"threshold": 0.5, "campaign_days": 4, "voters_only": True}),
                     settings={"brokered_share": 0.05})  # fmt: skip
    voted = model.state.first_vote != -1
    assert ((model.members.on_roll & 2) > 0).tolist() == voted.tolist()
    assert (model.state.second_vote[~voted] == -3).all()
    assert voted.sum() == 460


def test_support_shows_blocs_as_they_will_vote():
    """With full obedience a bloc counts for its candidate, whoever its members prefer."""
    certain = {"obedience": 1.0, "monitoring": 1.0, "brokered_share": 0.05}
    model = election(settings=certain)
    model.step()
    intention, bloc = model.state.intention, model.members.bloc
    obey = model.blocs.obedience
    want = np.bincount(intention[bloc < 0], minlength=4).astype(float)
    for b, camp in enumerate(model.blocs.camp):
        own = np.bincount(intention[bloc == b], minlength=4)
        want += (1.0 - obey[b]) * own
        want[camp] += obey[b] * own.sum()
    seen = model.membership.support(model.racing, model.orders())
    assert seen == pytest.approx(want / 600)


def test_support_of_a_scaled_contest_counts_the_right_rows():
    """At a small scale some blocs are empty; the others must not be mistaken for branches."""
    constants = tiny_run().constants
    for replicate in range(8):
        model = election(
            scale=0.03, constants=constants, replicate=replicate, settings={"brokered_share": 0.4}
        )
        model.step()
        intention, bloc = model.state.intention, model.members.bloc
        want = np.bincount(intention[bloc < 0], minlength=4).astype(float)
        for b, camp in enumerate(model.blocs.camp):
            own = np.bincount(intention[bloc == b], minlength=4)
            want += (1.0 - model.blocs.obedience[b]) * own
            want[camp] += model.blocs.obedience[b] * own.sum()
        seen = model.membership.support(model.racing, model.orders())
        assert seen == pytest.approx(want / len(model.members)), model.blocs.size.tolist()


def test_groups_of_peers_fit_where_branches_and_blocs_are_empty():
    """At a scale of one in a hundred a branch may be empty; its number must still be counted."""
    constants = tiny_run().constants
    for seed in range(20):
        for scale in (0.005, 0.01, 0.03):
            model = LeadershipElection(tiny(), seed=seed, scale=scale, constants=constants)
            assert int(model.members.peer_group.max()) < model.membership.n_groups
