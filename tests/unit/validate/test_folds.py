"""What is left out together, and what is then learned from."""

import datetime as dt

import pytest

from kingmaker.cases.collection import bundled_collection
from kingmaker.cases.keys import key_of, same_contest, same_party
from kingmaker.contest.load import load_contest
from kingmaker.validate.folds import SCHEMES, folds_of
from tests.unit.validate.contests_to_score import example

BUNDLED = bundled_collection().examples


def ids(examples):
    return [example.case.id for example in examples]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_contest_is_held_out_once(scheme):
    folds = folds_of(BUNDLED, scheme)
    assert sorted(i for fold in folds for i in ids(fold.held_out)) == ids(BUNDLED)
    for fold in folds:
        assert sorted(ids(fold.held_out) + ids(fold.training.examples)) == ids(BUNDLED)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_held_out_is_learned_from(scheme):
    for fold in folds_of(BUNDLED, scheme):
        for held in fold.held_out:
            for other in fold.training.examples:
                assert not same_contest(held.case.key, other.case.key)
                if scheme == "party":
                    assert not same_party(held.case.key, other.case.key)


def test_bundled_contests_are_all_different():
    assert all(len(fold.held_out) == 1 for fold in folds_of(BUNDLED, "contest"))


def test_parties_keep_their_branches_and_forerunners():
    folds = {fold.name: ids(fold.held_out) for fold in folds_of(BUNDLED, "party")}
    assert len(folds) == 21
    assert folds["Israel: Israeli Labor Party"] == ["il-labor-2007", "il-labor-2011"]
    assert folds["France: PS"] == ["fr-mrs-2013", "fr-ps-2008", "fr-ps-2023", "fr-ps-2025"]
    assert folds["France: UMP"] == ["fr-lyon-2013", "fr-rpr-1999"]
    assert folds["Greece: PASOK"] == ["gr-kinal-2021", "gr-pasok-2024"]
    assert len(folds["United States: Republican Party"]) == 9
    assert folds["Germany: CDU"] == ["de-cdu-2021"]


def test_same_contest_under_another_id_is_left_out_with_it():
    one = example("one", party="Left", country="Nowhere")
    copy = example("copy", party="LEFT!", country="Nowhere (north)")
    later = example("later", party="Left", year=2024)
    elsewhere = {"ada": 300, "ben": 260, "cy": 240, "dee": 200}
    abroad = example("abroad", party="Left", country="Elsewhere", first=elsewhere)
    folds = folds_of((one, copy, later, abroad), "contest")
    assert [ids(fold.held_out) for fold in folds] == [["one", "copy"], ["later"], ["abroad"]]
    by_party = folds_of((one, copy, later, abroad), "party")
    assert [ids(fold.held_out) for fold in by_party] == [["one", "copy", "later"], ["abroad"]]


def test_chains_go_together():
    names = [{"id": i, "name": i.title()} for i in ("ada", "ben", "cy", "dee")]
    late = {"round1": dt.date(2020, 5, 14), "round2": dt.date(2020, 5, 20)}
    first = example("first", party="Left", candidates=names, dates=late)
    middle = example("middle", party="The Left", candidates=names)
    last = example("last", party="The Left", first={"ada": 420, "ben": 240, "cy": 200, "dee": 140})
    folds = folds_of((first, last, middle), "contest")
    assert [ids(fold.held_out) for fold in folds] == [["first", "last", "middle"]]


def test_country_without_its_region():
    key = key_of(load_contest("es-psc-bcn-2014"))
    assert (key.country, key.party) == ("Spain", "PSC in Barcelona")


def fold(name, scheme="contest", outer=None):
    folds = folds_of(BUNDLED if outer is None else outer.examples, scheme, outer)
    return next(fold for fold in folds if name in ids(fold.held_out))


def test_what_an_outer_fold_leaves_out_stays_left_out_inside():
    outer = fold("il-labor-2007").training
    inner = fold("il-labor-2011", outer=outer).training
    assert not {"il-labor-2007", "il-labor-2011"} & set(ids(inner.examples))
    assert "il-labor-2011" in ids(outer.examples)
    assert [(scheme, key.first.year) for scheme, key in inner.left_out] == [
        ("contest", 2007),
        ("contest", 2011),
    ]
