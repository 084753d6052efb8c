import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kingmaker.errors import StoreError
from kingmaker.files.folder import check_replaceable, check_target, replace_folder, write_folder


def write(text):
    return lambda path: path.write_text(text)


def test_all_files_are_written(tmp_path):
    write_folder(tmp_path / "out", {"a.txt": write("a"), "b.txt": write("b")})
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.txt", "b.txt", "out"]
    assert (tmp_path / "out" / "b.txt").read_text() == "b"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing(tmp_path, error):
    def fail(path):
        path.write_text("half")
        raise error

    with pytest.raises((StoreError, KeyboardInterrupt)) as caught:
        write_folder(tmp_path / "out", {"a.txt": write("a"), "b.txt": fail})
    assert list(tmp_path.iterdir()) == []
    if isinstance(error, OSError):
        target = tmp_path / "out"
        assert str(caught.value) == (
            f"{target}: cannot be written: No space left on device "
            "(give a path with room to write to)"
        )


def test_a_bug_in_a_writer_is_not_hidden(tmp_path):
    def fail(path):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path / "out", {"a.txt": fail})
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_not_touched(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(StoreError, match="exists already"):
        write_folder(tmp_path / "out", {"a.txt": write("a")})
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_appears_meanwhile_is_not_touched(tmp_path):
    def race(path):
        path.write_text("mine")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "theirs.txt").write_text("theirs")

    with pytest.raises(StoreError, match="cannot be written"):
        write_folder(tmp_path / "out", {"a.txt": race})
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["theirs.txt"]


def contents(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    replace_folder(tmp_path / "out", {"a.txt": write("a"), "b.txt": write("b")})
    (tmp_path / ".kingmaker-1-1.partial").mkdir()
    (tmp_path / ".kingmaker-1-1.partial" / "a.txt").write_text("of a killed writer")
    (tmp_path / ".kingmaker-2-2.partial").write_text("another's")
    replace_folder(tmp_path / "out", {"a.txt": write("new")})
    assert contents(tmp_path) == {"out/a.txt": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_folder_stays_until_its_successor_is_complete(tmp_path, error):
    def fail(path):
        path.write_text("half")
        assert contents(tmp_path / "out") == {"a.txt": "old"}
        raise error

    replace_folder(tmp_path / "out", {"a.txt": write("old")})
    with pytest.raises((StoreError, KeyboardInterrupt)):
        replace_folder(tmp_path / "out", {"b.txt": write("b"), "c.txt": fail})
    assert contents(tmp_path) == {"out/a.txt": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_comes_back_where_its_successor_cannot_take_its_place(tmp_path, monkeypatch):
    replace_folder(tmp_path / "out", {"a.txt": write("old")})
    rename = Path.rename

    def refused(path, target):
        if (path / "b.txt").exists():
            raise OSError(1, "Operation not permitted")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(StoreError, match="cannot be written: Operation not permitted"):
        replace_folder(tmp_path / "out", {"b.txt": write("new")})
    assert contents(tmp_path) == {"out/a.txt": "old"}


@pytest.mark.parametrize("kind", ["file", "link", "link to nothing"])
def test_what_is_no_folder_is_not_replaced(tmp_path, kind):
    target, other = tmp_path / "out", tmp_path / "other"
    if kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(other, target_is_directory=True)
    if kind == "link":
        other.mkdir()
        (other / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    for refuse in (check_replaceable, lambda path: replace_folder(path, {"a.txt": write("a")})):
        with pytest.raises(StoreError, match="out: is no folder, and would be replaced by one"):
            refuse(target)
    assert contents(tmp_path) == before
    check_replaceable(tmp_path)
    check_replaceable(tmp_path / "new")


def test_a_killed_process_leaves_no_folder(tmp_path):
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from kingmaker.files.folder import write_folder\n"
        "def die(path):\n"
        "    path.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_folder(Path(sys.argv[1]) / 'out', {'a.txt': die})\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()


def test_a_writable_target_is_no_problem_and_nothing_is_left(tmp_path):
    assert check_target(tmp_path / "out", "--out") is None
    assert list(tmp_path.iterdir()) == []


def test_targets_that_exist_are_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link", "."):
        target = tmp_path / name
        remedy = "give a new path, nothing is overwritten"
        assert str(check_target(target, "--out")) == (
            f"--out: '{target}' exists already ({remedy})"
        )


def test_targets_that_cannot_be_made_are_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    missing = tmp_path / "no" / "out"
    assert str(check_target(missing, "--out")) == (
        f"--out: the folder '{missing.parent}' does not exist (make it: mkdir -p {missing.parent})"
    )
    assert "Not a directory" in str(check_target(tmp_path / "file" / "out", "--out"))
    assert "File name too long" in str(check_target(tmp_path / ("x" * 300), "--out"))
    assert "null byte" in str(check_target(tmp_path / "a\0b", "--out"))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder nobody can write in")
def test_an_unwritable_parent_is_refused_even_for_root():
    problem = check_target(Path("/proc/out"), "--out")
    assert "nothing can be written in '/proc'" in str(problem)
