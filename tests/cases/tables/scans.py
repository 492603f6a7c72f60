"""Sealed scans, photographs and electronic seals: what is seen of a seal is advice to a person."""

from __future__ import annotations

from console.demo.papers import pdf_scan
from tests.builders.case_papers import Maker
from tests.builders.ofd_writer import Ofd, sealed_ofd
from tests.builders.ofd_writer import text as ofd_text
from tests.cases.applicant import Applicant
from tests.cases.case import Case, complete, one
from tests.cases.mails import RIGHT, Paper, mail, rar, without

UNIT = "山东海辰新材料股份有限公司"


def _scan(*lines: str, seal: str = "{单位}") -> Maker:
    """One scanned page with these lines and a red seal. seal: the name on it, "" for none."""

    def make(who: Applicant) -> bytes:
        return pdf_scan(
            lines=[who.fill(line) for line in lines],
            seal=bool(seal),
            seal_name=who.fill(seal),
            seed=int(who.key[:6], 16),
        )

    return make


PLEDGE = ("承诺书", "本单位承诺所提交的材料真实、准确、完整。", "{单位}")


def _sealed(seal: str) -> tuple[Paper, ...]:
    """The full set with a scanned 承诺书 under this seal."""
    return (*without("承诺书"), ("承诺书.pdf", _scan(*PLEDGE, seal=seal)))


def _electronic(who: Applicant) -> bytes:
    page = ofd_text(20, 20, "承诺书") + ofd_text(20, 30, who.name)
    return sealed_ofd(Ofd([page]), who.name)


CASES: tuple[Case, ...] = (
    one("scan-sealed", "the seal and the name on it are the applicant's",
        mail(RIGHT, rar(*_sealed("{单位}"))),
        complete("seal.seen", "seal.not_seen", says=("印章待人工核验",)), name=UNIT),
    one("scan-unsealed", "no seal is seen: a person looks, nothing is asked",
        mail(RIGHT, rar(*_sealed(""))),
        complete("seal.not_seen", person=True, silent_on=("未识别到印章",))),
    one("scan-other-seal", "another company's seal: a person looks, the applicant is told nothing",
        mail(RIGHT, rar(*_sealed("青岛天岳食品有限公司"))),
        complete("seal.other_name", "seal.not_seen", person=True, silent_on=("青岛天岳",)),
        name="山东海辰新材料集团有限公司"),
    one("scan-electronic-seal", "an electronic seal in an OFD",
        mail(RIGHT, rar(*without("承诺书"), ("承诺书.ofd", _electronic))),
        complete("seal.signed", "seal.not_seen", person=True)),
    one("scan-form-identifies", "the scanned 推荐表 identifies number and unit",
        mail("申报材料", rar(("推荐表.pdf", _scan("质量标杆推荐表", "申报编号：{编号}",
             "企业名称：{单位}", "标杆名称：全流程质量管控", "所属行业：通用设备制造业")),
             "承诺书.pdf", "申报材料.docx", name="材料.rar")),
        complete("identity.from_form", "subject.no_number", "subject.no_name",
                 "subject.trailing_words", "seal.seen", "seal.not_seen",
                 says=("今后请以“{编号}+{单位}”作为邮件主题",)),
        number="ZB20216005", name="山东天源化工有限公司"),
)  # fmt: skip
