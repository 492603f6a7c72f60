"""Which letter follows from an outcome."""

from __future__ import annotations

from model.verdict import Outcome, ReceiptKind

KINDS = {
    Outcome.COMPLETE: ReceiptKind.COMPLETE,
    Outcome.CORRECTION: ReceiptKind.CORRECTION,
    Outcome.RETURNED: ReceiptKind.RETURNED,
    Outcome.LATE_REFUSED: ReceiptKind.LATE_REFUSED,
    Outcome.LATE_PENDING: ReceiptKind.LATE_PENDING,
    Outcome.DUPLICATE: ReceiptKind.DUPLICATE,
    Outcome.FORWARDED: ReceiptKind.NONE,
    Outcome.TIED: ReceiptKind.NONE,
    Outcome.IGNORED: ReceiptKind.NONE,
}


def receipt_kind(outcome: Outcome, revision: int) -> ReceiptKind:
    """The kind of letter; a complete later revision is told that it supersedes the earlier."""
    if outcome is Outcome.COMPLETE and revision > 1:
        return ReceiptKind.SUPERSEDING
    return KINDS[outcome]
