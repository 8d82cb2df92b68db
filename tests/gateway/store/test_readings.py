# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entries a person has, and where they lie."""

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.model import EVENTS, TASKS, Loaded, Rendered, Revision
from gateway.store import answers, calendars, entries, listing, reading_changes, readings
from gateway.store.unit import Database
from ical.answers import ACCEPTED, Answer
from ical.instances import SERIES
from ical.kinds import Kind
from ical.private import Chunk
from tests.conftest import Statements
from tests.gateway.store.company import changes_of, hired, met, new_entry, new_reading, noted, place, readings_of


def test_only_the_organizer_is_given_the_words(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        entries.update(uow, entry_id, words=b"Karis", shared=b"alles")

    with database.read() as uow:
        hers, his = (readings.at(uow, place(uow, p), "møte-1.ics") for p in (kari, ola))
        assert hers is not None
        assert his is not None
        assert (hers.entry.words, hers.entry.shared) == (b"Karis", b"alles")
        assert (his.entry.words, his.entry.shared) == (None, b"alles")
        assert hers.entry.answers == his.entry.answers == answers.of(uow, entry_id)
        assert (his.reading.organizer, his.reading.scheduled, his.kept) == (False, True, None)


def test_one_text_for_all_is_enough(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        met(uow, kari, [ola])

    with database.read() as uow:
        hers, his = (readings.at(uow, place(uow, p), "møte-1.ics") for p in (kari, ola))
        assert hers is not None
        assert his is not None
        assert hers.entry.words == hers.entry.shared == his.entry.shared == "words of møte-1".encode()
        assert his.entry.words is None


def test_one_object_is_two_questions_and_a_private_one_is_one(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        met(uow, kari, [ola])
        noted(uow, ola, "privat")

    with database.read() as uow:
        here = place(uow, ola)
        for href, cost in (("møte-1.ics", 2), ("privat.ics", 1), ("ingen.ics", 1)):
            statements.clear()
            readings.at(uow, here, href)
            assert (href, len(statements)) == (href, cost)


def test_what_is_hidden_is_not_there_but_known(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        mine = readings_of(uow, entry_id)[ola.id]
        reading_changes.hide(uow, [mine.id], hidden=True)

        here = place(uow, ola)
        assert readings.at(uow, here, mine.href) is None
        assert listing.page(uow, here) == []
        assert readings.page(uow, here) == list(readings.at_hrefs(uow, here, [mine.href])) == []
        assert readings.hrefs_of_uid(uow, here, mine.uid) == ()
        assert [found.reading.id for found in readings.of_uid(uow, ola.id, mine.uid)] == [mine.id]
        assert [found.reading.hidden for found in readings.at_or_uid(uow, ola.id, here, mine.href, "")] == [True]
        known = readings.of_person(uow, entry_id, ola.id)
        assert known is not None
        assert known.reading.hidden

        reading_changes.hide(uow, [mine.id], hidden=False)
        assert readings.at(uow, here, mine.href) is not None


def test_a_put_learns_what_is_there_and_what_has_the_uid(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        meeting, other = met(uow, kari, [ola], "møte-1"), noted(uow, ola, "annet")
        met(uow, kari, [ola], "møte-2")
        twin = noted(uow, kari, "annet")
        here = place(uow, ola)

        statements.clear()
        found = readings.at_or_uid(uow, ola.id, here, "annet.ics", "møte-1")
        assert len(statements) == (2 if uow.dialect == "sqlite" else 3)
        assert [f.entry_id for f in found] == [other, meeting]
        assert readings.at_or_uid(uow, ola.id, here, "ny.ics", "ny") == ()
        assert twin not in {f.entry_id for f in readings.at_or_uid(uow, ola.id, here, "x.ics", "annet")}


def test_the_scheduled_one_of_a_uid_comes_first(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        calendars.add(uow, ola.id, "annen", "calendar", "Annen", [], {})
        private = noted(uow, ola, "møte-1", calendar_id=place(uow, ola, "annen"))
        meeting = met(uow, kari, [ola])

        assert [f.entry_id for f in readings.of_uid(uow, ola.id, "møte-1")] == [meeting, private]


def test_what_stands_in_the_way_of_an_invitation_is_one_question(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        kari, ola, per, nina = (hired(uow, login) for login in ("kari", "ola", "per", "nina"))
        same_uid, same_href = noted(uow, ola, "møte-1", href="a.ics"), noted(uow, per, "annet", href="møte-1.ics")
        noted(uow, nina, "fri")
        noted(uow, kari, "møte-1")

        people = (ola, per, nina)
        places = [place(uow, p) for p in people]
        statements.clear()
        found = readings.in_the_way(uow, [p.id for p in people], "møte-1", places, "møte-1.ics")
        assert len(statements) == 1
        assert {r.entry_id for r in found} == {same_uid, same_href}
        assert readings.in_the_way(uow, [], "møte-1", [], "møte-1.ics") == ()


def test_a_person_has_a_shared_uid_once(database: Database) -> None:
    with database.write() as uow:
        kari, ola, per = (hired(uow, login) for login in ("kari", "ola", "per"))
        met(uow, kari, [ola])
        second = entries.add(uow, new_entry(per))
        row = new_reading(second, ola, place(uow, ola, TASKS), href="andre.ics")

    with pytest.raises(IntegrityError), database.write() as uow:
        reading_changes.add_many(uow, [row])


def test_an_href_is_taken_once_in_a_calendar(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        noted(uow, ola, "a")

    with pytest.raises(IntegrityError), database.write() as uow:
        noted(uow, ola, "b", href="a.ics")


def test_a_hundred_colleagues_get_their_reading_in_one_statement(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        people = [hired(uow, f"p{n:03}") for n in range(100)]
        entry_id = entries.add(uow, new_entry(people[0]))
        rows = [new_reading(entry_id, p, place(uow, p), revision=Revision(n)) for n, p in enumerate(people)]
        statements.clear()
        reading_changes.add_many(uow, rows)
        reading_changes.add_many(uow, [])
        assert len(statements) == 1

    with database.read() as uow:
        stored = readings_of(uow, entry_id)
    assert stored.keys() == {p.id for p in people}
    assert [stored[p.id].revision for p in people] == list(range(100))


def test_a_new_reading_is_told_as_it_is_read(database: Database) -> None:
    overlay = {SERIES: Chunk({"X-MINE": (b"X-MINE:\xc3\xa6\r\n",)}, (b"BEGIN:VALARM\r\nEND:VALARM\r\n",))}
    with database.write() as uow:
        ola = hired(uow, "ola")
        entry_id = entries.add(uow, new_entry(ola))
        told = reading_changes.add(uow, new_reading(entry_id, ola, place(uow, ola), overlay=overlay, hidden=True))

        assert (told,) == readings.of_entry(uow, entry_id)
        assert (told.overlay, told.hidden, told.organizer) == (overlay, True, False)


def test_pointers_move_to_the_calendars_revision_and_tags_where_it_is_firm(
    database: Database, statements: Statements
) -> None:
    with database.write() as uow:
        people = kari, ola, per = tuple(hired(uow, login) for login in ("kari", "ola", "per"))
        entry_id = met(uow, kari, [ola, per])
        mine = {p.id: r.id for p, r in ((p, readings_of(uow, entry_id)[p.id]) for p in people)}
        for _ in range(3):
            calendars.advance(uow, [place(uow, ola)])
        calendars.advance(uow, [place(uow, kari)])
        statements.clear()
        reading_changes.move_pointers(uow, [mine[kari.id], mine[ola.id]], [mine[ola.id]])
        assert (len(statements), statements.on("reading"), statements.on("change")) == (2, 1, 1)
        reading_changes.move_pointers(uow, [], [])

        after = readings_of(uow, entry_id)
        assert [(after[p.id].revision, after[p.id].tag) for p in people] == [(1, 0), (3, 3), (0, 0)]
        calendar = calendars.at(uow, ola.id, EVENTS)
        assert calendar is not None
        assert [(c.href, c.revision, c.gone) for c in changes_of(uow, calendar, 0)] == [("møte-1.ics", 3, False)]
        assert after[ola.id].etag == f'"{mine[ola.id]}-3"'


def test_a_reading_that_is_kept_stands_still_until_it_is_brought_back(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        mine = readings_of(uow, entry_id)[ola.id]
        reading_changes.keep(uow, [mine.id], entries.keep(uow, entry_id, b"avlyst"))
        reading_changes.hide(uow, [mine.id], hidden=True)

        held = readings.of_person(uow, entry_id, ola.id)
        assert held is not None
        assert (held.kept, held.reading.kept_id is None) == (b"avlyst", False)
        assert readings.kept_texts(uow, ola.id, [entry_id]) == {entry_id: b"avlyst"}
        assert readings.kept_texts(uow, kari.id, [entry_id]) == readings.kept_texts(uow, ola.id, []) == {}

        reading_changes.bring_back(uow, [mine.id])
        back = readings.at(uow, mine.calendar_id, mine.href)
        assert back is not None
        assert (back.kept, back.reading) == (None, mine)


def test_a_reading_lies_where_it_was_laid_last(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        here = place(uow, ola)
        there = calendars.add(uow, ola.id, "annen", "calendar", "Annen", [], {})
        entry_id = noted(uow, ola, "a")
        (mine,) = readings.of_entry(uow, entry_id)
        reading_changes.relocate(uow, mine.id, there.id, "b.ics")

        assert readings.at(uow, here, "a.ics") is None
        assert [r.href for r in readings.hrefs_of_uid(uow, there.id, "a")] == ["b.ics"]


def test_a_private_reading_becomes_the_one_of_a_shared_entry(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        private, meeting = noted(uow, ola, "møte-1"), met(uow, kari, [])
        (mine,) = readings.of_entry(uow, private)
        reading_changes.schedule(uow, mine.id, meeting, scheduled=True, organizer=False)
        entries.remove(uow, private)

        found = readings.at(uow, mine.calendar_id, mine.href)
        assert found is not None
        assert (found.entry_id, found.reading.scheduled, found.entry.words) == (meeting, True, None)


def loaded(found: Rendered | Loaded) -> Loaded:
    """Give what has to be rendered."""
    assert isinstance(found, Loaded)
    return found


def test_what_is_read_as_it_is_stored_needs_no_entry(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        noted(uow, ola, "own")
        mine = readings_of(uow, met(uow, kari, [ola], "kept"))[ola.id]
        reading_changes.keep(uow, [mine.id], entries.keep(uow, mine.entry_id, b"avlyst"))

        kept, own = readings.page(uow, place(uow, ola))
        assert kept == Rendered("kept.ics", mine.etag, mine.schedule_tag, b"avlyst", Kind.VEVENT, "kept")
        assert isinstance(own, Rendered)
        assert (own.href, own.schedule_tag, own.text) == ("own.ics", None, b"words of own")


def test_a_whole_calendar_is_read_in_batches(database: Database, statements: Statements) -> None:
    count = readings.BATCH * 2 + 1
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        here = place(uow, ola)
        ids = [entries.add(uow, new_entry(kari, f"{n:04}")) for n in range(count)]
        reading_changes.add_many(uow, [new_reading(e, ola, here, f"{n:04}") for n, e in enumerate(ids)])
        said = Answer(ola.addresses[0], partstat=ACCEPTED)
        for entry_id in ids:
            answers.put(uow, entry_id, [said], {})

    with database.read() as uow:
        statements.clear()
        pages = [readings.page(uow, here)]
        while len(pages[-1]) == readings.BATCH:
            pages.append(readings.page(uow, here, loaded(pages[-1][-1]).reading.href))
        assert len(statements) == 3 * 3  # texts, what the others render from, and answers, for each of three batches
        everything = [loaded(found) for page in pages for found in page]
        assert [found.entry_id for found in everything] == ids
        assert {found.entry.answers for found in everything} == {(said,)}
        hrefs = [found.reading.href for found in everything]
        assert list(readings.at_hrefs(uow, here, [*reversed(hrefs), "ingen.ics"])) == everything
        assert [(x.href, x.etag, x.schedule_tag, x.kind, x.uid) for x in listing.page(uow, here)] == [
            (r.href, r.etag, r.schedule_tag, Kind.VEVENT, r.uid) for r in (found.reading for found in everything)
        ]
