"""Compare behaviours on the same replicates: differences, payoffs, pivotality."""
