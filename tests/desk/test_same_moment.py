# SPDX-License-Identifier: GPL-3.0-or-later
"""Two forms that are sent at the very same moment, on PostgreSQL: one is stored, and the other is told so."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import text

from tests.desk.filling import SCRIPTED
from tests.desk.house import House, event, opened
from tests.desk.test_items import reading

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
_ANEW = text("SELECT pg_stat_clear_snapshot()")  # who is connected is otherwise looked up once in a transaction
_FORM = "new URLSearchParams([...new FormData(document.getElementById('item')), ['gjor', 'lagre']]).toString()"


@pytest.fixture
def house(postgres_url: str, tmp_path: Path, browser: Browser) -> Iterator[House]:
    """Give a company whose gateway runs on PostgreSQL."""
    with opened(postgres_url, tmp_path, browser) as running:
        yield running


def filled(page: Page, title: str) -> tuple[str, str]:
    """Fill the title in, and give what the form would send, and by whom."""
    page.get_by_label("Tittel").fill(title)
    (cookie,) = (one for one in page.context.cookies() if one.get("name") == "distrib")
    return str(page.evaluate(_FORM)), f"distrib={cookie.get('value', '')}"


def send(house: House, path: str, form: str, cookie: str) -> tuple[int, str]:
    """Send a form, and give the status and the page, or where it leads."""
    connection = http.client.HTTPConnection("127.0.0.1", int(house.url.rpartition(":")[2]), timeout=30)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", path, form, headers)
        response = connection.getresponse()
        return response.status, response.getheader("Location") or response.read().decode()
    finally:
        connection.close()


@contextmanager
def held(house: House, statement: str, waiting: int) -> Iterator[None]:
    """Hold rows until so many writes wait for them: then all have read what nobody had changed."""
    with house.database.write() as uow:
        uow.connection.execute(text(statement)).all()
        yield
        end = time.monotonic() + SCRIPTED / 1000
        while uow.connection.execute(_WAITING).scalar_one() < waiting:
            assert time.monotonic() < end, "nobody waits"
            uow.connection.execute(_ANEW).all()


def both(house: House, held_rows: str, path: str, *forms: tuple[str, str]) -> list[tuple[int, str]]:
    """Send two forms so that both look at what is there before either stores."""
    with ThreadPoolExecutor(len(forms)) as threads:
        with held(house, held_rows, len(forms)):
            sent: list[Future[tuple[int, str]]] = [threads.submit(send, house, path, *form) for form in forms]
        return sorted(one.result() for one in sent)


def test_the_second_of_two_who_save_at_the_same_moment_sees_what_the_first_changed(house: House) -> None:
    house.put("kari", event("m-1", "kari", ()))
    path = f"/avtale/{reading(house, 'kari', 'm-1')}"
    with house.seat("kari") as first, house.seat("kari") as second:
        forms = filled(first.go(path), "Det ene"), filled(second.go(path), "Det andre")
        stored, told = both(house, "SELECT id FROM entry FOR UPDATE", path, *forms)

    assert stored == (303, f"{path}?lagret=1")
    assert told[0] == 409
    assert "Endret imens" in told[1]
    assert "Det ene" in told[1]
    assert "Det andre" in told[1]


def test_what_is_new_and_sent_twice_at_the_same_moment_is_there_once(house: House) -> None:
    with house.seat("kari") as seat:
        form = filled(seat.go("/avtale/ny?start=2027-03-01T09:00"), "Byggemøte")
        answers = both(house, "SELECT id FROM calendar FOR UPDATE", "/avtale/ny", form, form)

    assert [status for status, _ in answers] == [303, 303]
    with house.database.read() as uow:
        assert uow.connection.execute(text("SELECT count(*) FROM reading")).scalar_one() == 1
