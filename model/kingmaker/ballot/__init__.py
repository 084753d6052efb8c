"""Turnout, casting, tally and transfers, in exact integers."""
