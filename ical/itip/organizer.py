# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's new text comes to (RFC 6638 3.2.1): who is asked, told, called off, or hears nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ical import sharing, view
from ical.address import Address
from ical.answers import Answer
from ical.edits import Edits, put
from ical.edits import replace as rewrite
from ical.errors import OrganizerMayNot
from ical.instances import SERIES, InstanceId
from ical.itip.calling import requests
from ical.itip.change import asked, compared
from ical.itip.delegating import with_delegates
from ical.itip.echo import without_echo
from ical.itip.guests import NONE, asked_in
from ical.itip.hand import signature
from ical.itip.orders import FORCE, not_known
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.itip.own import Manner, first_own_rows, left_out, own_ended, own_rows, own_status
from ical.itip.reasons import reasons
from ical.kinds import Kind
from ical.line import Parameters
from ical.overrides import shift
from ical.quirks import is_lossy, program_of, restored
from ical.recurrence import is_over
from ical.roster import undecorated
from ical.snapshot import Part, Snapshot, read_object

STATUS = "SCHEDULE-STATUS"
WHOLE_CALENDAR = "It came with a whole calendar"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: every address that names them, and the zone in which they mean floating times."""

    addresses: frozenset[Address]
    zone: ZoneInfo
    agent: str = ""
    """The User-Agent of the program in which they write."""
    quiet: bool = False
    """The others read what comes of it, and nobody is told (model, row 47)."""
    why_quiet: str = WHOLE_CALENDAR
    sent_by: Address | None = None
    """Who acts in their name; None: they do it themselves (RFC 5545 3.2.18)."""


def organize(
    entry: Entry | None,
    text: bytes,
    me: Actor,
    *,
    shown: bytes | None = None,
    conditional: bool = False,
    hold_back: timedelta = timedelta(0),
    now: datetime,
) -> Outcome:
    """Decide what the organizer's *text* changes; *shown* is what they read of *entry* before.

    *conditional*: the client proved that it wrote on top of that.
    What was called off less than *hold_back* ago was only changed: some programs delete and make anew.
    Raises the errors of `ical.lines.read` and `ical.snapshot.snapshot`, and OrganizerMayNot where the text is of
    another kind, or names another organizer, than the entry (RFC 6638 3.2.4.3).
    """
    sent = read_object(text, me.zone)
    if entry is None:
        return _created(undecorated(sent, None, me.zone), me, now)
    if sent.kind is not entry.kind:
        raise OrganizerMayNot("what others are in cannot be turned into another kind of entry")
    words = entry.words or entry.shared
    stored = read_object(words, me.zone)
    seen = undecorated(read_object(shown or words, me.zone), stored, me.zone)
    sent = undecorated(sent, stored, me.zone)
    why: tuple[str, ...] = ()
    alone, program = _is_alone(stored, me), program_of(sent, me.agent)
    manner = Manner(conditional, lossy=is_lossy(sent, program) and not alone)
    if manner.lossy:
        sent = read_object(restored(sent, stored, me.zone, program), me.zone)
        why = (f"The upload named no people: {program.name} cannot keep them, so they stay as they are.",)
    # Where nobody else is left in it, it may become an entry of theirs alone.
    theirs = me.addresses | ({None} if alone else set())
    if sent.organizer != entry.organizer and not {sent.organizer, entry.organizer} <= theirs:
        raise OrganizerMayNot("the organizer of an entry cannot be changed by saving it")
    if entry.state is State.CANCELLED and not sent.cancelled:
        live = read_object(sharing.on_again(words, me.zone), me.zone)
        if entry.off_at is not None and now - entry.off_at < hold_back:
            return _updated(entry, live, sent, me, seen, manner, now, why)
        return _made_anew(entry, without_echo(sent, seen, live, me.addresses, me.zone), me, now)
    return _updated(entry, stored, sent, me, seen, manner, now, why)


def _is_alone(stored: Snapshot, me: Actor) -> bool:
    """Tell whether the organizer's words name nobody else."""
    return me.addresses.issuperset(person.address for part in stored.parts for person in part.people)


