"""The table, a module for each section of domain.md."""
