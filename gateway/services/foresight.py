# SPDX-License-Identifier: GPL-3.0-or-later
"""What saving comes to, told before it is done: who is asked, who hears of it, and how much is changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from gateway.model import Person
from gateway.services.editing import Opened
from gateway.services.expanding import organized
from gateway.services.guests import Guests, Invitee, known
from gateway.services.saving import (
    Choices,
    Filled,
    begun,
    is_quiet,
    linked,
    made_of,
    quietly,
    settled,
    texts,
    whole,
    written_to,
)
from gateway.services.scene import Scene, zone_of
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.answers import NEEDS_ACTION, Standing
from ical.editing import Guest, Particulars
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Method, Outcome
from ical.people import SERVER
from ical.recurrence import occurrences, span
from ical.snapshot import Snapshot, read_object
from ical.times import END, FIRST

MOST_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving will come to."""

    guests: Guests
    written: tuple[Invitee, ...]
    """The contacts to whom «Send møteinnkallelse» makes a draft."""
    occurrences: int | None
    """How many days the series has; None: without end."""
    is_day: bool
    is_series: bool
    """All of a series is changed."""
    linked: int
    """How many entries say that they were made from this one."""
    reset: tuple[str, ...]
    """Whose answer is asked for again."""
    asked: tuple[str, ...]
    """Which colleagues get an invitation, to be answered."""
    informed: tuple[str, ...]
    """Which colleagues hear of the change, and have answered."""
    left_out: tuple[str, ...]
    """Who hears that they are not in it any more."""
    mailed: tuple[str, ...]
    """Which contacts get mail by itself."""
    drafted: tuple[str, ...]
    """To which contacts a new draft is written whatever is chosen: they had mail about it before (product, 2.1)."""
    were_asked: bool
    """Colleagues who stay in it were asked before: without «Send invitasjoner» the change is made in silence (A4)."""

    @property
    def generated(self) -> bool:
        """Tell whether something comes from it."""
        return self.is_day or self.linked > 0

    @property
    def tells(self) -> bool:
        """Tell whether anybody hears of it."""
        return any((self.asked, self.informed, self.left_out, self.mailed, self.drafted))

    @property
    def asks(self) -> bool:
        """Tell whether there is anything to choose, or to know beforehand (S-12, reading A11)."""
        return bool(self.guests.everybody) or self.generated or self.tells


