"""Run the command line as ``python -m kingmaker``."""

import sys

from kingmaker.cli import main

if __name__ == "__main__":
    sys.exit(main())
