"""Tell what was settled before the campaign: pacts, candidacies, the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.wording import percent, sentence, split_reason, weighed

PART = "before the campaign"
_SURE = 0.995


def candidacy_entries(material: Material) -> Iterator[Entry]:
    """Tell the pact that was struck, who stands and why, and whether the contest is held."""
    first, _ = material.days
    found = list(material.rows("candidacies"))
    if not found:
        return
    if pact := _pact(material, found[0]["pact"]):
        yield material.entry(PART, first, pact)
    calendar = ""
    for row in found:
        terms, remark = split_reason(row["reason"] or "")
        name, full = material.people.short(row["candidate"]), material.people.name(row["candidate"])
        text = f"{full} {'stands' if row['stands'] else 'does not stand'}"
        is_sure = max(row["prob"], 1.0 - row["prob"]) >= _SURE
        texts = [
            sentence(text, "" if is_sure else f"the chance to stand was {percent(row['prob'])}")
        ]
        if told := weighed(terms):
            texts.append(sentence(f"{name}'s view of standing: {told}"))
        held = re.fullmatch(r"held with probability ([\d.]+)", remark)
        if held:
            verb = "is held on its day" if row["held"] else "is not held on its day, only imagined"
            calendar = sentence(f"the contest {verb}", f"the chance was {percent(float(held[1]))}")
        elif remark:
            texts.append(sentence(remark))
        yield material.entry(PART, first, " ".join(texts))
    if calendar:
        yield material.entry(PART, first, calendar)


def _pact(material: Material, kind: str) -> str:
    """Write a pact with its partners, where the file names them."""
    candidacy = material.contest.candidacy
    pacts = [pact for pact in candidacy.pacts if pact.kind == kind] if candidacy else []
    if not pacts:
        return ""
    name = material.people.name
    pact = pacts[0]
    if pact.supporter is None or pact.supported is None:
        one, other = (name(actor) for actor in pact.between)
        return f"A pact: {one} and {other} will support whoever of them reaches the runoff."
    supporter, supported = name(pact.supporter), name(pact.supported)
    if kind == "withdrawal":
        return f"A pact: {supporter} stays out of the race where {supported} stands."
    return f"A pact: {supporter} will support {supported} in a runoff."
