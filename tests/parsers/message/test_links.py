"""Files that are only links: recognised by address; name, size, expiry as the mail shows them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from model.message import CloudLink
from parsers.message import MessageLimits, read_message
from parsers.message.providers import file_link, identity_of, provider_of
from tests.builders.mails import mail, multipart, part

NETEASE = "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE&file=djAy"
QQ = "https://wx.mail.qq.com/ftn/download?func=3&key=K&code=C"
BAIDU = "https://pan.baidu.com/s/1AbC_d-9"
OLD = "http://fs.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=Xt9C&title=%E8%B5%84%E6%96%99"
EDISK = "https://edisk.qiye.163.com/api/biz/attachment/download?identity=f0"
MAIL_DROP = (
    "https://www.icloud.com/attachment/?u=https%3A%2F%2Fcvws.icloud-content.com%2FB%2Fabc"
    "&uk=DbCf&f=%E7%94%B3%E6%8A%A5.rar&sz=22100000"
)

URLS = {
    NETEASE: "netease",
    "https://mail.126.com/large-attachment-download/index.html?file=x": "netease",
    "https://mail.yeah.net/large-attachment-download/index.html?file=x": "netease",
    OLD: "netease",
    "http://fs.163.com/fs/preview/?file=3DSy2W9": "netease",
    "http://download.fs.163.com/dl/?file=rIMM&callback=coremail": "netease",
    "http://fs.qiye.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=iQ1w": "netease",
    "https://edisk.qiye.163.com/api/biz/attachment/download?identity=f0a1": "netease",
    "https://dashi.163.com/html/cloud-attachment-download/?key=K": "netease",
    "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=K&code=c": "qq",
    "https://wx.mail.qq.com/ftn/download?func=3&key=K&code=C": "qq",
    "https://iwx.mail.qq.com/ftn/download?func=3&k=K": "qq",
    "https://exmail.qq.com/cgi-bin/ftnExs_download?k=K": "qq",
    "http://gzc-download.ftn.qq.com/ftn_handler/61dfC3E80D/a.rar": "qq",
    "https://docs.qq.com/pdf/DRmxyZ": "tencent_docs",
    "https://drive.weixin.qq.com/s?k=AJEA": "weixin",
    "https://share.weiyun.com/tzS9wWMs": "weiyun",
    "https://cloud.189.cn/t/7V7RVjABz6ri": "189",
    "https://cloud.189.cn/web/share?code=abc": "189",
    "https://download.cloud.189.cn/file/downloadFile.action?dt=51&expired=1620290531000": "189",
    "https://caiyun.139.com/m/i?0W5Cs0FB0DHMy": "139",
    "https://yun.139.com/shareweb/#/w/i/2abc": "139",
    "http://smsrebuild1.mail.10086.cn/disk/netdisk?func=download&id=1": "139",
    "https://html5.mail.10086.cn/largeattach/download.html?id=1": "139",
    BAIDU: "baidu",
    "https://pan.baidu.com/share/init?surl=AbC": "baidu",
    "https://yun.baidu.com/s/1AbC": "baidu",
    "https://www.alipan.com/s/abc": "aliyun",
    "https://www.aliyundrive.com/s/abc": "aliyun",
    "https://qiye.aliyun.com/alimail/openLinks/downloadMimeMetaDiskBigAttach?id=netdiskid%3A1":
        "aliyun_mail",
    "https://mailhz.qiye.aliyun.com/alimail/openLinks/downloadMimeMetaDiskBigAttach?id=n":
        "aliyun_mail",
    "https://mail.sdu.edu.cn/coremail/common/nfFile.jsp?share_link=5418DA3C&uid=a%40sdu.edu.cn":
        "coremail",
    "https://mail.sina.com.cn/filecenter/download.php?id=0a1b": "sina",
    "https://mail.sohu.com/filecenter/download?id=1": "sohu",
    "https://www.feishu.cn/mail/page/attachment?token=abc123": "feishu",
    "https://qiye.feishu.cn/file/boxcn9dlLodcSHnL": "feishu",
    "https://alidocs.dingtalk.com/i/nodes/QG53mjyd80RM": "dingtalk",
    "https://www.kdocs.cn/l/ccz8LByVU8Kr": "wps",
    "https://365.kdocs.cn/l/cr5IRaHlD79D": "wps",
    "https://pan.quark.cn/s/1a2b": "quark",
    "https://wwa.lanzoui.com/iAbc": "lanzou",
    "https://www.123pan.com/s/a-b.html": "123pan",
    "https://pan.xunlei.com/s/VN?pwd=abcd": "xunlei",
    "https://115.com/s/sw3?password=a1b2": "115",
    "https://www.jianguoyun.com/p/DZ3": "jianguoyun",
    "https://drive.google.com/file/d/1sb-32/view?usp=sharing": "google",
    "https://drive.google.com/open?id=1sb": "google",
    "https://docs.google.com/document/d/1sb/edit": "google",
    "https://1drv.ms/u/s!AmUDw": "onedrive",
    "https://qiye-my.sharepoint.cn/:u:/g/personal/a/Eb": "onedrive",
    "https://www.dropbox.com/scl/fi/a/b.rar?rlkey=1": "dropbox",
    "https://we.tl/t-AbCdEf": "wetransfer",
    "https://wetransfer.com/downloads/0a1b": "wetransfer",
    MAIL_DROP: "icloud",
}  # fmt: skip
NO_FILES = [
    "https://mail.163.com/",
    "https://mail.163.com/js6/main.jsp?sid=1",
    # an advertisement of NetEase's mail program, beside each of its large attachments
    "http://u.163.com/RcUwvU56g?spm=pos.free_webmail_1.composePage.0.0.bigattachMasterDownLoad",
    "https://mail.qq.com/",
    "https://mail.qq.com/cgi-bin/readmail?mailid=1",
    "https://wx.mail.qq.com/list/readtemplate?name=app_intro.html",
    "https://exmail.qq.com/login",
    "https://docs.qq.com/form/page/DRmx",
    "https://mail.aliyun.com/alimail/auth/login",
    "https://qiye.aliyun.com/alimail/entries/v5.1/mail/inbox/all",
    "https://mail.csu.edu.cn/coremail/s?func=lp:getImg&org_id=&img_id=logo_001",
    "https://pan.baidu.com/disk/home",
    "https://www.baidu.com/s?wd=1",
    "https://www.feishu.cn/hc/zh-CN/articles/1",
    "https://www.dingtalk.com/",
    "https://f.kdocs.cn/g/AbC/",
    "https://docs.google.com/forms/d/e/1/viewform",
    "https://www.icloud.com/",
    "https://www.dropbox.com/",
    "https://www.qiye.com.cn/",
    "https://www.qiye.com.cn/download/产品手册.rar",
    "https://track.example.com/open.gif?u=a%40b.cn",
    "https://example.com/unsubscribe?url=https%3A%2F%2Fexample.com%2F",
    "https://pan.baidu.com.evil.example/s/1",
    "https://evil.example/pan.baidu.com/s/1",
    "https://pan.baidu.com@evil.example/s/1",
    "ftp://pan.baidu.com/s/1",
    "mailto:a@pan.baidu.com",
    "javascript:alert(1)",
    "http://[::1",
    "",
]


@pytest.mark.parametrize("url", URLS)
def test_provider(url: str) -> None:
    assert provider_of(url) == URLS[url]
    assert file_link(url) == url


@pytest.mark.parametrize("url", NO_FILES)
def test_ordinary_links_are_none(url: str, tmp_path: Path) -> None:
    assert file_link(url) == ""
    markup = f'<a href="{url}">申报材料.rar</a><img src="{url}"> (10M, 2021年6月1日到期)'
    path = tmp_path / "m.eml"
    path.write_bytes(mail(part(markup.encode(), media_type=b"text/html; charset=utf-8")))
    assert read_message(path, tmp_path / "parts").links == ()


@pytest.mark.parametrize(
    "url",
    [
        f"https://a.safelinks.protection.outlook.com/?url={quote(BAIDU, '')}&data=05%7C&reserved=0",
        f"https://c.pc.qq.com/middlem.html?pfurl={quote(BAIDU, '')}&pfuin=1",
        f"https://mail.qq.com/cgi-bin/mail_spam?action=check_link&url={quote(BAIDU, '')}",
    ],
)
def test_links_that_lead_through_another_site(url: str) -> None:
    assert provider_of(url) == ""
    assert file_link(url) == BAIDU


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (NETEASE, "http://fs.163.com/fs/preview/?file=djAy", True),
        (NETEASE, NETEASE.replace("djAy", "djAz"), False),
        (QQ, QQ.replace("func=3", "func=4"), True),
        (QQ, QQ + "2", False),
        (BAIDU, BAIDU + "?pwd=abcd", True),
        (BAIDU, BAIDU + "0", False),
        ("https://yun.139.com/shareweb/#/w/i/1", "https://yun.139.com/shareweb/#/w/i/2", False),
    ],
)
def test_one_file_by_two_links(one: str, other: str, same: bool) -> None:
    assert (identity_of(one) == identity_of(other)) is same


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
        f"<p>链接：{BAIDU} 提取码：abcd</p>", [CloudLink(BAIDU, "baidu", code="abcd")]),
    "netease of 2011, its title is the mail's": (
        "<div><b>从网易163邮箱发来的超大附件</b></div>"
        f'<div><a href="{OLD}"><img src="cid:1"></a></div><div><a href="{OLD}">申报 材料.rar</a>'
        "<span> (60.57M, 2011年12月27日 19:39 到期)</span></div>",
        [CloudLink(OLD, "netease", "申报 材料.rar", "60.57M", "2011年12月27日 19:39")],
    ),
    "netease, preview and download of one file": (
        '<a href="http://fs.163.com/fs/preview/?file=Sy2W">在线预览</a> | '
        '<a href="https://mail.163.com/large-attachment-download/?file=Sy2W&amp;title=x">下载</a>'
        '<a href="https://mail.163.com/large-attachment-download/?file=Sy2W">甲.rar</a>(3.61M, '
        "2022年11月25日 13:35 到期)",
        [CloudLink("http://fs.163.com/fs/preview/?file=Sy2W", "netease", "甲.rar", "3.61M",
                   "2022年11月25日 13:35")],
    ),
    "netease enterprise disk": (
        f'<div style="width: 392px"><a download href="{EDISK}">承诺书.pdf</a>'
        "<div>12.3M | 过期时间：2024年8月4日 23:48</div></div>",
        [CloudLink(EDISK, "netease", "承诺书.pdf", "12.3M", "2024年8月4日 23:48")],
    ),
    "netease enterprise, name in the address only": (
        '<a href="http://fs.qiye.163.com/fs/display/?file=iQ1w&amp;title=%E7%94%B2.pdf">'
        '<img src="x"></a>',
        [CloudLink("http://fs.qiye.163.com/fs/display/?file=iQ1w&title=%E7%94%B2.pdf", "netease",
                   "甲.pdf")],
    ),
    "a button": (
        "<p>申报材料.rar（300MB，有效期至2021年6月30日）</p>"
        f'<p><a href="{BAIDU}"><button>点击下载</button></a></p>',
        [CloudLink(BAIDU, "baidu", "申报材料.rar", "300MB", "2021年6月30日")],
    ),
    "a picture for a button": (
        f'<p>申报材料.rar</p><a href="{QQ}"><img alt="点击下载" src="cid:1"></a>',
        [CloudLink(QQ, "qq", "申报材料.rar")],
    ),
    "mail drop": (
        f'<a href="{MAIL_DROP.replace("&", "&amp;")}">Click to Download</a>',
        [CloudLink(MAIL_DROP, "icloud", "申报.rar", "22100000字节")],
    ),
    "google's chip": (
        '<div class="gmail_chip gmail_drive_chip"><a href="https://drive.google.com/file/d/1sb/view">'
        '<img src="x"><span dir="ltr">申报材料.zip</span></a></div>',
        [CloudLink("https://drive.google.com/file/d/1sb/view", "google", "申报材料.zip")],
    ),
    "watched over by Outlook": (
        f'<a href="https://a.safelinks.protection.outlook.com/?url={quote(BAIDU, "")}&amp;data=5">'
        "申报材料.rar</a> 提取码 a1b2",
        [CloudLink(BAIDU, "baidu", "申报材料.rar", code="a1b2")],
    ),
    "feishu": (
        '<a href="https://www.feishu.cn/mail/page/attachment?token=t1"><div>申报材料.rar</div>'
        "<div>1.2 GB</div></a>",
        [CloudLink("https://www.feishu.cn/mail/page/attachment?token=t1", "feishu", "申报材料.rar",
                   "1.2 GB")],
    ),
    "aliyun mail": (
        '<a href="https://qiye.aliyun.com/alimail/openLinks/downloadMimeMetaDiskBigAttach?id=n1">'
        "申报.zip</a> 大小：95.1M 过期时间：2021-07-01 10:00",
        [CloudLink("https://qiye.aliyun.com/alimail/openLinks/downloadMimeMetaDiskBigAttach?id=n1",
                   "aliyun_mail", "申报.zip", "95.1M", "2021-07-01 10:00")],
    ),
    "a homepage beside it": (
        f'<a href="{BAIDU}">甲.rar</a><p><a href="https://www.qiye.com.cn/">公司主页</a> '
        "提取码：zz99</p>",
        [CloudLink(BAIDU, "baidu", "甲.rar", code="zz99")],
    ),
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
        [CloudLink(BAIDU + "?pwd=abcd", "baidu", "山东某某申报材料.rar", code="abcd")],
    ),
    "no scheme, chinese behind": (
        "请到pan.baidu.com/s/1AbC_d-9下载,密码1234", [CloudLink(BAIDU, "baidu", code="1234")]),
    "189": (
        "https://cloud.189.cn/t/IB3ieymQJ7re（访问码：uf34）",
        [CloudLink("https://cloud.189.cn/t/IB3ieymQJ7re", "189", code="uf34")],
    ),
    "code in the address only": (
        f"{BAIDU}?pwd=wx12", [CloudLink(BAIDU + "?pwd=wx12", "baidu", code="wx12")]),
    "code before the link": (
        f"提取码：a1b2 链接：{BAIDU}", [CloudLink(BAIDU, "baidu", code="a1b2")]),
    "each its own code": (
        f"{BAIDU}1 提取码：aaaa\n{BAIDU}2 提取码：bbbb\n{BAIDU}3\n",
        [CloudLink(BAIDU + "1", "baidu", code="aaaa"), CloudLink(BAIDU + "2", "baidu", code="bbbb"),
         CloudLink(BAIDU + "3", "baidu")],
    ),
    "the archive's own password is no access code": (
        f"申报.rar {BAIDU} 解压密码：9999", [CloudLink(BAIDU, "baidu", "申报.rar")]),
    "weiyun": (
        "腾讯微云文件分享：申报材料.zip 下载地址：https://share.weiyun.com/tzS9wWMs 密码：k9j8h7",
        [CloudLink("https://share.weiyun.com/tzS9wWMs", "weiyun", "申报材料.zip", code="k9j8h7")],
    ),
    "weixin drive": (
        "「申报材料.rar」 https://drive.weixin.qq.com/s?k=AJEA (有效期7天)",
        [CloudLink("https://drive.weixin.qq.com/s?k=AJEA", "weixin", "申报材料.rar", "", "7天")],
    ),
    "coremail": (
        "文件：申报材料.rar，大小：120.5MB，过期时间：2021-07-01\n链接："
        "https://mail.sdu.edu.cn/coremail/common/nfFile.jsp?share_link=5418&uid=a%40b.cn\n密码：yq6E",
        [CloudLink("https://mail.sdu.edu.cn/coremail/common/nfFile.jsp?share_link=5418&uid=a%40b.cn",
                   "coremail", "申报材料.rar", "120.5MB", "2021-07-01", "yq6E")],
    ),
    "aliyun disk": (
        "「申报材料.zip」https://www.alipan.com/s/abc 提取码: 8d2k 点击链接保存",
        [CloudLink("https://www.alipan.com/s/abc", "aliyun", "申报材料.zip", code="8d2k")],
    ),
    "exmail": (
        "从腾讯企业邮箱发来的超大附件\n\n申报.zip (65.38M, 2021年06月22日 17:33 到期)进入下载页面："
        "http://exmail.qq.com/cgi-bin/ftnExs_download?k=7d&code=c8\n",
        [CloudLink("http://exmail.qq.com/cgi-bin/ftnExs_download?k=7d&code=c8", "qq", "申报.zip",
                   "65.38M", "2021年06月22日 17:33")],
    ),
    "wps": (
        "【金山文档】申报材料.docx https://kdocs.cn/l/cpp7J2ZsFUW7",
        [CloudLink("https://kdocs.cn/l/cpp7J2ZsFUW7", "wps", "申报材料.docx")],
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