def _created(sent: Snapshot, me: Actor, now: datetime, old: Entry | None = None) -> Outcome:
    """Ask everybody; *old* is the entry that was called off under this UID before."""
    sequence = sent.sequence if old is None else max(sent.sequence, old.sequence + 1)
    raised = NONE if old is None else frozenset(p.instance for p in sent.parts)
    words = _words(sent, sequence, raised, None, ((sharing.SENT_BY, me.sent_by),) if me.sent_by is not None else ())
    shared = _shared(words, me, sequence if sent.cancelled else None)
    over = is_over(sent.document, sent.kind, me.zone, now)
    telling = not sent.cancelled and not over and not me.quiet
    rows: list[Answer] = []
    to: dict[InstanceId, list[Address]] = {}
    for address, (_, instances) in asked_in(sent, me.addresses).items():
        for instance in sorted({SERIES} if SERIES in instances else instances):
            rows.append(asked(address, instance, sequence, now if telling else None))
            to.setdefault(instance, []).append(address)
    own, closed = first_own_rows(sent, me.addresses, me.zone, now)
    people = frozenset(a.address for a in rows)
    return Outcome(
        words=words,
        shared=shared,
        sequence=sequence,
        answers=(*rows, *own),
        messages=tuple(requests(shared, to, sequence, me.zone, first=True)) if telling else (),
        touched=people | me.addresses,
        firm=people | me.addresses,
        reset=people,
        state=State.CANCELLED if sent.cancelled else State.LIVE,
        closed=closed,
        why=(_created_why(len(people), me, over=over),) if people and not sent.cancelled else (),
    )


def _made_anew(old: Entry, sent: Snapshot, me: Actor, now: datetime) -> Outcome:
    """Ask everybody once more, and withdraw it from who is not in it any more (model, rows 31 and 33)."""
    made = _created(sent, me, now, old)
    still = {(a.address, a.instance) for a in made.answers}
    gone = tuple(dict.fromkeys(a.address for a in old.answers if a.address not in made.reset and not a.organizer))
    return replace(
        made,
        dropped=(*gone, *left_out(old, made.answers)),
        ended=frozenset((a.address, a.instance) for a in old.answers) - still,
        frozen=view.kept(old, gone, me.zone),
        touched=made.touched.union(gone),
        firm=made.firm.union(gone),
    )


def _created_why(many: int, me: Actor, *, over: bool) -> str:
    if over:
        return f"It is over already: {many} have it, and nobody is told."
    if me.quiet:
        return f"{me.why_quiet}: {many} have it, and nobody is told."
    return f"Distributed to {many} by {Method.REQUEST}."


