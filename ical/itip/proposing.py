# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a counter-proposal counts, and when it is settled by what the organizer does (RFC 5546 3.2.7, 3.4.7)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import Answer
from ical.errors import NotOneObject
from ical.governing import Days
from ical.itip.outcome import Entry, Method, State
from ical.itip.proposals import Fate, Proposal, Wish
from ical.itip.questions import comment_of, question, rows_of
from ical.itip.sequence import is_stale
from ical.kinds import Kind
from ical.limits import PROPOSAL
from ical.overrides import Occurrences, is_past, single
from ical.snapshot import Snapshot, read_object
from ical.text import parse_stamp, unescape
from ical.times import Moment, When, clock_of, instance_at, instant, later, like_clock, when

PLACE_LENGTH = 1000
MOST = 20
WITHIN = timedelta(hours=1)
"""So many proposals of one address are kept within that time: whoever means it makes a few."""
REPEATED = "it is the same proposal once more"
ENDS = ("DTEND", "DUE", "DURATION")


def wish_of(entry: Entry, text: bytes, *, zone: ZoneInfo) -> Wish:
    """Give what the COUNTER *text* asks for.

    Raises NotOneObject where it is about something else than *entry*, or about several occurrences, and what reading it
    raises. A COUNTER echoes SEQUENCE, which may be left out where it is 0 (RFC 5546 3.2.7).
    """
    said = read_object(text, zone, PROPOSAL, Method.COUNTER)
    if said.uid != entry.uid or said.kind is not entry.kind:
        raise NotOneObject("it proposes something for another entry")
    if len(said.parts) > 1:
        raise NotOneObject("it proposes something for several occurrences at once")
    at, places = when(said.document, said.main.component), said.document.places(said.main.component)
    place, people = said.value("LOCATION"), said.main.people
    return Wish(
        instance=said.main.instance,
        start=at.start,
        end=None if places.keys().isdisjoint(ENDS) else at.end,
        location=unescape(place)[:PLACE_LENGTH] if place else None,
        comment=comment_of(said, said.main, people[0] if len(people) == 1 else None),
        sequence=said.main.sequence or 0,
        stamp=parse_stamp(said.value("DTSTAMP")),
        text=text,
    )


def propose(  # the entry, who, what, what they proposed before
    entry: Entry, about: Address, wish: Wish, known: Sequence[Proposal], *, zone: ZoneInfo, now: datetime
) -> Proposal | str:
    """Give the proposal that *about* makes by *wish*, or why it counts for nothing.

    Nothing of the entry changes by it, and no answer. *known* are all that *about* has proposed for the entry before.
    """
    name, mine = about.removeprefix("mailto:"), rows_of(entry.answers, about)
    if not mine:
        return f"{name} is not asked any more"
    if entry.state is State.CANCELLED:
        return "it has been called off"
    shared = read_object(entry.shared, zone)
    row = question(mine, about, wish.instance, shared, Occurrences(shared, zone))
    if row is None:
        return f"{name} is not asked to {wish.instance or 'all of it'}, or there is no such occurrence"
    said = single(shared, row.instance, zone)
    reason = _late(shared, row, wish, zone, now)
    made = _made(said, row, wish, entry, zone, now)
    return reason or _senseless(said, made, zone, now) or _known(made, known, now) or made


def settled(entry: Entry, proposal: Proposal, *, zone: ZoneInfo) -> Fate:
    """Give what becomes of an open *proposal*, where *entry* is as it is now.

    It stays open for as long as its person is asked the question that it is about: another time asks anew.
    """
    mine, shared = rows_of(entry.answers, proposal.address), read_object(entry.shared, zone)
    row = question(mine, proposal.address, proposal.instance, shared, Occurrences(shared, zone))
    is_off_now = entry.state is State.CANCELLED or Days(shared, zone).is_off(proposal.instance)
    if row is None or row.instance != proposal.instance or is_off_now:
        return Fate.SUPERSEDED
    if says_already(single(shared, row.instance, zone), proposal, zone):
        return Fate.ACCEPTED
    return Fate.SUPERSEDED if is_stale(proposal.sequence, row) else Fate.OPEN


def sentence(proposal: Proposal) -> str:
    """Say what is proposed, for the log."""
    times = [instance_at(value) for value in (proposal.start, proposal.end) if value is not None]
    wanted = [" to ".join(times)] if times else []
    wanted += ["another place"] if proposal.location is not None else []
    who = proposal.address.removeprefix("mailto:")
    return f"{who} proposes {' and '.join(wanted)} for {proposal.about}, by {proposal.channel}."


def says_already(said: Snapshot, proposal: Proposal, zone: ZoneInfo) -> bool:
    """Tell whether *said*, the occurrence alone, is as *proposal* has it."""
    at = when(said.document, said.main.component)
    is_there = proposal.location is None or proposal.location == _place(said)
    wanted = ((at.start, proposal.start), (at.end, proposal.end))
    return is_there and all(then is None or _is_same(now, then, zone) for now, then in wanted)


