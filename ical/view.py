# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry as one person reads it, made when it is read.

The organizer reads the words with everybody's answers written over them; everybody else reads what is shared, with the
answers and their own lines. Each function edits single lines of the raw text and leaves all others as they are.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace as evolved
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from ical import sharing
from ical.address import Address
from ical.answers import NEEDS_ACTION, Answer, Standing
from ical.edits import Edits, insert, put, replace
from ical.instances import SERIES, InstanceId
from ical.itip.delegating import status, with_delegates
from ical.itip.outcome import Entry, State
from ical.kinds import Kind
from ical.line import Line, Parameters
from ical.lines import Document, fold
from ical.overrides import arranged, invitations, invited_to, narrowed, takes_place
from ical.people import Attendee
from ical.private import Chunk, Overlay, chunk_for
from ical.recent import Recent
from ical.roster import Roster
from ical.roster import write as write_roster
from ical.sharing import AWAY, COMMENT, FIGURES, NOTED, PERCENT, SENT_BY, UNSHARED, partstat_of
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import Progress, Whole, progress_shown, rule_of, share_of, whole
from ical.text import stamp

DELIVERED = "1.2"
"""SCHEDULE-STATUS of an answer that reached the organizer (RFC 6638 3.2.9)."""
ROOM = 8 * 1024 * 1024
"""Bytes of memory for what organizers read last: ten meetings of a thousand people."""
ANSWER_SIZE = 400
"""Bytes that an answer takes in memory."""
MOST_MADE = 200
_OURS = dict.fromkeys(name for name in FIGURES if name not in NOTED)
"""Occurrences that get a component in a reading because of answers and own lines: more cannot be looked through."""

Who = TypeVar("Who", bound=Hashable)

recent = Recent[bytes](ROOM)


def for_organizer(
    entry: Entry,
    zone: ZoneInfo,
    roster: Roster | None = None,
    away: Collection[Address] | None = None,
    seen: Mapping[Address, datetime] = MappingProxyType({}),
) -> bytes:
    """Give what the organizer reads: the words with each answer, its delivery and, for tasks, its figures.

    An occurrence that somebody answered apart is there even where the words say nothing of it alone. With *roster* the
    answers stand in DESCRIPTION too, where every program shows them. *seen* tells who looked at it when, answered or
    not. *away*: it is for a file, which tells also who has put it away, these, and what each said beside the answer,
    and of looking nothing: it brings answers in elsewhere.

    What was made a moment ago is not made again: it is read before it is written over, and told from what was sent.
    """
    if entry.words is None:
        raise ValueError("the organizer's reading is made from the words")
    if roster is not None or away is not None:
        return _for_organizer(entry, entry.words, zone, roster, away, seen)
    key = _Key(entry, zone, frozenset(seen.items()))
    found = recent.get(key)
    if found is None:
        found = _for_organizer(entry, entry.words, zone, None, None, seen)
        recent.keep(key, found, sum(map(len, (found, entry.words, entry.shared))) + ANSWER_SIZE * len(entry.answers))
    return found


class _Key:
    """What an organizer's reading is made of. It is hashed once: an answer of each of a thousand people is in it."""

    __slots__ = ("_hash", "_made_of")

    def __init__(self, *made_of: Hashable) -> None:
        self._made_of, self._hash = made_of, hash(made_of)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other._made_of == self._made_of


def _for_organizer(  # what is read, and what is written into it
    entry: Entry,
    words: bytes,
    zone: ZoneInfo,
    roster: Roster | None,
    away: Collection[Address] | None,
    seen: Mapping[Address, datetime],
) -> bytes:
    said, standing = read_object(words, zone), Standing(entry.answers)
    said = with_delegates(said, entry.answers, entry.shared, zone)
    made = arranged(said, zone, made=answered_apart(entry, said, zone))
    # An organizer who is not assigned to a task closes single occurrences of it by a row that no line shows.
    closed = {a.instance: a for a in entry.answers if a.organizer and a.instance != SERIES}
    rule = rule_of(said) if entry.kind is Kind.VTODO else Whole.MEAN
    alike: dict[Hashable, Parameters] = {}
    edits: Edits = {}
    for part in made.parts:
        rows: dict[Address, Answer] = {}
        for person in part.people:
            answer = answer_to(standing, person, part.instance)
            if answer is not None:
                rows[person.address] = answer
                if away is None:
                    line = _organizer_reads(person, answer, seen.get(person.address), alike)
                else:
                    told = _organizer_sees(person, answer, None) | _file_tells(answer, away)
                    line = person.line.with_parameters(told)
                replace(edits, person.place, person.line, line)
            elif not person.by_server:
                # SCHEDULE-STATUS is then the client's to say (RFC 6638 7.3), what only we know is not.
                replace(edits, person.place, person.line, person.line.with_parameters(_OURS))
        if roster is not None:
            write_roster(made, part, rows, roster, zone, edits)
        if rows and not entry.closed and _has_progress(entry, made, part):
            own = closed.get(part.instance)
            is_closed = own is not None and all(p.address != own.address for p in part.people)
            progress = progress_shown(share_of(own)) if own is not None and is_closed else whole(rows.values(), rule)
            _write_progress(made.document, part, progress, edits)
    return made.document.spliced(edits)


