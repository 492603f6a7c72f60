"""Did the files come, or only a link to them? Links are never fetched.

What is told of a link is whose it is and the file's name: its address is not repeated in a letter.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from model.finding import Finding

PROVIDERS = {
    "netease": "网易超大附件",
    "qq": "QQ邮箱超大附件",
    "139": "139邮箱超大附件",
    "189": "189邮箱超大附件",
    "baidu": "百度网盘",
    "weiyun": "腾讯微云",
    "weixin": "微信微盘",
    "aliyun": "阿里云盘",
    "quark": "夸克网盘",
    "lanzou": "蓝奏云",
    "123pan": "123云盘",
    "wenshushu": "文叔叔",
    "xunlei": "迅雷云盘",
}


def check(case: Case) -> Iterator[Finding]:
    submission = case.submission
    links = submission.message.links
    formats = "、".join(name.upper() for name in case.programme.package.formats)
    nothing_came = not case.files and not submission.packages
    if nothing_came and not links:
        yield Finding("attachment.none", params={"formats": formats})
    elif links:
        names = "、".join(dict.fromkeys(PROVIDERS.get(one.provider, "其他网盘") for one in links))
        if nothing_came:
            yield Finding("attachment.link_only", params={"providers": names, "formats": formats})
        else:
            shown = "、".join(dict.fromkeys(one.name or "未显示文件名" for one in links))
            yield Finding("attachment.link_besides", about=shown, params={"providers": names})
