# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts that services, store and doors hand each other."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, NewType

from ical.address import Address
from ical.editing_repeat import Repeat
from ical.instances import InstanceId
from ical.itip.outcome import Entry
from ical.kinds import DISTRIBUTED, Kind
from ical.news import News
from ical.private import Overlay
from ical.roster import Roster

PersonId = NewType("PersonId", int)
CalendarId = NewType("CalendarId", int)
EntryId = NewType("EntryId", int)
ReadingId = NewType("ReadingId", int)
ProposalId = NewType("ProposalId", int)
CrasherId = NewType("CrasherId", int)
Revision = NewType("Revision", int)
"""Counted per calendar; a collection's sync token, and half of an ETag."""

INBOX = "inbox"
OUTBOX = "outbox"
EVENTS = "calendar"
TASKS = "tasks"
"""Slugs that every home has; nobody can take them away."""


class Rosters(StrEnum):
    """In which entries an organizer reads in DESCRIPTION who has answered what (`ical.roster`)."""

    TASKS = "tasks"
    ALL = "all"
    NONE = "none"

    def covers(self, kind: Kind) -> bool:
        """Tell whether it is there in entries of *kind*."""
        return self is Rosters.ALL or (self is Rosters.TASKS and kind is Kind.VTODO)


@lru_cache(maxsize=10_000)
def urn_of(primary: Address) -> Address:
    """Give the `urn:uuid:` that names whoever has this primary address, as DAV:resource-id does (RFC 5842 3.1)."""
    return Address(uuid.uuid5(uuid.NAMESPACE_URL, primary).urn)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account: a colleague, not a contact."""

    id: PersonId
    login: str
    name: str
    addresses: tuple[Address, ...]
    """`mailto:` addresses, the primary one first."""
    language: str = "nb"
    timezone: str = "Europe/Oslo"
    disabled: bool = False
    left_at: datetime | None = None
    roster: Rosters = Rosters.TASKS
    """In which of the entries that they organize they read the answers as text, too."""

    @property
    def all_addresses(self) -> frozenset[Address]:
        """Every address that names this person in a text, the principal's path and `resource-id` among them."""
        named = (Address(f"/dav/{self.login}/"), Address(f"/{self.login}/"))
        return frozenset((*self.addresses, *named, *(urn_of(address) for address in self.addresses[:1])))


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone outside the company, as the CRM knows them."""

    name: str
    email: str | None = None
    mobile: str | None = None
    company: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """A collection in a person's home; the inbox is one of kind `inbox`."""

    id: CalendarId
    person_id: PersonId
    slug: str
    kind: str
    """`calendar` or `inbox`."""
    name: str
    components: frozenset[Kind]
    """What it was made for; empty: nothing was said."""
    revision: Revision
    floor: Revision
    """Sync tokens below it are too old to be answered."""
    props: Mapping[str, str] = field(default_factory=dict)
    """Dead properties by Clark name (`{http://apple.com/ns/ical/}calendar-color`): the inner XML, escaped as stored."""

    @property
    def etag(self) -> str:
        """The entity tag of all that is in it, quotes included; calendarserver.org's ctag too."""
        return f'"{self.id}-{self.revision}"'

    @property
    def kinds(self) -> frozenset[Kind]:
        """What may lie in it: journals only where it was made for them."""
        return self.components or DISTRIBUTED


class Reading(NamedTuple):
    """That a person has an entry: where it lies, and what is their own in it.

    A tuple, because a large meeting has a thousand of them, which are loaded when it changes.
    """

    id: ReadingId
    entry_id: EntryId
    person_id: PersonId
    calendar_id: CalendarId
    href: str
    """Last segment of the path, `….ics`, not percent-encoded."""
    uid: str
    kind: Kind
    scheduled: bool
    """The entry has other people: it has a Schedule-Tag and a UID of its own in the home."""
    organizer: bool
    revision: Revision
    tag: Revision
    hidden: bool
    overlay: Overlay
    kept_id: int | None
    """The reading does not follow the entry any more but is this kept text."""

    @property
    def etag(self) -> str:
        """The entity tag, quotes included."""
        return f'"{self.id}-{self.revision}"'

    @property
    def schedule_tag(self) -> str | None:
        """The Schedule-Tag, quotes included (RFC 6638 3.2.10); None where nobody else is in the entry."""
        return f'"{self.id}-{self.tag}"' if self.scheduled else None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A reading with all that rendering it needs: the entry, its answers, and the kept text where there is one."""

    reading: Reading
    entry_id: EntryId
    entry: Entry
    """`words` is set for the organizer's reading only."""
    kept: bytes | None = None
    roster: Roster | None = None
    """Who has answered what, where the organizer reads it as text too."""
    people: Mapping[Address, PersonId] = field(default_factory=dict)
    """Which of the addresses asked were a colleague's when they were asked."""
    seen: Mapping[Address, datetime] = field(default_factory=dict)
    """When they looked at it, as far as the organizer is told (UTC); filled for the organizer's reading only."""
    is_delivered: bool = True
    """A program of its owner's has fetched it before."""
    upload: str | None = None
    """What its owner uploaded last, hashed (`gateway.store.reading_changes.remember`)."""


