"""Find names that are short enough for tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any


def short_names(summary: Mapping[str, Any]) -> dict[str, str]:
    """Give each actor the part of the name that the id stands for, else the whole name.

    Parameters
    ----------
    summary
        Summary of a run.

    Returns
    -------
    Names by id, such as ``Pines-Paz`` for ``pines-paz``, Ophir Pines-Paz.
    """
    return {actor: short_name(actor, name) for actor, name in summary["actors"].items()}


def short_name(actor: str, name: str) -> str:
    """Find the end of a name that an id stands for.

    Parameters
    ----------
    actor
        Id.
    name
        Full name.
    """
    words = name.split()
    ends = (" ".join(words[start:]) for start in range(len(words) - 1, -1, -1))
    return next((end for end in ends if _slug(end) == actor), name)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
