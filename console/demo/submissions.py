"""Realistic submissions to the national programme, each with what is to come of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache

from console.demo.mails import compose
from console.demo.papers import docx, pdf_scan
from console.demo.rar import rar5

SHANGHAI = timezone(timedelta(hours=8))
MAILBOX = "shenbao@example.test"
PROGRAMME = "national-2021"


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail of the demo. about: what is special. outcome, receipt: what is to come of it.
    carries: mails that lie in this one, in the order of their application numbers."""

    about: str
    data: bytes
    received_at: datetime
    outcome: str
    receipt: str
    carries: tuple[DemoMail, ...] = ()

    @property
    def all(self) -> tuple[DemoMail, ...]:
        """The mail, and behind it those that it carries."""
        return (self, *self.carries)


@cache
def demo_mails() -> list[DemoMail]:
    """The mails in order of arrival."""
    taishan = _package("ZB20210101", "山东泰山机械制造有限公司")
    lunan = "山东鲁南精工股份有限公司"
    return [
        _mail("good, from Foxmail", 1, "ZB20210101+山东泰山机械制造有限公司",
              [("ZB20210101+山东泰山机械制造有限公司.rar", taishan)], "complete", "complete"),
        _mail("good, from NetEase web mail", 2, "ZB20210102+青岛海辰电子科技有限公司",
              [("ZB20210102+青岛海辰电子科技有限公司.rar",
                _package("ZB20210102", "青岛海辰电子科技有限公司"))],
              "complete", "complete", style="netease"),
        _mail("other separator", 3, "ZB20210103-烟台北方化工集团有限公司",
              [("ZB20210103-烟台北方化工集团有限公司.rar",
                _package("ZB20210103", "烟台北方化工集团有限公司"))],
              "complete", "complete", style="outlook"),
        _mail("no number", 4, "潍坊东方食品有限公司质量标杆申报材料",
              [("申报材料.rar", _package("", "潍坊东方食品有限公司"))], "returned", "returned"),
        _mail("archive closed by a password", 5, "ZB20210105+济宁太白湖酒业有限公司",
              [("ZB20210105+济宁太白湖酒业有限公司.rar",
                _package("ZB20210105", "济宁太白湖酒业有限公司", password="2021"))],
              "returned", "returned"),
        _mail("承诺书 is missing", 6, f"ZB20210106+{lunan}",
              [(f"ZB20210106+{lunan}.rar", _package("ZB20210106", lunan, pledge=False))],
              "correction", "correction"),
        _mail("forwarded, with prefixes and a tag", 7,
              "Fw: 转发：【质量标杆】ZB20210107+临沂蒙山建材有限责任公司",
              [("ZB20210107+临沂蒙山建材有限责任公司.rar",
                _package("ZB20210107", "临沂蒙山建材有限责任公司"))],
              "complete", "complete", style="netease"),
        _mail("the unsealed Word file instead of the scan", 8, "ZB20210108+淄博齐韵陶瓷有限公司",
              [("ZB20210108+淄博齐韵陶瓷有限公司.rar",
                _package("ZB20210108", "淄博齐韵陶瓷有限公司", word_form=True))],
              "correction", "correction"),
        _mail("the same again", 9, "ZB20210101+山东泰山机械制造有限公司",
              [("ZB20210101+山东泰山机械制造有限公司.rar", taishan)], "duplicate", "duplicate",
              sender="zb20210101"),
        _mail("second revision, with the 承诺书", 10, f"ZB20210106+{lunan}",
              [(f"ZB20210106+{lunan}.rar", _package("ZB20210106", lunan))],
              "complete", "superseding", sender="zb20210106"),
        _mail("named .rar, really a ZIP with GBK names", 11, "ZB20210111+德州禹城生物科技有限公司",
              [("ZB20210111+德州禹城生物科技有限公司.rar",
                _zip(_papers("ZB20210111", "德州禹城生物科技有限公司")))],
              "complete", "complete"),
        _mail("only an oversize-attachment link", 12, "ZB20210112+威海海洋装备有限公司", [],
              "returned", "returned", style="netease", text=_LINK),
        _mail("automatic reply", 13, "自动回复: 材料接收回执", [], "ignored", "none",
              headers={"Auto-Submitted": "auto-replied"}, text="您的邮件已收到。"),
        _bureau(),
        _mail("late", 24 * 40, "ZB20210114+聊城运河纺织有限公司",
              [("ZB20210114+聊城运河纺织有限公司.rar",
                _package("ZB20210114", "聊城运河纺织有限公司"))],
              "late_pending", "late_pending"),
    ]  # fmt: skip


