# SPDX-License-Identifier: GPL-3.0-or-later
"""An organizer follows up what they handed out: reminds, takes people out, asks more, notes what was said by phone.

Each is a new text of theirs, put on top of the one that they had before their eyes, so that the engine decides what it
comes to, or an answer recorded as any other.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from gateway.errors import NotFound, PreconditionFailed, Refused
from gateway.model import Condition, Loaded, Person, ReadingId
from gateway.services import entries as entry_service
from gateway.services import overview
from gateway.services.concern import subject_of
from gateway.services.replies import COMMENT_LENGTH, chosen
from gateway.services.save import save
from gateway.services.scene import Scene, zone_of
from gateway.services.views import render
from gateway.store import calendars, entries, people, readings, waiting
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.answers import NEEDS_ACTION, Answer, Standing
from ical.instances import SERIES, InstanceId
from ical.itip.answering import Said, record
from ical.itip.outcome import State
from ical.recurrence import is_over
from ical.roll import Newcomer, Told, asking_again, with_answer, with_people, without_people
from ical.snapshot import read_object

WHY_QUIET = "Whoever organizes it notes what somebody told them"
PHONE = "phone"
"""The channel of an answer that the organizer notes for somebody."""


def remind(
    uow: UnitOfWork,
    person: Person,
    reading_id: ReadingId,
    version: str,
    addresses: Collection[Address] = (),
    *,
    scene: Scene,
) -> int:
    """Ask those of *addresses* (none: everybody) once more who have not answered, and give how many they are.

    It comes up again at colleagues', also where they had put it off, and contacts get one mail. Raises NotFound,
    PreconditionFailed where the organizer's text is not *version* any more, and Refused where it is off or over.
    """
    here = _held(uow, person, reading_id)
    _refuse_what_is_gone(here, person, scene)
    said, standing = read_object(_text(here, person), zone_of(person)), Standing(here.entry.answers)
    owing = {
        (one.address, part.instance)
        for part in said.parts
        for one in part.asked
        if not addresses or one.address in addresses
        if _owes(standing.of(one.address, part.instance))
    }
    if owing:
        _put(uow, person, here, version, asking_again(_text(here, person), owing, zone_of(person)), scene)
        colleagues = {here.people[address] for address, _ in owing if address in here.people}
        theirs = readings.of_entry(uow, here.entry_id)
        waiting.ask_again(uow, [one.id for one in theirs if one.person_id in colleagues])
    return len({here.people.get(address, address) for address, _ in owing})


def withdraw(  # by whom, from what as it was when, whom
    uow: UnitOfWork,
    person: Person,
    reading_id: ReadingId,
    version: str,
    addresses: Collection[Address],
    *,
    scene: Scene,
) -> None:
    """Take people out of an entry, each under all of their addresses: they get a CANCEL, and it waits no more (A22).

    Raises NotFound, and PreconditionFailed where the organizer's text is not *version* any more.
    """
    here = _held(uow, person, reading_id)
    whose = {here.people[address] for address in addresses if address in here.people}
    gone = {*addresses, *(address for address, one in here.people.items() if one in whose)} - person.all_addresses
    text = without_people(_text(here, person), gone, zone_of(person))
    if text != _text(here, person):
        _put(uow, person, here, version, text, scene)


def ask_more(  # by whom, to what as it was when, which colleagues
    uow: UnitOfWork,
    person: Person,
    reading_id: ReadingId,
    version: str,
    logins: Iterable[str],
    *,
    scene: Scene,
) -> None:
    """Hand an entry out to more colleagues. Raises NotFound, PreconditionFailed and Refused as `remind` does."""
    here = _held(uow, person, reading_id)
    _refuse_what_is_gone(here, person, scene)
    known, wanted = {one.login: one for one in people.everybody(uow)}, dict.fromkeys(logins)
    chosen_ones = [known[login] for login in wanted if login in known]
    more = [
        Newcomer(one.addresses[0], one.name)
        for one in chosen_ones
        if one.addresses and one.id != person.id and one.left_at is None and one.id not in here.people.values()
    ]
    text = with_people(_text(here, person), more, zone_of(person))
    if more:
        _put(uow, person, here, version, text, scene)


def note_answer(  # by whom, to what, whose answer, to which day, in which words
    uow: UnitOfWork,
    person: Person,
    reading_id: ReadingId,
    address: Address,
    partstat: str,
    *,
    instance: InstanceId = SERIES,
    percent: int | None = None,
    comment: str | None = None,
    scene: Scene,
) -> None:
    """Record what somebody told the organizer by phone; the log says who noted it.

    Raises NotFound where they are not asked to it, and Refused where it is off or over, or that is no answer to it.
    """
    here = _held(uow, person, reading_id)
    _refuse_what_is_gone(here, person, scene)
    whose = here.people.get(address)
    mine = {one for one, owner in here.people.items() if owner == whose} if whose is not None else {address}
    rows = [a for a in here.entry.answers if a.address in mine and a.instance == instance and not a.organizer]
    if not rows:
        _note_in_text(uow, person, here, address, Told(partstat, percent, comment or ""), scene)
        return
    zone, words = zone_of(person), comment[:COMMENT_LENGTH] if comment else None
    sequence = read_object(here.entry.shared, zone).sequence
    said = [
        (row, Said(chosen(here.entry.kind, row, partstat, percent, scene.now), sequence, None, PHONE, words))
        for row in rows
    ]
    readers = frozenset(mine) if whose is not None else frozenset[Address]()
    outcome = record(here.entry, said, actor=readers, zone=zone, now=scene.now)
    why = (*outcome.why, f"{person.login} noted that for them.") if outcome.answers else outcome.why
    # Whoever notes it needs no message about it.
    save(uow, subject_of(uow, here, person), replace(outcome, messages=(), why=why), actor=None, scene=scene)


def _note_in_text(uow: UnitOfWork, person: Person, here: Loaded, address: Address, told: Told, scene: Scene) -> None:
    """Write into the organizer's text what somebody said whom the server does not ask; nobody is told of it."""
    text = _text(here, person)
    if not any(one.address == address for one in read_object(text, zone_of(person)).attendees().values()):
        raise NotFound("they are not in it")
    share = chosen(here.entry.kind, Answer(address, SERIES), told.partstat, told.percent, scene.now)
    words = " ".join(told.comment[:COMMENT_LENGTH].split())
    after = with_answer(text, address, Told(share.partstat, share.percent, words), zone_of(person))
    in_silence = replace(scene, quiet=True, why_quiet=WHY_QUIET)
    _store(uow, person, here, Condition(if_match=here.reading.etag), after, in_silence)


