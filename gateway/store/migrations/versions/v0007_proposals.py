# SPDX-License-Identifier: GPL-3.0-or-later
"""Counter-proposals, and room for the method that turns one down."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0007"
down_revision = "0006"

METHOD = sa.String(length=16)


def upgrade() -> None:
    """Make the table, and the columns wider."""
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("start", sa.String(length=32), nullable=True),
        sa.Column("end", sa.String(length=32), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_proposal_entry", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    key = ["entry", "address", "instance"]
    op.create_index("ix_proposal_entry_address_instance", "proposal", key, unique=False)
    is_open = sa.text("fate = 'open'")
    op.create_index("uq_proposal_open", "proposal", key, unique=True, sqlite_where=is_open, postgresql_where=is_open)
    if op.get_context().dialect.name == "sqlite":
        _make_anew("inbox_item", _inbox_item(), ("ix_inbox_item_entry", ["entry"]))
        _make_anew("outbox", _outbox(), ("ix_outbox_state_due_at", ["state", "due_at"]))
    else:
        op.alter_column("inbox_item", "method", type_=METHOD)
        op.alter_column("outbox", "method", type_=METHOD)


def _make_anew(name: str, columns: Sequence[SchemaItem], index: tuple[str, list[str]]) -> None:
    """SQLite cannot change a column: the table is made anew beside the old one, which nothing refers to."""
    op.rename_table(name, f"old_{name}")
    op.create_table(name, *columns)
    op.execute(f"INSERT INTO {name} SELECT * FROM old_{name}")  # noqa: S608 - names of ours
    op.drop_table(f"old_{name}")
    op.create_index(index[0], name, index[1], unique=False)


def _inbox_item() -> Sequence[SchemaItem]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("href", sa.String(length=128), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("method", METHOD, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_inbox_item_entry", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_inbox_item_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_item"),
        sa.UniqueConstraint(
            *("person", "entry", "method", "address", "instance"),
            name="uq_inbox_item_person_entry_method_address_instance",
        ),
        sa.UniqueConstraint("person", "href", name="uq_inbox_item_person_href"),
    )


def _outbox() -> Sequence[SchemaItem]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("method", METHOD, nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_outbox_entry", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "entry", "instance", "address", "method", "cause", name="uq_outbox_entry_instance_address_method_cause"
        ),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
