"""What passes between finalists and leaders: courting, letters, appeals, praise, rumours."""

import pytest

from kingmaker.alliance.appeals import (
    APPEAL_GRUDGE,
    REBUTTED,
    REJECTED,
    appeal,
    appeal_side,
    guilt_side,
    heed,
    is_worth_naming,
    praise_from_outside,
    rebut,
)
from kingmaker.alliance.courting import FIRST_MOVER, MEETINGS, court, goodwill
from kingmaker.alliance.deals import ACTS, Dealings
from kingmaker.alliance.offers import Held
from kingmaker.alliance.pressure import (
    PEOPLE_AT_MOST,
    letter_asks_for,
    pressure,
    receive_letter,
)
from kingmaker.alliance.rumours import DENIED, REPORTED, leak
from kingmaker.rng import Stream, Streams
from tests.contest_builders import ADA, BEN, CANDIDATES, CY, DEE, STREAMS, busy, medians

FINALISTS = (ADA, BEN)


@pytest.fixture
def book():
    return Dealings.fresh(4)


# --- courting (M21) ------------------------------------------------------------------------------


def visit(book, leader, finalist, kind="meeting", **settings):
    return court(book, leader, finalist, kind, medians(**settings))


def test_nobody_has_been_courted_at_first(book):
    assert goodwill(book, CY, FINALISTS) == (0.0, 0.0)


def test_who_comes_first_counts_more(book):
    visit(book, CY, BEN)
    visit(book, CY, ADA)
    assert book.courted[CY].tolist() == [1.0, FIRST_MOVER, 0.0, 0.0]
    one, two = goodwill(book, CY, FINALISTS)
    assert one == -two
    assert two == pytest.approx((FIRST_MOVER - 1.0) / (2.0 + FIRST_MOVER))


def test_the_first_is_first_with_each_leader(book):
    visit(book, CY, ADA)
    visit(book, DEE, BEN)
    assert book.courted[DEE, BEN] == FIRST_MOVER
    assert goodwill(book, DEE, FINALISTS)[1] == pytest.approx(FIRST_MOVER / (1.0 + FIRST_MOVER))


def test_goodwill_is_symmetric_and_saturates(book):
    other = Dealings.fresh(4)
    for _ in range(5):
        visit(book, CY, ADA)
        visit(other, CY, BEN)
    assert goodwill(book, CY, FINALISTS) == tuple(reversed(goodwill(other, CY, FINALISTS)))
    assert 0.8 < goodwill(book, CY, FINALISTS)[0] < 1.0
    for _ in range(50):
        visit(book, CY, BEN)
        visit(book, CY, ADA)
    assert abs(goodwill(book, CY, FINALISTS)[0]) < 0.1


@pytest.mark.parametrize("kind", MEETINGS)
def test_courting_takes_a_part_of_the_grudge_away(book, kind):
    assert visit(book, CY, ADA, kind, courting_relief=0.2) == pytest.approx(0.2 * MEETINGS[kind])
    assert visit(book, CY, ADA, kind, courting_relief=0.0) == 0.0
    assert visit(book, CY, ADA, kind, courting_relief=1.0) <= 1.0


# --- letters (M19) -------------------------------------------------------------------------------


def writer(people=1):
    [mayors] = [n for n in busy().notables if n.id == "mayors"]
    return mayors.model_copy(update={"people": people})


def test_one_letter_presses_by_half_and_more_by_more(book):
    assert pressure(book, DEE, FINALISTS) == (0.0, 0.0)
    receive_letter(book, DEE, BEN, writer(), is_sent=True)
    assert pressure(book, DEE, FINALISTS) == pytest.approx((-0.5, 0.5))
    receive_letter(book, DEE, BEN, writer(3), is_sent=True)
    assert pressure(book, DEE, FINALISTS) == pytest.approx((-0.8, 0.8))
    assert pressure(book, CY, FINALISTS) == (0.0, 0.0)


def test_letters_for_both_hold_each_other_back(book):
    for finalist in FINALISTS:
        receive_letter(book, DEE, finalist, writer(2), is_sent=True)
    assert pressure(book, DEE, FINALISTS) == (0.0, 0.0)
    receive_letter(book, DEE, ADA, writer(1), is_sent=True)
    assert pressure(book, DEE, FINALISTS)[0] == pytest.approx(1 / 6)


def test_many_signatures_count_as_a_few(book):
    receive_letter(book, DEE, BEN, writer(200), is_sent=True)
    assert book.letters[DEE, BEN] == PEOPLE_AT_MOST


def test_a_letter_that_is_not_sent_was_sent_in_fact(book):
    receive_letter(book, DEE, BEN, writer(3), is_sent=False)
    assert pressure(book, DEE, FINALISTS) == (0.0, 0.0)
    assert pressure(book, DEE, FINALISTS, in_fact=True) == pytest.approx((-0.75, 0.75))


def test_a_letter_asks_for_whom_its_writer_calls(book):
    calls = busy().endorsements
    assert letter_asks_for("mayors", calls) == "ben"
    assert letter_asks_for("nobody", calls) is None


# --- appeals over a leader's head (M30) ----------------------------------------------------------


def test_the_first_appeal_offends_and_the_others_do_not(book):
    assert appeal(book, CY, ADA, in_fact=True)
    assert not appeal(book, CY, ADA, in_fact=True)
    assert book.affront[CY, ADA] == book.affront_in_fact[CY, ADA] == APPEAL_GRUDGE
    assert appeal(book, CY, BEN, in_fact=False)
    assert book.affront[CY, BEN] == APPEAL_GRUDGE
    assert book.affront_in_fact[CY, BEN] == 0.0
    assert not book.affront[ADA].any()  # it is the leader who is offended


