"""Named agents on Mesa: candidates, contractors, notables, outside actors."""
