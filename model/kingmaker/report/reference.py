"""Write the generated pages of the reference from the registers that the code itself uses.

``python -m kingmaker.report.reference`` writes mechanisms, parameters, tables, behaviours and
commands below ``docs/reference``; a test compares them with the committed ones.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import kingmaker
from kingmaker.alliance.behaviours import BEHAVIOURS
from kingmaker.mechanisms import MECHANISMS, Mechanism
from kingmaker.parameters import PARAMETERS, Parameter, prior_quantile
from kingmaker.priors import Beta, HalfNormal, LogNormal, Normal, Prior, Uniform
from kingmaker.records import MARGIN_STEPS, TABLES, Column

COMMAND = "python -m kingmaker.report.reference"
FOLDER = Path(kingmaker.__file__).parent / "docs" / "reference"
ASSUMED = "assumed"
SIGN_ONLY = "for the sign"
DEFAULT_KIND = "members"
KINDS = ("open", "united-states", "delegates", "general")

# Module, name, unit, meaning: numbers that no run varies; what stands inside a formula is in odd.md.
_CONSTANTS = (
    ("population.synthesis", "MEMBERS_PER_BRANCH", "members", "mean size of a branch"),
    ("population.blocs", "MIN_SIZE", "members", "smallest drawn bloc"),
    ("population.blocs", "MAX_SIZE", "members", "largest drawn bloc, before stretching"),
    ("population.blocs", "MAX_CONTRACTORS", "contractors", "most contractors in a contest"),
    ("population.blocs", "_SECTOR_CAP", "fraction", "part of a sector that blocs may fill"),
    ("population.blocs", "_PATRON_PROB", "fraction",
     "chance that a drawn contractor has a patron, where a notable fits"),
    ("population.activists", "_BRANCH_HEAD_SHARE", "fraction",
     "activists who are branch heads or more"),
    ("population.activists", "_REGIONAL_SHARE", "fraction", "activists who are regional heads"),
    ("population.activists", "RANK_WEIGHT", "foot activists",
     "weight of foot activist, branch head, regional head when a leader listens"),
    ("population.setting", "_EVIDENCE_SD", "logit",
     "blur of an observed figure by its confidence"),
    ("population.setting", "_TURNOUT_MEDIAN", "fraction",
     "median of a drawn turnout by kind of contest"),
    ("campaign.climate", "GRUDGE_OF_ACT", "insults", "grudge that an act leaves in its target"),
    ("campaign.messages", "_KNOWN_FOR", "sd", "bonus of a candidate known for a theme"),
    ("campaign.canvassing", "_LOGIT_PER_PROBABILITY", "logit per probability",
     "turns effects of contacts on a probability into logits"),
    ("campaign.canvassing", "MAX_REACH", "fraction", "largest chance of a contact on a day"),
    ("campaign.polls", "DEFAULT_SAMPLE", "respondents", "sample of a poll that prints none"),
    ("campaign.polls", "DEFAULT_UNDECIDED", "fraction",
     "respondents who do not say, where a poll does not tell"),
    ("campaign.contracting", "_OWN_FINALIST", "utility",
     "worth to a contractor of staying with his own candidate in the runoff"),
    ("campaign.contracting", "_NOISE", "utility", "scale of a contractor's unexplained taste"),
    ("alliance.beliefs", "BELIEVED_FOLLOW_RATE", "fraction",
     "part of an endorser's voters that actors expect to follow"),
    ("alliance.beliefs", "BELIEF_SD", "fraction", "spread of beliefs about the runoff share"),
    ("alliance.offers", "RELATIVE_WORTH", "first-rank offices", "worth of each kind of offer"),
    ("alliance.offers", "GRANTED_PROB", "probability", "chance that what was offered is granted"),
    ("alliance.offers", "DEFAULT_STAY_PROB", "probability",
     "chance that the party stays in the government, where nobody said"),
    ("alliance.decision", "FREE_VOTE_DISCOUNT", "utility",
     "how much less a free vote is worth than silence"),
    ("alliance.negotiation", "DEFAULT_DECISION_TIME", "fraction",
     "part of the time between the rounds after which an undated announcement falls"),
    ("alliance.negotiation", "TOLD", "fraction", "weight of an announcement by its kind"),
)  # fmt: skip


def title(text: str, source: str) -> str:
    """Write a page's title, and the note that keeps people from editing it."""
    return f"# {text}\n\n<!-- Generated from {source}: {COMMAND}. Do not edit. -->\n"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table; bars inside a cell are escaped."""
    lines = [_row(header)]
    lines.append("|" + "---|" * lines[0].count(" | ") + "---|")
    lines.extend(_row(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def mechanisms_page() -> str:
    """Write the page of the mechanisms.

    Returns
    -------
    One section per mechanism: what it does, where it was seen, its switch, its parameters.
    """
    rows = [
        (f"[{m.id}](#{m.id.lower()})", m.title, f"`{'`, `'.join(_switches(m))}`", m.phase)
        for m in MECHANISMS.values()
    ]
    parts = [
        title("Mechanisms", "the register of mechanisms"),
        "Every mechanism has an id and a switch: `--without ID`. Numbers that are missing here "
        "belong to mechanisms\nthat are not built. How each works, with its equations, is in "
        "[the ODD+D protocol](../explanation/odd.md).\n\n"
        "Switching off a mechanism of the `campaign` changes round one, too: constants and "
        "polling-day shifts are then\ntaken from the same replicate with everything on and held, "
        "so that the difference is the mechanism's.\nOne of the `runoff` leaves round one as it "
        "is.\n",
        table(("id", "what it does", "switches", "first touches"), rows),
    ]
    parts += [_mechanism(m) for m in MECHANISMS.values()]
    return "\n".join(parts)


def _switches(mechanism: Mechanism) -> list[str]:
    return [mechanism.id, *(f"{mechanism.id}.{part}" for part in mechanism.parts)]


def _mechanism(mechanism: Mechanism) -> str:
    own = [f"[`{p.name}`](parameters.md)" for p in PARAMETERS.values() if mechanism.id == p.mechanism]
    return (
        f"## {mechanism.id}\n\n{_sentence(mechanism.title)}\n\n"
        f"- Seen in: {mechanism.source}.\n"
        f"- Off: {mechanism.off}.\n"
        f"- Parameters: {', '.join(own) if own else 'none of its own'}.\n"
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def parameters_page() -> str:
    """Write the page of the behavioural parameters: all, then the assumed ones, then constants."""
    rows = PARAMETERS.values()
    assumed = [p for p in rows if p.source == ASSUMED]
    partly = [p for p in rows if p.source != ASSUMED and _is_partly_assumed(p)]
    learned = [p for p in rows if p.learned_from]
    return "\n".join(
        [
            title("Parameters", "the register of parameters"),
            "Each replicate draws every parameter from its prior, cut off at the bounds; `--set "
            "NAME=VALUE` holds one.\nMedian and 90 % range are those of the prior after the cut, "
            "for a contest among party members. A prior is\nno estimate: nothing on this page was "
            "moved by data inside the model.\n",
            _parameter_table(rows),
            "## Priors that depend on the kind of contest\n",
            table(("parameter", "kind", "prior", "median", "90 % range"), _rows_by_kind()),
            f"## Assumed: the to-do list of the sensitivity analysis\n\nThe prior of these "
            f"{len(assumed)} of {len(rows)} parameters is a judgement; no source was found.\n",
            table(("parameter", "mechanism", "what it does"), map(_short, assumed)),
            f"For these {len(partly)} a source gives the sign or a part; the size is a judgement.\n",
            table(("parameter", "mechanism", "what it does"), map(_short, partly)),
            "## Learned from contests that are also predicted\n\nBeware of hindsight: a contest "
            "does not test a model whose priors were learned from it.\n",
            table(
                ("parameter", "learned from", "source"),
                [(f"`{p.name}`", ", ".join(p.learned_from), p.source) for p in learned],
            ),
            "## Constants\n\nNumbers that no run varies. All are assumed; they have no prior yet, "
            "and no run shows what they do.\n",
            table(("constant", "value", "unit", "meaning"), _constant_rows()),
        ]
    )


def _is_partly_assumed(parameter: Parameter) -> bool:
    return ASSUMED in parameter.source or SIGN_ONLY in parameter.source


def _parameter_table(rows: Iterable[Parameter]) -> str:
    header = ("parameter", "of", "unit", "what it does", "prior", "median", "90 % range", "bounds",
              "source", "learned from")  # fmt: skip
    return table(header, (_parameter_row(p) for p in rows))


def _parameter_row(p: Parameter) -> tuple[str, ...]:
    low, high = p.bounds
    return (
        f"`{p.name}`",
        p.mechanism,
        p.unit,
        p.meaning,
        *_prior_cells(p, DEFAULT_KIND),
        f"{low:g} to {high:g}",
        p.source,
        ", ".join(p.learned_from),
    )


def _prior_cells(p: Parameter, kind: str) -> tuple[str, str, str]:
    low, median, high = (prior_quantile(p, kind, u) for u in (0.05, 0.5, 0.95))
    return in_words(p.prior_for(kind)), f"{median:.3g}", f"{low:.3g} to {high:.3g}"


def in_words(prior: Prior) -> str:
    """Write a prior in words."""
    match prior:
        case Normal():
            return f"normal, mean {prior.mean:g}, sd {prior.sd:g}"
        case HalfNormal():
            return f"half-normal, sd {prior.sd:g}"
        case LogNormal():
            return f"log-normal, median {prior.quantile(0.5):.3g}, log sd {prior.log_sd:g}"
        case Uniform():
            return f"uniform, {prior.low:g} to {prior.high:g}"
        case Beta():
            return f"beta, {prior.a} and {prior.b}"
        case _:
            return repr(prior)


def _rows_by_kind() -> Iterator[tuple[str, ...]]:
    for p in PARAMETERS.values():
        for kind in (DEFAULT_KIND, *KINDS) if p.by_kind else ():
            yield f"`{p.name}`", kind, *_prior_cells(p, kind)


def _short(p: Parameter) -> tuple[str, str, str]:
    return f"`{p.name}`", p.mechanism, p.meaning


def _constant_rows() -> Iterator[tuple[str, ...]]:
    for module, name, unit, meaning in _CONSTANTS:
        value = getattr(import_module(f"kingmaker.{module}"), name)
        yield f"`{module}.{name}`", _value(value), unit, meaning


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {number:g}" for key, number in value.items())
    numbers = value.tolist() if hasattr(value, "tolist") else value
    return ", ".join(f"{x:g}" for x in numbers) if isinstance(numbers, list) else f"{numbers:g}"


def tables_page() -> str:
    """Write the page of the result tables: columns, types, units, meaning."""
    parts = [
        title("Tables", "the record of a run"),
        "`--out DIR` writes each table as `DIR/TABLE.parquet`; `km.run` holds each as a data "
        "frame. Every column also\ncarries its unit and meaning in the metadata of the Parquet "
        "file. Shares are fractions.\n",
    ]
    for name, columns in TABLES.items():
        parts.append(f"## {name}\n")
        if name == "runs":
            parts.append("A row per replicate.\n")
        parts.append(_column_table(columns))
        if name == "runs":
            parts.append(_RUNS_EXTRA)
    parts.append(
        "## Steps of the margin\n\nThe columns `margin_STEP` of `runs`, in their order. The steps "
        "between the first and the last add up\nexactly; what each holds depends on the order "
        "(see [the decision](../decisions/0012-waterfall-order.md)).\n"
    )
    parts.append(table(("step", "meaning"), [(f"`{step}`", text) for step, text in MARGIN_STEPS]))
    return "\n".join(parts)


_RUNS_EXTRA = """\
After these come, for every candidate on the first ballot, `shift_CANDIDATE` (polling-day shift of
the candidate's utility [logit]) and `constant_CANDIDATE` (constant found by the pilots [logit]),
and, for every parameter, `param_PARAMETER` in the unit of [the parameter](parameters.md).
"""


def _column_table(columns: Mapping[str, Column]) -> str:
    rows = [(f"`{name}`", c.dtype, c.unit, c.meaning) for name, c in columns.items()]
    return table(("column", "type", "unit", "meaning"), rows)


def behaviours_page() -> str:
    """Write the page of the alliance behaviours."""
    rows = [
        (f"`{b.name}:CANDIDATE`" if b.takes_target else f"`{b.name}`", b.meaning, b.source)
        for b in BEHAVIOURS.values()
    ]
    return "\n".join(
        [
            title("Behaviours", "the register of behaviours"),
            "A behaviour says what eliminated candidates, and notables, do between the rounds: "
            "`--behaviour TEXT`.\n",
            table(("behaviour", "what actors who follow it do", "comes from"), rows),
            _GRAMMAR,
        ]
    )


_GRAMMAR = """\
## Grammar

- One word, such as `neutral` or `endorse:peretz`, is for every eliminated candidate.
- `ACTOR=BEHAVIOUR` is for one eliminated candidate or one notable, by the id in the contest file.
- `+` joins parts: `neutral+mitzna=endorse:peretz`. Whoever is not named follows the word for
  everybody, or `historical` where there is none.
- Notables who are not named do what they did. A notable speaks on the day of his historical call;
  one who made none stays silent, whatever the behaviour.
- A finalist decides nothing here, and only the finalists of the observed contest can be endorsed.
- With `--first-round free` the finalists may be others. An endorsement of somebody who is out is
  then decided by the actor (M27) and counted in `displaced_endorsements`.
"""


def cli_page() -> str:
    """Write the page of the commands from the command line's own definition."""
    app = import_module("kingmaker.cli.app")
    parts = [
        title("Command line", "the definition of the commands"),
        "`.venv/bin/kingmaker COMMAND ...`, or `kingmaker COMMAND ...` where the environment is "
        "active.\n`CONTEST` is the id of a bundled contest or the path of a contest file.\n",
    ]
    for command in app.app.registered_commands:
        parts.append(_command(command.callback))
    statuses = (
        ("0", "done"),
        (str(app.BAD_INPUT), "the input is wrong; nothing ran, nothing is written"),
        (str(app.FAILED), "a replicate failed, or results could not be written"),
        (str(app.INTERRUPTED), "interrupted; nothing is written"),
    )
    parts += ["## Exit status\n", table(("status", "meaning"), statuses), _ENVIRONMENT]
    return "\n".join(parts)


_ENVIRONMENT = """\
Errors are one message on standard error: all problems of the input, each with its place and what
would be right. There is no traceback.

## Environment

`KINGMAKER_CACHE` is the folder of the compiled kernels; without it `XDG_CACHE_HOME`, `~/.cache` and
the folder for temporary files are tried in this order. `COLUMNS` sets the width of the tables.
"""


def _command(callback: Callable[..., Any]) -> str:
    rows: list[tuple[str, str, str]] = []
    usage = ["kingmaker", callback.__name__]
    hints = typing.get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        for info in getattr(hints[name], "__metadata__", ()):
            is_option = type(info).__name__ == "OptionInfo"
            shown = _option(name, info) if is_option else info.metavar
            rows.append((f"`{shown}`", _default(parameter.default), info.help))
            if not is_option:
                usage.append(info.metavar)
    if any(shown.startswith("`--") for shown, _, _ in rows):
        usage.append("[OPTIONS]")
    lines = [f"## {callback.__name__}\n", f"`{' '.join(usage)}`\n", f"{inspect.getdoc(callback)}\n"]
    if rows:
        lines.append(table(("argument", "default", "meaning"), rows))
    return "\n".join(lines)


def _option(name: str, info: Any) -> str:
    flag = next(iter(info.param_decls or ()), f"--{name.replace('_', '-')}")
    return f"{flag} {info.metavar}" if info.metavar else str(flag)


def _default(value: Any) -> str:
    if value is inspect.Parameter.empty:
        return "required"
    return "" if value in (None, False, "") else f"`{value}`"


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "mechanisms.md": mechanisms_page,
        "parameters.md": parameters_page,
        "tables.md": tables_page,
        "behaviours.md": behaviours_page,
        "cli.md": cli_page,
    }
)


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{name}: written\n")


if __name__ == "__main__":
    main()
