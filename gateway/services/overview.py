# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever organizes an entry may know of those whom they asked: answers, who has seen it, how much is done.

*Seen* is as the product tells it (reading A3): answered, or looked at and not put off.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.errors import NotFound
from gateway.model import Brief, EntryId, Loaded, Person, ReadingId
from gateway.services.brief import brief
from gateway.services.scene import zone_of
from gateway.store import handed_out, people, readings, rosters
from gateway.store.answers import Asked
from gateway.store.handed_out import Posted
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, NEEDS_ACTION, TENTATIVE, Answer, Standing
from ical.instances import SERIES, InstanceId
from ical.itip.answering import allowed
from ical.itip.groups import individuals
from ical.itip.outcome import State
from ical.kinds import Kind
from ical.overrides import single
from ical.people import Attendee
from ical.roster import Member
from ical.sharing import COMMENT, PERCENT
from ical.snapshot import Snapshot, read_object
from ical.tasks import DONE, Progress, rule_of, whole

MOST_DAYS = 60
"""Days of a series that are told apart."""
_APPROVED = frozenset({ACCEPTED, IN_PROCESS, COMPLETED})


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is asked, as the organizer is told of them."""

    address: Address
    name: str
    is_colleague: bool
    partstat: str
    seen_at: datetime | None
    """When they looked at it or answered (UTC); None: they have not seen it."""
    answered_at: datetime | None
    channel: str
    percent: int | None
    completed_at: datetime | None
    comment: str
    delegated_to: str
    """The name of whoever is in it instead, '' where nobody is."""
    is_sent: bool
    """They were asked at all."""
    is_failed: bool
    """The message could not be delivered."""
    mailed_at: datetime | None
    """When the last mail to a contact left (UTC)."""

    @property
    def is_approved(self) -> bool:
        """Tell whether they said yes."""
        return self.partstat in _APPROVED

    @property
    def is_maybe(self) -> bool:
        """Tell whether they said that they may come: neither a yes nor a no (product, 5.7)."""
        return self.partstat == TENTATIVE

    @property
    def is_declined(self) -> bool:
        """Tell whether they said no."""
        return self.partstat == DECLINED

    @property
    def is_unanswered(self) -> bool:
        """Tell whether they owe an answer."""
        return self.partstat == NEEDS_ACTION

    @property
    def is_unseen(self) -> bool:
        """Tell whether a colleague has not seen it. Of contacts nobody can know."""
        return self.is_unanswered and self.is_colleague and self.seen_at is None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a series that some answered apart, or were asked to alone."""

    instance: InstanceId
    brief: Brief
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many said what."""

    approved: int
    declined: int
    seen: int
    """Seen, and neither a yes nor a no."""
    unseen: int
    """Neither answered nor known to be seen."""


@dataclass(frozen=True, slots=True)
class Overview:
    """An entry and those who are asked."""

    reading_id: ReadingId
    entry_id: EntryId
    version: str
    """The Schedule-Tag: what is changed from a page is changed on top of this."""
    brief: Brief
    recipients: tuple[Recipient, ...]
    days: tuple[Day, ...]
    progress: Progress
    """Of a task as a whole."""
    is_done: bool
    """A task that all have done, or that its distributor closed."""

    @property
    def count(self) -> Count:
        """Count the answers."""
        return _count(self.recipients)


def organized(uow: UnitOfWork, person: Person, reading_id: ReadingId) -> Loaded:
    """Give what *person* organizes and others are in; raises NotFound where it is none of theirs (V-13)."""
    found = next(readings.loaded(uow, [reading_id]), None)
    if found is None or found.reading.person_id != person.id or not _is_shown(found):
        raise NotFound("there is nothing of yours that others are asked to")
    return found


def has_others(uow: UnitOfWork, reading_id: ReadingId) -> bool:
    """Tell whether anybody is (still) asked to what its organizer has here."""
    found = next(readings.loaded(uow, [reading_id]), None)
    return found is not None and _is_shown(found)


def of(uow: UnitOfWork, person: Person, reading_id: ReadingId, now: datetime) -> Overview:
    """Give who is in what *person* organizes, asked or not (A4), and what they said; raises NotFound."""
    held = organized(uow, person, reading_id)
    seen = _overviews(uow, person, [held], now)[0]
    return replace(seen, recipients=(*seen.recipients, *_not_asked(uow, person, held)))


def of_all(uow: UnitOfWork, person: Person, reading_ids: Sequence[ReadingId], now: datetime) -> list[Overview]:
    """As `of`, of several at once and by as many statements as of one; what is none of theirs is left out."""
    held = {one.reading.id: one for one in readings.at_once(uow, reading_ids)}
    return _overviews(uow, person, [held[n] for n in reading_ids if n in held and _is_shown(held[n])], now)


def _is_shown(held: Loaded) -> bool:
    is_theirs = held.reading.organizer and not held.entry.outside and held.kept is None
    is_asked = any(not a.organizer for a in held.entry.answers)
    return is_theirs and (is_asked or b"\nATTENDEE" in (held.entry.words or b""))


def _not_asked(uow: UnitOfWork, person: Person, held: Loaded) -> Iterator[Recipient]:
    """Give those whom the text names, and who were not asked by us: not yet, or by whoever organizes it.

    What they said is what the text says.
    """
    said = read_object(held.entry.words or held.entry.shared, zone_of(person))
    here = person.all_addresses | {row.address for row in held.entry.answers}
    found = {one.address: one for one in individuals(said.main) if one.address not in here}
    staff = people.recipients(uow, found.keys()) if found else {}
    for address, one in found.items():
        name = one.line.parameter("CN") or mailbox(address) or address
        partstat = allowed(one.partstat, said.kind) or NEEDS_ACTION
        yield Recipient(
            address=address,
            name=staff[address].person.name if address in staff else name,
            is_colleague=address in staff and staff[address].can_sign_in,
            partstat=partstat,
            seen_at=None,
            answered_at=None,
            channel="",
            percent=_percent(one, partstat) if said.kind is Kind.VTODO else None,
            completed_at=None,
            comment=one.line.parameter(COMMENT) or "",
            delegated_to="",
            is_sent=False,
            is_failed=False,
            mailed_at=None,
        )


def _percent(one: Attendee, partstat: str) -> int | None:
    told = one.line.parameter(PERCENT) or ""
    if partstat == COMPLETED:
        return DONE
    return min(int(told), DONE) if told.isascii() and told.isdigit() and len(told) <= len(str(DONE)) else None


def _overviews(uow: UnitOfWork, person: Person, held: Sequence[Loaded], now: datetime) -> list[Overview]:
    asked = {one.entry_id: Asked(list(one.entry.answers), dict(one.people)) for one in held}
    members, posted = rosters.members(uow, asked), handed_out.last_requests(uow, asked)
    return [_overview(one, person, members[one.entry_id], posted.get(one.entry_id, {}), now) for one in held]


def _overview(
    held: Loaded, person: Person, members: Mapping[Address, Member], posted: Mapping[Address, Posted], now: datetime
) -> Overview:
    zone, entry = zone_of(person), held.entry
    said = read_object(entry.words or entry.shared, zone)
    everybody = _People(held, members, posted, said.attendees())
    rows = [a for a in entry.answers if not a.organizer]
    main = said.main.instance
    days = sorted({a.instance for a in rows if a.instance not in {SERIES, main}})[:MOST_DAYS]
    progress = _progress(held, said)
    return Overview(
        held.reading.id,
        held.entry_id,
        held.reading.schedule_tag or "",
        brief(said, zone, now),
        tuple(everybody.at(main, rows)),
        tuple(Day(day, brief(single(said, day, zone), zone, now), tuple(everybody.at(day, rows))) for day in days),
        progress,
        entry.state is State.CANCELLED or entry.closed or progress.is_done,
    )


def _progress(held: Loaded, said: Snapshot) -> Progress:
    if held.entry.kind is not Kind.VTODO:
        return Progress()
    if held.entry.closed:
        return Progress(COMPLETED, 100)
    return whole((a for a in held.entry.answers if a.instance == said.main.instance), rule_of(said))


@dataclass(frozen=True, slots=True)
class _People:
    """Those who are asked to one entry."""

    held: Loaded
    members: Mapping[Address, Member]
    posted: Mapping[Address, Posted]
    named: Mapping[Address, Attendee]
    """As the text names them: some are neither colleagues nor contacts."""

    def at(self, instance: InstanceId, rows: Iterable[Answer]) -> Iterator[Recipient]:
        """Give what each said to *instance*, by name; two addresses of one colleague are one."""
        standing, told = Standing(self.held.entry.answers), set[object]()
        addresses = sorted({a.address for a in rows}, key=lambda one: (self._name(one).casefold(), one))
        for address in addresses:
            answer, who = standing.of(address, instance), self.held.people.get(address, address)
            if answer is not None and who not in told:
                told.add(who)
                yield self._recipient(answer)

    def _recipient(self, answer: Answer) -> Recipient:
        member, mail = self.members.get(answer.address), self.posted.get(answer.address)
        return Recipient(
            address=answer.address,
            name=self._name(answer.address),
            is_colleague=answer.address in self.held.people,
            partstat=answer.partstat,
            seen_at=(member.seen_at if member is not None else None) or answer.answered_at,
            answered_at=answer.answered_at,
            channel=answer.channel,
            percent=answer.percent,
            completed_at=answer.completed_at,
            comment=answer.comment or "",
            delegated_to=self._name(answer.delegated_to) if answer.delegated_to else "",
            is_sent=answer.asked_at is not None,
            is_failed=answer.delivery.startswith(("3.", "5.")),
            mailed_at=mail.sent_at if mail is not None else None,
        )

    def _name(self, address: Address) -> str:
        member, line = self.members.get(address), self.named.get(address)
        called = line.line.parameter("CN") if line is not None and address not in self.held.people else None
        return (member.name if member is not None else "") or called or mailbox(address) or str(address)


def _count(recipients: Collection[Recipient]) -> Count:
    waiting = [one for one in recipients if one.partstat not in {DECLINED, DELEGATED} and not one.is_approved]
    seen = sum(one.seen_at is not None for one in waiting)
    return Count(
        sum(one.is_approved for one in recipients),
        sum(one.is_declined for one in recipients),
        seen,
        len(waiting) - seen,
    )
