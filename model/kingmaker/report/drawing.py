"""Make figures and write them: same numbers, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Summary = Mapping[str, Any]

INK, PALE = "#222222", "#9aa5b1"
BLUE, RED, GREEN = "#2f6f9f", "#b5533c", "#4f8a5b"

_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "kingmaker",
}
# Neither dates nor versions: the same numbers give the same bytes.
_NO_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure of a size in inches, without a window system."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def write_figure(draw: Callable[[Summary], Figure], summary: Summary, path: Path) -> None:
    """Draw a figure and write it; the name of the file tells the format."""
    kind = path.suffix.removeprefix(".")
    with _plain_style():
        draw(summary).savefig(path, format=kind, dpi=150, metadata=_NO_METADATA[kind])


@contextmanager
def _plain_style() -> Iterator[None]:
    """Draw in our own style, whatever the user's settings are."""
    from matplotlib import rc_context, style

    with style.context("default"), rc_context(_SETTINGS):
        yield
