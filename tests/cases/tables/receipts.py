"""Receipts: who is answered and who is not, and what a letter may never carry along."""

from __future__ import annotations

from tests.cases.case import Case, Want, complete, correction, nobody, one
from tests.cases.mails import FULL, RIGHT, Mail, mail, rar, without

UNKNOWN = ("subject.no_number", "subject.no_name", "subject.trailing_words")


def _unanswered(key: str, reason: str, sent: Mail, **more: object) -> Case:
    """A submission, filed and complete, whose sender no machine may answer (RFC 3834)."""
    want = Want("complete", "", ("mail.not_answered",), why_none=reason, person=True)
    return one(f"unanswered-{key}", "a submission that no machine may answer", sent, want, **more)


CASES = (
    _unanswered("noreply", "robot", mail(sender="noreply@example.com")),
    _unanswered("postmaster", "robot", mail(sender="postmaster@example.com")),
    _unanswered("null-path", "null_return_path", mail(headers={"Return-Path": "<>"})),
    _unanswered("auto-submitted", "auto_submitted",
                mail(headers={"Auto-Submitted": "auto-generated"})),
    _unanswered("list", "mailing_list", mail(headers={"List-Id": "<list.example.com>"})),
    _unanswered("bulk", "bulk", mail(headers={"Precedence": "bulk"})),
    _unanswered("ourselves", "own_address", mail(sender="shenbao@example.test")),
    one("answered-auto-no", "Auto-Submitted: no is a person",
        mail(headers={"Auto-Submitted": "no"}), complete()),
    one("answered-not-reply-to", "Reply-To is recorded, never followed",
        mail(headers={"Reply-To": "other@elsewhere.example"}),
        complete(silent_on=("elsewhere",))),
    one("junk-known", "found among the junk and known: answered",
        mail(folder="Junk"), complete("mail.from_junk", silent_on=("Junk", "垃圾"))),
    one("junk-unknown", "found among the junk and unknown: to answer would confirm the address",
        mail("申报材料", rar(*FULL, name="材料.rar"), folder="Junk"),
        Want("returned", "", ("identity.unknown", *UNKNOWN, "mail.from_junk", "mail.not_answered"),
             why_none="junk", number="", name="", person=True)),
    one("markup-in-name", "what applicants wrote is text in the HTML, never markup",
        mail(RIGHT, rar(*FULL, name="{编号}+{单位}<b>终稿</b>.rar")),
        complete("subject.decorated", "subject.no_number", "subject.no_name", person=False)),
    one("lines-in-subject", "a subject with line breaks gives the letter no header",
        mail("{编号}+{单位}\r\n Bcc: victim@example.com"),
        complete("subject.trailing_words", person=False)),
    one("contact", "经办人 and 电话 stand in each letter",
        mail(), complete(says=("经办人", "李老师", "电话", "0531-51781234"))),
    one("no-prefix-shown", "complete: what is asked for is there, each line of the list says so",
        mail(RIGHT, rar(*FULL, "证明材料/专利证书.docx")),
        complete(says=("推荐表", "1份", "PDF", "Word", "已收到", "印章待人工核验"))),
    one("only-registered", "the letter says 收到 and 登记, never 受理",
        mail(), complete(says=("已收到并登记",))),
    one("returned-shows-example", "退回 shows how to name the mail",
        mail("申报材料", rar(*FULL, name="材料.rar")),
        nobody(*UNKNOWN, says=("ZB20210137+山东某某有限公司",))),
    one("correction-shows-exact-subject", "补正 shows the exact subject to use",
        mail("{单位}-{编号}", rar(*without("承诺书"))),
        correction("material.missing", "subject.order_reversed", "subject.other_separator",
                   lacks={"承诺书": "missing"}, says=("正确的邮件主题", RIGHT))),
    one("long-name", "a very long name is told whole",
        mail(),
        complete(person=False),
        name="山东省泰山高端装备智能制造与工业互联网质量提升技术创新（济南）集团股份有限公司"),
    one("html-only", "a mail with HTML alone", mail(html="<p>您好，见附件</p>", text=""),
        complete()),
)  # fmt: skip
