"""Carry out batches of runs: in processes, on a Dask cluster, as a Slurm job array."""
