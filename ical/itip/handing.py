# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who is asked from outside hands their place on: they send the REQUEST on by themselves (RFC 5546 3.2.2.3).

What the organizer says of others stays as it is: they hear of it by the REPLY, and ask the delegate or do not.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import Answer
from ical.edits import Edits, put
from ical.itip.build import outward
from ical.itip.delegating import Lines, is_in, status, with_delegates
from ical.itip.outcome import Entry, Handover, Method
from ical.overrides import single
from ical.snapshot import Snapshot, read_object


def handovers_of(
    entry: Entry, pairs: Sequence[tuple[Answer, Answer]], lines: Lines, zone: ZoneInfo, now: datetime
) -> Iterator[Handover]:
    """Give what is sent to whom because these rows of one person changed so; *lines* are those of the delegates.

    Whoever is in it already, as the organizer says, or organizes it, is sent nothing.
    """
    moved = [(before, after) for before, after in pairs if before.delegated_to != after.delegated_to]
    if not moved:
        return
    said, sent = read_object(entry.shared, zone), set()
    for before, after in moved:
        for method, to in ((Method.CANCEL, before.delegated_to), (Method.REQUEST, after.delegated_to)):
            key = method, to, after.instance  # under each of their addresses it is the same
            if to is None or to == entry.organizer or key in sent or is_in(said, to, after.instance):
                continue
            sent.add(key)
            text = outward(method, _text(said, method, after, to, lines, zone), now=now, zone=zone)
            yield Handover(method, to, after.address, text, after.instance)


def _text(said: Snapshot, method: Method, answer: Answer, to: Address, lines: Lines, zone: ZoneInfo) -> bytes:
    """Give what *said* asks of the person of *answer* with *to* behind them, in each component that names them."""
    mine = single(said, answer.instance, zone)
    rows = [Answer(to, p.instance, added_by=answer.address) for p in mine.parts]
    both = with_delegates(mine, rows, said.document.raw, zone, lines)
    edits: Edits = {}
    for part in both.parts:
        if method is Method.CANCEL:
            put(both.document, part.component, {"STATUS": "CANCELLED"}, edits)
        for person in part.people:
            if person.address == answer.address:
                told = {**status(answer, answer.partstat), "RSVP": None}
                edits[person.place] = (person.line.with_parameters(told).raw,)
    return both.document.spliced(edits)
