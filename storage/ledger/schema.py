"""The ledger's tables. Changes here go with a migration in `storage/migrations/versions`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time as UTC text of fixed width: the same, and sortable, on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Words(TypeDecorator[str]):
    """Text from outside, of any length. What PostgreSQL or UTF-8 has no place for (NUL, half a
    surrogate pair) is replaced: the archive has it as it was."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


def _sha(name: str, **more: Any) -> Column[Any]:
    return Column(name, String(64), **more)


position = Table(
    "position",
    metadata,
    Column("mailbox", String(128), primary_key=True),
    Column("folder", String(255), primary_key=True),
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("seen_at", Moment, nullable=False),
    # UIDs count within one server; a mailbox that moves to another one is numbered anew.
    Column("server", String(255), nullable=False, server_default=""),
    Column("highest_modseq", BigInteger, nullable=False, server_default="0"),
    # When every UID of the folder was last compared with the sightings.
    Column("compared_at", Moment, nullable=True),
    comment="Up to which UID each folder has been received.",
)

sighting = Table(
    "sighting",
    metadata,
    Column("mailbox", String(128), primary_key=True),
    Column("folder", String(255), primary_key=True),
    Column("uid_validity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("server", String(255), primary_key=True, server_default=""),
    Column("state", String(16), nullable=False),
    _sha("sha256", nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("detail", Words, nullable=False, server_default=""),
    Column("seen_at", Moment, nullable=False),
    # What stays the same when a server numbers anew: a digest of headers, size and arrival.
    _sha("identity", nullable=False, server_default=""),
    # The folder that the message was moved to once it was handled, "" while it was not.
    Column("moved_to", Words, nullable=False, server_default=""),
    Index("ix_sighting_state", "mailbox", "folder", "state"),
    Index("ix_sighting_identity", "identity"),
    Index("ix_sighting_sha256", "sha256"),
    comment="Every message seen on a server: held (ours), vanished, or failed (tried again).",
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _sha("sha256", nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("programme", String(64), nullable=False),
    Column("mailbox", String(128), nullable=False),
    Column("folder", Words, nullable=False),
    Column("uid_validity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("received_source", String(16), nullable=False),
    Column("held_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("lease_owner", String(128), nullable=False, server_default=""),
    Column("lease_until", Moment, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("error", Words, nullable=False, server_default=""),
    # Known once the mail's head is read: whose mail it may be, so that two of one applicant
    # are filed in the order of their arrival. NULL: not read yet.
    Column("hint_number", Words, nullable=True),
    Column("hint_sender", Words, nullable=True),
    Column("server", String(255), nullable=False, server_default=""),
    Column("junk", Boolean, nullable=False, server_default=false()),
    # How it came where it lay inside another mail; NULL for all others.
    Column("forwarded", JSON(none_as_null=True), nullable=True),
    # The finding on how its programme was chosen among several; NULL where there was no choice,
    # or while `programme` is "" because it was not made yet.
    Column("routed", JSON(none_as_null=True), nullable=True),
    Index("ix_message_state", "state", "id"),
    comment="Every mail that is ours, by its digest: waiting, working, processed, quarantined.",
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("until", Moment, nullable=False),
    comment="Who works alone on what: a mailbox, an application, an SMTP account.",
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("value", Integer, nullable=False),
    comment="Serial numbers without gaps.",
)

reservation = Table(
    "reservation",
    metadata,
    _sha("sha256", primary_key=True),
    Column("programme", String(64), nullable=False),
    Column("object_id", String(255), nullable=False),
    Column("receipt_no", String(64), nullable=True, unique=True),
    Column("message_id", String(255), nullable=False),
    Column("recipient", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    comment="Number, Message-ID and date of a letter, fixed before it is written.",
)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("programme", String(64), nullable=False),
    Column("object_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    _sha("sha256", nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("processed_at", Moment, nullable=False),
    Column("subject", Words, nullable=False),
    Column("sender", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("application_no", Words, nullable=False),
    Column("full_name", Words, nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("needs_person", Boolean, nullable=False),
    Column("checklist", JSON, nullable=False),
    # What the forms say of the applicant, by the id of the programme's field; NULL in rows that
    # are older than this column.
    Column("fields", JSON(none_as_null=True), nullable=True),
    _sha("content_key", nullable=False),
    Column("answer_state", String(16), nullable=False),
    Column("answer_reason", Words, nullable=False),
    Column("receipt_no", String(64), nullable=False),
    Column("rules_version", String(32), nullable=False),
    Column("software_version", String(32), nullable=False),
    Column("by", Words, nullable=False),
    # When the application first came in time; the last day for the correction asked for.
    Column("first_received_at", Moment, nullable=True),
    Column("due_on", Date, nullable=True),
    # What a version is ordered by among the mails in force, where that is not its arrival.
    Column("stands_from", Moment, nullable=True),
    Column("archival_code", String(128), nullable=False, server_default=""),
    # What a person decided, in versions of that kind.
    Column("decision", JSON(none_as_null=True), nullable=True),
    UniqueConstraint("programme", "object_id", "version", name="uq_revision_version"),
    Index("ix_revision_sha256", "sha256"),
    # Not by Message-ID: an index of PostgreSQL refuses values over 2.7 kB, and anybody writes one.
    Index("ix_revision_content_key", "content_key"),
    Index("ix_revision_outcome", "programme", "outcome"),
    comment="Every version in the archive.",
)

file = Table(
    "file",
    metadata,
    Column("revision_id", ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("path", Words, nullable=False),
    Column("filed_as", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    _sha("sha256", nullable=False, index=True),
    Column("media_type", Words, nullable=False),
    Column("material", String(64), nullable=False),
    # Of a document: all its pages, and those that are pictures and wait to be read.
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("unread", Integer, nullable=False, server_default="0"),
    comment="Every file of a version, in order.",
)

finding = Table(
    "finding",
    metadata,
    Column("revision_id", ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(64), nullable=False, index=True),
    Column("about", Words, nullable=False),
    Column("effect", String(16), nullable=False),
    Column("text", Words, nullable=False),
    Column("advice", Words, nullable=False),
    comment="Every finding of a version, in order.",
)

receipt = Table(
    "receipt",
    metadata,
    Column("receipt_no", String(64), primary_key=True),
    _sha("sha256", nullable=False, unique=True),
    Column("programme", String(64), nullable=False),
    Column("object_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("recipient", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("filed_as", Words, nullable=False),
    _sha("letter_sha256", nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(128), nullable=False, server_default=""),
    Column("lease_until", Moment, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try_at", Moment, nullable=True),
    Column("tried_at", Moment, nullable=True),
    Column("sent_at", Moment, nullable=True),
    Column("evidence", Words, nullable=False, server_default=""),
    Column("error", Words, nullable=False, server_default=""),
    Column("copy_to", Words, nullable=False, server_default=""),
    # Of the PDF that the letter carries, "" if none.
    _sha("pdf_sha256", nullable=False, server_default="", index=True),
    Index("ix_receipt_state", "state", "next_try_at"),
    comment="The outbox: owed, held, sending, sent, failed, unknown.",
)

register_import = Table(
    "register_import",
    metadata,
    Column("programme", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("imported_at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("file_name", Words, nullable=False),
    _sha("sha256", nullable=False),
    Column("entries", Integer, nullable=False),
    comment="Every import of issued numbers; the highest version of a programme is in force.",
)

register_entry = Table(
    "register_entry",
    metadata,
    Column("programme", String(64), primary_key=True),
    # As numbers are compared; as it was issued stands in `application_no`.
    Column("number_key", String(255), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("application_no", Words, nullable=False),
    Column("full_name", Words, nullable=False),
    Column("uscc", String(32), nullable=False, server_default=""),
    Column("city", Words, nullable=False, server_default=""),
    Column("recommender", Words, nullable=False, server_default=""),
    Column("contact", Words, nullable=False, server_default=""),
    Column("mobile", Words, nullable=False, server_default=""),
    Column("email", Words, nullable=False, server_default=""),
    Column("former_names", JSON, nullable=False),
    comment="The register in force: which number was issued to which unit.",
)

decision = Table(
    "decision",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("programme", String(64), nullable=False),
    Column("object_id", String(255), nullable=False),
    Column("on_version", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("by", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("application_no", Words, nullable=False, server_default=""),
    Column("full_name", Words, nullable=False, server_default=""),
    Column("revokes", String(64), nullable=False, server_default=""),
    Column("letter", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Words, nullable=False, server_default=""),
    Index("ix_decision_state", "state"),
    Index("ix_decision_object", "programme", "object_id"),
    comment="What clerks decided: pending until it is filed, then done; failed: why.",
)

archival_code = Table(
    "archival_code",
    metadata,
    Column("programme", String(64), primary_key=True),
    Column("object_id", String(255), primary_key=True),
    Column("code", String(128), nullable=False, unique=True),
    comment="档号, drawn once for each application.",
)

bounce = Table(
    "bounce",
    metadata,
    _sha("sha256", primary_key=True),
    Column("message_id", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("certainty", String(16), nullable=False),
    Column("recipient", Words, nullable=False),
    Column("status", String(16), nullable=False),
    Column("diagnostic", Words, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("settled_at", Moment, nullable=True),
    Index("ix_bounce_message_id", "message_id"),
    comment="What mails report of letters, by the letter's Message-ID, whichever is entered first.",
)

event_log = Table(
    "event_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("what", String(64), nullable=False),
    Column("about", String(255), nullable=False),
    Column("detail", Words, nullable=False),
    Index("ix_event_log_about", "about"),
    comment="Who did what when, beyond what the tables show.",
)
