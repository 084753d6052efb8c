"""Offers, valuation, decisions and behaviours between the rounds."""
