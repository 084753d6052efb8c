"""Name the alliance behaviours, and read them from the command line's grammar.

``+`` joins parts; a part is a behaviour for all who decide, such as ``neutral`` or
``endorse:ayalon``, or one for a single actor, such as ``peretz=endorse:ayalon``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kingmaker.contest.facts import finalists_observed
from kingmaker.contest.schema import Contest
from kingmaker.errors import ParameterError, Problem, did_you_mean

WHERE = "--behaviour"


@dataclass(frozen=True)
class Behaviour:
    """Describe one behaviour.

    Attributes
    ----------
    name
        Word of the grammar.
    meaning
        What actors who follow it do.
    source
        The report or the thought that it comes from.
    takes_target
        Whether it is written with a candidate, as in ``endorse:ayalon``.
    """

    name: str
    meaning: str
    source: str
    takes_target: bool = False


_ROWS = (
    Behaviour(
        "historical",
        "do what was done, on its day; an unknown choice is decided by the actor (M27), an "
        "undated one falls on a day drawn within its window",
        "the contest file",
    ),
    Behaviour(
        "neutral",
        "stay silent; lieutenants, activists and contractors go on as they would",
        "report of 2011: one eliminated leader would not decide before he consulted",
    ),
    Behaviour(
        "free-vote",
        "release everybody in public: voters, activists and machine",
        "report of 2011: a finalist asks the voters to decide for themselves",
    ),
    Behaviour(
        "endorse",
        "call for a finalist, on the day of the historical choice or after two fifths of the time",
        "reports of 2007 and 2011",
        takes_target=True,
    ),
)

BEHAVIOURS: Mapping[str, Behaviour] = MappingProxyType({row.name: row for row in _ROWS})


@dataclass(frozen=True)
class Choice:
    """Hold one actor's behaviour: its name, and the candidate's id where it takes one."""

    name: str
    target: str | None = None


@dataclass(frozen=True)
class Policy:
    """Hold the behaviours of all actors.

    Attributes
    ----------
    default
        Behaviour of eliminated candidates who are not named.
    by_actor
        Behaviour of candidates and notables by id.
    """

    default: Choice
    by_actor: Mapping[str, Choice]

    def of(self, actor_id: str) -> Choice:
        """Return the behaviour of an eliminated candidate."""
        return self.by_actor.get(actor_id, self.default)

    def of_notable(self, actor_id: str) -> Choice:
        """Return the behaviour of a notable; those who are not named do what they did."""
        return self.by_actor.get(actor_id, Choice("historical"))


def parse_behaviour(text: str, contest: Contest) -> Policy:
    """Read a behaviour.

    Parameters
    ----------
    text
        Such as ``neutral`` or ``peretz=neutral+pines-paz=endorse:ayalon``.
    contest
        The contest that the ids belong to.

    Returns
    -------
    The policy; ``historical`` for those whom the text does not name.

    Raises
    ------
    ParameterError
        All problems at once.
    """
    policy, problems = _read(text, contest)
    if problems:
        raise ParameterError("behaviour", tuple(problems))
    return policy


def check_behaviour(text: str, contest: Contest) -> tuple[Problem, ...]:
    """Find all problems of a behaviour; empty where `parse_behaviour` would accept it."""
    return tuple(_read(text, contest)[1])


def _read(text: str, contest: Contest) -> tuple[Policy, list[Problem]]:
    problems: list[Problem] = []
    default: Choice | None = None
    by_actor: dict[str, Choice] = {}
    if "," in text:
        remedy = "one behaviour; '+' joins parts of one"
        return Policy(Choice("historical"), {}), [
            Problem(WHERE, f"'{text}' names several behaviours", remedy)
        ]
    for part in text.split("+"):
        actor, equals, word = part.strip().rpartition("=")
        choice = _choice(word.strip(), part, contest, problems)
        if equals:
            _check_actor(actor.strip(), contest, problems)
            if by_actor.setdefault(actor.strip(), choice) != choice:
                wrong = f"'{actor.strip()}' has two behaviours in '{text}'"
                problems.append(Problem(WHERE, wrong, "one behaviour per actor"))
        elif default is not None and default != choice:
            wrong = f"'{text}' has two behaviours for everybody"
            problems.append(Problem(WHERE, wrong, "one, and ACTOR=BEHAVIOUR for single actors"))
        else:
            default = choice
    return Policy(default or Choice("historical"), MappingProxyType(by_actor)), problems


def _choice(word: str, part: str, contest: Contest, problems: list[Problem]) -> Choice:
    name, colon, target = word.partition(":")
    known = BEHAVIOURS.get(name)
    if known is None:
        wrong = f"unknown behaviour '{name}'" if name else f"no behaviour in '{part}'"
        problems.append(Problem(WHERE, wrong, did_you_mean(name, BEHAVIOURS)))
    elif known.takes_target and not target:
        problems.append(Problem(WHERE, f"'{name}' needs a candidate", f"{name}:CANDIDATE"))
    elif colon and not known.takes_target:
        problems.append(Problem(WHERE, f"'{name}' takes no candidate", f"{name} alone"))
    elif known.takes_target:
        _check_target(target, contest, problems)
    return Choice(name, target or None)


def _check_target(target: str, contest: Contest, problems: list[Problem]) -> None:
    running = [c.id for c in contest.running]
    finalists = finalists_observed(contest)
    if target not in running:
        wrong = f"'{target}' is no candidate of {contest.id}"
        problems.append(Problem(WHERE, wrong, did_you_mean(target, running)))
    elif finalists is not None and target not in finalists:
        wrong = f"'{target}' is not in the runoff of {contest.id}"
        problems.append(Problem(WHERE, wrong, f"the finalists are {' and '.join(finalists)}"))


def _check_actor(actor: str, contest: Contest, problems: list[Problem]) -> None:
    finalists = finalists_observed(contest) or ()
    deciding = [c.id for c in contest.running if c.id not in finalists]
    known = [*deciding, *(n.id for n in contest.notables)]
    if actor in finalists:
        wrong = f"'{actor}' is a finalist of {contest.id}"
        problems.append(Problem(WHERE, wrong, f"those who decide: {', '.join(deciding)}"))
    elif actor not in known:
        wrong = f"'{actor}' is nobody who decides in {contest.id}"
        problems.append(Problem(WHERE, wrong, did_you_mean(actor, known)))
