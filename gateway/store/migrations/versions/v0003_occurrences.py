# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to single occurrences, and when an entry was called off."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the columns; what there was is about whole entries."""
    op.add_column("answer", sa.Column("hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("entry", sa.Column("off_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("answer_link", sa.Column("instance", sa.String(length=32), server_default="", nullable=False))
