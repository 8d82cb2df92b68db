# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables. One company is one database: nothing here has a company column.

Times are UTC and aware; texts are bytes as they were sent; JSON columns hold what no query asks about.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway.store.instants import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _span() -> tuple[Column[Any], ...]:
    """What the time index knows beside `span_start`, `span_end` and `recurring` (`ical.timeindex.Span`).

    The defaults are for rows that were written before there was an index: their texts must be asked.
    """
    return (
        Column("wide", Boolean, nullable=False, server_default=text("true")),
        Column("exact", Boolean, nullable=False, server_default=text("false")),
        Column("busy", Integer, nullable=False, server_default=text("2")),
        Column("known_until", Instant),
    )


person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password", String(200)),
    Column("language", String(8), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("left_at", Instant),
    Column("roster", String(8), nullable=False, server_default="tasks"),
)
"""Never deleted while custodian of an entry: `left_at` tells that somebody is no longer here."""

address = Table(
    "address",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rank", Integer, nullable=False),
)
"""`mailto:` addresses of people, comparable form; rank 0 is the primary one."""

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("proof", String(64), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False, index=True),
)
"""Somebody signed in with a browser: SHA-256 of the secret in its cookie, and of the password hash that opened it."""

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), index=True),
    Column("mobile", String(32)),
    Column("company", String(200)),
    Column("language", String(8)),
)

people_group = Table(
    "people_group",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("address", String(320), nullable=False, unique=True),
)
"""What is invited under one address (`mailto:`, comparable form), and stands for several people."""

group_member = Table(
    "group_member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("people_group", ForeignKey("people_group.id", ondelete="CASCADE"), nullable=False),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), index=True),
    Column("address", String(320)),
    Column("part", ForeignKey("people_group.id", ondelete="CASCADE"), index=True),
    UniqueConstraint("people_group", "person"),
    UniqueConstraint("people_group", "address"),
    UniqueConstraint("people_group", "part"),
)
"""What belongs to a group: a colleague, an address that was nobody's of ours, or another group; one of the three."""

