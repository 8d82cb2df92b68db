# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail leaves once, in order, and is not lost with the process that had it."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.model import EntryId
from gateway.store import outbox
from gateway.store.outbox import Mail, NewMail
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.instances import InstanceId
from ical.itip.outcome import Method
from tests.conftest import Statements
from tests.gateway.store.company import NOW, hired, met

BERIT, JON = Address("mailto:berit@kunde.example"), Address("mailto:jon@kunde.example")
LEASE = timedelta(seconds=30)
A_MOMENT = timedelta(seconds=1)


def meeting(uow: UnitOfWork, uid: str = "møte-1") -> EntryId:
    return met(uow, hired(uow, uid), [], uid)


def mail(entry_id: EntryId, address: Address = BERIT, cause: str = "1-1", **more: object) -> NewMail:
    name = f"{entry_id}.{address}.{cause}@byggbo.example"
    new = NewMail(entry_id, address, Method.REQUEST, cause, b"BEGIN:VCALENDAR\xc3\xa6", name, NOW, NOW)
    return replace(new, **more)  # type: ignore[arg-type]


def claimed(uow: UnitOfWork, worker: str = "a", now: datetime = NOW, limit: int = 10) -> tuple[Mail, ...]:
    return outbox.claim(uow, worker=worker, now=now, lease=LEASE, limit=limit)


def test_a_mail_is_given_as_it_was_asked_for(database: Database) -> None:
    facts = {"language": "nb", "first": True, "name": "Bærit"}
    with database.write() as uow:
        new = mail(meeting(uow), facts=facts, instance=InstanceId("20261008"), due_at=NOW - A_MOMENT)
        assert outbox.add(uow, [new]) == 1

    with database.write() as uow:
        (found,) = claimed(uow)
    asked_for = {name: getattr(new, name) for name in NewMail.__slots__}
    assert {name: getattr(found, name) for name in NewMail.__slots__} == asked_for
    assert (found.state, found.attempts, found.sent_at, found.response) == ("claimed", 1, None, None)


def test_what_an_address_asked_for_is_counted(database: Database) -> None:
    with database.write() as uow:
        one, other = meeting(uow), meeting(uow, "møte-2")
        asked = [mail(one, cause=f"refresh {n}", created_at=NOW + n * A_MOMENT) for n in range(3)]
        rest = [mail(one), mail(one, JON, "refresh 1"), mail(other, cause="refresh 1")]
        outbox.add(uow, [*asked, *rest])

        def counted(since: datetime) -> int:
            return outbox.count_since(uow, one, BERIT, "refresh ", since)

        assert [counted(since) for since in (NOW - A_MOMENT, NOW, NOW + 2 * A_MOMENT)] == [3, 2, 0]


def test_the_same_cause_makes_no_second_mail(database: Database) -> None:
    with database.write() as uow:
        entry_id = meeting(uow)
        first = mail(entry_id)
        again = replace(first, message_id="other@byggbo.example", text=b"again")
        changed = mail(entry_id, cause="1-2")

        assert [outbox.add(uow, rows) for rows in ([first], [again, changed], [again], [])] == [1, 1, 0, 0]
        assert [m.cause for m in outbox.recent(uow, 9)] == ["1-2", "1-1"]


