# SPDX-License-Identifier: GPL-3.0-or-later
"""A person writes, moves or deletes a calendar object of theirs."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.errors import NotFound, PreconditionFailed, UidTaken, WrongComponent
from gateway.model import Calendar, Condition, Loaded, Person, Reading, Stored
from gateway.services import conditions, crashers, deputies, placing, private, unsent
from gateway.services.concern import subject_of
from gateway.services.deleting import take_out
from gateway.services.distributing import distribute_new, distribute_private, is_distributed
from gateway.services.expanding import organized
from gateway.services.handing_on import hand_on
from gateway.services.save import after, save
from gateway.services.scene import Scene, actor_of, zone_of
from gateway.services.views import render
from gateway.store import entries, reading_changes, readings
from gateway.store.unit import UnitOfWork
from ical.itip.attendee import answer
from ical.itip.hand import in_name_of
from ical.itip.outcome import Outcome
from ical.limits import DEFAULT
from ical.people import SERVER, agent_of
from ical.roster import undecorated
from ical.snapshot import Snapshot, read_object


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a person writes, and what they have there or under the same UID."""

    person: Person
    calendar: Calendar
    href: str
    twins: tuple[Loaded, ...]
    """Other readings of the person with this UID, hidden ones included."""
    proved: bool
    """The client proved what it writes on top of."""


def put(
    uow: UnitOfWork,
    person: Person,
    calendar: Calendar,
    href: str,
    text: bytes,
    *,
    condition: Condition,
    scene: Scene,
) -> Stored:
    """Store *text* as the object *href* of *calendar*, and do what it asks of other people.

    Raises IcalError where the text is none that can be stored, NotYours, WrongComponent, UidTaken, PreconditionFailed
    and Refused; then the unit must be rolled back.
    """
    placing.check_href(href)
    limits = replace(DEFAULT, size=scene.settings.max_resource_size)
    sent = read_object(text, zone_of(person), limits)
    found = readings.at_or_uid(uow, person.id, calendar.id, href, sent.uid)
    deputies.check(found, person, scene)
    if scene.deputy is None or not _means_the_owner(uow, scene.deputy, sent, found):
        return _put(uow, person, calendar, href, sent, text, found, condition=condition, scene=scene)
    hand = scene.deputy.all_addresses
    attends = any(row.address in hand for one in found for row in one.entry.answers)
    theirs = in_name_of(text, hand, person.addresses[0], person.name, zone_of(person), attends=attends)
    said = read_object(theirs, zone_of(person), limits)
    stored = _put(uow, person, calendar, href, said, theirs, found, condition=condition, scene=scene)
    return replace(stored, verbatim=False)


def _means_the_owner(uow: UnitOfWork, deputy: Person, sent: Snapshot, found: Iterable[Loaded]) -> bool:
    """Tell whether *deputy*'s program names the deputy as organizer of what is the calendar's owner's.

    It does not of what the deputy organizes: the owner is asked to it, or it is copied there.
    """
    if sent.organizer not in deputy.all_addresses or any(one.entry.organizer == sent.organizer for one in found):
        return False
    return not any(one.reading.organizer for one in readings.of_uid(uow, deputy.id, sent.uid))


def _put(  # by whom, where, what as read and as written, over what, on which condition
    uow: UnitOfWork,
    person: Person,
    calendar: Calendar,
    href: str,
    sent: Snapshot,
    text: bytes,
    found: Sequence[Loaded],
    *,
    condition: Condition,
    scene: Scene,
) -> Stored:
    here = placing.at(found, calendar, href)
    if here is not None and _answers_a_mail(sent, here):
        condition = replace(condition, if_none_match=None)
    proved = conditions.check(condition, here.reading if here else None, strict=scene.settings.strict_conditions)
    placing.make_room(uow, found, calendar, href, sent.uid)
    place = _Place(person, calendar, href, placing.twins(found, here, sent.uid), proved)
    if sent.kind not in calendar.kinds:
        raise WrongComponent(f"the calendar {calendar.slug} takes no {sent.kind}")
    if here is not None:
        if here.reading.uid != sent.uid:
            raise UidTaken(sent.uid, placing.path(calendar.slug, here.reading.href), scheduled=False)
        return _put_over(uow, place, here, sent, text, scene)
    return _put_new(uow, place, sent, text, scene)


def _answers_a_mail(sent: Snapshot, here: Loaded) -> bool:
    """Tell whether a client answers an invitation that it has read in a mail only, and not found here yet.

    Thunderbird stores it as new, and says on the ORGANIZER that it answers by itself (pitfall 1).
    """
    line = sent.line("ORGANIZER")
    by_client = line is not None and agent_of(line) != SERVER
    invited = here.reading.scheduled and not here.reading.organizer and here.reading.uid == sent.uid
    return by_client and invited and sent.organizer == here.entry.organizer


