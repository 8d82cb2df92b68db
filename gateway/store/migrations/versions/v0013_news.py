# SPDX-License-Identifier: GPL-3.0-or-later
"""What entries said before, and when somebody knew it: whoever is asked anew is told what is another."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table, and the columns."""
    op.create_table(
        "former",
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_former_entry"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry", "instance", "at", name=op.f("pk_former")),
    )
    op.add_column("answer", sa.Column("answered_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reading", sa.Column("seen_before", sa.DateTime(timezone=True), nullable=True))