def _held(uow: UnitOfWork, person: Person, reading_id: ReadingId) -> Loaded:
    """Give what is changed, as nobody else changes it meanwhile."""
    entries.lock(uow, overview.organized(uow, person, reading_id).entry_id)
    return overview.organized(uow, person, reading_id)


def _text(here: Loaded, person: Person) -> bytes:
    return render(here, person)


def _put(uow: UnitOfWork, person: Person, here: Loaded, version: str, text: bytes, scene: Scene) -> None:
    if not version:
        raise PreconditionFailed("nobody knows what this is written on top of")
    _store(uow, person, here, Condition(schedule_tag=version), text, scene)


def _store(uow: UnitOfWork, person: Person, here: Loaded, condition: Condition, text: bytes, scene: Scene) -> None:
    calendar = calendars.by_id(uow, here.reading.calendar_id)
    if calendar is None:
        raise NotFound("the calendar is gone")
    entry_service.put(uow, person, calendar, here.reading.href, text, condition=condition, scene=scene)


def _owes(answer: Answer | None) -> bool:
    return answer is not None and not answer.organizer and answer.partstat == NEEDS_ACTION


def _refuse_what_is_gone(here: Loaded, person: Person, scene: Scene) -> None:
    said = read_object(here.entry.shared, zone_of(person))
    if here.entry.state is not State.LIVE or is_over(said.document, said.kind, zone_of(person), scene.now):
        raise Refused("it is called off, or over")
