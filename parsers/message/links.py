"""Files that stay on a mail provider's or cloud disk's server: recognised, never fetched.

Recognised by the address alone; name, size and expiry are taken as the mail shows them, from
the link's attributes, its text, and what stands beside it. Providers as seen in public mails
and in the programs that send them (NetEase "从网易163邮箱发来的超大附件", QQ `bigatt_bt`,
189 `expired=` in the address).

Residual risk: name, size and expiry are the sender's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from model.message import CloudLink
from parsers.message.plain import Anchor, Flow

_CHINA = timezone(timedelta(hours=8))
_NEAR_CHARACTERS = 300

_PROVIDERS: tuple[tuple[str, str, str], ...] = (
    # provider, host (whole), path with query (from its start)
    ("netease", r"(?:\w+\.)*mail\.(?:163|126|188)\.com|mail\.yeah\.net", r"/.*(?:attach|cloud)"),
    ("netease", r"dashi\.163\.com", r"/.*attachment"),
    ("netease", r"(?:\w+\.)*fs\.163\.com|fs\.mail\.163\.com", r"/."),
    ("qq", r"(?:\w+\.)*mail\.qq\.com|exmail\.qq\.com", r"/(?:ftn/|cgi-bin/ftn|s\?|.*exs_ftn)"),
    ("weiyun", r"share\.weiyun\.com|www\.weiyun\.com|weiyun\.com", r"/."),
    ("weixin", r"drive\.weixin\.qq\.com", r"/s"),
    ("139", r"(?:caiyun|yun)\.(?:feixin\.10086\.cn|139\.com)", r"/."),
    ("139", r"(?:\w+\.)*mail\.(?:10086\.cn|139\.com)", r"/.*(?:attach|down|disk|share|file|stor)"),
    ("189", r"(?:h5\.)?cloud\.189\.cn", r"/(?:t/|web/share|share|api/|.*download)"),
    ("189", r"(?:\w+\.)*mail\.189\.cn|webmail\d*\.189\.cn", r"/.*(?:attach|download|share|file)"),
    ("baidu", r"(?:pan|yun|eyun)\.baidu\.com", r"/(?:s/|share|e/|enterprise)"),
    ("aliyun", r"(?:www\.)?(?:aliyundrive|alipan)\.com", r"/(?:s|t)/"),
    ("quark", r"pan\.quark\.cn", r"/s/"),
    ("lanzou", r"(?:\w+\.)*(?:lanzou\w?|lanzn|ilanzou)\.com", r"/."),
    ("123pan", r"(?:www\.)?123(?:pan\.com|\d{3}\.com|pan\.cn)", r"/s/"),
    ("wenshushu", r"(?:www\.)?wenshushu\.cn|wss\.ink", r"/."),
    ("xunlei", r"pan\.xunlei\.com", r"/s/"),
)  # fmt: skip
_COMPILED = tuple(
    (provider, re.compile(host, re.ASCII), re.compile(path, re.IGNORECASE))
    for provider, host, path in _PROVIDERS
)

_SIZE = re.compile(
    r"(?<![\w.])(\d{1,6}(?:\.\d{1,3})?\s?(?:[KMGT]i?B?|字节|bytes|B))(?![A-Za-z])", re.IGNORECASE
)
_DATE = r"(?:20\d\d[年/.-]\d{1,2}[月/.-]\d{1,2}日?(?:\s{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?)"
_EXPIRY = re.compile(
    rf"({_DATE})\s{{0,3}}(?:到期|过期|失效|前有效)"
    rf"|(?:到期|过期|失效|有效期)(?:时间|日期|至|到|为)?\s{{0,3}}[:：]?\s{{0,3}}({_DATE}|无限期|永久有效|永久|\d{{1,3}}\s?天)"
    r"|(无限期|永久有效)"
)
_FILE_NAME = re.compile(
    r"[^\s/\\:*?\"<>|，；：「」【】]{1,200}\."
    r"(?:rar|zip|7z|tar|gz|tgz|pdf|ofd|docx?|wps|et|xlsx?|pptx?|jpe?g|png|tiff?|mp4|mov|avi|iso|exe|eml)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"(?:分享的文件|文件名称?|文件)\s{0,3}[:：]\s{0,3}([^\n]{1,200})|分享了?「([^」\n]{1,200})」"
)
_NOT_A_NAME = re.compile(
    r"(?:点击|立即|直接|进入|打开|查看|在线|推荐|普通|高速|客户端|极速|浏览器|此处|这里|文件|附件|链接|地址|网页|页面"
    r"|下载|预览|收藏|转存|保存|download|click|here|open|view|[\s>»:：()（）-])*",
    re.IGNORECASE,
)


def provider_of(url: str) -> str:
    """Whose server a link to a file points at, "" if it is no such link."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    path = f"{parts.path}?{parts.query}#{parts.fragment}"
    for provider, host_pattern, path_pattern in _COMPILED:
        if host_pattern.fullmatch(host) and path_pattern.match(path):
            return provider
    return ""


