"""Who may import what, and what must not be loaded early."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import PACKAGE, ROOT, dotted, imported, label, modules, tree

HEAVY = ("matplotlib", "mesa", "numba", "pandas", "pyarrow", "scipy")

# Of numpy.random only what makes a generator object from an explicit key.
GENERATORS = {"BitGenerator", "Generator", "Philox", "SeedSequence", "default_rng"}

# Module or folder -> libraries that live there and nowhere else.
HOMES = {
    "pydantic": (
        "contest/",
        "parameters.py",
        "sweep/experiment_file.py",
        "sweep/load.py",
        "files/",
    ),
    "pydantic_core": (
        "contest/",
        "parameters.py",
        "sweep/experiment_file.py",
        "sweep/load.py",
        "files/",
    ),
    "matplotlib": ("report/", "app/"),
    "jinja2": ("report/",),
    "solara": ("app/",),
    "typer": ("cli.py", "cli/"),
}


def test_imports_point_one_way() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--config",
            ROOT / "pyproject.toml",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("path", modules(), ids=label)
def test_libraries_stay_at_home(path: Path) -> None:
    strays = [
        f"{label(path)}:{line}: {name} belongs to {', '.join(HOMES[name.split('.')[0]])}"
        for line, name in imported(tree(path))
        if name.split(".")[0] in HOMES and not label(path).startswith(HOMES[name.split(".")[0]])
    ]
    assert strays == []


@pytest.mark.parametrize("path", modules(), ids=label)
def test_no_hidden_random_generator(path: Path) -> None:
    module = tree(path)
    found = [
        f"line {line}: {name}"
        for line, name in imported(module)
        if name.split(".")[0] in ("random", "secrets")
        or (name.startswith("numpy.random.") and name.split(".")[2] not in GENERATORS)
    ]
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            parts = dotted(node).split(".")
            if parts[:2] in (["np", "random"], ["numpy", "random"]) and len(parts) > 2:
                if parts[2] not in GENERATORS:
                    found.append(f"line {node.lineno}: {'.'.join(parts)}")
            elif parts == ["os", "urandom"]:
                found.append(f"line {node.lineno}: os.urandom")
    assert found == []


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter and return the top-level modules it leaves loaded."""
    report = "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import json, sys\n{code}\nprint()\n{report}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = loaded_by("import kingmaker")
    assert loaded.isdisjoint({*HEAVY, "numpy", "pydantic", "typer"})


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = loaded_by(
        f"from kingmaker.cli import main\n"
        f"sys.argv = ['kingmaker', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code"
    )
    assert loaded.isdisjoint(HEAVY)


def test_public_names_are_what_they_are_said_to_be() -> None:
    import kingmaker

    assert set(kingmaker._HOMES) | {"__version__"} == set(kingmaker.__all__)
    assert set(kingmaker.__all__) <= set(dir(kingmaker))
    for name, home in kingmaker._HOMES.items():
        assert getattr(kingmaker, name).__module__.startswith(home)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = kingmaker.nonsense


def test_source_root_is_not_a_package() -> None:
    assert not (PACKAGE.parent / "__init__.py").exists()
