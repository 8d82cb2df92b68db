# SPDX-License-Identifier: GPL-3.0-or-later
"""What a write costs: as many statements for a hundred colleagues as for one, and no other person's text is read."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from gateway.services.arrivals import What
from gateway.store.schema import metadata
from gateway.store.unit import Database
from ical import lines, snapshot, view
from ical.limits import DEFAULT, Limits
from ical.recent import Recent
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, NINA, OLA
from tests.gateway.services.world import World

CROWD = 100
JON = "jon@kunde.example"
FIXED = 22
"""Statements of a write beside one for each table that it touches.

One asks whether somebody new is a group, and one for those revisions that must be known: to have all given back takes
longer. Readings are moved on, given other times, and let stand still each by one of their own: most change in one way.
What contacts are told to be another takes two: what was said before, and when they were last written to.
"""

Write = Callable[[World, bytes], object]
"""What is done, by whom, to the text that they read."""


def _at(world: World, login: str, text: bytes) -> object:
    return world.put(login, text, "m.ics")


WRITES: dict[str, Write] = {
    "create": lambda world, text: _at(world, "kari", text),
    "move": lambda world, text: _at(world, "kari", texts.later(text)),
    "retitle": lambda world, text: _at(world, "kari", texts.with_value(text, "SUMMARY", "Nytt")),
    "invite": lambda world, text: _at(world, "kari", texts.with_attendee(text, NINA)),
    "uninvite": lambda world, text: _at(world, "kari", texts.without_attendee(text, OLA, BERIT)),
    "everything": lambda world, text: _at(
        world, "kari", texts.later(texts.with_attendee(texts.without_attendee(text, OLA, BERIT), NINA, JON))
    ),
    "answer by mail": lambda world, _: world.reply_by_mail("m", "ACCEPTED"),
    "answer": lambda world, text: _at(world, "ola", texts.with_partstat(text, OLA, "ACCEPTED")),
    "decline": lambda world, _: world.delete_at("ola", "calendar", "m.ics"),
    "call off": lambda world, _: world.delete_at("kari", "calendar", "m.ics"),
}


@contextmanager
def counted_reads(monkeypatch: pytest.MonkeyPatch, *, remembered: bool = True) -> Iterator[list[int]]:
    """Count how many texts are read, wherever that is asked for, and give how long each is.

    Not *remembered*: as if each was too long to be kept for a moment (`ical.recent`).
    """
    read, found = lines.read, []
    snapshot.recent.forget()
    view.recent.forget()

    def counting(raw: bytes, limits: Limits = DEFAULT) -> lines.Document:
        found.append(len(raw))
        return read(raw, limits)

    with monkeypatch.context() as patched:
        if not remembered:
            patched.setattr(Recent, "keep", lambda *_: None)
        for name, module in list(sys.modules.items()):
            if name.startswith(("ical", "gateway", "mail")):
                for attribute, value in list(vars(module).items()):
                    if value is read:
                        patched.setattr(module, attribute, counting)
        yield found


def cost_of(
    world: World, write: str, crowd: int, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], int]:
    """Give the statements that *write* executes with *crowd* colleagues and a contact, and how many texts it reads."""
    asked = [OLA, *(f"a{n}@byggbo.example" for n in range(1, crowd)), BERIT]
    text = texts.meeting("m", *asked)
    if write != "create":
        world.put("kari", text, "m.ics")
        text = world.text("ola" if write == "answer" else "kari", "m")
    statements.clear()
    with counted_reads(monkeypatch) as reads:
        WRITES[write](world, text)
    return list(statements.texts), len(reads)


def tables_written(texts_: list[str]) -> set[str]:
    """Give the tables that are written."""
    names = "|".join(table.name for table in metadata.sorted_tables)
    return {
        m.group(1) for text in texts_ for m in re.finditer(rf"(?:INSERT INTO|UPDATE|DELETE FROM) ({names})\b", text)
    }


@pytest.fixture
def crowded(world: World) -> World:
    """Give a company of a hundred."""
    for number in range(1, CROWD):
        world.hire(f"a{number}")
    return world


@pytest.mark.parametrize("write", WRITES)
def test_a_write_costs_the_same_for_two_ten_and_a_hundred_colleagues(
    write: str, crowded: World, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for crowd in (2, 10, CROWD):
        executed, reads = cost_of(crowded, write, crowd, statements, monkeypatch)
        assert len(executed) <= FIXED + len(tables_written(executed)), "\n".join(executed)
        costs.append((len(executed), reads))
        crowded.forget()

    assert costs[0] == costs[1] == costs[2]


def test_an_answer_by_mail_reads_no_text_but_its_own(crowded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts.meeting("m", *(f"a{n}@byggbo.example" for n in range(1, CROWD)), BERIT)
    crowded.put("kari", words, "m.ics")

    with counted_reads(monkeypatch) as reads:
        taken = crowded.reply_by_mail("m", "ACCEPTED")

    assert taken.what is What.ANSWER
    assert len(reads) == 1
    assert reads[0] < len(words) / 5


def test_an_answer_by_mail_to_a_large_meeting_looks_at_nobody_else(crowded: World, statements: Statements) -> None:
    boxes = [f"a{n}@byggbo.example" for n in range(1, CROWD)]
    crowded.put("kari", texts.meeting("m", *boxes, BERIT), "m.ics")
    before = crowded.text("a1", "m")

    statements.clear()
    taken = crowded.reply_by_mail("m", "ACCEPTED")

    assert taken.what is What.ANSWER
    assert not any("FROM answer" in text and "answer.entry IN" in text for text in statements.texts)
    assert texts.people(crowded.text("kari", "m"))[BERIT] == "ACCEPTED"
    assert crowded.text("a1", "m") == before  # the worker shows it to them later


def test_a_write_reads_each_text_once(crowded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts.meeting("m", OLA, BERIT)
    with counted_reads(monkeypatch) as invited:
        crowded.put("kari", words, "m.ics")
    answer = texts.with_partstat(crowded.text("ola", "m"), OLA, "ACCEPTED")
    with counted_reads(monkeypatch) as answered:
        crowded.put("ola", answer, "m.ics")

    assert len(invited) <= len({"sent", "shared"})
    assert len(answered) <= len({"sent", "shared", "shown"})


def test_the_count_counts(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        uow.connection.exec_driver_sql("SELECT 1")

    assert len(statements) == 2


def _series(crowd: int) -> bytes:
    """Give a series of which one day is later, with *crowd* colleagues in both."""
    boxes = [f"a{n}@byggbo.example" for n in range(1, crowd + 1)]
    whole = texts.meeting("m", *boxes, BERIT).replace(b"END:VEVENT", b"RRULE:FREQ=WEEKLY;COUNT=6\r\nEND:VEVENT")
    start = (texts.value(whole, "DTSTART") or "").encode()
    day = whole[whole.index(b"BEGIN:VEVENT") : whole.index(b"END:VCALENDAR")]
    day = day.replace(b"RRULE:FREQ=WEEKLY;COUNT=6", b"RECURRENCE-ID:" + start + b"\r\nLOCATION:Elsewhere")
    return whole.replace(b"END:VCALENDAR", day + b"END:VCALENDAR")


@pytest.mark.parametrize("write", ["retitle", "leave out", "make anew"])
def test_a_large_series_is_read_as_often_for_thirty_people_as_for_three(
    write: str, crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    for crowd in (3, 30):
        crowded.put("kari", _series(crowd), "m.ics")
        for number in range(1, crowd + 1):
            assert crowded.text(f"a{number}", "m")
        if write == "make anew":
            crowded.delete_at("kari", "calendar", "m.ics")
        after = texts.with_value(_series(crowd), "SUMMARY", "Nytt") if write == "retitle" else _series(1)
        with counted_reads(monkeypatch, remembered=False) as found:
            crowded.put("kari", after, "m.ics")
        reads.append(len(found))
        crowded.delete_at("kari", "calendar", "m.ics")
        crowded.now += timedelta(minutes=1)

    assert reads[0] == reads[1] > 0
