"""Findings in, letters out: who may be answered, what the letter says, its exact bytes."""