def plan(uow: UnitOfWork, person: Person, filled: Filled, choices: Choices, scene: Scene) -> Plan:
    """Tell what saving *filled* comes to, and save nothing; raises NotFound."""
    entry, filled = begun(uow, person, filled, scene), whole(uow, person, filled)
    everybody = known(uow, (*filled.now.guests, *_gone(filled)))
    guests = Guests(tuple(one for one in everybody.everybody if filled.now.guest(one.address) is not None))
    now = settled(filled, everybody, choices)
    as_wanted = quietly(scene) if is_quiet(filled, everybody, choices) else scene
    outcome, before = _outcome(uow, person, entry, filled, now, choices, as_wanted)
    told = _Told(outcome, before, filled.instance, {one.address: one.name for one in everybody.everybody})
    before_or_now = replace(now, guests=(*now.guests, *_gone(filled)))
    mine = written_to(uow, entry.here.entry_id if entry is not None else None, before_or_now, everybody)
    colleagues, by_hand = everybody.colleague_addresses, frozenset(one.address for one in mine)
    requested, ended = told.by(Method.REQUEST), told.by(Method.CANCEL)
    ours = frozenset(told.people) - by_hand if scene.settings.can_mail else colleagues
    return Plan(
        guests=guests,
        written=tuple(one for one in mine if filled.now.guest(one.address) is not None),
        occurrences=_count(entry.said, zone_of(person)) if entry is not None else 0,
        is_day=entry is not None and entry.instance != SERIES,
        is_series=entry is not None and entry.instance == SERIES and entry.repeats,
        linked=len(linked(uow, person, entry, filled)) if entry is not None else 0,
        reset=told.names((*_reset(outcome, before), *_unsaid(person, entry, filled, now, choices, scene))),
        asked=told.names(one for one in requested & colleagues if told.is_open(one)),
        informed=told.names(one for one in requested & colleagues if not told.is_open(one)),
        left_out=told.names(ended & ours),
        mailed=told.names((requested & ours) - colleagues),
        drafted=told.names((requested | ended) & by_hand),
        were_asked=is_quiet(filled, everybody, Choices(invite=False)),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Who hears what by an outcome."""

    outcome: Outcome
    before: Standing
    instance: InstanceId
    people: Mapping[Address, str]

    def by(self, method: Method) -> frozenset[Address]:
        """Give to whom messages of this kind go."""
        return frozenset(one for m in self.outcome.messages if m.method is method for one in m.to if one in self.people)

    def is_open(self, address: Address) -> bool:
        """Tell whether somebody owes an answer."""
        rows = [row for row in self.outcome.answers if row.address == address]
        if rows:
            return any(row.partstat == NEEDS_ACTION for row in rows)
        answer = self.before.of(address, self.instance)
        return answer is None or answer.partstat == NEEDS_ACTION

    def names(self, addresses: Iterable[Address]) -> tuple[str, ...]:
        """Give how these are called, in the order of the form."""
        wanted = set(addresses)
        return tuple(dict.fromkeys(name for address, name in self.people.items() if address in wanted))


@dataclass(frozen=True, slots=True)
class End:
    """What it comes to that an organizer deletes something, or a day of it."""

    told: tuple[str, ...]
    """Who hears of it."""
    drafted: tuple[str, ...]
    """Contacts to whom whoever organizes it writes that it is off: a draft is made."""


def ending(uow: UnitOfWork, entry: Opened, scene: Scene) -> End:
    """Tell who hears of it that whoever organizes *entry* deletes it; nobody where it is over."""
    guests, now = known(uow, entry.told.guests), entry.told
    if entry.is_over or entry.is_off or not entry.is_mine:
        return End((), ())
    asked = {one.address for one in now.guests if one.agent == SERVER}
    mine = {one.address for one in written_to(uow, entry.here.entry_id, now, guests)} & asked
    ours = guests.colleague_addresses if not scene.settings.can_mail else asked - mine
    names = [(one.address, one.name) for one in guests.everybody]
    return End(
        tuple(name for address, name in names if address in asked & ours),
        tuple(name for address, name in names if address in mine),
    )


def _gone(filled: Filled) -> tuple[Guest, ...]:
    return tuple(one for one in filled.base.guests if filled.now.guest(one.address) is None)


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
    text, _ = texts(person, entry, filled, now, choices, scene)
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


def _unsaid(  # by whom, of what, with what filled in, and chosen how
    person: Person, entry: Opened | None, filled: Filled, now: Particulars, choices: Choices, scene: Scene
) -> Iterator[Address]:
    """Give whose answer is taken out of the text itself: the server does not ask them."""
    if entry is None or not any(one.agent != SERVER for one in now.guests):
        return
    text, second = texts(person, entry, filled, now, choices, scene)
    said = {key for key, partstat in _by_hand(entry.said) if partstat != NEEDS_ACTION}
    after = read_object(second or text, zone_of(person))
    yield from (key[0] for key, partstat in _by_hand(after) if key in said and partstat == NEEDS_ACTION)


def _by_hand(said: Snapshot) -> Iterator[tuple[tuple[Address, InstanceId], str]]:
    """Give what is said of those whom the server does not ask, by whom and to what."""
    for part in said.parts:
        yield from (((one.address, part.instance), one.partstat) for one in part.people if not one.by_server)


def _count(said: Snapshot, zone: ZoneInfo) -> int | None:
    if span(said.document, said.kind, zone).end is None:
        return None
    return len(occurrences(said.document, FIRST, END, zone, limit=MOST_COUNTED))
