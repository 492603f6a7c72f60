"""Agreement: subject, package and the names inside, side by side; each kind of difference by its
own name."""

from __future__ import annotations

from tests.builders.case_papers import fixed, form, in_format, saying
from tests.cases.case import Case, complete, one, returned
from tests.cases.mails import RIGHT, Paper, mail, rar, without

UNIT = "山东海辰新材料股份有限公司"
SHARED = in_format(
    "pdf", ["承诺书", "本单位承诺：所提交的材料真实、准确、完整。", "电话：0531-1234567"]
)


def _form(name: str, **more: str) -> tuple[Paper, ...]:
    """The full set with this name in its 推荐表."""
    return (*without("推荐表"), ("推荐表.pdf", form("pdf", number="", name=name, **more)))


def _inside(key: str, rule: str, name_inside: str, want: object, **more: str) -> Case:
    given = {"name": UNIT, **more}
    return one(f"agreement-{key}", rule, mail(RIGHT, rar(*_form(name_inside))), want, **given)  # type: ignore[arg-type]


CASES = (
    _inside("same", "the same name everywhere", UNIT, complete(person=False)),
    _inside("brackets-form", "another form of brackets is the same name",
            "海辰(山东)新材料有限公司",
            complete(person=False), name="海辰（山东）新材料有限公司"),
    _inside("brackets-place", "the same words without their brackets", "海辰山东新材料有限公司",
            complete("agreement.brackets", person=False), name="海辰（山东）新材料有限公司"),
    _inside("abbreviation", "a name with words left out is told as that",
            "海辰新材料", complete("agreement.abbreviation", person=False,
                                   says=("不是单位全称",))),
    _inside("branch", "分公司 is not an independent legal person",
            f"{UNIT}济南分公司", complete("agreement.branch", person=True,
                                          says=("分支机构不是独立法人",))),
    _inside("converted", "the same name with another legal form", "山东海辰新材料有限公司",
            complete("agreement.converted", person=True, says=("组织形式不同",))),
    _inside("related", "another company of the group, as far as names tell",
            "山东海辰控股集团有限公司", complete("agreement.related", person=True)),
    _inside("other", "another company", "青岛天岳食品有限公司",
            complete("identity.form_name_differs", "agreement.nothing_of_its_own", person=True,
                     silent_on=("青岛天岳",))),
    one("agreement-stray-form", "one stray form of another company beside the applicant's own",
        mail(RIGHT, rar(*_form("{单位}"), ("推荐表副本.pdf", form("pdf", number="ZB20211234",
             name="青岛天岳食品有限公司")))),
        complete("identity.form_name_differs", "identity.form_number_differs", person=True,
                 silent_on=("青岛天岳",))),
    one("agreement-two-applicants", "two enterprises in one package: returned",
        mail(RIGHT, rar(
            ("本单位/推荐表.pdf", form("pdf")), "本单位/承诺书.pdf", "本单位/申报材料.docx",
            ("另一家/推荐表.pdf", form("pdf", number="", name="青岛乙巳食品有限公司")),
            ("另一家/承诺书.pdf", saying("pdf", "承诺书", "青岛乙巳食品有限公司")),
            ("另一家/申报材料.docx", saying("docx", "质量标杆申报材料", "青岛乙巳食品有限公司")))),
        returned("agreement.two_applicants", "identity.form_name_differs", person=True,
                 says=("单独发送一封邮件",), silent_on=("青岛乙巳",))),
    one("agreement-file-first", "a filled form, sent by one unit first",
        mail(RIGHT, rar(*without("承诺书"), ("承诺书.pdf", fixed(SHARED))),
             at="2021-05-17 09:00:00"),
        complete(never=("agreement.filed_elsewhere",))),
    one("agreement-file-second", "the same file under two numbers is found by its digest",
        mail(RIGHT, rar(*without("承诺书"), ("承诺书.pdf", fixed(SHARED))),
             at="2021-05-18 09:00:00"),
        complete("agreement.filed_elsewhere", person=True, silent_on=("完全相同",))),
)  # fmt: skip