def test_any_number_of_mails_is_one_statement(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        entry_id = meeting(uow)
        rows = [mail(entry_id, Address(f"mailto:{n}@kunde.example")) for n in range(1000)]
        statements.clear()
        assert outbox.add(uow, rows) == 1000
        assert len(statements) == 1
        assert outbox.add(uow, [replace(row, cause="2", message_id=f"2{row.message_id}") for row in rows * 2]) == 1000


def test_each_mail_keeps_its_own_bytes(database: Database) -> None:
    texts = [b"", b"\xff\x00", "Årsmøte".encode(), b"x" * 5_000_000, b"y" * 5_000_000, b'"[,]\r\n']
    with database.write() as uow:
        entry_id = meeting(uow)
        rows = [mail(entry_id, Address(f"mailto:{n}@kunde.example"), text=text) for n, text in enumerate(texts)]
        assert outbox.add(uow, rows) == len(texts)

        assert [bytes(m.text) for m in claimed(uow)] == texts


def test_only_what_is_due_is_given_the_longest_waiting_first(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        entry_id = meeting(uow)
        later, now, early = NOW + A_MOMENT, NOW, NOW - A_MOMENT
        people = [Address(f"mailto:{n}@kunde.example") for n in range(3)]
        outbox.add(uow, [mail(entry_id, p, due_at=at) for p, at in zip(people, (later, now, early), strict=True)])
        assert outbox.oldest_due(uow, NOW) == early

        statements.clear()
        assert [m.address for m in claimed(uow)] == [people[2], people[1]]
        assert len(statements) == 1
        assert outbox.oldest_due(uow, NOW) is None
        assert [m.address for m in claimed(uow, now=later)] == [people[0]]


def test_a_worker_takes_no_more_than_it_asked_for(database: Database) -> None:
    with database.write() as uow:
        entry_id = meeting(uow)
        outbox.add(uow, [mail(entry_id, Address(f"mailto:{n}@kunde.example")) for n in range(5)])

        assert [len(claimed(uow, worker, limit=3)) for worker in "abc"] == [3, 2, 0]


def test_an_update_does_not_overtake_its_invitation(database: Database) -> None:
    with database.write() as uow:
        entry_id, other = meeting(uow, "a"), meeting(uow, "b")
        invitation, update = mail(entry_id), mail(entry_id, cause="1-2", due_at=NOW - A_MOMENT)
        outbox.add(uow, [invitation])
        outbox.add(uow, [update, mail(entry_id, JON), mail(other)])

        first = claimed(uow)
        assert {(m.entry_id, m.address, m.cause) for m in first} == {
            (entry_id, BERIT, "1-1"),
            (entry_id, JON, "1-1"),
            (other, BERIT, "1-1"),
        }
        mine = next(m for m in first if (m.entry_id, m.address) == (entry_id, BERIT))
        assert claimed(uow, "b") == ()
        assert outbox.again(uow, mine.id, "a", NOW + A_MOMENT, "450 busy")
        assert claimed(uow, "b") == ()
        (mine,) = claimed(uow, now=NOW + A_MOMENT)
        assert mine.attempts == 2
        assert outbox.sent(uow, mine.id, "a", NOW, "250 ok")
        assert [m.cause for m in claimed(uow, now=NOW + A_MOMENT)] == ["1-2"]


def test_a_mail_that_was_given_up_does_not_hold_the_next_one(database: Database) -> None:
    with database.write() as uow:
        entry_id = meeting(uow)
        outbox.add(uow, [mail(entry_id)])
        outbox.add(uow, [mail(entry_id, cause="1-2")])
        (first,) = claimed(uow)
        assert outbox.failed(uow, first.id, "a", "550 no such user")

        assert [m.cause for m in claimed(uow)] == ["1-2"]
        assert [(m.state, m.response) for m in outbox.recent(uow, 2)] == [
            ("claimed", None),
            ("failed", "550 no such user"),
        ]


def test_what_a_dead_process_had_is_due_when_its_lease_ends(database: Database) -> None:
    with database.write() as uow:
        outbox.add(uow, [mail(meeting(uow))])
        (first,) = claimed(uow, "dead")
        assert outbox.renew(uow, first.id, "dead", NOW + 2 * LEASE)

        assert claimed(uow, "alive", NOW + LEASE + A_MOMENT) == ()
        (again,) = claimed(uow, "alive", NOW + 2 * LEASE + A_MOMENT)
        assert (again.id, again.attempts) == (first.id, 2)


def test_a_worker_that_lost_its_lease_may_not_settle(database: Database) -> None:
    with database.write() as uow:
        outbox.add(uow, [mail(meeting(uow))])
        (first,) = claimed(uow, "slow")
        claimed(uow, "quick", NOW + LEASE + A_MOMENT)

        assert not outbox.renew(uow, first.id, "slow", NOW + LEASE)
        assert not outbox.sent(uow, first.id, "slow", NOW, "250 ok")
        assert not outbox.again(uow, first.id, "slow", NOW, "")
        assert not outbox.failed(uow, first.id, "slow", "")
        assert outbox.sent(uow, first.id, "quick", NOW, "250 ok")
        assert not outbox.sent(uow, first.id, "quick", NOW, "250 ok")
        (done,) = outbox.recent(uow, 1)
        assert (done.state, done.sent_at, done.response) == ("sent", NOW, "250 ok")


def test_the_operator_sees_how_many_wait(database: Database) -> None:
    with database.write() as uow:
        entry_id = meeting(uow)
        outbox.add(uow, [mail(entry_id, Address(f"mailto:{n}@kunde.example")) for n in range(4)])
        first, second = claimed(uow, limit=2)
        outbox.sent(uow, first.id, "a", NOW, "250 ok")

        assert outbox.counts(uow) == {"pending": 2, "claimed": 1, "sent": 1, "failed": 0}
        assert second.state == "claimed"


def test_workers_side_by_side_send_each_mail_once(database: Database) -> None:
    with database.write() as uow:
        ids = [meeting(uow, f"m{n}") for n in range(5)]
        for cause in ("1", "2"):
            outbox.add(uow, [mail(e, a, cause) for e in ids for a in (BERIT, JON)])
    sent: list[Mail] = []
    together = threading.Barrier(4)

    def work(name: str) -> None:
        together.wait()
        for _ in range(40):
            with database.write() as uow:
                mine = claimed(uow, name, limit=2)
            sent.extend(mine)
            for found in mine:
                with database.write() as uow:
                    assert outbox.sent(uow, found.id, name, NOW, "250 ok")

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert set(Counter(m.id for m in sent).values()) == {1}
    assert len(sent) == 20
    for entry_id in ids:
        for address in (BERIT, JON):
            assert [m.cause for m in sent if (m.entry_id, m.address) == (entry_id, address)] == ["1", "2"]
