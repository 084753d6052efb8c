"""The summary, the table kept, the printed report and the figures of a validation."""

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from kingmaker.cases.collection import Collection
from kingmaker.files.folder import write_folder
from kingmaker.report.printing import print_parts
from kingmaker.report.validation import (
    contests_table,
    print_validation,
    reached_parts,
    turnout_table,
    variants_verdict,
)
from kingmaker.report.validation_figures import (
    calibration_figure,
    pit_figure,
    validation_writers,
)
from kingmaker.report.validation_page import write_report
from kingmaker.validate.baselines import FixedRule, baselines, even_split, proportional
from kingmaker.validate.comparison import by_method
from kingmaker.validate.evaluation import evaluate
from kingmaker.validate.folds import SCHEMES
from kingmaker.validate.nested import NestedChoice
from kingmaker.validate.table import (
    FORECASTS,
    MAX_CRPS,
    MEANS,
    forecasts_table,
    means_table,
    summarise,
)
from tests.unit.validate.contests_to_score import example, several

EXAMPLES = (*several(6), example("odd", runoff=(400, 500), irregular="another way of voting"))
COLLECTION = Collection(EXAMPLES, {"far": "invented"})
CHOICE = NestedChoice("choice", (FixedRule("a", even_split), FixedRule("b", proportional)))
SCORED = {scheme: evaluate((*baselines(), CHOICE), EXAMPLES, scheme) for scheme in SCHEMES}
NAMES = [method.name for method in baselines()]
EMULATED = {
    scheme: evaluate(
        (FixedRule("default", even_split), FixedRule("without M99", proportional)), EXAMPLES, scheme
    )
    for scheme in SCHEMES
}
SUMMARY = summarise(SCORED, COLLECTION, NAMES, EMULATED)
SUMMARY |= {
    "notes": {"without M99": "seen before"},
    "warnings": ["default, without c1: no"],
    "inference": {"k_hat": 0.456, "ess": 321.0},
    "departures": {"draws": 60},
}


def row(name, scheme="contest"):
    return next(r for r in SUMMARY["schemes"][scheme]["methods"] if r["method"] == name)


def printed(parts=None):
    console = Console(width=80, highlight=False, file=io.StringIO())
    if parts is None:
        print_validation(SUMMARY, console)
    else:
        print_parts(parts, console)
    return console.file.getvalue()


def test_summary_is_plain():
    assert json.loads(json.dumps(SUMMARY)) == SUMMARY
    assert (SUMMARY["contests"], SUMMARY["parties"]) == (7, 7)
    assert SUMMARY["irregular"] == ["odd"]
    assert SUMMARY["home"] == []
    assert SUMMARY["left_out"] == {"far": "invented"}


def test_methods_that_say_nothing_have_no_row():
    # Nobody asked voters in these contests, so the last poll is silent everywhere.
    names = [r["method"] for r in SUMMARY["schemes"]["contest"]["methods"]]
    assert names == [*(name for name in NAMES if name != "last poll"), "choice"]


def test_reference_is_the_best_baseline():
    for scheme in SCHEMES:
        found = SUMMARY["schemes"][scheme]
        best = min(
            (r for r in found["methods"] if r["is_baseline"]), key=lambda r: r["scores"]["crps"]
        )
        assert found["reference"] == best["method"]
        assert best["differences"] == dict.fromkeys(best["differences"])


def test_difference_is_that_of_means_where_both_forecast_all():
    reference = row(SUMMARY["schemes"]["contest"]["reference"])
    for other in ("50:50 split", "proportional", "choice"):
        if other == reference["method"]:
            continue
        found = row(other)["differences"]["crps"]
        assert found["n"] == 7
        expected = row(other)["scores"]["crps"] - reference["scores"]["crps"]
        assert found["mean"] == pytest.approx(expected, abs=1e-12)
        low, high = found["interval"]
        assert low <= found["mean"] <= high


def test_coverage_counts_contests():
    for cell in row("50:50 split")["coverage"]:
        assert cell["share"] == cell["inside"] / 7
        low, high = cell["interval"]
        assert cell["holds"] == (low <= cell["level"] / 100 <= high)