def for_attendee(entry: Entry, me: frozenset[Address], overlay: Overlay, zone: ZoneInfo) -> bytes:
    """Give what an invited person reads: what is shared, the others' published answers, and the own lines.

    Of a series it holds the occurrences to which they are asked, and has not taken away.
    """
    seen, standing = _own_occurrences(entry, me, overlay, zone), Standing(entry.answers)
    stored = read_object(entry.shared, zone)
    edits: Edits = {}
    for part in seen.parts:
        mine: Answer | None = None
        # What others said of an occurrence without a component of its own is between them and the organizer.
        shown = part.instance if stored.part(part.instance) is not None else SERIES
        for person in part.people:
            own = person.address in me
            answer = answer_to(standing, person, part.instance if own else shown)
            if not person.by_server:
                edits[person.place] = (person.line.with_parameters(UNSHARED).raw,)
            elif answer is not None:
                mine = answer if own and mine is None else mine
                partstat = (answer.written or answer.partstat) if own else answer.shown
                if partstat != person.partstat:  # A missing PARTSTAT says NEEDS-ACTION (RFC 5545 3.2.12).
                    edits[person.place] = (person.line.with_parameters(status(answer, partstat)).raw,)
        _write_own(seen, part, entry, mine, chunk_for(overlay, part.instance), edits)
    return seen.document.spliced(edits)


def answer_to(standing: Standing, person: Attendee, instance: InstanceId) -> Answer | None:
    """Give the answer that a line shows; None where the server does not ask by it, and what it says itself stands."""
    found = standing.of(person.address, instance)
    return found if found is not None and (person.by_server or found.organizer) else None


def answered_apart(
    entry: Entry, said: Snapshot, zone: ZoneInfo, me: frozenset[Address] | None = None
) -> list[InstanceId]:
    """Give which occurrences of *said* without a component of their own have another answer than the series.

    *me*: of this person alone; None: of anybody.
    """
    if all(a.instance == SERIES for a in entry.answers):
        return []
    series, standing = {a.address: a for a in entry.answers if a.instance == SERIES}, Standing(entry.answers)
    apart = {
        row.instance
        for row in entry.answers
        if row.instance != SERIES and (row.address in series or row.organizer)
        if me is None or (row.address in me and not row.hidden)
        if row.address not in series or share_of(standing.for_line(row)) != share_of(series[row.address])
    }
    return _made_of(said, apart, zone)


def partial(
    entry: Entry, people: Mapping[Who, Collection[Address]], zone: ZoneInfo, *, organizer: Who | None = None
) -> frozenset[Who]:
    """Give who of *people*, by their addresses, has other occurrences than the entry, or is busy otherwise in them.

    The *organizer* has all of them, whoever is named where. The text is read once, however many people there are.
    """
    said = read_object(entry.shared, zone)
    everywhere = frozenset(part.instance for part in said.parts)
    asked = invitations(said) if len(everywhere) > 1 else {}
    series = {a.address: a.partstat for a in entry.answers if a.instance == SERIES}
    alone = {
        a.address for a in entry.answers if a.instance != SERIES and (a.hidden or a.partstat != series.get(a.address))
    }

    def misses_some(who: Who, addresses: Collection[Address]) -> bool:
        invited = frozenset[InstanceId]().union(*(asked.get(a, ()) for a in addresses))
        return len(everywhere) > 1 and invited != everywhere and (bool(invited) or who != organizer)

    return frozenset(w for w, own in people.items() if misses_some(w, own) or not alone.isdisjoint(own))


def _own_occurrences(entry: Entry, me: frozenset[Address], overlay: Overlay, zone: ZoneInfo) -> Snapshot:
    """Give the components that a person reads, before answers and own lines are written."""
    said = read_object(entry.shared, zone)
    alone = [a for a in entry.answers if a.instance != SERIES and a.address in me]
    if len(said.parts) == 1 and not alone and overlay.keys() <= {SERIES}:
        return said
    invited = invited_to(said, me)
    if not invited:
        return said
    series = SERIES in invited
    hidden = {a.instance for a in alone if a.hidden}
    hidden = hidden if series or not invited <= hidden else set()  # a text of nothing is none
    noted = {i for i, chunk in overlay.items() if i not in hidden and chunk != overlay.get(SERIES)}
    made = {*answered_apart(entry, said, zone, me), *_made_of(said, noted, zone)} if series else ()
    left_out = ({part.instance for part in said.parts} - invited - {SERIES}) | hidden
    return arranged(said, zone, series=series, left_out=left_out, made=made)


def _made_of(said: Snapshot, instances: Collection[InstanceId], zone: ZoneInfo) -> list[InstanceId]:
    return sorted(i for i in instances if said.part(i) is None and takes_place(said, i, zone))[:MOST_MADE]


