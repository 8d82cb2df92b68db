# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts for whom, and by whom an answer was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table, and the column."""
    op.create_table(
        "deputy",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("deputy", sa.Integer(), nullable=False),
        sa.Column("sees_private", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["deputy"], ["person.id"], name=op.f("fk_deputy_deputy"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_deputy_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "deputy", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_deputy"), "deputy", ["deputy"])
    op.add_column("answer", sa.Column("sent_by", sa.String(length=320), nullable=True))
