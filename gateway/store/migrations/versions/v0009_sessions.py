# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is signed in with a browser, and what waits for their answer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_session_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_person"), "session", ["person"])
    op.create_index(op.f("ix_session_used_at"), "session", ["used_at"])
    waiting = sa.text("partstat = 'NEEDS-ACTION' AND NOT organizer")
    op.create_index(op.f("ix_answer_waiting"), "answer", ["person"], sqlite_where=waiting, postgresql_where=waiting)
