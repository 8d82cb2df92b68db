# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody outside, who knows of a series what their mails say."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.store.outbox import Mail
from ical.address import mailbox, of_mailbox
from ical.itip.organizer import Actor
from ical.itip.outcome import Entry, Method
from ical.itip.outcome import State as EntryState
from ical.itip.replica import receive
from ical.kinds import Kind
from ical.snapshot import read_object
from tests.gateway.services import series, texts
from tests.gateway.services.series import Book, Piece, When
from tests.gateway.services.series_walk import SeriesWalk
from tests.gateway.services.texts import BERIT
from tests.gateway.services.walk import State

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOLD = ("SUMMARY", "LOCATION", "DESCRIPTION")


class Known(NamedTuple):
    """What is known of one occurrence."""

    start: When
    lasts: timedelta
    said: tuple[str, ...]


class _Order(NamedTuple):
    sequence: int
    stamp: str


class Replica:
    """What a calendar program outside keeps: for each occurrence what the newest message about it said."""

    def __init__(self) -> None:
        self._all: list[tuple[_Order, Book, bool]] = []
        """Of each message about the whole series: when its revision was, what it says, and whether it is on."""
        self._one: dict[When, tuple[_Order, Known | None]] = {}

    def take(self, mail: Mail) -> None:
        """Take a message, whenever it comes."""
        book, is_on = series.read(mail.text), mail.method == "REQUEST"
        if book.main is not None:
            self._all.append((_order(book.main), book, is_on))
        for piece in book.pieces:
            if piece.instance is not None:
                self._learn(piece.instance, _order(piece), _known(piece) if is_on else None)

    def _learn(self, when: When, order: _Order, known: Known | None) -> None:
        old = self._one.get(when)
        if old is None or order >= old[0]:
            assert old is None or order > old[0] or known == old[1], f"two messages contradict each other about {when}"
            self._one[when] = order, known

    @property
    def holds(self) -> dict[When, Known]:
        """Give the occurrences that are on."""
        found: dict[When, tuple[_Order, Known | None]] = dict(self._one)
        times = {when for _, book, _ in self._all for when in book.times}
        for order, book, is_on in self._all:
            said = book.times
            for when in {*times, *self._one}:
                alone = book.alone(when)
                if alone is None and (when not in found or order > found[when][0]):
                    there = said.get(when)
                    found[when] = order, Known(there[0], there[1], _told(there[2])) if there and is_on else None
        return {when: known for when, (_, known) in found.items() if known is not None}


def public(state: State) -> dict[When, Known]:
    """Give what berit is asked to."""
    entry = state.entry
    if entry is None or not entry.words or entry.state is EntryState.CANCELLED:
        return {}
    times = series.read(entry.words).times
    asked = {w: Known(start, lasts, _told(p)) for w, (start, lasts, p) in times.items() if _is_on_for(p)}
    return asked if not entry.words or _is_on(series.read(entry.words)) else {}


def follows(walk: SeriesWalk, actor: str, before: State, after: State) -> None:
    """Law 14: whoever applies the messages, in any order and with repeats, holds what is public; no change, no mail."""
    mails = [m for m in walk.world.mails(walk.uid) if mailbox(m.address) == BERIT and m.method in {"REQUEST", "CANCEL"}]
    new = mails[walk.mailed :]
    walk.mailed = len(mails)
    then, now = public(before), public(after)
    if actor != "kari" or (then == now and before.entry is not None and _said(before) == _said(after)):
        assert not new, f"{actor} changed nothing, and berit was told"
    keys = [(m.method, m.instance) for m in new]
    assert len(set(keys)) == len(keys)
    holds = received(mails).holds
    for order in ([*reversed(mails), *mails[::2]], [*mails[1::2], *mails[::2], *mails]):
        assert received(order).holds == holds
        assert taken(order) == holds, "a company outside that runs our own engine holds something else"
    deaf = _declined(walk, after)
    for when in holds.keys() | now.keys():
        if when in now or when not in deaf:
            assert holds.get(when) == now.get(when), f"berit holds {holds.get(when)}, and is asked to {now.get(when)}"


def received(mails: Iterable[Mail]) -> Replica:
    """Give what somebody knows who got *mails*."""
    found = Replica()
    for mail in mails:
        found.take(mail)
    return found


def taken(mails: Iterable[Mail]) -> dict[When, Known]:
    """Give the occurrences that are on for berit, where her company has a gateway too and *mails* came in."""
    entry: Entry | None = None
    me = Actor(frozenset({of_mailbox(BERIT)}), ZoneInfo("Europe/Oslo"))
    for mail in mails:
        outcome = receive(entry, mail.text, Method(str(mail.method)), me, now=NOW)
        if outcome.shared is not None:
            kind = Kind(texts.kind_of(mail.text))
            host = read_object(outcome.shared, me.zone).organizer
            entry = entry or Entry(texts.value(mail.text, "UID") or "", kind, b"", host, 0, outside=True)
            rows = {a[:2]: a for a in (*entry.answers, *outcome.answers)}
            rows = {key: row for key, row in rows.items() if key not in outcome.ended}
            entry = replace(entry, shared=outcome.shared, answers=tuple(rows.values()), state=outcome.state)
    if entry is None or not entry.answers or entry.state is EntryState.CANCELLED:
        return {}
    book = series.read(entry.shared)
    times = book.times if _is_on(book) else {w: t for w, t in book.times.items() if book.alone(w) is not None}
    return {w: Known(start, lasts, _told(p)) for w, (start, lasts, p) in times.items() if _is_on_for(p)}


def _said(state: State) -> object:
    entry = state.entry
    book = series.read(entry.words) if entry is not None and entry.words else None
    pieces = book.pieces if book is not None else ()
    off = sorted((str(p.instance), p.value("STATUS")) for p in pieces if p.value("STATUS") == "CANCELLED")
    main = book.main if book is not None else None
    # Of a series that has no occurrence left one may still be taken out.
    rules = (_told(main), main.named("RRULE"), BERIT in main.partstats()) if main is not None else ()
    return off, rules, entry.state if entry is not None else None


def _declined(walk: SeriesWalk, after: State) -> set[When]:
    """Give what berit has declined at any time: of its end she is not told."""
    text = after.texts["kari"]
    if text is not None:
        book = series.read(text)
        for when in book.times:
            piece = book.says(when)
            if piece is not None and piece.partstats(BERIT).get(BERIT) == "DECLINED":
                walk.declined.add(when)
    return walk.declined


def _is_on(book: Book) -> bool:
    return book.main is None or book.main.value("STATUS") != "CANCELLED"


def _is_on_for(piece: Piece) -> bool:
    return BERIT in piece.partstats() and piece.value("STATUS") != "CANCELLED"


def _known(piece: Piece) -> Known | None:
    return Known(piece.start, piece.lasts, _told(piece)) if piece.value("STATUS") != "CANCELLED" else None


def _told(piece: Piece) -> tuple[str, ...]:
    return tuple(sorted(piece.named(*TOLD)))


def _order(piece: Piece) -> _Order:
    return _Order(int(piece.value("SEQUENCE") or 0), piece.value("DTSTAMP") or "")
