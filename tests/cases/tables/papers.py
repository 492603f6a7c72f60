"""What goes wrong with the papers themselves: missing, unsealed, broken, old, somebody else's."""

from __future__ import annotations

from tests.builders.case_papers import broken, fixed, form, locked, saying
from tests.cases.case import Case, Want, complete, correction, one
from tests.cases.mails import (
    FULL,
    RIGHT,
    mail,
    rar,
    without,
)


def _papers(key: str, rule: str, papers: tuple[object, ...], want: Want, **more: object) -> Case:
    return one(f"papers-{key}", rule, mail(RIGHT, rar(*papers)), want, **more)  # type: ignore[arg-type]


def _lacking(*labels: str, state: str = "missing") -> dict[str, str]:
    return dict.fromkeys(labels, state)


WORD_FORM = ("推荐表.docx", "承诺书.pdf", "申报材料.docx")
OLD_FORM = saying("docx", "质量标杆推荐表", "（2019年度）", "{单位}")

CASES = (
    _papers("no-pledge", "a missing material is asked for", without("承诺书"),
            correction("material.missing", lacks=_lacking("承诺书"),
                       says=("缺少“承诺书”", "请提供法定代表人签字并加盖公章的承诺书扫描件"))),
    _papers("no-form", "a missing material is asked for", without("推荐表"),
            correction("material.missing", lacks=_lacking("推荐表"))),
    _papers("no-document", "a missing material is asked for", without("申报材料"),
            correction("material.missing", lacks=_lacking("申报材料"))),
    _papers("only-form", "every defect is told in one letter", ("推荐表.pdf",),
            correction("material.missing", lacks=_lacking("承诺书", "申报材料"),
                       says=("缺少“承诺书”", "缺少“申报材料”"))),
    _papers("word-form", "the unsealed Word file instead of the scan", WORD_FORM,
            correction("material.wrong_format", lacks=_lacking("推荐表", state="wrong_format"),
                       says=("格式不符合要求", "加盖公章的推荐表扫描件"))),
    _papers("both-forms", "the scan and its Word file: the scan counts",
            (*FULL, "推荐表.docx"), complete(person=False)),
    _papers("document-as-pdf", "the Word file is wanted, a PDF came",
            ("推荐表.pdf", "承诺书.pdf", "申报材料.pdf"),
            correction("material.wrong_format", lacks=_lacking("申报材料", state="wrong_format"),
                       says=("Word格式的申报材料",))),
    _papers("photographs", "photographs of pages", ("推荐表.jpg", "承诺书.png", "申报材料.docx"),
            complete()),
    _papers("photographs-two", "a page a photograph", ("推荐表1.jpg", "推荐表2.jpg", "承诺书.jpg",
            "申报材料.docx"), complete()),
    _papers("wps", ".wps is a Word file", ("推荐表.pdf", "承诺书.pdf", "申报材料.wps"), complete()),
    _papers("doc", ".doc is a Word file", ("推荐表.pdf", "承诺书.pdf", "申报材料.doc"), complete()),
    _papers("ofd", ".ofd is a scan", ("推荐表.ofd", "承诺书.ofd", "申报材料.docx"), complete()),
    _papers("supporting", "证明材料 in Word, any number",
            (*FULL, "证明材料/专利证书.docx", "证明材料/获奖证明.docx"), complete(person=False)),
    _papers("supporting-pdf", "optional papers in another format are taken with a note",
            (*FULL, "证明材料/专利证书.pdf"),
            complete("material.other_format", says=("文件已登记",), person=False)),
    _papers("renamed-content", "a file's name tells nothing, its title does",
            (("扫描1.pdf", saying("pdf", "质量标杆推荐表", "{单位}")), "承诺书.pdf",
             "申报材料.docx"),
            complete()),
    _papers("pledge-named-long", "申报材料真实性承诺书 is a 承诺书",
            ("推荐表.pdf", "申报材料真实性承诺书.pdf", "申报材料.docx"), complete(person=False)),
    _papers("closed-document", "a paper with a password", (*without("承诺书"), ("承诺书.pdf",
            locked)),
            correction("document.encrypted", lacks=_lacking("承诺书", state="unreadable"),
                       says=("设有打开密码", "取消该文件的打开密码"))),
    _papers("broken-document", "a broken paper", (*without("承诺书"), ("承诺书.pdf", broken)),
            correction("document.broken", lacks=_lacking("承诺书", state="unreadable"))),
    _papers("empty-document-again", "a file of no bytes is nobody's copy of another's",
            (*without("承诺书"), ("承诺书.pdf", fixed(b""))),
            correction("document.empty", lacks=_lacking("承诺书", state="unreadable"),
                       never=("agreement.filed_elsewhere", "agreement.shared_file"))),
    _papers("empty-document", "a file of no bytes", (*without("承诺书"), ("承诺书.pdf",
            fixed(b""))),
            correction("document.empty", lacks=_lacking("承诺书", state="unreadable"),
                       says=("空文件",))),
    _papers("spare-broken", "what nobody asked for need not be mended",
            (*FULL, ("证明材料/报告.pdf", broken)),
            complete("material.spare_unreadable", lacks={"证明材料": "unreadable"},
                     says=("通知要求的材料不受影响",))),
    _papers("old-form", "an old version of the form",
            (*without("推荐表"), ("推荐表.pdf", saying("pdf", "质量标杆推荐表", "2019年度",
                                                       "{单位}"))),
            complete("material.old_form", person=True, silent_on=("2019年度",)),
            programme="forms-2021"),
    _papers("other-company", "another company's file inside is for a person, and not told",
            (*without("推荐表"), ("推荐表.pdf", form("pdf", number="",
                                                     name="青岛海天食品有限公司"))),
            complete("identity.form_name_differs", "agreement.nothing_of_its_own", person=True,
                     says=("是否误附其他单位的材料",), silent_on=("青岛海天",))),
    _papers("other-number", "a form with another number",
            (*without("推荐表"), ("推荐表.pdf", form("pdf", number="ZB20219876"))),
            complete("identity.form_number_differs", person=True, silent_on=("ZB20219876",))),
    _papers("good-code", "a real 统一社会信用代码",
            (*without("推荐表"), ("推荐表.pdf", form("pdf", code="91110108551385082Q"))),
            complete(never=("field.uscc_wrong",), person=False)),
    _papers("bad-code", "a wrong 统一社会信用代码 is for a person",
            (*without("推荐表"), ("推荐表.pdf", form("pdf", code="91310115MA1H8R7C6D"))),
            complete("field.uscc_wrong", person=True, silent_on=("91310115MA1H8R7C6D",))),
    _papers("five-defects", "一次性告知: every defect in ONE letter",
            ("推荐表.docx", ("承诺书.pdf", locked)),
            correction("material.wrong_format", "document.encrypted", "material.missing",
                       lacks={"推荐表": "wrong_format", "承诺书": "unreadable",
                              "申报材料": "missing"},
                       says=("1. ", "2. ", "3. "))),
    one("form-identifies", "the 推荐表 inside identifies number and unit",
        mail("申报材料", rar(("推荐表.pdf", form("pdf")), "承诺书.pdf", "申报材料.docx",
                             name="材料.rar")),
        complete("identity.from_form", "subject.no_number", "subject.no_name",
                 "subject.trailing_words",
                 says=("今后请以“{编号}+{单位}”作为邮件主题和压缩包名称",))),
    one("pieced", "the number from the subject, the name from the package: a person looks",
        mail("{编号}", rar(*FULL, name="{单位}.rar")),
        complete("identity.pieced", "subject.no_number", "subject.no_name", person=True)),
)  # fmt: skip
