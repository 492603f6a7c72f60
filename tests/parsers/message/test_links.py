"""Files that are only links: recognised by address; name, size, expiry as the mail shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.message import CloudLink
from parsers.message import MessageLimits, read_message
from parsers.message.links import provider_of
from tests.builders.mails import mail, multipart, part

NETEASE = "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE&file=djAy"
QQ = "https://wx.mail.qq.com/ftn/download?func=3&key=K&code=C"
BAIDU = "https://pan.baidu.com/s/1AbC_d-9"

URLS = {
    NETEASE: "netease",
    "https://mail.126.com/large-attachment-download/index.html?file=x": "netease",
    "http://fs.163.com/fs/display/?file=abc": "netease",
    "https://dashi.163.com/html/cloud-attachment-download/?key=K": "netease",
    "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=K&code=c": "qq",
    "https://exmail.qq.com/cgi-bin/ftnExs_download?k=K": "qq",
    "https://iwx.mail.qq.com/ftn/download?func=3&k=K": "qq",
    "https://cloud.189.cn/t/7V7RVjABz6ri": "189",
    "https://cloud.189.cn/web/share?code=abc": "189",
    "https://caiyun.139.com/m/i?0W5Cs0FB0DHMy": "139",
    "https://yun.139.com/shareweb/#/w/i/2abc": "139",
    BAIDU: "baidu",
    "https://share.weiyun.com/tzS9wWMs": "weiyun",
    "https://www.alipan.com/s/abc": "aliyun",
    "https://mail.163.com/": "",
    "https://mail.qq.com/": "",
    "https://www.baidu.com/s?wd=1": "",
    "https://pan.baidu.com.evil.example/s/1": "",
    "https://evil.example/pan.baidu.com/s/1": "",
    "ftp://pan.baidu.com/s/1": "",
    "javascript:alert(1)": "",
    "http://[::1": "",
}


@pytest.mark.parametrize("url", URLS)
def test_provider(url: str) -> None:
    assert provider_of(url) == URLS[url]


HTML_CASES = {
    "netease": (
        f'<div><b>从网易163邮箱发来的超大附件</b><a href="http://u.163.com/R">推荐客户端极速下载</a></div>'
        f'<div><a href="{NETEASE}"><img src="x"></a></div><div><a href="{NETEASE}">申报材料.rar</a>'
        f'<span> (80.96M, 2099年12月31日 23:59 到期)</span></div><div><a href="{NETEASE}">下载</a>'
        "</div>",
        [CloudLink(NETEASE, "netease", "申报材料.rar", "80.96M", "2099年12月31日 23:59")],
    ),
    "netease, download attribute": (
        f'<a href="{NETEASE}" download="申报 材料.rar">下载</a> (1.5G, 2021年6月1日 10:00 到期)',
        [CloudLink(NETEASE, "netease", "申报 材料.rar", "1.5G", "2021年6月1日 10:00")],
    ),
    "qq, title around": (
        '<div class="bigatt_bt" title="申报材料.zip&#10;文件大小：65.38M&#10;'
        '到期时间：2021年06月22日 17:33">'
        f'<a href="{QQ.replace("&", "&amp;")}">进入下载页面</a></div>',
        [CloudLink(QQ, "qq", "申报材料.zip", "65.38M", "2021年06月22日 17:33")],
    ),
    "two of them": (
        f'<p><a href="{QQ}1">甲.rar</a> (10M, 2021年6月1日到期)</p>'
        f'<p><a href="{QQ}2">乙.rar</a> (20M, 无限期)</p>',
        [CloudLink(QQ + "1", "qq", "甲.rar", "10M", "2021年6月1日"),
         CloudLink(QQ + "2", "qq", "乙.rar", "20M", "无限期")],
    ),
    "189, expiry in the address": (
        '<a href="https://cloud.189.cn/api/download?expired=1620290531000">合同.pdf</a>',
        [CloudLink("https://cloud.189.cn/api/download?expired=1620290531000", "189", "合同.pdf", "",
                   "2021-05-06 16:42")],
    ),
    "written out, no anchor": (
        f"<p>链接：{BAIDU} 提取码：abcd</p>", [CloudLink(BAIDU, "baidu")]),
    "other links": ('<a href="https://www.gov.cn/a.rar">a.rar</a>', []),
}  # fmt: skip


@pytest.mark.parametrize("case", HTML_CASES)
def test_html(case: str, tmp_path: Path) -> None:
    markup, expected = HTML_CASES[case]
    path = tmp_path / "m.eml"
    path.write_bytes(mail(part(markup.encode(), media_type=b"text/html; charset=utf-8")))
    message = read_message(path, tmp_path / "parts")
    assert list(message.links) == expected
    assert not message.findings


TEXT_CASES = {
    "qq": (
        f"从QQ邮箱发来的超大附件\n\n甲.rar (10.5M, 2021年06月01日 10:00 到期)进入下载页面：{QQ}1\n"
        f"乙.rar (20M, 2021年06月02日 11:00 到期)进入下载页面：{QQ}2\n",
        [CloudLink(QQ + "1", "qq", "甲.rar", "10.5M", "2021年06月01日 10:00"),
         CloudLink(QQ + "2", "qq", "乙.rar", "20M", "2021年06月02日 11:00")],
    ),
    "baidu": (
        f"通过百度网盘分享的文件：山东某某申报材料.rar\n链接: {BAIDU}?pwd=abcd 提取码: abcd",
        [CloudLink(BAIDU + "?pwd=abcd", "baidu", "山东某某申报材料.rar")],
    ),
    "no scheme, chinese behind": (
        "请到pan.baidu.com/s/1AbC_d-9下载,密码1234", [CloudLink(BAIDU, "baidu")]),
    "189": (
        "https://cloud.189.cn/t/IB3ieymQJ7re（访问码：uf34）",
        [CloudLink("https://cloud.189.cn/t/IB3ieymQJ7re", "189")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXT_CASES)
def test_text(case: str, tmp_path: Path) -> None:
    text, expected = TEXT_CASES[case]
    path = tmp_path / "m.eml"
    path.write_bytes(mail(part(text.encode("gbk"), media_type=b"text/plain; charset=gb2312")))
    assert list(read_message(path, tmp_path / "parts").links) == expected


def test_both_bodies_give_one_link(tmp_path: Path) -> None:
    plain = part(f"申报 {BAIDU}\n".encode(), media_type=b"text/plain; charset=utf-8")
    html = part(
        f'<a href="{BAIDU}">材料.rar</a> 5M'.encode(), media_type=b"text/html; charset=utf-8"
    )
    path = tmp_path / "m.eml"
    path.write_bytes(mail(multipart(plain, html, kind=b"alternative")))
    message = read_message(path, tmp_path / "parts")
    assert message.links == (CloudLink(BAIDU, "baidu", "材料.rar", "5M"),)
    assert "申报" in message.text


def test_limit(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(mail(b"\n" + b"".join(BAIDU.encode() + b"%d\n" % at for at in range(9))))
    message = read_message(path, tmp_path / "parts", MessageLimits(links=5))
    assert len(message.links) == 5
    assert [finding.code for finding in message.findings] == ["message.limit_links"]
