# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who answer without being asked, for whoever organizes it to decide."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "crasher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("custodian", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("partstat", sa.String(length=16), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("via", sa.String(length=320), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pulse", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_crasher_entry"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["custodian"], ["person.id"], name=op.f("fk_crasher_custodian"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crasher")),
        sa.UniqueConstraint("entry", "address", "instance", name=op.f("uq_crasher_entry_address_instance")),
    )
    op.create_index(op.f("ix_crasher_custodian"), "crasher", ["custodian"])
