"""Who enrolled the new members, and whom do they vote for?"""

import numpy as np
import pytest

from kingmaker.population.registration import NOBODY, registrars
from kingmaker.record_tables import tables_of
from kingmaker.records import TABLES
from tests.contest_builders import (
    ADA,
    CY,
    SOURCED,
    STREAMS,
    bare,
    bare_table,
    busy,
    busy_constants,
    busy_run,
    election,
    people,
    tiny,
)


def large(machine=(1.0, 1.0, 1.0, 1.0), scale=1, **claims):
    """Make a bare contest of 12 000 members, in which camps claim some forms."""
    candidates = bare_table()["candidates"]
    for candidate, weight in zip(candidates, machine, strict=True):
        candidate["machine"] = weight
        if candidate["id"] in claims:
            candidate["registration_claim"] = claims[candidate["id"]]
    votes = {"ada": 3_600, "ben": 3_000, "cy": 1_800, "dee": 600}
    return bare(
        candidates=candidates,
        roll={"round1": 12_000 * scale, **SOURCED},
        results={"round1": {"votes": {k: n * scale for k, n in votes.items()}, **SOURCED}},
    )


def enrolled(contest, scale=None, without=(), **settings):
    """Return the part of the new members whom each camp enrolled, and how many are new."""
    made = people(contest, scale, without=without, brokered_share=0.0, **settings)
    counts = np.bincount(made.members.registrar + 1, minlength=5)
    new = int(counts[1:].sum())
    return counts[1:] / max(1, new), new / len(made.members)


def near(n):
    return 4.5 * np.sqrt(0.25 / n)


def test_without_claims_camps_enrol_by_machine_and_strength():
    parts, new = enrolled(large(machine=(1.0, 2.0, 1.0, 0.0)), new_member_share=0.5)
    weights = np.array([0.4 * 1.0, 0.333333 * 2.0, 0.2 * 1.0, 0.0])
    assert new == pytest.approx(0.5, abs=near(12_000))
    assert parts == pytest.approx(weights / weights.sum(), abs=near(6_000))


def test_a_camp_that_claims_forms_has_its_valid_part_of_them():
    """2 000 forms, of which 0.7 are good, among 6 000 new members; the rest is for the others."""
    parts, _ = enrolled(large(cy=2_000), new_member_share=0.5, forms_valid=0.7)
    others = np.array([0.4, 1 / 3, 0.0, 0.2 / 3])
    want = others / others.sum() * (1.0 - 1_400 / 6_000)
    want[CY] = 1_400 / 6_000
    assert parts == pytest.approx(want, abs=near(6_000))


def test_claims_beyond_all_new_members_are_cut_in_proportion():
    parts, _ = enrolled(large(cy=20_000, ada=5_000), new_member_share=0.3, forms_valid=1.0)
    assert parts == pytest.approx([0.2, 0.0, 0.8, 0.0], abs=near(3_600))


def test_claims_of_a_little_more_than_all_leave_nothing_to_the_others():
    parts, _ = enrolled(large(cy=3_600, ada=3_600), new_member_share=0.5, forms_valid=1.0)
    assert parts == pytest.approx([0.5, 0.0, 0.5, 0.0], abs=near(6_000))


def test_forms_that_are_good_in_greater_part_win_more_members():
    low, high = (
        enrolled(large(cy=2_000), new_member_share=0.5, forms_valid=valid)[0][CY]
        for valid in (0.2, 0.9)
    )
    assert high == pytest.approx(4.5 * low, rel=0.2)


def test_scale_changes_no_camps_part():
    full, _ = enrolled(large(cy=6_000, scale=3), scale=1 / 3, new_member_share=0.5)
    same, _ = enrolled(large(cy=2_000), new_member_share=0.5)
    assert full == pytest.approx(same, abs=2 * near(6_000))


def test_contractors_enrolled_their_own_blocs():
    made = people(tiny(), brokered_share=0.2)
    inside = made.members.bloc >= 0
    assert inside.sum() > 40
    camps = made.blocs.camp[made.members.bloc[inside]]
    assert (made.members.registrar[inside] == camps).all()


def test_nobody_owes_anything_without_m41():
    made = people(tiny(), without=("M41",))
    assert (made.members.registrar == NOBODY).all()
    assert (people(tiny()).members.registrar != NOBODY).any()


def test_who_enrolled_whom_is_a_matter_of_his_own_number():
    """Other parameters do not move it; a larger share of new members adds some, and takes none."""
    few, many = (people(tiny(), new_member_share=share).members.registrar for share in (0.2, 0.6))
    assert ((few != NOBODY) <= (many != NOBODY)).all()
    other = people(tiny(), new_member_share=0.2, spatial_weight=3.0).members.registrar
    assert (few == other).all()


def test_registrars_are_drawn_for_as_many_members_as_there_are():
    made = people(tiny(roll={"round1": 600, "round2": 700, **SOURCED}))
    column = registrars(
        made.setting, made.blocs, made.members.bloc, made.parameters, STREAMS
    )  # fmt: skip
    assert column.size == 700
    assert column.max() < 4


# --- in a campaign -------------------------------------------------------------------------------


def test_the_enrolled_vote_for_their_registrar_more_than_others_and_not_all():
    settings = {"registrar_tie": 1.5, "new_member_share": 0.5}
    model = election(busy(), constants=busy_constants(), settings=settings)
    model.run_to_first_ballot()
    registrar, vote = model.members.registrar, model.state.first_vote
    own = (registrar == ADA) & (model.members.bloc < 0)
    others = (registrar != ADA) & (model.members.bloc < 0)
    loyal, plain = (float((vote[who] == ADA).mean()) for who in (own, others))
    assert plain + 0.1 < loyal < 0.9
    assert (vote[own] == -1).any()  # some forms never become votes


def test_the_table_of_registration_adds_up():
    model = busy_run()
    table = tables_of(model)["registration"]
    assert list(table) == list(TABLES["registration"])
    registrar = model.members.registrar
    for c, name in enumerate(table["candidate"]):
        total = table["own_votes"][c] + table["other_votes"][c] + table["stayed_home"][c]
        assert total == table["enrolled"][c] == (registrar == c).sum(), name
    assert table["enrolled"][CY] > 0
