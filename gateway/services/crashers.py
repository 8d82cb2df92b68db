# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who was not asked answers: whoever organizes it takes them in, or turns them away (RFC 5546 3.2.3).

Until then it changes nothing, and nobody but the organizer knows of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.errors import NotFound, NotYours, Refused
from gateway.model import Brief, CrasherId, EntryId, Loaded, Person
from gateway.services.brief import brief
from gateway.services.concern import subject_of
from gateway.services.expanding import organized
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.services.views import render
from gateway.store import answers, contacts, decisions, entries, people, readings
from gateway.store import crashers as store
from gateway.store.crashers import Known
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.instances import InstanceId
from ical.itip import crashing
from ical.itip.crashers import Crasher
from ical.itip.outcome import Entry
from ical.overrides import single
from ical.snapshot import Snapshot, read_object

MOST = 50
"""So many are kept for one entry."""
CALDAV = "caldav"
REPEATED = "they say the same once more"


@dataclass(frozen=True, slots=True)
class Uninvited:
    """A party crasher as the organizer is told of them."""

    id: CrasherId
    entry_id: EntryId
    instance: InstanceId
    name: str
    """As the company knows them, or as they call themselves."""
    mailbox: str
    via: str
    """The mailbox whose invitation was passed on, '' where that is not known."""
    brief: Brief
    """What it is that they answer."""
    partstat: str
    comment: str
    stands: bool
    """Their answer is to the question as it is now; if not, they are asked anew."""


def take(uow: UnitOfWork, subject: Subject, made: Crasher, scene: Scene) -> str:
    """Keep what somebody says who is not asked, for the organizer to decide; give why it is not kept, '' where it is.

    Whoever says no stays out anyway, and whoever was turned away is not heard again when they say the same.
    """
    entry_id, whose = subject.entry_id, _addresses(uow, made.address)
    if not whose.isdisjoint(subject.custodian.all_addresses) or answers.are_asked(uow, entry_id, whose):
        return "they are asked, under one address or another"
    known = store.of_entry(uow, entry_id)
    mine = (one for one in known if one.crasher.address in whose and one.crasher.instance == made.instance)
    before = next(mine, None)
    if before is not None and (_is_old(before, made) or made.is_older(before.crasher)):
        return REPEATED
    if made.share.partstat not in crashing.COMING:
        if before is not None and not before.refused:
            store.forget(uow, entry_id, whose, instance=made.instance)
        return "they do not come"
    if before is None and len(known) >= MOST:
        return f"{MOST} have answered it without being asked"
    store.put(uow, entry_id, subject.custodian.id, made)
    _note(uow, entry_id, f"{crashing.sentence(made)} The organizer decides.", scene)
    return ""


def notice(uow: UnitOfWork, person: Person, copy: Snapshot, scene: Scene) -> None:
    """Take what *person* says in a private copy of what a colleague organizes and does not ask them to.

    A copy that says nothing (any more) takes back what it said before.
    """
    if copy.organizer is None or copy.organizer in person.all_addresses:
        return
    found = _organized_here(uow, copy.organizer, copy.uid)
    if found is None:
        return
    entry_id, entry, custodian = found
    zone = zone_of(custodian)
    made = crashing.copied(entry, copy, person.all_addresses, zone=zone, now=scene.now)
    if isinstance(made, Crasher) and made.share.partstat in crashing.COMING:
        take(uow, Subject(entry_id, entry, custodian), replace(made, name=person.name), scene)
    else:
        store.forget(uow, entry_id, person.all_addresses)


def forget_copy(uow: UnitOfWork, person: Person, copy: Entry) -> None:
    """Take back what *person* said in a private copy that they throw away."""
    if copy.organizer is not None and copy.organizer not in person.all_addresses:
        found = _organized_here(uow, copy.organizer, copy.uid)
        if found is not None:
            store.forget(uow, found[0], person.all_addresses)


def take_in(uow: UnitOfWork, person: Person, crasher_id: CrasherId, *, scene: Scene) -> None:
    """Ask them, as if the organizer had saved it so; what they answered stands, where it is to what is asked now.

    Raises NotFound, NotYours, and Refused where there is nothing to come to any more.
    """
    here, said = _held(uow, person, crasher_id)
    zone = zone_of(person)
    if not crashing.is_open(here.entry, said, zone=zone, now=scene.now):
        raise Refused("they are asked already, or there is nothing to come to any more")
    name = _names(uow, [said.address]).get(said.address) or said.name
    words, shown = here.entry.words or here.entry.shared, render(here, person)
    text = crashing.taken_in(shown, said, name, zone)
    outcome = organized(uow, person, here.entry, text, scene, words=words, shown=shown, proved=True)
    why = f"The organizer takes in {_mailbox(said.address)}, who answered without being asked."
    # What they wrote into a copy of their own comes with the copy (`adoption`).
    if said.channel != CALDAV and crashing.stands(here.entry, said, zone=zone):
        outcome = crashing.with_answer(outcome, here.entry, said, scene.now)
        why = f"{why[:-1]}: {said.share.partstat} stands."
    store.forget(uow, here.entry_id, [said.address], instance=said.instance)
    save(uow, subject_of(uow, here, person), replace(outcome, why=(why, *outcome.why)), actor=person, scene=scene)


