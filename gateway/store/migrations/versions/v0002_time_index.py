# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of times: each occurrence, and how entries take time.

Old rows say that nothing is known of them but how far they reach; `gateway.services.reindex` fills them in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NOTHING_IS_KNOWN = "0001-01-01 00:00:00.000000"


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "occurrence",
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_occurrence_entry", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry", "start", "instance", name="pk_occurrence"),
        sqlite_with_rowid=False,
    )
    for name in ("entry", "reading"):
        for column in _columns():
            op.add_column(name, column)
        op.execute(f"UPDATE {name} SET known_until = '{NOTHING_IS_KNOWN}' WHERE recurring")  # noqa: S608 - names of ours
    op.add_column("reading", sa.Column("own_transp", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_index("ix_reading_person_span", table_name="reading")
    op.create_index("ix_reading_person_span", "reading", ["person", "wide", "span_start", "span_end"])
    op.drop_column("reading", "transp")
    # Free-busy asks what one person said to each of their entries.
    op.drop_index("ix_answer_person", table_name="answer")
    op.create_index("ix_answer_person_entry", "answer", ["person", "entry"])


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("wide", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("exact", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("busy", sa.Integer(), server_default=sa.text("2"), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
    )