def test_targets_are_asked_of_the_others_alone():
    assert row("50:50 split")["reached"] is None
    reached = row("choice")["reached"]
    assert set(reached) == {
        "crps_below_baselines",
        "error_below_baselines",
        "crps_at_most",
        "coverage_holds",
    }
    assert reached["crps_at_most"] == (row("choice")["scores"]["crps"] <= MAX_CRPS)
    assert sum(row("choice")["choices"].values()) == 7


def test_no_method_is_better_than_itself():
    """The best baseline again, under another name, reaches nothing that asks for less."""
    best = next(m for m in baselines() if m.name == SUMMARY["schemes"]["contest"]["reference"])
    again = NestedChoice("again", (best,))
    scored = {"contest": evaluate((*baselines(), again), EXAMPLES, "contest")}
    found = summarise(scored, COLLECTION, NAMES)["schemes"]["contest"]["methods"][-1]
    assert not found["reached"]["crps_below_baselines"]
    assert not found["reached"]["error_below_baselines"]
    assert found["differences"]["crps"]["mean"] == 0.0


def test_nothing_is_reached_where_no_baseline_forecasts_as_much():
    alone = summarise({"contest": evaluate((CHOICE,), EXAMPLES, "contest")}, COLLECTION, ())
    reached = alone["schemes"]["contest"]["methods"][0]["reached"]
    assert not reached["crps_below_baselines"]
    assert not reached["error_below_baselines"]


def under(name, own, silent=(), lacking=()):
    """Give scored forecasts to another method, which is silent on some contests, or on a score."""
    return tuple(
        replace(one, method=name, scores={k: v for k, v in one.scores.items() if k not in lacking})
        for one in own
        if one.contest not in silent
    )


def test_silence_on_the_hardest_contests_reaches_nothing():
    """A method equal to the best rule but silent where that is worst has the better mean scores."""
    best = by_method(SCORED["contest"])[SUMMARY["schemes"]["contest"]["reference"]]
    worst = sorted(best, key=lambda one: -one.scores["crps"])[:2]
    silent = sorted(one.contest for one in worst)
    scored = {"contest": (*SCORED["contest"], *under("quiet", best, silent))}
    scheme = summarise(scored, COLLECTION, NAMES)["schemes"]["contest"]
    own, rivals = scheme["methods"][-1], [r for r in scheme["methods"] if r["is_baseline"]]
    assert all(own["scores"]["crps"] < rival["scores"]["crps"] for rival in rivals)
    assert (own["n"], own["silent"]) == (5, silent)
    assert own["differences"]["crps"]["mean"] == 0.0
    assert not any(own["reached"].values())
    said = " ".join(text.plain for text in reached_parts(scheme))
    assert f"quiet is silent on {', '.join(silent)}: so nothing counts as reached." in said
    assert "choice is silent" not in said


def test_a_rule_that_is_silent_on_a_contest_is_no_rival():
    """Its mean is over other contests."""
    choice = by_method(SCORED["contest"])["choice"]
    worst = max(choice, key=lambda one: one.scores["crps"]).contest
    even = by_method(SCORED["contest"])["proportional"]
    scored = {"contest": (*under("rule", choice, [worst]), *even, *choice)}
    *_, own = summarise(scored, COLLECTION, ["rule", "proportional"])["schemes"]["contest"][
        "methods"
    ]
    alone = summarise({"contest": (*even, *choice)}, COLLECTION, ["proportional"])
    assert own["reached"] == alone["schemes"]["contest"]["methods"][-1]["reached"]


