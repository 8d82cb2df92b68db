# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever text comes in, nothing but an IcalError comes out of any door of `ical`."""

import ast
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ical
from ical import changes, freebusy, lines, overrides, private, recurrence, sharing, timeindex, view
from ical.answers import ACCEPTED, DECLINED, TENTATIVE, Answer
from ical.errors import IcalError
from ical.instances import SERIES, InstanceId
from ical.itip import attendee, build, countering, inbound, proposing, refreshing, replica, withdraw
from ical.itip.organizer import Actor, organize
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.limits import DEFAULT, MAIL
from ical.private import Chunk, Overlay
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, KARI, LATER, NINA, NOW, OLA
from tests.ical.strange import TEXTS, strange

ZONES = tuple(map(ZoneInfo, ("Europe/Oslo", "UTC", "Pacific/Apia", "America/St_Johns")))
_CLOCKS = ("20261008T080000Z", "20261015T080000Z", "20261008T100000", "99991231T235959Z", "99991231T235959")
INSTANCES = tuple(map(InstanceId, ("", *_CLOCKS, "20261015", "00010101", "99991231")))
OLAS = frozenset({OLA})


@dataclass(frozen=True, slots=True)
class Case:
    """A text that was let in, what became of it, and a text that somebody sends now."""

    chance: random.Random
    zone: ZoneInfo
    stored: bytes
    sent: bytes

    @classmethod
    def of(cls, seed: int) -> "Case":
        """Give the case of *seed*; both texts have the same origin."""
        chance = random.Random(seed)  # noqa: S311 - it must be the same next time
        origin = chance.choice(TEXTS)
        return cls(chance, chance.choice(ZONES), strange(chance, origin, 2), strange(chance, origin))

    def snapshots(self) -> tuple[Snapshot, Snapshot]:
        """Give both texts as they are read."""
        return read_object(self.stored, self.zone), read_object(self.sent, self.zone)

    def instance(self) -> InstanceId:
        """Give the name of an occurrence, of either text or of none."""
        named = tuple(p.instance for s in self.snapshots() for p in s.parts)
        return self.chance.choice((*INSTANCES, *named))

    def overlay(self) -> Overlay:
        """Give lines of Ola's own."""
        chunk = Chunk({"CATEGORIES": (b"CATEGORIES:Mitt\r\n",), "X-A": ()}, (b"BEGIN:VALARM\r\nEND:VALARM\r\n",))
        return {self.instance(): chunk for _ in range(self.chance.randrange(3))}

    def entry(self) -> Entry:
        """Give what the stored text was made into, with some answers in it."""
        made = entry_of(organize(None, self.stored, Actor(frozenset({KARI}), self.zone), now=NOW), self.zone)
        rows = {(a.address, a.instance): a for a in made.answers}
        for _ in range(self.chance.randrange(4)):
            row = self._row(made)
            rows[row.address, row.instance] = row
        state = self.chance.choice((State.LIVE, State.LIVE, State.LIVE, State.CANCELLED))
        return replace(
            made, answers=tuple(rows.values()), state=state, off_at=NOW if state is State.CANCELLED else None
        )

    def _row(self, made: Entry) -> Answer:
        chance, instance = self.chance, self.instance()
        return Answer(
            chance.choice((OLA, NINA, BERIT, KARI, *(a.address for a in made.answers))),
            instance,
            chance.choice((ACCEPTED, DECLINED, TENTATIVE)),
            answered_at=chance.choice((None, NOW)),
            asked_at=chance.choice((None, NOW)),
            percent=chance.choice((None, 0, 40, 100)),
            hidden=instance != SERIES and chance.random() < 0.3,
            comment=chance.choice((None, "Gjerne; men\r\nsent, \\ altså")),
        )


def entry_of(outcome: Outcome, zone: ZoneInfo) -> Entry:
    """Give the entry that *outcome* makes."""
    assert outcome.words is not None
    assert outcome.shared is not None
    said = read_object(outcome.words, zone)
    return Entry(
        uid=said.uid,
        kind=said.kind,
        shared=outcome.shared,
        organizer=said.organizer,
        sequence=outcome.sequence or 0,
        answers=outcome.answers,
        words=outcome.words,
        state=outcome.state,
        closed=outcome.closed,
    )


