"""Forecast the runoff of a contest from what was known on its eve."""
