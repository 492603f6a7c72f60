"""Changed rules tried on what is archived, before anything changes."""
