# SPDX-License-Identifier: GPL-3.0-or-later
"""What our storage does beyond Radicale's contract: it distributes, refuses, and takes back what was refused."""

from pathlib import Path

import pytest
from radicale.app import Application as Radicale
from radicale.storage import BaseCollection, BaseStorage
from sqlalchemy import select, update

from gateway.store.schema import entry, inbox_item, outbox
from gateway.store.unit import Database
from tests.conftest import Statements
from tests.radicale_distrib.client import Client
from tests.radicale_distrib.contract.conftest import OURS, Configure
from tests.radicale_distrib.contract.objects import calendar_at, hrefs, item_of, reading, upload, writing
from tests.radicale_distrib.texts import event, meeting, task, unfolded

PLAIN = [name for name in OURS if name.startswith("plain")]


def members(client: Client, path: str) -> list[str]:
    found = client.propfind(path, "D:getetag", "1")
    return [p.removeprefix("/dav") for p in found if p.endswith(".ics")]


@pytest.mark.parametrize("way", OURS, indirect=True)
def test_an_invitation_is_delivered_and_answered(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (copy,) = members(ola, "/ola/calendar/")

    ola.put(copy, unfolded(ola.get(copy)).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"))

    mine = next(line for line in unfolded(kari.get("/kari/calendar/m.ics")).splitlines() if "ola@" in line)
    assert "PARTSTAT=ACCEPTED" in mine


@pytest.mark.parametrize("way", OURS, indirect=True)
@pytest.mark.parametrize("path", ["/kari/calendar/t.ics", "/kari/tasks/e.ics"])
def test_tasks_and_appointments_keep_to_their_lists(kari: Client, path: str) -> None:
    refused = kari("PUT", path, task() if "calendar" in path else event())

    assert 400 <= refused.status < 500
    assert kari("GET", path).status == 404


@pytest.mark.parametrize("way", OURS, indirect=True)
def test_a_default_calendar_stays(kari: Client) -> None:
    assert 400 <= kari("DELETE", "/kari/calendar/").status < 500
    assert "calendar" in kari.told("/kari/calendar/", "D:resourcetype").kinds("D:resourcetype")


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_what_was_refused_is_taken_back_though_radicale_leaves_its_lock_in_peace(
    storage: BaseStorage, database: Database
) -> None:
    with writing(storage) as calendar:
        calendar.upload("m.ics", item_of(meeting(attendees=("ola", "berit@kunde.example"))))
        with pytest.raises(ValueError, match="takes no VTODO"):
            calendar.upload("t.ics", item_of(task()))
        with pytest.raises(ValueError, match="refused already"):
            calendar.upload("other.ics", item_of(event("other")))

    with database.read() as uow:
        for table in (entry, inbox_item, outbox):
            assert uow.connection.execute(select(table.c.id)).all() == []


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_a_failure_within_the_lock_takes_everything_back(storage: BaseStorage) -> None:
    def fail() -> None:
        with writing(storage) as calendar:
            calendar.upload("one.ics", item_of(event()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with reading(storage) as calendar:
        assert hrefs(calendar) == set()


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_a_whole_calendar_that_is_refused_in_part_is_refused_as_a_whole(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event("one"))
    items = [item_of(event("two")), item_of(task("t"))]

    with storage.acquire_lock("w", "kari"), pytest.raises(ValueError, match="takes no VTODO"):
        storage.create_collection("/kari/calendar/", items=items, props={"tag": "VCALENDAR"})

    with reading(storage) as calendar:
        assert hrefs(calendar) == {"one.ics"}


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_a_whole_calendar_that_is_uploaded_again_invites_nobody_again(
    kari: Client, ola: Client, database: Database
) -> None:
    kari.put("/kari/calendar/m.ics", meeting(attendees=("ola", "berit@kunde.example")))
    kari.put("/kari/calendar/gone.ics", event("gone"))
    before = ola.etag(members(ola, "/ola/calendar/")[0])

    again = kari("PUT", "/kari/calendar/", meeting(attendees=("ola", "berit@kunde.example")))

    assert again.status == 201
    assert members(kari, "/kari/calendar/") == ["/kari/calendar/m.ics"]
    assert ola.etag(members(ola, "/ola/calendar/")[0]) == before
    with database.read() as uow:
        assert len(uow.connection.execute(select(outbox.c.id)).all()) == 1


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_a_whole_calendar_with_a_meeting_is_brought_in_and_nobody_is_told(
    kari: Client, ola: Client, database: Database
) -> None:
    kari("PUT", "/kari/calendar/", meeting(attendees=("ola", "berit@kunde.example")))

    (there,) = members(ola, "/ola/calendar/")
    assert "PARTSTAT=NEEDS-ACTION" in ola("GET", there).text
    kari("PUT", "/kari/calendar/", event("other"))
    assert "STATUS:CANCELLED" in ola("GET", there).text
    with database.read() as uow:
        assert [uow.connection.execute(select(of.c.id)).all() for of in (outbox, inbox_item)] == [[], []]


@pytest.mark.parametrize("way", PLAIN, indirect=True)
@pytest.mark.parametrize(
    ("path", "props"),
    [
        ("/kari/book/", {"tag": "VADDRESSBOOK"}),
        ("/kari/folder/", {}),
        ("/kari/calendar/in/", {"tag": "VCALENDAR"}),
        ("/nobody/ny/", {"tag": "VCALENDAR"}),
        ("/kari/inbox/", {"tag": "VCALENDAR"}),
    ],
)
def test_nothing_but_calendars_is_made(storage: BaseStorage, path: str, props: dict[str, str]) -> None:
    with storage.acquire_lock("w", "kari"), pytest.raises(ValueError):  # noqa: PT011
        storage.create_collection(path, props=props)


@pytest.mark.parametrize("way", PLAIN, indirect=True)
@pytest.mark.parametrize("props", [{}, {"tag": "VADDRESSBOOK"}, {"C:supported-calendar-component-set": "VTODO"}])
def test_a_calendar_stays_one_for_what_it_was_made_for(storage: BaseStorage, props: dict[str, str]) -> None:
    with writing(storage) as calendar, pytest.raises(ValueError, match="stays one"):
        calendar.set_meta({"tag": "VCALENDAR", **props} if props else {})


@pytest.mark.parametrize("way", OURS, indirect=True)
def test_nothing_is_asked_of_the_database_before_it_is_needed(storage: BaseStorage, statements: Statements) -> None:
    for number in range(30):
        upload(storage, f"{number}.ics", event(str(number)))
    statements.clear()

    with storage.acquire_lock("w", "kari"):
        assert calendar_at(storage, "/kari/").path == "kari"
    assert len(statements) == 0

    with storage.acquire_lock("r", "kari"):
        calendar = next(iter(storage.discover("/kari/calendar/", "1")))
        assert isinstance(calendar, BaseCollection)
        assert len(statements) <= 4
        assert calendar.has_uid("7")
    assert len(statements) <= 6


@pytest.mark.parametrize("way", OURS, indirect=True)
def test_the_number_of_statements_does_not_grow_with_what_is_asked_for(
    storage: BaseStorage, statements: Statements
) -> None:
    def cost(names: list[str]) -> int:
        statements.clear()
        with reading(storage) as calendar:
            assert all(item is not None for _, item in calendar.get_multi(names))
            assert calendar.has_uid("0")
        return len(statements)

    for number in range(30):
        upload(storage, f"{number}.ics", event(str(number)))

    assert cost(["0.ics"]) == cost([f"{number}.ics" for number in range(30)])


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_a_text_that_cannot_be_read_any_more_is_found(storage: BaseStorage, database: Database) -> None:
    upload(storage, "one.ics", event())
    with database.write() as uow:
        uow.connection.execute(update(entry).values(words=b"nonsense"))

    with storage.acquire_lock("r"):
        assert not storage.verify()


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_a_command_that_radicales_own_storage_would_run_is_not_run(
    configure: Configure, served: Radicale, tmp_path: Path
) -> None:
    ours = f"type = radicale_distrib\ndistrib_config = {tmp_path / 'distrib.toml'}"
    hooked = configure(f"[rights]\ntype = radicale_distrib\n[storage]\n{ours}\nhook = touch {tmp_path / 'ran'}\n")

    assert Client(hooked, "kari")("PUT", "/kari/calendar/one.ics", event()).status == 201

    assert served is not hooked
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("way", PLAIN, indirect=True)
def test_the_inbox_is_not_shown(ola: Client, kari: Client, storage: BaseStorage) -> None:
    kari.put("/kari/calendar/m.ics", meeting())

    assert ola("PROPFIND", "/ola/inbox/").status == 404
    with storage.acquire_lock("r", "ola"):
        home = [one.path for one in storage.discover("/ola/", "1") if isinstance(one, BaseCollection)]
        assert home == ["ola", "ola/calendar", "ola/tasks"]
        assert len(hrefs(calendar_at(storage, "/ola/calendar/"))) == 1
