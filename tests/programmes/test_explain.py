"""A programme in Chinese sentences: every key of a file is told, and changing it changes them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from model.programme import Programme
from programmes import find_programme, shipped_programmes
from programmes.explain import SECTIONS, explain
from programmes.fields import with_common_fields
from programmes.sentences import _table

FULL: dict[str, Any] = {
    "id": "full-2022",
    "title": "某项目",
    "year": 2022,
    "timezone": "Asia/Shanghai",
    "window": {"opens": date(2022, 4, 1), "closes": date(2022, 6, 16), "borderline_minutes": 5},
    "naming": {
        "order": ["number", "name"], "separator": "+", "number_pattern": r"ZB\d{8}",
        "name_endings": ["公司", "厂"], "short_names": False, "example": "ZB20220001+某公司",
        "applies_to": ["subject", "package"],
    },
    "package": {
        "required": True, "formats": ["rar"], "other_formats": ["zip"], "password": "2022",
        "volumes_across_mails": True, "volume_days": 3,
    },
    "materials": [
        {
            "id": "form", "label": "申请表", "least": 1, "most": 2, "formats": ["pdf"],
            "seal": True, "seal_missing": "person", "rest": False, "statistics": False,
            "how_to": "请提供申请表。",
            "recognise": {
                "name_words": ["申请表"], "content_words": ["申请"], "not_words": ["说明"],
                "form_labels": ["名称", "地址", "电话"], "form_share": 0.5,
                "form_marks": ["2022版"], "old_marks": ["2021版"],
            },
        },
        {"id": "other", "label": "附件", "least": 0},
    ],
    "common_fields": True,
    "fields": [
        {
            "id": "unit_phone", "label": "单位电话", "synonyms": ["总机"],
            "more_synonyms": ["热线"], "kind": "phone", "materials": ["form"], "of": "boss",
            "column": False,
        },
        {"id": "boss", "label": "负责人", "kind": "person"},
    ],
    "late": {"policy": "clerk", "grace_minutes": 5, "until": date(2022, 7, 1)},
    "resubmission": {
        "policy": "replace", "correction_days": 5, "correction_day_kind": "working",
        "last_correction": date(2022, 6, 30),
    },
    "number_register": {"unknown_number": "return", "quota": 1, "quota_by": "city"},
    "forwarding": {"split": True, "answer": "forwarder", "per_forwarder_per_day": 9},
    "reading": {
        "at_intake": "forms", "pages_per_file": 11, "pages_per_mail": 33,
        "seal_pages_per_file": 55,
    },
    "told_apart": {"words": ["某项目"]},
    "reminders": {
        "correction_days_before": [2], "not_sent_days_before": [7], "most_per_run": 44,
        "number": "TX{year}-{serial:05d}",
    },
    "receipt": {
        "number": "HZ{year}-{serial:05d}", "issuer": "某厅", "clerk": "王工",
        "phone": "0531-1", "email": "a@example.test", "per_sender_per_day": 22,
    },
    "archival": {
        "code": "{fonds}-{year}-{retention}-{department}-{serial:04d}", "fonds": "X001",
        "department": "ZL", "retention": "10年", "classification": "内部",
        "responsible": "某厅", "title": "{full_name}材料",
    },
    "effects": {"material.missing": "person"},
    "checks": ["subject", "window", "package", "materials"],
    "version": "0123456789abcdef",
}  # fmt: skip
"""A programme that gives every key a value of its own."""

OTHERWISE: dict[str, Any] = {
    "id": "other-2022", "title": "别的项目", "year": 2023, "timezone": "Asia/Tokyo",
    "window.opens": None, "window.closes": datetime(2022, 6, 16, 17),  # noqa: DTZ001
    "window.borderline_minutes": 0,
    "naming.order": ["name", "number"], "naming.separator": "-", "naming.number_pattern": None,
    "naming.name_endings": ["公司"], "naming.short_names": True, "naming.example": "",
    "naming.applies_to": ["subject"],
    "package.required": False, "package.formats": ["7z"], "package.other_formats": [],
    "package.password": "", "package.volumes_across_mails": False, "package.volume_days": 8,
    "materials.id": "sheet", "materials.label": "推荐表", "materials.least": 0,
    "materials.most": None, "materials.formats": [], "materials.seal": False,
    "materials.seal_missing": "correct", "materials.rest": True, "materials.statistics": True,
    "materials.how_to": "",
    "materials.recognise.name_words": [], "materials.recognise.content_words": ["表"],
    "materials.recognise.not_words": ["样表"], "materials.recognise.form_labels": [],
    "materials.recognise.form_share": 0.7, "materials.recognise.form_marks": [],
    "materials.recognise.old_marks": ["旧"],
    "common_fields": False,
    "fields.id": "tel", "fields.label": "座机号", "fields.synonyms": [],
    "fields.more_synonyms": ["专线"], "fields.kind": "mobile", "fields.materials": [],
    "fields.of": "", "fields.column": True,
    "late.policy": "refuse", "late.grace_minutes": 0, "late.until": None,
    "resubmission.policy": "merge", "resubmission.correction_days": 6,
    "resubmission.correction_day_kind": "calendar", "resubmission.last_correction": None,
    "number_register.unknown_number": "person", "number_register.quota": None,
    "number_register.quota_by": "recommender",
    "forwarding.split": False, "forwarding.answer": "both", "forwarding.per_forwarder_per_day": 8,
    "reading.at_intake": "all", "reading.pages_per_file": 1, "reading.pages_per_mail": 2,
    "reading.seal_pages_per_file": 3,
    "told_apart.words": [],
    "reminders.correction_days_before": [], "reminders.not_sent_days_before": [3, 1],
    "reminders.most_per_run": 1, "reminders.number": "CB{year}-{serial:05d}",
    "receipt.number": "XY{year}-{serial:05d}", "receipt.issuer": "", "receipt.clerk": "李工",
    "receipt.phone": "", "receipt.email": "", "receipt.per_sender_per_day": 1,
    "archival.code": "", "archival.fonds": "", "archival.department": "A",
    "archival.retention": "永久", "archival.classification": "", "archival.responsible": "",
    "archival.title": "{programme}{application_no}",
    "effects": {}, "checks": ["subject", "materials"], "version": "f" * 16,
}  # fmt: skip
"""Another value for every key, by its path."""


def keys(model: Any = Programme, before: str = "") -> Iterator[str]:
    """The path of every key that a programme file may hold; lists of tables without a number."""
    names = (
        {one.name: one.type for one in fields(model)}
        if is_dataclass(model)
        else {name: one.annotation for name, one in model.model_fields.items()}
    )
    for name, kind in names.items():
        table = next((one for one in _within(kind) if _is_table(one)), None)
        if table is None:
            yield before + name
        else:
            yield from keys(table, f"{before}{name}.")


def _within(kind: Any) -> Iterator[Any]:
    yield kind
    for one in get_args(kind):
        yield from _within(one)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind))


def _told(data: dict[str, Any]) -> list[str]:
    rules = Programme.model_validate(with_common_fields(data))
    return [sentence for section in explain(rules) for sentence in section.sentences]


def _changed(path: str) -> dict[str, Any]:
    data = copy.deepcopy(FULL)
    *tables, key = path.split(".")
    place: Any = data
    for table in tables:
        place = place[table]
        place = place[0] if isinstance(place, list) else place
    place[key] = OTHERWISE[path]
    if path == "materials.id":
        data["fields"][0]["materials"] = ["sheet"]
    return data


def test_there_is_another_value_for_every_key() -> None:
    assert set(OTHERWISE) == set(keys())


@pytest.mark.parametrize("path", sorted(keys()))
def test_changing_a_key_changes_what_is_told(path: str) -> None:
    assert _told(_changed(path)) != _told(FULL)


@pytest.mark.parametrize("name", shipped_programmes())
def test_every_section_of_a_shipped_programme_says_something(name: str) -> None:
    sections = explain(find_programme(name))
    assert [one.key for one in sections] == list(SECTIONS)
    for one in sections:
        assert one.heading
        assert one.sentences
        for sentence in one.sentences:
            assert "{}" not in sentence
            assert "None" not in sentence


def test_what_the_national_programme_says() -> None:
    told = {one.key: "".join(one.sentences) for one in explain(find_programme("national-2021"))}
    assert "至2021年6月16日 23:59:59止" in told["window"]
    assert "邮件主题、压缩包名称应写为“申报编号+申报单位全称”。" in told["naming"]
    assert "推荐表须加盖公章" in told["material"]
    assert "5个工作日" in told["resubmission"]
    assert "回执编号如HZ2021-00001" in told["receipt"]


def test_every_value_that_a_key_may_have_has_a_word() -> None:
    from checks.judge import RULES
    from model.fields import FieldKind
    from model.finding import Effect
    from model.material import FORMATS
    from model.verdict import Outcome
    from receipts.kinds import KINDS

    words = _table()["words"]
    assert set(words["formats"]) == set(FORMATS)
    assert set(words["kinds"]) == {one.value for one in FieldKind}
    assert set(words["effects"]) == set(words["handling"]) == {one.value for one in Effect}
    assert set(words["checks"]) == set(RULES)
    assert set(words["outcomes"]) == {one.value for one in Outcome} - {"tied"}
    assert set(words["letters"]) >= {one.value for one in KINDS.values()}


def test_the_wording_is_that_of_a_clerk() -> None:
    for section, sentences in _table().items():
        for name, sentence in sentences.items():
            if isinstance(sentence, str):
                for wrong in ("提交", "受理", "上传", "你的"):
                    assert wrong not in sentence, (section, name)
