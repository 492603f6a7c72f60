"""Facts and a programme in, findings and a verdict out: one rule a file."""

from checks.judge import judge

__all__ = ["judge"]
