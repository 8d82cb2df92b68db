# SPDX-License-Identifier: GPL-3.0-or-later
"""What calendar programs and operators are told at the entrance, by the whole gateway over real sockets."""

import base64
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gateway import metrics
from gateway.auth.passwords import hashed
from gateway.auth.verifier import GUESSES
from gateway.config import Settings
from gateway.main import application
from gateway.opening import Service, verifier
from gateway.services import people
from gateway.store.unit import Database
from gateway.store.upgrade import upgrade
from radicale_distrib.application import DAV, REALM
from tests.gateway.running import ask, running

CALDAV = "/.well-known/caldav"
METHODS = ("GET", "HEAD", "PROPFIND", "REPORT", "OPTIONS", "PUT", "POST")


def basic(login: str = "ola", password: str = "riktig") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def authorized(value: str) -> dict[str, str]:
    return {"Authorization": value}


@contextmanager
def company(folder: Path) -> Iterator[Database]:
    """A database with Ola in it; that it is SQLite makes no difference here."""
    with closing(Database(f"sqlite:///{folder / 'distrib.db'}")) as opened:
        upgrade(opened)
        with opened.write() as uow:
            people.add_person(
                uow, login="ola", name="Ola Berg", emails=["ola@byggbo.example"], password_hash=hashed("riktig")
            )
        yield opened


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with company(tmp_path) as opened:
        yield opened


