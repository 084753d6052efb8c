"""Generate the reference page of the contest file from its schema.

``python -m kingmaker.contest.reference`` prints the page; a test compares it with the committed
one.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAliasType, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kingmaker.contest.messages import section_type
from kingmaker.contest.schema import Contest

HEAD = """\
# The contest file

<!-- Generated from the schema: python -m kingmaker.contest.reference. Do not edit. -->

A contest is one TOML file. `kingmaker check FILE` checks it and lists all problems at once; the
template explains each section by example. Shares are fractions, days are TOML dates, ids are
lower-case letters, digits and single hyphens. What is absent is drawn and reported.
"""
TAIL = """\

## Checks between the sections

- Ids differ: candidates, notables and outside actors share one set of names; sectors, towns and
  blocs have their own. `neutral`, `free-vote`, `unknown`, `abstain`, `eliminated`, `rival-party`,
  `own`, `elsewhere`, `split` and `total` are reserved.
- Ids that are named exist.
- The runoff is after round one, or on its day with `rules.same_day`; it may only be absent when
  somebody reached the threshold, when round one is a forecast, or in a hypothetical contest.
- Days lie within 3 years before round one and 1 year after the last round; `earliest` is not after
  `latest`, and a `date` stands alone.
- A candidate withdraws before round one (`withdrawn`) or between the rounds (`withdrawn_after`).
- Between the rounds nobody but the two finalists can be called for, and they call for nobody.
  An undated call by somebody who did not stand in round one needs a `phase`.
- With sectors, exactly one is the `rest`; the others, at their largest, fit into the roll; blocs
  fit into their sector.
- A result has votes or shares for every running candidate, or for none; shares and
  `other_or_blank` add up to 1 within 0.003; votes and blank ballots are the ballots, ballots fit
  into the roll, and turnout agrees with them within one point.
- The result of the runoff names the two finalists of round one.
- Shares of a poll add up to 1 at most; only polls about seats have seats.
- Strengths of the candidates on the first ballot add up to 1 at most.
- Challengers stand on the first ballot, each is listed once, and none is the incumbent; partners of
  a pact are two challengers. A pact that is not mutual has a supporter and a supported; whoever
  claims or denies it is a partner. `postponed_until` needs `postponed_by_agreement` and is a day
  within 5 years after round one. A pledge does not end before it was made.
- Only rival parties have `position`, `ties` and `seats`; a politician of one names it by `party`.
  The ties of one candidate's voters add up to 1 at most over the rival parties.
- `seats_from` names leaders whom the poll asked about and rival parties; the seats that come from
  these are at most those under the leader.
"""


def contest_file_reference() -> str:
    """Write the reference page of the contest file.

    Returns
    -------
    The page in Markdown: one table per section with every field, its type, default and meaning.
    """
    return "\n".join([HEAD, *section_tables(Contest)]) + "\n" + TAIL


def section_tables(root: type[BaseModel]) -> list[str]:
    """Write one table per section of a kind of file, with every field.

    Parameters
    ----------
    root
        Type of the whole file.

    Returns
    -------
    Lines of Markdown.
    """
    lines = []
    for name, model, is_list in _sections(root):
        title = f"[[{name}]]" if is_list else f"[{name}]"
        lines.append(f"\n## {f'`{title}`' if name else 'Top of the file'}\n")
        lines.append(f"{(model.__doc__ or '').strip().splitlines()[0]}\n")
        lines.append("| key | value | default | meaning |")
        lines.append("|---|---|---|---|")
        lines.extend(_row(key, info) for key, info in model.model_fields.items())
    return lines


def _sections(root: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel], bool]]:
    """List the sections with their types, sections of sections after their owner."""
    yield "", root, False
    pending: list[tuple[str, type[BaseModel]]] = [("", root)]
    while pending:
        owner, model = pending.pop(0)
        for key, info in model.model_fields.items():
            inner = section_type(info.annotation)
            if inner is None:
                continue
            name = f"{owner}.{key}" if owner else key
            yield name, inner, get_origin(info.annotation) is tuple
            pending.append((name, inner))


def _row(key: str, info: FieldInfo) -> str:
    """Write one field as a row of a table."""
    if info.is_required():
        default = "required"
    else:
        value = info.get_default(call_default_factory=True, validated_data={})
        default = "" if value is None or value in ((), {}) else _written(value)
    limits = _limits(info.metadata)
    sort = _sort(info.annotation)
    return f"| `{key}` | {sort}{f', {limits}' if limits else ''} | {default} | {info.description} |"


def _written(value: object) -> str:
    """Write a default as TOML would; sections have none."""
    if isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, tuple):
        return f"`{json.dumps(value)}`"
    return f"`{value}`" if not isinstance(value, str) else f'`"{value}"`'


def _sort(annotation: Any) -> str:
    """Name the type of a field in words."""
    if isinstance(annotation, TypeAliasType):
        return _sort(annotation.__value__)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        limits = _limits(args[1:])
        return f"{_sort(args[0])}{f', {limits}' if limits else ''}"
    if origin in (Union, types.UnionType):
        return _sort(next(arg for arg in args if arg is not type(None)))
    if origin is Literal:
        return ", ".join(f"`{arg}`" for arg in args)
    if origin is tuple:
        entry = _sort(args[0])
        return f"list of {entry}" if args[-1] is Ellipsis else f"{len(args)} of: {entry}"
    if origin is dict:
        return "table" if args[1] is Any else f"table of {_sort(args[1])}"
    if section_type(annotation) is not None:
        return "section"
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
    name = str(annotation.__name__)
    return words.get(name, name)


def _limits(metadata: Any) -> str:
    """Write the bounds of a field in words."""
    parts: list[str] = []
    for item in metadata:
        inner = list(getattr(item, "metadata", ())) or [item]
        for limit in inner:
            if isinstance(limit, annotated_types.Ge):
                parts.append(f"≥ {limit.ge:,}")
            elif isinstance(limit, annotated_types.Gt):
                parts.append(f"> {limit.gt:,}")
            elif isinstance(limit, annotated_types.Le):
                parts.append(f"≤ {limit.le:,}")
        if getattr(item, "pattern", None):
            parts.append("id")
    return ", ".join(dict.fromkeys(parts))


if __name__ == "__main__":
    sys.stdout.write(contest_file_reference())
