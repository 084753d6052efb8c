"""Tell the polls of a day: as simulated, beside what was published in fact."""

from __future__ import annotations

from collections.abc import Iterator

from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.wording import listing, percent, sentence

_QUESTIONS = {"round1": "", "runoff": " on the runoff"}


def poll_entries(material: Material, day: int, part: str) -> Iterator[Entry]:
    """Tell what the polls of a day show."""
    polls: dict[tuple[str, str], list[tuple[str, float, float | None]]] = {}
    for row in material.rows("polls", day=day):
        answers = polls.setdefault((row["pollster"], row["question"]), [])
        answers.append((row["candidate"], row["share"], row["observed"]))
    for (pollster, question), answers in polls.items():
        answers.sort(key=lambda answer: -answer[1])
        short = material.people.short
        shown = listing([f"{short(name)} {percent(share)}" for name, share, _ in answers])
        text = f"{pollster} polls the {material.electors}{_QUESTIONS.get(question, '')}: {shown}"
        seen = [
            f"{short(name)} {percent(observed)}"
            for name, _, observed in sorted(answers, key=lambda answer: -(answer[2] or 0.0))
            if observed is not None
        ]
        note = f"in fact it published {listing(seen)}" if seen else ""
        yield material.entry(part, day, sentence(text, note))
