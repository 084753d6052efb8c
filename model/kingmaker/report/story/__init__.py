"""Tell one replicate as a chronicle, in dated sentences."""
