"""Run the examples of a Markdown page in their order, and compare what they print with the page.

In a page, ``sh`` and ``python`` blocks are run, all of a page in one new folder, unless the fence
says ``no-run``. A ``text`` block after one shows what it prints; ``[...]`` stands for lines left
out. ``python -m tests.e2e.documents`` runs all pages and puts the present output in their place.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "model" / "kingmaker" / "docs"
LEFT_OUT = "[...]"
RUNNABLE = ("sh", "python")
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    language: str
    is_run: bool
    text: str
    indent: str
    span: tuple[int, int]


def pages() -> list[Path]:
    """List the README and all pages of the documentation, in canonical order."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(DOCS if page.is_relative_to(DOCS) else ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """List the fenced blocks of a page."""
    found = []
    for match in _FENCE.finditer(page.read_text(encoding="utf-8")):
        language, *words = match["info"].split() or [""]
        is_run = language in RUNNABLE and "no-run" not in words
        text = textwrap.dedent(match["text"])
        found.append(Block(language, is_run, text, match["indent"], match.span("text")))
    return found


def run_page(page: Path, folder: Path) -> Iterator[tuple[Block, str]]:
    """Run a page's examples in an empty folder; yield each shown output with the real one."""
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    printed = None
    with contextlib.ExitStack() as stack:
        session = None
        for block in blocks(page):
            if block.is_run and block.language == "python":
                session = session or stack.enter_context(Session(folder))
                printed = session.run(block.text, name_of(page))
            elif block.is_run:
                printed = _run_shell(block.text, folder)
            elif block.language == "text" and printed is not None:
                yield block, printed
                printed = None
            else:
                printed = None


def _run_shell(text: str, folder: Path) -> str:
    """Run commands as a reader does who is in the project's folder, its environment active."""
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env=os.environ | {"PATH": path, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Session:
    """A Python session of its own, as a reader has one; blocks of a page share its names."""

    LOOP = """
import contextlib, io, json, sys
names = {"__name__": "__main__"}
for line in sys.stdin:
    page, text = json.loads(line)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, page, "exec"), names)
    print(json.dumps(printed.getvalue()), flush=True)
"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "Session":
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", self.LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=self.folder,
        )
        return self

    def run(self, text: str, page: str) -> str:
        """Run a block; return what it prints."""
        self.process.stdin.write(json.dumps([page, text]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            self.errors.seek(0)
            raise AssertionError(f"{text}\n{self.errors.read()}")
        return json.loads(answer)

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)
        self.errors.close()


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def parts_of(shown: str) -> list[list[str]]:
    """Cut a shown output at the lines left out."""
    parts: list[list[str]] = [[]]
    for line in _lines(shown):
        if line == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line)
    return [part for part in parts if part]


def missing(shown: str, printed: str) -> list[str]:
    """Return the first part of a shown output that was not printed after those before it."""
    lines, start = _lines(printed), 0
    for part in parts_of(shown):
        places = range(start, len(lines) - len(part) + 1)
        place = next((k for k in places if lines[k : k + len(part)] == part), None)
        if place is None:
            return part
        start = place + len(part)
    return []


def renewed(shown: str, printed: str) -> str:
    """Put present numbers into a shown output: parts that begin as they did keep their length."""
    lines, start, new = _lines(printed), 0, []
    is_inside = False
    for line in _lines(shown):
        if line == LEFT_OUT:
            is_inside = False
            new.append(line)
            continue
        if not is_inside:
            places = range(start, len(lines))
            start = next((k for k in places if _masked(lines[k]) == _masked(line)), len(lines))
            is_inside = True
        if start >= len(lines):
            raise SystemExit(f"this is not printed any more, change the page by hand: {line}")
        new.append(lines[start])
        start += 1
    return "\n".join(new) + "\n"


def _masked(line: str) -> str:
    return " ".join(re.sub(r"[-+±]?\d[\d.,]*", " ", line).split())


def renew(page: Path) -> bool:
    """Run a page and put what it prints today into its text blocks; say whether it changed."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shown = list(run_page(page, Path(folder)))
    for block, printed in reversed(shown):
        new = textwrap.indent(renewed(block.text, printed), block.indent)
        text = text[: block.span[0]] + new + text[block.span[1] :]
    changed = text != page.read_text(encoding="utf-8")
    page.write_text(text, encoding="utf-8", newline="\n")
    return changed


if __name__ == "__main__":
    for _page in pages():
        if renew(_page):
            print(f"{name_of(_page)}: output renewed")
