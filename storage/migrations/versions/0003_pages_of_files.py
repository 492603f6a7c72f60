"""Pages of files, fields of forms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("fields", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("file") as table:
        for name in ("pages", "unread"):
            table.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("file") as table:
        for name in ("unread", "pages"):
            table.drop_column(name)
    with op.batch_alter_table("revision") as table:
        table.drop_column("fields")
