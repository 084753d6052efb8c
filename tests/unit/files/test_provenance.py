import json
import shutil
import subprocess

import pytest

from kingmaker.files.provenance import (
    PACKAGE,
    commit,
    parameter_table,
    processor,
    source_hash,
    versions,
    write_manifest,
)
from kingmaker.parameters import PARAMETERS


def test_versions_name_what_computes_and_stores():
    assert {"python", "kingmaker", "numpy", "numba", "mesa", "pandas", "pyarrow"} <= set(versions())


def test_the_source_hash_sees_names_and_contents(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    first = source_hash(tmp_path)
    (tmp_path / "a.py").write_text("x = 2\n")
    second = source_hash(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    third = source_hash(tmp_path)
    (tmp_path / "b.pyc").write_bytes(b"compiled")
    assert len({first, second, third}) == 3
    assert source_hash(tmp_path) == third


def test_a_folder_outside_a_checkout_has_no_commit(tmp_path):
    assert commit(tmp_path) is None


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_checkout_names_its_commit_and_whether_it_was_changed(tmp_path):
    package = tmp_path / "model" / "kingmaker"
    package.mkdir(parents=True)
    (package / "a.py").write_text("x = 1\n")
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "Start"]):
        subprocess.run(["git", "-C", tmp_path, *words], check=True, capture_output=True)
    assert len(commit(package)["id"]) == 40
    assert commit(package)["changed"] is False
    (package / "a.py").write_text("x = 2\n")
    assert commit(package)["changed"] is True
    installed = tmp_path / ".venv" / "kingmaker"
    installed.mkdir(parents=True)
    assert commit(installed) is None


def test_every_parameter_is_described():
    table = parameter_table("members")
    assert list(table) == list(PARAMETERS)
    for row in table.values():
        assert set(row) == {"mechanism", "unit", "prior", "bounds", "source"}
        assert row["prior"]["law"]
    json.dumps(table, allow_nan=False)


def test_the_platform_is_described_without_naming_the_machine():
    described = processor()
    assert described["instructions"]["baseline"]
    assert "node" not in described
    assert str(PACKAGE.parent) not in json.dumps(described)


def test_a_manifest_holds_no_nan(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_manifest({"x": float("nan")}, tmp_path / "manifest.json")
