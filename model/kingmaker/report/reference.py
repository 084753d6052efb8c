"""Write the generated pages of the reference from the registers that the code itself uses.

``python -m kingmaker.report.reference`` writes mechanisms, parameters, tables, behaviours and
commands below ``docs/reference``; a test compares them with the committed ones.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import kingmaker
from kingmaker.alliance.deals import ACTS
from kingmaker.analyse.tables import COMPARE_TABLES, REASONS
from kingmaker.records import MARGIN_STEPS, TABLES, Column
from kingmaker.report.behaviour_page import behaviours_page
from kingmaker.report.markdown import page, table, title
from kingmaker.report.mechanism_page import mechanisms_page
from kingmaker.report.parameter_page import parameters_page

FOLDER = Path(kingmaker.__file__).parent / "docs" / "reference"

_TABLES = """\
`--out DIR` writes each table as `DIR/TABLE.parquet`; `km.run` holds each as a data frame. The
Parquet files carry unit and meaning in the metadata of every column. Shares are fractions.
"""
_RUNS_EXTRA = """\
After these come, for every candidate on the first ballot, `shift_CANDIDATE` (polling-day shift of
the candidate's utility [logit]) and `constant_CANDIDATE` (constant found by the pilots [logit]),
and for every parameter `param_PARAMETER`, in the unit of [the parameter](parameters.md).
"""
_MARGIN = """\
## Steps of the margin

The columns `margin_STEP` of `runs`, in their order. The steps between the first and the last add up
exactly; what each holds depends on [the order](../decisions/0012-waterfall-order.md).
"""
_ACTS = """\
## Acts

The column `act` of `deals`.
"""
_CLI = """\
Call `.venv/bin/kingmaker COMMAND ...`, or `kingmaker COMMAND ...` where the environment is active.
"""
_ENVIRONMENT = """\
An error is one message on standard error: all problems of the input, each with its place and what
would be right, and no traceback.

## Environment

`KINGMAKER_CACHE` is the folder of the compiled kernels; without it `XDG_CACHE_HOME`, `~/.cache` and
the folder for temporary files are tried in this order. `COLUMNS` sets the width of the tables.
"""


_COMPARE = """\
## Tables of a comparison

`kingmaker compare --out DIR` and `km.compare` [give these](../how-to/compare-behaviours.md): a row
per replicate and behaviour, then who changed, and the endorsers' game. Columns that share name and
meaning with `runs` are the same.
"""
_REASONS = """\
### Reasons of a change

The column `mechanism` of `changed`; [how it is found](../explanation/comparisons.md). A reason
stands for whoever has no earlier one of that page's list.
"""


def tables_page() -> str:
    """Write the page of the result tables: columns, types, units, meaning."""
    parts = []
    for name, columns in TABLES.items():
        extra = [_RUNS_EXTRA] if name == "runs" else []
        parts += [f"## {name}\n", _columns(columns), *extra]
    steps = table(("step", "meaning"), [(f"`{step}`", text) for step, text in MARGIN_STEPS])
    acts = table(("act", "meaning"), [(f"`{act}`", text) for act, text in ACTS.items()])
    heading = title("Tables", "the record of a run")
    run = page(heading, _TABLES, *parts, _MARGIN, steps, _ACTS, acts)
    comparison = []
    for name, columns in COMPARE_TABLES.items():
        comparison += [f"### {name}\n", _columns(columns)]
    reasons = table(("reason", "meaning"), [(f"`{name}`", text) for name, text in REASONS])
    return page(run, _COMPARE, *comparison, _REASONS, reasons)


def _columns(columns: Mapping[str, Column]) -> str:
    rows = [(f"`{name}`", c.dtype, c.unit, c.meaning) for name, c in columns.items()]
    return table(("column", "type", "unit", "meaning"), rows)


def cli_page() -> str:
    """Write the page of the commands, from the command line's own definition."""
    cli = import_module("kingmaker.cli.app")
    statuses = (
        ("0", "done"),
        (str(cli.FAILED), "a replicate failed, or results could not be written"),
        (str(cli.BAD_INPUT), "the input is wrong; nothing ran and nothing is written"),
        (str(cli.INTERRUPTED), "interrupted; nothing is written"),
    )
    return page(
        title("Command line", "the definition of the commands"),
        _CLI,
        *[_command(command.callback) for command in cli.app.registered_commands],
        "## Exit status\n",
        table(("status", "meaning"), statuses),
        _ENVIRONMENT,
    )


def _command(callback: Callable[..., Any]) -> str:
    rows = list(_arguments(callback))
    names = [name for name, _, _ in rows if not name.startswith("--")]
    usage = ["kingmaker", callback.__name__, *names]
    usage += ["[OPTIONS]"] if len(rows) > len(names) else []
    cells = [(f"`{name}`", default, text) for name, default, text in rows]
    arguments = [table(("argument", "default", "meaning"), cells)] if rows else []
    head = f"## {callback.__name__}\n\n`{' '.join(usage)}`\n\n{inspect.getdoc(callback)}\n"
    return page(head, *arguments)


def _arguments(callback: Callable[..., Any]) -> Iterator[tuple[str, str, str]]:
    """Yield name, default and meaning of what a command takes."""
    hints = typing.get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        for info in getattr(hints[name], "__metadata__", ()):
            value = parameter.default
            default = "" if value in (None, False, "") else f"`{value}`"
            if value is inspect.Parameter.empty:
                default = "required"
            yield _name(name, info), default, str(info.help)


def _name(name: str, info: Any) -> str:
    if type(info).__name__ == "ArgumentInfo":
        return str(info.metavar)
    # The first declaration of an annotated option stands where its default used to.
    declared = [str(word) for word in (info.default, *(info.param_decls or ()))]
    flags = [word for word in declared if word.startswith("--")]
    flag = flags[0] if flags else f"--{name.replace('_', '-')}"
    return f"{flag} {info.metavar}" if info.metavar else flag


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
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{name}: written\n")


if __name__ == "__main__":
    main()
