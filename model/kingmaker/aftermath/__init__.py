"""What happens after the rounds: exits, splits, promises, institutions, seats."""
