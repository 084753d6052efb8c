"""Look at what the engine hands to its compiled kernels, and at what they leave behind."""

import inspect
from copy import deepcopy
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kingmaker.population.members import MemberState


@dataclass(frozen=True)
class Call:
    """Hold one call: arguments by name, copied before and after, and what came back."""

    before: SimpleNamespace
    after: SimpleNamespace
    result: Any


def watch(patch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[Call]:
    """Record every call of a function where `module` calls it; arrays are copied."""
    function = getattr(module, name)
    signature = inspect.signature(getattr(function, "py_func", function))
    calls: list[Call] = []

    def recorded(*args: Any, **kwargs: Any) -> Any:
        named = signature.bind(*args, **kwargs).arguments
        before = SimpleNamespace(**{key: _copy(value) for key, value in named.items()})
        result = function(*args, **kwargs)
        after = SimpleNamespace(**{key: _copy(value) for key, value in named.items()})
        calls.append(Call(before, after, result))
        return result

    patch.setattr(module, name, recorded)
    return calls


def _copy(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, MemberState):
        return deepcopy(value)
    if isinstance(value, tuple) and hasattr(value, "_replace"):
        return type(value)(*map(_copy, value))
    return value
