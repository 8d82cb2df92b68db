# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of iTIP messages (RFC 5546 3.2, 3.4), made from what the entry shares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import Answer, Standing
from ical.edits import Edits
from ical.instances import InstanceId
from ical.itip.delegating import status
from ical.itip.outcome import Method
from ical.kinds import Kind
from ical.lines import Document, Line, fold
from ical.overrides import single
from ical.sharing import SENT_BY, UNSHARED
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import progress_shown, share_of
from ical.text import stamp
from ical.view import answer_to, progress_lines
from ical.zonerules import missing_rules

PRODID = "-//Distrib//Distrib 0.1//EN"
REPEATED = ("DTSTART", "DTEND", "DUE", "DURATION", "SUMMARY", "RECURRENCE-ID")
"""What a REPLY repeats of the entry: Google ignores replies without DTSTART and SUMMARY, Outlook wants the times."""

_REPLYING = {"RSVP": None, "SCHEDULE-AGENT": None}
"""What the organizer wrote to whoever answers, and is no part of an answer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A REQUEST or CANCEL as far as it is the same for all who get it."""

    text: bytes
    starts: Sequence[int]
    """Where in `text` each line of the entry begins; one more says where the last one ends."""
    invited: Mapping[Address, Sequence[tuple[int, Line, InstanceId]]]
    """Everybody's lines, with their places, and the occurrence whose component each is in."""
    organizers: Mapping[int, Line]
    standing: Standing

    def to(self, recipient: Address, *, sender: str | None = None) -> bytes:
        """Give the message for *recipient*.

        *sender* is the ORGANIZER's value instead of the one in the text: a contact answers to an address of their own.
        """
        own: dict[int, bytes] = {}
        for place, line, instance in self.invited.get(recipient, ()):
            answer = self.standing.of(recipient, instance)
            told = line if answer is None else line.with_parameters(status(answer, answer.partstat))
            own[place] = told.raw
        if sender is not None:
            # The text names the token address only: EMAIL and SENT-BY would lead answers past it.
            past = {"EMAIL": None, SENT_BY: None}
            own |= {p: line.with_parameters(past).with_value(sender).raw for p, line in self.organizers.items()}
        return b"".join(self._with(own))

    def _with(self, own: Mapping[int, bytes]) -> Iterator[bytes]:
        done = 0
        for place in sorted(own):
            yield self.text[done : self.starts[place]]
            yield own[place]
            done = self.starts[place + 1]
        yield self.text[done:]


def draft(
    method: Method,
    base: bytes,
    answers: Sequence[Answer],
    *,
    sender: str | None,
    alone: bool,
    now: datetime,
    zone: ZoneInfo,
) -> Draft:
    """Make what all get of a REQUEST or CANCEL; the *base* of a CANCEL is called off already.

    *sender* is the organizer's name, for people outside; None: the organizer as in the text. *alone*: of the people
    asked each recipient is named nobody but themselves (reading A18).
    """
    said = read_object(base, zone)
    document = said.document
    standing = Standing(answers)
    edits: Edits = {}
    organizers: dict[int, Line] = {}
    invited: dict[Address, list[tuple[int, Line, InstanceId]]] = {}
    _write_head(document, method, () if sender is None else missing_rules(document), edits)
    for part in said.parts:
        _write_stamp(document, part, now, edits)
        for person in part.people:
            if person.by_server:
                invited.setdefault(person.address, []).append((person.place, person.line, part.instance))
            answer = answer_to(standing, person, part.instance)
            if alone:
                edits[person.place] = ()
            elif not person.by_server:
                edits[person.place] = (person.line.with_parameters(UNSHARED).raw,)
            elif answer is not None:
                edits[person.place] = (person.line.with_parameters(status(answer, answer.shown)).raw,)
        if sender is not None:
            for place, line in document.each(part.component, "ORGANIZER"):
                organizers[place] = line.with_parameters({"CN": line.parameter("CN") or sender})
                edits[place] = (organizers[place].raw,)
    pieces = document.pieces(edits)
    starts = tuple(accumulate(map(len, pieces), initial=0))
    return Draft(b"".join(pieces), starts, invited, organizers, standing)


