"""What goes wrong in real mailboxes: how programs mangle names, and links instead of files."""

from __future__ import annotations

import base64

from tests.builders.hostile.tnef_file import file_of, tnef
from tests.builders.mails import mail as raw_mail
from tests.builders.mails import multipart, part, word
from tests.cases.applicant import Applicant
from tests.cases.case import complete, nobody, one, returned
from tests.cases.mails import (
    FULL,
    RIGHT,
    Mail,
    bare,
    mail,
    rar,
    renamed,
    zipped,
)

RARE = "山东喆镕機械有限公司"
"""Characters that GB2312 lacks."""


def _raw(subject: bytes, name: bytes) -> Mail:
    """A mail with these very bytes as its subject and its package's name."""

    def write(sent: Mail, who: Applicant) -> bytes:
        package = rar(*FULL).make(who)
        disposition = b'attachment; filename="' + name + b'"'
        parts = multipart(
            part("您好".encode(), media_type=b"text/plain; charset=utf-8"),
            part(package, disposition=disposition),
        )
        top = b"Message-ID: <raw-%s@example.com>\n" % who.key.encode()
        return raw_mail(top + parts, subject=subject, sender=who.address.encode())

    return Mail(raw=write)


def _split_word(text: str) -> bytes:
    """Encoded words cut in the middle of a character, as NetEase's old web mail did."""
    data = text.encode("gbk")
    pieces = [data[at : at + 15] for at in range(0, len(data), 15)]  # an odd number of bytes
    return b"\n ".join(b"=?GBK?B?" + base64.b64encode(one) + b"?=" for one in pieces)


RARE_TITLE = f"ZB20215001+{RARE}"
SPLIT = "ZB20215003+山东海辰精密机械股份有限公司"
RAW8 = "ZB20215002+山东海辰新材料有限公司"

ENCODINGS = (
    one(
        "encoding-gb18030-as-gb2312",
        "GB18030 bytes declared GB2312",
        _raw(
            word(RARE_TITLE, "gb18030", declared="gb2312"),
            word(f"{RARE_TITLE}.rar", "gb18030", declared="gb2312"),
        ),
        complete(person=False),
        number="ZB20215001",
        name=RARE,
    ),
    one(
        "encoding-raw-8-bit",
        "raw 8-bit headers",
        _raw(RAW8.encode("gbk"), f"{RAW8}.rar".encode("gbk")),
        complete(person=False),
        number="ZB20215002",
        name="山东海辰新材料有限公司",
    ),
    one(
        "encoding-split-word",
        "encoded words split inside a character",
        _raw(_split_word(SPLIT), _split_word(f"{SPLIT}.rar").replace(b"\n ", b" ")),
        complete(person=False),
        number="ZB20215003",
        name="山东海辰精密机械股份有限公司",
    ),
    one(
        "name-att00001",
        "names arriving as ATT00001.bin: the bytes say what it is",
        mail(RIGHT, renamed(rar(*FULL), "ATT00001.bin")),
        complete("attachment.ending_lies", silent_on=("缺少", "ATT00001中", "简称"), person=False),
    ),
    one(
        "name-tcmime",
        "names arriving as tcmime.bin",
        mail(RIGHT, renamed(zipped(*FULL), "tcmime.bin")),
        complete(
            "attachment.other_format",
            "attachment.ending_lies",
            says=("RAR格式",),
            silent_on=("简称",),
            person=False,
        ),
    ),
    one(
        "outlook-style",
        "RFC 2231 names in pieces",
        mail(style="outlook"),
        complete(person=False),
    ),
    one(
        "netease-style",
        "GBK words in quotes",
        mail(style="netease"),
        complete(person=False),
    ),
    one(
        "winmail",
        "winmail.dat: what Outlook wrapped is taken out",
        Mail(
            raw=lambda _sent, who: raw_mail(
                b"Message-ID: <tnef-%s@example.com>\n" % who.key.encode()
                + multipart(
                    part(b"hello\n", media_type=b"text/plain", encoding=""),
                    part(
                        tnef(
                            file_of(
                                rar(*FULL).make(who), b"A.RAR", long_name=f"{who.fill(RIGHT)}.rar"
                            )
                        ),
                        media_type=b"application/ms-tnef; name=winmail.dat",
                    ),
                ),
                subject=word(who.fill(RIGHT), "utf-8"),
                sender=who.address.encode(),
            )
        ),
        complete("message.tnef_opened"),
    ),
)

NETEASE = (
    "材料较大，请下载：\n{编号}+{单位}.rar (312.5M, 2021年6月25日 10:00 到期)\n"
    "http://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&file=abc1"
)
QQ = (
    "从QQ邮箱发来的超大附件\n{编号}+{单位}.rar (215.3M, 2021年06月25日 10:00 到期)\n"
    "进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=abc&t=exs_ftn_download&code=abc123"
)

LINKS = (
    one("link-netease", "only an expiring link: returned, and told why",
        bare(text=NETEASE),
        returned("attachment.link_only", "attachment.split_volumes",
                 says=("链接会过期", "没有附件", "普通附件"), silent_on=("http",))),
    one("link-qq", "QQ oversize attachment",
        bare(text=QQ),
        returned("attachment.link_only", "attachment.split_volumes", says=("普通附件",),
                 silent_on=("http", "abc123"))),
    one("link-cloud-disk", "a cloud disk's link with its code",
        bare(text="材料：链接：https://pan.baidu.com/s/1AbCdEfGh 提取码：9x8y"),
        returned("attachment.link_only", "attachment.split_volumes", says=("百度网盘",),
                 silent_on=("9x8y", "http"))),
    one("link-besides", "a link beside the files is told and looked at by a person",
        mail(text=NETEASE),
        complete("attachment.link_besides", says=("链接中的内容未下载",), person=True)),
    one("link-only-nobody", "only a link, and nobody known",
        bare("申报材料", text=NETEASE),
        nobody("attachment.link_only", "attachment.split_volumes", "subject.no_number",
               "subject.no_name", "subject.trailing_words")),
    one("no-attachment", "nothing attached at all",
        bare(), returned("attachment.none", says=("没有附件",))),
)  # fmt: skip

CASES = (*ENCODINGS, *LINKS)
