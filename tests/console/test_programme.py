"""`intake programme check` and the programme's page: the same rules, for operator and clerk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from console.cli.explain_subject import command as explain_subject
from console.cli.programme import command
from console.web.app import make_app
from intake.settings import Settings
from intake.workplace import open_workplace

OWN = """\
id = "own-2099"
title = "<某项目>"
year = 2099
[window]
closes = 2099-06-16
[[materials]]
id = "a"
label = "甲"
[effects]
"material.missing" = "person"
"""


def _check(*arguments: str) -> str:
    done = CliRunner().invoke(command, ["check", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own-2099.toml"
    path.write_text(OWN, "utf-8")
    return path


def test_facts_remarks_sentences_and_outcomes(own: Path) -> None:
    told = _check(str(own))
    for words in (
        "own-2099: <某项目>", "corrections within 5 working days",
        "look again  The public holidays of", "“甲”没有任何识别用语",
        "【申报窗口】", "至2099年6月16日 23:59:59止", "【问题 → 处理 → 结果 → 回执】",
        "登记，并请申报单位补正 → 结果：需补正 → 回执：需补正",
        "material.missing＊（一般为“需补正”）", "没有上述问题 → 结果：材料齐全",
    ):  # fmt: skip
        assert words in told, words


def test_only_the_english_facts(own: Path) -> None:
    told = _check(str(own), "--english")
    assert "late mail  held until the clerk decides" in told
    assert "look again" in told
    assert "申报窗口" not in told


def test_as_json(own: Path) -> None:
    told = json.loads(_check(str(own), "--json"))
    assert (told["id"], told["window"]["closes"]) == ("own-2099", "2099-06-16")
    explained = told["explanation"]
    assert explained["sections"][0]["heading"] == "项目"
    assert {"effect", "handling", "outcome", "letter", "problems"} == set(explained["outcomes"][0])
    assert "no_words" in {one["code"] for one in explained["cautions"]}


@pytest.fixture
def client(own: Path) -> Iterator[TestClient]:
    settings = Settings(
        data_dir=own.parent / "data", programmes=("own-2099", "national-2021"),
        programmes_dir=own.parent, picture_readers=0,
    )  # fmt: skip
    with open_workplace(settings) as place:
        yield TestClient(make_app(place, ("testserver",)))


def test_the_page_of_a_programme(client: TestClient) -> None:
    shown = client.get("/programmes/own-2099")
    assert shown.status_code == 200
    assert "&lt;某项目&gt;" in shown.text
    assert "<某项目>" not in shown.text
    assert "至2099年6月16日 23:59:59止" in shown.text
    assert "登记，并请申报单位补正" in shown.text
    assert "（一般为“需补正”）" in shown.text
    assert "没有任何识别用语" in shown.text
    assert client.get("/programmes/national-2021").status_code == 200


@pytest.mark.parametrize("name", ["gaoxin-2021", "nix", "..%2f..%2fetc%2fpasswd", "x.toml"])
def test_a_programme_that_is_not_in_use_has_no_page(client: TestClient, name: str) -> None:
    assert client.get(f"/programmes/{name}").status_code == 404


@pytest.mark.parametrize(
    ("text", "programme"),
    [("ZB20210137+山东泰山机械有限公司", "national-2021"), ("高新区材料", "gaoxin-2021")],
)
def test_a_subject_is_told_apart_among_the_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, programme: str
) -> None:
    config = tmp_path / "intake.toml"
    config.write_text('programmes = ["gaoxin-2021", "national-2021"]\n', "utf-8")
    monkeypatch.setenv("INTAKE_CONFIG", str(config))
    done = CliRunner().invoke(explain_subject, [text, "--json"], standalone_mode=False)
    if programme == "gaoxin-2021":  # which has no naming rule
        assert "gaoxin-2021 has no naming rule" in str(done.exception)
        return
    told = json.loads(done.output)
    assert (told["programme"], told["verdict"]) == (programme, "accept")
    assert told["notes"] == ["programme.chosen"]
    done = CliRunner().invoke(explain_subject, [text, "--json", "-p", programme])
    assert "programme" not in json.loads(done.output)
