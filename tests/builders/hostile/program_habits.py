"""How each mail program writes: its own headers, charset, words, boundary and file names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["", "quoted", "bare", "2231", "pieces", "raw"]


@dataclass(frozen=True, slots=True)
class Habits:
    """kind: of encoded words. name_form, file_form: how name= and filename= are written, "" where
    they are not. clean: nothing in it is a repair."""

    name: str
    head: tuple[bytes, ...]
    charset: bytes
    boundary: bytes
    why: str = "as it writes"
    kind: bytes = b"B"
    name_form: Form = "quoted"
    file_form: Form = "quoted"
    file_extra: bytes = b""
    text_encoding: bytes = b"base64"
    html: bool = True
    quotes_sender: bool = False
    raw_subject: bool = False
    before_address: bytes = b" "
    rar_type: bytes = b"application/octet-stream"
    date: bytes = b"Thu, 6 May 2021 16:42:11 +0800"
    message_id: bytes = b"<202105061642117892341@example.cn>"
    version: bytes = b"Mime-Version: 1.0"
    clean: bool = True

    @property
    def codec(self) -> str:
        name = self.charset.decode().lower()
        return "gb18030" if name.startswith("gb") else name


_COREMAIL = (
    b"X-Originating-IP: [192.0.2.10]",
    b"X-Priority: 3",
    b"X-Mailer: Coremail Webmail Server Version XT5.0.13 build 20210401(c5ff3689)",
    b" Copyright (c) 2002-2021 www.mailtech.cn 163com",
    b"X-CM-TRANSID: NcGowACHhOYzjEphBC7NAA--.52284W",
    b"X-CM-SenderInfo: xvod2y5b0lt0i6rwjhhfrp/1tbioxMWZFUMY",
    b"X-Coremail-Antispam: 1U5529EdanIXcx71UUUUU7vcSsGvfC2KfnxnUU==",
)
_QQ = (
    b"X-QQ-mid: webmail812t1620290531t8071254",
    b"X-QQ-SSF: 00000000000000F0000000000000",
    b"X-HAS-ATTACH: yes",
    b"X-QQ-XMAILINFO: NkHKfw09D6j8ZaFn+v4yA1",
    b"X-Priority: 3",
    b"X-QQ-MIME: TCMime 1.0 by Tencent",
    b"X-Mailer: QQMail 2.x",
)
_NEXT = b"----=_NextPart_000_0049_01D742AC.87D17760"
_RAR = b"application/x-rar-compressed"

CHINESE = (
    Habits("Foxmail 6", (b"X-mailer: Foxmail 6, 15, 201, 26 [cn]",), b"gb2312",
           b"=====003_Dragon307572345230_=====", quotes_sender=True),
    Habits("Foxmail 7.0", (b"X-Priority: 3", b"X-Has-Attach: yes",
                           b"X-Mailer: Foxmail 7.0.1.91[cn]"), b"gb2312",
           b"----=_001_NextPart156846856287_=----", quotes_sender=True),
    Habits("Foxmail 7.2", (b"X-Priority: 3", b"X-GUID: 412A8D7D-1B20-4009-A1F4-255767C0AFAE",
                           b"X-Has-Attach: yes", b"X-Mailer: Foxmail 7.2.20.273[cn]"), b"UTF-8",
           b"----=_001_NextPart325079984097_=----", quotes_sender=True),
    Habits("NetEase web, GBK", _COREMAIL, b"GBK", b"----=_Part_126014_1275018.1620290531245",
           kind=b"Q", date=b"Thu, 6 May 2021 16:42:11 +0800 (CST)",
           message_id=b"<2992805f.bc9.17c0b33a78e.Coremail.zhang@example.cn>"),
    Habits("NetEase web, UTF-8", _COREMAIL, b"UTF-8", b"----=_Part_88_77.1620290531245",
           date=b"Thu, 6 May 2021 16:42:11 +0800 (CST)", quotes_sender=True),
    Habits("Coremail of a company", (b"X-CM-HeaderCharset: UTF-8", *_COREMAIL), b"UTF-8",
           b"----=_Part_9_5.1620290531245", date=b"Thu, 6 May 2021 16:42:11 +0800 (GMT+08:00)"),
    Habits("QQ web", _QQ, b"gb18030", b"----=_NextPart_6093AC23_0F1A8A80_5E0B3B4E",
           quotes_sender=True, message_id=b"<tencent_99073B61C8137C88B76C231139F94EFB3805@qq.com>"),
    Habits("QQ enterprise web", (*_QQ, b"X-BIZMAIL-ID: 7992623468167245455"), b"utf-8",
           b"----=_NextPart_6093AC23_0A_B", quotes_sender=True, why="words glued to the address",
           before_address=b""),
    Habits("139 web", (b"X-RM-TagInfo: emlType=0                                       ",
                       b"X-RM-SPAM-FLAG:00000000", b"X-RM-TRANSID:2ee866d6d89aced-16d21",
                       b"X-Mailer: Richmail_Webapp(V2.0.28)"), b"utf-8",
           b"----=_Part_52_1.1620290531245", quotes_sender=True, name_form="bare"),
    Habits("189 web", (b"X-Transaction-ID: 1539d8b0fdd04a199f5c16d18ac4fd80",
                       b"X-filter-score: filter<0>", b"X-Real-From: zhang@example.cn",
                       b"X-MEDUSA-Status: 0"), b"UTF-8", b"----=_Part_71_2.1620290531245"),
    Habits("Sina web", (b"X-Priority: 3", b"X-Mailer: Sina WebMail 4.0"), b"GBK",
           b"=-sinamail_alt_5f1c", quotes_sender=True, file_form="bare"),
    Habits("Sohu web", (b"X-Mailer: Sohu Web Mail 2.0.13",), b"GB2312",
           b"----=_Part_61_9.1620290531245", kind=b"B", quotes_sender=True),
    Habits("Alibaba web", (b"X-Mailer: [Alimail-Mailagent revision 872][W4_5948][v3ioDEL]"
                           b"[Chrome]",), b"UTF-8", b"----=ALIBOUNDARY_80213_5e3fb940_6093ac23",
           quotes_sender=True, before_address=b""),
    Habits("Foxmail 5 with raw headers", (b"X-Mailer: Foxmail 5.0 [cn]",), b"gb2312",
           b"=====000_Dragon478436152871_=====", raw_subject=True, name_form="raw", file_form="raw",
           clean=False, why="raw 8-bit: right, and told"),
    Habits("DreamMail", (b"X-Mailer: DreamMail 4.6.9.2",), b"gb2312",
           b"----=_DreamMail_NextPart_0001", text_encoding=b"quoted-printable"),
)  # fmt: skip

OUTLOOK = (
    Habits("Outlook Express 6", (b"X-Priority: 3", b"X-MSMail-Priority: Normal",
                                 b"X-Mailer: Microsoft Outlook Express 6.00.2900.5512",
                                 b"X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2900.5512"),
           b"gb2312", _NEXT, text_encoding=b"quoted-printable", quotes_sender=True),
    Habits("Outlook 2003", (b"X-Mailer: Microsoft Office Outlook, Build 11.0.5510",
                            b"Thread-Index: AcdCRr2dT0N7sZk+R6yO4nYgAAAAAQ=="), b"gb2312", _NEXT,
           quotes_sender=True, text_encoding=b"quoted-printable"),
    Habits("Outlook 2007", (b"X-Mailer: Microsoft Office Outlook 12.0", b"Content-Language: zh-cn"),
           b"gb2312", _NEXT, quotes_sender=True),
    Habits("Outlook 2010", (b"X-Mailer: Microsoft Outlook 14.0", b"Content-Language: zh-cn"),
           b"gb2312", _NEXT, quotes_sender=True, why="gb2312 with the bytes of GBK"),
    Habits("Outlook 2013", (b"X-Mailer: Microsoft Outlook 15.0", b"Content-Language: zh-cn"),
           b"gb2312", _NEXT, text_encoding=b"quoted-printable"),
    Habits("Outlook 2016", (b"X-Mailer: Microsoft Outlook 16.0", b"Content-Language: zh-cn"),
           b"utf-8", _NEXT),
    Habits("Exchange 2019", (b"Thread-Topic: a", b"X-MS-Has-Attach: yes", b"X-MS-TNEF-Correlator:",
                             b"Accept-Language: zh-CN, en-US"), b"gb2312",
           b"_004_BY5PR14MB35605DDFA6C7F6CD9DF89202B1A09namprd14_",
           file_extra=b'; size=1044;\r\n\tcreation-date="Thu, 06 May 2021 08:40:00 GMT";\r\n'
                      b'\tmodification-date="Thu, 06 May 2021 08:41:00 GMT"'),
    Habits("Outlook for Microsoft 365", (b"Thread-Topic: a", b"X-MS-Has-Attach: yes",
                                         b"x-ms-traffictypediagnostic: BY5PR14MB3560:EE_"),
           b"utf-8", b"_005_BY5PR14MB35605DDFA6C7namprd14_", quotes_sender=False,
           file_form="quoted", file_extra=b"; size=1044"),
    Habits("Windows Live Mail", (b"X-Mailer: Microsoft Windows Live Mail 16.4.3528.331",), b"utf-8",
           b"----=_NextPart_000_0013_01D742", text_encoding=b"quoted-printable"),
)  # fmt: skip

OTHERS = (
    Habits("iOS", (b"X-Mailer: iPhone Mail (18D70)",), b"utf-8",
           b"Apple-Mail-D7F0EE3F-0A06-4868-87E3-B88B9BD6480C", name_form="quoted",
           file_form="2231", text_encoding=b"quoted-printable", html=False,
           version=b"Mime-Version: 1.0 (1.0)"),
    Habits("macOS", (b"X-Mailer: Apple Mail (2.3654.60.0.2.21)",), b"gb2312",
           b"Apple-Mail=_1C0D2B43-7F2A-4B1F-9A64-1F6D13F1A7C3", file_form="2231", html=False,
           text_encoding=b"quoted-printable", rar_type=_RAR,
           version=b"Mime-Version: 1.0 (Mac OS X Mail 14.0 \\(3654.60.0.2.21\\))"),
    Habits("Gmail on Android", (), b"UTF-8", b"0000000000003d1f0805c1a5e9d2",
           file_extra=b"\r\nX-Attachment-Id: f_ko9y8m1n0"),
    Habits("K-9 on Android", (b"User-Agent: K-9 Mail for Android",), b"UTF-8",
           b"----CXGBWVW5L0YLF0VF8TRPPNJM3L3YJ8", kind=b"Q", file_form="pieces", html=False,
           text_encoding=b"quoted-printable", rar_type=_RAR),
    Habits("Huawei phone", (b"X-CM-TRANSID: AQAAf9AxGszcL",), b"utf-8", b"--_com.android.email_12_",
           file_extra=b";\r\n size=1044"),
    Habits("Thunderbird", (b"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:78.0)",
                           b" Gecko/20100101 Thunderbird/78.10.0", b"Content-Language: zh-CN"),
           b"UTF-8", b"------------5C4B2F8A1E9D7C3B0A6F4E2D", file_form="pieces",
           text_encoding=b"8bit", html=False),
    Habits("KMail", (b"User-Agent: KMail/4.14.1 (Linux/3.16.0-4-amd64; KDE/4.14.2; x86_64; ; )",),
           b"UTF-8", b"nextPart2622590.ybLKtBDC9h", name_form="pieces", file_form="pieces",
           html=False, text_encoding=b"quoted-printable"),
    Habits("The Bat!", (b"X-Mailer: The Bat! (v3.99.3) Professional", b"X-Priority: 3 (Normal)"),
           b"gb2312", b"----------544A15625820D78", html=False),
    Habits("Lotus Notes 6", (b"X-Mailer: Lotus Notes Release 6.0.2CF1 June 9, 2003",
                             b"X-MIMETrack: Serialize by Router on D03/03(Release 6.0.2CF2) at",
                             b"\t05/06/2021 16:42:12"), b"GB2312",
           b"0__=08BBE6BFDFE8ABA08f9e8a93df938690918c08BBE6BFDFE8ABA0", html=False,
           version=b"MIME-Version: 1.0"),
    Habits("Lotus Notes 8.5", (b"X-KeepSent: 450D351D:F05AB6C7-48258427:00335A39;",
                               b" type=4; name=$KeepSent",
                               b"X-Mailer: Lotus Notes Release 8.5.3FP4 SHF90 June 10, 2013"),
           b"GB2312", b"0__=48BBF1A2DFB0BC208f9e8a93df93869091", name_form="quoted", file_form=""),
    Habits("JavaMail", (), b"UTF-8", b"----=_Part_0_1225358173.1620290531245", name_form="pieces",
           file_form="pieces", why="splitlongparameters is its default", html=False),
    Habits("PHPMailer", (b"X-Mailer: PHPMailer 6.2.0 (https://github.com/PHPMailer/PHPMailer)",),
           b"utf-8", b"b1_kPsQ3FzUwUpy5uLXmKc2QjO8Tj9M", html=True, file_form="quoted"),
    Habits("Python's email", (), b"utf-8", b"===============5359546311116196862==", name_form="",
           file_form="2231", html=False),
    Habits("Becky!", (b"X-Mailer: Becky! ver. 2.75.04 [en]",), b"GB2312",
           b"------_6093AC23_MULTIPART",
           html=False, text_encoding=b"quoted-printable"),
)  # fmt: skip

TABLE: tuple[Habits, ...] = (*CHINESE, *OUTLOOK, *OTHERS)