def _late(shared: Snapshot, row: Answer, wish: Wish, zone: ZoneInfo, now: datetime) -> str | None:
    """Give why nobody can propose anything (any more) for what *row* asks."""
    if Days(shared, zone).is_off(row.instance):
        return f"{row.instance} has been called off"
    if is_past(shared, row.instance, zone, now):
        return "it is over"
    if wish.sequence is not None and is_stale(wish.sequence, row):
        asked = f"{row.address.removeprefix('mailto:')} was asked again at {row.reset_sequence}"
        return f"it is about SEQUENCE {wish.sequence}, and {asked}"
    return None


def _made(  # the occurrence, the row that asks for it, what is wanted of which entry
    said: Snapshot, row: Answer, wish: Wish, entry: Entry, zone: ZoneInfo, now: datetime
) -> Proposal:
    """Give *wish* in the terms of the entry: what it leaves as it is, it does not propose."""
    at = when(said.document, said.main.component)
    start, end = _times(at, wish, zone)
    asked = said.sequence if entry.outside else entry.sequence  # An organizer outside counts each occurrence apart.
    is_same = _is_same(start, at.start, zone) and _is_same(end, at.end, zone)
    return Proposal(
        address=row.address,
        instance=row.instance,
        start=None if is_same else start,
        end=None if is_same else end,
        location=wish.location if wish.location != _place(said) else None,
        comment=wish.comment,
        sequence=asked if wish.sequence is None else min(wish.sequence, asked),
        stamp=min(wish.stamp, now) if wish.stamp is not None else now,
        channel=wish.channel,
        at=now,
        text=wish.text,
    )


def _times(at: When, wish: Wish, zone: ZoneInfo) -> tuple[Moment | None, Moment | None]:
    """Give start and end as *wish* has them; what it says nothing of is as it is, and as long."""
    start, end = _meant(wish.start, at, zone), _meant(wish.end, at, zone)
    if end is None:
        end = at.end if start is None or at.start is None else _as_long(start, at.start, at.end, zone)
    return at.start if start is None else start, end


def _meant(value: Moment | None, at: When, zone: ZoneInfo) -> Moment | None:
    """Give *value*, floating or not as the times are that stand."""
    anchor = at.start if at.start is not None else at.end
    return value if value is None or anchor is None else like_clock(value, anchor, zone)


def _as_long(start: Moment, begin: Moment, close: Moment | None, zone: ZoneInfo) -> Moment | None:
    """Give when what starts at *start* ends, if it lasts as long as from *begin* to *close*."""
    if close is None or isinstance(start, datetime) is not isinstance(begin, datetime):
        return None
    if isinstance(start, datetime):
        return later(start, 0, instant(close, zone) - instant(begin, zone))
    return later(start, (clock_of(close) - clock_of(begin)).days, timedelta(0))


def _senseless(said: Snapshot, made: Proposal, zone: ZoneInfo, now: datetime) -> str | None:
    """Give why nobody could do as *made* has it."""
    if not made.moves and made.location is None:
        return "it proposes no other time and no other place"
    at = when(said.document, said.main.component)
    if made.start is not None and made.end is None and at.end is not None and said.kind is Kind.VTODO:
        return "it proposes a time instead of a day, and not until when"
    if made.start is not None and made.end is not None:
        length = instant(made.end, zone) - instant(made.start, zone)
        if length < timedelta(0) or (not length and at.start != at.end):
            return "what it proposes ends before it begins"
    ends = made.end if made.end is not None else made.start
    if said.kind is Kind.VEVENT and ends is not None and instant(ends, zone) < now:
        return "what it proposes has passed"
    return None


def _known(made: Proposal, known: Iterable[Proposal], now: datetime) -> str | None:
    """Give why *made* says nothing new."""
    mine = list(known)
    newest = max((p for p in mine if p.instance == made.instance), key=lambda p: p.at, default=None)
    if newest is not None and newest.wanted == made.wanted and (newest.fate is Fate.OPEN or made.stamp <= newest.stamp):
        return REPEATED
    if newest is not None and newest.channel == made.channel and _order(made) < _order(newest):
        return f"a newer proposal of {made.address.removeprefix('mailto:')} is there already"
    if sum(now - p.at < WITHIN for p in mine) >= MOST:
        return f"{made.address.removeprefix('mailto:')} has made {MOST} proposals within an hour"
    return None


def _order(proposal: Proposal) -> tuple[int, datetime, str]:
    """SEQUENCE, then DTSTAMP (RFC 5546 2.1.5); what was wanted breaks a tie, so that every order comes to the same."""
    return proposal.sequence, proposal.stamp, repr(proposal.wanted)


def _place(said: Snapshot) -> str:
    return unescape(said.value("LOCATION") or "")[:PLACE_LENGTH]


def _is_same(one: Moment | None, other: Moment | None, zone: ZoneInfo) -> bool:
    if one is None or other is None:
        return one is other
    return isinstance(one, datetime) is isinstance(other, datetime) and instant(one, zone) == instant(other, zone)
