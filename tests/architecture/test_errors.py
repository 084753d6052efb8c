"""Every exception crosses a process boundary unchanged."""

import importlib
import inspect
import pickle
import pkgutil

import pytest

import kingmaker
from kingmaker import errors
from kingmaker.errors import KingmakerError, Problem

PROBLEMS = (
    Problem("candidates[2].first_round.votes", "got -3", "a whole number from 0"),
    Problem("name", "missing"),
)

# Class -> arguments of one instance. A new class needs a row.
EXAMPLES: dict[str, tuple[object, ...]] = {
    "KingmakerError": ("something is wrong",),
    "ContestError": ("il-labor-2011.toml", PROBLEMS),
    "ParameterError": ("parameters.toml", PROBLEMS[:1]),
    "ExperimentError": ("reach.toml", PROBLEMS),
    "ImpossibleDrawError": ("ayalon", 120, 100),
    "DataError": ("first_round", "votes add up to 101, cast are 100", "equal numbers"),
    "StoreError": ("out/run-1", "was written by another version", "start a new folder"),
    "CalibrationError": ("posterior of 38 contests", "k-hat 0.9", "simulate more draws"),
    "InvariantError": ("votes are conserved", "99 of 100"),
    "RunFailedError": ("run-17", 20110912, "ValueError: no", "kingmaker run x --seed 20110912"),
}


def classes() -> list[type[KingmakerError]]:
    """List all public exception classes of the tree, wherever they are defined in errors.py."""
    found: list[type[KingmakerError]] = []
    waiting: list[type[KingmakerError]] = [KingmakerError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if not kind.__name__.startswith("_"):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_error_pickles(kind: type[KingmakerError]) -> None:
    assert kind.__name__ in EXAMPLES, f"give {kind.__name__} a row in EXAMPLES"
    error = kind(*EXAMPLES[kind.__name__])
    error.add_note("kept too")
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))
        assert type(again) is kind
        assert again.args == error.args
        assert str(again) == str(error)
        assert again.__notes__ == error.__notes__


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_sentence_shows_every_field(kind: type[KingmakerError]) -> None:
    sentence = str(kind(*EXAMPLES[kind.__name__]))
    for field in EXAMPLES[kind.__name__]:
        for part in field if isinstance(field, tuple) else (field,):
            assert str(part) in sentence


def test_one_tree_in_one_module() -> None:
    """Exceptions are defined in errors.py alone, below KingmakerError, never from BaseException."""
    for module_name in source_modules():
        module = importlib.import_module(module_name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module_name and issubclass(kind, BaseException):
                assert module is errors, f"{module_name}.{name} belongs in kingmaker.errors"
                assert issubclass(kind, KingmakerError)


def source_modules() -> list[str]:
    """Name every module of the package but the one that runs on import."""
    return [
        module.name
        for module in pkgutil.walk_packages(kingmaker.__path__, "kingmaker.")
        if not module.name.endswith("__main__") and not module.name.startswith("kingmaker.app")
    ]