def kept(entry: Entry, people: Collection[Address], zone: ZoneInfo) -> dict[Address, bytes]:
    """Give the text that each of *people* keeps who is not invited any more: called off, with the published answers.

    It is at the SEQUENCE of *entry*: whoever is asked again later answers another question. All who were asked to the
    same occurrences keep the same.
    """
    if not people:
        return {}
    said, nobody = read_object(entry.shared, zone), frozenset[Address]()
    asked = invitations(said)
    texts: dict[frozenset[InstanceId], bytes] = {}
    for address in people:
        if (invited := asked.get(address, frozenset())) not in texts:
            alone = evolved(entry, shared=narrowed(said, {address}, zone).document.raw)
            texts[invited] = sharing.called_off(for_attendee(alone, nobody, {}, zone), entry.sequence, zone)
    return {address: texts[asked.get(address, frozenset())] for address in people}


def _organizer_reads(
    person: Attendee, answer: Answer, looked: datetime | None, alike: dict[Hashable, Parameters]
) -> Line:
    """Give the line of somebody as the organizer reads it; *alike* is what is written where the same is to be told."""
    key = (
        person.partstat,
        answer.partstat,
        answer.delegated_to,
        answer.delivery,
        answer.percent,
        answer.completed_at,
        answer.organizer,
        answer.sent_by,
        looked or answer.answered_at,
    )
    told = alike.get(key)
    if told is None:
        told = alike[key] = tuple(_organizer_sees(person, answer, looked).items())
    return person.line.with_changes(told)


def _organizer_sees(person: Attendee, answer: Answer, looked: datetime | None) -> dict[str, str | None]:
    seen = None if answer.organizer else looked or answer.answered_at
    return {
        **partstat_of(person, answer.partstat),
        "DELEGATED-TO": status(answer, answer.partstat)["DELEGATED-TO"],
        SENT_BY: answer.sent_by,
        "SCHEDULE-STATUS": answer.delivery or None,
        PERCENT: None if answer.percent is None else str(answer.percent),
        "X-DISTRIB-COMPLETED": stamp(answer.completed_at) if answer.completed_at else None,
        "X-DISTRIB-SEEN": _minute(seen) if seen else None,
        COMMENT: None,
        AWAY: None,
    }


def _file_tells(answer: Answer, away: Collection[Address]) -> dict[str, str | None]:
    return {COMMENT: answer.comment or None, AWAY: "TRUE" if answer.address in away else None}


def _minute(at: datetime) -> str:
    # Seconds would be monitoring of employees more than the sender needs (product, 6).
    return f"{stamp(at)[: -len('59Z')]}00Z"


def _write_progress(document: Document, part: Part, progress: Progress, edits: Edits) -> None:
    """Make the progress lines of *part* say *progress*; what is the default is not written where nothing stands."""
    present = document.places(part.component)
    values: dict[str, str | None] = {
        "PERCENT-COMPLETE": str(progress.percent or 0) if "PERCENT-COMPLETE" in present or progress.percent else None,
        "STATUS": progress.status if "STATUS" in present or progress.status != NEEDS_ACTION else None,
        "COMPLETED": stamp(progress.completed_at) if progress.completed_at else None,
    }
    put(document, part.component, values, edits)


def _has_progress(entry: Entry, said: Snapshot, part: Part) -> bool:
    """Tell whether *part* of *said* is a task that is on: one that is called off says that, and no progress."""
    return entry.kind is Kind.VTODO and entry.state is State.LIVE and not said.is_off(part)


def _write_own(
    seen: Snapshot, part: Part, entry: Entry, mine: Answer | None, chunk: Chunk | None, edits: Edits
) -> None:
    document = seen.document
    added: list[bytes] = []
    told = (mine.delivery or None if entry.outside else DELIVERED) if mine is not None else None
    if mine is not None and mine.answered_at is not None:
        for place, line in document.each(part.component, "ORGANIZER"):
            replace(edits, place, line, line.with_parameters({"SCHEDULE-STATUS": told}))
    if mine is not None and _has_progress(entry, seen, part):
        added += progress_lines(progress_shown(share_of(mine)))
    alarms: tuple[bytes, ...] = ()
    if chunk is not None:
        edits.update((place, ()) for place, _ in document.each(part.component, *chunk.lines))
        added += [raw for lines in chunk.lines.values() for raw in lines]
        alarms = chunk.alarms if entry.state is State.LIVE else ()
    insert(document, part.component, added, alarms, edits)


def progress_lines(progress: Progress) -> list[bytes]:
    """Give what *progress* says as raw lines, in the order in which most programs write them."""
    lines = [f"PERCENT-COMPLETE:{progress.percent}"] if progress.percent is not None else []
    lines.append(f"STATUS:{progress.status}")
    if progress.completed_at is not None:
        lines.append(f"COMPLETED:{stamp(progress.completed_at)}")
    return [fold(line) for line in lines]
