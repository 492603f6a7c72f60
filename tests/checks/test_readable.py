"""What the readers found on a file is passed on, for files that a person put there."""

from __future__ import annotations

from checks import judge
from model.finding import Finding
from model.verdict import Outcome
from tests.builders.submissions import PACKAGE, file, full_set, programme, submission


def test_findings_of_documents_are_part_of_the_verdict() -> None:
    path = f"{PACKAGE}/附加.pdf"
    found = Finding("document.scanned", path, {"pages": "1"})
    rules = programme()
    files = [*full_set(), file(path, found=(found,))]
    assert found in judge(submission(rules, files=files), rules).findings


def test_a_programme_may_leave_the_rule_out() -> None:
    path = f"{PACKAGE}/申报材料.docx"
    found = Finding("document.broken_pages", path, {"pages": "2"})
    rules = programme(checks=("subject", "window", "package", "materials"))
    verdict = judge(submission(rules, files=[*full_set(), file(path, found=(found,))]), rules)
    assert found not in verdict.findings
    assert verdict.outcome is Outcome.COMPLETE
