# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads: calendar objects and inbox items, rendered when they are asked for."""

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from gateway.model import Calendar, EntryId, Listed, Loaded, Person, ReadingId, Rendered
from gateway.services.scene import zone_of
from gateway.store import entries, inbox, proposals, readings, windows
from gateway.store import listing as listings
from gateway.store.inbox import Item
from gateway.store.unit import UnitOfWork
from gateway.store.windows import Candidate
from ical import sharing, view
from ical.address import Address
from ical.answers import Answer, Standing
from ical.instances import InstanceId
from ical.itip import build
from ical.itip.countering import countered, turned_down
from ical.itip.outcome import Entry, Method
from ical.itip.proposals import Fate, Proposal
from ical.kinds import Kind
from ical.overrides import narrowed, single
from ical.private import is_for_everybody
from ical.snapshot import Snapshot, read_object

TO_ORGANIZER = frozenset({Method.REPLY, Method.COUNTER})
"""What is told to the organizer, who has no kept text."""
TELLS_OF = {Fate.OPEN: Method.COUNTER, Fate.DECLINED: Method.DECLINECOUNTER}
"""Which message tells of a proposal, by what became of it."""
_About = tuple[EntryId, Address | None, InstanceId, Method]


def render(loaded: Loaded, person: Person, *, away: Collection[Address] | None = None) -> bytes:
    """Give the calendar object that *person* reads: kept text, own private text, or the view of a shared entry.

    *away*: it is for a file, and these have put it away (`ical.view.for_organizer`).
    """
    if loaded.kept is not None:
        return loaded.kept
    if not loaded.reading.scheduled:
        if loaded.entry.words is None:
            raise ValueError("a private entry is read by its owner")
        return loaded.entry.words
    if loaded.reading.organizer:
        return view.for_organizer(loaded.entry, zone_of(person), loaded.roster, away, loaded.seen)
    return view.for_attendee(loaded.entry, person.all_addresses, loaded.reading.overlay, zone_of(person))


def at(uow: UnitOfWork, person: Person, slug: str, href: str) -> Rendered | None:
    """Give the object at *href* of the person's calendar *slug*, or None: also where that is the inbox, or none."""
    found = readings.in_home(uow, person.id, slug, href)
    return rendered(found, person) if found is not None else None


def read_many(
    uow: UnitOfWork, person: Person, calendar: Calendar, hrefs: Collection[str] | None = None
) -> Iterator[Rendered]:
    """Give the objects of *calendar*, all or those at *hrefs*; what is not there is left out."""
    if hrefs is not None:
        yield from (rendered(found, person) for found in readings.at_hrefs(uow, calendar.id, hrefs))
        return
    after: str | None = ""
    while after is not None:
        found, after = page(uow, person, calendar, after)
        yield from found


def page(uow: UnitOfWork, person: Person, calendar: Calendar, after: str) -> tuple[list[Rendered], str | None]:
    """Give the next objects of *calendar* behind the href *after*, by href, and the href that others follow."""
    found = [rendered(one, person) for one in readings.page(uow, calendar.id, after)]
    return found, found[-1].href if len(found) == readings.BATCH else None


def of_ids(uow: UnitOfWork, person: Person, reading_ids: Sequence[ReadingId]) -> Iterator[Rendered]:
    """Give the person's objects of these readings; what is not there any more is left out."""
    return (rendered(found, person) for found in readings.of_ids(uow, reading_ids))


def listing(uow: UnitOfWork, calendar: Calendar, *, kind: Kind | None = None) -> Iterator[Listed]:
    """Give what lies in *calendar* without texts, by href."""
    after: str | None = ""
    while after is not None:
        found, after = listed_page(uow, calendar, after, kind)
        yield from found


def listed_page(
    uow: UnitOfWork, calendar: Calendar, after: str, kind: Kind | None = None
) -> tuple[list[Listed], str | None]:
    """Give what lies next in *calendar* behind the href *after*, without texts, and the href that others follow."""
    found = listings.page(uow, calendar.id, after, kind)
    return found, found[-1].href if len(found) == listings.PAGE else None


def within(
    uow: UnitOfWork,
    calendar: Calendar,
    *,
    kinds: Collection[Kind] = tuple(Kind),
    start: datetime | None,
    end: datetime | None,
) -> list[Candidate]:
    """Give what of *calendar* takes place between *start* and *end* (UTC), or may do so, without texts."""
    return windows.candidates(uow, calendar.person_id, calendar.id, kinds, start, end)


