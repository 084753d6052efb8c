"""Docs follow the code: generated pages are fresh, ids are known, links lead somewhere."""

import re
from pathlib import Path

import pytest

from kingmaker.mechanisms import MECHANISMS
from kingmaker.parameters import PARAMETERS
from kingmaker.report.markdown import COMMAND
from kingmaker.report.reference import PAGES
from tests.architecture.source_files import PACKAGE, ROOT

DOCS = PACKAGE / "docs"
OF_CONTESTS = {"contest-file.md"}  # python -m kingmaker.contest.reference prints it
OF_SWEEPS = {"experiment-file.md"}  # python -m kingmaker.sweep.reference prints it
DECISION = ("Question", "Choice", "Why", "Given up", "Signs that it is wrong")

PAGES_OF_DOCS = sorted(DOCS.rglob("*.md"))
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
ODD = DOCS / "explanation" / "odd.md"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_fresh(name: str) -> None:
    committed = read(DOCS / "reference" / name)
    assert committed == PAGES[name](), f"{name} is stale; write it anew: {COMMAND}"


def test_reference_holds_generated_pages_only() -> None:
    names = {page.name for page in (DOCS / "reference").iterdir()}
    assert names == {*PAGES, *OF_CONTESTS, *OF_SWEEPS}


def test_protocol_describes_every_mechanism_and_its_switch() -> None:
    text = read(ODD)
    switches = re.findall(r"^\| (M\d\d) \|", text, re.MULTILINE)
    assert switches == list(MECHANISMS), "odd.md, 3.5: one row per switch, in the register's order"
    titles = " ".join(re.findall(r"^### (.*)$", text, re.MULTILINE))
    elsewhere = {"M01"}  # the preferences of members stand under initialisation
    missing = [m for m in MECHANISMS if m not in titles and m not in elsewhere]
    assert missing == [], "odd.md, 3.4: the title of a submodel names its mechanisms"


def test_protocol_names_every_parameter() -> None:
    text = read(ODD)
    missing = [name for name in PARAMETERS if not re.search(rf"\b{name}\b", text)]
    assert missing == [], "explanation/odd.md says what each parameter does"


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES_OF_DOCS], ids=name_of)
def test_mechanisms_named_in_a_page_exist(page: Path) -> None:
    assert set(re.findall(r"\bM\d\d\b", read(page))) <= set(MECHANISMS)


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES_OF_DOCS], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(page))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_decisions_are_numbered() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_decision_says_what_a_decision_says(page: Path) -> None:
    text = read(page)
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^\*\*([^*]+)\.\*\*", text, re.MULTILINE) == list(DECISION)
