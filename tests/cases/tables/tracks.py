"""The other two tracks of the notice, each by its own rules, as they ship."""

from __future__ import annotations

from tests.builders.case_papers import statistics
from tests.cases.case import Case, Want, complete, one, pending, refused
from tests.cases.mails import Mail, Paper, loose, mail, rar, seven, zipped

PROVINCIAL, GAOXIN = "provincial-2021", "gaoxin-2021"
TABLE: Paper = ("附件3申报企业统计表.xlsx", statistics())
CITY: tuple[Paper, ...] = ("关于推荐质量标杆的推荐文件.pdf", TABLE, "申报材料.docx")
"""What a city's bureau sends for the provincial track."""
TWO: tuple[Paper, ...] = (TABLE, "申报材料.docx")
UNNAMED = {"number": "", "name": ""}
"""Without a naming rule nobody is identified by a machine, and nobody is sent back for that."""


def _provincial(key: str, rule: str, sent: Mail, want: Want) -> Case:
    return one(f"provincial-{key}", rule, sent, want, programme=PROVINCIAL)


def _gaoxin(key: str, rule: str, sent: Mail, want: Want) -> Case:
    return one(f"gaoxin-{key}", rule, sent, want, programme=GAOXIN)


def _ok(*more: str, **rest: object) -> Want:
    return complete("identity.no_rule", *more, **{**UNNAMED, **rest})  # type: ignore[arg-type]


CASES = (
    _provincial("complete", "推荐文件, 统计表, 申报材料; no naming rule",
        mail("济南市2021年质量标杆推荐材料", rar(*CITY, name="济南市.rar"),
             at="2021-05-10 10:00:00"),
        _ok(says=("2021年全省质量标杆遴选", "由经办人核对后登记"), silent_on=("正确的邮件主题",),
            person=True)),
    _provincial("loose", "no package is asked for: files one by one are as they should be",
        mail("质量标杆推荐", loose(*CITY), at="2021-05-10 10:10:00"),
        _ok(silent_on=("散件", "压缩为一个"))),
    _provincial("zip", "zip is as good as rar here",
        mail("质量标杆推荐", zipped(*CITY, name="推荐.zip"), at="2021-05-10 10:20:00"),
        _ok(silent_on=("ZIP",))),
    _provincial("7z", "7z is taken with a note",
        mail("质量标杆推荐", seven(*CITY, name="推荐.7z"), at="2021-05-10 10:30:00"),
        _ok("attachment.other_format")),
    _provincial("many-units", "one table for all units of a city",
        mail("济南市推荐", rar(CITY[0], ("申报企业统计表.xlsx", statistics("山东天源化工有限公司",
             "济南天岳先进材料有限公司", "青岛海天食品有限公司")), "申报材料/天源.docx",
             "申报材料/天岳.docx", "申报材料/海天.docx", name="济南.rar"),
             at="2021-05-10 10:40:00"),
        _ok()),
    _provincial("no-letter-of-recommendation", "推荐文件 is missing",
        mail("质量标杆推荐", rar(*TWO, name="推荐.rar"), at="2021-05-10 11:00:00"),
        Want("correction", "correction", ("identity.no_rule", "material.missing"), **UNNAMED,
             lacks={"推荐文件": "missing"}, says=("市级主管部门的推荐文件",))),
    _provincial("no-table", "统计表 is missing",
        mail("质量标杆推荐", rar(CITY[0], "申报材料.docx", name="推荐.rar"),
             at="2021-05-10 11:10:00"),
        Want("correction", "correction", ("identity.no_rule", "material.missing"), **UNNAMED,
             lacks={"申报企业统计表": "missing"}, says=("附件3",))),
    _provincial("table-in-word", "the table may be a Word file or a PDF here",
        mail("质量标杆推荐", rar(CITY[0], "申报企业统计表.docx", "申报材料.docx", name="推荐.rar"),
             at="2021-05-10 11:20:00"), _ok()),
    _provincial("first-day", "the window opens on 2021-04-12",
        mail("推荐", rar(*CITY, name="推荐.rar"), at="2021-04-12 00:00:00"), _ok()),
    _provincial("early", "before the window a person looks",
        mail("推荐", rar(*CITY, name="推荐.rar"), at="2021-04-11 23:40:00"),
        _ok("window.early", person=True)),
    _provincial("last-day", "2021-05-15 is included",
        mail("推荐", rar(*CITY, name="推荐.rar"), at="2021-05-15 18:00:00"), _ok()),
    _provincial("late", "late: the clerk decides",
        mail("推荐", rar(*CITY, name="推荐.rar"), at="2021-05-16 09:00:00"),
        pending("identity.no_rule", **UNNAMED, says=("2021年5月15日 23:59:59",))),
        # type: ignore[arg-type]
    _gaoxin("complete", "统计表 and 申报材料",
        mail("高新区质量标杆申报", rar(*TWO, name="申报.rar"), at="2021-05-06 10:00:00"),
        _ok(says=("2021年高新区质量标杆申报",))),
    _gaoxin("pdf-document", "申报材料 may be a PDF here",
        mail("高新区质量标杆申报", zipped(TABLE, "申报材料.pdf", name="申报.zip"),
             at="2021-05-06 10:10:00"), _ok(silent_on=("ZIP",))),
    _gaoxin("no-table", "统计表 is missing",
        mail("高新区质量标杆申报", rar("申报材料.docx", name="申报.rar"), at="2021-05-06 10:20:00"),
        Want("correction", "correction", ("identity.no_rule", "material.missing"), **UNNAMED,
             lacks={"申报企业统计表": "missing"}, says=("《申报企业统计表》电子版",))),
    _gaoxin("table-as-picture", "a photograph is no electronic table",
        mail("高新区质量标杆申报", rar("申报企业统计表.jpg", "申报材料.docx", name="申报.rar"),
             at="2021-05-06 10:30:00"),
        Want("correction", "correction", ("identity.no_rule", "material.wrong_format"), **UNNAMED,
             lacks={"申报企业统计表": "wrong_format"})),
    _gaoxin("last-day", "2021-05-07 is included",
        mail("申报", rar(*TWO, name="申报.rar"), at="2021-05-07 20:00:00"), _ok()),
    _gaoxin("late", "逾期不予以受理: late mail is refused",
        mail("申报", rar(*TWO, name="申报.rar"), at="2021-05-08 08:30:00"),
        refused("identity.no_rule", **UNNAMED, says=("不予以受理", "2021年5月7日 23:59:59"))),
        # type: ignore[arg-type]
    _gaoxin("late-and-lacking", "refused as such: its defects do not matter any more",
        mail("申报", rar("申报材料.docx", name="申报.rar"), at="2021-05-08 09:00:00"),
        refused("identity.no_rule", "material.missing", **UNNAMED,  # type: ignore[arg-type]
                lacks={"申报企业统计表": "missing"}, silent_on=("请提供《申报企业统计表》",))),
)  # fmt: skip