def turn_away(uow: UnitOfWork, person: Person, crasher_id: CrasherId, *, scene: Scene) -> None:
    """Forget what they said; nobody is told. Raises NotFound and NotYours."""
    here, said = _held(uow, person, crasher_id)
    store.refuse(uow, crasher_id)
    _note(uow, here.entry_id, f"The organizer turns {_mailbox(said.address)} away, who is told nothing.", scene)


def uninvited(uow: UnitOfWork, person: Person, now: datetime, entry_id: EntryId | None = None) -> list[Uninvited]:
    """Give who answers what *person* organizes (or one entry of it) without being asked, oldest first."""
    zone = zone_of(person)
    known = [one for one in store.open_for(uow, person.id) if entry_id in {None, one.entry_id}]
    about = entries.by_ids(uow, {one.entry_id for one in known})
    waiting = [one for one in known if crashing.is_open(about[one.entry_id], one.crasher, zone=zone, now=now)]
    names = _names(uow, {one.crasher.address for one in waiting}) if waiting else {}
    return [_told(one, about[one.entry_id], names, zone, now) for one in waiting]


def _told(one: Known, entry: Entry, names: Mapping[Address, str], zone: ZoneInfo, now: datetime) -> Uninvited:
    said, shared = one.crasher, read_object(entry.shared, zone)
    return Uninvited(
        one.id,
        one.entry_id,
        said.instance,
        names.get(said.address) or said.name or _mailbox(said.address),
        _mailbox(said.address),
        _mailbox(said.via) if said.via is not None else "",
        brief(single(shared, said.instance, zone), zone, now),
        said.share.partstat,
        said.comment or "",
        crashing.stands(entry, said, zone=zone),
    )


def _held(uow: UnitOfWork, person: Person, crasher_id: CrasherId) -> tuple[Loaded, Crasher]:
    named = store.by_id(uow, crasher_id)
    if named is None:
        raise NotFound("there is nobody to decide about")
    entries.lock(uow, named.entry_id)
    known, here = store.by_id(uow, crasher_id), readings.of_person(uow, named.entry_id, person.id)
    if entries.custodian_of(uow, named.entry_id) != person.id:
        raise NotYours("only whoever organizes it takes people in")
    if known is None or known.refused or here is None or here.reading.hidden or here.entry.words is None:
        raise NotFound("there is nobody to decide about any more")
    return here, known.crasher


def _is_old(before: Known, made: Crasher) -> bool:
    if before.refused:
        return before.crasher.share.partstat == made.share.partstat
    return made.repeats(before.crasher)


def _organized_here(uow: UnitOfWork, organizer: Address, uid: str) -> tuple[EntryId, Entry, Person] | None:
    """Give what a colleague organizes under *uid*, and hold it."""
    host = people.recipients(uow, [organizer]).get(organizer)
    found = entries.by_scope(uow, uid, f"person:{host.person.id}") if host is not None else None
    if host is None or found is None or found[1].outside:
        return None
    entries.lock(uow, found[0])
    return found[0], found[1], host.person


def _addresses(uow: UnitOfWork, address: Address) -> frozenset[Address]:
    """Give all addresses of whoever *address* is."""
    found = people.recipients(uow, [address]).get(address)
    return frozenset({address}) if found is None else found.person.all_addresses | {address}


def _names(uow: UnitOfWork, addresses: Iterable[Address]) -> dict[Address, str]:
    """Give by which name the company knows them."""
    wanted = list(addresses)
    known = {address: one.name for address, one in contacts.by_addresses(uow, wanted).items()}
    return known | {address: one.person.name for address, one in people.recipients(uow, wanted).items()}


def _note(uow: UnitOfWork, entry_id: EntryId, why: str, scene: Scene) -> None:
    decisions.note(uow, entry_id, [("crasher", why)], scene.now)


def _mailbox(address: Address) -> str:
    return mailbox(address) or str(address)