def outward(method: Method, base: bytes, *, now: datetime, zone: ZoneInfo) -> bytes:
    """Give *base* as a message to somebody outside, with every time zone that it names (RFC 6047 2.4)."""
    said = read_object(base, zone)
    edits: Edits = {}
    _write_head(said.document, method, missing_rules(said.document), edits)
    for part in said.parts:
        _write_stamp(said.document, part, now, edits)
    return said.document.spliced(edits)


def published(request: bytes, zone: ZoneInfo) -> bytes:
    """Give a REQUEST as what only tells of it and asks nobody: a PUBLISH names no ATTENDEE (RFC 5546 3.2.1)."""
    said = read_object(request, zone, method=Method.REQUEST)
    edits: Edits = {person.place: () for part in said.parts for person in part.people}
    for place, line in said.document.each(said.document.root, "METHOD"):
        edits[place] = (line.with_value("PUBLISH").raw,)
    return said.document.spliced(edits)


def reply(entry: Snapshot, answer: Answer, *, now: datetime, zone: ZoneInfo, mailed: bool = False) -> bytes:
    """Give the REPLY that tells of *answer*: one ATTENDEE, and for a task that assignee's progress (RFC 5546 3.4.3).

    The answer to one occurrence names it by RECURRENCE-ID, in the form of the series' DTSTART. *mailed*: it goes to
    somebody outside, whose program must be told of every time zone (RFC 6047 2.4).
    """
    said = single(entry, answer.instance, zone)
    person = next((p for part in said.parts for p in part.people if p.address == answer.address), None)
    line = person.line if person is not None else Line.of(fold(f"ATTENDEE:{answer.address}"))
    # RFC 5546 3.2.3 asks for it; Thunderbird 10 names the organizer in an override only.
    named = (line for part in entry.parts for _, line in entry.document.each(part.component, "ORGANIZER"))
    organizer = next(named, None)
    lines = [
        fold(f"UID:{said.uid}"),
        fold(f"DTSTAMP:{stamp(answer.answered_at or now)}"),
        fold(f"SEQUENCE:{said.sequence}"),
        *([organizer.raw] if organizer is not None else []),
        line.with_parameters({**status(answer, answer.partstat), **_REPLYING, SENT_BY: answer.sent_by}).raw,
        *(repeated.raw for _, repeated in said.document.each(said.main.component, *REPEATED)),
        *(progress_lines(progress_shown(share_of(answer))) if said.kind is Kind.VTODO else []),
        *([fold(f"COMMENT:{_one_line(answer.comment)}")] if answer.comment else []),
    ]
    zones = [said.document.text_of(c) for c in said.document.root.children if c.name == "VTIMEZONE"]
    zones += missing_rules(said.document) if mailed else []
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", f"METHOD:{Method.REPLY}"]
    body = [fold(f"BEGIN:{said.kind}"), *lines, fold(f"END:{said.kind}"), fold("END:VCALENDAR")]
    return b"".join([*(fold(h) for h in head), *zones, *body])


def _write_head(document: Document, method: Method, zones: Iterable[bytes], edits: Edits) -> None:
    first = document.root.children[0].start
    edits[first] = (fold(f"METHOD:{method}"), *zones, document.lines[first].raw)


def _write_stamp(document: Document, part: Part, now: datetime, edits: Edits) -> None:
    """DTSTAMP is when the message was made (RFC 5545 3.8.7.2)."""
    for place, line in document.each(part.component, "DTSTAMP")[:1]:
        edits[place] = (line.with_value(stamp(now)).raw,)
        return
    begin = part.component.start
    edits[begin] = (*edits.get(begin, (document.lines[begin].raw,)), fold(f"DTSTAMP:{stamp(now)}"))


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")