class Rendered(NamedTuple):
    """A calendar object as its owner reads it. A tuple, as `Listed` is."""

    href: str
    etag: str
    schedule_tag: str | None
    text: bytes
    kind: Kind
    uid: str
    undelivered: ReadingId | None = None
    """Set where it is an invitation that no program of its owner's is known to have fetched."""


class Listed(NamedTuple):
    """A calendar object without its text. A tuple, because a listing makes thousands."""

    id: int
    """Of the reading."""
    href: str
    uid: str
    kind: Kind
    scheduled: bool
    revision: int
    tag: int

    @property
    def etag(self) -> str:
        """With its quotes."""
        return f'"{self.id}-{self.revision}"'

    @property
    def schedule_tag(self) -> str | None:
        """With its quotes; None where nobody else is in it."""
        return f'"{self.id}-{self.tag}"' if self.scheduled else None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an href since a revision."""

    href: str
    revision: Revision
    gone: bool
    item: Listed | None = None
    """What lies there now; None where it is gone, and in the inbox, whose items are rendered."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a client demands of the stored object before its write is done (RFC 9110 13.1, RFC 6638 8.3)."""

    if_match: str | None = None
    """The header as sent: `*` or a list of entity tags."""
    if_none_match: str | None = None
    """The header as sent: `*` or a list of entity tags."""
    schedule_tag: str | None = None
    """If-Schedule-Tag-Match as sent; an empty header counts as none (Apple sends one)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a written object lies now, and what may be told of it."""

    calendar_slug: str
    href: str
    created: bool
    verbatim: bool
    """A GET would return the bytes that were sent: the ETag may be told (RFC 4791 5.3.4)."""
    etag: str
    schedule_tag: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What an entry, or one occurrence of it, says: as a page tells of it."""

    kind: Kind
    summary: str
    location: str
    description: str
    start: datetime | date | None
    """Aware, or a date where it lasts whole days."""
    end: datetime | date | None
    """The first moment, or day, that is no longer part of an appointment."""
    due: datetime | date | None
    """When a task is to be done."""
    recurring: bool
    cancelled: bool
    over: bool
    """Its time has passed; a task can be done late."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """What the holder of an answer link may know: one entry, and their own answer to it."""

    uid: str
    brief: Brief
    timezone: str
    """IANA name of the organizer's zone: the page tells times in it."""
    organizer_name: str
    recipient_address: str
    """The mailbox that was invited."""
    recipient_name: str
    partstat: str
    """The answer that stands, in the words of `ical.answers`."""
    percent: int | None
    """How much of a task the recipient has said is done."""
    cancelled: bool
    language: str | None
    """`nb` or `en`; None: not known."""
    recurring: bool
    changed: bool = False
    """It was changed so much since the last answer that it is asked again."""
    comment: str = ""
    """What the recipient wrote with the answer that stands."""
    news: tuple[News, ...] = ()
    """What is another than when they last answered, or else than when the mail with the link was written."""


class Stage(StrEnum):
    """How far an invitation has come with whoever it is for (product, 1.5)."""

    NEW = "new"
    """Not looked at."""
    DISPLAYED = "displayed"
    """Looked at, and nothing decided: it comes up again."""
    DEFERRED = "deferred"
    """Put off: it waits under «Invitasjoner»."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Something that a person is asked to, and has not answered, or has declined."""

    reading_id: ReadingId
    entry_id: EntryId
    instance: InstanceId
    """'' for all of it, else the occurrence alone that is asked about."""
    asked: int
    """What names the question: an answer to an earlier one is none to this."""
    asked_at: datetime | None
    stage: Stage
    deferred_at: datetime | None
    again: bool
    """It was answered before, and changed so much that it is asked again."""
    organizer_name: str
    organizer_zone: str
    """IANA name, '' where it is not known."""
    brief: Brief
    """Of a series that has begun: with when it takes place next."""
    has_begun: bool = False
    repeat: Repeat | None = None
    """How it repeats, where it does and a form can say it."""
    is_deleted: bool = False
    """They declined it by deleting it (reading A23)."""
    comment: str = ""
    """What they wrote with the answer that stands."""
    news: tuple[News, ...] = ()
    """What is another than they last answered, or saw."""
    others: tuple["Fellow", ...] = ()
    """Who else is asked."""


@dataclass(frozen=True, slots=True)
class Fellow:
    """Somebody else who is asked to the same."""

    address: Address
    name: str
