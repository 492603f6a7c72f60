"""S/MIME and PGP/MIME: what is signed is read, what is encrypted is kept and told."""

from __future__ import annotations

from tests.builders.hostile.case import HELLO, NAME, PACK, HostileMail, case, text_part
from tests.builders.hostile.cms import as_ber, certificates, compressed, enveloped, signed
from tests.builders.mails import mail, multipart, part, word

_ENTITY = multipart(
    text_part(HELLO),
    part(PACK, disposition=b'attachment; filename="' + word(NAME, "gbk") + b'"'),
    boundary=b"=_signed",
).replace(b"\n", b"\r\n")
_FILES = [(NAME, PACK)]
_MIME = b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
_P7M = b"attachment; filename=smime.p7m"
_SIGNED = signed(_ENTITY)
_OPAQUE = "RFC 8551 3.5.2: the content is in the clear within; the signature is evidence only"


def _opaque(
    name: str,
    data: bytes,
    why: str = _OPAQUE,
    *,
    media_type: bytes = _MIME,
    disposition: bytes = _P7M,
    codes: tuple[str, ...] = ("smime_signed",),
) -> HostileMail:
    source = mail(part(data, media_type=media_type, disposition=disposition))
    return case(
        f"smime: {name}", source, why, files=_FILES, text="hello", flat=[("smime.p7m", data)],
        codes=codes,
    )  # fmt: skip


_DETACHED = signed(_ENTITY, detached=True)
_P7S = part(
    _DETACHED,
    media_type=b"application/pkcs7-signature; name=smime.p7s",
    disposition=b"attachment; filename=smime.p7s",
)
_CLEAR = (
    b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;\n'
    b" boundary=sig\n\n--sig\n" + _ENTITY + b"\n--sig\n" + _P7S + b"\n--sig--\n"
)

SIGNED = (
    case("smime: clear-signed", mail(_CLEAR),
         "RFC 8551 3.5.3: the signed parts, then the signature",
         files=[*_FILES, ("smime.p7s", _DETACHED)], text="hello"),
    _opaque("opaque, DER", _SIGNED),
    _opaque("opaque, BER of indefinite length", as_ber(_SIGNED),
            "X.690 8.1.3.6, 8.7.3: Outlook and OpenSSL stream the content in chunks"),
    _opaque("opaque, x-pkcs7-mime", _SIGNED, "Outlook 2003 and Notes put the x- in front",
            media_type=_MIME.replace(b"pkcs7-mime", b"x-pkcs7-mime")),
    _opaque("opaque, smime-type missing", _SIGNED, "RFC 2311 had none: the CMS says what it is",
            media_type=b"application/pkcs7-mime; name=smime.p7m"),
    _opaque("opaque, as octet-stream", _SIGNED, "RFC 8551 3.9: a name ending in .p7m marks it",
            media_type=b"application/octet-stream; name=smime.p7m"),
    _opaque("opaque twice", signed(b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\n"
                                   .replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: binary"
                                            b"\r\n\r\n") + _SIGNED),
            "RFC 2634 1.1: signed by a person, then by a gateway"),
    _opaque("compressed", compressed(_ENTITY), "RFC 3274, RFC 8551 3.6: zlib around the content",
            media_type=b"application/pkcs7-mime; smime-type=compressed-data; name=smime.p7m",
            codes=("smime_compressed",)),
    case("smime: opaque within a multipart",
         mail(multipart(text_part(b"outer\n"), part(_SIGNED, media_type=_MIME, disposition=_P7M))),
         "a list put its text in front; the signed mail is one part", files=_FILES, text="outer",
         flat=[("smime.p7m", _SIGNED)]),
    case("smime: opaque, cut short", mail(part(_SIGNED[:700], media_type=_MIME, disposition=_P7M)),
         "not to be read whole: its bytes are kept", files=[("smime.p7m", _SIGNED[:700])],
         whole=False, codes=["smime_broken"]),
    case("smime: certificates only", mail(multipart(text_part(HELLO), part(
        certificates(), media_type=b"application/pkcs7-mime; smime-type=certs-only; name=smime.p7c",
        disposition=b"attachment; filename=smime.p7c"))),
        "RFC 8551 3.2.2: nothing is signed, so nothing is inside: kept as a file",
        files=[("smime.p7c", certificates())], text="hello"),
)  # fmt: skip

_SECRET = enveloped(_ENTITY)
_ASC = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
_SIG = b"-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
_ENVELOPE = b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"

SECRET = (
    case("smime: encrypted", mail(part(_SECRET, media_type=_ENVELOPE, disposition=_P7M)),
         "RFC 8551 3.3: nobody here has the key: kept, and told",
         files=[("smime.p7m", _SECRET)], codes=["smime_encrypted"]),
    case("smime: encrypted, declared signed", mail(part(_SECRET, media_type=_MIME,
                                                        disposition=_P7M)),
         "the CMS says what it is, the parameter does not", files=[("smime.p7m", _SECRET)],
         codes=["smime_encrypted"]),
    case("smime: p7m that is none", mail(part(PACK, media_type=_MIME, disposition=_P7M)),
         "the bytes are no CMS: kept as they are", files=[("smime.p7m", PACK)]),
    case("smime: PGP encrypted",
         mail(multipart(part(b"Version: 1\n", media_type=b"application/pgp-encrypted", encoding=""),
                        part(_ASC, disposition=b"inline; filename=encrypted.asc", encoding=""),
                        kind=b'encrypted; protocol="application/pgp-encrypted"')),
         "RFC 3156 4: both parts are kept", files=[("", b"Version: 1\n"), ("encrypted.asc", _ASC)]),
    case("smime: PGP signed",
         mail(multipart(multipart(text_part(HELLO),
                                  part(PACK, disposition=b"attachment; filename=a.rar"),
                                  boundary=b"in"),
                        part(_SIG, media_type=b"application/pgp-signature; name=signature.asc",
                             encoding=""),
                        kind=b'signed; protocol="application/pgp-signature"')),
         "RFC 3156 5: the signed parts, then the signature", text="hello",
         files=[("a.rar", PACK), ("signature.asc", _SIG)]),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*SIGNED, *SECRET)
