# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's change came to and why, a sentence each, for the decision log."""

from collections.abc import Collection, Iterator, Sequence

from ical.instances import InstanceId
from ical.itip.change import Change
from ical.itip.outcome import Message, Method


def reasons(change: Change, messages: Sequence[Message]) -> Iterator[str]:
    """Give what was decided of *change*, of which these *messages* tell."""
    if change.revived:
        yield "It was called off a moment ago and is on again: that is one change."
    yield from _about_all(change, messages)
    yield from _about_days(change)
    if change.changes.shorter:
        yield "The series has fewer occurrences; the answers stand."
    yield from _about_people(change)
    sent = {address for message in messages if message.method is Method.REQUEST for address in message.to}
    if ordered := len(change.forced & sent):
        yield f"The program orders a REQUEST to {ordered}, whatever changed."


def _about_all(change: Change, messages: Sequence[Message]) -> Iterator[str]:
    changes = change.changes
    if change.called_off and change.silent:
        yield f"{change.silent}: it is called off, and nobody is told."
    elif change.called_off:
        yield f"Called off: CANCEL to {len({address for message in messages for address in message.to})}."
    elif change.silent and changes.visible:
        yield f"{change.silent}: the others read what it says now, and are not told."
    elif changes.series:
        stay = len(change.guests) - len(change.removed()) - _more(change)
        yield f"Time or recurrence changed: {stay} asked again."
    elif changes.told - changes.again - change.past and messages:
        yield "Something changed that the others are told of; their answers stand."
    elif changes.quiet and not messages:
        yield "Something changed that the others see, but are not told of."


def _about_days(change: Change) -> Iterator[str]:
    changes = change.changes
    if (again := changes.again - change.past) and not changes.series:
        yield f"Moved or brought back: {_named(again)}; everybody in it is asked again."
    if (off := changes.gone | changes.off) and not change.called_off:
        yield f"Called off: {_named(off)}; the rest stands."
    if change.past and not change.silent:
        yield f"Over already: {_named(change.past)}; the others read what it says now, and are not told."


def _about_people(change: Change) -> Iterator[str]:
    if more := _more(change):
        yield f"Distributed to {more} more."
    if removed := change.removed():
        yield f"Withdrawn from {len(removed)}."
    stay = [some for some in change.alike if some.was and some.now]
    ends = change.changes.gone | change.changes.off
    if fewer := sum(len(some.people) for some in stay if some.effect.cancelled - ends):
        yield f"Not in all of it any more: {fewer}, who stay in the rest."
    if wider := sum(len(some.people) for some in stay if some.effect.asked):
        yield f"Asked to more of it than before: {wider}."


def _more(change: Change) -> int:
    return sum(len(some.people) for some in change.alike if not some.was)


def _named(instances: Collection[InstanceId]) -> str:
    return ", ".join(sorted(instances))
