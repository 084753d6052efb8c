"""Contests on the command line, and refusals: one message, exit status 2, nothing written."""

import json
import subprocess
import sys

import jsonschema
import pytest
from typer.testing import CliRunner

import kingmaker
from kingmaker.cli.app import app, main
from kingmaker.contest.load import bundled_ids
from tests.e2e.command_line import kingmaker as run
from tests.e2e.command_line import refusal


def test_version():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"kingmaker {kingmaker.__version__}\n")


def test_help_names_every_command():
    done = CliRunner().invoke(app, ["--help"])
    assert done.exit_code == 0
    for name in ("contests", "mechanisms", "show", "check", "new", "schema", "run", "story"):
        assert name in done.stdout


@pytest.mark.parametrize(
    "words", [[], ["run"], ["runn"], ["run", "il-labor-2011", "--sed", "1"], ["check"]]
)
def test_wrong_usage_is_bad_input(words):
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert main(words) == 2


def test_the_entry_point_gives_the_exit_status(capsys):
    assert main(["--version"]) == 0
    assert main(["show", "il-labor-2012"]) == 2
    assert capsys.readouterr().err == (
        "kingmaker: il-labor-2012: no bundled contest has this id (did you mean 'il-labor-2011'?)\n"
    )


def test_contests():
    done = run("contests")
    assert done.returncode == 0
    assert "il-labor-2011" in done.stdout
    listed = json.loads(run("contests", "--json").stdout)
    assert [row["id"] for row in listed] == list(bundled_ids())


def test_show():
    done = run("show", "il-labor-2011")
    assert done.returncode == 0
    assert "Yachimovich" in done.stdout


def test_a_new_contest_passes_its_check(tmp_path):
    done = run("new", "mine.toml", cwd=tmp_path)
    assert done.returncode == 0
    assert run("check", "mine.toml", cwd=tmp_path).stdout == "mine.toml: ok\n"
    before = (tmp_path / "mine.toml").read_bytes()
    assert "mine.toml" in refusal("new", "mine.toml", cwd=tmp_path)
    assert (tmp_path / "mine.toml").read_bytes() == before


def test_check_reports_all_problems_of_all_files(tmp_path):
    assert run("new", "good.toml", cwd=tmp_path).returncode == 0
    (tmp_path / "empty.toml").touch()
    (tmp_path / "short.toml").write_text('id = "Ab"\nnome = "x"\n')
    done = run("check", "empty.toml", "good.toml", "short.toml", "none.toml", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == "good.toml: ok\n"
    for name in ("empty.toml: 1 problem", "short.toml:", "none.toml: 1 problem", ".: 1 problem"):
        assert name in done.stderr
    assert "nome" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_is_one_for_editors():
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_a_reader_who_stops_reading_is_no_error():
    reader = subprocess.Popen(
        [sys.executable, "-m", "kingmaker", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    reader.stdout.readline()
    reader.stdout.close()
    errors = reader.stderr.read()
    reader.stderr.close()
    assert reader.wait() in (0, 1)
    assert errors == ""


WHOLE = "a whole number from"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seed", "-1"], f"--seed: -1 is out of range ({WHOLE} 0 to 9223372036854775807)"),
        (
            ["--seed", "9223372036854775808"],
            f"--seed: 9223372036854775808 is out of range ({WHOLE} 0 to 9223372036854775807)",
        ),
        (["--seed", "one"], f"--seed: 'one' is no whole number ({WHOLE} 0 to 9223372036854775807)"),
        (["--replicates", "0"], f"--replicates: 0 is out of range ({WHOLE} 1 to 1000000)"),
        (["--replicates", "1e9"], f"--replicates: '1e9' is no whole number ({WHOLE} 1 to 1000000)"),
        (["--workers", "0"], f"--workers: 0 is out of range ({WHOLE} 1 to 1024)"),
        (["--scale", "0"], "--scale: 0.0 is no such fraction (above 0, at most 1)"),
        (["--scale", "nan"], "--scale: nan is no such fraction (above 0, at most 1)"),
        (["--scale", "1.01"], "--scale: 1.01 is no such fraction (above 0, at most 1)"),
        (["--days", "-3"], f"--days: -3 is out of range ({WHOLE} 1 to 1000)"),
        (["--first-round", "fair"], "--first-round: 'fair' is unknown (exact or free)"),
        (["--only", "3,x"], "--only: 'x' is no replicate (replicates from 0 to 999999)"),
        (["--only", "9-3"], "--only: '9-3' is no replicate (replicates from 0 to 999999)"),
        (["--only", ""], "--only: '' is no replicate (replicates from 0 to 999999)"),
        (["--set", "obedience"], "--set: 'obedience' sets nothing (parameter=value)"),
        (
            ["--set", "obediense=0.5"],
            "--set: unknown parameter 'obediense' (did you mean 'obedience'?)",
        ),
        (
            ["--set", "obedience=inf"],
            "--set obedience: inf is no number (a number from 0 to 1 [fraction])",
        ),
        (
            ["--set", "obedience=0.5", "--set", "obedience=0.6"],
            "--set obedience: is given twice (one value)",
        ),
        (
            ["--behaviour", "endorse:peretzz"],
            "--behaviour: 'peretzz' is no candidate of il-labor-2011 (did you mean 'peretz'?)",
        ),
        (["--posterior", "none"], "--posterior: 'none' does not exist (a Parquet file of draws)"),
        (["--out", "."], "--out: '.' exists already (give a new path, nothing is overwritten)"),
        (["--out", "no/out"], "--out: the folder 'no' does not exist (make it: mkdir -p no)"),
    ],
)
def test_bad_options_are_refused(tmp_path, words, message):
    found = refusal("run", "il-labor-2011", *words, cwd=tmp_path)
    assert found == f"kingmaker run: {message}\n"
    assert list(tmp_path.iterdir()) == []


def test_all_problems_come_in_one_message(tmp_path):
    words = ["--seed", "x", "--workers", "0", "--set", "a=1", "--without", "M99", "--out", "a/b"]
    message = refusal("run", "il-labor-2012", *words, cwd=tmp_path)
    assert message.startswith("kingmaker run: 6 problems\n  - --seed: 'x' is no")
    assert message.count("\n") == 7
    assert "did you mean 'il-labor-2011'?" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"id = [", b"\xff\xfe"])
def test_bad_contest_files_are_refused(tmp_path, content):
    (tmp_path / "bad.toml").write_bytes(content)
    message = refusal("run", "bad.toml", "--out", "out", cwd=tmp_path)
    assert message.startswith("kingmaker: bad.toml: ")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


def test_a_folder_is_no_contest(tmp_path):
    assert "is a directory" in refusal("run", "./", cwd=tmp_path)
