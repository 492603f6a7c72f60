"""Volumes of one archive that came with earlier mails of an application."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake.packages import EarlierVolumes
from intake.workplace import Workplace
from model.message import RawMessage
from model.programme import Programme
from model.record import RecordKind
from model.submission import EarlierVolume
from parsers.archives import is_archive
from parsers.archives.volumes import volume_number
from storage.archive import FiledVersion
from storage.ledger import queries


def volumes_before(place: Workplace, programme: Programme, raw: RawMessage) -> EarlierVolumes:
    """What mails of an application that are filed already brought, and came no later than `raw`'s
    first version was filed, if it was: of each name the newest."""

    def of(number: str) -> tuple[EarlierVolume, ...]:
        held = {one.number: one for one in place.archive(programme.id).versions(number)}
        found: dict[str, EarlierVolume] = {}
        with place.ledger.read() as tx:
            for row in queries.versions(tx, programme.id, number):
                if row.sha256 == raw.sha256:
                    break
                if row.kind != RecordKind.MAIL.value or row.version not in held:
                    continue
                expired = _is_expired(row.received_at, raw.received_at, programme)
                for file in queries.files_of(tx, row.id):
                    if _may_be_a_volume(file.path, file.media_type):
                        volume = _volume(held[row.version], file.path, file.filed_as, file.sha256,
                                         file.size, expired=expired)  # fmt: skip
                        found[file.path] = volume
        return tuple(found.values())

    return of


def _may_be_a_volume(path: str, media_type: str) -> bool:
    """An attachment of its own that stayed closed: what was unpacked whole is not filed."""
    return "/" not in path and (is_archive(media_type) or volume_number(path) > 0)


def _is_expired(then: datetime, now: datetime, programme: Programme) -> bool:
    return abs(now - then) > timedelta(days=programme.package.volume_days)


def _volume(
    version: FiledVersion, name: str, filed_as: str, sha256: str, size: int, *, expired: bool
) -> EarlierVolume:
    return EarlierVolume(name, version.path(filed_as), size, sha256, expired)
