"""Which letter follows from an outcome."""

from __future__ import annotations

import pytest

from model.verdict import Outcome, ReceiptKind
from receipts.kinds import receipt_kind
from tests.builders.letters import ANSWERS


@pytest.mark.parametrize("revision", [1, 2, 9])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_has_its_letter(outcome: Outcome, revision: int) -> None:
    kind = receipt_kind(outcome, revision)
    if outcome in (Outcome.IGNORED, Outcome.FORWARDED, Outcome.TIED):
        assert kind is ReceiptKind.NONE
    elif outcome is Outcome.COMPLETE and revision > 1:
        assert kind is ReceiptKind.SUPERSEDING
    else:
        assert kind.value == outcome.value


def test_every_kind_but_the_reminders_is_reached() -> None:
    reached = {receipt_kind(one, n) for one in Outcome for n in (1, 2)}
    assert reached == {*ANSWERS, ReceiptKind.NONE}