def test_turnouts_are_counted_and_compared_where_they_are_known():
    choice = by_method(SCORED["contest"])["choice"]
    scored = {
        "contest": (
            *SCORED["contest"],
            *under("first", choice[:1], lacking=("turnout_crps",)),
            *under("first", choice[1:]),
        )
    }
    summary = summarise(scored, COLLECTION, NAMES)
    own = summary["schemes"]["contest"]["methods"][-1]
    found = own["differences"]["turnout_crps"]
    assert (own["n"], own["turnout_n"], found["n"]) == (7, 6, 6)
    assert found["interval"][0] <= found["mean"] <= found["interval"][1]
    text = printed([turnout_table(summary["schemes"]["contest"], "one contest left out")])
    assert re.search(r"first +6 +0\.\d{3} +[+-]0\.\d{4} +[+-]0\.\d{4}\.\.", text)
    kept = means_table(summary).to_pylist()[-1]
    assert (kept["n"], kept["turnout_n"]) == (7, 6)
    assert [kept[f"turnout_difference{end}"] for end in ("", "_low", "_high")] == [
        found["mean"],
        *found["interval"],
    ]


def test_the_difference_without_home_contests_is_told_with_the_targets():
    home = {"country": "Israel", "party": "Israeli Labor Party"}
    examples = (*EXAMPLES, example("one", year=2007, **home), example("two", year=2011, **home))
    scored = {"contest": evaluate((*baselines(), CHOICE), examples, "contest")}
    scheme = summarise(scored, Collection(examples, {}), NAMES)["schemes"]["contest"]
    (group,) = (g for g in scheme["groups"]["origin"] if g["group"] == "elsewhere")
    found = group["methods"]["choice"]["difference"]
    said = " ".join(text.plain for text in reached_parts(scheme))
    assert (
        f"choice without the 2 home contests: CRPS minus {scheme['reference']} "
        f"{found['mean']:+.4f}, 90 % {found['interval'][0]:+.4f}..{found['interval'][1]:+.4f}, "
        "of 7 contests."
    ) in said
    assert "home" not in " ".join(
        text.plain for text in reached_parts(SUMMARY["schemes"]["contest"])
    )


def test_groups_take_contests_apart():
    groups = SUMMARY["schemes"]["contest"]["groups"]["regular"]
    assert [(g["group"], g["n"]) for g in groups] == [("irregular", 1), ("regular", 6)]
    crps = sum(g["n"] * g["methods"]["50:50 split"]["crps"] for g in groups) / 7
    assert crps == pytest.approx(row("50:50 split")["scores"]["crps"])


def test_table_of_forecasts():
    table = forecasts_table(SCORED, NAMES, EMULATED)
    assert table.column_names == list(FORECASTS)
    both = (*SCORED.values(), *EMULATED.values())
    assert table.num_rows == sum(len(own) for own in both)
    made = dict(zip(*(table.column(n).to_pylist() for n in ("method", "made_by")), strict=True))
    assert (made["proportional"], made["choice"], made["default"]) == (
        "baseline",
        "simulated",
        "emulated",
    )
    first = table.slice(0, 1).to_pylist()[0]
    assert (first["scheme"], first["method"], first["contest"]) == ("contest", "50:50 split", "c0")
    assert first["low_90"] < first["low_50"] < first["median"] < first["high_50"]
    assert first["choice"] is None
    assert set(table.column("choice").to_pylist()) <= {None, "a", "b"}


def test_table_of_means():
    table = means_table(SUMMARY)
    assert table.column_names == list(MEANS)
    rows = {(r["scheme"], r["method"]): r for r in table.to_pylist()}
    one = rows["contest", "without M99"]
    assert (one["made_by"], one["compared_with"], one["n"]) == ("emulated", "default", 7)
    expected = one["crps"] - rows["contest", "default"]["crps"]
    assert one["crps_difference"] == pytest.approx(expected)
    assert one["crps_difference_low"] <= expected <= one["crps_difference_high"]
    assert rows["contest", "default"]["crps_difference"] is None
    assert 0.0 <= rows["party", "choice"]["coverage_90"] <= 1.0


def test_variants_help_where_their_absence_surely_worsens():
    default, other = SUMMARY["schemes"]["contest"]["variants"]
    assert not default["is_baseline"]
    assert default["absence_worsens"] is None
    assert other["absence_worsens"] == (other["differences"]["crps"]["interval"][0] > 0.0)
    worse = {"method": "without M1", "absence_worsens": True}
    unknown = {"method": "without M2", "absence_worsens": None}
    rows = [default, worse, other | {"absence_worsens": False}, unknown]
    assert variants_verdict({"default": "default", "variants": rows}) == (
        "Worse, the interval above 0: without M1. No worse, so that what they lack does not help "
        "forecasts: without M99. Too few parties to tell: without M2."
    )


