"""Named agents on Mesa: candidates, contractors, notables and outside actors."""