@contextmanager
def gateway(database: Database, tmp_path: Path, **settings: object) -> Iterator[int]:
    chosen = Settings(data_dir=tmp_path, **settings)  # type: ignore[arg-type]
    with running(application(Service(chosen, database, verifier(database))), lifespan=True) as port:
        yield port


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """One gateway for all tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("gateway")
    with company(folder) as opened, gateway(opened, folder) as found:
        yield found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", [CALDAV, CALDAV + "/"])
def test_the_well_known_address_leads_to_dav_for_every_method(method: str, path: str, port: int) -> None:
    response, _ = ask(port, method, path, b"<x/>" if method == "PUT" else None)

    assert response.status == 301
    assert response.getheader("Location") == "/dav/"


@pytest.mark.parametrize("path", ["/", "/dav/"])
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic(password="gal"),
        basic(login="ukjent"),
        authorized("Basic !!!"),
        authorized("Basic b2xh"),
        authorized("Basic " + base64.b64encode(b"\xff\xfe:\xff").decode()),
        authorized("Bearer riktig"),
        authorized("Basic"),
    ],
    ids=["nobody", "wrong password", "unknown", "no base64", "no colon", "no text", "another scheme", "nothing"],
)
def test_who_does_not_say_who_they_are_is_asked(path: str, method: str, headers: dict[str, str], port: int) -> None:
    response, _ = ask(port, method, path, headers={"Depth": "0", **headers})

    assert response.status == 401
    assert response.getheader("WWW-Authenticate") == f'Basic realm="{REALM}"'


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
def test_the_root_leads_those_who_are_known_to_dav(method: str, port: int) -> None:
    response, _ = ask(port, method, "/", headers={"Depth": "0", **basic()})

    assert response.status == 301
    assert response.getheader("Location") == "/dav/"


def test_dav_answers_those_who_are_known(port: int) -> None:
    response, body = ask(port, "PROPFIND", "/dav/", headers={"Depth": "0", **basic()})

    assert response.status == 207
    assert b"multistatus" in body


@pytest.mark.parametrize("path", ["/", "/dav", "/dav/", "/dav/ola/", "/dav/ola/calendar/", "/dav/ola/inbox/"])
def test_everybody_may_ask_what_can_be_done_and_the_first_word_is_not_the_one_that_counts(path: str, port: int) -> None:
    response, _ = ask(port, "OPTIONS", path)

    assert response.status == 200
    assert response.getheader("DAV") == DAV
    assert "PROPFIND" in (response.getheader("Allow") or "")


def test_a_path_that_begins_like_dav_is_not_dav(port: int) -> None:
    response, _ = ask(port, "PROPFIND", "/david/", headers=basic())

    assert response.status in {404, 405}


def test_other_well_known_addresses_are_not_found(port: int) -> None:
    response, _ = ask(port, "PROPFIND", "/.well-known/webdav/Notes/")

    assert response.status == 404


@pytest.mark.parametrize("path", ["/", "/dav/"])
def test_who_guesses_passwords_is_asked_to_wait(path: str, database: Database, tmp_path: Path) -> None:
    with gateway(database, tmp_path) as port:
        for number in range(GUESSES):
            ask(port, "PROPFIND", path, headers=basic(password=f"gjett {number}"))

        response, _ = ask(port, "PROPFIND", path, headers=basic(password="gjett en gang til"))

    assert response.status == 429
    assert int(response.getheader("Retry-After") or 0) > 0


def test_the_start_page_and_the_calendars_of_ola_are_there(port: int) -> None:
    page, html = ask(port, "GET", "/")
    home, _ = ask(port, "PROPFIND", "/dav/ola/", headers={"Depth": "1", **basic()})

    assert page.status == 200
    assert b"/dav/" in html
    assert home.status == 207


def test_behind_a_proxy_with_a_prefix_all_addresses_have_it(database: Database, tmp_path: Path) -> None:
    proxied = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "firma.example"}
    with gateway(database, tmp_path, public_url="https://firma.example/kalender") as port:
        known, _ = ask(port, "PROPFIND", CALDAV, headers=proxied)
        root, _ = ask(port, "PROPFIND", "/", headers={**proxied, **basic()})
        home, body = ask(port, "PROPFIND", "/kalender/dav/ola/", headers={"Depth": "0", **proxied, **basic()})

    assert known.getheader("Location") == "/kalender/dav/"
    assert root.getheader("Location") == "/kalender/dav/"
    assert home.status == 207
    assert b"<D:href>/kalender/dav/ola/</D:href>" in body


def test_the_prefix_may_come_from_the_proxy(port: int) -> None:
    response, body = ask(port, "PROPFIND", "/dav/ola/", headers={"Depth": "0", "X-Script-Name": "/kalender", **basic()})

    assert response.status == 207
    assert b"<D:href>/kalender/dav/ola/</D:href>" in body


def test_a_user_whose_name_begins_like_the_mount_point_has_a_home(database: Database, tmp_path: Path) -> None:
    with database.write() as uow:
        people.add_person(
            uow, login="davide", name="Davide", emails=["davide@byggbo.example"], password_hash=hashed("x")
        )
    with gateway(database, tmp_path) as port:
        headers = {"Depth": "0", "X-Forwarded-For": "192.0.2.9", **basic("davide", "x")}
        response, body = ask(port, "PROPFIND", "/dav/davide/", headers=headers)

    assert response.status == 207
    assert b"<D:href>/dav/davide/</D:href>" in body


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_is_well(path: str, port: int) -> None:
    response, body = ask(port, "GET", path)

    assert (response.status, body) == (200, b"ok\n")


def test_it_is_not_ready_with_tables_of_another_version(database: Database, tmp_path: Path) -> None:
    with gateway(database, tmp_path) as port:
        with database.write() as uow:
            uow.connection.exec_driver_sql("DROP TABLE alembic_version")
        response, body = ask(port, "GET", "/readyz")
        alive, _ = ask(port, "GET", "/healthz")

    assert response.status == 503
    assert b"db upgrade" in body
    assert alive.status == 200


def test_it_is_ready_without_a_worker_where_none_is_wanted(database: Database, tmp_path: Path) -> None:
    with gateway(database, tmp_path, worker=False) as port:
        response, _ = ask(port, "GET", "/readyz")

    assert response.status == 200


def test_it_is_not_ready_when_the_worker_has_died(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("gateway.main.worker.run", failing)
    with gateway(database, tmp_path) as port:
        response, body = ask(port, "GET", "/readyz")

    assert response.status == 503
    assert b"worker" in body


def test_what_was_counted_is_told_to_this_machine(port: int) -> None:
    ask(port, "PROPFIND", "/dav/", headers=basic())
    ask(port, "BIND", "/dav/", headers=basic())

    response, body = ask(port, "GET", "/metrics")

    text = body.decode()
    assert response.status == 200
    assert (response.getheader("Content-Type") or "").startswith("text/plain")
    assert 'distrib_requests_total{door="dav",method="PROPFIND",status="207"}' in text
    assert 'method="other"' in text
    assert "BIND" not in text
    assert 'distrib_outbox{state="pending"} 0.0' in text


def test_what_was_counted_is_not_told_through_a_proxy(port: int) -> None:
    response, body = ask(port, "GET", "/metrics", headers={"X-Forwarded-For": "192.0.2.9"})

    assert response.status == 403
    assert b"distrib_requests" not in body


def test_with_a_token_only_the_token_counts(database: Database, tmp_path: Path) -> None:
    with gateway(database, tmp_path, metrics_token="hemmelig") as port:
        without, _ = ask(port, "GET", "/metrics")
        wrong, _ = ask(port, "GET", "/metrics", headers=authorized("Bearer hemmeligere"))
        right, _ = ask(
            port, "GET", "/metrics", headers={"X-Forwarded-For": "192.0.2.9", **authorized("Bearer hemmelig")}
        )

    assert (without.status, wrong.status, right.status) == (403, 403, 200)


def test_a_gauge_says_how_much_mail_waits() -> None:
    text = metrics.exposition(metrics.Waiting(lambda: {"pending": 3, "failed": 1})).decode()

    assert 'distrib_outbox{state="pending"} 3.0' in text
    assert 'distrib_outbox{state="failed"} 1.0' in text


@pytest.mark.parametrize(
    ("path", "to", "status"),
    [
        ("/dav/ola/calendar/x.ics", "http://elsewhere.example/x.ics", 502),
        ("/dav/ola/calendar/x.ics", "http://[", 502),
        ("/dav/ola/calendar/a%00b.ics", "/dav/ola/calendar/c.ics", 400),
    ],
)
def test_a_clients_mistake_is_no_error_of_ours(
    path: str, to: str, status: int, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    response, _ = ask(port, "MOVE", path, headers={**basic(), "Destination": to})

    assert response.status == status
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
