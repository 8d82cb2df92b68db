# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizer's words, and what others start from."""

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from gateway.model import EntryId
from gateway.store import answers, entries, reading_changes, readings
from gateway.store.entries import EntryColumns
from gateway.store.unit import Database, UnitOfWork
from ical.answers import Answer
from ical.itip.outcome import State
from ical.timeindex import Span
from tests.conftest import Statements
from tests.gateway.store.company import NOW, SPAN, hired, met, new_entry, place, readings_of


def shared_of(uow: UnitOfWork, entry_id: EntryId) -> bytes:
    found = entries.by_id(uow, entry_id)
    assert found is not None
    return found.shared


def test_an_entry_is_found_by_uid_and_scope_without_its_words(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        said = Answer(kari.addresses[0], organizer=True, asked_at=NOW)
        stored = entries.add(uow, new_entry(kari, "møte-1", words=b"Karis", shared=b"alles", sequence=3, closed=True))
        answers.put(uow, stored, [said], {})

    with database.read() as uow:
        found = entries.by_scope(uow, "møte-1", f"person:{kari.id}")
        assert found is not None
        entry_id, entry = found
        assert entry_id == stored
        assert (entry.uid, entry.shared, entry.words, entry.sequence) == ("møte-1", b"alles", None, 3)
        assert (entry.organizer, entry.state, entry.closed) == (kari.addresses[0], State.LIVE, True)
        assert entry.answers == (said,)
        assert entries.by_ids(uow, [stored]) == {stored: entry}
        assert entries.by_scope(uow, "møte-1", "person:0") is None


def test_a_uid_is_taken_once_in_a_scope(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entries.add(uow, new_entry(kari))
        entries.add(uow, new_entry(ola))

    with pytest.raises(IntegrityError), database.write() as uow:
        entries.add(uow, new_entry(kari))


def test_only_the_custodian_gets_the_words(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = entries.add(uow, new_entry(kari, words=b"Karis", shared=b"alles"))

    with database.read() as uow:
        assert entries.words_of(uow, entry_id, kari.id) == b"Karis"
        assert entries.custodian_of(uow, entry_id) == kari.id
        with pytest.raises(NoResultFound):
            entries.words_of(uow, entry_id, ola.id)


@pytest.mark.parametrize("before", [None, b"alles"])
def test_new_words_alone_do_not_reach_the_others(database: Database, before: bytes | None) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = entries.add(uow, new_entry(kari, words=b"gammelt", shared=before))
        entries.update(uow, entry_id, words=b"med alarm")

        assert shared_of(uow, entry_id) == (before or b"gammelt")
        assert entries.words_of(uow, entry_id, kari.id) == b"med alarm"


def test_words_and_what_others_start_from_may_be_the_same_again(database: Database) -> None:
    with database.write() as uow:
        entry_id = entries.add(uow, new_entry(hired(uow, "kari"), words=b"Karis", shared=b"alles"))
        steps: tuple[EntryColumns, ...] = (
            {"words": b"nytt", "shared": b"nytt"},
            {"words": b"nytt"},
            {"words": b"nyere", "shared": b"nyere"},
        )
        for columns in steps:
            entries.update(uow, entry_id, **columns)
            assert shared_of(uow, entry_id) == columns["words"]
        entries.update(uow, entry_id, shared=b"bare alles")
        assert shared_of(uow, entry_id) == b"bare alles"


def test_what_is_not_named_stays(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = entries.add(uow, new_entry(kari))
        entries.update(uow, entry_id)
        entries.update(uow, entry_id, state=State.CANCELLED, sequence=7, span=Span(SPAN.start), scope="calendar:9")

        found = entries.by_scope(uow, "møte-1", "calendar:9")
        assert found is not None
        assert (found[1].state, found[1].sequence, found[1].shared) == (State.CANCELLED, 7, "words of møte-1".encode())
        assert found[1].organizer == kari.addresses[0]


def test_several_entries_come_in_two_questions(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        ids = [met(uow, kari, [ola], f"møte-{n}") for n in range(10)]

    with database.read() as uow:
        statements.clear()
        found = entries.by_ids(uow, ids)
        assert len(statements) == 2
        assert entries.by_ids(uow, []) == {}
    assert [len(found[entry_id].answers) for entry_id in ids] == [2] * 10


def test_with_an_entry_goes_all_that_hangs_on_it(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        mine = readings_of(uow, entry_id)[ola.id]
        reading_changes.keep(uow, [mine.id], entries.keep(uow, entry_id, b"avlyst"))
        entries.remove(uow, entry_id)

        assert readings.at(uow, place(uow, ola), mine.href) is None
        assert answers.of(uow, entry_id) == ()


def test_of_a_large_entry_only_what_one_address_said_comes_along(database: Database) -> None:
    with database.write() as uow:
        kari, ola, per = (hired(uow, login) for login in ("kari", "ola", "per"))
        entry_id = met(uow, kari, [ola, per])

        everything = entries.about(uow, entry_id, ola.addresses[0], most=3)
        alone = entries.about(uow, entry_id, ola.addresses[0], most=2)

        assert everything is not None
        assert alone is not None
        assert [len(found.answers) for found, _ in (everything, alone)] == [3, 1]
        assert [found.size for found, _ in (everything, alone)] == [3, 3]
        assert (alone[0].answers[0].address, alone[1]) == (ola.addresses[0], {ola.addresses[0]: ola.id})
        assert entries.about(uow, EntryId(999), ola.addresses[0], most=2) is None


def test_somebody_is_asked_or_not(database: Database) -> None:
    with database.write() as uow:
        kari, ola, per = (hired(uow, login) for login in ("kari", "ola", "per"))
        entry_id = met(uow, kari, [ola])

        asked = [answers.are_asked(uow, entry_id, who.addresses) for who in (kari, ola, per)]

    assert asked == [True, True, False]