def _bureau() -> DemoMail:
    """A city bureau that forwards two enterprises' mails, as attachments."""
    titles = ["ZB20210115+菏泽牡丹纺织有限公司", "ZB20210116+菏泽曹州木业有限公司"]
    inner = tuple(
        _mail("— within it", 14, title,
              [(f"{title}.rar", _package(*title.split("+"), pledge=whole))], outcome, outcome)
        for title, whole, outcome in (
            (titles[0], True, "complete"), (titles[1], False, "correction")
        )
    )  # fmt: skip
    attached = [(f"{title}.eml", one.data) for title, one in zip(titles, inner, strict=True)]
    outer = _mail(
        "a city bureau forwards two mails", 14, "转发：菏泽市质量标杆申报邮件", attached,
        "forwarded", "none", sender="hzgxj", text="现转发我市两家企业的申报邮件，请查收。",
    )  # fmt: skip
    return replace(outer, carries=inner)


_LINK = (
    "您好，材料较大，请从网易超大附件下载：\n"
    "ZB20210112+威海海洋装备有限公司.rar (312.5M, 2021年6月25日 10:00 到期)\n"
    "http://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&file=abc\n"
)


def _mail(
    about: str,
    hour: int,
    subject: str,
    attachments: Sequence[tuple[str, bytes]],
    outcome: str,
    receipt: str,
    *,
    style: str = "foxmail",
    sender: str = "",
    text: str = "",
    headers: dict[str, str] | None = None,
) -> DemoMail:
    when = datetime(2021, 5, 17, 9, 0, tzinfo=SHANGHAI) + timedelta(hours=hour, minutes=hour % 60)
    name = subject.split("+")[-1][-20:]
    box = sender or (subject[subject.find("ZB") :][:10].lower() if "ZB" in subject else f"qy{hour}")
    data = compose(
        subject=subject,
        sender=f"{box}@example.com",
        sender_name=name,
        to=MAILBOX,
        date=when - timedelta(minutes=2),
        attachments=attachments,
        text=text or f"您好，附件为{name}的申报材料，请查收。\n",
        style=style,  # type: ignore[arg-type]
        headers=headers,
    )
    return DemoMail(about, data, when, outcome, receipt)


def _papers(
    number: str, name: str, *, pledge: bool = True, word_form: bool = False
) -> list[tuple[str, bytes]]:
    """The four materials as a careful enterprise sends them."""
    seed = sum(name.encode())
    lines = ["质量标杆推荐表", f"企业名称：{name}", f"申报编号：{number}"]
    form = docx("质量标杆推荐表", lines[1:], [["企业名称", name], ["联系人", "王工"]])
    scan = pdf_scan(lines=lines, seal_name=name, seed=seed)
    papers = [
        ("推荐表.docx", form) if word_form else ("推荐表.pdf", scan),
        ("申报材料.docx", _application(name)),
        ("证明材料/专利证书.docx", docx("专利证书", [f"专利权人：{name}"])),
    ]
    if pledge:
        pledged = ["承诺书", f"{name}郑重承诺：所提交的材料真实、准确、完整。"]
        papers.append(("承诺书.pdf", pdf_scan(lines=pledged, seal_name=name, seed=seed + 1)))
    return papers


def _application(name: str) -> bytes:
    return docx(
        "质量标杆申报材料",
        [
            f"申报单位：{name}",
            "一、企业概况",
            f"{name}成立于1998年，主要从事装备研发与制造。",
            "二、质量管理典型经验",
            "企业推行全员、全过程、全方位的质量管理，形成可复制推广的做法。",
        ],
        [["年度", "营业收入（万元）"], ["2018", "10230"], ["2019", "11875"], ["2020", "12960"]],
    )


def _package(
    number: str,
    name: str,
    *,
    pledge: bool = True,
    word_form: bool = False,
    password: str | None = None,
) -> bytes:
    papers = _papers(number, name, pledge=pledge, word_form=word_form)
    return rar5(papers, password=password, encrypt_headers=password is not None, seed=name.encode())


class _GbkName(zipfile.ZipInfo):
    """Writes its name as Windows in Chinese does: in GBK, and no word about that."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile calls it so)
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def _zip(papers: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in papers:
            info = _GbkName(name, (2021, 5, 17, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return out.getvalue()
