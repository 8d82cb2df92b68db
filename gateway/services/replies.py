# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody outside answers by the link in their mail: the same engine and the same save as by any other door."""

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.config import Settings
from gateway.errors import NotFound, Refused
from gateway.model import LinkView, Person
from gateway.services.brief import brief
from gateway.services.letters import link_digest
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import contacts, entries, formers, people, tokens
from gateway.store.tokens import Link
from gateway.store.unit import UnitOfWork
from ical.address import mailbox
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, TENTATIVE, Answer
from ical.instances import SERIES
from ical.itip.answering import Said, allowed, apart, record
from ical.itip.outcome import Entry, State
from ical.kinds import Kind
from ical.news import News, news_since
from ical.overrides import single
from ical.recurrence import is_over
from ical.snapshot import Snapshot, read_object
from ical.tasks import DONE, Share

AFTER_THE_END = timedelta(days=7)
"""How long a link still shows an appointment that is over (mail.md 3)."""
COMMENT_LENGTH = 2000


def view_link(uow: UnitOfWork, token: str, now: datetime) -> LinkView | None:
    """Give what the holder of the link *token* may know, or None where it leads nowhere (any more); changes nothing."""
    found = _find(uow, token)
    if found is None:
        return None
    link, entry, answer = found
    custodian = people.custodian(uow, link.entry_id)
    if custodian is None or _is_past(_said(entry, answer, custodian), custodian, now - AFTER_THE_END):
        return None
    return replace(_view(uow, entry, answer, custodian, now), news=_news(uow, link, entry, answer, custodian, now))


def answer_by_link(
    uow: UnitOfWork,
    token: str,
    partstat: str,
    comment: str | None,
    percent: int | None,
    *,
    settings: Settings,
    now: datetime,
) -> LinkView:
    """Record an answer and give what the link shows after it.

    Raises NotFound where the link leads nowhere, and Refused where the entry is called off or over, or the answer is
    none that such an entry can have.
    """
    found = _find(uow, token, lock=True)
    custodian = people.custodian(uow, found[0].entry_id) if found is not None else None
    if found is None or custodian is None:
        raise NotFound("the link leads nowhere")
    link, entry, answer = found
    about = _said(entry, answer, custodian)
    if _is_off(entry, about) or _is_past(about, custodian, now):
        raise Refused("it is called off, or over")
    share = chosen(entry.kind, answer, partstat, percent, now)
    words = comment[:COMMENT_LENGTH] if comment else None
    said = Said(share, _sequence(entry, custodian), None, "link", words)
    outcome = record(entry, [(answer, said)], actor=frozenset(), zone=zone_of(custodian), now=now)
    after = save(uow, Subject(link.entry_id, entry, custodian), outcome, actor=None, scene=Scene(settings, now)).entry
    return _view(uow, after, after.answer(answer.address, answer.instance) or answer, custodian, now)


def chosen(kind: Kind, answer: Answer, partstat: str, percent: int | None, now: datetime) -> Share:
    """Give the share of somebody who chose *partstat* and, of a task, *percent* (None: as it was) on a page of ours.

    Raises Refused where an entry of *kind* has no such answer.
    """
    known = {ACCEPTED, TENTATIVE, DECLINED, IN_PROCESS, COMPLETED}
    if partstat not in known or allowed(partstat, kind) is None:
        raise Refused("there is no such answer")
    if kind is Kind.VEVENT:
        return Share(partstat)
    if percent is not None and not 0 <= percent <= DONE:
        raise Refused("how much is done is told in per cent, from 0 to 100")
    done = answer.percent if percent is None else percent
    if partstat == DECLINED:
        return Share(DECLINED, answer.percent)
    if partstat == COMPLETED or done == DONE:
        return Share(COMPLETED, DONE, answer.completed_at or now)
    return Share(IN_PROCESS if done else partstat, done)


def _find(uow: UnitOfWork, token: str, *, lock: bool = False) -> tuple[Link, Entry, Answer] | None:
    link = tokens.by_link(uow, link_digest(token))
    if link is None:
        return None
    if lock:
        entries.lock(uow, link.entry_id)
    entry = entries.by_id(uow, link.entry_id)
    answer = _answered(entry, link) if entry is not None else None
    return (link, entry, answer) if entry is not None and answer is not None else None


def _answered(entry: Entry, link: Link) -> Answer | None:
    """Give the row that a link answers: the occurrence's that its mail was about, or what they are asked to now."""
    mine = {a.instance: a for a in entry.answers if a.address == link.address}
    if link.instance in mine:
        return mine[link.instance]
    if SERIES in mine:
        return apart(mine[SERIES], link.instance)
    return next(iter(mine.values()), None)


def _news(  # by which link, of what, to whom, when
    uow: UnitOfWork, link: Link, entry: Entry, answer: Answer, custodian: Person, now: datetime
) -> tuple[News, ...]:
    known = answer.answered_at or answer.answered_before or link.created_at
    before = formers.of_entries(uow, [link.entry_id]).get(link.entry_id, ())
    was, zone = formers.known(before, known, now), zone_of(custodian)
    return news_since(was, read_object(entry.shared, zone), answer.instance, zone) if was else ()


def _said(entry: Entry, answer: Answer, custodian: Person) -> Snapshot:
    """Give what the answer is about: the entry, or one occurrence of it."""
    zone = zone_of(custodian)
    return single(read_object(entry.shared, zone), answer.instance, zone)


def _is_off(entry: Entry, about: Snapshot) -> bool:
    """Tell whether all of it is called off, or the one day that it is *about*."""
    return entry.state is State.CANCELLED or about.cancelled


def _view(uow: UnitOfWork, entry: Entry, answer: Answer, custodian: Person, now: datetime) -> LinkView:
    said = _said(entry, answer, custodian)
    told = brief(said, zone_of(custodian), now)
    contact = contacts.by_addresses(uow, [answer.address]).get(answer.address)
    person = said.attendees().get(answer.address)
    name = person.line.parameter("CN") if person is not None else None
    language = person.line.parameter("LANGUAGE") if person is not None else None
    return LinkView(
        uid=entry.uid,
        brief=told,
        timezone=custodian.timezone,
        organizer_name=custodian.name,
        recipient_address=mailbox(answer.address) or str(answer.address),
        recipient_name=name or (contact.name if contact is not None else ""),
        partstat=answer.partstat,
        percent=answer.percent,
        cancelled=_is_off(entry, said),
        language=(contact.language if contact is not None else None) or language,
        recurring=answer.instance == SERIES and told.recurring,
        changed=answer.answered_at is None and answer.channel != "",
        comment=answer.comment or "",
    )


def _is_past(said: Snapshot, custodian: Person, now: datetime) -> bool:
    return is_over(said.document, said.kind, zone_of(custodian), now)


def _sequence(entry: Entry, custodian: Person) -> int:
    return read_object(entry.shared, zone_of(custodian)).sequence
