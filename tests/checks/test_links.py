"""Links to a cloud disk: nothing is fetched, and a link's address is not repeated."""

from __future__ import annotations

import pytest

from checks import judge
from model.message import CloudLink
from model.submission import SubmittedFile
from model.verdict import Outcome
from tests.builders.submissions import PACKAGE, file, full_set, message, programme, submission

NETEASE = CloudLink("http://mail.163.com/large?x=1", "netease", "材料.rar")
BAIDU = CloudLink("https://pan.baidu.com/s/1abc", "baidu")
NEW = CloudLink("https://disk.example/1", "never-heard-of")


@pytest.mark.parametrize(
    ("links", "packages", "files", "code", "outcome"),
    [
        ((), (), [], "attachment.none", Outcome.RETURNED),
        ((), (), [file("~$推荐表.docx")], "attachment.none", Outcome.RETURNED),
        ((NETEASE,), (), [], "attachment.link_only", Outcome.RETURNED),
        ((NETEASE, BAIDU), (PACKAGE,), full_set(), "attachment.link_besides", Outcome.COMPLETE),
        ((), (PACKAGE,), full_set(), "", Outcome.COMPLETE),
    ],
)
def test_files_or_only_links(
    links: tuple[CloudLink, ...],
    packages: tuple[str, ...],
    files: list[SubmittedFile],
    code: str,
    outcome: Outcome,
) -> None:
    rules = programme()
    mail = message(links=links)
    verdict = judge(submission(rules, mail=mail, packages=packages, files=files), rules)
    told = [one.code for one in verdict.findings if one.code.startswith("attachment.")]
    assert told == ([code] if code else [])
    assert verdict.outcome is outcome
    # Nothing was there to be missing: the real reason stands alone.
    assert not [one for one in verdict.findings if one.code == "material.missing"]


def test_whose_link_it_is_is_said_in_words_and_its_address_never() -> None:
    rules = programme()
    mail = message(links=(NETEASE, BAIDU, NEW))
    verdict = judge(submission(rules, mail=mail), rules)
    (found,) = [one for one in verdict.findings if one.code == "attachment.link_besides"]
    assert "网易超大附件、百度网盘、其他网盘" in found.text
    assert "材料.rar" in found.text
    assert "http" not in found.text + found.advice
    assert found.told
    assert verdict.needs_person
