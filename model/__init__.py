"""The values that travel between all other packages; this package imports nothing of ours."""
