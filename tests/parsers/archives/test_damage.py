"""Archives with faults in them: what is good comes out, and what is not is told."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.demo.rar import rar5
from tests.builders.archives import FILE_COPY, HARD_LINK, Raw, rar5_raw
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

MEMBERS = [(f"{n}.txt", f"member {n} ".encode() * 40) for n in range(5)]


def test_one_checksum_is_wrong(open_archive: Open) -> None:
    archive = bytearray(rar5(MEMBERS))
    archive[archive.index(b"member 2") + 9] ^= 1
    unpacked = open_archive(bytes(archive))
    assert list(outcomes(unpacked).values()) == ["stored"] * 2 + ["damaged"] + ["stored"] * 2
    assert codes(unpacked) == ["package.partial", "package.member_damaged"]
    assert dict(unpacked.findings[0].params) == {"listed": "5", "taken": "4"}
    assert not unpacked.containers[0].complete


def test_a_damaged_header_hides_what_follows(open_archive: Open) -> None:
    archive = bytearray(rar5(MEMBERS))
    archive[archive.index(b"3.txt")] ^= 1
    unpacked = open_archive(bytes(archive))
    assert [contents(unpacked)[f"{n}.txt"] for n in range(3)] == [data for _, data in MEMBERS[:3]]
    assert not unpacked.containers[0].complete
    assert "package.partial" in codes(unpacked)


@pytest.mark.parametrize("left_off", [10, 300, 700, 1500])
def test_cut_off(open_archive: Open, left_off: int) -> None:
    unpacked = open_archive(rar5(MEMBERS)[:-left_off])
    assert not unpacked.containers[0].complete
    assert {"package.partial", "package.broken"} & set(codes(unpacked))


def test_only_the_signature(open_archive: Open) -> None:
    assert codes(open_archive(rar5(MEMBERS)[:8])) == ["package.broken"]
    assert codes(open_archive(rar5(MEMBERS)[:8] + b"\xff" * 500)) == ["package.broken"]


def test_more_is_declared_than_there_is(open_archive: Open) -> None:
    archive = rar5_raw([Raw("a", b"1" * 50), Raw("b", b"2" * 50, size=5000), Raw("c", b"3" * 50)])
    unpacked = open_archive(archive)
    assert outcomes(unpacked)["a"] == "stored"
    assert outcomes(unpacked)["b"] in ("damaged", "missing")
    assert contents(unpacked)["c"] == b"3" * 50


def test_less_is_declared_than_there_is(open_archive: Open) -> None:
    archive = rar5_raw([Raw("a", b"1" * 50), Raw("b", b"2" * 50, size=5), Raw("c", b"3" * 50)])
    unpacked = open_archive(archive)
    assert outcomes(unpacked)["b"] != "stored"
    assert contents(unpacked)["a"] == b"1" * 50
    assert contents(unpacked)["c"] == b"3" * 50


def test_links_that_claim_a_size(open_archive: Open) -> None:
    """The engine gives no bytes for them; what follows must not be cut wrongly."""
    archive = rar5_raw(
        [
            Raw("a", b"1" * 50),
            Raw("copy", size=7000, link=(FILE_COPY, "nowhere")),
            Raw("b", b"2" * 50),
            Raw("hard", size=7000, link=(HARD_LINK, "a")),
            Raw("c", b"3" * 50),
        ]
    )
    unpacked = open_archive(archive)
    assert contents(unpacked) == {"a": b"1" * 50, "b": b"2" * 50, "c": b"3" * 50}


def test_a_damaged_copy_of_a_name(open_archive: Open) -> None:
    archive = rar5_raw([Raw("a", b"1" * 9), Raw("a", b"2" * 9, crc=5), Raw("b", b"3" * 9)])
    unpacked = open_archive(archive)
    assert outcomes(unpacked) == {"a": "stored", "a (2)": "damaged", "b": "stored"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(min_value=8, max_value=2400), st.integers(min_value=1, max_value=255))
def test_any_byte_may_be_wrong(open_archive: Open, place: int, change: int) -> None:
    """Whatever the damage: no crash, nothing wrong is taken, nothing is lost silently."""
    archive = bytearray(rar5(MEMBERS))
    archive[place % len(archive)] ^= change
    unpacked = open_archive(bytes(archive))
    whole = set(dict(MEMBERS).values())
    assert set(contents(unpacked).values()) <= whole
    if unpacked.containers[0].complete:
        assert len(contents(unpacked)) == len(MEMBERS)
