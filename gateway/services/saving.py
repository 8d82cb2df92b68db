# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody saves what they filled in: what it will come to is told first, and then done (product, 1.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from gateway.errors import NotFound, PreconditionFailed
from gateway.model import EVENTS, TASKS, Condition, EntryId, Loaded, Person, ReadingId
from gateway.services import drafts, editing, entries
from gateway.services.editing import Opened, writer_of
from gateway.services.expanding import organized
from gateway.services.guests import Guests, known
from gateway.services.scene import Scene, zone_of
from gateway.services.views import render
from gateway.store import calendars, readings, related
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.answers import NEEDS_ACTION, Standing
from ical.editing import Guest, Particulars, changed
from ical.editing_series import all_rewritten, cut, day_rewritten, is_first
from ical.editing_write import made
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Outcome
from ical.kinds import Kind
from ical.people import CLIENT, NONE, SERVER
from ical.recurrence import occurrences, span
from ical.snapshot import Snapshot, read_object
from ical.times import END, FIRST

MOST_COUNTED = 500
WHY_QUIET = "Whoever organizes it wants nobody told"
NOT_CARRIED = ("repeat", "own_rule", "percent")
"""What entries made from another one do not take over from it."""


class Reach(StrEnum):
    """How much of what comes from an entry is changed with it (reading A9)."""

    THIS = "this"
    FUTURE = "future"
    """This day and all that follow."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in."""

    kind: Kind
    base: Particulars
    """What they had before their eyes."""
    now: Particulars
    reading_id: ReadingId | None = None
    """None: it is new."""
    uid: str = ""
    """Of what is new."""
    instance: InstanceId = SERIES
    version: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen at saving."""

    mail: bool = False
    """«Send møteinnkallelse»: a mail to each contact is written, for the person to send."""
    invite: bool = True
    """«Send invitasjoner»."""
    absent: bool = False
    """«Ikke inkluder meg selv»."""
    reach: Reach = Reach.THIS
    """«Oppdater alle avtaler som er generert av denne.»"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving will come to."""

    guests: Guests
    occurrences: int | None
    """How many days the series has that a day is changed of; None: without end."""
    is_day: bool
    linked: int
    """How many entries say that they were made from this one."""
    reset: tuple[str, ...]
    """Whose answer is asked for again."""
    told: tuple[str, ...]
    """Which colleagues get an invitation, or hear of the change."""

    @property
    def generated(self) -> bool:
        """Tell whether something comes from it."""
        return self.is_day or self.linked > 0

    @property
    def asks(self) -> bool:
        """Tell whether there is anything to choose (S-12, reading A11)."""
        return bool(self.guests.everybody) or self.generated


def plan(uow: UnitOfWork, person: Person, filled: Filled, choices: Choices, scene: Scene) -> Plan:
    """Tell what saving *filled* comes to, and save nothing; raises NotFound."""
    entry = _opened(uow, person, filled, scene)
    guests = known(uow, (*filled.now.guests, *_gone(filled)))
    now = settled(filled, guests, choices)
    children = linked(uow, person, entry, filled) if entry is not None else []
    as_wanted = _quietly(scene) if _is_quiet(filled, guests, choices) else scene
    outcome, before = _outcome(uow, person, entry, filled, now, choices, as_wanted)
    names = {one.address: one.name for one in (*filled.now.guests, *filled.base.guests)}
    return Plan(
        guests=known(uow, filled.now.guests),
        occurrences=_count(entry.said, zone_of(person)) if entry is not None else 0,
        is_day=entry is not None and entry.instance != SERIES,
        linked=len(children),
        reset=tuple(dict.fromkeys(names.get(a, a) for a in _reset(outcome, before))),
        told=tuple(dict.fromkeys(_told(outcome, guests))),
    )


