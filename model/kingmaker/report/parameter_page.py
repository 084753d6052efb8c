"""Write the reference page of the parameters: all, then the assumed ones, then fixed constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from typing import Any

from kingmaker.parameters import PARAMETERS, Parameter, prior_quantile
from kingmaker.priors import Beta, Fixed, HalfNormal, LogNormal, Normal, Prior, Uniform
from kingmaker.report.assumed_constants import AssumedConstant, assumed_constants
from kingmaker.report.markdown import page, table, title

_ASSUMED = "assumed"
_SIGN_ONLY = "for the sign"
_KIND = "members"

# Module, name, unit, meaning of constants whose docstring does not mark them as assumed; numbers
# that stand inside a formula are given with it in odd.md.
_UNMARKED = (
    AssumedConstant("aftermath.exit", "FOR_LOSS", "dimensionless",
                    "addition to the factor of leaving where the last vote lost"),
    AssumedConstant("aftermath.exit", "FOR_REJECTION", "dimensionless",
                    "addition to the factor of leaving where a rejected candidate leads"),
    AssumedConstant("ballot.constants", "MAX_SECTOR_STEP", "logit",
                    "largest step of a sector's constant per pilot"),
    AssumedConstant("campaign.canvassing", "_LOGIT_PER_PROBABILITY", "logit per probability",
                    "turns effects of contacts on a probability into logits"),
    AssumedConstant("campaign.canvassing", "MAX_REACH", "fraction",
                    "largest chance of a contact on a day"),
    AssumedConstant("campaign.messages", "_KNOWN_FOR", "sd",
                    "bonus of a candidate known for a theme"),
    AssumedConstant("campaign.polls", "DEFAULT_SAMPLE", "respondents",
                    "sample of a poll that prints none"),
    AssumedConstant("pilots", "MAX_SHIFT", "logit",
                    "polling-day shift above which pilots are repeated"),
    AssumedConstant("pilots", "PILOT_MEMBERS", "members", "size of a pilot"),
    AssumedConstant("population.activists", "_BRANCH_HEAD_SHARE", "fraction",
                    "activists who are branch heads or more"),
    AssumedConstant("population.activists", "_REGIONAL_SHARE", "fraction",
                    "activists who are regional heads"),
    AssumedConstant("population.blocs", "MIN_SIZE", "members", "smallest drawn bloc"),
    AssumedConstant("population.blocs", "MAX_SIZE", "members",
                    "largest drawn bloc, before stretching"),
    AssumedConstant("population.blocs", "MAX_CONTRACTORS", "contractors",
                    "most contractors in a contest"),
    AssumedConstant("population.blocs", "_SECTOR_CAP", "fraction",
                    "part of a sector that blocs may fill"),
    AssumedConstant("population.blocs", "_PATRON_PROB", "fraction",
                    "largest chance that a drawn contractor has a patron"),
    AssumedConstant("population.setting", "TURNOUT_MEDIAN", "fraction",
                    "median of a drawn turnout by kind of contest"),
    AssumedConstant("population.synthesis", "MEMBERS_PER_BRANCH", "members",
                    "mean size of a branch"),
)  # fmt: skip

_HEAD = """\
Each replicate draws every parameter from its prior, cut off at the bounds; `--set NAME=VALUE` holds
one. Median and 90 % range are those of the prior after the cut, for a contest among party members.
A prior is no estimate: nothing on this page was moved by data inside the model.
"""
_BY_KIND = """\
## Priors that depend on the kind of contest

`united-states` is a contest open to all (`kind = "open"`) in that country. Kinds without a row have
the prior of `members`.
"""
_LEARNED = """\
## Learned from contests that are also predicted

Beware of hindsight: a contest does not test a model whose priors were learned from it. A
calibration starts from the prior on the right, which owes nothing to the contests.
"""
_FIXED = """\
## Constants

