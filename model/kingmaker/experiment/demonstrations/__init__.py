"""Show each mechanism at work in a small made-up contest."""
