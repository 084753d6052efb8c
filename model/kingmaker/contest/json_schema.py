"""Make a JSON Schema of the contest file, for editors and other programs."""

from __future__ import annotations

from typing import Any

from kingmaker.contest.schema import SCHEMA_VERSION, Contest

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def contest_json_schema() -> dict[str, Any]:
    """Describe the contest file as a JSON Schema (2020-12).

    Days are text in ISO form there, since JSON has none. Checks between sections (ids that must
    exist, sums, the order of days) are not in the schema; `check_contest` has them.

    Returns
    -------
    The schema.
    """
    schema = Contest.model_json_schema(mode="validation")
    return {
        **schema,
        "$schema": DIALECT,
        "title": f"Kingmaker contest file, version {SCHEMA_VERSION}",
        "description": "One two-round party leadership election, as far as it is known.",
    }
