# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked to which occurrences, before and after a change, and what the change comes to for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ical.address import Address
from ical.answers import Answer
from ical.changes import Changes
from ical.instances import SERIES, InstanceId
from ical.people import SERVER, Attendee, agent_of
from ical.snapshot import Snapshot

Instances = frozenset[InstanceId]
NONE: Instances = frozenset()
WHOLE: Instances = frozenset({SERIES})


class Guest(NamedTuple):
    """Somebody whom the server asks."""

    line: Attendee | None
    """How the text names them; None where it does not."""
    was: Instances
    """To which components they were asked."""
    now: Instances


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change comes to for all who were, and are, asked to the same components; `''` is the series."""

    cancelled: Instances = NONE
    """Of these they are sent a CANCEL."""
    asked: Instances = NONE
    """To these they are asked for the first time."""
    again: Instances = NONE
    """To these they are asked again."""
    told: Instances = NONE
    """Of these they are sent a REQUEST."""
    lost: Instances = NONE
    """What they said of these alone is forgotten."""
    anew: bool = False
    """Whatever else they said is forgotten."""
    apart: Instances = NONE
    """These they are in without the series from now on, and what they said of it stands for each."""
    elsewhere: bool = True
    """They are in other occurrences than before."""

    def ends(self, row: Answer) -> bool:
        """Tell whether a row of theirs goes away."""
        return (self.anew or row.instance in self.lost) and row.instance not in self.again | self.apart


class Alike(NamedTuple):
    """People who were asked to the same, and are: most of a thousand."""

    was: Instances
    now: Instances
    effect: Effect
    people: Sequence[Address]


def asked_in(said: Snapshot, me: Collection[Address]) -> dict[Address, tuple[Attendee, Instances]]:
    """Give the people that the server asks, and to which components of *said*; nobody of *me*.

    Outlook's synchronizer says on ORGANIZER that its client asks everybody itself.
    """
    line = said.line("ORGANIZER")
    if line is not None and agent_of(line) != SERVER:
        return {}
    found: dict[Address, tuple[Attendee, Instances]] = {}
    for part in sorted(said.parts, key=lambda p: p.instance):
        here = frozenset({part.instance})
        for person in part.asked:
            before = found.get(person.address)
            found[person.address] = (person, here) if before is None else (before[0], before[1] | here)
    return {address: asked for address, asked in found.items() if address not in me}


def guests(
    stored: Snapshot, sent: Snapshot, known: Mapping[Address, Instances], me: Collection[Address]
) -> dict[Address, Guest]:
    """Give everybody who is asked in *sent*, or was before; *known* are the occurrences for which there are rows."""
    before, now = asked_in(stored, me), asked_in(sent, me)
    found: dict[Address, Guest] = {}
    for address, rows in known.items():
        was = before[address][1] if address in before else WHOLE if SERIES in rows else rows
        line, invited = now.get(address, (None, NONE))
        found[address] = Guest(line, was, invited)
    for address, (line, invited) in now.items():
        found.setdefault(address, Guest(line, NONE, invited))
    return found


class Effects:
    """The effect of one change, by who was asked to what."""

    def __init__(self, changes: Changes, stored: Snapshot, sent: Snapshot, past: Instances) -> None:
        """Of the days that are *past* nobody is told."""
        self._changes, self._past = changes, past
        self._before = frozenset(p.instance for p in stored.parts)
        self._after = frozenset(p.instance for p in sent.parts)

    def of(self, was: Instances, now: Instances) -> Effect:
        """Give the effect on whoever *was* asked to these, and *now* is to those."""
        if not now:
            return Effect(cancelled=WHOLE if SERIES in was else was, anew=True)
        if SERIES in now and SERIES in was:
            return self._in_the_series(was, now)
        moved = self._changes.again & now
        if SERIES in now:
            return Effect(asked=WHOLE, again=moved & was, told=WHOLE, lost=was - now)
        if SERIES in was:
            return Effect(cancelled=WHOLE, again=moved, told=now - self._past, anew=True, apart=now - moved)
        return self._in_some(was, now)

    def _in_the_series(self, was: Instances, now: Instances) -> Effect:
        changes = self._changes
        if changes.series:
            return Effect(again=WHOLE, told=WHOLE, anew=True)
        out_before, out_now = self._before - was, self._after - now
        lost = (out_now - out_before) | (changes.gone - out_before)
        back = out_before - out_now - changes.gone
        again = changes.again - out_now - back
        is_told = bool(((changes.told - out_now) | again | back) - self._past) or changes.shorter
        return Effect(
            cancelled=lost | (changes.off & now),
            asked=back,
            again=again,
            told=WHOLE if is_told else NONE,
            lost=lost,
            elsewhere=out_before != out_now,
        )

    def _in_some(self, was: Instances, now: Instances) -> Effect:
        changes, stay = self._changes, was & now
        return Effect(
            cancelled=(was - now) | (changes.off & stay),
            asked=now - was,
            again=changes.again & stay,
            told=((now - was) | (stay & (changes.told | changes.again))) - self._past,
            lost=was - now,
            elsewhere=was != now,
        )