def reads(case: Case) -> None:
    document = lines.read(case.sent, DEFAULT)
    assert document.raw == case.sent
    read_object(case.sent, case.zone, DEFAULT)


def reads_mail(case: Case) -> None:
    read_object(case.sent, case.zone, MAIL, case.chance.choice(("REQUEST", "REPLY", "CANCEL")))


def asks_for_busy_time(case: Case) -> None:
    question = freebusy.read_question(strange(case.chance, TEXTS[6]), case.zone)
    assert question.asker is not None
    question.line_of(OLA)


def compares(case: Case) -> None:
    old, new = case.snapshots()
    changes.compare(old, new, case.zone)
    changes.says_other(old, old.main, new, new.main, case.zone)
    overrides.shift(old, new, case.zone)


def finds_occurrences(case: Case) -> None:
    old, new = case.snapshots()
    instance = case.instance()
    overrides.Occurrences(new, case.zone).meant(instance)
    overrides.takes_place(new, instance, case.zone)
    overrides.matched(new, old, old, {instance}, case.zone)
    moved = overrides.shift(old, new, case.zone)
    if moved is not None:
        moved.of(instance)


def takes_one_alone(case: Case) -> None:
    overrides.single(read_object(case.sent, case.zone), case.instance(), case.zone)


def narrows(case: Case) -> None:
    overrides.narrowed(read_object(case.sent, case.zone), OLAS, case.zone)


def arranges(case: Case) -> None:
    said = read_object(case.sent, case.zone)
    series, left_out, made = case.chance.random() < 0.5, {case.instance()}, {case.instance()}
    overrides.arranged(said, case.zone, series=series, left_out=left_out - {SERIES}, made=made - {SERIES})
    overrides.without(said, left_out, case.zone)


def shows_the_organizer(case: Case) -> None:
    view.for_organizer(case.entry(), case.zone)


def shows_somebody_asked(case: Case) -> None:
    entry = case.entry()
    view.for_attendee(entry, OLAS, case.overlay(), case.zone)
    view.partial(entry, {"ola": OLAS}, case.zone)


def shares(case: Case) -> None:
    sharing.share(case.sent, frozenset({KARI}), case.zone)
    sharing.settled(case.sent, case.stored, case.zone)


def calls_off(case: Case) -> None:
    sharing.on_again(sharing.called_off(case.sent, 5, case.zone), case.zone)


def keeps_own_lines(case: Case) -> None:
    old, new = case.snapshots()
    parts = overrides.matched(new, old, old, (), case.zone)
    private.own_lines(new, parts, old, old, case.overlay(), case.zone, lossy=case.chance.random() < 0.2)


def organizes(case: Case) -> None:
    entry, me = case.entry(), Actor(frozenset({KARI}), case.zone)
    shown = view.for_organizer(entry, case.zone)
    made = organize(entry, case.sent, me, shown=shown, hold_back=timedelta(days=case.chance.randrange(2)), now=LATER)
    for message in made.messages:
        build.draft(message.method, message.base, made.answers, sender="Kari", alone=False, now=LATER, zone=case.zone)


def answers(case: Case) -> None:
    entry, overlay, me = case.entry(), case.overlay(), Actor(OLAS, case.zone)
    shown = view.for_attendee(entry, me.addresses, overlay, case.zone)
    conditional, strict = case.chance.random() < 0.5, case.chance.random() < 0.2
    attendee.answer(
        entry, case.sent, me, overlay=overlay, shown=shown, conditional=conditional, strict=strict, now=LATER
    )


def hears_a_reply(case: Case) -> None:
    entry = case.entry()
    text = said_by(case, Method.REPLY)
    inbound.receive(entry, text, OLA, zone=case.zone, now=LATER, alias=case.chance.random() < 0.5)


