"""The register, decisions, which version counts, 档号"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.ledger.schema import Moment, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("routed", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("receipt") as table:
        table.add_column(sa.Column("pdf_sha256", sa.String(64), server_default="", nullable=False))
    op.create_index(op.f("ix_receipt_pdf_sha256"), "receipt", ["pdf_sha256"])
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("first_received_at", Moment(length=32), nullable=True))
        table.add_column(sa.Column("stands_from", Moment(length=32), nullable=True))
        table.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        table.add_column(
            sa.Column("archival_code", sa.String(128), server_default="", nullable=False)
        )
        table.add_column(sa.Column("decision", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "register_import",
        sa.Column("programme", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("imported_at", Moment(length=32), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("file_name", Words(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "version", name=op.f("pk_register_import")),
        comment="Every import of issued numbers; the highest version of a programme is in force.",
    )
    op.create_table(
        "register_entry",
        sa.Column("programme", sa.String(64), nullable=False),
        sa.Column("number_key", sa.String(255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("application_no", Words(), nullable=False),
        sa.Column("full_name", Words(), nullable=False),
        sa.Column("uscc", sa.String(32), server_default="", nullable=False),
        *(
            sa.Column(name, Words(), server_default="", nullable=False)
            for name in ("city", "recommender", "contact", "mobile", "email")
        ),
        sa.Column("former_names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "number_key", name=op.f("pk_register_entry")),
        comment="The register in force: which number was issued to which unit.",
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("programme", sa.String(64), nullable=False),
        sa.Column("object_id", sa.String(255), nullable=False),
        sa.Column("on_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("at", Moment(length=32), nullable=False),
        sa.Column("application_no", Words(), server_default="", nullable=False),
        sa.Column("full_name", Words(), server_default="", nullable=False),
        sa.Column("revokes", sa.String(64), server_default="", nullable=False),
        sa.Column("letter", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("error", Words(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        comment="What clerks decided: pending until it is filed, then done; failed: why.",
    )
    op.create_index("ix_decision_state", "decision", ["state"])
    op.create_index("ix_decision_object", "decision", ["programme", "object_id"])
    op.create_table(
        "archival_code",
        sa.Column("programme", sa.String(64), nullable=False),
        sa.Column("object_id", sa.String(255), nullable=False),
        sa.Column("code", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("programme", "object_id", name=op.f("pk_archival_code")),
        sa.UniqueConstraint("code", name=op.f("uq_archival_code_code")),
        comment="档号, drawn once for each application.",
    )


def downgrade() -> None:
    for table_name in ("archival_code", "decision", "register_entry", "register_import"):
        op.drop_table(table_name)
    with op.batch_alter_table("revision") as table:
        for name in ("decision", "archival_code", "due_on", "stands_from", "first_received_at"):
            table.drop_column(name)
    op.drop_index(op.f("ix_receipt_pdf_sha256"), "receipt")
    with op.batch_alter_table("receipt") as table:
        table.drop_column("pdf_sha256")
    with op.batch_alter_table("message") as table:
        table.drop_column("routed")