def read_inbox(
    uow: UnitOfWork, person: Person, hrefs: Collection[str] | None = None, *, private: bool = True
) -> Iterator[Rendered]:
    """Give the iTIP messages in the person's inbox, all or those at *hrefs* (RFC 6638 2.2).

    *private* False: without those about what is not for everybody, of which the messages themselves may say nothing.
    """
    items = inbox.listed(uow, person.id, hrefs)
    about = entries.by_ids(uow, {item.entry_id for item in items})
    hidden = frozenset() if private else _private(uow, person, about)
    items = tuple(item for item in items if item.entry_id not in hidden)
    kept = readings.kept_texts(uow, person.id, about.keys())
    wanted = _proposals(uow, items)
    last: tuple[bytes, Snapshot] | None = None
    for item in items:
        entry = about[item.entry_id]
        base = entry.shared if item.method in TO_ORGANIZER else kept.get(item.entry_id, entry.shared)
        if last is None or last[0] is not base:  # many items in a row may be about the days of one large series
            last = base, read_object(base, zone_of(person))
        proposal = wanted.get((item.entry_id, item.address, item.instance, item.method))
        text = _message(item, entry, last[1], person, proposal)
        yield Rendered(item.href, _etag(item, text), None, text, entry.kind, entry.uid)


def _private(uow: UnitOfWork, person: Person, about: Mapping[EntryId, Entry]) -> frozenset[EntryId]:
    """Give which of the entries are not for everybody: as they are shared, or as *person* has or had them."""
    shared = frozenset(entry_id for entry_id, entry in about.items() if not is_for_everybody(entry.shared))
    ids = [one.id for one in readings.of_uids(uow, [(person.id, entry.uid) for entry in about.values()])]
    theirs = readings.with_deleted(uow, ids)
    return shared | frozenset(one.entry_id for one in theirs if not is_for_everybody(render(one, person)))


def _proposals(uow: UnitOfWork, items: Sequence[Item]) -> dict[_About, Proposal]:
    """Give what messages about proposals tell of: the last one of somebody for an occurrence that became this."""
    concerned = {item.entry_id for item in items if item.method in TELLS_OF.values()}
    found = proposals.of_entries(uow, concerned)
    told = ((one, TELLS_OF.get(one.proposal.fate)) for one in found)
    return {
        (one.entry_id, one.proposal.address, one.proposal.instance, method): one.proposal
        for one, method in told
        if method is not None
    }


def rendered(loaded: Rendered | Loaded, person: Person, *, away: Collection[Address] | None = None) -> Rendered:
    """Give what was found as *person* reads it, as `render` does."""
    if isinstance(loaded, Rendered):
        return loaded
    reading = loaded.reading
    is_news = not (loaded.is_delivered or reading.organizer) and reading.person_id == person.id
    return Rendered(
        reading.href,
        reading.etag,
        reading.schedule_tag,
        render(loaded, person, away=away),
        reading.kind,
        reading.uid,
        reading.id if is_news else None,
    )


def _etag(item: Item, text: bytes) -> str:
    """Name the text too: it is made of the entry, which may change without a new message."""
    return f'"i{item.id}-{item.revision}-{zlib.crc32(text):08x}"'


def _message(item: Item, entry: Entry, base: Snapshot, person: Person, proposal: Proposal | None) -> bytes:
    """Make the text of an inbox item from the entry as it is now, as *base* says: nothing is stored twice."""
    zone = zone_of(person)
    if item.method is Method.REPLY:
        about = item.address or person.addresses[0]
        stands = Standing(entry.answers).of(about, item.instance) or Answer(about)
        return build.reply(base, stands._replace(instance=item.instance), now=item.at, zone=zone)
    if item.method is Method.COUNTER and proposal is not None:
        text = countered(base, proposal, zone)
    elif item.method is Method.DECLINECOUNTER and proposal is not None:
        text = turned_down(narrowed(base, person.all_addresses, zone), proposal, zone)
    else:
        text = narrowed(single(base, item.instance, zone), person.all_addresses, zone).document.raw
    address = next((a.address for a in entry.answers if a.address in person.all_addresses), person.addresses[0])
    if item.method is Method.CANCEL:
        text = sharing.called_off(text, read_object(text, zone).sequence, zone)
    return build.draft(item.method, text, (), sender=None, alone=False, now=item.at, zone=zone).to(address)
