"""Did the files come, or only a link to them? Links are never fetched.

What is told of a link is whose it is, and the file's name, size and expiry as the mail shows
them: its address and its access code are not repeated in a letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checks.case import Case
from model.finding import Finding
from model.message import CloudLink
from model.programme import Programme

PROVIDERS = {
    "netease": "网易超大附件",
    "qq": "QQ邮箱超大附件",
    "139": "139邮箱超大附件",
    "189": "189邮箱超大附件",
    "aliyun_mail": "阿里邮箱超大附件",
    "coremail": "Coremail文件中转站",
    "sina": "新浪邮箱文件中转站",
    "sohu": "搜狐邮箱超大附件",
    "baidu": "百度网盘",
    "weiyun": "腾讯微云",
    "weixin": "微信微盘",
    "tencent_docs": "腾讯文档",
    "aliyun": "阿里云盘",
    "wo": "联通云盘",
    "feishu": "飞书云文档",
    "dingtalk": "钉钉文档",
    "wps": "金山文档",
    "quark": "夸克网盘",
    "lanzou": "蓝奏云",
    "123pan": "123云盘",
    "115": "115网盘",
    "jianguoyun": "坚果云",
    "ctfile": "城通网盘",
    "cowtransfer": "奶牛快传",
    "wenshushu": "文叔叔",
    "xunlei": "迅雷云盘",
    "google": "Google云端硬盘",
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "wetransfer": "WeTransfer",
    "icloud": "iCloud邮包",
}
OTHER, NAMELESS, UNTIL, MORE = "其他网盘", "未显示文件名", "{}到期", "等{}个文件"
ENDLESS = ("无限期", "永久有效", "永久")
SHOWN_LINKS = 5
NAME_CHARACTERS = 80


def check(case: Case) -> Iterator[Finding]:
    submission = case.submission
    links = submission.message.links
    formats = "、".join(name.upper() for name in case.programme.package.formats)
    nothing_came = not case.files and not submission.packages
    if nothing_came and not links:
        yield Finding("attachment.none", params={"formats": formats})
    elif links and nothing_came:
        params = {"links": _described(links), "formats": formats}
        yield Finding("attachment.link_only", params=params)
        yield _in_parts(case.programme)
    elif links:
        names = "、".join(dict.fromkeys(_name(one) for one in links))
        params = {"links": _described(links)}
        yield Finding("attachment.link_besides", about=names, params=params)


def _in_parts(programme: Programme) -> Finding:
    """What to do with files that one mail does not hold."""
    if programme.package.volumes_across_mails:
        days = str(programme.package.volume_days)
        return Finding("attachment.split_volumes", params={"days": days})
    if programme.resubmission.policy == "merge":
        return Finding("attachment.several_mails")
    return Finding("attachment.one_mail")


def _described(links: Iterable[CloudLink]) -> str:
    """Each file with whose server it is on, its size and expiry; the first few of many."""
    all_links = list(links)
    shown = []
    for one in all_links[:SHOWN_LINKS]:
        until = one.expires if one.expires in ENDLESS else one.expires and UNTIL.format(one.expires)
        facts = [PROVIDERS.get(one.provider, OTHER), one.size, until]
        shown.append(f"{_name(one)}，{'，'.join(fact for fact in facts if fact)}")
    more = MORE.format(len(all_links)) if len(all_links) > SHOWN_LINKS else ""
    return "；".join(shown) + more


def _name(one: CloudLink) -> str:
    return one.name[:NAME_CHARACTERS] or NAMELESS
