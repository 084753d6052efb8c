"""Sum up scored forecasts, and say what is kept of them: the columns of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Names
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from kingmaker.cases.collection import GROUPINGS, Collection
from kingmaker.files.results import table_schema
from kingmaker.records import Column, DType
from kingmaker.validate.comparison import (
    Difference,
    best_of,
    by_group,
    by_method,
    cluster_of,
    mean_scores,
    paired_difference,
)
from kingmaker.validate.evaluation import SCORES, ScoredForecast
from kingmaker.validate.folds import Scheme
from kingmaker.validate.protocol import DEFAULT
from kingmaker.validate.scores import LEVELS, coverage_interval, pit_counts, pit_distance

MAX_CRPS = 0.033
"""Mean CRPS that the model is asked to reach; see decision 0029 [fraction]."""

COMPARED = ("crps", "absolute_error", "log_score", "brier", "winner_log_score", "turnout_crps")
"""Scores whose differences to the best baseline are taken."""

BASELINE, SIMULATED, EMULATED = "baseline", "simulated", "emulated"
"""How a forecast was made."""

_TEXT: DType = "string"
_FLOAT: DType = "float64"

FORECASTS: dict[str, Column] = {
    "scheme": Column(_TEXT, "dimensionless", "what was left out at a time: contest or party"),
    "fold": Column(_TEXT, "dimensionless", "contest or party left out"),
    "method": Column(
        _TEXT, "dimensionless", "baseline, model, choice between variants, or variant"
    ),
    "made_by": Column(_TEXT, "dimensionless", "baseline, simulated or emulated"),
    "choice": Column(_TEXT, "dimensionless", "variant taken by a choice, else missing"),
    "contest": Column(_TEXT, "dimensionless", "id of the contest"),
    **{name: Column(_TEXT, "dimensionless", f"group of the contest: {name}") for name in GROUPINGS},
    "share": Column(_FLOAT, "fraction", "observed runoff share of the first-round leader"),
    "log_turnout_ratio": Column(
        _FLOAT, "log ratio", "observed log of runoff ballots over first-round ballots"
    ),
    "median": Column(_FLOAT, "fraction", "median of the forecast share"),
    **{
        f"{end}_{level}": Column(_FLOAT, "fraction", f"{end} end of the central {level} % interval")
        for level in LEVELS
        for end in ("low", "high")
    },
    "leader_prob": Column(_FLOAT, "probability", "forecast that the first-round leader wins"),
    "turnout_median": Column(_FLOAT, "log ratio", "median of the forecast log turnout ratio"),
    "pit": Column(_FLOAT, "probability", "forecast probability of a share below the observed one"),
    **{name: Column(_FLOAT, "dimensionless", meaning) for name, meaning in SCORES.items()},
}
"""Columns of the table of forecasts: one row per scheme, method and contest."""

MEANS: dict[str, Column] = {
    **{name: FORECASTS[name] for name in ("scheme", "method", "made_by")},
    "n": Column("int64", "contests", "contests forecast"),
    **{name: Column(_FLOAT, "dimensionless", f"mean {text}") for name, text in SCORES.items()},
    **{
        f"coverage_{level}": Column(_FLOAT, "fraction", f"contests inside the {level} % interval")
        for level in LEVELS
    },
    "pit_distance": Column(_FLOAT, "probability", "Kolmogorov's distance of the PIT to uniform"),
    "compared_with": Column(_TEXT, "dimensionless", "best baseline; of emulated ones the default"),
    "crps_difference": Column(_FLOAT, "fraction", "mean paired difference of the CRPS to that"),
    "crps_difference_low": Column(_FLOAT, "fraction", "low end of its 90 % interval"),
    "crps_difference_high": Column(_FLOAT, "fraction", "high end of its 90 % interval"),
    "turnout_n": Column("int64", "contests", "contests forecast whose turnout ratio is known"),
    "turnout_difference": Column(_FLOAT, "log ratio", "as the CRPS's, of the log turnout ratio's"),
    "turnout_difference_low": Column(_FLOAT, "log ratio", "low end of its 90 % interval"),
    "turnout_difference_high": Column(_FLOAT, "log ratio", "high end of its 90 % interval"),
}
"""Columns of the table of mean scores: one row per scheme and method."""

EMULATED_COMPARED = ("crps", "absolute_error")
"""Scores whose differences between variants and the default are taken."""

Scored = Sequence[ScoredForecast]


def forecasts_table(
    scored: Mapping[Scheme, Scored],
    baselines: Names[str],
    emulated: Mapping[Scheme, Scored] = MappingProxyType({}),
) -> pa.Table:
    """Make the table of all forecasts with their scores; see `FORECASTS`."""
    rows = []
    for scheme, own in scored.items():
        rows += [
            _row(scheme, one, BASELINE if one.method in baselines else SIMULATED) for one in own
        ]
        rows += [_row(scheme, one, EMULATED) for one in emulated.get(scheme, ())]
    return _table(rows, FORECASTS)


def means_table(summary: Mapping[str, Any]) -> pa.Table:
    """Make the table of mean scores from a summary; see `MEANS`."""
    rows = []
    for scheme, found in summary["schemes"].items():
        for own in found["methods"]:
            made_by = BASELINE if own["is_baseline"] else SIMULATED
            rows.append(_mean_row(scheme, own, made_by, found["reference"]))
        rows += [_mean_row(scheme, own, EMULATED, found["default"]) for own in found["variants"]]
    return _table(rows, MEANS)


def summarise(
    scored: Mapping[Scheme, Scored],
    collection: Collection,
    baselines: Names[str],
    emulated: Mapping[Scheme, Scored] = MappingProxyType({}),
) -> dict[str, Any]:
    """Sum up a validation; what ``kingmaker validate --json`` prints.

    Parameters
    ----------
    scored
        Scored forecasts by what was left out at a time.
    collection
        The contests that were forecast, and the others.
    baselines
        Names of the methods that are baselines.
    emulated
        Emulated forecasts of the default model and its variants; empty for none.

    Returns
    -------
    ``contests``, ``parties``: their numbers; ``irregular``, ``home``: ids of contests flagged;
    ``left_out``: id to reason; ``levels``; ``schemes``: by scheme ``reference`` (the best
    baseline), ``methods``, ``groups``, ``forecasts``, and ``default`` and ``variants`` of the
    emulated forecasts. Fractions and logarithms throughout.
    """
    cases = [example.case for example in collection.examples]
    return {
        "contests": len(cases),
        "parties": len({(case.groups["country"], case.groups["party"]) for case in cases}),
        "irregular": [case.id for case in cases if case.groups["regular"] == "irregular"],
        "home": [case.id for case in cases if case.groups["origin"] == "home"],
        "left_out": dict(collection.left_out),
        "levels": list(LEVELS),
        "schemes": {
            scheme: _scheme(own, collection, baselines, emulated.get(scheme, ()))
            for scheme, own in scored.items()
        },
    }


def _scheme(
    scored: Scored, collection: Collection, baselines: Names[str], emulated: Scored
) -> dict[str, Any]:
    """Sum up the forecasts of one scheme."""
    methods, asked = by_method(scored), [example.case.id for example in collection.examples]
    reference = best_of({name: own for name, own in methods.items() if name in baselines})
    compared = [] if reference is None else methods[reference]
    rows = [_method(name, own, compared, asked) for name, own in methods.items()]
    for row in rows:
        row["is_baseline"] = row["method"] in baselines
    for row in rows:
        row["reached"] = None if row["is_baseline"] else _reached(row, rows)
    return {
        "reference": reference,
        "methods": rows,
        "groups": {
            grouping: _groups(methods, compared, grouping, scored) for grouping in GROUPINGS
        },
        "forecasts": _contests(methods, scored),
        "default": DEFAULT.name if DEFAULT.name in by_method(emulated) else None,
        "variants": _variants(by_method(emulated), asked),
    }


def _variants(methods: Mapping[str, Scored], asked: Sequence[str]) -> list[dict[str, Any]]:
    """Sum up the variants beside the default."""
    default = methods.get(DEFAULT.name, ())
    rows = []
    for name, own in methods.items():
        row = _method(name, own, default, asked, EMULATED_COMPARED)
        found = row["differences"]["crps"]
        # What a variant lacks helps where its absence surely worsens the forecasts.
        interval = None if found is None else found["interval"]
        worsens = None if interval is None else interval[0] > 0.0
        row |= {"is_baseline": False, "absence_worsens": worsens}
        rows.append(row)
    return rows


def _method(
    name: str,
    own: Scored,
    reference: Scored,
    asked: Sequence[str],
    compared: Sequence[str] = COMPARED,
) -> dict[str, Any]:
    """Sum up one method, which was asked for forecasts of so many contests."""
    pits = [one.pit for one in own]
    choices = Counter(one.choice for one in own if one.choice is not None)
    same = bool(reference) and reference[0].method == name
    return {
        "method": name,
        "n": len(own),
        "silent": sorted(set(asked) - {one.contest for one in own}),
        "turnout_n": sum("turnout_crps" in one.scores for one in own),
        "scores": mean_scores(own),
        "coverage": [_coverage(own, level) for level in LEVELS],
        "pit": {"values": pits, "counts": pit_counts(pits), "distance": pit_distance(pits)},
        "differences": {
            score: None if same else _plain(paired_difference(own, reference, score))
            for score in compared
        },
        "choices": dict(choices) or None,
    }


def _coverage(own: Scored, level: int) -> dict[str, Any]:
    """Count how often a central interval held the observed share."""
    inside = sum(one.covers(level) for one in own)
    low, high = coverage_interval(inside, len(own))
    return {
        "level": level,
        "inside": inside,
        "share": inside / len(own),
        "interval": [low, high],
        "holds": low <= level / 100 <= high,
    }


def _reached(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
    """Say which targets of decision 0029 a method meets.

    Means are of the same contests: who is silent on one meets none, and rivals none with less than
    all of them.
    """
    rivals = [r["scores"] for r in rows if r["is_baseline"] and not r["silent"]]
    own = row["scores"]
    found = {
        "crps_below_baselines": bool(rivals)
        and all(own["crps"] < rival["crps"] for rival in rivals),
        "error_below_baselines": bool(rivals)
        and all(own["absolute_error"] < rival["absolute_error"] for rival in rivals),
        "crps_at_most": own["crps"] <= MAX_CRPS,
        "coverage_holds": all(coverage["holds"] for coverage in row["coverage"]),
    }
    return {name: ok and not row["silent"] for name, ok in found.items()}


def _groups(
    methods: Mapping[str, Scored], reference: Scored, grouping: str, scored: Scored
) -> list[dict[str, Any]]:
    """Sum up the methods group by group."""
    rows = []
    for group, members in by_group(scored, grouping).items():
        ids = {one.contest for one in members}
        cells = {}
        for name, own in methods.items():
            inside = [one for one in own if one.contest in ids]
            if not inside:
                continue
            against = [one for one in reference if one.contest in ids]
            same = bool(against) and against[0].method == name
            means = mean_scores(inside)
            cells[name] = {
                "n": len(inside),
                "crps": means["crps"],
                "absolute_error": means["absolute_error"],
                "brier": means["brier"],
                "inside": [sum(one.covers(level) for one in inside) for level in LEVELS],
                "difference": None if same else _plain(paired_difference(inside, against, "crps")),
            }
        n_parties = len({cluster_of(one) for one in members})
        rows.append({"group": group, "n": len(ids), "parties": n_parties, "methods": cells})
    return rows


def _contests(methods: Mapping[str, Scored], scored: Scored) -> list[dict[str, Any]]:
    """List the contests with what each method said of them."""
    examples = {one.contest: one.example for one in scored}
    rows = []
    for contest in sorted(examples):
        example = examples[contest]
        said = {
            name: {
                "median": one.median,
                "interval": list(one.intervals[LEVELS[-1]]),
                "leader_prob": one.leader_prob,
                "crps": one.scores["crps"],
                "pit": one.pit,
            }
            for name, own in methods.items()
            for one in own
            if one.contest == contest
        }
        rows.append(
            {
                "contest": contest,
                "groups": dict(example.case.groups),
                "share": example.outcome.share,
                "log_turnout_ratio": example.log_turnout_ratio,
                "methods": said,
            }
        )
    return rows


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Column]) -> pa.Table:
    schema = table_schema(columns)
    arrays = [pa.array([row.get(f.name) for row in rows], type=f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _mean_row(
    scheme: str, own: Mapping[str, Any], made_by: str, compared_with: str | None
) -> dict[str, Any]:
    """Make a row of the table of mean scores."""
    row = {"scheme": scheme, "made_by": made_by, **own["scores"]}
    row |= {name: own[name] for name in ("method", "n", "turnout_n")}
    row |= {f"coverage_{cell['level']}": cell["share"] for cell in own["coverage"]}
    row |= {"pit_distance": own["pit"]["distance"], "compared_with": compared_with}
    for score, name in (("crps", "crps_difference"), ("turnout_crps", "turnout_difference")):
        found = own["differences"].get(score)
        if found is not None:
            low, high = found["interval"] or (None, None)
            row |= {name: found["mean"], f"{name}_low": low, f"{name}_high": high}
    return row


def _row(scheme: Scheme, one: ScoredForecast, made_by: str) -> dict[str, Any]:
    """Make a row of the table of forecasts."""
    ends = {}
    for level in LEVELS:
        ends[f"low_{level}"], ends[f"high_{level}"] = one.intervals[level]
    return {
        "scheme": scheme,
        "fold": one.fold,
        "method": one.method,
        "made_by": made_by,
        "choice": one.choice,
        "contest": one.contest,
        **one.example.case.groups,
        "share": one.example.outcome.share,
        "log_turnout_ratio": one.example.log_turnout_ratio,
        "median": one.median,
        **ends,
        "leader_prob": one.leader_prob,
        "turnout_median": one.turnout_median,
        "pit": one.pit,
        **one.scores,
    }


def _plain(difference: Difference | None) -> dict[str, Any] | None:
    """Write a difference in plain types."""
    if difference is None:
        return None
    return {
        "mean": difference.mean,
        "interval": None if difference.interval is None else list(difference.interval),
        "better_prob": difference.better_prob,
        "n": difference.n,
        "parties": difference.n_clusters,
    }
