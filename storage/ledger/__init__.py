"""The ledger: an index over the archive, and what has not got there yet.

Modules hold functions over one open transaction, so that a caller shows what is one step.
"""

from storage.ledger.engine import Ledger

__all__ = ["Ledger"]
