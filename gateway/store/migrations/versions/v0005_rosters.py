# SPDX-License-Identifier: GPL-3.0-or-later
"""Where people read the answers to what they organize as text."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the column: of tasks, by everybody."""
    op.add_column("person", sa.Column("roster", sa.String(length=8), server_default="tasks", nullable=False))
