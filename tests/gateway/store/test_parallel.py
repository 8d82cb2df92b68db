# SPDX-License-Identifier: GPL-3.0-or-later
"""Two writers at once: nothing is lost, and neither waits for ever."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from random import Random

from sqlalchemy.exc import IntegrityError

from gateway.model import CalendarId, Revision
from gateway.store import answers, calendars, entries, fetched, listing, reading_changes, readings, tokens
from gateway.store.unit import Database
from ical.address import Address
from ical.answers import Answer
from tests.gateway.store.company import NOW, changes_of, hired, met, new_entry, new_reading, noted, place, readings_of

ROUNDS, WRITES = 8, 6


def side_by_side(*tasks: Callable[[], None]) -> None:
    """Run the tasks at once and hand on what one of them raises."""
    together = threading.Barrier(len(tasks))
    failures: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        together.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    if failures:
        raise failures[0]


def test_writers_of_the_same_calendars_in_any_order_lose_no_change(database: Database) -> None:
    with database.write() as uow:
        people = [hired(uow, login) for login in ("kari", "ola", "per", "nina")]
        places = {p.id: place(uow, p) for p in people}

    def write(name: str, seed: int) -> None:
        order = Random(seed)  # noqa: S311 - shuffling is no secret
        for n in range(ROUNDS):
            shuffled = order.sample(people, 3)
            with database.write() as uow:
                entry_id = entries.add(uow, new_entry(shuffled[0], f"{name}-{n}"))
                # The rows refer to calendars before those are locked, as in a real save.
                rows = [new_reading(entry_id, p, places[p.id], f"{name}-{n}") for p in shuffled]
                reading_changes.add_many(uow, rows)
                calendars.advance(uow, [places[p.id] for p in shuffled])
                reading_changes.move_pointers(uow, [r.id for r in readings.of_entry(uow, entry_id)], [])

    side_by_side(*(lambda w=w: write(f"w{w}", w) for w in range(4)))

    with database.read() as uow:
        for owner in people:
            calendar = calendars.by_id(uow, places[owner.id])
            assert calendar is not None
            changes = changes_of(uow, calendar, 0)
            assert [c.revision for c in changes] == list(range(1, calendar.revision + 1))
            assert not any(c.gone for c in changes)


def test_a_sync_token_never_passes_a_change_that_is_still_to_come(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        here = place(uow, ola)
    done = threading.Event()
    seen: list[str] = []

    def write(name: str) -> None:
        for n in range(ROUNDS):
            with database.write() as uow:
                noted(uow, ola, f"{name}-{n}")
                calendars.advance(uow, [here])
                calendars.mark(uow, [(here, f"{name}-{n}.ics")])

    def writers() -> None:
        try:
            side_by_side(*(lambda w=w: write(f"w{w}") for w in range(3)))
        finally:
            done.set()

    def sync() -> None:
        token = Revision(0)
        last = False
        while not last:
            last = done.is_set()
            with database.read() as uow:
                calendar = calendars.by_id(uow, here)
                assert calendar is not None
                seen.extend(c.href for c in changes_of(uow, calendar, token))
                token = calendar.revision

    side_by_side(writers, sync)
    assert sorted(seen) == sorted(f"w{w}-{n}.ics" for w in range(3) for n in range(ROUNDS))


def test_answers_that_arrive_together_are_each_judged_by_what_stands(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_id = met(uow, kari, [])

    def count() -> None:
        for _ in range(ROUNDS):
            with database.write() as uow:
                entries.lock(uow, entry_id)
                (before,) = answers.of(uow, entry_id)
                answers.put(uow, entry_id, [Answer(before.address, sequence=before.sequence + 1)], {})

    side_by_side(count, count, count)

    with database.read() as uow:
        assert [a.sequence for a in answers.of(uow, entry_id)] == [3 * ROUNDS]


def test_two_who_put_the_same_object_are_one_after_the_other(database: Database) -> None:
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        homes = {p.id: place(uow, p) for p in (kari, ola)}

    def put(person_id: int, calendar_id: CalendarId) -> None:
        for _ in range(ROUNDS):
            with database.write() as uow:
                (found,) = readings.at_or_uid(uow, person_id, calendar_id, "møte-1.ics", "møte-1")  # type: ignore[arg-type]
                entries.update(uow, entry_id, sequence=found.entry.sequence + 1)
                everybody = readings_of(uow, entry_id)
                calendars.advance(uow, list(homes.values()))
                reading_changes.move_pointers(uow, [r.id for r in everybody.values()], [found.reading.id])

    side_by_side(*(lambda p=p: put(p, homes[p]) for p in (kari.id, ola.id) * 2))

    with database.read() as uow:
        entry = entries.by_id(uow, entry_id)
        assert entry is not None
        assert entry.sequence == 4 * ROUNDS
        assert {r.revision for r in readings_of(uow, entry_id).values()} == {4 * ROUNDS}


def test_of_two_who_create_at_one_href_one_is_told(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
    told: list[IntegrityError] = []

    def create(uid: str) -> None:
        try:
            with database.write() as uow:
                noted(uow, ola, uid, href="samme.ics")
        except IntegrityError as error:
            told.append(error)

    side_by_side(*(lambda n=n: create(f"uid-{n}") for n in range(4)))

    assert len(told) == 3
    with database.read() as uow:
        assert len(listing.page(uow, place(uow, ola))) == 1


def test_a_contact_has_one_reply_mailbox_whoever_wrote_first(database: Database) -> None:
    berit = Address("mailto:berit@kunde.example")
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
    given: list[str] = []

    def write(name: str) -> None:
        with database.write() as uow:
            given.extend(tokens.reply_tokens(uow, [(entry_id, berit)], lambda: name).values())

    side_by_side(*(lambda n=n: write(f"token-{n}") for n in range(4)))

    assert len(set(given)) == 1


def test_processes_share_a_database_as_threads_do(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    with database.write() as uow:
        here = place(uow, hired(uow, "ola"))

    def count(other: Database) -> None:
        for _ in range(ROUNDS):
            with other.write() as uow:
                calendars.advance(uow, [here])

    with closing(Database(url)) as second, closing(Database(url)) as third:
        others: Sequence[Database] = (database, second, third)
        side_by_side(*(lambda o=o: count(o) for o in others))

    with database.read() as uow:
        found = calendars.by_id(uow, here)
        assert found is not None
        assert found.revision == 3 * ROUNDS


def test_a_write_comes_in_between_those_of_a_process_that_hardly_rests(sqlite_url: str) -> None:
    done, rounds, waited = threading.Event(), [0], []

    def hardly_rest(busy: Database) -> None:
        while not done.is_set() and rounds[0] < WRITES * ROUNDS:
            with busy.write():
                rounds[0] += 1
                time.sleep(0.4)
            time.sleep(0.005)

    def come_in_between(other: Database) -> None:
        while not rounds[0]:
            time.sleep(0.005)
        for _ in range(WRITES):
            before = rounds[0]
            with other.write():
                waited.append(rounds[0] - before)
        done.set()

    with closing(Database(sqlite_url)) as first, closing(Database(sqlite_url)) as second:
        side_by_side(lambda: hardly_rest(first), lambda: come_in_between(second))

    assert len(waited) == WRITES
    assert sum(waited) <= WRITES


def test_noting_deliveries_waits_for_no_other_writer(database: Database) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        entry_ids = [entries.add(uow, new_entry(kari, f"m{n}")) for n in range(20)]
        rows = [new_reading(entry_id, kari, place(uow, kari), f"m{n}") for n, entry_id in enumerate(entry_ids)]
        reading_changes.add_many(uow, rows)
        ids = [reading.id for entry_id in entry_ids for reading in readings.of_entry(uow, entry_id)]

    def note(seed: int) -> None:
        order = Random(seed)  # noqa: S311 - shuffling is no secret
        for n in range(ROUNDS):
            with database.write() as uow:
                fetched.note(uow, {reading: NOW + timedelta(hours=n) for reading in order.sample(ids, len(ids))})

    def write() -> None:
        for n in range(ROUNDS):
            for reading in reversed(ids) if n % 2 else ids:
                with database.write() as uow:
                    calendars.advance(uow, [place(uow, kari)])
                    reading_changes.move_pointers(uow, [reading], [])

    side_by_side(write, *(lambda w=w: note(w) for w in range(3)))

    with database.write() as uow:
        assert fetched.note(uow, dict.fromkeys(ids, NOW)) == 0