def delete(
    uow: UnitOfWork,
    person: Person,
    calendar: Calendar,
    href: str,
    *,
    condition: Condition,
    reply: bool = True,
    scene: Scene,
) -> None:
    """Delete an object: an organizer calls it off, somebody invited declines it.

    *reply* False (`Schedule-Reply: F`): nobody is told of it. Raises NotFound and PreconditionFailed.
    """
    found = readings.at_or_uid(uow, person.id, calendar.id, href, "")
    here = placing.at(found, calendar, href)
    conditions.check(condition, here.reading if here else None, strict=scene.settings.strict_conditions)
    if here is None:
        raise NotFound(f"there is no {href} in {calendar.slug}")
    take_out(uow, person, here, reply=reply, scene=scene)


def move(
    uow: UnitOfWork,
    person: Person,
    calendar: Calendar,
    href: str,
    target: Calendar,
    to_href: str,
    *,
    overwrite: bool,
    condition: Condition,
    scene: Scene,
) -> Stored:
    """Move an object inside the person's home; nobody is told of it (RFC 6638 3.2.3.4).

    Raises NotFound, NotYours, WrongComponent, PreconditionFailed, and UidTaken where another entry lies there.
    """
    placing.check_href(to_href)
    held = readings.at_or_uid(uow, person.id, calendar.id, href, "")
    here = placing.at(held, calendar, href)
    conditions.check(condition, here.reading if here else None, strict=scene.settings.strict_conditions)
    if here is None:
        raise NotFound(f"there is no {href} in {calendar.slug}")
    if here.reading.kind not in target.kinds:
        raise WrongComponent(f"the calendar {target.slug} takes no {here.reading.kind}")
    found = readings.at_or_uid(uow, person.id, target.id, to_href, here.reading.uid)
    deputies.check(found, person, scene)
    there = placing.at(found, target, to_href)
    placing.make_room(uow, found, target, to_href, here.reading.uid)
    if there is not None and there.reading.id == here.reading.id:
        return placing.stored(uow, target, here, person, b"", created=False)
    if there is not None and not overwrite:
        raise PreconditionFailed("there is an object at the destination")
    if there is not None and there.reading.uid != here.reading.uid:  # RFC 4791 5.3.2.1
        raise UidTaken(there.reading.uid, placing.path(target.slug, to_href), scheduled=False)
    for twin in placing.twins(found, there, here.reading.uid):
        if twin.reading.id != here.reading.id and twin.reading.calendar_id == target.id:
            raise UidTaken(here.reading.uid, placing.path(target.slug, twin.reading.href), scheduled=False)
    if there is not None:
        take_out(uow, person, there, reply=True, scene=scene)
        reading_changes.remove(uow, [there.reading.id])
    there_now = placing.relocate(uow, here, target, to_href)
    return placing.stored(uow, target, there_now, person, b"", created=there is None)


def _put_over(uow: UnitOfWork, place: _Place, here: Loaded, sent: Snapshot, text: bytes, scene: Scene) -> Stored:
    person = place.person
    shown = render(here, person)
    if shown == text:
        return placing.told(uow, place.calendar, here, person, text, created=False)
    if here.reading.kept_id is not None:
        return placing.told(uow, place.calendar, private.rewrite_kept(uow, here, sent, text, person), person, text)
    if here.reading.scheduled:
        return _put_over_shared(uow, place, here, text, shown, scene)
    if sent.kind is not here.reading.kind:
        entries.remove(uow, here.entry_id)  # another kind is another entry
        return replace(_put_new(uow, place, sent, text, scene), created=False)
    if not is_distributed(sent, person):
        now_there = private.rewrite(uow, here, sent, text, person)
        unsent.forget(uow, here, text, person)
        crashers.notice(uow, person, sent, scene)
        return placing.told(uow, place.calendar, now_there, person, text)
    _refuse_shared_twin(uow, place, sent.uid)
    now_there = distribute_private(uow, person, here, sent, text, scene)
    unsent.forget(uow, here, text, person)
    return placing.stored(uow, place.calendar, now_there, person, text, created=False)


def _put_over_shared(uow: UnitOfWork, place: _Place, here: Loaded, text: bytes, shown: bytes, scene: Scene) -> Stored:
    person = place.person
    if not place.proved and here.upload == _upload(text, here.reading):
        return placing.told(uow, place.calendar, here, person, text)
    outcome = _decided(uow, here, person, text, shown, proved=place.proved, scene=scene)
    outcome = _narrowed(here, outcome, person, shown)
    subject = subject_of(uow, here, person)
    saved = save(uow, subject, outcome, actor=person, scene=scene)
    hand_on(uow, replace(subject, entry=saved.entry), outcome, scene)
    if here.reading.organizer:
        unsent.forget(uow, here, saved.entry.words or saved.entry.shared, person)
    reading = saved.reading or readings.placed(uow, here.reading.calendar_id, here.reading.href)
    if reading is None:
        raise NotFound("the object is gone")
    stored = placing.told(uow, place.calendar, replace(here, entry=saved.entry, reading=reading), person, text)
    return stored if place.proved and not reading.organizer else _remembered(uow, reading, text, stored)


