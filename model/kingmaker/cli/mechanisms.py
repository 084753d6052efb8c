"""Carry out ``kingmaker mechanisms``: show the register with the measured effects."""

from __future__ import annotations

import json

import typer


def list_mechanisms(*, as_json: bool) -> None:
    """Print all mechanisms, as a table or as a JSON list."""
    from kingmaker.experiment.effects_file import PATH, read_effects
    from kingmaker.report.mechanism_table import mechanism_rows, print_mechanisms

    measured = read_effects() if PATH.exists() else None
    if as_json:
        typer.echo(json.dumps(mechanism_rows(measured), indent=2, ensure_ascii=False))
    else:
        print_mechanisms(measured)