deputy = Table(
    "deputy",
    metadata,
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("deputy", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("sees_private", Boolean, nullable=False),
)
"""Who acts for whom: a secretary reads and writes the calendars of somebody else."""

calendar = Table(
    "calendar",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("slug", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("components", String(32), nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("floor", Integer, nullable=False, server_default=text("0")),
    Column("props", JSON, nullable=False),
    UniqueConstraint("person", "slug"),
)
"""Collections of a home. `components` are the kinds it was made for, with commas; the inbox is of kind `inbox`."""

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(1024), nullable=False),
    Column("scope", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    Column("custodian", ForeignKey("person.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("words", LargeBinary, nullable=False),
    Column("shared", LargeBinary),
    Column("organizer", String(320)),
    Column("sequence", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    Column("span_start", Instant),
    Column("span_end", Instant),
    Column("recurring", Boolean, nullable=False, server_default=text("false")),
    Column("crm_ref", String(200)),
    *_span(),
    Column("off_at", Instant),
    Column("outside", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("uid", "scope"),
)
"""One appointment, task or journal.

`scope` is `person:ID` of its organizer here, or of whoever is invited by somebody `outside`; `calendar:ID` where nobody
else is in it.
`shared` NULL means "the same as words"; only `store.entries` and `store.related` may read `words`, and
only for the custodian.
`span_start` NULL: it has no time at all; `span_end` NULL: it never ends, or has no time.
"""

answer = Table(
    "answer",
    metadata,
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("address", String(320), primary_key=True),
    Column("instance", String(32), primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="SET NULL")),
    Column("partstat", String(16), nullable=False),
    Column("shown", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("stamp", Instant),
    Column("digest", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("reset_sequence", Integer, nullable=False),
    Column("percent", Integer),
    Column("completed_at", Instant),
    Column("written", String(16), nullable=False),
    Column("comment", Text),
    Column("delegated_to", String(320)),
    Column("delegated_from", String(320)),
    Column("added_by", String(320)),
    Column("agent", String(16), nullable=False),
    Column("asked_at", Instant),
    Column("answered_at", Instant),
    Column("delivery", String(64), nullable=False),
    Column("organizer", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=text("false")),
    Column("answered_before", Instant),
    Column("sent_by", String(320)),
    Index("ix_answer_person_entry", "person", "entry"),
    Index(
        "ix_answer_waiting",
        "person",
        sqlite_where=text("partstat = 'NEEDS-ACTION' AND NOT organizer"),
        postgresql_where=text("partstat = 'NEEDS-ACTION' AND NOT organizer"),
    ),
)
"""`ical.answers.Answer`, and which person the address was when it was asked (NULL: outside)."""

kept = Table(
    "kept",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", LargeBinary, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("uid", String(1024), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("scheduled", Boolean, nullable=False),
    Column("calendar", ForeignKey("calendar.id", ondelete="CASCADE"), nullable=False),
    Column("href", String(1100), nullable=False),
    Column("organizer", Boolean, nullable=False),
    Column("overlay", JSON, nullable=False),
    Column("kept", ForeignKey("kept.id", ondelete="SET NULL")),
    Column("revision", Integer, nullable=False),
    Column("tag", Integer, nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=text("false")),
    Column("partial", Boolean, nullable=False, server_default=text("false")),
    Column("span_start", Instant),
    Column("span_end", Instant),
    Column("recurring", Boolean, nullable=False, server_default=text("false")),
    Column("delivered_at", Instant),
    Column("displayed_at", Instant),
    Column("deferred_at", Instant),
    Column("answered_at", Instant),
    *_span(),
    Column("own_transp", Boolean, nullable=False, server_default=text("false")),
    Column("upload", String(64)),
    Column("seen_before", Instant),
    UniqueConstraint("entry", "person"),
    UniqueConstraint("calendar", "href"),
    Index(
        "uq_reading_person_uid_scheduled",
        "person",
        "uid",
        unique=True,
        sqlite_where=text("scheduled"),
        postgresql_where=text("scheduled"),
    ),
    Index("ix_reading_kept", "kept", sqlite_where=text("kept IS NOT NULL"), postgresql_where=text("kept IS NOT NULL")),
    Index("ix_reading_person_uid", "person", "uid"),
    Index("ix_reading_person_span", "person", "wide", "span_start", "span_end"),
)
"""A hidden reading keeps its row and href (it may come back), and is listed nowhere. Its times are the entry's.

`own_transp`: its person says otherwise than the organizer whether it takes time. `seen_before`: when they looked at it
last before they were asked anew.
"""

occurrence = Table(
    "occurrence",
    metadata,
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("start", Instant, primary_key=True),
    Column("instance", String(32), primary_key=True),
    Column("end", Instant, nullable=False),
    Column("busy", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Each time that a recurring entry takes place, as far as `known_until`; the words are the truth."""

inbox_item = Table(
    "inbox_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("href", String(128), nullable=False),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("method", String(16), nullable=False),
    Column("address", String(320), nullable=False),
    Column("instance", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("person", "href"),
    UniqueConstraint("person", "entry", "method", "address", "instance"),
)
"""No text: it is rendered. `address` is whose answer a REPLY tells of, or whose proposal it is about, else ''."""

proposal = Table(
    "proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("address", String(320), nullable=False),
    Column("instance", String(32), nullable=False),
    Column("fate", String(16), nullable=False),
    Column("start", String(32)),
    Column("end", String(32)),
    Column("location", Text),
    Column("comment", Text),
    Column("sequence", Integer, nullable=False),
    Column("stamp", Instant, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("answer", Text),
    Index("ix_proposal_entry_address_instance", "entry", "address", "instance"),
    Index(
        "uq_proposal_open",
        "entry",
        "address",
        "instance",
        unique=True,
        sqlite_where=text("fate = 'open'"),
        postgresql_where=text("fate = 'open'"),
    ),
)
"""`ical.itip.proposals.Proposal`: of each person and occurrence one is open at most. `text`: the COUNTER as it came."""

former = Table(
    "former",
    metadata,
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True),
    Column("instance", String(32), primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("said", JSON, nullable=False),
)
"""What an entry, or one occurrence of it, said until then (`ical.news.Saying.facts`): as much as people are told of."""

crasher = Table(
    "crasher",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("custodian", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("address", String(320), nullable=False),
    Column("instance", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("partstat", String(16), nullable=False),
    Column("percent", Integer),
    Column("completed_at", Instant),
    Column("comment", Text),
    Column("sequence", Integer, nullable=False),
    Column("stamp", Instant),
    Column("channel", String(16), nullable=False),
    Column("via", String(320)),
    Column("at", Instant, nullable=False),
    Column("refused", Boolean, nullable=False, server_default=text("false")),
    Column("pulse", Integer, nullable=False),
    UniqueConstraint("entry", "address", "instance"),
)
"""`ical.itip.crashers.Crasher`, for the custodian of the entry alone. `refused`: they were turned away, and what they
said is forgotten but for what a repeat of it is known by. `pulse`: any number, another one each time.
"""

change = Table(
    "change",
    metadata,
    Column("calendar", ForeignKey("calendar.id", ondelete="CASCADE"), primary_key=True),
    Column("href", String(1100), primary_key=True),
    Column("revision", Integer, nullable=False),
    Index("ix_change_calendar_revision", "calendar", "revision"),
)
"""The newest revision of each href that ever was: an href without a visible reading (or inbox item) is gone."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("instance", String(32), nullable=False),
    Column("address", String(320), nullable=False),
    Column("method", String(16), nullable=False),
    Column("cause", String(80), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("response", Text),
    UniqueConstraint("entry", "instance", "address", "method", "cause"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
)
"""Mail to be sent. `state`: pending, claimed, sent, failed. `facts`: what compose needs beside the text."""

reply_address = Table(
    "reply_address",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("address", String(320), nullable=False),
    Column("drafted", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("entry", "address"),
)
"""The secret mailbox (plus-address) that stands as ORGANIZER in one contact's invitation.

`drafted`: what goes to them about it is written, and whoever organizes it sends it.
"""

draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("address", String(320), nullable=False),
    Column("instance", String(32), nullable=False, server_default=text("''")),
    Column("method", String(16), nullable=False),
    Column("text", LargeBinary),
    Column("facts", JSON),
    Column("message_id", String(255)),
    Column("subject", Text),
    Column("words", Text),
    Column("created_at", Instant, nullable=False),
    Column("taken_at", Instant),
    UniqueConstraint("entry", "address", "instance"),
)
"""Mail to a contact that whoever organizes the entry has not sent yet. `text` NULL: they are not asked before it is
sent; `subject` and `words` NULL: as we would write them; `taken_at`: when it was downloaded."""

answer_link = Table(
    "answer_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("address", String(320), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("instance", String(32), nullable=False, server_default=text("''")),
)
"""SHA-256 of the token in an answer link; the token itself is only in the mail."""

received = Table(
    "received",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("message_id", String(998), nullable=False),
    Column("at", Instant, nullable=False),
    Column("entry", ForeignKey("entry.id", ondelete="SET NULL"), index=True),
    Column("what", String(32), nullable=False),
)
"""Mail that was taken in, by SHA-256 of recipient and Message-ID: the same mail twice is dealt with once."""

moved = Table(
    "moved",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
)
"""SHA-256 of what was brought in from elsewhere, with its place: it is never brought in once more."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("person", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sender", String(320), nullable=False),
    Column("method", String(16), nullable=False),
    Column("uid", String(1024), nullable=False),
    Column("summary", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),
)
"""Invitations from outside that wait for an administrator: the calendar part, and whom it came to."""

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("what", String(32), nullable=False),
    Column("why", Text, nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about this database itself: that it is the demo company's, for one."""
