"""Files that stay on a mail provider's or cloud disk's server: recognised, never fetched.

Recognised by the address alone (`providers.py`); name, size, expiry and access code are taken as
the mail shows them, from the link's attributes, its text, what stands beside it, and the address
(NetEase "从网易163邮箱发来的超大附件", QQ `bigatt_bt`, 189 `expired=`, Mail Drop `f=` and `sz=`).

Residual risk: name, size, expiry and code are the sender's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from model.message import CloudLink
from parsers.message.headers import one_line
from parsers.message.plain import Anchor, Flow
from parsers.message.providers import code_in, file_link, identity_of, provider_of, query_of

_CHINA = timezone(timedelta(hours=8))
_NEAR_CHARACTERS = 300
_CODE_CHARACTERS = 60
"""How far behind a link its access code may stand."""

_SIZE = re.compile(
    r"(?<![\w.])(\d{1,6}(?:\.\d{1,3})?\s?(?:[KMGT]i?B?|字节|bytes|B))(?![A-Za-z])", re.IGNORECASE
)
_DATE = r"(?:20\d\d[年/.-]\d{1,2}[月/.-]\d{1,2}日?(?:\s{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?)"
_EXPIRY = re.compile(
    rf"({_DATE})\s{{0,3}}(?:到期|过期|失效|前有效)"
    rf"|(?:到期|过期|失效|有效期)(?:时间|日期|至|到|为)?\s{{0,3}}[:：]?\s{{0,3}}({_DATE}|无限期|永久有效|永久|\d{{1,3}}\s?天)"
    r"|(无限期|永久有效)"
)
_ENDING = (
    r"\.(?:rar|zip|7z|tar|gz|tgz|pdf|ofd|docx?|wps|et|xlsx?|pptx?|jpe?g|png|tiff?|mp4|mov|avi|iso"
    r"|exe|eml)(?![A-Za-z0-9])"
)
_FILE_NAME = re.compile(rf"[^\s/\\:*?\"<>|，；：「」【】]{{1,200}}{_ENDING}", re.IGNORECASE)
_WHOLE_NAME = re.compile(
    rf"(?!(?:点击|立即|下载|附件|文件|download)[^.]{{0,9}}[\s:：])([^\n]{{1,200}}?{_ENDING})\s*(?:[（(][^\n]*)?$",
    re.IGNORECASE,
)
"""A name may hold blanks, where it is all that a link shows."""
_DETAILS = re.compile(r"[，,；;]\s{0,3}(?:文件)?(?:大小|过期|到期|有效期)")
_CODE = re.compile(
    r"(?:提取码|提取密码|访问码|访问密码|取件码|分享码|共享密码|链接密码|口令|(?<!解压)(?<!压缩包)密码|(?:extraction|access)\s?code"
    r"|passcode)(?:\s{0,3}[:：是为]?\s{0,3})([A-Za-z0-9]{3,12})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"(?:分享的文件|文件名称?|文件)\s{0,3}[:：]\s{0,3}([^\n]{1,200})|分享了?「([^」\n]{1,200})」"
)
_NOT_A_NAME = re.compile(
    r"(?:点击|立即|直接|进入|打开|查看|在线|推荐|普通|高速|客户端|极速|浏览器|此处|这里|文件|附件|链接|地址|网页|页面"
    r"|下载|预览|收藏|转存|保存|download|click|here|open|view|to|attachment|[\s>»:：()（）-])*",
    re.IGNORECASE,
)


def links_in(flow: Flow, *, name_before: bool) -> list[CloudLink]:
    """One link for each address, in order.

    name_before: name and size stand in front of the address (plain text); in HTML they stand in
    the link or after it.
    """
    anchors = [
        replace(anchor, url=url) for anchor in flow.anchors if (url := file_link(anchor.url))
    ]
    found: dict[tuple[str, str], CloudLink] = {}
    for index, anchor in enumerate(anchors):
        url, identity = anchor.url, identity_of(anchor.url)
        others = [anchors[at] for at in (index - 1, index + 1) if 0 <= at < len(anchors)]
        left = max([other.end for other in others if other.end <= anchor.start], default=0)
        right = min(
            [o.start for o in others if o.start >= anchor.end and identity_of(o.url) != identity],
            default=len(flow.text),
        )
        before = flow.text[max(left, anchor.start - _NEAR_CHARACTERS) : anchor.start]
        after = flow.text[anchor.end : min(right, anchor.end + _NEAR_CHARACTERS)]
        own = flow.text[anchor.start : min(anchor.end, anchor.start + _NEAR_CHARACTERS)].strip()
        # An address shown as text says nothing: "a%40b.cn" is no 40 bytes.
        shown = "" if "://" in own or own in url else own
        beside = (before, after) if name_before else (after, before)
        link = CloudLink(
            url=url,
            provider=provider_of(url),
            name=_name(anchor, own, before),
            size=_first(_SIZE, anchor.title, shown, *beside) or _size_in(url),
            expires=_first(_EXPIRY, anchor.title, shown, *beside) or _expiry_in(url),
            code=_code(url, after, "" if index else before),
        )
        found[identity] = _merge(found[identity], link) if identity in found else link
    return list(found.values())


def merge(groups: Iterable[Iterable[CloudLink]]) -> tuple[CloudLink, ...]:
    """Links of all bodies; the same address in the plain and the HTML body is one link."""
    found: dict[tuple[str, str], CloudLink] = {}
    for group in groups:
        for link in group:
            key = identity_of(link.url)
            found[key] = _merge(found[key], link) if key in found else link
    return tuple(found.values())


def _merge(one: CloudLink, other: CloudLink) -> CloudLink:
    return replace(
        one,
        name=one.name or other.name,
        size=one.size or other.size,
        expires=one.expires or other.expires,
        code=one.code or other.code,
    )


def _name(anchor: Anchor, own: str, before: str) -> str:
    if anchor.filename.strip():
        return anchor.filename.strip()
    for text in (own, anchor.title.strip().split("\n")[0].strip()):
        if (
            text
            and "://" not in text
            and text not in anchor.url
            and not _NOT_A_NAME.fullmatch(text)
        ):
            whole = _WHOLE_NAME.match(text)
            named = _FILE_NAME.search(text)
            return whole[1] if whole else named[0] if named else text[:200]
    shared = list(_SHARED.finditer(before))
    if shared:
        return _DETAILS.split(shared[-1][1] or shared[-1][2])[0].strip()
    named_before = list(_FILE_NAME.finditer(before))
    return named_before[-1][0] if named_before else _name_in(anchor.url)


def _name_in(url: str) -> str:
    """The file's name, where the address carries it."""
    values = query_of(url)
    for key in ("f", "fileName", "filename", "name", "title"):
        if _FILE_NAME.search(values.get(key, "")):
            return one_line(values[key]).strip()[:200]
    return ""