def test_report_is_printed():
    text = printed()
    assert "7 contests of 7 parties" in text
    assert "irregular: odd" in text
    assert re.search(r"50:50 split\*? +7 +0\.\d{4}", text)
    assert "choice: CRPS below every baseline's:" in text
    assert "choice chose inside the training contests:" in text
    assert "Not counted: far (invented)." in text
    assert "without M99: seen before." in text
    assert "Warning: default, without c1: no" in text
    assert "k-hat 0.46 at most, effective size 321 at least." in " ".join(text.split())
    assert "Not the numbers of decision 0029: draws 60." in text
    assert "Variants, emulated forecasts, one party left out" in text
    assert "Mean scores, one party left out" in text
    assert re.search(r"regular +regular +6 +6 +0\.\d{4} +[+-]0\.\d{4} +[+-]0\.\d{4}\.\.", text)


def test_contests_are_listed():
    text = printed([contests_table(SUMMARY, "contest", ["choice", "last poll"])])
    assert re.search(r"odd +44\.4 +\d\d\.\d +\d+-\d+ +\d\.\d\d +- +- +-", text)


def test_figures_have_the_same_bytes(tmp_path):
    writers = validation_writers(SUMMARY)
    assert sorted(writers) == sorted(
        f"{figure}-{scheme}.png"
        for figure in ("forecasts", "scatter", "calibration", "pit", "differences", "variants")
        for scheme in SCHEMES
    )
    few = {name: writers[name] for name in ("forecasts-contest.png", "pit-contest.png")}
    write_folder(tmp_path / "one", few)
    write_folder(tmp_path / "two", few)
    for name in few:
        content = (tmp_path / "one" / name).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert content == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("draw", [calibration_figure, pit_figure])
def test_a_model_that_is_silent_on_a_contest_is_drawn_and_a_baseline_is_not(draw):
    even, choice = (by_method(SCORED["contest"])[name] for name in ("50:50 split", "choice"))
    scored = {"contest": (*even, *under("rule", even, ["c0"]), *under("choice", choice, ["c0"]))}
    scheme = summarise(scored, COLLECTION, ["50:50 split", "rule"])["schemes"]["contest"]
    titles = [axis.get_title() for axis in draw(scheme).axes if axis.get_visible()]
    assert [title.partition(": distance")[0] for title in titles] == ["50:50 split", "choice"]


def test_the_report_is_a_page_with_its_figures(tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "old.png").write_bytes(b"old")
    one = SUMMARY | {"schemes": {"party": SUMMARY["schemes"]["party"]}}
    write_report(folder, one, {"scores": means_table(one)})
    text = (folder / "report.md").read_text()
    written = {path.name for path in folder.iterdir()}
    assert {"report.md", "summary.json", "scores.parquet", "pit-party.png"} <= written
    assert "old.png" not in written
    assert set(re.findall(r"\]\((.*?\.png)\)", text)) == {n for n in written if n.endswith("png")}
    assert "## Variants, emulated forecasts, one party left out" in text
    assert re.search(r"\| odd \| 44\.4 \| \d\d\.\d \|", text)
    assert json.loads((folder / "summary.json").read_text()) == one


def test_tables_fit_a_terminal():
    lines = printed().splitlines()
    assert max(map(len, lines)) <= 80
    assert not any(line.startswith("0.7") for line in lines)


def test_a_validation_without_baselines_has_no_reference():
    summary = summarise({"contest": evaluate((CHOICE,), EXAMPLES, "contest")}, COLLECTION, ())
    scheme = summary["schemes"]["contest"]
    assert scheme["reference"] is None
    assert scheme["methods"][0]["differences"]["crps"] is None
    console = Console(width=110, file=io.StringIO())
    print_validation(summary, console)
    assert "Mean scores" in console.file.getvalue()
