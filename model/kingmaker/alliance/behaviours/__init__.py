"""Name the alliance behaviours, and read them from the command line's grammar.

``,`` separates behaviours to compare, ``+`` joins parts of one. A part is a behaviour for all who
decide, such as ``neutral`` or ``endorse:ayalon``; one for a single actor, such as
``peretz=endorse:ayalon`` or ``barak=poach``; or a change of the contest, such as ``extra-week``.
"""

from kingmaker.alliance.behaviours.field import WHERE
from kingmaker.alliance.behaviours.grammar import (
    check_behaviour,
    parse_behaviour,
    split_behaviours,
)
from kingmaker.alliance.behaviours.policy import BOTH, Choice, Policy
from kingmaker.alliance.behaviours.registry import BEHAVIOURS
from kingmaker.alliance.behaviours.row import Behaviour

__all__ = [
    "BEHAVIOURS",
    "BOTH",
    "WHERE",
    "Behaviour",
    "Choice",
    "Policy",
    "check_behaviour",
    "parse_behaviour",
    "split_behaviours",
]
