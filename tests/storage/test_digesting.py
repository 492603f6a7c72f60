"""A digest reckoned in another thread is the digest."""

from __future__ import annotations

import hashlib
import threading

import pytest

from storage.digesting import INLINE_BYTES, Digest


@pytest.mark.parametrize("size", [0, 1, INLINE_BYTES, INLINE_BYTES + 1, 5 * INLINE_BYTES + 7])
@pytest.mark.parametrize("block", [1000, 65536, 3 * INLINE_BYTES])
def test_it_is_that_of_hashlib(size: int, block: int) -> None:
    data = hashlib.shake_256(b"seed").digest(size)
    digest = Digest()
    for start in range(0, size, block):
        digest.update(data[start : start + block])
    assert digest.hexdigest() == hashlib.sha256(data).hexdigest()
    assert digest.hexdigest() == hashlib.sha256(data).hexdigest()


def test_what_is_given_up_leaves_no_thread() -> None:
    digest = Digest()
    digest.update(bytes(2 * INLINE_BYTES))
    digest.close()
    assert [one for one in threading.enumerate() if one.name == "digest"] == []
