"""Files that are no contest at all, word for word."""

import os
from pathlib import Path

import pytest

from kingmaker.contest.load import bundled_ids, check_contest, load_contest, read_contest
from kingmaker.contest.template import TEMPLATE
from kingmaker.errors import ContestError

TOML = "(see https://toml.io)"
CONTENTS = [
    (b"", "is empty (`kingmaker new` writes a template to start from)"),
    (b" \n\t\n", "is empty (`kingmaker new` writes a template to start from)"),
    (b"id = 'x'\x00\x01", "holds binary data (a contest file is text in TOML)"),
    ("id = 'x'".encode("utf-16"), "is encoded as UTF-16 (save it as UTF-8)"),
    (b"id = 'x'\nname = '\xe9'", "line 2 is not UTF-8 (byte 0xe9) (save the file as UTF-8)"),
    (b"id = 'x'\nname = \n", f"line 2, column 8 is not TOML: invalid value {TOML}"),
    (b"a = 1\na = 2\n", f"line 2, column 6 is not TOML: cannot overwrite a value {TOML}"),
    (b"name = 'x", f'line 1 (the end) is not TOML: expected "\'" {TOML}'),
    (b"d = 2030-02-31", f"line 1, column 5 is not TOML: invalid date or datetime {TOML}"),
    (b"a = " + b"[" * 9000, "is nested too deeply (sections are at most three deep)"),
    (
        b"#" * 5_000_001,
        "is larger than 5 MB (5,000,001 bytes) (a contest file has a few kilobytes)",
    ),
]


@pytest.mark.parametrize(("content", "message"), CONTENTS, ids=range(len(CONTENTS)))
def test_content_that_cannot_be_used(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    assert [str(problem) for problem in check_contest(path)] == [message]


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    (problem,) = check_contest(path)
    assert str(problem) == "no such file (`kingmaker contests` names the bundled ones)"
    with pytest.raises(ContestError) as caught:
        load_contest(str(path))
    assert str(caught.value) == f"{path}: {problem}"


def test_directory(tmp_path: Path) -> None:
    assert str(check_contest(tmp_path)[0]) == "is a directory (give a contest file (.toml))"


def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    problem = check_contest(tmp_path / "pipe")[0]
    assert str(problem) == "is no regular file (give a contest file (.toml))"


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "secret.toml"
    path.write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert str(check_contest(path)[0]) == "cannot be read: permission denied"


@pytest.mark.parametrize("name", ["a\x00b.toml", "x" * 5000 + ".toml"])
def test_impossible_names(name: str) -> None:
    assert len(check_contest(name)) == 1


def test_byte_order_mark_of_utf8_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEMPLATE.encode())
    assert check_contest(path) == ()


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ("il-labor-207", "did you mean 'il-labor-2007'?"),
        ("IL-LABOR-2007", "did you mean 'il-labor-2007'?"),
        ("hu-oppo-2021", "did you mean 'hu-opp-2021'?"),
    ],
)
def test_unknown_bundled_id(wrong: str, remedy: str) -> None:
    with pytest.raises(ContestError) as caught:
        load_contest(wrong)
    assert str(caught.value) == f"{wrong}: no bundled contest has this id ({remedy})"


def test_a_far_id_lists_known_ones() -> None:
    with pytest.raises(ContestError, match=r"\(known: be-cdv-2019, be-mr-2019, .*\.\.\.\)$"):
        load_contest("zzzz")


def test_load_takes_ids_and_paths(tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(TEMPLATE, encoding="utf-8")
    assert load_contest(path) == load_contest(str(path)) == read_contest(path)
    assert load_contest("il-labor-2007").id == "il-labor-2007"
    assert load_contest("il-labor-2007") is load_contest("il-labor-2007")


def test_bundled_ids_are_sorted_and_many() -> None:
    ids = bundled_ids()
    assert list(ids) == sorted(ids)
    assert len(ids) == 50