Numbers that no run varies. All are assumed; they have no prior, and no run shows what they do.
[The ODD+D protocol](../explanation/odd.md) has the formulas in which those of the model stand, and
numbers without a name. Those of `analyse` and `validate` belong to comparisons and tests.
"""


def parameters_page() -> str:
    """Write the page.

    Returns
    -------
    Markdown: the whole register, priors by kind of contest, the assumed parameters apart, those
    learned from contests, and the constants that have no prior.
    """
    rows = list(PARAMETERS.values())
    assumed = [p for p in rows if p.source == _ASSUMED]
    partly = [p for p in rows if p not in assumed and is_partly_assumed(p)]
    learned = [p for p in rows if p.diffuse is not None]
    header = ("parameter", "of", "unit", "what it does", "prior", "median", "90 % range", "bounds",
              "source", "learned from")  # fmt: skip
    short = ("parameter", "of", "what it does")
    return page(
        title("Parameters", "the register of parameters"),
        _HEAD,
        table(header, map(_whole_row, rows)),
        _BY_KIND,
        table(("parameter", "kind", "prior", "median", "90 % range"), _rows_by_kind()),
        "## Assumed: the to-do list of the sensitivity analysis\n",
        f"Nothing but judgement stands behind {len(assumed)} of the {len(rows)} priors:\n",
        table(short, map(_short_row, assumed)),
        f"For {len(partly)} more a source gives the sign or a part, and judgement the size:\n",
        table((*short, "source"), [(*_short_row(p), p.source) for p in partly]),
        _LEARNED,
        table(
            ("parameter", "learned from", "source", "a calibration starts from"),
            [(f"`{p.name}`", ", ".join(p.learned_from), p.source, _start(p)) for p in learned],
        ),
        _FIXED,
        table(("constant", "value", "unit", "meaning"), _constant_rows()),
    )


def is_partly_assumed(parameter: Parameter) -> bool:
    """Say whether the source of a parameter leaves a part of its prior to judgement."""
    return _ASSUMED in parameter.source or _SIGN_ONLY in parameter.source


def in_words(prior: Prior) -> str:
    """Write a prior in words, such as ``normal, mean 0.6, sd 0.4``."""
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
        case Fixed():
            return f"always {prior.value:g}"
        case _:
            return repr(prior)


def _start(p: Parameter) -> str:
    """Write the prior from which a calibration starts."""
    assert p.diffuse is not None
    kinds = [f"{kind}: {in_words(prior)}" for kind, prior in p.diffuse_by_kind.items()]
    low, high = p.diffuse_bounds or p.bounds
    wider = [f"cut off at {low:g} and {high:g}"] if p.diffuse_bounds else []
    return "; ".join([in_words(p.diffuse), *kinds, *wider])


def _whole_row(p: Parameter) -> tuple[str, ...]:
    low, high = p.bounds
    bounds = f"{low:g} to {high:g}"
    about = (f"`{p.name}`", p.mechanism, p.unit, p.meaning)
    return *about, *_prior_cells(p, _KIND), bounds, p.source, ", ".join(p.learned_from)


def _prior_cells(p: Parameter, kind: str) -> tuple[str, str, str]:
    low, median, high = (prior_quantile(p, kind, u) for u in (0.05, 0.5, 0.95))
    return in_words(p.prior_for(kind)), f"{median:.3g}", f"{low:.3g} to {high:.3g}"


def _rows_by_kind() -> Iterator[tuple[str, ...]]:
    for p in PARAMETERS.values():
        for kind in (_KIND, *p.by_kind) if p.by_kind else ():
            yield f"`{p.name}`", kind, *_prior_cells(p, kind)


def _short_row(p: Parameter) -> tuple[str, str, str]:
    return f"`{p.name}`", p.mechanism, p.meaning


def _constant_rows() -> Iterator[tuple[str, ...]]:
    rows = [*assumed_constants(), *_UNMARKED]
    for row in sorted(rows, key=lambda row: row.module):
        home = import_module(f"kingmaker.{row.module}")
        if not hasattr(home, row.name):
            msg = f"{row.module}.{row.name} is gone: correct _UNMARKED in report/parameter_page.py"
            raise LookupError(msg)
        value = _written(getattr(home, row.name))
        yield f"`{row.module}.{row.name}`", value, row.unit, row.meaning


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{_written(key)} {_written(part)}" for key, part in value.items())
    if isinstance(value, Enum):
        return value.name.lower().replace("_", " ")
    if isinstance(value, str):
        return value
    return ", ".join(f"{x:g}" for x in value) if hasattr(value, "__iter__") else f"{value:g}"