def _remembered(uow: UnitOfWork, reading: Reading, text: bytes, stored: Stored) -> Stored:
    """Note what was uploaded, where a repeat would not be known by what is read."""
    if not stored.verbatim:
        reading_changes.remember(uow, reading.id, _upload(text, reading))
    return stored


def _upload(text: bytes, reading: Reading) -> str:
    """Name an upload, as long as its sender does nothing else.

    Sent once more, by a client that lost the answer or looks at no tags, it is no second act (model, law 4), though
    what was shown is another text by then.
    """
    return hashlib.sha256(b"%d %s" % (reading.tag, text)).hexdigest()


def _decided(  # by whom, of what, in which words, instead of which
    uow: UnitOfWork, here: Loaded, person: Person, text: bytes, shown: bytes, *, proved: bool, scene: Scene
) -> Outcome:
    if here.reading.organizer:
        words = here.entry.words or here.entry.shared
        return organized(uow, person, here.entry, text, scene, words=words, shown=shown, proved=proved)
    return answer(
        here.entry,
        text,
        actor_of(person, scene),
        overlay=here.reading.overlay,
        shown=shown,
        conditional=proved,
        strict=scene.settings.strict_attendees,
        now=scene.now,
    )


def _narrowed(here: Loaded, outcome: Outcome, person: Person, shown: bytes) -> Outcome:
    """Take the person who acts out of those touched where they read the same bytes as before."""
    if outcome.messages:
        return outcome
    overlay = here.reading.overlay if outcome.overlay is None else outcome.overlay
    entry = after(here.entry, outcome, outcome.answers)
    if render(replace(here, entry=entry, reading=here.reading._replace(overlay=overlay)), person) != shown:
        return outcome
    mine = person.all_addresses
    return replace(outcome, touched=outcome.touched - mine, firm=outcome.firm - mine)


def _put_new(uow: UnitOfWork, place: _Place, sent: Snapshot, text: bytes, scene: Scene) -> Stored:
    person = place.person
    shared_twin = next((t for t in place.twins if t.reading.scheduled), None)
    if shared_twin is not None:
        return _put_on_twin(uow, place, shared_twin, sent, text, scene)
    distributed = is_distributed(sent, person)
    for twin in place.twins:
        if twin.reading.calendar_id == place.calendar.id or distributed:
            raise UidTaken(sent.uid, placing.path_of(uow, twin.reading), scheduled=distributed)
    if not distributed:
        stored = private.add(uow, person, place.calendar, place.href, sent, text)
        crashers.notice(uow, person, sent, scene)
        return placing.told(uow, place.calendar, stored, person, text, created=True)
    entry = distribute_new(uow, person, place.calendar.id, place.href, sent, text, scene)
    reading = readings.placed(uow, place.calendar.id, place.href)
    if reading is None:
        raise NotFound("the object was not stored")
    now = Loaded(reading, reading.entry_id, entry)
    if undecorated(sent, None, zone_of(person)) is not sent:
        # It comes back with the answers in DESCRIPTION, as it is read.
        now = next(readings.loaded(uow, [reading.id]), now)
    return _remembered(uow, reading, text, placing.told(uow, place.calendar, now, person, text, created=True))


def _refuse_shared_twin(uow: UnitOfWork, place: _Place, uid: str) -> None:
    for twin in place.twins:
        if twin.reading.scheduled:
            raise UidTaken(uid, placing.path_of(uow, twin.reading), scheduled=True)


def _put_on_twin(uow: UnitOfWork, place: _Place, twin: Loaded, sent: Snapshot, text: bytes, scene: Scene) -> Stored:
    """Take an upload beside the stored object for the same entry (model, row 29): Thunderbird answers a mail so."""
    if sent.kind is not twin.entry.kind or sent.organizer is None or sent.organizer != twin.entry.organizer:
        raise UidTaken(sent.uid, placing.path_of(uow, twin.reading), scheduled=True)
    moved = twin.reading.calendar_id != place.calendar.id or twin.reading.hidden
    if moved:
        was_hidden = twin.reading.hidden
        twin = placing.relocate(uow, twin, place.calendar, place.href)
        if was_hidden:
            if twin.reading.kept_id is None:
                reading_changes.bring_back(uow, [twin.reading.id])  # with the times that the entry has by now
            else:
                reading_changes.hide(uow, [twin.reading.id], hidden=False)
            twin = replace(twin, reading=twin.reading._replace(hidden=False))
    stored = _put_over(uow, place, twin, sent, text, scene)
    return replace(stored, created=moved)
