"""Signatures and electronic seals of an OFD: whose, where, and whether the parts are unchanged.

A signature lists digests of parts; SignedValue.dat signs the digest of that list, by an electronic
seal (`signing/ses.py`) or plainly. Source: GB/T 33190-2016, 18.

Residual risks: no certificate is checked against anyone's list. Parts that no signature lists may
change without a word; `whole` says whether every part of the package is listed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import posixpath
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from model.document import Box, Seal, Signature
from model.finding import Finding
from parsers.documents.ofd.file import OfdFile, child, children, content, resolve
from parsers.documents.ofd.geometry import MM_TO_POINTS, numbers
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.signing.seal_picture import write_picture
from parsers.documents.signing.ses import (
    ElectronicSeal,
    NoSeal,
    SealSignature,
    read_seal,
    read_signature,
)

_MAX_SIGNATURES = 100
_MAX_REFERENCES = 20_000
_METHODS = {
    "": "sm3", "1.2.156.10197.1.401": "sm3", "sm3": "sm3", "md5": "md5", "sha1": "sha1",
    "sha-1": "sha1", "1.3.14.3.2.26": "sha1", "sha256": "sha256", "sha-256": "sha256",
    "2.16.840.1.101.3.4.2.1": "sha256",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a seal is shown. page: the page's ID. picture: as in the seal, with its type."""

    page: str
    box: tuple[float, float, float, float]
    picture: bytes
    picture_type: str


@dataclass(frozen=True, slots=True)
class OfdSignature:
    """One signature. seal, value: None where it has none, or it cannot be read."""

    part: str
    provider: str
    signed_at: str
    stamps: tuple[Stamp, ...]
    seal: ElectronicSeal | None
    value: SealSignature | None
    unchanged: bool | None
    whole: bool
    note: str


def read_signatures(ofd: OfdFile) -> list[OfdSignature]:
    """All signatures of all documents, in the order in which they were made."""
    found: list[OfdSignature] = []
    for document in ofd.documents:
        for one in children(ofd.side(document.signatures), "Signature"):
            if len(found) >= _MAX_SIGNATURES:
                ofd.findings.append(
                    Finding("document.limit_parts", params={"part": document.signatures})
                )
                return found
            part = resolve(document.signatures, one.get("BaseLoc", ""))
            root = ofd.side(part)
            if root is not None:
                found.append(_signature(ofd, part, root))
    return found


def seals_of(
    found: list[OfdSignature], pages: dict[str, int], into: Path | None, pixels: int
) -> tuple[list[Seal], list[Signature]]:
    """The same as the document's records; pages: numbers by ID. into: for the stamps' pictures."""
    seals: list[Seal] = []
    signatures: list[Signature] = []
    for number, one in enumerate(found, 1):
        page, box = 0, None
        for place, stamp in enumerate(one.stamps, 1):
            on = pages.get(stamp.page, 0)
            where = _points(stamp.box)
            if not page:
                page, box = on, where
            image = None
            if into is not None and stamp.picture:
                name = f"seal-{number:03d}-{place:02d}.png"
                image = write_picture(stamp.picture, into / name, pixels)
            text = one.seal.name if one.seal else ""
            sure = 1.0 if text else 0.0
            seals.append(Seal(on, where, "electronic", text, 1.0, sure, "", image))
        signer = (one.value.signer if one.value else "") or (one.seal.name if one.seal else "")
        signatures.append(
            Signature(
                "ofd",
                signer or one.provider,
                one.signed_at,
                one.unchanged,
                whole=one.whole,
                page=page,
                box=box,
                note=one.note,
            )
        )
    return seals, signatures


