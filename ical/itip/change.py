# SPDX-License-Identifier: GPL-3.0-or-later
"""An organizer's new text against the old one: what it changes for everybody, whose rows change, and who is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import DECLINED, NEEDS_ACTION, Answer, Standing
from ical.changes import Changes, compare
from ical.instances import SERIES, InstanceId
from ical.itip.calling import cancels, coming_to_all, everybody, is_coming, requests
from ical.itip.guests import NONE, WHOLE, Alike, Effects, Guest, Instances, guests
from ical.itip.orders import Order, orders
from ical.itip.outcome import Entry, Message, State
from ical.itip.sequence import next_sequence
from ical.overrides import is_past, takes_place
from ical.recurrence import is_over
from ical.snapshot import Snapshot, read_object

NOBODY = frozenset[Address]()


@dataclass(frozen=True, slots=True)
class Change:
    """What an organizer's new text is, against what was stored."""

    entry: Entry
    sent: Snapshot
    changes: Changes
    guests: Mapping[Address, Guest]
    """Everybody who is or was asked."""
    alike: Sequence[Alike]
    """The same by what they were and are asked to, and what the change comes to for them."""
    standing: Standing
    must_rise: bool
    """SEQUENCE must be higher than before (RFC 5546 2.1.4)."""
    sequence: int
    """The highest one from now on."""
    leaves_some: bool
    """Of a series that is called off for them, somebody is still asked to some: above that CANCEL (RFC 5546 2.1.5)."""
    called_off: bool
    """All of it, by this text."""
    revived: bool
    """It was called off a moment ago, and is on again."""
    silent: str
    """Why nobody is told and readings only follow (model, row 47); '' where people are told."""
    past: frozenset[InstanceId]
    """Days that are over, and were before: of what changed in them nobody is told either."""
    orders: Sequence[Order]
    """What the client wants to be sent whatever changed."""
    zone: ZoneInfo
    now: datetime

    @property
    def forced(self) -> frozenset[Address]:
        """Give who must be sent a REQUEST."""
        return frozenset(order.address for order in self.orders if order.is_known)

    @property
    def is_visible(self) -> bool:
        """What others start from is another text now."""
        return self.changes.visible or self.revived or bool(self.removed())

    def removed(self) -> list[Address]:
        """Give who is not asked any more."""
        return [address for some in self.alike if not some.now for address in some.people]

    def raised(self) -> frozenset[InstanceId]:
        """Give the components whose SEQUENCE rises; others stay the same for whoever is in them alone."""
        everywhere = frozenset(p.instance for p in self.sent.parts)
        if not self.must_rise:
            return NONE
        if self.called_off or self.revived or self.changes.series or SERIES not in everywhere:
            return everywhere
        left = frozenset(i for some in self.alike for i in some.was ^ some.now)
        stay = frozenset(i for some in self.alike if SERIES in some.was - some.now for i in some.now)
        return everywhere & (self.changes.raised | left | stay | {SERIES})

    def rows(self) -> Iterator[Answer]:
        """Give the rows of all who are asked, or asked again."""
        for _, _, effect, people in self.alike:
            for instance, address in product(sorted(effect.asked), people):
                yield asked(address, instance, self.sequence, self._told_at(instance))
            for instance, address in product(sorted(effect.apart), people):
                row = self.standing.of(address, instance)
                if row is not None and row.instance != instance:
                    yield row._replace(instance=instance)
            if not self.called_off:
                for instance, address in product(sorted(effect.again), people):
                    row = self.standing.of(address, instance)
                    if row is not None:
                        yield asked_again(
                            row._replace(instance=instance, hidden=False), self.sequence, self._told_at(instance)
                        )

    def _told_at(self, instance: InstanceId) -> datetime | None:
        """Give when people are told of *instance*; None: they have it, and are not told."""
        return None if self.silent or instance in self.past else self.now

    def ended(self) -> Iterator[tuple[Address, InstanceId]]:
        """Give the rows of single occurrences that go away, of those who are still asked to something."""
        effects = {address: some.effect for some in self.alike if some.now for address in some.people}
        for row in self.entry.answers:
            if row.address in effects and effects[row.address].ends(row):
                yield row.address, row.instance

    def coming_back(self) -> frozenset[Address]:
        """Give who may have put away what was called off, and is to have it again."""
        if not self.revived:
            return NOBODY
        return frozenset(a.address for a in self.entry.answers if a.partstat != DECLINED) & self.guests.keys()

    def touched(self, shared: bytes | None) -> frozenset[Address]:
        """Give whose reading is another one now: of what they are asked to, something is written otherwise (row 6)."""
        if shared is None:
            return NOBODY
        old, new = read_object(self.entry.shared, self.zone), read_object(shared, self.zone)
        if _frame(old) != _frame(new):
            return frozenset(self.guests)
        before, after = ({p.instance: said.document.text_of(p.component) for p in said.parts} for said in (old, new))
        other = {i for i in before.keys() | after.keys() if before.get(i) != after.get(i)}
        others = [some.people for some in self.alike if some.effect.elsewhere or other & (some.was | some.now)]
        return NOBODY.union(*others)

    def messages(self, shared: bytes) -> Iterator[Message]:
        """Give what is sent, where others start from *shared* now."""
        entry, sequence = self.entry, self.sequence
        if self.silent or (self.sent.cancelled and not self.called_off):
            return
        if self.called_off:
            rows = [a for a in entry.answers if a.address in self.guests]
            said = read_object(entry.shared, self.zone)
            for is_asked, base in ((True, shared), (False, entry.shared)):
                to = everybody(
                    (a for a in rows if bool(self.guests[a.address].now) is is_asked), said, self.zone, self.now
                )
                yield from cancels(base, to, sequence, self.zone, called_off=is_asked)
            return
        told, first, lost, off = self._recipients()
        below = sequence - self.leaves_some
        for instance, people in lost.items():
            gone = instance in self.changes.gone
            yield from cancels(entry.shared, {instance: people}, below, self.zone, called_off=gone)
        yield from cancels(shared, off, sequence, self.zone, called_off=True)
        yield from requests(shared, told, sequence, self.zone)
        yield from requests(shared, first, sequence, self.zone, first=True)

    def _recipients(self) -> tuple[dict[InstanceId, list[Address]], ...]:
        """Give who gets a REQUEST, a first one, a CANCEL of what there was, and one of what says it is called off."""
        told: dict[InstanceId, list[Address]] = {}
        first: dict[InstanceId, list[Address]] = {}
        lost: dict[InstanceId, list[Address]] = {}
        off: dict[InstanceId, list[Address]] = {}
        ordered = self.forced
        whole = coming_to_all(self.entry.answers)
        for _, now, effect, people in self.alike:
            for instance, address in product(effect.cancelled - self.past, people):
                if address in whole if instance == SERIES else is_coming(self.standing, address, instance):
                    (off if instance in self.changes.off else lost).setdefault(instance, []).append(address)
            hear = [a for a in people if effect.told or self.revived or a in ordered]
            for instance, address in product(effect.told or (WHOLE if SERIES in now else now), hear):
                row = self.standing.of(address, instance)
                new = row is None or row.asked_at is None
                (first if new else told).setdefault(instance, []).append(address)
        return told, first, lost, off


