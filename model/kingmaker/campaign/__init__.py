"""The steps of a campaign day."""
