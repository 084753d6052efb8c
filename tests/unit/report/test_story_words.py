"""Do numbers, names, reasons and acts read as in a newspaper?"""

import datetime as dt

import pytest

from kingmaker.alliance.deals import ACTS
from kingmaker.report.story import acts
from kingmaker.report.story.acts import act_text, merge, reason_text
from kingmaker.report.story.people import People
from kingmaker.report.story.wording import (
    SPACE,
    count,
    listing,
    percent,
    plural,
    sentence,
    split_reason,
    weighed,
    window_words,
)
from tests.contest_builders import SOURCED, tiny


def plain(text):
    return text.replace(SPACE, " ")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (87, "87"),
        (143, "140"),
        (5_244, "5 240"),
        (14_203, "14 200"),
        (255_431, "255 000"),
        (999_700, "1.0 million"),
        (37_038_400, "37.0 million"),
    ],
)
def test_counts_are_rounded_to_about_three_figures(number, text):
    assert plain(count(number)) == text


def test_percent_and_plural():
    assert plain(percent(0.5432)) == "54 %"
    assert plain(percent(0.5432, 1)) == "54.3 %"
    assert plural(1, "day") == "one day"
    assert plain(plural(1_234, "day")) == "1 234 days"


def test_listing():
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("text", "note", "told"),
    [
        ("ada meets Ben", "", "Ada meets Ben."),
        ("Ada meets Ben.", "set", "Ada meets Ben (set)."),
        ("is it so?", "", "Is it so?"),
    ],
)
def test_sentence(text, note, told):
    assert sentence(text, note) == told


def test_windows():
    may, june = dt.date(2030, 5, 30), dt.date(2030, 6, 2)
    assert plain(window_words(dt.date(2030, 5, 28), may)) == "between 28 and 30 May"
    assert plain(window_words(dt.date(2030, 5, 29), may)) == "29 or 30 May"
    assert plain(window_words(may, june)) == "between 30 May and 2 June"
    assert plain(window_words(None, june)) == "by 2 June"
    assert plain(window_words(may, None)) == "from 30 May on"


def test_reasons_are_split_and_told():
    terms, remark = split_reason("offer +0.80, activists' wish +0.31, grudge -0.42; a best reply")
    assert terms == [("offer", 0.8), ("activists' wish", 0.31), ("grudge", -0.42)]
    assert remark == "a best reply"
    told = (
        "for it spoke the offer (+0.8) and the activists' wish (+0.3), against it the grudge (-0.4)"
    )
    assert weighed(terms) == told
    assert weighed([("distance", -1.0), ("offer", 0.01)]) == (
        "against it spoke the political distance (-1.0)"
    )
    assert weighed([("offer", 0.0)]) == ""
    assert split_reason("with the leader") == ([], "with the leader")
    assert split_reason("") == ([], "")


# ------------------------------------------------------------------------------ people


def crowd():
    notables = [
        {"id": "alder", "name": "Ann Alder", "role": "mayor", **SOURCED},
        {"id": "birch", "name": "Bo Birch", "role": "mayor", **SOURCED},
        {"id": "cedar", "name": "Cat Cedar", "role": "mp", **SOURCED},
        {"id": "farm-heads", "name": "Several farm heads", "role": "official", **SOURCED},
    ]
    outside = [{"id": "premier", "name": "Pat Premier, prime minister", "role": "other", **SOURCED}]
    return People(tiny(notables=notables, outside=outside, endorsements=[], blocs=[]))


def test_people_are_introduced_once():
    people = crowd()
    assert people.name("alder") == "the mayor Ann Alder"
    assert people.name("alder") == "Alder"
    assert people.name("farm-heads") == "several farm heads"
    assert people.short("premier") == "Pat Premier"
    assert people.name("nobody-known") == "nobody-known"
    assert people.possessive("alder") == "Alder's"


def test_offices_stand_together():
    assert crowd().names(["alder", "birch"]) == "the mayors Ann Alder and Bo Birch"
    mixed = crowd().names(["alder", "cedar", "birch", "farm-heads"])
    assert mixed == "the mayors Ann Alder and Bo Birch; the MP Cat Cedar; several farm heads"


# ------------------------------------------------------------------------------ acts


BRINGS = ", for the {} % that Cy brings to their votes."


def deal(act, actor="ada", target="cy", **cells):
    row = {
        "day": 1, "actor": actor, "act": act, "target": target, "basis": "decision", "terms": "",
        "value": None, "reason": "",
    }  # fmt: skip
    return row | cells


def told(*rows, people=None):
    people = people or crowd()
    return [plain(act_text(act, people)) for act in merge(rows, people)]


