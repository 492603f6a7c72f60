"""Links to a cloud disk: nothing is fetched, and a link's address is not repeated."""

from __future__ import annotations

import pytest

from checks import judge
from checks.links import PROVIDERS
from model.message import CloudLink
from model.submission import SubmittedFile
from model.verdict import Outcome
from parsers.message import providers
from tests.builders.submissions import PACKAGE, file, full_set, message, programme, submission

NETEASE = CloudLink(
    "http://mail.163.com/large?x=1", "netease", "材料.rar", "80.96M", "2021年6月21日 23:59"
)
BAIDU = CloudLink("https://pan.baidu.com/s/1abc", "baidu", code="a1b2")
NEW = CloudLink("https://disk.example/1", "never-heard-of", "申报.zip", "", "永久有效")


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
    also = ["attachment.split_volumes"] if code == "attachment.link_only" else []
    assert told == ([code] if code else []) + also
    assert verdict.outcome is outcome
    # Nothing was there to be missing: the real reason stands alone.
    assert not [one for one in verdict.findings if one.code == "material.missing"]


def test_whose_link_it_is_is_said_in_words_and_its_address_never() -> None:
    rules = programme()
    mail = message(links=(NETEASE, BAIDU, NEW))
    verdict = judge(submission(rules, mail=mail), rules)
    (found,) = [one for one in verdict.findings if one.code == "attachment.link_besides"]
    assert (
        "材料.rar，网易超大附件，80.96M，2021年6月21日 23:59到期；未显示文件名，百度网盘；"
        "申报.zip，其他网盘，永久有效" in found.text
    )
    assert "http" not in found.text + found.advice
    assert "a1b2" not in found.text + found.advice
    assert found.told
    assert verdict.needs_person


def test_many_links_are_counted() -> None:
    rules = programme()
    links = tuple(CloudLink(f"https://pan.baidu.com/s/{n}", "baidu", f"{n}.rar") for n in range(9))
    verdict = judge(submission(rules, mail=message(links=links), packages=(), files=[]), rules)
    (found,) = [one for one in verdict.findings if one.code == "attachment.link_only"]
    assert "4.rar，百度网盘等9个文件）" in found.text
    assert "5.rar" not in found.text


@pytest.mark.parametrize(
    ("volumes", "policy", "code"),
    [
        (True, "replace", "attachment.split_volumes"),
        (True, "merge", "attachment.split_volumes"),
        (False, "merge", "attachment.several_mails"),
        # A later mail would replace an earlier one: to send the files in several would lose some.
        (False, "replace", "attachment.one_mail"),
    ],
)
def test_what_to_send_instead_is_told_as_the_programme_takes_it(
    volumes: bool, policy: str, code: str
) -> None:
    rules = programme()
    rules = rules.model_copy(
        update={
            "package": rules.package.model_copy(update={"volumes_across_mails": volumes}),
            "resubmission": rules.resubmission.model_copy(update={"policy": policy}),
        }
    )
    mail = message(links=(NETEASE,))
    verdict = judge(submission(rules, mail=mail, packages=(), files=[]), rules)
    told = {one.code: one for one in verdict.findings if one.code.startswith("attachment.")}
    assert list(told) == ["attachment.link_only", code]
    assert "RAR" in told["attachment.link_only"].advice
    assert "普通附件" in told["attachment.link_only"].advice
    if volumes:
        assert "7天" in told[code].advice


def test_every_provider_that_is_recognised_has_a_name() -> None:
    assert {provider for provider, _, _ in providers._PROVIDERS} == set(PROVIDERS)
