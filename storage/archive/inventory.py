"""An object's inventory: every version's state, and where each content lies.

Source: OCFL 1.1, section 3.5 (structure, manifest, versions, fixity) and 3.6 (sidecar).
Our own rules beside it: digestAlgorithm sha512, each content stored once, and a SHA-256 of every
stored file in the fixity block.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from model.errors import ArchiveError
from storage.archive import layout
from storage.archive.durable import Digests
from storage.archive.values import FiledVersion

Sha512 = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class User(_Block):
    """Who made a version. address: a URI."""

    name: str
    address: str | None = None


class Version(_Block):
    """One version block. created: RFC 3339, kept as written. state: SHA-512 → logical paths."""

    created: str
    state: dict[Sha512, tuple[str, ...]]
    message: str = ""
    user: User = User(name="")

    @field_validator("created")
    @classmethod
    def _time(cls, value: str) -> str:
        if datetime.fromisoformat(value).utcoffset() is None:
            raise ValueError("the time has no zone")
        return value

    @property
    def files(self) -> dict[str, str]:
        """Logical path → SHA-512, by path."""
        pairs = ((path, digest) for digest, paths in self.state.items() for path in paths)
        return dict(sorted(pairs))


class Fixity(_Block):
    sha256: dict[Sha256, tuple[str, ...]] = {}


class Inventory(_Block):
    """The whole file. manifest: SHA-512 → content paths, relative to the object's folder."""

    id: str
    type: Literal["https://ocfl.io/1.1/spec/#inventory"] = "https://ocfl.io/1.1/spec/#inventory"
    digest_algorithm: Literal["sha512"] = Field("sha512", alias="digestAlgorithm")
    head: str
    manifest: dict[Sha512, tuple[str, ...]]
    versions: dict[str, Version]
    fixity: Fixity = Fixity()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [layout.version_name(number) for number in range(1, len(self.versions) + 1)]
        if not names or set(self.versions) != set(names):
            raise ValueError("the versions are not v1, v2, … without a gap")
        if self.head != names[-1]:
            raise ValueError(f"head is {self.head!r}, the last version {names[-1]!r}")
        for digest, paths in self.manifest.items():
            if not paths:
                raise ValueError(f"no file has the content {digest}")
            for path in paths:
                if layout.path_problem(path) or not _is_content(path):
                    raise ValueError(f"{path!r} cannot be a content path")
        for version in self.versions.values():
            if lost := version.state.keys() - self.manifest.keys():
                raise ValueError(f"the manifest lacks {min(lost)}")
        if lost := self.manifest.keys() - self.sha256s.keys():
            raise ValueError(f"the fixity block has no SHA-256 for {self.manifest[min(lost)]}")
        return self

    @property
    def number(self) -> int:
        return len(self.versions)

    @property
    def sha256s(self) -> dict[str, str]:
        """SHA-512 → SHA-256 of the same content."""
        by_path = {path: digest for digest, paths in self.fixity.sha256.items() for path in paths}
        return {
            digest: by_path[path]
            for digest, paths in self.manifest.items()
            for path in paths[:1]
            if path in by_path
        }

    def encode(self) -> bytes:
        """The file's bytes, UTF-8, Chinese as it is."""
        block = self.model_dump(by_alias=True, exclude_none=True)
        return (json.dumps(block, ensure_ascii=False, indent=1) + "\n").encode()

    def filed(self, folder: Path) -> tuple[FiledVersion, ...]:
        """Its versions as values, the first one first."""
        content = {digest: paths[0] for digest, paths in self.manifest.items()}
        sha256s = self.sha256s
        return tuple(
            FiledVersion(
                object_id=self.id,
                number=number,
                created=datetime.fromisoformat(version.created),
                message=version.message,
                user=version.user.name,
                user_address=version.user.address or "",
                state=version.files,
                folder=folder,
                content=content,
                sha256s=sha256s,
            )
            for number in range(1, self.number + 1)
            for version in (self.versions[layout.version_name(number)],)
        )


def decode(data: bytes, place: Path) -> Inventory:
    """The inventory that was read from `place`.

    Raises: ArchiveError where it is not one, or not one of ours.
    """
    try:
        return Inventory.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ArchiveError(
            f"{place} cannot be used ({where or 'whole'}: {first['msg']}).",
            "Nothing was changed; restore the object from a backup, or validate it by hand.",
        ) from error


def extend(
    prior: Inventory | None,
    object_id: str,
    *,
    state: Mapping[str, str],
    stored: Mapping[str, Digests],
    created: datetime,
    message: str,
    user: User,
) -> Inventory:
    """The next inventory: all that was, and one version more.

    state: logical path → SHA-512. stored: content path → digests of what is newly stored.
    """
    manifest = dict(prior.manifest) if prior else {}
    fixity = dict(prior.fixity.sha256) if prior else {}
    for path, digests in sorted(stored.items()):
        manifest[digests.sha512] = (path,)
        fixity[digests.sha256] = (*fixity.get(digests.sha256, ()), path)
    by_digest: dict[str, list[str]] = {}
    for path, digest in sorted(state.items()):
        by_digest.setdefault(digest, []).append(path)
    versions = dict(prior.versions) if prior else {}
    head = layout.version_name(len(versions) + 1)
    versions[head] = Version(
        created=_rfc3339(created),
        state={digest: tuple(paths) for digest, paths in by_digest.items()},
        message=message,
        user=user,
    )
    return Inventory(
        id=object_id,
        head=head,
        manifest=manifest,
        versions=versions,
        fixity=Fixity(sha256=fixity),
    )


def sidecar(data: bytes) -> bytes:
    """The file beside an inventory that states its digest."""
    return f"{hashlib.sha512(data).hexdigest()} {layout.INVENTORY}\n".encode()


def _is_content(path: str) -> bool:
    version, folder, name = (*path.split("/", 2), "", "")[:3]
    return bool(layout.version_number(version)) and folder == layout.CONTENT and bool(name)


def _rfc3339(moment: datetime) -> str:
    """RFC 3339, 5.6. Its offsets have no seconds, which those of old local mean times do."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("the time of a version needs a zone")
    if offset % timedelta(minutes=1):
        moment = moment.astimezone(UTC)
    return moment.isoformat()
