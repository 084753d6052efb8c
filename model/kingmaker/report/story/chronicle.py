"""Put the story of a replicate together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kingmaker.contest.schema import Contest
from kingmaker.records import ReplicateRecord
from kingmaker.report.story.aftermath import aftermath_entries
from kingmaker.report.story.campaign import campaign_entries, round_one_entries
from kingmaker.report.story.candidacy import candidacy_entries
from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.people import People
from kingmaker.report.story.runoff import runoff_entries
from kingmaker.report.story.talks import talk_entries
from kingmaker.report.story.wording import SPACE

_ONE_OF_MANY = (
    "One possible course of events, simulated day by day. What follows the word Reported is taken "
    "from the contest file, as the press told it."
)
_INVENTED = (
    "One possible course of events in an invented contest, simulated day by day. What follows the "
    "word Reported is given by the contest file."
)
_OTHERWISE = "Reported acts are told as they were, even where the behaviour led elsewhere."


@dataclass(frozen=True)
class Story:
    """Hold a replicate told as a chronicle.

    Attributes
    ----------
    title, preface
        What is told.
    entries
        Statements in their order.
    header
        Contest, replicate, seed and options.
    """

    title: str
    preface: str
    entries: tuple[Entry, ...]
    header: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the story as plain data."""
        entries = [
            {
                "part": entry.part,
                "day": entry.day,
                "date": str(entry.date),
                "kind": entry.kind,
                "text": entry.text.replace(SPACE, " "),
            }
            for entry in self.entries
        ]
        return {**self.header, "entries": entries}


def tell_story(
    contest: Contest,
    record: ReplicateRecord,
    *,
    seed: int,
    behaviour: str = "historical",
    without: tuple[str, ...] = (),
    settings: Mapping[str, float] | None = None,
    first_round: str = "exact",
) -> Story:
    """Tell a replicate.

    Parameters
    ----------
    contest
        The contest.
    record
        The replicate.
    seed, behaviour, without, settings, first_round
        How it was run.

    Returns
    -------
    The story: what was decided before the campaign, the campaign, round one, the talks, the
    runoff, the aftermath.
    """
    material = Material(
        contest, record, seed, behaviour, without, settings or {}, first_round, People(contest)
    )
    entries = [*candidacy_entries(material), *campaign_entries(material)]
    entries += round_one_entries(material)
    if material.has_runoff:
        entries += [*talk_entries(material), *runoff_entries(material)]
    entries += aftermath_entries(material)
    entries = [entry for entry in entries if entry.text]
    replicate = record.run["replicate"]
    header = {
        "contest": contest.id,
        "name": contest.name,
        "replicate": replicate,
        "seed": seed,
        "behaviour": behaviour,
        "without": list(without),
        "settings": dict(material.settings),
        "first_round": first_round,
    }
    title = f"{contest.name}: replicate {replicate} of seed {seed}, behaviour {behaviour}"
    title += f", without {', '.join(without)}" if without else ""
    preface = _INVENTED if contest.hypothetical else _ONE_OF_MANY
    if behaviour != "historical" and not contest.hypothetical:
        preface = f"{preface} {_OTHERWISE}"
    return Story(title, preface, tuple(entries), header)
