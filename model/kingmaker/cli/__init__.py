"""Read arguments, print results, and give the exit status."""

from kingmaker.cli.app import main

__all__ = ["main"]
