"""Convert collected two-round contests (JSON) into contest files (TOML).

``python -m kingmaker.contest.convert CONTESTS.json OUTDIR``: figures, days, calls and sources come
from the JSON; names of parties, rules, remarks and amendments from ``convert_notes.toml`` beside
this module. A contest that does not fit the format is refused, never altered.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from kingmaker.contest.load import parse_contest
from kingmaker.contest.toml_writer import to_toml
from kingmaker.errors import ContestError, DataError, Problem

PARTICLES = frozenset({"da", "de", "del", "di", "dos", "la", "le", "van", "vande", "von"})
SUFFIXES = frozenset({"jr", "sr"})
LETTERS = str.maketrans({"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss"})
RULES_SOURCE = "a majority of votes, as in most such contests; the rule itself was not looked up"
CALLS = {"explicit": "explicit", "implied": "implied", "personal": "personal"}

type Table = dict[str, Any]
type Raw = Mapping[str, Any]


def convert(raw: Raw, notes: Raw) -> Table:
    """Convert one contest.

    Parameters
    ----------
    raw
        The contest as collected.
    notes
        Its table of ``convert_notes.toml``.

    Returns
    -------
    The table of a contest file, checked.

    Raises
    ------
    DataError
        If a name in the contest is not that of a candidate.
    ContestError
        If the figures do not fit the format.
    """
    contest_id = raw["id"].lower()
    entries = _entries(raw, notes)
    ids = ids_of([entry["name"] for entry in entries], notes.get("ids", {}))
    dates = {key: dt.date.fromisoformat(raw[f"date_{key}"]) for key in ("round1", "round2")}
    table: Table = {
        "schema_version": 1,
        "id": contest_id,
        "name": notes.get("name", f"{raw['party']}, {dates['round1'].year}"),
        "country": raw["country"],
        "party": notes["party"],
        "office": raw["office"],
        "kind": raw["kind"],
        "confidence": raw["confidence"],
        "sources": list(raw["sources"]),
        "note": notes.get("note"),
        "irregular": notes.get("irregular"),
        "from_memory": list(raw["memory_fields"]),
        "rules": _rules(raw, notes, dates),
        "dates": dates,
        "roll": _roll(raw, notes),
        "candidates": _candidates(entries, ids, notes),
        "notables": [dict(entry) for entry in notes.get("notables", ())],
        "polls": [_poll(poll, ids, dates) for poll in _usable_polls(raw, notes)],
        "endorsements": [
            *(_call(entry, ids, dates) for entry in entries if entry.get("endorsement")),
            *(dict(entry) for entry in notes.get("endorsements", ())),
        ],
        "transfers": [_transfer(transfer, ids) for transfer in raw["transfers"]],
        "results": {key: _result(raw, entries, ids, notes, key) for key in ("round1", "round2")},
    }
    table = _without_absent(table)
    parse_contest(table, contest_id)
    return table


def ids_of(names: Sequence[str], overrides: Mapping[str, str]) -> dict[str, str]:
    """Make ids of full names.

    An id is the surname in lower-case ASCII, with its particles (``de-donder``); where two
    surnames are the same, the whole name.

    Parameters
    ----------
    names
        Full names; two names of a pair are joined by a slash.
    overrides
        Full name to id, where the rule would give an odd one.

    Returns
    -------
    Full name to id.
    """
    short = {name: overrides.get(name) or _slug(_surname(name)) for name in names}
    taken = list(short.values())
    return {name: short[name] if taken.count(short[name]) == 1 else _slug(name) for name in names}


def main(arguments: Sequence[str]) -> int:
    """Convert a file of contests; return the exit status.

    Parameters
    ----------
    arguments
        The JSON file and the directory to write into.
    """
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m kingmaker.contest.convert CONTESTS.json OUTDIR\n")
        return 2
    source, target = Path(arguments[0]), Path(arguments[1])
    notes = conversion_notes()
    target.mkdir(parents=True, exist_ok=True)
    n_refused = 0
    for raw in json.loads(source.read_text(encoding="utf-8")):
        contest_id = raw["id"].lower()
        try:
            if contest_id not in notes:
                problem = Problem("", "no remarks on this contest", "add it to convert_notes.toml")
                raise ContestError(contest_id, (problem,))
            table = convert(raw, notes[contest_id])
        except (ContestError, DataError) as error:
            sys.stderr.write(f"refused: {error}\n")
            n_refused += 1
            continue
        (target / f"{contest_id}.toml").write_text(to_toml(table), encoding="utf-8")
    return 2 if n_refused else 0


def conversion_notes() -> dict[str, Any]:
    """Read the remarks and amendments, by contest id."""
    content = resources.files("kingmaker.contest").joinpath("convert_notes.toml")
    return tomllib.loads(content.read_text(encoding="utf-8"))


def _entries(raw: Raw, notes: Raw) -> list[Raw]:
    """List the candidates in the order of round one, aggregates split where the notes say how."""
    split: Mapping[str, Sequence[Raw]] = notes.get("split", {})
    entries: list[Raw] = []
    for entry in raw["candidates"]:
        parts = split.get("others", ()) if _is_aggregate(entry["name"]) else ()
        if parts and sum(part["votes_r1"] for part in parts) != entry["votes_r1"]:
            where = f"{raw['id']}, {entry['name']}"
            raise DataError(where, "the parts do not add up", str(entry["votes_r1"]))
        entries.extend([{**part, "endorsement": entry["endorsement"]} for part in parts] or [entry])
    measure = "share_r1" if any(e.get("votes_r1") is None for e in entries) else "votes_r1"
    return sorted(entries, key=lambda e: (_is_aggregate(e["name"]), -e[measure]))


def _is_aggregate(name: str) -> bool:
    """Tell whether a name stands for several minor candidates."""
    return name.startswith("others")


def _surname(name: str) -> str:
    """Cut a full name down to the surname with its particles."""
    if _is_aggregate(name):
        return "others"
    if "/" in name:
        return name
    words = [word for word in name.split() if word.strip(".").lower() not in SUFFIXES]
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in PARTICLES:
        first -= 1
    return " ".join(words[first:])


def _slug(text: str) -> str:
    """Write text in lower-case ASCII letters, digits and single hyphens."""
    folded = unicodedata.normalize("NFKD", text.translate(LETTERS))
    ascii_text = folded.encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.replace("'", "")).strip("-")


def _rules(raw: Raw, notes: Raw, dates: Mapping[str, dt.date]) -> Table:
    """State how the contest was decided."""
    rules: Table = {"threshold": 0.5, "source": RULES_SOURCE, "confidence": "assumed"}
    if not raw["same_electorate"]:
        rules["same_electorate"] = False
    if dates["round1"] == dates["round2"]:
        rules["same_day"] = True
    if "roll_round2" in notes:
        rules["voters_only"] = True
    return rules | dict(notes.get("rules", {}))


def _roll(raw: Raw, notes: Raw) -> Table:
    """Count those entitled to vote."""
    roll: Table = {
        "round1": raw["eligible"],
        "round2": notes.get("roll_round2", raw["eligible_r2"]),
        "source": _all_sources(raw),
        "confidence": raw["confidence"],
    }
    if raw["eligible"] is None:
        roll |= {"source": "no count for round one was found", "confidence": "low"}
    if "roll_round2" in notes:
        roll["source"] += "; runoff: those who had voted in round one"
    return roll


def _candidates(entries: Iterable[Raw], ids: Mapping[str, str], notes: Raw) -> list[Table]:
    """Describe the candidates."""
    remarks = dict(notes.get("candidates", {}))
    withdrawn = dict(notes.get("withdrawn_after", {}))
    candidates: list[Table] = []
    for entry in entries:
        name = ids[entry["name"]]
        candidates.append(
            {
                "id": name,
                "name": entry["name"].replace("others", "Others"),
                "withdrawn_after": withdrawn.pop(name, None),
                "aggregate": True if _is_aggregate(entry["name"]) else None,
                "note": remarks.pop(name, None),
            }
        )
    left = sorted({*remarks, *withdrawn})
    if left:
        raise DataError(", ".join(left), "remarks on nobody", "correct convert_notes.toml")
    return candidates


def _call(entry: Raw, ids: Mapping[str, str], dates: Mapping[str, dt.date]) -> Table:
    """Say what an eliminated candidate called for; unknown is not neutral."""
    call = entry["endorsement"]
    to, kind = call["to"], call["type"]
    if to is None or kind == "unknown":
        target = "unknown"
    else:
        target = "neutral" if to == "neutral" else _id_of(to, ids)
    return {
        "by": ids[entry["name"]],
        "to": target,
        **_day(call["date"], dates),
        "kind": CALLS.get(kind) if kind != "explicit" else None,
        "source": call["source"] or "no statement was found",
        "confidence": call["confidence"],
    }


def _day(text: str | None, dates: Mapping[str, dt.date] | None) -> Table:
    """Read a day, or a month as a window; between the rounds if these are given."""
    if text is None:
        return {}
    if re.fullmatch(r"\d{4}-\d{2}", text):
        year, month = int(text[:4]), int(text[5:])
        first = dt.date(year, month, 1)
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        if dates is not None:
            first, last = max(first, dates["round1"]), min(last, dates["round2"])
        return {"earliest": first, "latest": last}
    return {"date": dt.date.fromisoformat(text)}


def _usable_polls(raw: Raw, notes: Raw) -> list[Raw]:
    """List the polls that say enough to be entered."""
    skipped = set(notes.get("polls_skipped", ()))
    return [poll for poll in raw["polls"] if poll["pollster"] not in skipped]


def _poll(poll: Raw, ids: Mapping[str, str], dates: Mapping[str, dt.date]) -> Table:
    """Enter a poll about the runoff."""
    hypothetical = "hypothetical" in poll["pollster"]
    day = _day(poll["date"], None)
    if hypothetical and "latest" in day:
        day["latest"] = min(day["latest"], dates["round1"])
    return {
        **day,
        "pollster": re.sub(r"\s*\(.*\)$", "", poll["pollster"]),
        "question": "runoff",
        "shares": {_id_of(name, ids): _fraction(share) for name, share in poll["result"].items()},
        "source": poll["source"],
        "confidence": "medium",
        "note": "Asked before round one, about a runoff of these two." if hypothetical else None,
    }


def _transfer(transfer: Raw, ids: Mapping[str, str]) -> Table:
    """Enter where voters said they would go."""
    origin, to = transfer["from"], transfer["to"]
    return {
        "origin": "eliminated" if origin.startswith("voters of") else _id_of(origin, ids),
        "to": "abstain" if to.startswith("abstention") else _id_of(to, ids),
        "share": _fraction(transfer["share"]),
        "source": re.sub(r"; the excerpt[^)]*", "", transfer["source"]),
        "confidence": "low" if "from memory" in transfer["source"] else "medium",
    }


def _result(
    raw: Raw, entries: Iterable[Raw], ids: Mapping[str, str], notes: Raw, key: str
) -> Table:
    """Enter a round's result: votes where all are known, else all shares beside some votes."""
    suffix = "r1" if key == "round1" else "r2"
    own = [e for e in entries if suffix == "r1" or e.get("votes_r2") or e.get("share_r2")]
    computed = suffix == "r1" and notes.get("votes1_from_shares", False)
    votes = {
        ids[e["name"]]: e[f"votes_{suffix}"]
        for e in own
        if e.get(f"votes_{suffix}") is not None and not computed
    }
    ballots, base = raw[f"votes_{suffix}"], raw[f"valid_{suffix}"]
    result: Table = {"votes": votes, "ballots": ballots}
    if len(votes) < len(own):
        shares = {ids[e["name"]]: _fraction(e[f"share_{suffix}"]) for e in own}
        left = round(1.0 - sum(shares.values()), 6)
        result["shares"] = shares
        result["base"] = base
        result["other_or_blank"] = left if left > 0.003 else None
        known = base
    else:
        known = sum(votes.values())
    if ballots is not None and known is not None and ballots > known:
        result["blank"] = ballots - known
        result["note"] = "Blank and void is what the ballots have over the votes."
    result["turnout"] = notes.get(f"turnout{suffix[1]}")
    result["counted"] = notes.get("counted2") if suffix == "r2" else None
    result |= {"source": _all_sources(raw), "confidence": raw["confidence"]}
    return result


def _all_sources(raw: Raw) -> str:
    """Name all sources of a contest; which of them gives which figure was not recorded."""
    return " ; ".join(raw["sources"])


def _id_of(name: str, ids: Mapping[str, str]) -> str:
    """Find the id of a full name."""
    if name not in ids:
        raise DataError(name, "is no candidate of the contest", "one of " + ", ".join(ids))
    return ids[name]


def _fraction(percent: float) -> float:
    """Turn percent into a fraction without the noise of division."""
    return round(percent / 100, 6)


def _without_absent(value: Any) -> Any:
    """Drop keys without a value, empty lists and empty tables."""
    if isinstance(value, Mapping):
        kept = {key: _without_absent(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, [], {}, ())}
    if isinstance(value, list):
        return [_without_absent(inner) for inner in value]
    return value


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
