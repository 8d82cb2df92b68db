# SPDX-License-Identifier: GPL-3.0-or-later
"""What `distrib doctor` finds, with real servers on the other side."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from gateway.cli import main
from gateway.config import Settings
from gateway.doctor import Finding, Level, diagnose
from gateway.opening import prepared
from gateway.services import people
from gateway.store.schema import entry, outbox
from gateway.store.unit import Database
from tests.gateway.running import free_port, running

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
Chosen = Callable[..., Settings]


@pytest.fixture
def chosen(tmp_path: Path) -> Chosen:
    """Settings on an empty data directory; nothing listens at the public URL."""

    def settings(**more: object) -> Settings:
        return Settings(**{"data_dir": tmp_path / "data", "port": free_port(), **more})  # type: ignore[arg-type]

    return settings


def found(settings: Settings, subject: str) -> list[Finding]:
    return [finding for finding in diagnose(settings, NOW) if finding.subject == subject]


def only(settings: Settings, subject: str) -> Finding:
    (finding,) = found(settings, subject)
    return finding


def prepare(settings: Settings) -> None:
    with prepared(settings):
        pass


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(chosen: Chosen) -> None:
    settings = chosen()

    assert Level.WRONG not in {finding.level for finding in diagnose(settings, NOW)}
    assert not settings.data_dir.exists()


def test_a_database_without_users_says_how_to_add_one(chosen: Chosen) -> None:
    settings = chosen()
    prepare(settings)

    assert only(settings, "database").level is Level.OK
    assert "user add" in only(settings, "users").text


def test_users_are_counted(chosen: Chosen) -> None:
    settings = chosen()
    with prepared(settings) as database, database.write() as uow:
        people.add_person(uow, login="ola", name="Ola", emails=["ola@byggbo.example"], password_hash=None)

    assert only(settings, "users") == Finding(Level.OK, "users", "1")


def test_tables_of_another_version_are_wrong(chosen: Chosen) -> None:
    settings = chosen()
    prepare(settings)
    with closing(Database(settings.database_url)) as database, database.write() as uow:
        uow.connection.exec_driver_sql("DROP TABLE alembic_version")

    finding = only(settings, "database")
    assert finding.level is Level.WRONG
    assert "db upgrade" in finding.text


def test_a_database_that_does_not_answer_is_wrong_and_its_password_is_not_told(chosen: Chosen) -> None:
    settings = chosen(database_url=f"postgresql://ola:hemmelig@127.0.0.1:{free_port()}/distrib")

    finding = only(settings, "database")
    assert finding.level is Level.WRONG
    assert "hemmelig" not in finding.text


def test_a_data_directory_that_others_may_look_into_is_told(chosen: Chosen) -> None:
    settings = chosen()
    prepare(settings)
    settings.data_dir.chmod(0o755)

    assert "chmod 700" in only(settings, "data directory").text


def mail(database: Database, state: str, due: datetime) -> None:
    with database.write() as uow:
        ola = people.add_person(uow, login="ola", name="Ola", emails=["o@byggbo.example"], password_hash=None)
        meeting = {
            "uid": "m",
            "scope": f"person:{ola.id}",
            "kind": "VEVENT",
            "state": "live",
            "custodian": ola.id,
            "words": b"",
            "sequence": 0,
            "summary": "",
        }
        made = uow.connection.execute(entry.insert().values(**meeting).returning(entry.c.id)).scalar_one()
        uow.connection.execute(
            outbox.insert().values(
                entry=made,
                instance="",
                address="mailto:berit@kunde.example",
                method="REQUEST",
                cause="1",
                text=b"",
                facts={},
                message_id="<1@x>",
                state=state,
                attempts=0,
                due_at=due,
                created_at=due,
            )
        )


@pytest.mark.parametrize(
    ("state", "due", "level", "word"),
    [
        ("pending", NOW - timedelta(minutes=6), Level.WRONG, "worker"),
        ("pending", NOW - timedelta(minutes=1), Level.OK, "1 waiting"),
        ("failed", NOW - timedelta(days=1), Level.WARNING, "mail status"),
        ("sent", NOW - timedelta(days=1), Level.OK, "1 sent"),
    ],
)
def test_mail_that_waits_or_was_given_up_is_told(
    state: str, due: datetime, level: Level, word: str, chosen: Chosen
) -> None:
    settings = chosen()
    with prepared(settings) as database:
        mail(database, state, due)

    finding = only(settings, "outbox")
    assert finding.level is level
    assert word in finding.text


def test_without_a_mail_server_contacts_get_5_2(chosen: Chosen) -> None:
    finding = only(chosen(), "mail out")

    assert finding.level is Level.WARNING
    assert "5.2" in finding.text
    assert "DISTRIB_SMTP_URL" in finding.text


@contextmanager
def mail_server(*, asks_for_password: bool = False) -> Iterator[int]:
    """A mail server on loopback; one that asks knows nobody."""
    port = free_port()
    controller = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=port,
        auth_required=asks_for_password,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def test_a_mail_server_that_takes_mail_is_well(chosen: Chosen) -> None:
    with mail_server() as port:
        findings = found(chosen(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="k@firma.example"), "mail out")

    assert [finding.level for finding in findings] == [Level.OK]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_mail_server_that_does_not_know_us_is_wrong(chosen: Chosen) -> None:
    with mail_server(asks_for_password=True) as port:
        settings = chosen(smtp_url=f"smtp://ola:hemmelig@127.0.0.1:{port}", mail_from="k@firma.example")
        finding = only(settings, "mail out")

    assert finding.level is Level.WRONG
    assert "password" in finding.text
    assert "hemmelig" not in finding.text


def test_a_mail_server_that_is_not_there_is_wrong(chosen: Chosen) -> None:
    finding = only(chosen(smtp_url=f"smtp://127.0.0.1:{free_port()}", mail_from="k@firma.example"), "mail out")

    assert finding.level is Level.WRONG
    assert "connection refused" in finding.text


def test_a_sender_that_no_answer_reaches_is_told(chosen: Chosen) -> None:
    with mail_server() as port:
        findings = found(chosen(smtp_url=f"smtp://127.0.0.1:{port}"), "mail out")

    assert any("DISTRIB_MAIL_FROM" in finding.text for finding in findings)


def test_where_answers_come_in_is_looked_at(chosen: Chosen) -> None:
    assert "DISTRIB_LMTP_LISTEN" in only(chosen(), "mail in").text
    with mail_server() as port:
        assert only(chosen(lmtp_listen=f"127.0.0.1:{port}"), "mail in").level is Level.OK
    assert "worker" in only(chosen(lmtp_listen=f"127.0.0.1:{free_port()}"), "mail in").text


def test_a_socket_file_is_looked_at_too(chosen: Chosen, tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 hei\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        finding = only(chosen(lmtp_listen=f"unix:{path}"), "mail in")
        thread.join()

    assert finding.level is Level.OK


def front(location: str) -> Starlette:
    """Whatever stands at the public URL."""

    def answer(_: object) -> PlainTextResponse | RedirectResponse:
        return RedirectResponse(location, 301) if location else PlainTextResponse("another server")

    return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.mark.parametrize(("location", "level"), [("/dav/", Level.OK), ("/other/", Level.WRONG), ("", Level.WRONG)])
def test_the_public_url_must_lead_to_us(location: str, level: Level, chosen: Chosen) -> None:
    with running(front(location)) as port:
        findings = found(chosen(public_url=f"http://127.0.0.1:{port}"), "public URL")

    assert findings[-1].level is level


def test_a_public_url_under_a_prefix_leads_to_us_there(chosen: Chosen) -> None:
    with running(front("/kalender/dav/")) as port:
        findings = found(chosen(public_url=f"http://127.0.0.1:{port}/kalender"), "public URL")

    assert findings[-1].level is Level.OK


def test_passwords_in_the_clear_are_wrong(chosen: Chosen) -> None:
    findings = found(chosen(public_url="http://kalender.invalid"), "public URL")

    assert findings[0].level is Level.WRONG
    assert "https://" in findings[0].text
    assert findings[1].level is Level.WARNING


def test_the_command_prints_it_and_fails_where_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISTRIB_PORT", str(free_port()))
    well = CliRunner().invoke(main, ["doctor"])
    monkeypatch.setenv("DISTRIB_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    wrong = CliRunner().invoke(main, ["doctor"])

    assert well.exit_code == 0
    assert "warning  mail out: contacts get no mail, only SCHEDULE-STATUS 5.2" in well.stdout
    assert "ok       argon2: checking a password takes" in well.stdout
    assert wrong.exit_code == 1
    assert "wrong    mail out: 127.0.0.1 cannot be used" in wrong.stdout
