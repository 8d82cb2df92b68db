# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's calendars: make, change and remove them, and what changed in one since a client last asked."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from gateway.errors import DefaultCalendarNeeded, Refused, TokenTooOld
from gateway.model import EVENTS, INBOX, OUTBOX, TASKS, Calendar, Change, Person, Revision
from gateway.services.deleting import forget_copies, take_all_out
from gateway.services.scene import Scene
from gateway.store import calendars
from gateway.store.calendars import Place
from gateway.store.listing import PAGE
from gateway.store.unit import UnitOfWork
from ical.kinds import Kind

ALWAYS_THERE = frozenset({EVENTS, TASKS, INBOX, OUTBOX})
SLUG_LENGTH = 128
MOST = 200
"""Calendars of one person."""
_WITHIN = "~"
"""Stands before the name that was told last, where a token is given in the middle of a revision."""
_TOKEN = re.compile(rf"(?:.*/)?(\d{{1,18}})-(\d{{1,18}})(?:{_WITHIN}(.+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a collection since a token."""

    token: str
    """What to ask with the next time."""
    changes: tuple[Change, ...]
    truncated: bool
    """There is more: ask again with `token` (RFC 6578 3.6)."""


def create(
    uow: UnitOfWork, person: Person, slug: str, *, name: str, components: Collection[Kind], props: Mapping[str, str]
) -> Calendar:
    """Make a calendar in the person's home; raises Refused where its name cannot be, or too many are there."""
    if not slug or len(slug) > SLUG_LENGTH or "/" in slug or slug.startswith(".") or not slug.isprintable():
        raise Refused("the name of the calendar is empty, too long, or has characters that no name may have")
    there = calendars.of_person(uow, person.id)
    if slug == OUTBOX or any(c.slug == slug for c in there):
        raise Refused(f"there is a collection {slug} already")
    if len(there) >= MOST:
        raise Refused(f"nobody may have more than {MOST} calendars")
    return calendars.add(uow, person.id, slug, "calendar", name or slug, components, props)


def remove(uow: UnitOfWork, person: Person, calendar: Calendar, *, reply: bool, scene: Scene) -> None:
    """Remove a calendar; what lies in it is deleted as if one by one (RFC 6638 3.2.3.3), but in passes over many.

    Raises DefaultCalendarNeeded where invitations arrive in it (RFC 6638 4.3).
    """
    if calendar.slug in ALWAYS_THERE:
        raise DefaultCalendarNeeded(f"{calendar.slug} is where new entries arrive")
    take_all_out(uow, person, calendar, reply=reply, scene=scene)
    # Entries are held before calendars, so something may have come until now, and nothing from now on.
    calendars.hold(uow, person.id, calendar.slug)
    take_all_out(uow, person, calendar, reply=reply, scene=scene)
    forget_copies(uow, person, calendar)
    calendars.remove(uow, calendar.id)


def change(
    uow: UnitOfWork, calendar: Calendar, *, name: str | None, set_: Mapping[str, str], remove_: Collection[str]
) -> None:
    """Change a calendar's name and dead properties; clients see it by the ctag."""
    props = {key: value for key, value in calendar.props.items() if key not in remove_} | dict(set_)
    calendars.set_props(uow, calendar.id, name or calendar.name, props)
    calendars.advance(uow, {calendar.id})


def changes(uow: UnitOfWork, calendar: Calendar, token: str | None, limit: int | None = None) -> Changes:
    """Give what changed in *calendar* since *token* (RFC 6578 3.2), all that is there without one.

    Raises TokenTooOld where the token is not of this calendar, or older than what is remembered.
    """
    place = begin(calendar, token)
    if limit is None:
        told = Changes(token_of(calendar), tuple(_all(uow, calendar, place)), truncated=False)
    else:
        told = _limited(uow, calendar, place, limit)
    if token:
        return told
    # Only now: what is left out before the cut would hide what comes behind it.
    return replace(told, changes=tuple(c for c in told.changes if not c.gone))


def begin(calendar: Calendar, token: str | None) -> Place:
    """Give where the changes since *token* begin; raises TokenTooOld."""
    return _place(calendar, token) if token else Place(Revision(1))


def page(uow: UnitOfWork, calendar: Calendar, place: Place, most: int = PAGE) -> tuple[list[Change], Place | None]:
    """Give the next changes from *place* up to the revision that *calendar* has, and where they go on.

    What changes again meanwhile is left out: whoever asks with that revision's token gets to know it.
    """
    found = calendars.changes_from(uow, calendar, place, calendar.revision, most)
    return found, Place(found[-1].revision, found[-1].href) if len(found) == most else None


def token_of(calendar: Calendar, revision: Revision | None = None) -> str:
    """Give the sync token of *calendar* at *revision*, by default at what it is now; a URI (RFC 6578 4)."""
    return f"http://distrib.invalid/ns/sync/{calendar.id}-{calendar.revision if revision is None else revision}"


def _all(uow: UnitOfWork, calendar: Calendar, start: Place) -> Iterator[Change]:
    place: Place | None = start
    while place is not None:
        found, place = page(uow, calendar, place)
        yield from found


def _limited(uow: UnitOfWork, calendar: Calendar, place: Place, limit: int) -> Changes:
    """Leave the rest for the next time, also that of a revision which changed more than *limit* (RFC 6578 3.7)."""
    found = calendars.changes_from(uow, calendar, place, calendar.revision, limit + 1)
    if len(found) <= limit:
        return Changes(token_of(calendar), tuple(found), truncated=False)
    last, following = found[limit - 1], found[limit]
    token = token_of(calendar, last.revision)
    if following.revision == last.revision:
        token += f"{_WITHIN}{quote(last.href, safe='')}"
    return Changes(token, tuple(found[:limit]), truncated=True)


def _place(calendar: Calendar, token: str) -> Place:
    """Give where what *token* does not know yet begins."""
    match = _TOKEN.fullmatch(token.strip())
    if match is None or int(match.group(1)) != calendar.id:
        raise TokenTooOld("the sync token is not one of this calendar")
    revision, within = Revision(int(match.group(2))), match.group(3)
    if not calendar.floor + (within is not None) <= revision <= calendar.revision:
        raise TokenTooOld("the sync token is older than what is remembered")
    return Place(revision, unquote(within)) if within is not None else Place(Revision(revision + 1))
