"""Read the text of a behaviour: all problems at once, or a policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from kingmaker.alliance.behaviours.contrary import contradictions
from kingmaker.alliance.behaviours.field import (
    WHERE,
    Field,
    Part,
    check_actor,
    check_target,
    field_under,
    is_whole,
    part_of,
)
from kingmaker.alliance.behaviours.needs import check_needs
from kingmaker.alliance.behaviours.policy import BOTH, HISTORICAL, Choice, Entries, Policy
from kingmaker.alliance.behaviours.registry import BEHAVIOURS
from kingmaker.alliance.behaviours.row import MAX_GAP_DAYS, PACTS, THRESHOLDS, Behaviour
from kingmaker.contest.schema import Contest
from kingmaker.errors import ParameterError, Problem, did_you_mean

_DECIMAL = re.compile(r"(0?\.[0-9]{1,9}|[01](\.[0-9]{0,9})?)", re.ASCII)


def split_behaviours(text: str) -> list[str]:
    """Split a list of behaviours to compare.

    Parameters
    ----------
    text
        Such as ``historical, neutral, endorse:ayalon + extra-week``.

    Returns
    -------
    The behaviours in their order, without spaces around separators.

    Raises
    ------
    ParameterError
        Empty ones, and ones that occur twice, whatever the order of their parts; all at once.
    """
    behaviours = ["+".join(_compact(part) for part in b.split("+")) for b in text.split(",")]
    problems: list[Problem] = []
    seen: set[tuple[str, ...]] = set()
    for place, behaviour in enumerate(behaviours, start=1):
        key = tuple(sorted(set(behaviour.split("+"))))
        if not behaviour.strip("+"):
            wrong = f"behaviour {place} of '{text}' is empty"
            problems.append(Problem(WHERE, wrong, "behaviours separated by single commas"))
        elif key in seen:
            wrong = f"'{behaviour}' occurs twice in '{text}'"
            problems.append(Problem(WHERE, wrong, "each behaviour once"))
        seen.add(key)
    if problems:
        raise ParameterError("behaviours", tuple(problems))
    return behaviours


def parse_behaviour(text: str, contest: Contest) -> Policy:
    """Read a behaviour.

    Parameters
    ----------
    text
        Such as ``neutral`` or ``peretz=neutral+pines-paz=endorse:ayalon+extra-week``.
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


@dataclass
class _Draft:
    """Collect what the parts ask for."""

    default: Choice | None = None
    by_actor: dict[str, Choice] = dataclass_field(default_factory=dict)
    finalists: dict[str, set[str]] = dataclass_field(default_factory=dict)
    settings: dict[str, str] = dataclass_field(default_factory=dict)


def _read(text: str, contest: Contest) -> tuple[Policy, list[Problem]]:
    if "," in text:
        wrong = f"'{text}' names several behaviours"
        return Policy(), [Problem(WHERE, wrong, "one behaviour; '+' joins parts of one")]
    parts = [part_of(piece) for piece in text.split("+")]
    field = field_under(contest, parts)
    draft = _Draft()
    problems: list[Problem] = []
    for part in parts:
        row = BEHAVIOURS.get(part.name)
        problems += _check_part(part, row, field)
        if row is not None:
            problems += _add(part, row, draft, text)
    problems += contradictions(parts, contest, text)
    return _policy(draft, field), list(dict.fromkeys(problems))


def _check_part(part: Part, row: Behaviour | None, field: Field) -> list[Problem]:
    """Check a part by itself: its word, its actor, its argument, what the contest must have."""
    found: list[Problem | None] = []
    if row is None:
        wrong = f"no behaviour in '{part.text}'"
        if part.name:
            wrong = f"unknown behaviour '{part.name}'"
        found.append(Problem(WHERE, wrong, did_you_mean(part.name, BEHAVIOURS)))
    else:
        found.append(_check_argument(part, row, field))
    # A lieutenant without a name and a candidate has one problem, not three.
    if part.actor or (part.actor is not None and (part.name != "lieutenant" or part.argument)):
        found.append(check_actor(part.actor, row, part.name, field))
    if row is not None:
        found.append(check_needs(row, part, field))
    return [problem for problem in found if problem is not None]


