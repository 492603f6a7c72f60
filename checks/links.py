"""Did the files come, or only a link to them? Links are never fetched."""

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
}


def check(case: Case) -> Iterator[Finding]:
    submission = case.submission
    links = submission.message.links
    formats = "、".join(name.upper() for name in case.programme.package.formats)
    nothing_came = not submission.files and not submission.packages
    if nothing_came and not links:
        yield Finding("attachment.none", params={"formats": formats})
    elif links:
        names = "、".join(dict.fromkeys(PROVIDERS.get(one.provider, one.provider) for one in links))
        if nothing_came:
            yield Finding("attachment.link_only", params={"providers": names, "formats": formats})
        else:
            shown = "、".join(one.name or one.url for one in links)
            yield Finding("attachment.link_besides", about=shown, params={"providers": names})