def _signature(ofd: OfdFile, part: str, root: etree._Element) -> OfdSignature:
    info = child(root, "SignedInfo")
    notes: list[str] = []
    seal: ElectronicSeal | None = None
    value: SealSignature | None = None
    data = _bytes(ofd, part, content(child(root, "SignedValue"))) or b""
    try:
        value = read_signature(data)
        seal = value.seal
    except NoSeal:
        notes.append("the signature's value is not of a known form")
        stamped = child(child(info, "Seal"), "BaseLoc")
        try:
            seal = read_seal(_bytes(ofd, part, content(stamped)) or b"")
        except NoSeal:
            seal = None
    references = child(info, "References")
    listed, unchanged, unknown = _references(ofd, references)
    notes += unknown
    if value is not None and unchanged is not False:
        own = _digest(_method(references), _bytes(ofd, "", "/" + part) or b"")
        if own is None:
            unchanged = None
        elif not hmac.compare_digest(own, value.digest) or value.fits is False:
            unchanged = False
            notes.append("the signed list of parts is not the one that was signed")
        elif value.fits is None:
            unchanged = None
            notes.append("the signature's value could not be checked")
    elif value is None and unchanged:
        unchanged = None
    stamps = []
    for one in children(info, "StampAnnot"):
        box = numbers(one.get("Boundary"), 4)
        if box:
            shown = (box[0], box[1], box[2], box[3])
            picture = (seal.picture, seal.picture_type) if seal else (b"", "")
            stamps.append(Stamp(one.get("PageRef", ""), shown, *picture))
    provider = child(info, "Provider")
    return OfdSignature(
        part=part,
        provider=provider.get("ProviderName", "") if provider is not None else "",
        signed_at=(value.signed_at if value else "") or content(child(info, "SignatureDateTime")),
        stamps=tuple(stamps),
        seal=seal,
        value=value,
        unchanged=unchanged,
        whole=_whole(ofd, part, listed),
        note="; ".join(notes),
    )


def _references(
    ofd: OfdFile, references: etree._Element | None
) -> tuple[frozenset[str], bool | None, list[str]]:
    """The parts listed, whether all are as they were, and what could not be checked."""
    listed: set[str] = set()
    unchanged: bool | None = True
    notes: list[str] = []
    method = _method(references)
    for one in children(references, "Reference"):
        name = resolve("", one.get("FileRef", ""))
        if len(listed) >= _MAX_REFERENCES:
            return frozenset(listed), None, ["too many parts are listed"]
        listed.add(name.lower())
        try:
            said = base64.b64decode(content(child(one, "CheckValue")), validate=False)
        except (binascii.Error, ValueError):
            said = b""
        data = _bytes(ofd, "", "/" + name)
        own = _digest(method, data or b"")
        if data is None and name in ofd.package:
            unchanged, notes = None, [*notes, f"could not be read: {name}"]
        elif own is None:
            unchanged, notes = None, [f"digests of the kind {method!r} cannot be reckoned"]
        elif unchanged is not None and not hmac.compare_digest(own, said):
            unchanged = False
            notes.append(f"changed: {name}")
    if not listed:
        return frozenset(), None, ["no parts are listed"]
    return frozenset(listed), unchanged, notes[:10]


def _whole(ofd: OfdFile, part: str, listed: frozenset[str]) -> bool:
    """Whether all parts are listed but those of the signatures themselves (18.2)."""
    folder = posixpath.dirname(posixpath.dirname(part)).lower() + "/"
    names = [name.replace("\\", "/").lstrip("/").lower() for name in ofd.package.names]
    return bool(listed) and all(
        name in listed or name.startswith(folder) or name.endswith("/") for name in names
    )


def _method(references: etree._Element | None) -> str:
    said = references.get("CheckMethod", "") if references is not None else ""
    return _METHODS.get(said.strip().lower(), said.strip())


def _digest(method: str, data: bytes) -> bytes | None:
    try:
        return hashlib.new(method, data, usedforsecurity=False).digest()
    except ValueError:
        return None


def _bytes(ofd: OfdFile, base: str, location: str) -> bytes | None:
    """A part's bytes, None with a finding where it is missing or cannot be read."""
    if not location:
        return None
    try:
        return ofd.package.read(resolve(base, location))
    except Unreadable as error:
        if error.finding not in ofd.findings:
            ofd.findings.append(error.finding)
        return None


def _points(box: tuple[float, float, float, float]) -> Box:
    x, y, width, height = box
    return (
        x * MM_TO_POINTS, y * MM_TO_POINTS,
        (x + width) * MM_TO_POINTS, (y + height) * MM_TO_POINTS,
    )  # fmt: skip
