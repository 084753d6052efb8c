"""Cut contests down to what was known on the eve of the runoff, and tell them apart."""
