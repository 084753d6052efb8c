"""Write the reference page of the alliance behaviours: who follows each, and the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kingmaker.alliance.behaviours.policy import CONTRARIES
from kingmaker.alliance.behaviours.registry import BEHAVIOURS
from kingmaker.alliance.behaviours.row import MAX_GAP_DAYS, NOTABLE_WORDS, Behaviour, Kind
from kingmaker.report.markdown import page, table, title

_HEAD = """\
A behaviour says what named actors do between the rounds, or before them, and under which rules:
`--behaviour TEXT`. How to pick one is in [choose a behaviour](../how-to/choose-a-behaviour.md).

Three columns of the tables need a word.

- *Through*: the [mechanisms](mechanisms.md) through which a behaviour acts. Where they are switched
  off, so is what it does.
- *First touches*: the `campaign` where it changes round one or the days before it. Constants and
  polling-day shifts are then held at those of history, and round one need not be the observed one.
  All others leave the votes of round one as they are.
- *Known choices*: looked at again where it changes what a choice is worth. Leaders without a
  behaviour of their own then decide anew instead of repeating what they did; `ACTOR=historical`
  holds one to it.
"""
_NOTABLES = """\
A notable follows one of {notable_words}, as `NOTABLE=BEHAVIOUR`. `lieutenant` says the same of
somebody's lieutenant: a notable with a `camp`.
"""
_FINALISTS = """\
For both, or for one: `barak=poach`. What is said of one overrides its contrary that is said of
both. `pledge-...` is about those who made such a pledge.
"""
_SECTIONS: Mapping[str, tuple[tuple[Kind, ...], str]] = MappingProxyType(
    {
        "Eliminated candidates": (
            ("leaders",),
            "For all of them, or for one: `peretz=endorse:ayalon`. `united-losers` is for all.\n",
        ),
        "Notables": (("notables", "letters"), _NOTABLES),
        "Finalists": (("finalists",), _FINALISTS),
        "Head of government": (("head of government",), ""),
        "Contractors and activists": (("contractors", "activists"), ""),
        "Before round one": (("campaign", "candidacies"), ""),
        "Calendar and rules": (("calendar", "institutions"), ""),
    }
)
_GRAMMAR = """\
## Grammar

- `,` separates behaviours to compare; `+` joins the parts of one:
  `neutral, endorse:ayalon + extra-week + barak=poach`. Spaces around separators mean nothing.
- A word for eliminated candidates, such as `neutral` or `endorse:peretz`, is for all of them.
  `ACTOR=BEHAVIOUR` is for one actor, by the id in the contest file, and goes before it. Whoever is
  not named follows the word for all, or `historical` where there is none.
- Notables who are not named do what they did. A notable speaks on the day of his historical call;
  one who made none, and is named, speaks after two fifths of the time between the rounds.
- `DAY` counts from round one, 1 to the day of the runoff, `extra-week` and `gap` included. `DAYS`
  is a whole number up to {max_gap}; `SHARE` is a fraction such as `0.5`; `PACT` is `one-way` or
  `mutual`; brackets stand around what may be left out.
- Only finalists of the observed contest can be called for, and only the others decide. Where round
  one was not observed, or `withdraw` or `stay` changes the ballot, any candidate may be either.
- With `--first-round free`, and after a change of the campaign, the finalists may be others than
  the observed ones. An endorsement of somebody who is out is then decided by the actor (M27) and
  counted in `displaced_endorsements`.

## What does not go together

A contradiction is an error, and so is a behaviour about something that the contest does not have;
all problems are named at once.

- Two behaviours for the same actor, or two for everybody.
{contraries}
- `finalists-unite` with `poach` or `joint-ticket`.
- `withdraw:X` with `stay:X`, with a behaviour for X or a call for X, or with a pact of X
  (`coordinated`).
- `instant-runoff` with anything that acts between the rounds.

| behaviour | what the contest must have |
|---|---|
| `grant-office`, `withdraw-office` | a head of government in `[[outside]]`, with offices |
| `letter-off` | an event of kind `letter` |
| `no-contempt` | an event of kind `insult` or `wasted-vote-call` |
| `pledge-...` | a finalist's pledge about the `government` |
| `coordinated` | a pact in `[candidacy]`, with a `supporter` for `one-way` |
| `stay:X` | X, who withdrew before round one or is a challenger in `[candidacy]` |
"""


def behaviours_page() -> str:
    """Write the page of the alliance behaviours and of their grammar."""
    words = ", ".join(f"`{BEHAVIOURS[name].written}`" for name in NOTABLE_WORDS)
    sections = [
        _section(heading, kinds, text.format(notable_words=words))
        for heading, (kinds, text) in _SECTIONS.items()
    ]
    in_order = [[f"`{name}`" for name in BEHAVIOURS if name in group] for group in CONTRARIES]
    contraries = "\n".join(f"- Two of {', '.join(names)}." for names in in_order)
    grammar = _GRAMMAR.format(max_gap=MAX_GAP_DAYS, contraries=contraries)
    return page(title("Behaviours", "the register of behaviours"), _HEAD, *sections, grammar)


def _section(heading: str, kinds: tuple[Kind, ...], text: str) -> str:
    header = ("behaviour", "what happens", "first touches", "known choices", "through",
              "comes from")  # fmt: skip
    rows = [_row(row) for row in BEHAVIOURS.values() if row.kind in kinds]
    return page(f"## {heading}\n", *([text] if text else []), table(header, rows))


def _row(row: Behaviour) -> tuple[str, ...]:
    through = ", ".join(f"[{id_}](mechanisms.md#{id_.lower()})" for id_ in row.mechanisms)
    return (
        f"`{row.written}`",
        row.meaning,
        "campaign" if row.touches_campaign else "runoff",
        "again" if row.redecides else "",
        through,
        row.source,
    )