@pytest.mark.parametrize("act", ACTS)
def test_every_act_has_a_sentence_of_its_own(act):
    assert act in acts._PHRASES or act in acts._SPECIAL
    (text,) = told(deal(act))
    assert text.endswith(".")
    assert "Ada" in text
    assert not set("{}") & set(text)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (deal("endorses", "cy", "ada"), "Cy calls for Ada."),
        (deal("endorses", "cy", "ada", basis="behaviour"),
         "Cy calls for Ada (set by the behaviour)."),
        (deal("endorses", "cy", "ada", basis="pact", terms="as agreed before round one"),
         "Cy calls for Ada (by the pact made before round one)."),
        (deal("endorses", "cy", "ada", basis="historical", terms="a post"),
         "Cy calls for Ada; the terms: a post."),
        (deal("offers", terms="posts kept, in proportion to 34% of the joint vote"),
         "Ada offers Cy to keep the posts of the camp's people" + BRINGS.format(34)),
        (deal("offers", terms="office: Ada would give him finance.", basis="historical"),
         "Ada would give him finance."),
        (deal("offers", terms="policy: A say in taxes, as reported.", basis="historical"),
         "Ada offers Cy: a say in taxes."),
        (deal("letter", "alder", "cy", terms="ben"),
         "The mayor Ann Alder asks Cy in a public letter to support Ben."),
        (deal("rumour", terms="office, in proportion to 40% of the joint vote"),
         "The press hears that Ada has offered Cy an office" + BRINGS.format(40)),
        (deal("rumour", terms="Finance"), "The press hears of talks between Ada and Cy."),
        (deal("denies"), "Ada denies it."),
        (deal("ignores", terms="turns to the lieutenants"),
         "Ada passes Cy over and turns to the lieutenants."),
        (deal("counter-frames", "ada", "ben", terms="pact with cy"),
         "Ada's camp names the pact: whoever votes for Ben gets Cy."),
        (deal("withholds", "premier", "ada", terms="finance"),
         "Pat Premier (prime minister) will not give the office of finance for Ada to offer."),
        (deal("changes-pledge", target="", terms="from leave to conditional"),
         "Ada changes a pledge about the government, from leaving it to staying on a condition."),
        (deal("praised-by-rival", "ada", "premier"),
         "Pat Premier (prime minister) praises Ada, which is held against Ada."),
        (deal("pact", "cy", "dee", terms="withdrawal"),
         "Cy stays out of the race in favour of Dee."),
        (deal("waves-at", terms="twice"), "Ada waves at Cy: twice."),
    ],
)  # fmt: skip
def test_acts_read_well(row, text):
    assert told(row) == [text]


def test_those_who_do_the_same_are_told_together():
    rows = [deal("endorses", name, "ada", reason="x +1.00") for name in ("alder", "birch")]
    assert told(*rows) == ["The mayors Ann Alder and Bo Birch call for Ada."]
    rows = [deal("meets", "ada", "cy"), deal("meets", "ada", "dee")]
    assert told(*rows) == ["Ada meets Cy and Dee."]
    rows = [
        deal("moves-early", "cy", "ada", terms="7 of 20 activists"),
        deal("moves-early", "cy", "ben", terms="2 of 20 activists"),
    ]
    assert told(*rows) == ["By then 7 of Cy's 20 activists had gone over to Ada and 2 to Ben."]


def test_candidates_are_told_one_by_one_with_their_reasons():
    people = crowd()
    reason = "offer +0.80, grudge -0.42; 0.23 short of the best reply, ben"
    rows = [deal("endorses", name, "ada", reason=reason) for name in ("cy", "dee")]
    one, other = merge(rows, people)
    assert (one.actors, other.actors) == (("cy",), ("dee",))
    assert reason_text(one, people) == (
        "Cy's reasons: for it spoke the offer (+0.8), against it the grudge (-0.4). On what was "
        "known a call for Ben was worth 0.2 more."
    )
    (lieutenant,) = merge([deal("endorses", "alder", "ada", reason=reason)], people)
    assert reason_text(lieutenant, people) == ""


@pytest.mark.parametrize(
    ("remark", "text"),
    [
        ("a best reply", "On what was known nothing was worth more."),
        ("0.50 short of the best reply, neutral",
         "On what was known staying neutral was worth 0.5 more."),
        ("as in fact", "So it was in fact."),
        ("the eliminated act as one", "The eliminated act as one."),
    ],
)  # fmt: skip
def test_remarks(remark, text):
    people = crowd()
    (act,) = merge([deal("neutral", "cy", "", reason=f"neutrality -1.30; {remark}")], people)
    assert reason_text(act, people).endswith(text)
