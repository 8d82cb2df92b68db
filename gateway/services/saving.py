# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody saves what they filled in, as they chose it in the step before (product, 1.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from gateway.errors import NotFound, PreconditionFailed
from gateway.model import EVENTS, TASKS, Condition, EntryId, Loaded, Person, ReadingId
from gateway.services import drafts, editing, entries
from gateway.services.editing import Opened, writer_of
from gateway.services.expanding import with_members
from gateway.services.guests import Guests, Invitee, known
from gateway.services.scene import Scene, zone_of
from gateway.services.views import render
from gateway.store import calendars, readings, related, tokens
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.editing import Guest, Particulars, changed
from ical.editing_series import all_rewritten, cut, day_rewritten, is_first, of_day
from ical.editing_write import made
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.people import CLIENT, NONE, SERVER
from ical.snapshot import read_object

WHY_QUIET = "Whoever organizes it wants nobody told"
Place: TypeAlias = tuple[ReadingId, EntryId]
"""Where an entry lies with somebody, and which it is."""
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


def save(uow: UnitOfWork, person: Person, filled: Filled, choices: Choices, scene: Scene) -> ReadingId:
    """Save *filled* as it was chosen, and give where it lies: of a series that is cut in two, the second part.

    Raises NotFound, PreconditionFailed where it was changed meanwhile, and what `entries.put` raises.
    """
    entry, filled = begun(uow, person, filled, scene), whole(uow, person, filled)
    guests = known(uow, filled.now.guests)
    now = settled(filled, guests, choices)
    as_wanted = quietly(scene) if is_quiet(filled, guests, choices) else scene
    if entry is None:
        here = _add(uow, person, filled.kind, filled.uid, made_of(person, filled, now, scene), scene)
    else:
        children = linked(uow, person, entry, filled) if choices.reach is not Reach.THIS else []
        if choices.reach is Reach.FUTURE and not is_first(entry.said, entry.instance, zone_of(person)):
            now = _written_anew(uow, entry, now, guests)
        here = _change(uow, person, entry, filled, now, choices, as_wanted)
        for child, told in _carry(uow, person, children, filled, now, as_wanted):
            _write_to(uow, person, (child.reading.id, child.entry_id), told, guests, choices, scene)
        if here[1] != entry.here.entry_id:
            _write_again(uow, person, here, filled, now, scene)
    _write_to(uow, person, here, now, guests, choices, scene)
    return here[0]


def written_to(uow: UnitOfWork, entry_id: EntryId | None, now: Particulars, guests: Guests) -> tuple[Invitee, ...]:
    """Give to which contacts whoever saves it writes themselves: to those with a mailbox whom we do not mail (2.1)."""
    contacts = [one for one in guests.contacts if one.email]
    ours = {one.address for one in now.guests if one.agent == SERVER}
    if entry_id is not None and not ours.isdisjoint(one.address for one in contacts):
        ours -= {address for _, address in tokens.drafted(uow, [(entry_id, one.address) for one in contacts])}
    return tuple(one for one in contacts if one.address not in ours)


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


def begun(uow: UnitOfWork, person: Person, filled: Filled, scene: Scene) -> Opened | None:
    """Give what *filled* changes, None where it is new; raises NotFound where it is not theirs to change."""
    if filled.reading_id is None:
        return None
    entry = editing.opened(uow, person, filled.reading_id, scene, filled.instance)
    if not entry.is_mine or entry.reading.kind is not filled.kind:
        raise NotFound("it is not theirs to change")
    return entry


def whole(uow: UnitOfWork, person: Person, filled: Filled) -> Filled:
    """Give *filled* with those who belong to the groups that are new in it: they are asked as if they were named."""
    return replace(filled, now=with_members(uow, person, filled.base, filled.now))


