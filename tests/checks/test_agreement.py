"""Every place that names the applicant, side by side, and what is said where they differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import judge
from checks.agreement_names import name_on_seal
from model.agreement import NameRelation, Place
from model.document import Field, Seal, Signature
from model.finding import Effect, Finding
from model.programme import Programme
from model.register import Register, RegisterEntry
from model.standing import Ruling, Standing
from model.submission import SubmittedFile
from model.verdict import Outcome, Verdict
from tests.builders.submissions import (
    NAME,
    NUMBER,
    PACKAGE,
    RIGHT,
    file,
    full_set,
    programme,
    submission,
)

OTHER = "青岛海辰电子科技有限公司"
OCR = "table, ocr rapidocr 3.10.0"
FORM, LETTER = f"{PACKAGE}/推荐表.pdf", f"{PACKAGE}/承诺书.pdf"
BOX = (300.0, 600.0, 420.0, 720.0)
AREAS = ("agreement.", "identity.", "seal.")


def _paper(
    path: str,
    *,
    method: str = "table",
    sure: float = 0.95,
    seals: tuple[Seal, ...] = (),
    signatures: tuple[Signature, ...] = (),
    **fields: str,
) -> SubmittedFile:
    one = file(path)
    assert one.document is not None
    found = tuple(
        Field(name, value, page=1, confidence=sure, method=method) for name, value in fields.items()
    )
    changes = {"fields": found, "seals": seals, "signatures": signatures}
    return replace(one, document=replace(one.document, **changes))  # type: ignore[arg-type]


def _seal(text: str, **changes: object) -> Seal:
    made = Seal(1, BOX, "round", text=text, confidence=0.95, text_confidence=0.97)
    return replace(made, **changes)  # type: ignore[arg-type]


def _verdict(
    *papers: SubmittedFile,
    subject: str = RIGHT,
    packages: tuple[str, ...] = (PACKAGE,),
    standing: Standing | None = None,
    rules: Programme | None = None,
) -> Verdict:
    """The full set, with some of its files replaced by others of the same path."""
    rules = rules or programme()
    paths = {one.path for one in papers}
    files = [*(one for one in full_set() if one.path not in paths), *papers]
    made = submission(rules, subject=subject, packages=packages, files=files)
    return judge(made, rules, standing or Standing())


def _said(verdict: Verdict) -> list[Finding]:
    return [one for one in verdict.findings if one.code.startswith(AREAS)]


def _codes(verdict: Verdict) -> set[str]:
    return {one.code for one in _said(verdict)}


def test_every_place_stands_in_the_table_with_its_evidence() -> None:
    register = Register((RegisterEntry(NUMBER, NAME),))
    verdict = _verdict(
        _paper(FORM, application_no=NUMBER, full_name=NAME, seals=(_seal(NAME, page=2),)),
        _paper(LETTER, signatures=(Signature("pdf", NAME, page=3), Signature("pdf", "张三"))),
        standing=Standing(register=register),
    )
    assert [(one.place, one.about, one.page) for one in verdict.agreement] == [
        (Place.SUBJECT, "", 0),
        (Place.PACKAGE, PACKAGE, 0),
        (Place.FORM, FORM, 1),
        (Place.REGISTER, "", 0),
        (Place.SEAL, FORM, 2),
        (Place.SIGNATURE, LETTER, 3),
    ]
    assert {one.relation for one in verdict.agreement} == {NameRelation.SAME}
    assert [one.number_agrees for one in verdict.agreement] == [True, True, True, True, None, None]
    assert [one.confidence for one in verdict.agreement] == [1.0, 1.0, 0.95, 1.0, 0.97, 1.0]


def test_what_is_no_form_and_wants_no_seal_says_nothing() -> None:
    contract = _paper(f"{PACKAGE}/证明材料/专利证书.docx", full_name=OTHER, seals=(_seal(OTHER),))
    verdict = _verdict(contract)
    assert {one.place for one in verdict.agreement} == {Place.SUBJECT, Place.PACKAGE}
    assert _codes(verdict) == set()


def test_a_doubtful_field_is_no_evidence() -> None:
    assert all(one.place is not Place.FORM for one in _verdict(_paper(FORM, sure=0.5,
               full_name=OTHER)).agreement)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code", "effect", "told"),
    [
        ("山东泰山机械制造(有限公司)", "agreement.brackets", Effect.NOTE, False),
        ("泰山机械", "agreement.abbreviation", Effect.REMIND, True),
        (f"{NAME}济南分公司", "agreement.branch", Effect.PERSON, True),
        ("山东泰山机械制造股份有限公司", "agreement.converted", Effect.PERSON, True),
        ("山东泰山集团有限公司", "agreement.related", Effect.PERSON, False),
        (OTHER, "identity.form_name_differs", Effect.PERSON, False),
    ],
)
def test_each_kind_of_name_in_a_form(name: str, code: str, effect: Effect, *, told: bool) -> None:
    # Beside it a form of the applicant's own, so that not everything inside is another's.
    verdict = _verdict(_paper(FORM, full_name=name), _paper(LETTER, full_name=NAME))
    (finding,) = _said(verdict)
    assert (finding.code, finding.effect, finding.told) == (code, effect, told)
    assert finding.about == FORM
    assert name in finding.text
    assert NAME in finding.text + finding.advice
    assert verdict.outcome is Outcome.COMPLETE


def test_a_misread_name_is_a_note_unless_it_is_registered() -> None:
    misread = NAME.replace("泰", "秦")
    paper = _paper(FORM, method=OCR, full_name=misread)
    assert _codes(_verdict(paper)) == {"agreement.misread"}
    register = Register((RegisterEntry(NUMBER, NAME), RegisterEntry("ZB20210999", misread)))
    verdict = _verdict(paper, standing=Standing(register=register))
    assert "identity.form_name_differs" in _codes(verdict)


def test_a_former_name_is_known_from_the_register_in_both_directions() -> None:
    old = "山东泰山机械厂"
    register = Register((RegisterEntry(NUMBER, NAME, former_names=(old,)),))
    standing = Standing(register=register)
    assert _codes(_verdict(_paper(FORM, full_name=old), standing=standing)) == {
        "agreement.former_name"
    }
    by_its_old_name = _verdict(
        _paper(FORM, full_name=NAME),
        subject=f"{NUMBER}+{old}", packages=(f"{NUMBER}+{old}.rar",), standing=standing,
    )  # fmt: skip
    assert "agreement.former_name" in _codes(by_its_old_name)
    registered = [one for one in by_its_old_name.agreement if one.place is Place.REGISTER]
    assert registered[0].relation is NameRelation.FORMER


def test_one_difference_is_told_once_with_every_place() -> None:
    verdict = _verdict(
        _paper(FORM, full_name="泰山机械"),
        _paper(LETTER, full_name="泰山机械"),
        packages=(f"{NUMBER}+{OTHER}.rar",),
    )
    found = {one.code: one for one in _said(verdict)}
    assert set(found) == {"agreement.abbreviation", "identity.name_differs"}
    short = found["agreement.abbreviation"]
    assert short.about == f"{FORM}”、“{LETTER}"
    assert "“推荐表.pdf”、“承诺书.pdf”中的单位名称“泰山机械”" in short.text
    assert f"压缩包名“{NUMBER}+{OTHER}.rar”" in found["identity.name_differs"].text


def test_a_name_in_package_and_form_concerns_the_whole_mail() -> None:
    verdict = _verdict(_paper(FORM, full_name=OTHER), packages=(f"{NUMBER}+{OTHER}.rar",))
    found = {one.code: one for one in _said(verdict)}
    told = found["identity.name_differs"]
    assert told.told
    assert f"、“推荐表.pdf”中为“{OTHER}”" in told.text
    assert "identity.form_name_differs" not in found


def test_numbers_are_told_once_too() -> None:
    verdict = _verdict(
        _paper(FORM, application_no="ZB20210138"),
        _paper(LETTER, application_no="ZB20210138"),
    )
    (found,) = _said(verdict)
    assert found.code == "identity.form_number_differs"
    assert found.about == f"{FORM}”、“{LETTER}"


def test_where_everything_inside_is_anothers_the_applicant_is_told_without_its_name() -> None:
    verdict = _verdict(_paper(FORM, full_name=OTHER), _paper(LETTER, seals=(_seal(OTHER),)))
    found = {one.code: one for one in _said(verdict)}
    assert set(found) == {
        "identity.form_name_differs", "agreement.nothing_of_its_own", "seal.other_name",
    }  # fmt: skip
    for one in found.values():
        assert one.told is (one.code == "agreement.nothing_of_its_own")
        assert OTHER not in one.text or not one.told
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.needs_person


@pytest.mark.parametrize(
    "papers",
    [
        (_paper(FORM, full_name=OTHER), _paper(LETTER, full_name=NAME)),
        (_paper(FORM, full_name=OTHER), _paper(LETTER, seals=(_seal(NAME),))),
        (_paper(FORM, full_name=OTHER, method=OCR, sure=0.7),),
    ],
    ids=["own form", "own seal", "not surely read"],
)
def test_a_stray_form_is_for_the_clerk_alone(papers: tuple[SubmittedFile, ...]) -> None:
    verdict = _verdict(*papers)
    assert "identity.form_name_differs" in _codes(verdict)
    assert not [one for one in _said(verdict) if one.told]
    assert verdict.needs_person


SECOND = f"{PACKAGE}/第二家"


@pytest.mark.parametrize(
    ("papers", "returned"),
    [
        # Two materials of another unit beside the applicant's own.
        (
            (
                _paper(FORM, full_name=NAME),
                _paper(f"{SECOND}/推荐表.pdf", full_name=OTHER),
                _paper(f"{SECOND}/承诺书.pdf", full_name=OTHER),
            ),
            True,
        ),
        # Its form and a letter that only its seal names, read in two ways.
        (
            (
                _paper(FORM, full_name=NAME),
                _paper(f"{PACKAGE}/推荐表2.pdf", full_name=OTHER, method=OCR),
                _paper(f"{PACKAGE}/承诺书2.pdf", seals=(_seal(OTHER.replace("辰", "晨")),)),
            ),
            True,
        ),
        # Its form in a folder of its own, with its application document.
        (
            (
                _paper(FORM, full_name=NAME),
                _paper(f"{SECOND}/推荐表.pdf", full_name=OTHER),
                _paper(f"{SECOND}/申报材料.docx"),
            ),
            True,
        ),
        # A stray form, alone in its folder or among the applicant's files.
        (
            (_paper(FORM, full_name=NAME), _paper(f"{SECOND}/推荐表.pdf", full_name=OTHER)),
            False,
        ),
        (
            (_paper(FORM, full_name=NAME), _paper(f"{PACKAGE}/推荐表2.pdf", full_name=OTHER)),
            False,
        ),
        # Nothing of the applicant's own: not two, but the wrong one.
        ((_paper(FORM, full_name=OTHER), _paper(LETTER, full_name=OTHER)), False),
        # A sister company's form is no other applicant's set.
        (
            (
                _paper(FORM, full_name=NAME),
                _paper(f"{SECOND}/推荐表.pdf", full_name="山东泰山集团有限公司"),
                _paper(f"{SECOND}/承诺书.pdf", full_name="山东泰山集团有限公司"),
            ),
            False,
        ),
        # What is no complete name may be anybody's.
        (
            (
                _paper(FORM, full_name=NAME),
                _paper(f"{SECOND}/推荐表.pdf", full_name="海辰电子"),
                _paper(f"{SECOND}/承诺书.pdf", full_name="海辰电子"),
            ),
            False,
        ),
        # A seal that was hardly read.
        (
            (
                _paper(FORM, full_name=NAME),
                _paper(f"{PACKAGE}/推荐表2.pdf", full_name=OTHER),
                _paper(f"{PACKAGE}/承诺书2.pdf", seals=(_seal(OTHER, text_confidence=0.6),)),
            ),
            False,
        ),
    ],
    ids=["two", "seal", "folder", "stray apart", "stray", "wrong one", "sister", "short", "faint"],
)
def test_two_enterprises_in_one_mail(papers: tuple[SubmittedFile, ...], *, returned: bool) -> None:
    verdict = _verdict(*papers)
    assert ("agreement.two_applicants" in _codes(verdict)) is returned
    assert (verdict.outcome is Outcome.RETURNED) is returned
    if returned:
        (told,) = [one for one in _said(verdict) if one.told]
        assert OTHER not in told.text + told.advice
        assert verdict.needs_person, "the clerk sees by another finding whose the second set is"


def test_a_clerk_who_ties_the_mail_has_decided_it() -> None:
    papers = (
        _paper(FORM, full_name=NAME),
        _paper(f"{SECOND}/推荐表.pdf", full_name=OTHER),
        _paper(f"{SECOND}/承诺书.pdf", full_name=OTHER),
    )
    ruling = Ruling(by="李四", reason="电话核实", application_no=NUMBER, full_name=NAME)
    verdict = _verdict(*papers, standing=Standing(ruling=ruling))
    assert verdict.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("signer", "codes"),
    [
        (NAME, set()),
        ("张三", set()),
        ("", set()),
        (OTHER, {"agreement.other_signer"}),
        (f"{NAME}济南分公司", {"agreement.other_signer"}),
    ],
)
def test_who_has_signed(signer: str, codes: set[str]) -> None:
    verdict = _verdict(_paper(LETTER, signatures=(Signature("pdf", signer),)))
    assert {one for one in _codes(verdict) if one.startswith("agreement.")} == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (NAME, "seal.seen"),
        (f"{NAME}3701020012345", "seal.seen"),
        (f"{NAME}合同专用章(1)", "seal.seen"),
        (f"{NAME}济南分公司", "seal.branch"),
        (f"{NAME}质量部", "seal.branch"),
        ("山东泰山机械制造股份有限公司", "seal.near_name"),
        ("山东泰山机械有限公司", "seal.near_name"),
        ("山东泰山集团有限公司合同专用章", "seal.near_name"),
        (OTHER, "seal.other_name"),
        # All letters of the applicant's name stand in it in their order, and it is another's.
        ("山东泰兴泰山重型机械设备制造安装股份有限公司", "seal.other_name"),
    ],
)
def test_whose_seal_it_is(text: str, code: str) -> None:
    verdict = _verdict(_paper(FORM, full_name=NAME), _paper(LETTER, seals=(_seal(text),)))
    found = [one for one in _said(verdict) if one.code.startswith("seal.")]
    assert [one.code for one in found] == [code]
    assert text in found[0].text


def test_a_seal_with_a_former_name() -> None:
    old = "山东泰山机械厂"
    register = Register((RegisterEntry(NUMBER, NAME, former_names=(old,)),))
    verdict = _verdict(_paper(LETTER, seals=(_seal(old),)), standing=Standing(register=register))
    assert "seal.former_name" in _codes(verdict)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (NAME, NAME),
        (f"{NAME}财务专用章", NAME),
        (f"{NAME}合同专用章（2）", NAME),
        (f"{NAME}公章", NAME),
        (f"{NAME}370102001★", NAME),
        ("公章", "公章"),
        ("山东印章有限公司", "山东印章有限公司"),
    ],
)
def test_the_name_on_a_seal(text: str, name: str) -> None:
    assert name_on_seal(text) == name


def test_without_the_rule_the_table_is_there_and_nothing_is_said() -> None:
    checks = tuple(one for one in programme().checks if one != "agreement")
    verdict = _verdict(_paper(FORM, full_name=OTHER), rules=programme(checks=checks))
    assert _codes(verdict) == set()
    assert any(one.relation is NameRelation.OTHER for one in verdict.agreement)


def test_of_an_unknown_applicant_nothing_differs() -> None:
    verdict = _verdict(_paper(LETTER, full_name=OTHER), subject="材料", packages=("材料.rar",))
    assert verdict.outcome is Outcome.RETURNED
    (letter,) = verdict.agreement
    assert (letter.full_name, letter.relation) == (OTHER, NameRelation.UNKNOWN)
    assert _codes(verdict) == {"identity.unknown"}
