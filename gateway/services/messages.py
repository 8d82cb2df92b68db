# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages to colleagues: each becomes an item in their inbox; those to people outside are letters."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from gateway.model import CalendarId, EntryId, PersonId
from gateway.services.scene import zone_of
from gateway.services.subject import Place, Present, Settled, Subject
from gateway.store import calendars, inbox
from gateway.store.inbox import NewItem, Old, Single
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip import build
from ical.itip.countering import countered
from ical.itip.outcome import Method, Outcome, State
from ical.itip.proposals import Proposal
from ical.overrides import single
from ical.snapshot import read_object

EPOCH = datetime.fromtimestamp(0, UTC)
_OPPOSITE = {Method.REQUEST: Method.CANCEL, Method.CANCEL: Method.REQUEST}


class InboxItem(NamedTuple):
    """A message for a colleague."""

    person: PersonId
    method: Method
    about: Address | None
    """Whose answer a REPLY tells of, or whose proposal it is about."""
    instance: InstanceId
    """Which occurrence alone it is about."""
    laid: bool = True
    """False: it only takes away what it makes old."""


class Made(NamedTuple):
    """What a change makes old of the messages that lie in inboxes."""

    old: frozenset[Old]
    single: frozenset[Single]

    def of_others(self, than: Collection[PersonId]) -> "Made":
        """Give what of it is other people's."""
        old = frozenset(key for key in self.old if key[0] not in than)
        return Made(old, frozenset(key for key in self.single if key[0] not in than))


def to_colleagues(subject: Subject, outcome: Outcome, present: Present) -> Iterator[InboxItem]:
    """Give what the messages of *outcome* put into whose inbox; the same may come twice."""
    still = present.still_invited(outcome)
    asked = {present.people[a] for a in outcome.reset if a in present.people}
    # Whoever deleted an invitation hears of it when they are asked again, not of every change (pitfall 25).
    away = {p for p, r in present.readings.items() if r.hidden and p not in asked}
    requests = (m for m in outcome.messages if m.method is Method.REQUEST and m.instance != SERIES)
    in_some = {address for m in requests for address in m.to}
    host = None if subject.entry.outside else subject.custodian.id
    gone = frozenset(outcome.dropped)
    for message in outcome.messages:
        if message.method is Method.REPLY and subject.entry.outside:
            continue  # it goes by mail
        if message.method is Method.REPLY:
            yield InboxItem(subject.custodian.id, Method.REPLY, message.about, message.instance)
            continue
        method, instance, is_end = message.method, message.instance, message.is_end
        for address in message.to:
            person = present.people.get(address)
            if person is None or person == host or (method is Method.REQUEST and person in away):
                continue
            # Whoever is taken away under one address and stays under another is not called off.
            if not (address in gone and person in still):
                stays = is_end and address in in_some
                yield InboxItem(person, method, None, instance, not stays and person not in away)
    for row in outcome.answers:
        person = present.people.get(row.address)
        if row.instance != SERIES and row.address in outcome.reset and person is not None and row.answered_at is None:
            # Asked again with the whole: the day is not off any more.
            yield InboxItem(person, Method.REQUEST, None, row.instance, laid=False)


def boxes_of(
    uow: UnitOfWork, concerned: Collection[PersonId], asked: Mapping[PersonId, CalendarId]
) -> Mapping[PersonId, CalendarId]:
    """Give the inboxes of those *concerned*; *asked* are known already."""
    known = {p: asked[p] for p in concerned if p in asked}
    unknown = [p for p in concerned if p not in asked]
    return {**known, **calendars.inboxes(uow, unknown)} if unknown else known


def lay(
    uow: UnitOfWork,
    told: Sequence[tuple[Settled, Collection[InboxItem]]],
    made_old: Made,
    boxes: Mapping[PersonId, CalendarId],
    now: datetime,
) -> list[Place]:
    """Lay the messages into the inboxes, and take away what is old by them."""
    taken = [*inbox.withdraw(uow, made_old.old), *inbox.withdraw_single(uow, made_old.single)]
    rows = [row for one, several in told for row in _rows(one.subject, several, boxes, now)]
    return [(boxes[person], href) for person, href in (*taken, *inbox.lay(uow, rows))]


def made_old(told: Sequence[tuple[Settled, Collection[InboxItem]]], thrown_away: Collection[Old]) -> Made:
    """Give which messages are old: what was called off needs no answer, and what is on again is not off.

    *thrown_away* is too.
    """
    old = {key for one, several in told for key in _made_old(one, several)}
    single = {row for one, several in told for row in _old_days(one, several)}
    single |= {row for one, _ in told for row in (*_old_replies(one), *_old_proposals(one))}
    for one, several in told:
        if out := _out_of_it(one):
            heard = {item.person for item in several if item.method is Method.CANCEL}
            old |= {(person, one.subject.entry_id, Method.REQUEST) for person in out if person not in heard}
        single |= set(_lost_days(one))
    return Made(frozenset(old | set(thrown_away)), frozenset(single))


def holders(uow: UnitOfWork, made: Made) -> frozenset[PersonId]:
    """Give in whose inboxes any of what is *made* old lies."""
    return inbox.holders(uow, made.old, made.single) if made.old or made.single else frozenset()