def _check_argument(part: Part, row: Behaviour, field: Field) -> Problem | None:
    argument = part.argument
    if row.argument == "":
        takes = "candidate" if row.kind == "leaders" else "argument"
        wrong = f"'{row.name}' takes no {takes}"
        return None if argument is None else Problem(WHERE, wrong, f"{row.name} alone")
    if argument is None and row.argument == "[CANDIDATE]":
        return None
    if not argument:
        wrong = f"'{row.name}' needs {_NEEDS[row.argument]}"
        return Problem(WHERE, wrong, row.written)
    match row.argument:
        case "CANDIDATE" | "[CANDIDATE]":
            return _check_candidate(argument, part, row, field)
        case "CANDIDATE@DAY":
            return _check_announcement(argument, part, row, field)
        case "NOTABLE=CANDIDATE":
            return None if argument == "neutral" else check_target(argument, field)
        case "PACT":
            wrong = f"unknown pact '{argument}'"
            known = argument in PACTS
            return None if known else Problem(WHERE, wrong, did_you_mean(argument, PACTS))
        case "DAYS":
            return _check_days(argument)
        case "SHARE":
            return _check_share(argument)


_NEEDS = {
    "CANDIDATE": "a candidate",
    "[CANDIDATE]": "a candidate after the colon",
    "CANDIDATE@DAY": "a candidate and a day",
    "NOTABLE=CANDIDATE": "a notable and a candidate",
    "PACT": "a pact",
    "DAYS": "a number of days",
    "SHARE": "a share",
}


def _check_candidate(argument: str, part: Part, row: Behaviour, field: Field) -> Problem | None:
    # Whom the candidacies name is on no second ballot: `check_needs` asks for them.
    if row.kind == "candidacies":
        return _check_candidacy(argument, row, field)
    if argument == part.actor:
        wrong = f"'{argument}' cannot call for '{argument}' after he was eliminated"
        return Problem(WHERE, wrong, f"{part.actor}={row.name}: and somebody else")
    return check_target(argument, field)


def _check_announcement(argument: str, part: Part, row: Behaviour, field: Field) -> Problem | None:
    target, at, day = (piece.strip() for piece in argument.rpartition("@"))
    if not at or not target:
        wrong = f"'{row.name}' needs a candidate and a day, not '{argument}'"
        return Problem(WHERE, wrong, row.written)
    last = MAX_GAP_DAYS if field.gap is None else field.gap
    if last < 1:
        wrong = f"no day lies between the rounds of {field.contest.id}"
        return Problem(WHERE, wrong, "add gap:DAYS, or leave the announcement out")
    if not is_whole(day) or not 1 <= int(day) <= last:
        wrong = f"'{day}' is no day between the rounds of {field.contest.id}"
        return Problem(WHERE, wrong, f"a whole number from 1 to {last}")
    return _check_candidate(target, part, row, field)


def _check_candidacy(target: str, row: Behaviour, field: Field) -> Problem | None:
    contest = field.contest
    if row.name == "withdraw":
        known = [c.id for c in contest.running]
        if target in known and len(field.ballot) < 2:
            wrong = f"without '{target}' nobody runs against the only candidate left"
            return Problem(WHERE, wrong, "two candidates at least")
        wrong = f"'{target}' is not on the first ballot of {contest.id}"
    else:
        undecided = () if contest.candidacy is None else contest.candidacy.challengers
        known = [c.id for c in contest.candidates if c.withdrawn is not None]
        known += [challenger.id for challenger in undecided]
        wrong = f"'{target}' did not withdraw before round one of {contest.id}"
    remedy = did_you_mean(target, known) if known else "nobody did"
    return None if target in known else Problem(WHERE, wrong, remedy)


def _check_days(argument: str) -> Problem | None:
    if is_whole(argument) and 1 <= int(argument) <= MAX_GAP_DAYS:
        return None
    wrong = f"'{argument}' is no number of days between the rounds"
    return Problem(WHERE, wrong, f"a whole number from 1 to {MAX_GAP_DAYS}")


