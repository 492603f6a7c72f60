"""Other servers, mail within mail"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = "mailbox, folder, uid_validity, uid, state, sha256, tries, detail, seen_at"


def upgrade() -> None:
    with op.batch_alter_table("position") as table:
        table.add_column(sa.Column("server", sa.String(255), server_default="", nullable=False))
        table.add_column(
            sa.Column("highest_modseq", sa.BigInteger(), server_default="0", nullable=False)
        )
        table.add_column(sa.Column("compared_at", sa.String(32), nullable=True))
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("server", sa.String(255), server_default="", nullable=False))
        table.add_column(sa.Column("junk", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("forwarded", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("receipt") as table:
        table.add_column(sa.Column("copy_to", sa.Text(), server_default="", nullable=False))
    _sightings_by_server()
    _bounces()


def downgrade() -> None:
    op.drop_table("bounce")
    op.rename_table("sighting", "sighting_new")
    for name in ("ix_sighting_state", "ix_sighting_identity", "ix_sighting_sha256"):
        op.drop_index(name, table_name="sighting_new")
    _drop_key_name()
    op.create_table("sighting", *_old_columns(), sa.PrimaryKeyConstraint(
        "mailbox", "folder", "uid_validity", "uid", name=op.f("pk_sighting")))  # fmt: skip
    # Of two servers' sightings under one number the old layout has room for one.
    op.execute(
        f"INSERT INTO sighting ({KEPT}) SELECT {KEPT} FROM sighting_new AS one WHERE server = "  # noqa: S608
        "(SELECT max(server) FROM sighting_new AS other WHERE other.mailbox = one.mailbox "
        "AND other.folder = one.folder AND other.uid_validity = one.uid_validity "
        "AND other.uid = one.uid)"
    )
    op.drop_table("sighting_new")
    op.create_index("ix_sighting_state", "sighting", ["mailbox", "folder", "state"])
    with op.batch_alter_table("receipt") as table:
        table.drop_column("copy_to")
    with op.batch_alter_table("message") as table:
        for name in ("forwarded", "junk", "server"):
            table.drop_column(name)
    with op.batch_alter_table("position") as table:
        for name in ("compared_at", "highest_modseq", "server"):
            table.drop_column(name)


def _sightings_by_server() -> None:
    """The server becomes part of the key, for which the table is made anew."""
    op.rename_table("sighting", "sighting_old")
    op.drop_index("ix_sighting_state", table_name="sighting_old")
    _drop_key_name()
    op.create_table(
        "sighting",
        *_old_columns(),
        sa.Column("server", sa.String(255), server_default="", nullable=False),
        sa.Column("identity", sa.String(64), server_default="", nullable=False),
        sa.Column("moved_to", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint(
            "mailbox", "folder", "uid_validity", "uid", "server", name=op.f("pk_sighting")
        ),
        comment="Every message seen on a server: held (ours), vanished, or failed (tried again).",
    )
    op.execute(f"INSERT INTO sighting ({KEPT}) SELECT {KEPT} FROM sighting_old")  # noqa: S608
    op.drop_table("sighting_old")
    op.create_index("ix_sighting_state", "sighting", ["mailbox", "folder", "state"])
    op.create_index("ix_sighting_identity", "sighting", ["identity"])
    op.create_index("ix_sighting_sha256", "sighting", ["sha256"])


def _bounces() -> None:
    op.create_table(
        "bounce",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("certainty", sa.String(16), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("diagnostic", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("reported_at", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_bounce")),
        comment="What mails report of letters, by the letter's Message-ID, "
        "whichever is entered first.",
    )
    op.create_index("ix_bounce_message_id", "bounce", ["message_id"])


def _drop_key_name() -> None:
    """PostgreSQL keeps the name of a renamed table's key, and names are unique there."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("sighting_old", "sighting_new"):
            op.execute(f"ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS pk_sighting")


def _old_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("mailbox", sa.String(128), nullable=False),
        sa.Column("folder", sa.String(255), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    ]
