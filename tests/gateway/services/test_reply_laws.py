# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 11 of the model: replies to a series and to its occurrences come to the same in every order, and repeated."""

import itertools
from collections.abc import Iterable

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gateway.services.save import after
from gateway.services.scene import zone_of
from ical.address import mailbox, of_mailbox
from ical.itip import inbound
from ical.itip.outcome import Entry
from tests.gateway.services import series
from tests.gateway.services.series import Book
from tests.gateway.services.series_walk import NUMBERS, SeriesWalk, books, reply_to
from tests.gateway.services.texts import BERIT
from tests.gateway.services.walk import Act
from tests.gateway.services.world import World

_numbers = itertools.count()
PARTSTATS = ("ACCEPTED", "DECLINED", "TENTATIVE")
Said = tuple[int, str, int, int]
"""Which occurrence and how it is named, the answer, the minute it was written, and whether to the first question."""


REPLIES = st.tuples(st.integers(0, NUMBERS - 1), st.sampled_from(PARTSTATS), st.integers(0, 2), st.integers(0, 1))
CHANGES = st.lists(st.sampled_from(("move one", "later", "retitle", "cancel one", "take one out")), max_size=2)


@given(
    first=st.sampled_from(("VEVENT", "VTODO")).flatmap(books),
    changes=CHANGES,
    said=st.lists(REPLIES, min_size=2, max_size=3),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_replies_come_to_the_same_in_every_order(
    company: World, first: Book, changes: list[str], said: list[Said]
) -> None:
    walk = _asked(company, first, changes)
    entry, replies = _entry(walk), [_reply(walk, one) for one in said]

    orders = [*itertools.permutations(replies), [*replies, *replies], [*reversed(replies), *replies]]
    found = [_rows(_applied(walk, entry, order)) for order in orders]

    event("a reply counts" if found[0] != _rows(entry) else "no reply counts")
    assert all(rows == found[0] for rows in found)


@given(first=books("VEVENT"), said=REPLIES)
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_a_reply_to_what_was_asked_anew_since_is_none(company: World, first: Book, said: Said) -> None:
    walk = _asked(company, first, ["later"])
    entry = _entry(walk)

    assert _applied(walk, entry, [_reply(walk, (*said[:3], 1))]) == entry


def _asked(world: World, first: Book, changes: Iterable[str]) -> SeriesWalk:
    """Let kari ask berit, and change the series since."""
    world.forget()
    uid = f"reply-{next(_numbers)}"
    book = first.each(lambda p: p.saying("UID", uid).asking(BERIT))
    walk = SeriesWalk(world, uid, book.text)
    for number, what in enumerate(["echo", *changes]):
        act = Act(what, "kari", 6 * number, 0)
        text = walk.edited(act)
        assert text is not None
        walk.put(act, text)
        walk.remember("kari", walk.look())
    return walk


def _entry(walk: SeriesWalk) -> Entry:
    entry = walk.state.entry
    assert entry is not None
    return entry


def _reply(walk: SeriesWalk, said: Said) -> bytes:
    number, partstat, minute, is_old = said
    asked = [m for m in walk.world.mails(walk.uid) if m.method == "REQUEST" and mailbox(m.address) == BERIT]
    question = asked[0 if is_old else -1]
    return reply_to(series.read(question.text), partstat, number, f"20261123T12{minute:02}00Z")[1]


def _applied(walk: SeriesWalk, entry: Entry, replies: Iterable[bytes]) -> Entry:
    zone = zone_of(walk.world.people["kari"])
    for text in replies:
        outcome = inbound.receive(entry, text, of_mailbox(BERIT), zone=zone, now=walk.world.now)
        entry = after(entry, outcome, outcome.answers)
    return entry


def _rows(entry: Entry) -> list[str]:
    return sorted(map(repr, entry.answers))
