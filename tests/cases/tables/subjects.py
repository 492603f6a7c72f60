"""Subject verdicts: as asked, unambiguous but not as asked, not to be tied to anyone, no mail of a
person at all. The package is named as it should be unless a line says otherwise."""

from __future__ import annotations

from tests.cases.case import Case, complete, ignored, nobody, one
from tests.cases.mails import FULL, RIGHT, Mail, bare, mail, rar

UNNAMED = rar(*FULL, name="材料.rar")
"""A package whose name tells nothing."""
SHOWN = ("今后请以“{编号}+{单位}”作为邮件主题", "{编号}+{单位}")
QUIET = ("今后请",)


def _noted(key: str, subject: str, *codes: str, says: tuple[str, ...] = ()) -> Case:
    """Unambiguous, but not as asked: taken with a note, and the right subject is shown."""
    codes_ = tuple(f"subject.{one}" for one in codes)
    return one(
        f"subject-{key}",
        "accept_with_note: unambiguous but not as asked",
        mail(subject),
        complete(*codes_, says=(*says, "正确的邮件主题", RIGHT), person=False),
    )


def _as_asked(key: str, subject: str, **more: str) -> Case:
    return one(
        f"subject-{key}",
        "accept: as the rule says, after NFKC, white space and bracket folding",
        mail(subject),
        complete(silent_on=(*QUIET, "正确的邮件主题"), person=False),
        **more,
    )


def _rescued(key: str, subject: str, *codes: str, person: bool = False) -> Case:
    """A bad subject alone is only a note when the package's name identifies number and unit."""
    codes_ = ("identity.from_package", *(f"subject.{one}" for one in codes))
    return one(
        f"subject-rescued-{key}",
        "a bad subject alone is only a note where the archive's name identifies number and unit",
        mail(subject),
        complete(*codes_, says=SHOWN, person=person),
    )


def _returned(key: str, subject: str, *codes: str, **more: object) -> Case:
    # The package's name says nothing either, which is told as well.
    codes_ = (*codes, "no_number", "no_name", "trailing_words")
    return one(
        f"subject-returned-{key}",
        "return: cannot be tied to one applicant",
        mail(subject, UNNAMED),
        nobody(*(f"subject.{one}" for one in dict.fromkeys(codes_)), says=("退回",), **more),
    )


def _machine(key: str, sent: Mail, *codes: str) -> Case:
    return one(f"machine-{key}", "ignore: no answer at all", sent, ignored(*codes))


AS_ASKED = (
    _as_asked("as-asked", RIGHT),
    _as_asked("fullwidth-plus", "{编号}＋{单位}"),
    _as_asked("fullwidth-number", "ＺＢ２０２１００９９+{单位}", number="ZB20210099"),
    _as_asked("blanks-around", "  {编号} + {单位}  "),
    _as_asked("blank-in-name", "{编号}+山东 海辰 新材料 有限公司", name="山东海辰新材料有限公司"),
    _as_asked("brackets-half", "{编号}+海辰(山东)新材料有限公司",
              name="海辰(山东)新材料有限公司"),
    one(
        "subject-brackets-differ",
        "bracket forms are unified: 主题用（），压缩包用()",
        mail("{编号}+海辰（山东）新材料有限公司",
             rar(*FULL, name="{编号}+海辰(山东)新材料有限公司.rar")),
        complete(silent_on=("单位名称不一致",), person=False),
        name="海辰（山东）新材料有限公司",
    ),
)  # fmt: skip

NOTED = (
    _noted("dash", "{编号}-{单位}", "other_separator", says=("通知要求用“+”",)),
    _noted("underscore", "{编号}_{单位}", "other_separator"),
    _noted("long-dash", "{编号}——{单位}", "other_separator"),
    _noted("em-dash", "{编号}—{单位}", "other_separator"),
    _noted("blank", "{编号} {单位}", "other_separator"),
    _noted("comma", "{编号}，{单位}", "other_separator"),
    _noted("nothing-between", "{编号}{单位}", "no_separator"),
    _noted("reversed", "{单位}+{编号}", "order_reversed"),
    _noted("reversed-dash", "{单位}-{编号}", "order_reversed", "other_separator"),
    _noted("reversed-bracketed", "{单位}（{编号}）", "order_reversed", "decorated"),
    _noted("quotes", "“{编号}+{单位}”", "decorated"),
    _noted("book-marks", "《{编号}+{单位}》", "decorated"),
    _noted("lenticular", "【{编号}】+【{单位}】", "decorated"),
    _noted("tag", "【质量标杆】{编号}+{单位}", "tag"),
    _noted("external-tag", "[External] {编号}+{单位}", "tag"),
    _noted("city", "济南市{编号}+{单位}", "city_in_front"),
    _noted("city-dash", "济南-{编号}+{单位}", "city_in_front"),
    _noted("trailing-material", "{编号}+{单位}申报材料", "trailing_words"),
    _noted("trailing-revised", "{编号}+{单位}（修改版）", "trailing_words"),
    _noted("trailing-date", "{编号}+{单位}20210517", "trailing_words"),
    _noted("labels", "申报编号：{编号}+申报单位：{单位}", "label_words"),
    _noted("repeated", "{编号}+{单位}+{编号}", "repeated"),
    _noted("zero-width", "{编号}\u200b+\u200b{单位}", "invisible_characters"),
    _noted("all-at-once", "回复：【质量标杆】“{单位}-{编号}”申报材料", "tag", "order_reversed",
           "other_separator", "decorated", "trailing_words"),
)  # fmt: skip

