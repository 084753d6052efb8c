"""Show a validation: scores, differences to the best baseline, coverage, variants, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.report.cells import NONE, make_table, plural
from kingmaker.report.printing import print_parts
from kingmaker.validate.table import MAX_CRPS

Summary = Mapping[str, Any]

LEFT_OUT = {"contest": "one contest left out", "party": "one party left out"}
_GROUPS = {
    "kind": "who voted",
    "calls": "whether an eliminated candidate called for a finalist",
    "regular": "regular and irregular contests",
    "origin": "contests that the mechanisms were written from, and others",
    "country": "country",
    "party": "party",
}
_PRINTED = ("kind", "calls", "regular", "origin", "country")
_EVEN_SPLIT = "50:50 split"
_REACHED = {
    "crps_below_baselines": "CRPS below every baseline's",
    "error_below_baselines": "absolute error below every baseline's",
    "crps_at_most": f"mean CRPS at most {MAX_CRPS}",
    "coverage_holds": "coverage holds 50, 80 and 90 %",
}
_KNOWN = {
    "as_it_is": "what the other contests tell",
    "shared_known": "what contests share, and how much they differ, exactly",
    "all_known": "the contest's own parameters, exactly: chance is left",
}


def print_validation(summary: Summary, console: Console | None = None) -> None:
    """Print the report of a validation.

    Parameters
    ----------
    summary
        Summary of the validation; see `kingmaker.validate.table.summarise`.
    console
        Where to print; None: standard output. 80 columns are enough.
    """
    print_parts(validation_parts(summary), console)


def validation_parts(summary: Summary) -> list[RenderableType]:
    """List the parts of the report, in the order in which readers want them."""
    parts: list[RenderableType] = [header(summary), Text()]
    for name, scheme in summary["schemes"].items():
        what = LEFT_OUT[name]
        parts += [scores_table(scheme, what), Text(), *reached_parts(scheme)]
        parts += [differences_table(scheme, what), Text(), coverage_table(scheme, what), Text()]
        parts += [turnout_table(scheme, what), Text()]
    for name, scheme in summary["schemes"].items():
        parts += variants_parts(scheme, LEFT_OUT[name])
    parts += noise_floor_parts(summary)
    first = next(iter(summary["schemes"].items()), None)
    if first is not None:
        name, scheme = first
        for grouping in _PRINTED:
            parts += [groups_table(scheme, grouping, LEFT_OUT[name]), Text()]
        for row in scheme["methods"]:
            if not row["is_baseline"] and scheme["reference"] is not None:
                title = LEFT_OUT[name]
                parts += [group_differences_table(scheme, row["method"], title), Text()]
    return [*parts, *notes(summary)]


def header(summary: Summary) -> Text:
    """Say which contests were forecast."""
    text = f"{plural(summary['contests'], 'contest')} of {summary['parties']} parties, forecast on "
    text += "the eve of the runoff"
    if summary["irregular"]:
        text += f"; irregular: {', '.join(summary['irregular'])}"
    return Text(text)


def scores_table(scheme: Summary, what: str) -> Table:
    """Show the mean scores of every method; lower is better."""
    columns = ["method", "n", "CRPS", "error", "log", "Brier", "log win", "width"]
    table = make_table(f"Mean scores, {what}", columns)
    for row in scheme["methods"]:
        means = row["scores"]
        table.add_row(
            _marked(row, scheme),
            str(row["n"]),
            f"{means['crps']:.4f}",
            f"{100 * means['absolute_error']:.2f}",
            f"{means['log_score']:.2f}",
            f"{means['brier']:.3f}",
            f"{means['winner_log_score']:.3f}",
            f"{100 * means['width']:.1f}",
        )
    table.caption = (
        "Lower is better. CRPS, absolute error [points], log score: of the leader's share; "
        "Brier, log score: of the winner; width of the 90 % interval [points]. * the best "
        "baseline that forecasts every contest."
    )
    return table


def differences_table(scheme: Summary, what: str) -> Table:
    """Show paired differences to the best baseline, with intervals over parties."""
    columns = ["method", "n", "CRPS", "90 %", "P(<0)", "error", "90 %"]
    table = make_table(f"Minus {scheme['reference'] or NONE}, {what}", columns)
    for row in scheme["methods"]:
        found = row["differences"]
        crps = found["crps"]
        if crps is None:
            continue
        better = crps["better_prob"]
        table.add_row(
            row["method"],
            str(crps["n"]),
            f"{crps['mean']:+.4f}",
            _interval(crps, 1.0, 4),
            NONE if better is None else f"{better:.2f}",
            f"{100 * found['absolute_error']['mean']:+.2f}",
            _interval(found["absolute_error"], 100.0, 2),
        )
    table.caption = "Negative: better than the best baseline. Intervals: resamples of parties."
    return table


def turnout_table(scheme: Summary, what: str) -> Table:
    """Show the mean CRPS of turnouts, of the contests in which they are known, and differences."""
    columns = ["method", "n", "CRPS", "minus", "90 %", "P(<0)"]
    table = make_table(f"Log turnout ratio, {what}", columns)
    for row in scheme["methods"]:
        means, found = row["scores"], row["differences"]["turnout_crps"]
        better = None if found is None else found["better_prob"]
        table.add_row(
            _marked(row, scheme),
            str(row["turnout_n"]),
            f"{means['turnout_crps']:.3f}" if "turnout_crps" in means else NONE,
            NONE if found is None else f"{found['mean']:+.4f}",
            NONE if found is None else _interval(found, 1.0, 4),
            NONE if better is None else f"{better:.2f}",
        )
    table.caption = (
        f"n: contests whose turnout is known. minus: CRPS less {scheme['reference'] or NONE}'s. "
        "All baselines forecast turnouts alike."
    )
    return table


def coverage_table(scheme: Summary, what: str) -> Table:
    """Show how often central intervals held the observed share."""
    levels = [str(cell["level"]) for cell in scheme["methods"][0]["coverage"]]
    columns = ["method", "n"]
    for level in levels:
        columns += [f"in {level}", "90 %"]
    table = make_table(f"Coverage [%], {what}", [*columns, "PIT"])
    for row in scheme["methods"]:
        cells = []
        for cell in row["coverage"]:
            low, high = cell["interval"]
            missed = "" if cell["holds"] else "!"
            cells += [f"{100 * cell['share']:.0f}{missed}", f"{100 * low:.0f}-{100 * high:.0f}"]
        distance = f"{row['pit']['distance']:.2f}"
        table.add_row(_marked(row, scheme), str(row["n"]), *cells, distance)
    table.caption = (
        "! the binomial 90 % interval does not hold the nominal coverage. PIT: Kolmogorov's "
        "distance to uniform."
    )
    return table


def variants_parts(scheme: Summary, what: str) -> list[RenderableType]:
    """Show what the variants' emulated forecasts are worth beside the default's; may be nothing."""
    if len(scheme["variants"]) < 2:
        return []
    columns = ["variant", "n", "CRPS", "error", "minus", "90 %", "P(<0)"]
    table = make_table(f"Variants, emulated forecasts, {what}", columns)
    for row in scheme["variants"]:
        found = row["differences"]["crps"]
        better = None if found is None else found["better_prob"]
        table.add_row(
            row["method"],
            str(row["n"]),
            f"{row['scores']['crps']:.4f}",
            f"{100 * row['scores']['absolute_error']:.2f}",
            NONE if found is None else f"{found['mean']:+.4f}",
            NONE if found is None else _interval(found, 1.0, 4),
            NONE if better is None else f"{better:.2f}",
        )
    table.caption = (
        f"minus: CRPS less that of {scheme['default']}, emulated; positive: it forecasts worse "
        "without. Not comparable with simulated forecasts."
    )
    return [table, Text(variants_verdict(scheme)), Text()]


def variants_verdict(scheme: Summary) -> str:
    """Say which of the mechanisms left out help forecasts."""
    rows = [row for row in scheme["variants"] if row["method"] != scheme["default"]]
    named = {
        verdict: ", ".join(row["method"] for row in rows if row["absence_worsens"] is verdict)
        for verdict in (True, False, None)
    }
    said = [f"Worse, the interval above 0: {named[True] or 'none'}."]
    if named[False]:
        lack = "No worse, so that what they lack does not help forecasts"
        said.append(f"{lack}: {named[False]}.")
    if named[None]:
        said.append(f"Too few parties to tell: {named[None]}.")
    return " ".join(said)


def noise_floor_parts(summary: Summary) -> list[RenderableType]:
    """Show the scores that the model expects of itself, the more is known; may be nothing."""
    expected = summary.get("noise_floor")
    if not expected:
        return []
    table = make_table("CRPS that the model expects of its own forecasts", ["known", "CRPS"])
    for name, what in _KNOWN.items():
        table.add_row(what, f"{expected[name]:.4f}")
    table.caption = (
        "Emulated, one contest left out, without its polls. The model's own account: where it is "
        "wrong, so is this."
    )
    return [table, Text()]


def groups_table(scheme: Summary, grouping: str, what: str) -> Table:
    """Show the mean CRPS by group, of the model, the best baseline and the even split."""
    names = [row["method"] for row in scheme["methods"] if not row["is_baseline"]]
    known = {row["method"] for row in scheme["methods"]}
    wanted = dict.fromkeys((*names, scheme["reference"], _EVEN_SPLIT))
    methods = [name for name in wanted if name in known]
    title = f"Mean CRPS by {_GROUPS[grouping]}, {what}"
    table = make_table(title, [grouping, "n", "parties", *methods])
    for row in scheme["groups"][grouping]:
        cells = [
            f"{row['methods'][name]['crps']:.4f}" if name in row["methods"] else NONE
            for name in methods
        ]
        table.add_row(row["group"], str(row["n"]), str(row["parties"]), *cells)
    for column in table.columns[3:]:
        column.no_wrap, column.overflow = False, "fold"
    return table


def group_differences_table(scheme: Summary, method: str, what: str) -> Table:
    """Show a method's CRPS minus that of the best baseline by group, with intervals."""
    title = f"CRPS of {method} minus {scheme['reference']}, {what}"
    columns = ["grouping", "group", "n", "parties", "CRPS", "minus", "90 %", "P(<0)"]
    table = make_table(title, columns, text_columns=2)
    for grouping in _PRINTED:
        for row in scheme["groups"][grouping]:
            cell = row["methods"].get(method)
            found = None if cell is None else cell["difference"]
            if cell is None or found is None:
                continue
            better = found["better_prob"]
            table.add_row(
                grouping,
                row["group"],
                str(found["n"]),
                str(found["parties"]),
                f"{cell['crps']:.4f}",
                f"{found['mean']:+.4f}",
                _interval(found, 1.0, 4),
                NONE if better is None else f"{better:.2f}",
            )
    table.caption = "No interval for fewer than five parties."
    return table


