"""README and documentation: every example runs, prints what is shown, and names what exists."""

import itertools
import re
import shlex
from importlib.util import find_spec

import pytest
import typer

from kingmaker.cli.app import app
from kingmaker.contest.load import bundled_ids
from tests.e2e.documents import ROOT, blocks, missing, name_of, pages, renewed, run_page

REMEDY = "if results were meant to change: python -m tests.e2e.documents"
OTHER_COMMANDS = {"cd", "git", "source"}

PAGES = pages()
README = ROOT / "README.md"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.is_run for b in blocks(page))], ids=name_of
)
def test_examples_run_and_print_what_is_shown(page, tmp_path):
    for block, printed in run_page(page, tmp_path):
        assert missing(block.text, printed) == [], f"{name_of(page)}: {REMEDY}\n{printed}"


def commands(page):
    """Yield the words of every command in a page's shell blocks, run or not."""
    for block in blocks(page):
        if block.language == "sh":
            for line in block.text.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if words:
                    yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


@pytest.mark.parametrize("page", [page for page in PAGES if any(commands(page))], ids=name_of)
def test_commands_exist(page):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    group = typer.main.get_command(app)
    for program, *words in commands(page):
        if program == "make":
            assert words[0] in targets
        elif program == "kingmaker":
            known = group.commands[words[0]]
            options = {option for parameter in known.params for option in parameter.opts}
            used = {word for word in words if word.startswith("--")}
            assert used <= options, f"kingmaker {words[0]} knows no {used - options}"
            if words[0] in ("run", "show") and not words[1].endswith(".toml"):
                assert words[1] in bundled_ids()
        elif program == "python":
            assert words[0] == "-m"
            assert find_spec(words[1]) is not None
        else:
            assert program in OTHER_COMMANDS


def test_readme_shows_the_two_commands_and_a_real_run():
    named = [words[:2] for words in commands(README)]
    assert ["make", "demo"] in named
    assert ["make", "test"] in named
    assert ["kingmaker", "run"] in named
    kinds = [block.language for block in blocks(README) if block.is_run or block.language == "text"]
    assert ("sh", "text") in itertools.pairwise(kinds)


def test_a_shown_output_is_compared_line_by_line():
    printed = "title\n\na   1  \nb  2\nc  3\n"
    assert missing("title\n[...]\nb  2\nc  3\n", printed) == []
    assert missing("[...]\na   1\n", printed) == []
    assert missing("b  2\n[...]\na   1\n", printed) == ["a   1"]
    assert missing("title\nb  2\n", printed) == ["title", "b  2"]
    assert missing("c  4\n", printed) == ["c  4"]
    assert renewed("title\n[...]\nb 7\nc  8\n[...]\n", printed) == (
        "title\n[...]\nb  2\nc  3\n[...]\n"
    )
