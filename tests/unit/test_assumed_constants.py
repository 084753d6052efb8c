"""The list of constants without a prior is read from the code's own docstrings."""

import ast
import re

from kingmaker.parameters import PARAMETERS
from kingmaker.report.assumed_constants import (
    MACHINERY,
    AssumedConstant,
    _constants_of,
    assumed_constants,
)
from kingmaker.report.parameter_page import parameters_page
from tests.architecture.source_files import PACKAGE

SOURCE = '''
RATE = 0.5
"""Chance that somebody comes [fraction], at most; assumed."""

_LOW, _HIGH = 1, 2
"""Smallest and
largest; assumed: nobody knows."""

BY_KIND: dict[str, float] = {}
"""Weight of each kind [votes]; assumed."""

PLAIN = 4
"""Unit of nothing."""
'''


def test_marked_constants_are_found_with_unit_and_meaning() -> None:
    found = list(_constants_of("here", ast.parse(SOURCE).body))
    assert found == [
        AssumedConstant("here", "RATE", "fraction", "chance that somebody comes, at most"),
        AssumedConstant("here", "_LOW", "", "smallest and largest"),
        AssumedConstant("here", "_HIGH", "", "smallest and largest"),
        AssumedConstant("here", "BY_KIND", "votes", "weight of each kind"),
    ]


def test_every_marked_constant_of_the_package_is_on_the_page() -> None:
    page = parameters_page()
    marked = sum(
        len(re.findall(r"; assumed\b[^\n]*\"\"\"$|^assumed\.\"\"\"$", text, re.MULTILINE))
        for path in PACKAGE.rglob("*.py")
        for text in [path.read_text(encoding="utf-8")]
        if path.relative_to(PACKAGE).parts[0] not in MACHINERY
    )
    constants = assumed_constants()
    assert len(constants) >= marked > 80
    assert [c for c in constants if f"`{c.module}.{c.name}`" not in page] == []
    assert {c.name for c in constants}.isdisjoint(PARAMETERS)
