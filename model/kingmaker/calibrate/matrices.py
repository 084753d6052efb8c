"""Matrices that the hierarchy works with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def distinct_columns(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the few distinct columns in ascending order, and which of them each column is.

    As ``numpy.unique(values, axis=1, return_inverse=True)``, which sorts all columns as records
    and would take most of the time of an inference.
    """
    first: list[int] = []
    like = np.empty(values.shape[1], dtype=np.int64)
    for column in range(values.shape[1]):
        same = (i for i in first if np.array_equal(values[:, i], values[:, column]))
        like[column] = next(same, column)
        if like[column] == column:
            first.append(column)
    first.sort(key=lambda column: values[:, column].tolist())
    return values[:, first], np.array([first.index(column) for column in like.tolist()])


def outer(gradients: Array, variance: Array) -> Array:
    """Return ``G V G'`` for diagonal V, shapes ``(s, M, k)`` and ``(s, k)``."""
    found: Array = (gradients * variance[:, None, :]) @ gradients.transpose(0, 2, 1)
    return found


def mean_weights_of(intercept: Array, linear: Array, quadratic: Array) -> Array:
    """Write means as a linear function of `Points.products`, shape ``(f, M)``."""
    return np.vstack([intercept, linear.T, folded(quadratic).T])


def folded(matrices: Array) -> Array:
    """Write ``x' Q x`` of symmetric matrices as weights of the products of upper pairs."""
    left, right = np.triu_indices(matrices.shape[1])
    return matrices[:, left, right] * np.where(left == right, 1.0, 2.0)
