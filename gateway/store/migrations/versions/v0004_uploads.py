# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person uploaded last without proving what it was written on top of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the column; of earlier uploads nothing is known."""
    op.add_column("reading", sa.Column("upload", sa.String(length=64), nullable=True))