def contests_table(summary: Summary, scheme: str, methods: Sequence[str]) -> Table:
    """Show the forecasts of some methods, contest by contest, next to what happened."""
    columns = ["contest", "share"]
    for name in methods:
        columns += [name, "90 %", "P(leader)"]
    table = make_table(f"Leader's runoff share [%], {LEFT_OUT[scheme]}", columns)
    for row in summary["schemes"][scheme]["forecasts"]:
        cells = []
        for name in methods:
            said = row["methods"].get(name)
            if said is None:
                cells += [NONE, NONE, NONE]
                continue
            low, high = said["interval"]
            cells += [f"{100 * said['median']:.1f}", f"{100 * low:.0f}-{100 * high:.0f}"]
            cells.append(f"{said['leader_prob']:.2f}")
        table.add_row(row["contest"], f"{100 * row['share']:.1f}", *cells)
    return table


def reached_parts(scheme: Summary) -> list[RenderableType]:
    """Say what every method that is no baseline reaches, and what a choice chose; may be empty."""
    parts: list[RenderableType] = []
    for row in scheme["methods"]:
        if row["reached"] is not None:
            said = [f"{_REACHED[k]}: {'yes' if ok else 'no'}" for k, ok in row["reached"].items()]
            parts.append(Text(f"{row['method']}: {'; '.join(said)}."))
            if row["silent"]:
                silent = f"{row['method']} is silent on {', '.join(row['silent'])}"
                parts.append(Text(f"{silent}: so nothing counts as reached."))
            parts += _without_home(scheme, row["method"])
        if row["choices"]:
            chosen = ", ".join(f"{name} ({n})" for name, n in row["choices"].items())
            parts.append(Text(f"{row['method']} chose inside the training contests: {chosen}."))
    return [*parts, Text()] if parts else []