def test_to_whom_voters_are_called(book):
    assert appeal_side(book, CY, FINALISTS) == 0.0
    appeal(book, CY, BEN, in_fact=True)
    assert appeal_side(book, CY, FINALISTS) == -1.0
    assert appeal_side(book, CY, (BEN, ADA)) == 1.0
    appeal(book, CY, ADA, in_fact=True)
    assert appeal_side(book, CY, FINALISTS) == 0.0
    assert appeal_side(book, DEE, FINALISTS) == 0.0


def test_a_leader_is_heeded_less_after_an_appeal(book):
    assert heed(book, CY, 0.3) == 1.0
    appeal(book, CY, BEN, in_fact=True)
    assert heed(book, CY, 0.3) == pytest.approx(0.7)
    appeal(book, CY, ADA, in_fact=True)
    assert heed(book, CY, 0.3) == pytest.approx(0.7)
    assert heed(book, DEE, 0.3) == 1.0


# --- praise from outside (M31), and naming a pact (M43) ------------------------------------------


def test_praise_from_outside_hurts_the_praised_and_saturates(book):
    praise_from_outside(book, ADA)
    assert guilt_side(book, FINALISTS) == pytest.approx(-0.5)
    assert guilt_side(book, (BEN, ADA)) == pytest.approx(0.5)
    praise_from_outside(book, ADA)
    assert guilt_side(book, FINALISTS) == pytest.approx(-2 / 3)
    praise_from_outside(book, BEN)
    praise_from_outside(book, BEN)
    assert guilt_side(book, FINALISTS) == 0.0


def test_what_is_rebutted_hurts_less(book):
    praise_from_outside(book, ADA)
    rebut(book, ADA)
    assert book.praised[ADA] == REBUTTED
    assert guilt_side(book, FINALISTS) == pytest.approx(-REBUTTED / (1.0 + REBUTTED))
    rebut(book, BEN)
    assert book.praised[BEN] == 0.0


def test_a_pact_is_worth_naming_where_many_reject_the_ally():
    assert is_worth_naming(REJECTED)
    assert not is_worth_naming(REJECTED - 0.01)


# --- rumours (M32) -------------------------------------------------------------------------------


def leaked(book, day=2, rate=0.999, no_deals=False, streams=STREAMS, leader=CY):
    return leak(
        book, leader, BEN, CANDIDATES, no_deals, day, medians(leak_rate=rate), streams
    )  # fmt: skip


def offered(book, prob=0.5):
    book.offers[CY, BEN] = [
        Held("office", 1.0, prob, "Finance"),
        Held("policy", 0.3, prob, "Bread"),
    ]


def test_nothing_leaks_where_nothing_is_offered(book):
    assert leaked(book) == []
    offered(book, prob=0.0)
    assert leaked(book) == []


def test_a_rumour_tells_the_best_offer_and_one_side_denies_it(book):
    offered(book)
    rumour, denial = leaked(book)
    assert (rumour.act, rumour.actor, rumour.target, rumour.terms) == (
        "rumour", "ben", "cy", "Finance",
    )  # fmt: skip
    assert denial.act == "denies"
    assert {denial.actor, denial.target} == {"ben", "cy"}
    assert {rumour.act, denial.act} <= set(ACTS)
    assert book.rumoured[CY, BEN] == pytest.approx(REPORTED * DENIED)
    assert book.rumoured.sum() == book.rumoured[CY, BEN]
    assert leaked(book, day=3) == []  # once is enough


def test_who_promised_no_deals_denies():
    for replicate in range(30):
        book = Dealings.fresh(4)
        offered(book)
        assert leaked(book, no_deals=True, streams=Streams(4, replicate))[1].actor == "ben"


def test_else_either_side_denies():
    seen = set()
    for replicate in range(30):
        book = Dealings.fresh(4)
        offered(book)
        seen.add(leaked(book, streams=Streams(4, replicate))[1].actor)
    assert seen == {"ben", "cy"}


def test_the_best_offer_is_the_one_that_is_likely_to_be_delivered(book):
    book.offers[CY, BEN] = [Held("office", 1.0, 0.2, "Finance"), Held("policy", 0.3, 0.9, "Bread")]
    assert leaked(book)[0].terms == "Bread"


def test_who_denies_is_a_number_of_its_own():
    """The finalist below one half, whatever the chance that let the talks leak."""
    for rate in (0.999, 0.2):
        denials = 0
        for replicate in range(300):
            book, streams = Dealings.fresh(4), Streams(4, replicate)
            offered(book)
            deals = leaked(book, rate=rate, streams=streams)
            if deals:
                v = streams.uniform(Stream.ALLIANCE_RUMOUR, CY, 2, block=2 * BEN + 1)
                assert (deals[1].actor == "ben") == (v < 0.5)
                denials += 1
        assert denials > 30


def test_talks_leak_at_their_rate():
    """A day in ten, of 1 000 pairs: 4.5 standard errors are 43."""
    n = 0
    for replicate in range(1_000):
        book = Dealings.fresh(4)
        offered(book)
        n += bool(leaked(book, rate=0.1, streams=Streams(4, replicate)))
    assert n == pytest.approx(100, abs=43)


# --- what is on the table ------------------------------------------------------------------------


def test_the_best_offer_counts_as_it_is_and_as_it_was(book):
    assert book.best_offer(CY, BEN) == 0.0
    book.offers[CY, BEN] = [
        Held("office", 1.0, 0.0, "taken off", in_fact=0.9), Held("policy", 0.3, 0.8, "Bread"),
    ]  # fmt: skip
    assert book.best_offer(CY, BEN) == pytest.approx(0.24)
    assert book.best_offer(CY, BEN, in_fact=True) == pytest.approx(0.9)
    assert book.best_offer(CY, ADA) == book.best_offer(DEE, BEN) == 0.0