PREFIXES = tuple(
    one(
        f"subject-prefix-{key}",
        "回复/转发/Re/Fw prefixes in any number and width: recorded, the applicant is not bothered",
        mail(f"{prefix}{RIGHT}"),
        complete("subject.reply_prefix", silent_on=QUIET, person=False),
    )
    for key, prefix in (
        ("re", "Re: "),
        ("re-number", "Re[2]: "),
        ("huifu", "回复："),
        ("zhuanfa", "转发:"),
        ("fullwidth", "ＦＷ："),
        ("many", "回复：转发：RE: Fw: 答复："),
    )
)

RESCUED = (
    _rescued("words", "申报材料", "no_number", "no_name", "trailing_words"),
    _rescued("empty", "", "empty"),
    _rescued("number-only", "{编号}", "no_name"),
    _rescued("name-only", "{单位}", "no_number"),
    _rescued("short-name", "{编号}+泰山机械", "short_name"),
    _rescued("two-numbers", "{编号}、ZB20219999+{单位}", "two_numbers", person=True),
    _rescued("template", "申报编号+申报单位全称", "template_text", person=True),
    one(
        "subject-branch-package-of-unit",
        "分公司 is not an independent legal person",
        mail("{编号}+{单位}济南分公司"),
        complete("identity.from_package", "subject.branch", person=True, says=("不是独立法人",)),
    ),
)

RETURNED = (
    _returned("words", "申报材料"),
    _returned("number-only", "{编号}", number="{编号}"),
    _returned("name-only", "{单位}", name="{单位}"),
    _returned("short-name", "{编号}+泰山机械", "short_name", number="{编号}"),
    _returned(
        "two-numbers", "{编号}、ZB20219999+{单位}", "two_numbers", name="{单位}", person=True
    ),
    _returned(
        "two-names",
        "{编号}+{单位}、山东天源化工有限公司",
        "two_names",
        number="{编号}",
        person=True,
    ),
    _returned("template", "申报编号+申报单位全称", "template_text", person=True),
    _returned("branch", "{编号}+{单位}济南分公司", "branch", number="{编号}", person=True),
    _returned("branch-office", "{编号}+{单位}青岛办事处", "branch", number="{编号}", person=True),
)

MACHINES = (
    _machine("vacation", bare("自动回复: 材料接收回执", headers={"Auto-Submitted": "auto-replied"},
                              text="您的邮件已收到。"), "mail.automatic"),
    _machine("vacation-unmarked", bare("自动回复：您好", text="本人出差，稍后回复。"),
             "mail.automatic"),
    _machine("out-of-office", bare("Out of Office: ZB", text="I am away."),
             "mail.automatic"),
    _machine("bounce-subject", bare("系统退信/Systems bounce", text="投递失败"), "mail.automatic"),
    _machine("undelivered", bare("Undelivered Mail Returned to Sender",
                                 sender="MAILER-DAEMON@example.com",
                                 headers={"Return-Path": "<>"}), "mail.automatic"),
    _machine("read-receipt", bare("已读: 质量标杆申报", text="已读"), "mail.automatic"),
    _machine("list", bare("本周行业快讯", headers={"List-Id": "<news.example.com>",
                          "List-Unsubscribe": "<mailto:off@example.com>"}), "mail.automatic"),
    _machine("generated", bare("备份完成", headers={"Auto-Submitted": "auto-generated"}),
             "mail.automatic"),
    one(
        "machine-subject-with-package",
        "a mail that brings a package is a submission, however machine-made its subject looks",
        mail("自动回复：{编号}+{单位}"),
        complete("identity.from_package", says=SHOWN),
    ),
)  # fmt: skip

CASES = (*AS_ASKED, *NOTED, *PREFIXES, *RESCUED, *RETURNED, *MACHINES)