def links_in(flow: Flow, *, name_before: bool) -> list[CloudLink]:
    """One link for each address, in order.

    name_before: name and size stand in front of the address (plain text); in HTML they stand in
    the link or after it.
    """
    anchors = [anchor for anchor in flow.anchors if provider_of(anchor.url)]
    found: dict[str, CloudLink] = {}
    for index, anchor in enumerate(anchors):
        url = anchor.url.strip()
        others = [anchors[at] for at in (index - 1, index + 1) if 0 <= at < len(anchors)]
        left = max([other.end for other in others if other.end <= anchor.start], default=0)
        right = min(
            [o.start for o in others if o.start >= anchor.end and o.url.strip() != url],
            default=len(flow.text),
        )
        before = flow.text[max(left, anchor.start - _NEAR_CHARACTERS) : anchor.start]
        after = flow.text[anchor.end : min(right, anchor.end + _NEAR_CHARACTERS)]
        own = flow.text[anchor.start : min(anchor.end, anchor.start + _NEAR_CHARACTERS)].strip()
        beside = (before, after) if name_before else (after, before)
        link = CloudLink(
            url=url,
            provider=provider_of(url),
            name=_name(anchor, own, before),
            size=_first(_SIZE, anchor.title, own, *beside),
            expires=_first(_EXPIRY, anchor.title, own, *beside) or _expiry_in(url),
        )
        found[url] = _merge(found[url], link) if url in found else link
    return list(found.values())


def merge(groups: Iterable[Iterable[CloudLink]]) -> tuple[CloudLink, ...]:
    """Links of all bodies; the same address in the plain and the HTML body is one link."""
    found: dict[str, CloudLink] = {}
    for group in groups:
        for link in group:
            found[link.url] = _merge(found[link.url], link) if link.url in found else link
    return tuple(found.values())


def _merge(one: CloudLink, other: CloudLink) -> CloudLink:
    return replace(
        one,
        name=one.name or other.name,
        size=one.size or other.size,
        expires=one.expires or other.expires,
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
            named = _FILE_NAME.search(text)
            return named[0] if named else text[:200]
    shared = list(_SHARED.finditer(before))
    if shared:
        return (shared[-1][1] or shared[-1][2]).strip()
    named_before = _FILE_NAME.findall(before) and list(_FILE_NAME.finditer(before))
    return named_before[-1][0] if named_before else ""


def _first(pattern: re.Pattern[str], *texts: str) -> str:
    for text in texts:
        match = pattern.search(text[: 2 * _NEAR_CHARACTERS])
        if match:
            return next(group for group in match.groups() if group).strip()
    return ""


def _expiry_in(url: str) -> str:
    """189 writes the expiry into the address, in milliseconds since 1970."""
    value = parse_qs(urlsplit(url).query).get("expired", [""])[0]
    if not re.fullmatch(r"[0-9]{13}", value):
        return ""
    moment = datetime.fromtimestamp(int(value) / 1000, UTC).astimezone(_CHINA)
    return f"{moment:%Y-%m-%d %H:%M}"