def save(uow: UnitOfWork, person: Person, filled: Filled, choices: Choices, scene: Scene) -> ReadingId:
    """Save *filled* as it was chosen, and give where it lies: of a series that is cut in two, the second part.

    Raises NotFound, PreconditionFailed where it was changed meanwhile, and what `entries.put` raises.
    """
    entry = _opened(uow, person, filled, scene)
    guests = known(uow, filled.now.guests)
    now = settled(filled, guests, choices)
    as_wanted = _quietly(scene) if _is_quiet(filled, guests, choices) else scene
    if entry is None:
        reading_id, entry_id = _add(uow, person, filled.kind, filled.uid, made_of(person, filled, now, scene), scene)
    else:
        children = linked(uow, person, entry, filled) if choices.reach is not Reach.THIS else []
        reading_id, entry_id = _change(uow, person, entry, filled, now, choices, as_wanted)
        _carry(uow, person, children, filled, now, as_wanted)
    contacts = [one.address for one in guests.contacts if one.email]
    drafts.hold(uow, entry_id, contacts)
    if choices.mail:
        drafts.begin(uow, person, reading_id, contacts, scene)
    return reading_id


def settled(filled: Filled, guests: Guests, choices: Choices) -> Particulars:
    """Give what is written: who is asked by whom, and whether whoever saves it is in it (S-09, S-10, A4, A19)."""
    base, now = filled.base, filled.now
    colleagues = guests.colleague_addresses
    asked = tuple(_asked(one, base.guest(one.address), colleagues, choices) for one in now.guests)
    absent = choices.absent and bool(asked)
    attends = bool(asked) and not absent and (base.attends or base.absent or not base.guests)
    busy = False if absent else True if base.absent else now.busy
    return replace(now, guests=asked, attends=attends, absent=absent, busy=busy)


def made_of(person: Person, filled: Filled, now: Particulars, scene: Scene) -> bytes:
    """Give the text of what is new."""
    return made(filled.kind, filled.uid, now, writer_of(person, scene))


def linked(uow: UnitOfWork, person: Person, entry: Opened, filled: Filled) -> list[Loaded]:
    """Give the entries of the person that were made from *entry* (RELATED-TO;RELTYPE=PARENT)."""
    found = readings.loaded(uow, related.naming(uow, person.id, entry.reading.uid))
    return [one for one in found if one.reading.kind is filled.kind and _is_child(one, entry.reading.uid, person)]


def _opened(uow: UnitOfWork, person: Person, filled: Filled, scene: Scene) -> Opened | None:
    if filled.reading_id is None:
        return None
    entry = editing.opened(uow, person, filled.reading_id, scene, filled.instance)
    if not entry.is_mine or entry.reading.kind is not filled.kind:
        raise NotFound("it is not theirs to change")
    return entry


def _asked(guest: Guest, before: Guest | None, colleagues: frozenset[Address], choices: Choices) -> Guest:
    """Give how *guest* is asked: a colleague by us, a contact by whoever invites them, until that is sent."""
    if guest.address in colleagues:
        was_asked = before is not None and before.agent == SERVER
        return replace(guest, agent=SERVER if choices.invite or was_asked else NONE)
    return replace(guest, agent=before.agent if before is not None else CLIENT)


def _is_quiet(filled: Filled, guests: Guests, choices: Choices) -> bool:
    """Tell whether nobody is to be told: colleagues who are asked stay in it, and «Send invitasjoner» is unticked."""
    were_asked = {guest.address for guest in filled.base.guests if guest.agent == SERVER}
    stay = {guest.address for guest in filled.now.guests} & guests.colleague_addresses
    return not choices.invite and bool(were_asked & stay)


def _quietly(scene: Scene) -> Scene:
    return replace(scene, quiet=True, why_quiet=WHY_QUIET)


def _gone(filled: Filled) -> tuple[Guest, ...]:
    return tuple(one for one in filled.base.guests if filled.now.guest(one.address) is None)


def _add(uow: UnitOfWork, person: Person, kind: Kind, uid: str, text: bytes, scene: Scene) -> tuple[ReadingId, EntryId]:
    calendar = calendars.at(uow, person.id, TASKS if kind is Kind.VTODO else EVENTS)
    if calendar is None:
        raise NotFound("the calendar is gone")
    href = f"{uid}.ics"
    entries.put(uow, person, calendar, href, text, condition=Condition(if_none_match="*"), scene=scene)
    reading = readings.placed(uow, calendar.id, href)
    if reading is None:
        raise NotFound("it was not stored")
    return reading.id, reading.entry_id


