"""What goes wrong with packages: other formats, passwords, damage, volumes, loose files."""

from __future__ import annotations

from tests.builders.archive_set.disc_writer import cab
from tests.builders.archives import Raw, rar5_raw
from tests.builders.case_papers import fixed
from tests.cases.case import complete, correction, one, returned
from tests.cases.mails import (
    FULL,
    RIGHT,
    Attached,
    cut,
    loose,
    mail,
    members,
    old_rar,
    rar,
    renamed,
    seven,
    volumes,
    zipped,
)

OTHER = ("attachment.other_format",)
NOTHING = dict.fromkeys(("推荐表", "承诺书", "申报材料"), "missing")
CLOSED = dict.fromkeys(("推荐表", "承诺书", "申报材料"), "unreadable")
NOT_YET = {**NOTHING, "申报材料": "unreadable"}

CASES = (
    one("rar-is-zip", ".rar that is really ZIP", mail(RIGHT, renamed(zipped(*FULL),
            f"{RIGHT}.rar")),
        complete(*OTHER, "attachment.ending_lies", says=("ZIP格式", "RAR格式"), person=False)),
    one("rar-is-7z", ".rar that is really 7z", mail(RIGHT, renamed(seven(*FULL), f"{RIGHT}.rar")),
        complete(*OTHER, "attachment.ending_lies", says=("7Z格式",), person=False)),
    one("rar4", "RAR 4 with names in GBK", mail(RIGHT, old_rar(*FULL)), complete(person=False)),
    one("zip", "zip instead of rar is taken with a note", mail(RIGHT, zipped(*FULL)),
        complete(*OTHER, says=("今后请使用RAR格式",), person=False)),
    one("zip-gbk", "GBK names in ZIP", mail(RIGHT, zipped(*FULL, charset="gbk")),
        complete(*OTHER, "package.name_repaired", silent_on=("编码",), person=False)),
    one("7z", "7z is taken with a note", mail(RIGHT, seven(*FULL)), complete(*OTHER)),
    one("cab-refused", "a format that the programme does not take",
        mail(RIGHT, Attached(f"{RIGHT}.cab", lambda who: cab(
            [(name.encode(), data) for name, data in members(FULL, who)]))),
        correction("attachment.format_refused", says=("请改用RAR格式",))),
    one("password", "passworded archive: returned, with what to do",
        mail(RIGHT, rar(*FULL, password="sd2021")),
        returned("package.encrypted", lacks=CLOSED, says=("设有密码", "去除密码"),
                 silent_on=("压缩包内的",))),
    one("password-names", "even the list of names is closed",
        mail(RIGHT, rar(*FULL, password="sd2021", hidden=True)),
        returned("package.encrypted", lacks=NOTHING, says=("设有密码",))),
    one("password-told", "the password stands in the mail",
        mail(RIGHT, rar(*FULL, password="sd2021"), text="压缩包密码：sd2021，请查收。"),
        complete("package.password_used", silent_on=("sd2021", "密码"))),
    one("broken-package", "broken archive", mail(RIGHT, cut(rar(*FULL), 0.002)),
        returned("package.broken", lacks=NOTHING, says=("已损坏",))),
    one("cut-package", "an archive that ends too early: what is lost is asked for again",
        mail(RIGHT, cut(rar("推荐表.pdf", "申报材料.docx", "承诺书.pdf"), 0.9)),
        correction("package.member_damaged", "package.partial", lacks={"承诺书": "unreadable"},
                   says=("已损坏",), person=True)),
    one("empty-package", "an archive without files", mail(RIGHT, rar()),
        returned("package.empty", lacks=NOTHING, says=("没有任何文件",))),
    one("not-an-archive", ".rar that is a web page",
        mail(RIGHT, Attached(f"{RIGHT}.rar", fixed(b"<html><body>error 404</body></html>"))),
        returned("package.not_an_archive", lacks=NOTHING, says=("不是压缩包",))),
    one("nested", "an archive inside the archive is opened",
        mail(RIGHT, rar(("材料.zip", lambda who: zipped(*FULL).make(who)))), complete()),
    one("folders", "a folder for each material",
        mail(RIGHT, rar("1推荐表/扫描件.pdf", "2承诺书/扫描件.pdf", "3申报材料/正文.docx")),
        complete()),
    one("junk-inside", "what operating systems leave behind is not counted",
        mail(RIGHT, rar(*FULL, "Thumbs.db", "__MACOSX/._推荐表.pdf", ".DS_Store")),
        complete(person=False)),
    one("climbing-name", "a member's name that leads outside",
        mail(RIGHT, Attached(f"{RIGHT}.rar", lambda who: rar5_raw(
            [Raw(name, data) for name, data in [*members(FULL, who), ("../../坏.txt", b"x")]]))),
        complete("package.name_unsafe", "material.other_format", silent_on=("../",))),
    one("two-packages", "two archives in one mail",
        mail(RIGHT, rar("推荐表.pdf", "承诺书.pdf"), rar("申报材料.docx", name="申报材料.rar")),
        complete("attachment.several_packages", "subject.no_number", "subject.no_name",
                 "subject.trailing_words")),
    one("volumes-together", "volumes of one archive in one mail", mail(RIGHT, *volumes(*FULL)),
        complete("package.volume_part")),
    one("volume-missing", "a volume is missing and may still come",
        mail(RIGHT, volumes(*FULL)[0]),
        correction("package.volumes_waiting", lacks=NOT_YET, says=("尚未收齐", "part2"),
                   silent_on=("已损坏", "缺少“"))),
    one("volume-missing-whole", "a programme that wants all volumes in one mail",
        mail(RIGHT, volumes(*FULL)[0]),
        returned("package.volume_missing", lacks=NOT_YET, says=("不完整", "part2"),
                 silent_on=("已损坏",)),
        programme="whole-2021"),
    one("loose", "files attached one by one are registered",
        mail(RIGHT, loose(*FULL)), complete("attachment.loose_files", says=("散件",),
                                            person=False)),
    one("loose-strict", "a call may ask for correction instead, by its file alone",
        mail(RIGHT, loose(*FULL)), correction("attachment.loose_files", says=("散件",)),
        programme="strict-2021"),
    one("package-named-otherwise", "the package's name is not as asked, the subject is",
        mail(RIGHT, rar(*FULL, name="{单位}.rar")), complete("subject.no_number", person=False)),
)  # fmt: skip
