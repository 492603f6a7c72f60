"""The table of findings: whole, used, and given what its sentences need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from docs.make_findings import PAGE, page
from model.finding import TABLE_FOLDER, Effect, Finding, finding_kinds

ROOT = Path(__file__).parents[2]
PACKAGES = ("checks", "console", "flows", "intake", "mail", "parsers", "receipts", "storage")
AREAS = {file.stem for file in TABLE_FOLDER.glob("*.toml")}
CODE = re.compile(rf"(?:{'|'.join(sorted(AREAS))})\.[a-z][a-z_]+")
NO_CODES = {"message.eml", "ofd.xml", "register.json", "revision.id"}
"""Names of files and columns that look like codes."""
MAKERS = {"Finding", "OverLimit", "Unreadable", "Removed", "add", "_find"}
ROWS = sorted(finding_kinds())


@dataclass(frozen=True)
class Place:
    """A call that makes a finding. given: names of its parameters, None where not told by
    looking at the function."""

    where: str
    code: str
    given: frozenset[str] | None


def _placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@cache
def _trees() -> tuple[tuple[Path, ast.Module], ...]:
    files = [file for name in PACKAGES for file in sorted((ROOT / name).rglob("*.py"))]
    return tuple((file, ast.parse(file.read_text("utf-8"))) for file in files)


def _strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _prefixes(tree: ast.AST) -> Iterator[str]:
    """What f-strings begin with: f"package.limit_{reason}"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield str(node.values[0].value)


def _used() -> set[str]:
    used = set()
    for file, tree in _trees():
        strings = set(_strings(tree))
        used |= {one for one in strings if one in finding_kinds()}
        if file.parent.name == "message":  # its notes put the area before the word
            used |= {f"message.{one}" for one in strings if f"message.{one}" in finding_kinds()}
        for prefix in _prefixes(tree):
            if CODE.match(prefix):
                used |= {row for row in ROWS if row.startswith(prefix)}
    return used


def _keys(node: ast.expr | None, assigned: dict[str, list[ast.expr]]) -> frozenset[str] | None:
    if node is None:
        return frozenset()
    if isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        return frozenset(map(str, keys)) if len(keys) == len(node.keys) else None
    if isinstance(node, ast.BinOp):
        left, right = _keys(node.left, assigned), _keys(node.right, assigned)
        return None if left is None or right is None else left | right
    if isinstance(node, ast.Name) and len(assigned.get(node.id, [])) == 1:
        return _keys(assigned[node.id][0], assigned)
    return None


def _places() -> Iterator[Place]:
    for file, tree in _trees():
        functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
        for function in functions:
            assigned: dict[str, list[ast.expr]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    assigned.setdefault(node.targets[0].id, []).append(node.value)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and node.args:
                    yield from _place(file, node, assigned)


def _place(file: Path, call: ast.Call, assigned: dict[str, list[ast.expr]]) -> Iterator[Place]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    first = call.args[0]
    if name not in MAKERS or not isinstance(first, ast.Constant):
        return
    code = str(first.value)
    if file.parent.name == "message" and name == "add":
        code = f"message.{code}"
    if not CODE.fullmatch(code):
        return
    where = f"{file.relative_to(ROOT)}:{call.lineno}"
    keywords = {one.arg: one.value for one in call.keywords if one.arg}
    if name == "Finding":
        params = call.args[2] if len(call.args) > 2 else keywords.get("params")
        yield Place(where, code, _keys(params, assigned))
    elif name in ("add", "_find", "Unreadable"):
        given = None if any(one.arg is None for one in call.keywords) else frozenset(keywords)
        yield Place(where, code, given)


def test_every_code_in_the_source_is_a_row() -> None:
    unknown = {
        f"{file.relative_to(ROOT)}: {one}"
        for file, tree in _trees()
        for one in _strings(tree)
        if CODE.fullmatch(one)
        and one not in NO_CODES
        and not any(row.startswith(one) for row in ROWS)  # the beginning of several, or one
    }
    unknown |= {f"{one.where}: {one.code}" for one in _places() if one.code not in finding_kinds()}
    assert not unknown


def test_every_row_is_used() -> None:
    assert set(ROWS) - _used() == set()


def test_every_place_gives_what_the_sentences_need() -> None:
    known = [one for one in _places() if one.given is not None]
    assert len(known) > 80
    faults = []
    for one in known:
        kind = finding_kinds()[one.code]
        lacking = _placeholders(kind.text, kind.advice) - {"about"} - (one.given or frozenset())
        if lacking:
            faults.append(f"{one.where}: {one.code} lacks {sorted(lacking)}")
    assert not faults


@pytest.mark.parametrize("code", ROWS)
def test_a_row_is_whole_and_renders(code: str) -> None:
    kind = finding_kinds()[code]
    assert code.split(".")[0] in AREAS
    assert kind.text.endswith(("。", "}"))
    assert kind.meaning.endswith(".")
    assert kind.advice or kind.effect is Effect.NOTE
    assert not (kind.told and kind.effect is not Effect.PERSON)
    params = {name: f"<{name}>" for name in _placeholders(kind.text, kind.advice)} | {"about": ""}
    params.pop("about")
    finding = Finding(code, "某文件", params)
    assert "{" not in finding.text + finding.advice
    for name in params:
        assert f"<{name}>" in finding.text + finding.advice


@pytest.mark.parametrize("code", ROWS)
def test_the_wording_is_that_of_a_clerk(code: str) -> None:
    """One word for one thing; a robot receives and registers, and takes nothing up."""
    kind = finding_kinds()[code]
    words = kind.text + kind.advice
    for wrong in ("提交", "补件", "压缩文件", "上传", "账号", "你的", "抱歉", "错误代码"):
        assert wrong not in words
    assert "受理" not in words.replace("按申报通知的规定，逾期报送的材料不予以受理", "")
    # No blanks between Chinese and other letters: official letters have none.
    assert not re.search(r"[\u4e00-\u9fff] [\w{]|[\w}] [\u4e00-\u9fff]", words)
    if kind.told or kind.effect in (Effect.REMIND, Effect.CORRECT, Effect.RETURN):
        # What an applicant reads is not addressed to a clerk.
        assert "请经办人" not in kind.advice


def test_who_is_told() -> None:
    assert Finding("subject.branch").told
    assert Finding("material.missing").told
    assert not Finding("revision.other_sender").told  # it would give away the other address
    assert not Finding("material.seal_unchecked").told
    assert not Finding("mail.automatic").told


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"
    for code in ROWS:
        assert f"`{code}`" in page()
