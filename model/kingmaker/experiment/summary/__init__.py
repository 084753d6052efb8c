"""Summarise a run in plain numbers: what the tables show and what ``--json`` prints."""