def _asked(guest: Guest, before: Guest | None, colleagues: frozenset[Address], choices: Choices) -> Guest:
    """Give how *guest* is asked: a colleague by us, a contact by whoever invites them, until that is sent; no group."""
    if guest.address in colleagues:
        was_asked = before is not None and before.agent == SERVER
        return replace(guest, agent=SERVER if choices.invite or was_asked else NONE)
    return replace(guest, agent=before.agent if before is not None else NONE if guest.is_group else CLIENT)


def is_quiet(filled: Filled, guests: Guests, choices: Choices) -> bool:
    """Tell whether nobody is to be told: colleagues who are asked stay in it, and «Send invitasjoner» is unticked."""
    were_asked = {guest.address for guest in filled.base.guests if guest.agent == SERVER}
    stay = {guest.address for guest in filled.now.guests} & guests.colleague_addresses
    return not choices.invite and bool(were_asked & stay)


def quietly(scene: Scene) -> Scene:
    """Give *scene* in which nobody is told what is saved."""
    return replace(scene, quiet=True, why_quiet=WHY_QUIET)


def _gone(filled: Filled) -> tuple[Guest, ...]:
    return tuple(one for one in filled.base.guests if filled.now.guest(one.address) is None)


def _add(uow: UnitOfWork, person: Person, kind: Kind, uid: str, text: bytes, scene: Scene) -> Place:
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
) -> Place:
    first, second = texts(person, entry, filled, now, choices, scene)
    if first != entry.said.document.raw:
        editing.write(uow, person, entry, first, filled.version, scene)
    elif filled.version != entry.version and changed(filled.base, entry.told):
        raise PreconditionFailed("it was changed meanwhile")
    if second:
        return _add(uow, person, filled.kind, filled.uid, second, scene)
    return entry.reading.id, entry.here.entry_id


def texts(
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


def _written_anew(uow: UnitOfWork, entry: Opened, now: Particulars, guests: Guests) -> Particulars:
    """Give *now*, of a series that is a new entry, in which nobody is mailed by us who was not before (2.1)."""
    asked = [(entry.here.entry_id, one.address) for one in guests.contacts]
    waits = {address for _, address in tokens.drafted(uow, asked)}
    return replace(now, guests=tuple(replace(g, agent=CLIENT) if g.address in waits else g for g in now.guests))


def _write_again(uow: UnitOfWork, person: Person, here: Place, filled: Filled, now: Particulars, scene: Scene) -> None:
    """Begin mail about a series of its own to the contacts who had mail about the one that it was cut from."""
    had = {one.address for one in filled.base.guests if one.agent == SERVER}
    drafts.begin(uow, person, here[0], [g.address for g in now.guests if g.agent == CLIENT and g.address in had], scene)


def _write_to(
    uow: UnitOfWork, person: Person, here: Place, told: Particulars, guests: Guests, choices: Choices, scene: Scene
) -> None:
    """Let mail to the contacts in it wait for its sender, and with «Send møteinnkallelse» begin it (S-07, S-08)."""
    contacts = [one.address for one in guests.contacts if one.email and told.guest(one.address)]
    drafts.hold(uow, here[1], contacts)
    if choices.mail:
        mailed = {one.address for one in written_to(uow, here[1], told, guests)}
        drafts.begin(uow, person, here[0], [one for one in contacts if one in mailed], scene)


def _carry(
    uow: UnitOfWork, person: Person, children: Sequence[Loaded], filled: Filled, now: Particulars, scene: Scene
) -> Iterator[tuple[Loaded, Particulars]]:
    """Let the entries made from this one have what was changed in it; give those that are others now, and as what."""
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
            yield child, of_day(read_object(after, by.zone), SERIES, by)


def _is_child(one: Loaded, uid: str, person: Person) -> bool:
    said = read_object(render(one, person), zone_of(person))
    lines = (line for _, line in said.document.each(said.main.component, "RELATED-TO"))
    named = (line for line in lines if (line.parameter("RELTYPE") or "PARENT").upper() == "PARENT")
    return one.kept is None and any(line.value.strip() == uid for line in named)