def compared(
    entry: Entry,
    stored: Snapshot,
    sent: Snapshot,
    me: frozenset[Address],
    zone: ZoneInfo,
    now: datetime,
    *,
    quiet: str,
) -> Change:
    """Compare what the organizer (*me*) has *sent* with what is *stored* of *entry*; floating times are in *zone*.

    *quiet*: why nobody is to be told.
    """
    changes = compare(stored, sent, zone)
    called_off = sent.cancelled and entry.state is State.LIVE
    found = guests(stored, sent, _known(entry.answers), me)
    kinds: dict[tuple[Instances, Instances], list[Address]] = {}
    for address, guest in found.items():
        kinds.setdefault((guest.was, guest.now), []).append(address)
    past = frozenset(_past(changes, kinds, stored, sent, zone, now))
    effects = Effects(changes, stored, sent, past)
    alike = [Alike(was, now_in, effects.of(was, now_in), people) for (was, now_in), people in kinds.items()]
    less = any(some.effect.cancelled for some in alike)
    revived = entry.state is State.CANCELLED and not sent.cancelled
    # By it a reading from before is known, which would decline what it does not hold (model, row 15).
    more = any(some.was and some.effect.asked for some in alike)
    must_rise = more or less or revived or called_off or changes.series or changes.shorter or bool(changes.raised)
    leaves_some = any(now and SERIES in was - now for was, now in kinds)
    sequence = next_sequence(sent.sequence, entry.sequence + leaves_some, must_rise=must_rise)
    standing = Standing(entry.answers)
    over = is_over(sent.document, sent.kind, zone, now) and is_over(stored.document, stored.kind, zone, now)
    return Change(
        entry,
        sent,
        changes,
        found,
        alike,
        standing,
        must_rise,
        sequence,
        leaves_some,
        called_off,
        revived,
        "It is over, and was before" if over else quiet,
        past,
        orders(sent),
        zone,
        now,
    )


def _known(answers: Iterable[Answer]) -> Mapping[Address, Instances]:
    """Give to which occurrences people have rows."""
    known: dict[Address, Instances] = {}
    for row in answers:
        if not row.organizer:
            here = WHOLE if row.instance == SERIES else frozenset({row.instance})
            known[row.address] = known[row.address] | here if row.address in known else here
    return known


def _past(
    changes: Changes,
    kinds: Iterable[tuple[Instances, Instances]],
    stored: Snapshot,
    sent: Snapshot,
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[InstanceId]:
    """Give the days of which something changed, and that are over, and were before."""
    elsewhere = frozenset(i for was, now_in in kinds for i in was ^ now_in)
    for instance in (changes.raised | changes.told | elsewhere) - WHOLE:
        texts = [said for said in (stored, sent) if _has(said, instance, zone)]
        if all(is_past(said, instance, zone, now) for said in texts):
            yield instance


def _has(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> bool:
    return said.part(instance) is not None or takes_place(said, instance, zone)


def asked(address: Address, instance: InstanceId, sequence: int, at: datetime | None) -> Answer:
    """Give the row of somebody who is asked for the first time; *at* None: they have it, and are not told."""
    return Answer(address, instance, reset_sequence=sequence, sequence=sequence, asked_at=at)


def _frame(said: Snapshot) -> list[bytes]:
    """Give the lines of *said* outside its components."""
    found: list[bytes] = []
    done = 0
    for part in said.parts:
        found += [line.raw for line in said.document.lines[done : part.component.start]]
        done = part.component.stop
    return found + [line.raw for line in said.document.lines[done:]]


def asked_again(answer: Answer, sequence: int, now: datetime | None) -> Answer:
    """Everybody is asked again, decliners too; what was done of a task stays known (scenario 22)."""
    return answer._replace(
        partstat=NEEDS_ACTION,
        shown=NEEDS_ACTION,
        reset_sequence=sequence,
        sequence=sequence,
        stamp=None,
        digest="",
        asked_at=now,
        answered_at=None,
        answered_before=answer.answered_at or answer.answered_before,
        completed_at=None,
        written="",
        comment=None,
        sent_by=None,
    )
