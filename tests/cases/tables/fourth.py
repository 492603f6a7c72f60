"""A fourth call, unlike any of the three, added by a TOML file alone: zip, `-`, name before number,
17:00 with five minutes' grace, short names, mails merged."""

from __future__ import annotations

from tests.builders.case_papers import saying
from tests.cases.case import Case, Want, complete, correction, nobody, refused, several
from tests.cases.mails import Mail, Paper, mail, rar, seven, zipped

STAR = "star-2023"
TITLE = "{单位}-{编号}"
ALL: tuple[Paper, ...] = ("申请表.xlsx", "照片1.jpg", "照片2.jpg")
IN_TIME = "2023-02-20 10:00:00"
_SERIAL = iter(range(1, 100))
_SHORT = ("泰山", "海辰", "鲁信", "天岳", "东岳", "兴源", "龙泉")
_TRADES = ("机械", "轮胎", "食品", "光电")


def _zip(*papers: Paper, name: str = f"{TITLE}.zip") -> object:
    return zipped(*(papers or ALL), name=name)


def _mail(subject: str = TITLE, *attached: object, at: str = IN_TIME, **more: object) -> Mail:
    return mail(subject, *(attached or (_zip(),)), at=at, **more)  # type: ignore[arg-type]


def _case(key: str, rule: str, *steps: tuple[Mail, Want], name: str = "") -> Case:
    serial = next(_SERIAL)
    return several(
        f"fourth-{key}",
        rule,
        *steps,
        programme=STAR,
        number=f"XC-{serial:04d}",
        name=name or f"{_SHORT[serial % len(_SHORT)]}{_TRADES[serial // len(_SHORT)]}",
    )


def _ok(*found: str, **more: object) -> Want:
    return complete(*found, subject=TITLE, **more)  # type: ignore[arg-type]


def _lacks(*found: str, **more: object) -> Want:
    return correction(*found, subject=TITLE, **more)  # type: ignore[arg-type]


CASES = (
    _case("right", "as its file says",
          (_mail(), _ok(says=("创新之星评选办公室", "赵老师", "XC-R"), person=False))),
    _case("full-name", "full names are taken as well", (_mail(), _ok(person=False)),
          name="北京创新之星科技有限公司"),
    _case("rar", "rar is the other format here",
          (_mail(TITLE, rar(*ALL, name=f"{TITLE}.rar")), _ok("attachment.other_format",
           says=("RAR格式", "通知要求ZIP格式")))),
    _case("7z-refused", "7z is not taken here",
          (_mail(TITLE, seven(*ALL, name=f"{TITLE}.7z")), _lacks("attachment.format_refused",
           says=("请改用ZIP格式",)))),
    _case("number-first", "the national order is the wrong one here",
          (_mail("{编号}-{单位}"), _ok("subject.order_reversed", says=(TITLE,)))),
    _case("plus", "the national separator is the wrong one here",
          (_mail("{单位}+{编号}"), _ok("subject.other_separator", says=("通知要求用“-”", TITLE)))),
    _case("unknown-number", "a number that its pattern does not know",
          (_mail("{单位}-AB-0042", _zip(name="{单位}-AB-0042.zip")),
           nobody("subject.number_not_as_pattern", says=("泰山机械-XC-0001",)))),
    _case("before-opening", "opens at 09:00", (_mail(at="2023-02-01 08:40:00"),
          _ok("window.early", person=True))),
    _case("at-opening", "opens at 09:00", (_mail(at="2023-02-01 09:00:00"), _ok())),
    _case("well-before-five", "17:00 is the deadline", (_mail(at="2023-03-01 16:40:00"),
          _ok(silent_on=("逾期",)))),
    _case("at-five", "17:00:00 is in time", (_mail(at="2023-03-01 17:00:00"),
          _ok("window.borderline_in_time", silent_on=("逾期",)))),
    _case("in-grace", "five minutes' grace", (_mail(at="2023-03-01 17:05:00"),
          _ok("window.late_accepted", "window.borderline_in_time", says=("记录为逾期",))),
          ),
    _case("after-grace", "after the grace it is refused", (_mail(at="2023-03-01 17:30:00"),
          refused(says=("2023年3月1日 17:00:00",)))),
    _case("one-photo", "two photographs are asked for",
          (_mail(TITLE, _zip("申请表.xlsx", "照片1.jpg")), _lacks("material.too_few",
           lacks={"照片": "too_few"}, says=("应有2份，只收到1份", "其他材料无需重发")))),
    _case("six-photos", "five at the most",
          (_mail(TITLE, _zip("申请表.xlsx", *(f"照片{n}.jpg" for n in range(1, 7)))),
           _ok("material.too_many", lacks={"照片": "too_many"}, person=True))),
    _case("form-in-word", "the form is to be an Excel file",
          (_mail(TITLE, _zip("申请表.docx", "照片1.jpg", "照片2.jpg")),
           _lacks("material.wrong_format", lacks={"申请表": "wrong_format"}, says=("Excel",)))),
    _case("due-in-three-days", "three working days: from Monday 2023-02-20 to Thursday",
          (_mail(TITLE, _zip("申请表.xlsx")), _lacks("material.missing", lacks={"照片": "missing"},
           says=("2023年2月23日（含当日）",)))),
    _case("merged", "only what is missing is sent: merged into the files in force",
          (_mail(TITLE, _zip("申请表.xlsx", "照片1.jpg")),
           _lacks("material.too_few", lacks={"照片": "too_few"})),
          (_mail(TITLE, _zip("照片2.jpg"), at="2023-02-21 10:00:00"),
           Want("complete", "superseding", ("revision.superseding", "revision.merged"),
                subject=TITLE,
                says=("第2版", "材料齐全"))),
          ),
    _case("refused-a-second-late",
          "one second after the grace it is refused, and a person sees how close it was",
          (_mail(at="2023-03-01 17:05:01"), refused("window.borderline", person=True))),
    _case("merged-replacing", "a better photograph takes the place of the one of its name",
          (_mail(), _ok()),
          (_mail(TITLE, _zip(("照片2.jpg", saying("jpg", "另一张照片"))), at="2023-02-21 11:00:00"),
           Want("complete", "superseding", ("revision.superseding", "revision.merged"),
                subject=TITLE)),
          ),
)  # fmt: skip