def hears_from_outside(case: Case) -> None:
    """Let three messages of somebody outside come in, and Ola read, answer and throw away what comes of them."""
    chance, me = case.chance, Actor(OLAS, case.zone)
    entry: Entry | None = None
    for text in (case.stored, case.sent, strange(chance, case.sent)):
        method = chance.choice((Method.REQUEST, Method.REQUEST, Method.CANCEL, Method.ADD))
        with suppress(IcalError):
            outcome = replica.receive(entry, said_by(replace(case, sent=text), method), method, me, now=LATER)
            if outcome.words is not None:
                host = read_object(outcome.words, case.zone).organizer
                entry = replace(entry_of(outcome, case.zone), organizer=host, outside=True)
                shown = view.for_attendee(entry, OLAS, case.overlay(), case.zone)
                read_object(shown, case.zone)
                attendee.answer(entry, shown, me, overlay={}, shown=shown, conditional=True, now=LATER)
                for row in withdraw.decline(entry, me, reply=True, now=LATER).answers:
                    build.reply(read_object(entry.shared, case.zone), row, now=LATER, zone=case.zone, mailed=True)


def asks_for_the_text(case: Case) -> None:
    entry = case.entry()
    for message in refreshing.refresh(entry, said_by(case, Method.REFRESH), OLA, zone=case.zone).messages:
        build.draft(message.method, message.base, entry.answers, sender="Kari", alone=True, now=LATER, zone=case.zone)


def hears_a_proposal(case: Case) -> None:
    entry, zone = case.entry(), case.zone
    wish = proposing.wish_of(entry, said_by(case, Method.COUNTER), zone=zone)
    found = proposing.propose(entry, OLA, wish, (), zone=zone, now=LATER)
    if isinstance(found, str):
        return
    shared = read_object(entry.shared, zone)
    proposing.settled(entry, found, zone=zone)
    read_object(countering.countered(shared, found, zone), zone)
    read_object(countering.turned_down(shared, found, zone), zone)
    text = countering.as_proposed(entry.words or b"", found, zone)
    if isinstance(text, bytes):
        organize(entry, text, Actor(frozenset({KARI}), zone), now=LATER)


def said_by(case: Case, method: Method) -> bytes:
    """Give what was sent, as a message."""
    return case.sent.replace(b"BEGIN:VCALENDAR\r\n", f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n".encode(), 1)


def withdraws(case: Case) -> None:
    entry = case.entry()
    withdraw.withdraw(entry, Actor(frozenset({KARI}), case.zone), now=LATER)
    withdraw.decline(entry, Actor(OLAS, case.zone), reply=True, now=LATER)


def writes_a_message(case: Case) -> None:
    entry = case.entry()
    method, sender = case.chance.choice((Method.REQUEST, Method.CANCEL)), case.chance.choice((None, "Kari"))
    alone = case.chance.random() < 0.5
    made = build.draft(method, entry.shared, entry.answers, sender=sender, alone=alone, now=LATER, zone=case.zone)
    made.to(OLA, sender=sender and "mailto:k+1@byggbo.example")
    shared = read_object(entry.shared, case.zone)
    for row in entry.answers:
        build.reply(shared, row, now=LATER, zone=case.zone)


def indexes(case: Case) -> None:
    said = read_object(case.sent, case.zone)
    timeindex.span_of(said.document, said.kind, case.zone, OLAS)


def lists_occurrences(case: Case) -> None:
    said = read_object(case.sent, case.zone)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    start, end = case.chance.choice(((NOW, NOW + timedelta(days=40)), (first, last), (last, last), (first, first)))
    recurrence.occurrences(said.document, start, end, case.zone, limit=50)


DOORS: tuple[Callable[[Case], None], ...] = (
    *(reads, reads_mail, asks_for_busy_time, compares, finds_occurrences, takes_one_alone, narrows, arranges),
    *(shows_the_organizer, shows_somebody_asked, shares, calls_off, keeps_own_lines, organizes, answers),
    *(
        hears_a_reply,
        hears_from_outside,
        asks_for_the_text,
        hears_a_proposal,
        withdraws,
        writes_a_message,
        indexes,
        lists_occurrences,
    ),
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_nothing_but_our_errors_comes_out(door: Callable[[Case], None], seed: int) -> None:
    with suppress(IcalError):
        door(Case.of(seed))


def test_nothing_in_ical_catches_whatever_comes() -> None:
    for path in Path(ical.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {""}
                assert not caught & {"", "Exception", "BaseException"}, f"{path}:{node.lineno}"
