"""List and check contests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typer


def list_contests(*, as_json: bool) -> None:
    """Print the bundled contests, as a table or as a JSON list."""
    from kingmaker.contest.describe import summary_row
    from kingmaker.contest.load import bundled_ids, load_contest

    rows = [summary_row(load_contest(name)) for name in bundled_ids()]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, default=str))
        return
    from kingmaker.report.contests import print_contests

    print_contests(rows)


def check_files(files: Sequence[Path]) -> bool:
    """Check contest files; print ``FILE: ok``, or all problems on standard error.

    Returns
    -------
    Whether all files can be used.
    """
    from kingmaker.contest.load import check_contest

    all_are_right = True
    for file in files:
        problems = check_contest(file)
        if not problems:
            typer.echo(f"{file}: ok")
            continue
        all_are_right = False
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "\n".join(f"  - {problem}" for problem in problems)
        typer.echo(f"{file}: {count}\n{lines}", err=True)
    return all_are_right