def _code(url: str, after: str, before: str) -> str:
    """Behind the link, or in its address; before it only where no other link stands there."""
    behind = _CODE.search(after[:_CODE_CHARACTERS])
    if behind:
        return behind[1]
    if code := one_line(code_in(url)).strip():
        return code
    ahead = list(_CODE.finditer(before[-_CODE_CHARACTERS:]))
    return ahead[-1][1] if ahead else ""


def _first(pattern: re.Pattern[str], *texts: str) -> str:
    for text in texts:
        match = pattern.search(text[: 2 * _NEAR_CHARACTERS])
        if match:
            return next(group for group in match.groups() if group).strip()
    return ""


def _size_in(url: str) -> str:
    """Apple's Mail Drop writes the size into the address, in bytes."""
    value = query_of(url).get("sz", "")
    return f"{value}字节" if re.fullmatch(r"[0-9]{1,12}", value) else ""


def _expiry_in(url: str) -> str:
    """189 writes the expiry into the address, in milliseconds since 1970."""
    value = query_of(url).get("expired", "")
    if not re.fullmatch(r"[0-9]{13}", value):
        return ""
    moment = datetime.fromtimestamp(int(value) / 1000, UTC).astimezone(_CHINA)
    return f"{moment:%Y-%m-%d %H:%M}"
