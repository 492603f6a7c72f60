"""Is each form of this year, and filled in with a real code?"""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from checks.form_identity import forms_of, was_read_by_ocr
from checks.layout import has_word
from model.document import Document, Field
from model.fields import USCC_FIELD
from model.finding import Finding
from model.programme import Material
from model.submission import SubmittedFile


def check(case: Case) -> Iterator[Finding]:
    for file in forms_of(case.files, case.assignment, case.programme):
        yield from _code(file)
    yield from _old_forms(case)


def _code(file: SubmittedFile) -> Iterator[Finding]:
    assert file.document is not None
    code = next((one for one in file.document.fields if one.name == USCC_FIELD), None)
    if code is None:
        return
    if "repaired" in code.flags:
        params = {"found": code.raw[:40], "taken": code.value}
        yield Finding("field.uscc_repaired", file.path, params)
    elif "invalid" in code.flags:
        yield _wrong_code(file, code)


def _wrong_code(file: SubmittedFile, code: Field) -> Finding:
    params = {"found": code.value[:40]}
    if was_read_by_ocr(code):
        # The paper may well be right: it is the reading that is in doubt.
        return Finding("field.uscc_unread", file.path, params)
    return Finding("field.uscc_wrong", file.path, params)


def _old_forms(case: Case) -> Iterator[Finding]:
    for material in case.programme.materials:
        for file in case.assignment.files_of(material.id, case.files):
            if file.document is not None and (mark := _old(file.document, material)):
                params = {"files": file.name, "mark": mark}
                yield Finding("material.old_form", material.label, params)


def _old(document: Document, material: Material) -> str:
    """What makes a form an old one in the words of a clerk, "" where nothing does."""
    rule = material.recognise
    if not (rule.old_marks or rule.form_marks) or not document.text.strip():
        return ""
    old = next((word for word in rule.old_marks if has_word(document, word)), "")
    if old:
        return f"含旧表字样“{old}”"
    # Of pages that nobody has read nothing can be missing.
    if rule.form_marks and not document.unread:
        lacking = [word for word in rule.form_marks if not has_word(document, word)]
        if len(lacking) == len(rule.form_marks):
            return f"未见本次表样字样“{lacking[0]}”"
    return ""
