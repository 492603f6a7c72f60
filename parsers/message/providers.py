"""Whose server a link to a file points at: one literal table, and which links mean one file.

Addresses as seen in public mails and in the programs that send or fetch them. Not in the table,
though it stands beside NetEase's links: u.163.com, which advertises a mail program.

Residual risk: a disk that is not in the table is a web page like any other; so is a link behind
a shortening service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

_PROVIDERS: tuple[tuple[str, str, str], ...] = (
    # provider, host (whole), path with query and fragment (from its start)
    ("netease", r"(?:\w+\.)*mail\.(?:163|126|188)\.com|mail\.yeah\.net", r"/.*(?:attach|cloud)"),
    ("netease", r"dashi\.163\.com", r"/.*attachment"),
    ("netease", r"(?:\w+\.)*fs\.163\.com|fs\.mail\.163\.com", r"/."),
    ("netease", r"(?:\w+\.)*fs\.qiye\.163\.com", r"/."),
    ("netease", r"(?:[\w-]+\.)*qiye\.163\.com", r"/.*(?:attach|share|download)"),
    ("qq", r"(?:\w+\.)*mail\.qq\.com|(?:ftn\.)?exmail\.qq\.com",
     r"/(?:ftn/|cgi-bin/ftn|s\?|.*exs_ftn)"),
    ("qq", r"(?:[\w-]+\.)*ftn\.qq\.com", r"/ftn_handler/"),
    ("weiyun", r"share\.weiyun\.com|www\.weiyun\.com|weiyun\.com", r"/."),
    ("weixin", r"drive\.weixin\.qq\.com", r"/s"),
    ("tencent_docs", r"docs\.qq\.com", r"/(?:doc|sheet|slide|pdf|mind|file|aio)/"),
    ("139", r"(?:caiyun|yun)\.(?:feixin\.10086\.cn|139\.com)", r"/."),
    ("139", r"(?:\w+\.)*mail\.(?:10086\.cn|139\.com)", r"/.*(?:attach|down|disk|share|file|stor)"),
    ("139", r"(?:\w+\.)*disk\.10086\.cn", r"/."),
    ("189", r"(?:h5\.|www\.|m\.|download\.)?cloud\.189\.cn",
     r"/(?:t/|web/share|share|api/|.*download)"),
    ("189", r"(?:\w+\.)*mail\.189\.cn|webmail\d*\.189\.cn", r"/.*(?:attach|download|share|file)"),
    ("wo", r"pan\.wo\.cn", r"/s/"),
    ("baidu", r"(?:pan|yun|eyun)\.baidu\.com", r"/(?:s/|share|e/|enterprise|wap/init)"),
    ("aliyun_mail", r"(?:\w+\.)*(?:qiye|mail)\.aliyun\.com|(?:\w+\.)*mxhichina\.com",
     r"/.*(?:BigAttach|openLinks/|download_docstore|netdisk)"),
    ("aliyun", r"(?:www\.)?(?:aliyundrive|alipan)\.com", r"/(?:s|t)/"),
    ("coremail", r"[\w.-]+", r"/coremail/.*(?:nfFile|nf\w*\.jsp|share_link=|downloadAttach)"),
    ("sina", r"(?:\w+\.)*mail\.sina\.(?:com\.cn|cn|net)", r"/.*(?:filecenter|attach|netdisk)"),
    ("sohu", r"(?:\w+\.)*mail\.sohu\.(?:com|net)", r"/.*(?:bigattach|filecenter|netdisk|share)"),
    ("feishu", r"(?:[\w-]+\.)*(?:feishu\.cn|larksuite\.com|larkoffice\.com)",
     r"/(?:mail/page/attachment|file/|drive/|docx?/|docs/|sheets/|wiki/|base/|slides/|space/)"),
    ("dingtalk", r"alidocs\.dingtalk\.com", r"/(?:i/|uni-preview)"),
    ("dingtalk", r"space\.dingtalk\.com", r"/(?:s|c)/"),
    ("wps", r"(?:www\.|365\.)?kdocs\.cn", r"/(?:\w+/)?(?:l|p|view/l|view/p)/"),
    ("quark", r"pan\.quark\.cn", r"/s/"),
    ("lanzou", r"(?:\w+\.)*(?:lanzou\w?|lanzn|ilanzou)\.com", r"/."),
    ("123pan", r"(?:www\.)?123(?:pan\.com|\d{3}\.com|pan\.cn)", r"/s/"),
    ("115", r"(?:115|anxia|115cdn)\.com", r"/s/"),
    ("jianguoyun", r"(?:www\.)?jianguoyun\.com", r"/p/"),
    ("ctfile", r"(?:\w+\.)*ctfile\.com", r"/(?:f|d|file|dir|fs)/"),
    ("cowtransfer", r"(?:[\w-]+\.)*cowtransfer\.com", r"/s/"),
    ("wenshushu", r"(?:www\.)?wenshushu\.cn|wss\.ink", r"/."),
    ("xunlei", r"pan\.xunlei\.com", r"/s/"),
    ("google", r"drive\.google\.com", r"/(?:file/d/|open\?|uc\?|drive/(?:u/\d/)?folders/)"),
    ("google", r"docs\.google\.com", r"/(?:document|spreadsheets|presentation|file)/d/"),
    ("onedrive", r"1drv\.ms", r"/."),
    ("onedrive", r"onedrive\.live\.com", r"/(?:\?|redir|download|embed|view)"),
    ("onedrive", r"[\w-]+\.sharepoint\.(?:com|cn)", r"/:\w:/"),
    ("dropbox", r"(?:www\.)?dropbox\.com", r"/(?:s|scl|sh|t|transfer)/"),
    ("wetransfer", r"we\.tl", r"/t-"),
    ("wetransfer", r"(?:[\w-]+\.)?wetransfer\.com", r"/downloads/"),
    ("icloud", r"www\.icloud\.com(?:\.cn)?", r"/(?:attachment/|iclouddrive/)"),
)  # fmt: skip
_COMPILED = tuple(
    (provider, re.compile(host, re.ASCII), re.compile(path, re.IGNORECASE))
    for provider, host, path in _PROVIDERS
)
_FILE_KEYS = {
    "netease": ("file", "key", "identity"),
    "qq": ("k", "key"),
    "189": ("dt",),
    "coremail": ("share_link",),
    "sina": ("id",),
    "feishu": ("token",),
}
"""Parameters that name the file: preview and download of one file differ in the rest."""
_CODE_KEYS = ("pwd", "passcode", "accessCode")
_ADDRESS_KEYS = ("url", "u", "gourl", "pfurl", "target", "redirect", "q", "to", "link")
"""Where sites that watch over links carry the true address (Outlook's Safe Links, QQ)."""


@lru_cache(1_000)  # a link is looked at several times, beside its neighbours
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


def file_link(url: str) -> str:
    """The address of the file that a link leads to, be it through one other site; "" if none."""
    url = url.strip()
    if provider_of(url):
        return url
    values = query_of(url)
    for key in _ADDRESS_KEYS:
        inner = values.get(key, "").strip()
        if inner.startswith(("http://", "https://")) and provider_of(inner):
            return inner
    return ""


@lru_cache(1_000)
def identity_of(url: str) -> tuple[str, str]:
    """Equal for links to one file: (provider, what names the file there)."""
    provider = provider_of(url)
    values = query_of(url)
    for key in _FILE_KEYS.get(provider, ()):
        if values.get(key):
            return provider, f"{values[key]} {values.get('code', '')}"
    parts = urlsplit(url)
    rest = [one for one in parts.query.split("&") if one.partition("=")[0] not in _CODE_KEYS]
    return provider, f"{parts.netloc}{parts.path}?{'&'.join(rest)}#{parts.fragment}"


def code_in(url: str) -> str:
    """The access code, where the address carries it."""
    values = query_of(url)
    return next((values[key][:20] for key in _CODE_KEYS if values.get(key)), "")


@lru_cache(1_000)
def query_of(url: str) -> Mapping[str, str]:
    """The first value of each parameter; nothing where the address cannot be taken apart."""
    try:
        return {name: found[0] for name, found in parse_qs(urlsplit(url).query).items()}
    except ValueError:
        return {}