def rewritten(uow: UnitOfWork, told: Sequence[tuple[Settled, Collection[InboxItem]]]) -> list[Place]:
    """Give the messages that say something else now: they are made of what others start from, which has changed.

    Where everybody is *told* anew, the older ones of the same kind need not be looked at.
    """
    settled = [one for one, _ in told]
    requests = not all(_is_new_to_all(one, items) for one, items in told)
    changed = {one.subject.entry_id: one for one in settled if one.outcome.shared is not None}
    said: dict[tuple[EntryId, Method, InstanceId], bool] = {}
    found: list[Place] = []
    for lying in inbox.of_entries(uow, changed.keys(), requests=requests):
        one = changed[lying.entry_id]
        still = lying.stands_still or lying.person_id in one.present.leaving(one.outcome)
        if still and lying.method is not Method.REPLY:
            continue
        key = lying.entry_id, lying.method, lying.instance
        if key not in said:
            said[key] = _says_other(one, lying.method, lying.instance)
        if said[key]:
            found.append((lying.box, lying.href))
    return found


def _is_new_to_all(one: Settled, items: Collection[InboxItem]) -> bool:
    asked = {i.person for i in items if i.laid and i.method is Method.REQUEST and i.instance == SERIES}
    return asked >= set(one.present.people.values()) - {one.subject.custodian.id}


def _says_other(one: Settled, method: Method, instance: InstanceId) -> bool:
    """Tell whether a message about *instance* is made of another text now."""
    zone = zone_of(one.subject.custodian)
    texts = (read_object(text or b"", zone) for text in (one.subject.entry.shared, one.outcome.shared))
    if method is Method.REPLY:
        answer = Answer(Address(""), instance)
        before, now = (build.reply(said, answer, now=EPOCH, zone=zone) for said in texts)
    elif method is Method.COUNTER:
        wish = Proposal(Address(""), instance, None, None, None, None, 0, EPOCH, "", EPOCH)
        before, now = (countered(said, wish, zone) for said in texts)
    else:
        before, now = (single(said, instance, zone).document.raw for said in texts)
    return before != now


def _old_replies(one: Settled) -> Iterator[Single]:
    """Give the organizer's messages of answers that do not stand any more: the question is another, or they left."""
    before = {a[:2]: a for a in one.subject.entry.answers if a.answered_at is not None}
    asked = {a[:2] for a in one.outcome.answers if a.answered_at is None}
    for key in before.keys() & (asked | one.outcome.ended) | {key for key in before if key[0] in one.outcome.dropped}:
        yield one.subject.custodian.id, one.subject.entry_id, Method.REPLY, *key


def _old_proposals(one: Settled) -> Iterator[Single]:
    """Give the organizer's messages of proposals that are settled by this."""
    for _, proposal, _ in one.overtaken:
        owner, entry_id = one.subject.custodian.id, one.subject.entry_id
        yield owner, entry_id, Method.COUNTER, proposal.address, proposal.instance


def _out_of_it(one: Settled) -> frozenset[PersonId]:
    """Give who is out of it, told or not: an invitation that lies there needs no answer any more."""
    if one.outcome.state is State.CANCELLED and one.subject.entry.state is State.LIVE:
        return frozenset(one.present.people.values())
    return one.present.leaving(one.outcome)


def _lost_days(one: Settled) -> Iterator[Single]:
    """Give the invitations to single days in which their recipients are no more, as the organizer has decided."""
    for address, instance in one.outcome.ended:
        person = one.present.people.get(address)
        if person is not None and instance != SERIES:
            yield person, one.subject.entry_id, Method.REQUEST, None, instance


def _made_old(one: Settled, items: Iterable[InboxItem]) -> Iterator[Old]:
    """Give which messages about the entry, and any occurrence of it, *items* make old."""
    entry_id, was_off = one.subject.entry_id, _was_off(one.subject, one.present)
    for person, method, _, instance, _ in items:
        if method is Method.CANCEL and instance == SERIES:
            yield person, entry_id, Method.REQUEST
            yield person, entry_id, Method.DECLINECOUNTER
        if method is Method.REQUEST and person in was_off:
            yield person, entry_id, Method.CANCEL


def _old_days(one: Settled, items: Iterable[InboxItem]) -> Iterator[Single]:
    for person, method, _, instance, _ in items:
        if instance != SERIES and method in _OPPOSITE:
            yield person, one.subject.entry_id, _OPPOSITE[method], None, instance


def _was_off(subject: Subject, present: Present) -> frozenset[PersonId]:
    """Give for whom it was off: whoever has it where it was called off, or a copy of it that stands still."""
    off = subject.entry.state is State.CANCELLED
    return frozenset([person for person, held in present.readings.items() if off or held.kept_id is not None])


def _rows(
    subject: Subject, items: Iterable[InboxItem], boxes: Mapping[PersonId, CalendarId], now: datetime
) -> Iterator[NewItem]:
    """Give what is to be stored: each message once, with all to whom it goes."""
    to: dict[tuple[Method, Address | None, InstanceId], list[CalendarId]] = {}
    for person, method, about, instance, laid in items:
        if laid and person in boxes:
            to.setdefault((method, about, instance), []).append(boxes[person])
    for (method, about, instance), theirs in to.items():
        yield NewItem(theirs, f"{secrets.token_hex(16)}.ics", subject.entry_id, method, now, about, instance)
