# SPDX-License-Identifier: GPL-3.0-or-later
"""By whose hand something is written in its organizer's name, or answered: SENT-BY (RFC 5545 3.2.18)."""

from zoneinfo import ZoneInfo

from ical.address import Address, mailbox, normalise
from ical.edits import Edits, replace
from ical.limits import MAIL
from ical.line import Line, Parameters
from ical.people import Attendee, address_of
from ical.sharing import SENT_BY
from ical.snapshot import Part, Snapshot, read_object

_OF_ANOTHER = dict.fromkeys((SENT_BY, "EMAIL", "DIR"))
"""What a line says of the one whom it names."""


def renamed(line: Line, address: Address, name: str) -> Line:
    """Give the ORGANIZER or ATTENDEE *line* naming somebody else."""
    return line.with_parameters({**_OF_ANOTHER, "CN": name}).with_value(str(address))


def in_name_of(  # what, instead of whom, who with which name, and where
    text: bytes, hand: frozenset[Address], address: Address, name: str, zone: ZoneInfo, *, attends: bool = False
) -> bytes:
    """Give *text*, organized by its writer (with the addresses *hand*), as organized by *address* (*name*).

    DAVx5 writes the account's own address into whichever calendar it saves to (pitfall 39), and as whoever organizes
    also among the people. *attends*: the writer is in it on their own account, and stays.
    """
    said = read_object(text, zone)
    edits: Edits = {}
    for part in said.parts:
        for place, line in said.document.each(part.component, "ORGANIZER"):
            if address_of(line) in hand:
                replace(edits, place, line, renamed(line, address, name))
        if not attends:
            edits |= _in_their_place(part, hand, address, name)
    return said.document.spliced(edits)


def _in_their_place(part: Part, hand: frozenset[Address], address: Address, name: str) -> Edits:
    """Let *address* be in *part* once where its writer is."""
    mine = [person for person in part.people if person.address in hand]
    is_in = any(person.address == address for person in part.people)
    edits: Edits = {person.place: () for person in mine}
    if mine and not is_in:
        edits[mine[0].place] = (renamed(mine[0].line, address, name).raw,)
    return edits


def signature(stored: Snapshot, sent: Snapshot, by: Address | None, *, visible: bool) -> Parameters:
    """Give what ORGANIZER is to say of who writes *sent*: *by*, or the organizer (None).

    It stays as *stored* where nothing *visible* changed. What the organizer's own program says of somebody else stands;
    what it only sends back of the last one goes.
    """
    before, now = _sent_by(stored), _sent_by(sent)
    if not visible:
        return ((SENT_BY, before),)
    return ((SENT_BY, now if by is None and now != before else by),)


def signed(text: bytes, by: Address | None, zone: ZoneInfo) -> bytes:
    """Give *text* as written by *by* in its organizer's name, or by the organizer (None)."""
    said = read_object(text, zone)
    edits: Edits = {}
    for part in said.parts:
        for place, line in said.document.each(part.component, "ORGANIZER"):
            replace(edits, place, line, line.with_parameters({SENT_BY: by}))
    return said.document.spliced(edits)


def hand_of(person: Attendee) -> Address | None:
    """Give who answers in *person*'s name, as far as they can be written to (RFC 5545 3.2.18)."""
    written = person.line.parameter(SENT_BY)
    by = normalise(written) if written is not None else None
    known = by is not None and by != person.address and mailbox(by) is not None and len(by) <= MAIL.address
    return by if known else None


def _sent_by(said: Snapshot) -> str | None:
    line = said.line("ORGANIZER")
    return line.parameter(SENT_BY) if line is not None else None