def _updated(
    entry: Entry,
    stored: Snapshot,
    said: Snapshot,
    me: Actor,
    seen: Snapshot,
    manner: Manner,
    now: datetime,
    why: tuple[str, ...],
) -> Outcome:
    sent = without_echo(said, seen, stored, me.addresses, me.zone)
    sent, stored = (with_delegates(one, entry.answers, entry.shared, me.zone) for one in (sent, stored))
    change = compared(entry, stored, sent, me.addresses, me.zone, now, quiet=me.why_quiet if me.quiet else "")
    own, closed = own_rows(entry, said, seen, me.addresses, manner, me.zone, now)
    rows = tuple(change.rows())
    unknown = tuple(a for a in not_known(change.orders, change.standing) if all(a[:2] != row[:2] for row in rows))
    removed = change.removed()
    visible = change.is_visible or bool(rows) or _says_more(own, entry, me.zone)
    words = _words(sent, change.sequence, change.raised(), stored, signature(stored, sent, me.sent_by, visible=visible))
    shared = None
    if visible:
        whole = _shared(words, me, change.sequence if sent.cancelled else None)
        shared = sharing.settled(whole, entry.shared, me.zone)
    others = change.touched(shared)
    base = shared or entry.shared
    show_own = own_status(own, base, me.zone) != own_status(entry.answers, base, me.zone)
    messages = tuple(change.messages(base))
    return Outcome(
        words=None if words == entry.words else words,
        shared=None if shared == entry.shared else shared,
        sequence=change.sequence,
        answers=(*rows, *unknown, *(a for a in own if a not in entry.answers)),
        dropped=(*removed, *left_out(entry, own)),
        ended=frozenset(change.ended()) | own_ended(entry, own),
        frozen=view.kept(entry, removed, me.zone),
        shift=shift(stored, sent, me.zone),
        messages=messages,
        touched=(frozenset(change.guests) if show_own else others) | me.addresses,
        firm=others | me.addresses,
        reset=frozenset(a.address for a in rows if a.answered_at is None) | change.coming_back(),
        state=State.CANCELLED if sent.cancelled else State.LIVE,
        revived=change.revived,
        closed=closed,
        why=(*why, *reasons(change, messages)),
    )


def _says_more(own: Iterable[Answer], entry: Entry, zone: ZoneInfo) -> bool:
    """Tell whether the organizer answers an occurrence that has no component in what the others start from."""
    if entry.kind is Kind.VTODO:
        return False
    return not {a.instance for a in own} <= {p.instance for p in read_object(entry.shared, zone).parts}


def _shared(words: bytes, me: Actor, off_at: int | None) -> bytes:
    """Give what others start from; *off_at* is the SEQUENCE with which all of it is called off, every day of it too.

    The organizer's own text stays as it is: switched on again, it says of each day what it said.
    """
    shared = sharing.share(words, me.addresses, me.zone)
    return shared if off_at is None else sharing.called_off(shared, off_at, me.zone)


def _words(
    sent: Snapshot,
    sequence: int,
    raised: frozenset[InstanceId],
    stored: Snapshot | None,
    organizer: Parameters,
) -> bytes:
    """Give the text to store: as sent, but for SEQUENCE and SCHEDULE-FORCE-SEND, which is an order and no fact.

    *organizer* is what the organizer's lines are to say too.
    No component says less than it did; those *raised* say *sequence*. Of whoever is not asked any more the
    server's note goes: SCHEDULE-STATUS is their client's to write from now on (RFC 6638 7.3).
    """
    left = _left_to_the_client(sent, stored) if stored is not None else ()
    ordered, noted = ((FORCE, None),), ((FORCE, None), (STATUS, None))
    edits: Edits = {}
    for part in sent.parts:
        least = sequence if part.instance in raised else _stored_sequence(stored, part)
        if (part.sequence or 0) < least:
            put(sent.document, part.component, {"SEQUENCE": str(least)}, edits)
        for place, line in sent.document.each(part.component, "ATTENDEE"):
            rewrite(edits, place, line, line.with_changes(noted if place in left else ordered))
        for place, line in sent.document.each(part.component, "ORGANIZER"):
            rewrite(edits, place, line, line.with_changes((*ordered, *organizer)))
    return sent.document.spliced(edits)


def _left_to_the_client(sent: Snapshot, stored: Snapshot) -> frozenset[int]:
    """Give the places of people whom the server asked in what is *stored*, and does not ask any more."""
    left = [(part.instance, p) for part in sent.parts for p in part.people if not p.by_server]
    if not left:
        return frozenset()
    asked = {(part.instance, person.address) for part in stored.parts for person in part.asked}
    return frozenset(person.place for instance, person in left if (instance, person.address) in asked)


def _stored_sequence(stored: Snapshot | None, part: Part) -> int:
    if stored is None:
        return 0
    before = stored.part(part.instance) or stored.part(SERIES)
    return (before.sequence or 0) if before is not None else 0
