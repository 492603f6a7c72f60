"""Search: the same answers on both databases, for names, numbers and anything one may type."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.ledger import Ledger, filing, search
from storage.ledger.schema import revision
from storage.ledger.search import MOST_BYTES, bigrams
from tests.builders.ledger_rows import (
    NOW,
    filed_file,
    filed_finding,
    letter,
    record,
)
from tests.services.postgres import Postgres

RECORDS = {
    "moutai": record(
        "moutai",
        letter("质标回执〔2021〕0007号", "moutai"),
        object_id="2022-173ZD-001",
        application_no="2022-173ZD-001",
        full_name="贵州茅台酒股份有限公司",
        subject="2022-173ZD-001+贵州茅台酒股份有限公司",
        sender="office@moutai.example.test",
        sender_name="李雷",
        files=(filed_file("附件/质量标杆申报材料(终稿).docx"),),
        processed_at=NOW,
    ),
    "tcl": record(
        "tcl",
        object_id="ZB20210138",
        application_no="ZB20210138",
        full_name="TCL科技集团（山东）有限公司",
        subject="ＺＢ２０２１０１３８＋TCL科技集团（山东）有限公司",
        sender="wang@tcl.example.test",
        sender_name="王芳",
        findings=(filed_finding("seal.missing", "承诺书未见公章。"),),
        processed_at=NOW + timedelta(hours=1),
    ),
    "rare": record(
        "rare",
        object_id="ZB20210139",
        application_no="ZB20210139",
        full_name="淄博𬭎昇3M材料厂",
        subject="ZB20210139+淄博𬭎昇3M材料厂",
        sender="a@example.test",
        sender_name="张䶮",
        processed_at=NOW + timedelta(hours=2),
    ),
}
ALL = ["rare", "tcl", "moutai"]


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    with ledger.write() as tx:
        for made in RECORDS.values():
            filing.record(tx, made, 1)
    return ledger


def found(ledger: Ledger, wanted: str) -> list[str]:
    names = {made.object_id: word for word, made in RECORDS.items()}
    with ledger.read() as tx:
        return [names[row.object_id] for row in search.find(tx, wanted)]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("李雷", ["moutai"]),  # a name of two characters
        ("茅台", ["moutai"]),
        ("贵州茅台酒股份有限公司", ["moutai"]),
        ("台酒", ["moutai"]),
        ("酒茅", []),  # both there, not side by side
        ("有限公司", ["tcl", "moutai"]),
        ("有限公司 王芳", ["tcl"]),
        ("tcl", ["tcl"]),
        ("ＴＣＬ科技", ["tcl"]),
        ("TCL科技集团(山东)有限公司", ["tcl"]),
        ("3M", ["rare"]),
        ("昇3M材料", ["rare"]),
        ("2022-173ZD-001", ["moutai"]),
        ("173zd", ["moutai"]),
        ("ZB20210138", ["tcl"]),
        ("ZB2021", []),  # half a number is not that number
        ("质标回执〔2021〕0007号", ["moutai"]),
        ("moutai.example.test", ["moutai"]),
        ("wang@tcl.example.test", ["tcl"]),
        ("未见公章", ["tcl"]),
        ("终稿", ["moutai"]),
        ("茅", ["moutai"]),  # one character, at the beginning of its row or inside
        ("贵", ["moutai"]),
        ("芳", ["tcl"]),  # or the last of its row
        ("厂", ["rare"]),
        ("司", ["tcl", "moutai"]),
        ("鑫", []),
        ("𬭎", ["rare"]),  # beyond 16 bits, as in many company names
        ("𬭎昇", ["rare"]),
        ("张䶮", ["rare"]),
        ("3", ["rare"]),
    ],
)
def test_what_is_found(filled: Ledger, wanted: str, words: list[str]) -> None:
    assert found(filled, wanted) == words


@pytest.mark.parametrize(
    "wanted",
    [
        '"', "'", "''", '"茅台', "茅台'", "茅台*", "-茅台", "茅台:*", "terms:茅台", "(茅台",
        "茅台)", "!茅台", "& 茅台", "茅台 |", "^茅台", "{terms} : 茅台", "茅台\\", "茅台\0",
        "茅台;DROP TABLE revision", "茅台 OR 王芳", "茅台 NOT 李雷", "NEAR(茅台 李雷)", "%", "_",
        ":query", "茅台\ud800", "", "  ",
    ],
)  # fmt: skip
def test_nothing_that_one_types_is_an_operator(filled: Ledger, wanted: str) -> None:
    """Words are looked for as words; OR, NOT, NEAR and DROP are in no text here."""
    harmless = "茅台" in wanted and not {"or", "not", "near", "drop", "terms"} & set(
        bigrams(wanted)
    )
    assert found(filled, wanted) == (["moutai"] if harmless else [])
    assert found(filled, "茅台") == ["moutai"]


def test_the_newest_first_and_no_more_than_asked_for(filled: Ledger) -> None:
    assert found(filled, "example") == ALL
    with filled.read() as tx:
        assert [row.object_id for row in search.find(tx, "example", most=1)] == ["ZB20210139"]


def test_a_word_with_more_hits_than_a_statement_takes_parameters(ledger: Ledger) -> None:
    """SQLite takes 32,766 and PostgreSQL 65,535."""
    many = 66_000
    with ledger.write() as tx:
        filing.record(tx, record("one"), 1)
        columns = ", ".join(
            f'"{column.name}"' for column in revision.columns if column.name != "id"
        )
        values = columns.replace('"version"', "n")
        tx.execute(
            text(
                f"INSERT INTO revision ({columns}) "
                "WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < :many) "
                f"SELECT {values} FROM c CROSS JOIN revision"
            ),
            {"many": many},
        )
        tx.execute(
            text(
                "INSERT INTO search_text (rowid, terms) "
                "SELECT id, '常见' FROM revision WHERE version > 1"
            )
        )
    with ledger.read() as tx:
        assert len(search.find(tx, "常见", most=5)) == 5


def test_a_package_of_twenty_thousand_files_can_be_recorded(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    rng = random.Random(7)
    files = tuple(
        filed_file("".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(12)))
        for _ in range(20_000)
    )
    with ledger.write() as tx:
        filing.record(tx, record("one", files=files, findings=(filed_finding("x.y", "尾页"),)), 1)
        size = tx.execute(text("SELECT length(terms) FROM search_text")).scalar_one()
        assert 100_000 < size < MOST_BYTES
        for wanted in ("某某机械", "张三", "尾页", files[0].path):
            assert len(search.find(tx, wanted)) == 1
    assert "its 20000 files" in caplog.text


def test_what_a_document_says_is_found(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one"), 1, texts=["基于数字孪生的质量管控模式", "第二份"])
        filing.record(tx, record("two"), 2)
        assert [row.version for row in search.find(tx, "数字孪生")] == [1]


def test_a_word_without_end(ledger: Ledger) -> None:
    word = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz", k=5000))
    with ledger.write() as tx:
        filing.record(tx, record("one", subject=word), 1)
        assert len(search.find(tx, word)) == 1
        assert search.find(tx, word[1:]) == []


def test_every_term_is_found_as_it_is(ledger: Ledger) -> None:
    """PostgreSQL's own parser knows numbers with exponents, hosts, addresses and the like."""
    rng = random.Random(7)
    terms = ["1e5", "1e5ab", "0x1f", "001", "12345678901234567890", "e5", "1e", "𬭎昇"]
    terms += ["".join(rng.choices("0123456789abcdexz", k=rng.randrange(2, 12))) for _ in "x" * 80]
    with ledger.write() as tx:
        for number, term in enumerate(terms):
            filing.record(tx, record(f"{number}", object_id=term, subject=f"主题 {term}"), number)
        for term in terms:
            assert {row.object_id for row in search.find(tx, term)} == {term}


@pytest.mark.parametrize(
    ("source", "terms"),
    [
        ("", []),
        ("山东", ["山东"]),
        ("山东省", ["山东", "东省"]),
        ("山", ["山"]),
        ("ＡＢ－１", ["ab", "1"]),
        ("（山东）3M", ["山东", "3m"]),
        ("山东山东", ["山东", "东山"]),
    ],
)
def test_terms(source: str, terms: list[str]) -> None:
    assert bigrams(source) == terms


def test_the_end_of_a_row_is_a_term_of_the_index() -> None:
    assert bigrams("济南市 中", ends=True) == ["济南", "南市", "市", "中"]


def test_the_index_is_used(postgres: Postgres) -> None:
    """PostgreSQL reads every row where an expression is not the index's own, word for word."""
    ledger = Ledger.open(postgres.emptied())
    seen: list[tuple[str, Any]] = []
    event.listen(
        ledger.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, parameters, *_: seen.append(
            (statement, parameters)
        ),
    )
    with ledger.read() as tx:
        search.find(tx, "茅台")
    statement, parameters = seen[-1]
    with ledger.write() as tx:
        tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = tx.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
        assert "ix_search_text" in "\n".join(plan)
    ledger.close()
