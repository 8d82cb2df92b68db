# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups that are invited under one address, and who belongs to them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_group")),
        sa.UniqueConstraint("address", name=op.f("uq_people_group_address")),
    )
    op.create_table(
        "group_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("people_group", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        _foreign("people_group", "people_group"),
        _foreign("person", "person"),
        _foreign("part", "people_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
        _unique("person"),
        _unique("address"),
        _unique("part"),
    )
    op.create_index(op.f("ix_group_member_person"), "group_member", ["person"])
    op.create_index(op.f("ix_group_member_part"), "group_member", ["part"])


def _foreign(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_group_member_{column}"), ondelete="CASCADE"
    )


def _unique(column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("people_group", column, name=op.f(f"uq_group_member_people_group_{column}"))