def _change(
    uow: UnitOfWork, person: Person, entry: Opened, filled: Filled, now: Particulars, choices: Choices, scene: Scene
) -> tuple[ReadingId, EntryId]:
    first, second = _texts(person, entry, filled, now, choices, scene)
    if first != entry.said.document.raw:
        editing.write(uow, person, entry, first, filled.version, scene)
    elif filled.version != entry.version and changed(filled.base, entry.told):
        raise PreconditionFailed("it was changed meanwhile")
    if second:
        return _add(uow, person, filled.kind, filled.uid, second, scene)
    return entry.reading.id, entry.here.entry_id


def _texts(
    person: Person, entry: Opened, filled: Filled, now: Particulars, choices: Choices, scene: Scene
) -> tuple[bytes, bytes]:
    """Give what is stored instead, and what is stored beside it where a series is cut in two."""
    by, said, base = writer_of(person, scene), entry.said, filled.base
    if entry.instance == SERIES or choices.reach is Reach.ALL:
        return all_rewritten(said, base, now, by), b""
    if choices.reach is Reach.THIS:
        return day_rewritten(said, entry.instance, base, now, by), b""
    if is_first(said, entry.instance, by.zone):
        return all_rewritten(said, base, now, by), b""
    before, after = cut(said, entry.instance, filled.uid, by)
    return before, all_rewritten(read_object(after, by.zone), base, now, by)


def _carry(
    uow: UnitOfWork, person: Person, children: Sequence[Loaded], filled: Filled, now: Particulars, scene: Scene
) -> None:
    """Let the entries made from this one have what was changed in it."""
    same: Mapping[str, object] = {name: getattr(filled.base, name) for name in NOT_CARRIED}
    wanted = replace(now, **same)  # type: ignore[arg-type]
    by = writer_of(person, scene)
    for child in children:
        text = render(child, person)
        after = all_rewritten(read_object(text, by.zone), filled.base, wanted, by)
        calendar = calendars.by_id(uow, child.reading.calendar_id)
        if after != text and calendar is not None:
            condition = Condition(if_match=child.reading.etag)
            entries.put(uow, person, calendar, child.reading.href, after, condition=condition, scene=scene)


def _is_child(one: Loaded, uid: str, person: Person) -> bool:
    said = read_object(render(one, person), zone_of(person))
    lines = (line for _, line in said.document.each(said.main.component, "RELATED-TO"))
    named = (line for line in lines if (line.parameter("RELTYPE") or "PARENT").upper() == "PARENT")
    return one.kept is None and any(line.value.strip() == uid for line in named)


def _outcome(  # by whom, of what, with what filled in, and chosen how
    uow: UnitOfWork,
    person: Person,
    entry: Opened | None,
    filled: Filled,
    now: Particulars,
    choices: Choices,
    scene: Scene,
) -> tuple[Outcome, Standing]:
    """Let the engine decide what the new text comes to, and write nothing."""
    if entry is None:
        return organized(uow, person, None, made_of(person, filled, now, scene), scene), Standing(())
    text, _ = _texts(person, entry, filled, now, choices, scene)
    if not entry.reading.scheduled:
        return organized(uow, person, None, text, scene), Standing(())
    here, shown = entry.here.entry, entry.said.document.raw
    words = here.words or here.shared
    return organized(uow, person, here, text, scene, words=words, shown=shown, proved=True), Standing(here.answers)


def _reset(outcome: Outcome, before: Standing) -> Iterator[Address]:
    for row in outcome.answers:
        was = before.of(row.address, row.instance)
        if row.partstat == NEEDS_ACTION and was is not None and was.partstat != NEEDS_ACTION and not row.organizer:
            yield row.address


def _told(outcome: Outcome, guests: Guests) -> Iterator[str]:
    names = {one.address: one.name for one in guests.colleagues}
    for message in outcome.messages:
        yield from (names[address] for address in message.to if address in names)


def _count(said: Snapshot, zone: ZoneInfo) -> int | None:
    if span(said.document, said.kind, zone).end is None:
        return None
    return len(occurrences(said.document, FIRST, END, zone, limit=MOST_COUNTED))
