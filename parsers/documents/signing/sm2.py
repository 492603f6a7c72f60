"""Checks SM2 signatures: the arithmetic alone, no certificates, no trust.

Sources: GM/T 0003.2 (GB/T 32918.2-2016) clause 7, GM/T 0003.5 (the curve), GM/T 0009 (the
default identity, the form of a signature). The curve's numbers are those of the standard.

Only public values are handled, so nothing here has to run in constant time.
"""

from __future__ import annotations

import hashlib

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
_IDENTITY = b"1234567812345678"

_Point = tuple[int, int] | None
"""None is the point at infinity."""


def has_sm3() -> bool:
    """Whether the OpenSSL that Python was built with knows SM3."""
    return "sm3" in hashlib.algorithms_available


def sm3(*pieces: bytes) -> bytes:
    """Raises: ValueError where `has_sm3` is False."""
    digest = hashlib.new("sm3")
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def sm2_fits(public: bytes, message: bytes, r: int, s: int) -> bool:
    """Whether (r, s) is the signature of the message by the key; public: 04 ‖ x ‖ y.

    Raises: ValueError where the key is no point of the curve.
    """
    if len(public) != 65 or public[0] != 4:
        raise ValueError("not an uncompressed point")
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if x >= _P or y >= _P or (y * y - (x * x * x + _A * x + _B)) % _P:
        raise ValueError("not a point of the curve")
    if not (0 < r < _N and 0 < s < _N) or not (r + s) % _N:
        return False
    fixed = b"".join(value.to_bytes(32, "big") for value in (_A, _B, _GX, _GY))
    identity = sm3((len(_IDENTITY) * 8).to_bytes(2, "big"), _IDENTITY, fixed, public[1:])
    digest = int.from_bytes(sm3(identity, message), "big")
    point = _sum(_times(s, (_GX, _GY)), _times((r + s) % _N, (x, y)))
    return point is not None and (digest + point[0]) % _N == r


def _sum(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % _P == 0:
            return None
        slope = (3 * one[0] * one[0] + _A) * pow(2 * one[1], -1, _P) % _P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P) % _P
    x = (slope * slope - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P


def _times(factor: int, point: _Point) -> _Point:
    total: _Point = None
    while factor:
        if factor & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        factor >>= 1
    return total