def _check_share(argument: str) -> Problem | None:
    low, high = THRESHOLDS
    if _DECIMAL.fullmatch(argument) and low <= float(argument) <= high:
        return None
    wrong = f"'{argument}' is no threshold of round one"
    return Problem(WHERE, wrong, f"a fraction from {low} to {high}, such as 0.5")


def _add(part: Part, row: Behaviour, draft: _Draft, text: str) -> list[Problem]:
    """Add a part to what is asked for; whoever is asked for two things is named."""
    if row.kind == "finalists":
        draft.finalists.setdefault(part.actor or BOTH, set()).add(row.name)
        return []
    if row.kind not in ("leaders", "notables"):
        argument = _canonical(row, part.argument or "")
        if draft.settings.setdefault(row.name, argument) != argument:
            wrong = f"'{row.name}' stands twice in '{text}', for different things"
            return [Problem(WHERE, wrong, f"{row.written} once")]
        return []
    if row.name == "lieutenant" and not part.argument:
        return []
    choice = _choice(part, row)
    if part.actor is not None:
        if draft.by_actor.setdefault(part.actor, choice) != choice:
            wrong = f"'{part.actor}' has two behaviours in '{text}'"
            return [Problem(WHERE, wrong, "one behaviour per actor")]
    elif draft.default is not None and draft.default != choice:
        wrong = f"'{text}' has two behaviours for everybody"
        return [Problem(WHERE, wrong, "one, and ACTOR=BEHAVIOUR for single actors")]
    else:
        draft.default = choice
    return []


def _choice(part: Part, row: Behaviour) -> Choice:
    """Make the choice of a part; a lieutenant's is that of any notable."""
    argument = part.argument or ""
    if row.name == "lieutenant":
        return Choice("neutral") if argument == "neutral" else Choice("endorse", argument or None)
    if row.argument == "CANDIDATE@DAY":
        target, _, day = (piece.strip() for piece in argument.rpartition("@"))
        return Choice(row.name, target or None, int(day) if is_whole(day) else None)
    return Choice(row.name, argument or None)


def _canonical(row: Behaviour, argument: str) -> str:
    """Write a number in one way: ``0.5`` for ``.50``, ``7`` for ``07``."""
    if row.argument == "SHARE" and _DECIMAL.fullmatch(argument):
        return repr(float(argument))
    if row.argument == "DAYS" and is_whole(argument):
        return str(int(argument))
    return argument


def _policy(draft: _Draft, field: Field) -> Policy:
    """Put what is asked for in canonical order, without what changes nothing."""
    default = draft.default or HISTORICAL
    asked = (*draft.settings, *(word for words in draft.finalists.values() for word in words))
    redecides = any(BEHAVIOURS[name].redecides for name in asked)
    by_actor = [
        (name, choice)
        for name, choice in sorted(draft.by_actor.items())
        if choice != (HISTORICAL if name in field.notables else default)
        # Said by name it holds him to what he did.
        or (choice == HISTORICAL and redecides and name not in field.notables)
    ]
    both = draft.finalists.get(BOTH, set())
    finalists = [
        (name, frozenset(words if name == BOTH else words - both))
        for name, words in sorted(draft.finalists.items())
    ]
    finalists = [(name, words) for name, words in finalists if words]
    settings = [(name, draft.settings[name]) for name in BEHAVIOURS if name in draft.settings]
    words = [f"{name}={choice}" for name, choice in by_actor]
    words += [
        f"{name}={word}" if name else word for name, names in finalists for word in _in_order(names)
    ]
    words += [f"{name}:{argument}" if argument else name for name, argument in settings]
    if default != HISTORICAL or not words:
        words.insert(0, str(default))
    return Policy(
        "+".join(words), default, Entries(by_actor), Entries(finalists), Entries(settings)
    )


def _in_order(names: Sequence[str] | frozenset[str]) -> list[str]:
    return [name for name in BEHAVIOURS if name in names]


def _compact(part: str) -> str:
    return re.sub(r"\s*([:=@])\s*", r"\1", part.strip())
