"""Generate the reference page of the experiment file from its types.

``python -m kingmaker.sweep.reference`` prints the page; a test compares it with the committed one.
"""

from __future__ import annotations

import sys

from kingmaker.contest.reference import section_tables
from kingmaker.records import Column
from kingmaker.sweep.checks import keys_of_kinds
from kingmaker.sweep.experiment_file import MAX_RUNS, Experiment
from kingmaker.sweep.rows import COMMAND, FAILURE_COLUMNS, IDENTITY, POINT, POINT_COLUMNS, RUN_ID

HEAD = """\
# The experiment file

<!-- Generated from the types: python -m kingmaker.sweep.reference. Do not edit. -->

An experiment is one TOML file: a question, and the runs that answer it. `kingmaker sweep FILE
--dry-run` checks it, lists all problems at once, and says how many runs it makes. There is a point
for every combination of a contest, a behaviour, a list of mechanisms switched off and a sample of
the design; every point has the same number of replicates.
"""
KINDS = """\

## Keys by kind of design

| kind | needs | may have |
|---|---|---|
"""
TAIL = f"""\

## Checks between the keys

- Contests differ; every behaviour is one of every contest; two behaviours do not mean the same.
- Mechanisms, tables and parameters exist; values lie within the bounds of their parameter.
- No parameter is both held by `settings` and varied by the design.
- Points of a grid or a list differ. Morris' trajectories may meet, and weighted draws be drawn
  twice: such points are run once, and `count` says how often the design has them.
- There are at most {MAX_RUNS:,} runs.

## Ids

The id of a run is a hash of all that its results depend on: the resolved contest, parameters,
behaviour, mechanisms off, options, seed, replicate, the package's source and the scheme of the
random numbers. Its place in the experiment is not part of it: points, behaviours, contests and
replicates may be added, and old runs keep their ids and need not be repeated. Samples of a Latin
hypercube all move when their number changes; a Sobol sequence is only continued.

## Tables of a sweep

`data/` holds one Parquet file per table, rows in the order of the plan; `km.load_results(DIR)`
loads `runs`, `km.load_results(DIR, "points")` another one. Beside the columns below, `runs` and
the other tables have those of [the page of the tables](tables.md).
"""


def experiment_file_reference() -> str:
    """Write the reference page of the experiment file.

    Returns
    -------
    The page in Markdown.
    """
    kinds = [
        f"| `{kind}` | {_names(needed)} | {_names(allowed)} |"
        for kind, (needed, allowed) in keys_of_kinds().items()
    ]
    front = {"run_id": RUN_ID, "point": POINT}
    return "\n".join(
        [
            HEAD,
            *section_tables(Experiment),
            KINDS + "\n".join(kinds),
            TAIL,
            *_columns("`runs`, before its own columns", front | IDENTITY),
            *_columns("every other table, before its own columns", front),
            *_columns(
                "`failures`: runs that failed", front | FAILURE_COLUMNS | {"command": COMMAND}
            ),
            *_columns(
                "`points`, followed by `param_...` of what differs between them", POINT_COLUMNS
            ),
        ]
    )


def _columns(title: str, columns: dict[str, Column]) -> list[str]:
    rows = [f"| `{name}` | {c.dtype} | {c.unit} | {c.meaning} |" for name, c in columns.items()]
    return [f"### {title}\n", "| column | type | unit | meaning |", "|---|---|---|---|", *rows, ""]


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(experiment_file_reference())
