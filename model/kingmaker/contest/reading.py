"""Read the bytes of a TOML file and make a table of them, or say why that is impossible."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kingmaker.errors import ContestError, Problem

MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Wording:
    """Word the refusal of a kind of file.

    Attributes
    ----------
    name
        The kind, with its article.
    found
        How such files are found.
    begun
        How such a file is begun.
    """

    name: str
    found: str
    begun: str


CONTEST_FILE = Wording(
    name="a contest file",
    found="`kingmaker contests` names the bundled ones",
    begun="`kingmaker new` writes a template to start from",
)


def read_table(path: str | os.PathLike[str], wording: Wording = CONTEST_FILE) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path
        The file.
    wording
        What kind of file it ought to be.

    Returns
    -------
    Its table.

    Raises
    ------
    ContestError
        If the file is missing, no regular file, unreadable, empty, larger than `MAX_BYTES`, not
        UTF-8 or not TOML.
    """
    source = os.fspath(path)
    return table_from(_content(source, wording), source, wording)


def table_from(content: bytes, source: str, wording: Wording = CONTEST_FILE) -> dict[str, Any]:
    """Decode and parse the content of a TOML file.

    Parameters
    ----------
    content
        The bytes of the file; a byte order mark of UTF-8 is skipped.
    source
        Name of the input, for messages.
    wording
        What kind of file it ought to be.

    Returns
    -------
    Its table.

    Raises
    ------
    ContestError
        If the content is empty, too large, not UTF-8 or not TOML.
    """
    if len(content) > MAX_BYTES:
        raise _refused(source, "is larger than 5 MB", f"{wording.name} has a few kilobytes")
    if not content.strip():
        raise _refused(source, "is empty", wording.begun)
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise _refused(source, "is encoded as UTF-16", "save it as UTF-8")
    if b"\x00" in content:
        raise _refused(source, "holds binary data", f"{wording.name} is text in TOML")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = f"line {line} is not UTF-8 (byte 0x{content[error.start]:02x})"
        raise _refused(source, wrong, "save the file as UTF-8") from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _refused(source, "is nested too deeply", "sections are at most three deep") from None
    except ValueError as error:
        raise _refused(source, _not_toml(str(error), text), "see https://toml.io") from None


def _content(source: str, wording: Wording) -> bytes:
    """Read a regular file of bearable size."""
    path = Path(source)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _refused(source, "is a directory", f"give {wording.name} (.toml)")
        if not stat.S_ISREG(status.st_mode):
            raise _refused(source, "is no regular file", f"give {wording.name} (.toml)")
        if status.st_size > MAX_BYTES:
            wrong = f"is larger than 5 MB ({status.st_size:,} bytes)"
            raise _refused(source, wrong, f"{wording.name} has a few kilobytes")
        return path.read_bytes()
    except FileNotFoundError:
        raise _refused(source, "no such file", wording.found) from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise _refused(source, f"cannot be read: {reason}", "") from None
    except ValueError:
        raise _refused(source, "is no possible file name", "") from None


def _not_toml(message: str, text: str) -> str:
    """Word tomllib's message, with the line."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    reason = re.sub(r"\s*\(at [^)]*\)\s*$", "", message)
    reason = reason[:1].lower() + reason[1:120]
    if found:
        return f"line {found[1]}, column {found[2]} is not TOML: {reason}"
    return f"line {text.count(chr(10)) + 1} (the end) is not TOML: {reason}"


def _refused(source: str, wrong: str, remedy: str) -> ContestError:
    """Make the error of a file that cannot be read at all."""
    return ContestError(source, (Problem("", wrong, remedy),))