def _without_home(scheme: Summary, method: str) -> list[Text]:
    """Say what a method is worth beside the best baseline elsewhere; nothing without home."""
    groups = {row["group"]: row for row in scheme["groups"]["origin"]}
    cell = groups.get("elsewhere", {}).get("methods", {}).get(method)
    if "home" not in groups or cell is None or cell["difference"] is None:
        return []
    found = cell["difference"]
    said = f"{method} without the {plural(groups['home']['n'], 'home contest')}: CRPS minus "
    said += f"{scheme['reference']} {found['mean']:+.4f}, 90 % {_interval(found, 1.0, 4)}, of "
    return [Text(f"{said}{plural(found['n'], 'contest')}.")]


def notes(summary: Summary) -> list[RenderableType]:
    """Say what does not count, what went wrong, and how the run departs from the protocol."""
    reasons: dict[str, list[str]] = {}
    for contest, reason in summary["left_out"].items():
        reasons.setdefault(reason, []).append(contest)
    listed = "; ".join(f"{', '.join(ids)} ({reason})" for reason, ids in reasons.items())
    lines = [f"Not counted: {listed or 'none'}."]
    lines += [f"{name}: {note}." for name, note in summary.get("notes", {}).items()]
    quality = summary.get("inference", {})
    if quality.get("ess") is not None:
        lines.append(
            f"Posteriors of the default model: k-hat {quality['k_hat']:.2f} at most, effective "
            f"size {quality['ess']:.0f} at least."
        )
    lines += [f"Warning: {warning}" for warning in summary.get("warnings", ())]
    departures = summary.get("departures", {})
    if departures:
        said = ", ".join(f"{name} {value}" for name, value in departures.items())
        lines.append(f"Not the numbers of decision 0029: {said}.")
    return [Text(line) for line in lines]


def _marked(row: Summary, scheme: Summary) -> str:
    return f"{row['method']}*" if row["method"] == scheme["reference"] else str(row["method"])


def _interval(difference: Summary, factor: float, digits: int) -> str:
    """Write the interval of a difference."""
    if difference["interval"] is None:
        return NONE
    low, high = (factor * end for end in difference["interval"])
    return f"{low:+.{digits}f}..{high:+.{digits}f}"
