"""Is the second round, and whatever comes later, never read?"""

import pickle

import pytest

from kingmaker.contest.load import load_contest
from kingmaker.outcome import simulate_replicate
from kingmaker.records import Request
from tests.contest_builders import SOURCED, day, election, tiny, tiny_table


def record(contest, **arguments):
    """Return a replicate's record as bytes; what was published is printed, so it is left out."""
    made = simulate_replicate(Request(contest, seed=3, replicate=1, **arguments))
    polls = {k: v for k, v in made.tables["polls"].items() if k != "observed"}
    return pickle.dumps((made.run, made.tables | {"polls": polls}, made.drawn))


def with_round2(contest, **changes):
    results = contest.results
    second = results.round2.model_copy(update=changes) if changes else None
    return contest.model_copy(update={"results": results.model_copy(update={"round2": second})})


CHANGES = {
    "no second round": {},
    "another winner": {"votes": {"ada": 1, "ben": 449}},
    "another turnout": {"ballots": 601, "turnout": 0.99, "blank": 77},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("behaviour", ["historical", "endorse:ada"])
def test_second_rounds_change_nothing(changes, behaviour):
    contest = tiny()
    assert record(with_round2(contest, **changes), behaviour=behaviour) == record(
        contest, behaviour=behaviour
    )


def test_sectors_and_towns_in_the_second_round_change_nothing():
    data = tiny_table()
    seen = {"shares": {"ada": 0.9, "ben": 0.1}, "turnout": 0.2, **SOURCED}
    data["sectors"][0]["round2"] = seen
    data["towns"] = [{"id": "t", "name": "T", "sector": "coast", "ballots_round2": 33,
                      "votes_round2": {"ada": 30, "ben": 3}, **SOURCED}]  # fmt: skip
    assert record(tiny(**data)) == record(tiny())


def test_transfers_seen_by_polls_change_nothing():
    transfers = [{"origin": "cy", "to": "ada", "share": 0.95, **SOURCED}]
    assert record(tiny(transfers=transfers)) == record(tiny())


def test_later_acts_polls_and_endorsements_change_nothing():
    data = tiny_table()
    data["events"].append({"date": day(8), "kind": "insult", "by": "ada", "to": "dee",
                           "text": "later", **SOURCED})  # fmt: skip
    data["polls"].append({"date": day(9), "pollster": "P", "question": "seats",
                          "seats": {"ada": 50, "ben": 3}, **SOURCED})  # fmt: skip
    data["endorsements"].append({"by": "oz", "to": "ben", "date": day(8), "phase": "between",
                                 **SOURCED})  # fmt: skip
    contest = tiny()
    later = tiny(**data)
    assert record(later) == record(contest)


def test_what_polls_of_the_runoff_showed_changes_nothing():
    """The simulated poll of a day counts, never the published one: only its day is taken."""
    data = tiny_table()
    data["polls"][3]["shares"] = {"ada": 0.1, "ben": 0.8}
    assert record(tiny(**data)) == record(tiny())


def test_a_call_does_not_reach_back_to_the_days_before_it():
    """Whether cy calls on the third or on the last day, the first two days are the same."""
    early, late = (tiny_table()["endorsements"][0] | {"date": day(number)} for number in (3, 7))
    runs = []
    for call in (early, late):
        model = election(tiny(endorsements=[call]), without=("M27",))
        while model.day < 3:
            model.step()
        runs.append((model.state.lean.copy(), model.state.intention.copy()))
    assert all((a == b).all() for a, b in zip(*runs, strict=True))


@pytest.mark.parametrize("contest", ["il-labor-2007", "il-labor-2011"])
def test_second_rounds_of_the_home_contests_change_nothing(contest):
    loaded = load_contest(contest)
    sectors = tuple(s.model_copy(update={"round2": None}) for s in loaded.sectors)
    blind = with_round2(loaded).model_copy(
        update={"sectors": sectors, "towns": (), "transfers": ()}
    )
    small = {"scale": 0.02, "days": 3}
    assert record(blind, **small) == record(loaded, **small)


def test_records_can_differ():
    """The comparison sees a difference where there is one."""
    data = tiny_table()
    data["results"]["round1"]["votes"] = {"ada": 181, "ben": 149, "cy": 90, "dee": 30}
    assert record(tiny(**data)) != record(tiny())
