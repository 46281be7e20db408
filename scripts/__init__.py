"""Scripts of the project: they rebuild what is made from something else."""
