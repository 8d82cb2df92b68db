# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: what it does to the database, and the one sentence where something is wrong."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.auth.passwords import matches
from gateway.cli import main
from gateway.config import Settings
from gateway.model import EVENTS, INBOX, TASKS, Condition, Person, Rosters
from gateway.services import entries
from gateway.services.scene import Scene
from gateway.store import calendars, contacts, people
from gateway.store.schema import entry, reading
from gateway.store.unit import Database, UnitOfWork
from tests.gateway.running import free_port

Run = Callable[..., Result]
OLA = ("user", "add", "ola", "--email", "ola@byggbo.example", "--name", "Ola Berg")
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
MEETING = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:meeting-1\r
DTSTAMP:20261001T120000Z\r
DTSTART:20261008T080000Z\r
DTEND:20261008T090000Z\r
SUMMARY:Befaring\r
ORGANIZER:mailto:ola@byggbo.example\r
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ola@byggbo.example\r
ATTENDEE:mailto:nina@byggbo.example\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def distrib(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin, prog_name="distrib")

    return distrib


@pytest.fixture
def database(run: Run, tmp_path: Path) -> Iterator[Database]:
    """The database that the command works on, with its tables."""
    run("db", "upgrade")
    with closing(Database(f"sqlite:///{tmp_path / 'data' / 'distrib.db'}")) as opened:
        yield opened


def password_of(uow: UnitOfWork, login: str) -> str | None:
    found = people.credential(uow, login)
    assert found is not None
    return found.password_hash


def assert_sentence(result: Result, *words: str) -> None:
    """It failed, and said why in one line on stderr."""
    assert result.exit_code != 0
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert lines[-1].startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert all(word in lines[-1] for word in words), lines


def test_it_knows_its_version(run: Run) -> None:
    assert run("--version").stdout == f"distrib, version {version('distrib')}\n"


@pytest.mark.parametrize("group", [(), ("user",), ("db",), ("contact",), ("mail",)])
def test_every_command_says_what_it_does(group: tuple[str, ...], run: Run) -> None:
    result = run(*group, "--help")

    assert result.exit_code == 0
    listed = result.stdout.partition("Commands:\n")[2].splitlines()
    assert listed
    assert all(len(line.split()) > 2 for line in listed)


def test_db_upgrade_makes_the_tables_in_a_folder_that_is_ours_alone(run: Run, tmp_path: Path) -> None:
    first, second = run("db", "upgrade"), run("db", "upgrade")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (tmp_path / "data" / "distrib.db").exists()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_user_add_makes_a_person_with_calendars(run: Run, database: Database) -> None:
    result = run(*OLA, "--email", "ola.berg@byggbo.example", "--language", "en", "--password", "riktig")

    assert result.exit_code == 0
    assert "ola" in result.stdout
    assert "riktig" not in result.output
    with database.read() as uow:
        person = people.by_login(uow, "ola")
        assert person is not None
        assert person.addresses == ("mailto:ola@byggbo.example", "mailto:ola.berg@byggbo.example")
        assert (person.name, person.language, person.timezone) == ("Ola Berg", "en", "Europe/Oslo")
        assert {found.slug for found in calendars.of_person(uow, person.id)} == {EVENTS, TASKS, INBOX}
        assert matches(password_of(uow, "ola"), "riktig")


def test_user_add_asks_for_the_password_twice_and_shows_it_never(run: Run, database: Database) -> None:
    result = run(*OLA, stdin="riktig\nriktig\n")

    assert result.exit_code == 0
    assert "riktig" not in result.output
    with database.read() as uow:
        assert matches(password_of(uow, "ola"), "riktig")


def test_the_password_may_come_from_standard_input(run: Run, database: Database) -> None:
    assert run(*OLA, "--password-stdin", stdin="med mellomrom \r\n").exit_code == 0
    with database.read() as uow:
        assert matches(password_of(uow, "ola"), "med mellomrom ")


@pytest.mark.parametrize(
    ("arguments", "stdin", "word"),
    [
        (("--password", "a", "--password-stdin"), "a\n", "not both"),
        (("--password", ""), None, "empty"),
        (("--password-stdin",), "", "empty"),
    ],
)
def test_a_password_is_one_and_not_empty(arguments: tuple[str, ...], stdin: str | None, word: str, run: Run) -> None:
    assert_sentence(run(*OLA, *arguments, stdin=stdin), word)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("user", "add", "ola", "--email", "annen@byggbo.example", "--name", "X"), "ola"),
        (("user", "add", "per", "--email", "OLA@byggbo.example", "--name", "X"), "ola@byggbo.example"),
        (("user", "add", "Per Dahl", "--email", "per@byggbo.example", "--name", "X"), "login"),
        (("user", "add", "per", "--email", "per", "--name", "X"), "per"),
        (("user", "add", "per", "--email", "per@byggbo.example", "--name", "X", "--timezone", "Oslo"), "Oslo"),
        (("user", "add", "per", "--email", "per@byggbo.example", "--name", "X", "--language", "de"), "de"),
        (("user", "add", "per", "--name", "X"), "--email"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_a_reason(arguments: tuple[str, ...], word: str, run: Run) -> None:
    run(*OLA, "--password", "x")

    assert_sentence(run(*arguments, "--password", "x"), word)


def test_a_password_can_be_changed(run: Run, database: Database) -> None:
    run(*OLA, "--password", "gammel")

    assert run("user", "passwd", "ola", "--password-stdin", stdin="ny\n").exit_code == 0
    with database.read() as uow:
        assert matches(password_of(uow, "ola"), "ny")


def test_a_user_can_be_shut_out_let_in_again_and_removed(run: Run, database: Database) -> None:
    run(*OLA, "--password", "x")

    def person() -> Person | None:
        with database.read() as uow:
            return people.by_login(uow, "ola")

    assert run("user", "disable", "ola").exit_code == 0
    assert (found := person()) is not None
    assert found.disabled
    assert run("user", "enable", "ola").exit_code == 0
    assert (found := person()) is not None
    assert not found.disabled
    assert run("user", "remove", "ola").exit_code == 0
    assert person() is None


def test_a_user_without_login_is_let_in_by_their_first_password(run: Run, database: Database) -> None:
    assert "does not sign in" in run(*OLA, "--no-login").output
    assert "give a password or --no-login" in run(*OLA, "--no-login", "--password", "x").output
    assert "ola has no password yet" in run("user", "enable", "ola").output

    assert run("user", "passwd", "ola", "--password", "x").exit_code == 0

    with database.read() as uow:
        found = people.by_login(uow, "ola")
    assert found is not None
    assert not found.disabled


def test_a_user_chooses_where_to_read_the_answers(run: Run, database: Database) -> None:
    run(*OLA, "--password", "x")

    result = run("user", "roster", "ola", "all")

    assert result.output == "ola reads the answers in the description of appointments and tasks that they hand out.\n"
    with database.read() as uow:
        assert (found := people.by_login(uow, "ola")) is not None
    assert found.roster is Rosters.ALL


def test_whoever_leaves_hands_over_or_calls_off_what_is_ahead(run: Run) -> None:
    run(*OLA, "--password", "x")
    run("user", "add", "per", "--email", "per@byggbo.example", "--name", "Per Dahl", "--password", "x")

    assert_sentence(run("user", "remove", "ola", "--cancel", "--hand-over-to", "per"), "not both")
    assert_sentence(run("user", "remove", "ola", "--hand-over-to", "ola"), "somebody else")
    assert_sentence(run("user", "remove", "ola", "--hand-over-to", "ukjent"), "there is no user ukjent")
    assert run("user", "remove", "ola", "--hand-over-to", "per").output.startswith("0 handed over to per.\n")
    assert run("user", "remove", "per", "--cancel", "--decline").output.startswith("0 called off.\n0 declined.\n")


def test_one_more_address_names_a_user_too(run: Run) -> None:
    run(*OLA, "--password", "x")

    assert (
        run("user", "alias", "ola", "sjefen@byggbo.example").output == "sjefen@byggbo.example is ola's address too.\n"
    )
    assert_sentence(run("user", "alias", "ola", "sjefen@byggbo.example"), "is the address of ola already")


@pytest.mark.parametrize(
    ("verb", "more"),
    [("passwd", ("--password", "x")), ("disable", ()), ("enable", ()), ("remove", ()), ("roster", ("all",))],
)
@pytest.mark.usefixtures("database")
def test_nobody_can_be_changed_who_is_not_there(verb: str, more: tuple[str, ...], run: Run) -> None:
    assert_sentence(run("user", verb, "ukjent", *more), "there is no user ukjent")


def test_contact_add_makes_a_contact(run: Run, database: Database) -> None:
    result = run("contact", "add", "--name", "Berit Kunde", "--email", "Berit@kunde.example", "--mobile", "+47 1")

    assert result.exit_code == 0
    with database.read() as uow:
        (berit,) = contacts.everybody(uow)
    assert (berit.name, berit.email, berit.mobile) == ("Berit Kunde", "berit@kunde.example", "+47 1")
    assert berit.language == "nb"


def test_a_contact_with_a_bad_address_is_refused(run: Run) -> None:
    assert_sentence(run("contact", "add", "--name", "Berit", "--email", "berit"), "berit")


def put_meeting(database: Database, text: bytes = MEETING, smtp_url: str | None = None) -> None:
    """Let Ola invite somebody, Nina if nothing is said."""
    with database.write() as uow:
        ola = people.by_login(uow, "ola")
        assert ola is not None
        place = calendars.at(uow, ola.id, EVENTS)
        assert place is not None
        scene = Scene(Settings(smtp_url=smtp_url), NOW)
        entries.put(uow, ola, place, "m.ics", text, condition=Condition(), scene=scene)


def test_reindex_makes_anew_what_the_columns_say(run: Run, database: Database) -> None:
    run(*OLA, "--password", "x")
    put_meeting(database)
    with database.write() as uow:
        uow.connection.execute(entry.update().values(summary="?", span_start=None, span_end=None))
        uow.connection.execute(reading.update().values(span_start=None, span_end=None))

    result = run("reindex")

    assert result.exit_code == 0
    assert result.stdout == "1 entry is indexed.\n"
    with database.read() as uow:
        found = uow.connection.execute(entry.select()).one()
        held = uow.connection.execute(reading.select()).one()
    start = datetime(2026, 10, 8, 8, tzinfo=UTC)
    assert (found.summary, found.span_start) == ("Befaring", start)
    assert held.span_start == start


def test_reindex_passes_over_words_that_it_cannot_read(run: Run, database: Database) -> None:
    run(*OLA, "--password", "x")
    put_meeting(database)
    with database.write() as uow:
        uow.connection.execute(entry.update().values(words=b"BEGIN:VCALENDAR"))

    result = run("reindex")

    assert result.exit_code == 0
    assert "meeting-1" in result.stderr


def test_explain_tells_who_has_an_entry_and_what_they_said(run: Run, database: Database) -> None:
    run(*OLA, "--password", "x")
    run("user", "add", "nina", "--email", "nina@byggbo.example", "--name", "Nina Lund", "--password", "x")
    put_meeting(database)

    text = run("explain", "meeting-1").stdout

    assert "VEVENT 'Befaring'" in text
    assert "organizer ola@byggbo.example" in text
    assert "/dav/ola/calendar/m.ics" in text
    assert "/dav/nina/calendar/" in text
    assert "nina@byggbo.example NEEDS-ACTION" in text


@pytest.mark.usefixtures("database")
def test_explain_says_when_there_is_nothing_to_explain(run: Run) -> None:
    assert_sentence(run("explain", "ukjent"), "ukjent")


def test_mail_status_counts_what_waits_and_names_the_last_ones(run: Run, database: Database) -> None:
    run(*OLA, "--password", "x")
    put_meeting(database, MEETING.replace(b"nina@byggbo", b"berit@kunde"), "smtp://127.0.0.1:1")

    lines = run("mail", "status").stdout.splitlines()

    assert lines[0].startswith("1 pending")
    assert "REQUEST" in lines[1]
    assert "berit@kunde.example" in lines[1]


@pytest.mark.parametrize("command", [("explain", "x"), ("mail", "status")])
def test_looking_makes_no_database(command: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    assert_sentence(run(*command), "db upgrade")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", [("db", "upgrade"), ("serve",), ("worker",), (*OLA, "--password", "x")])
def test_a_wrong_setting_stops_every_command(
    command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISTRIB_PORT", "http")

    assert_sentence(run(*command), "DISTRIB_PORT is wrong")


def test_a_database_that_cannot_be_reached_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://ola:hemmelig@127.0.0.1:{free_port()}/distrib"
    monkeypatch.setenv("DISTRIB_DATABASE_URL", url)

    result = run("db", "upgrade")

    assert_sentence(result, "database")
    assert "hemmelig" not in result.output


def test_a_mistake_of_ours_is_a_sentence_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("gateway.cli.load", broken)

    assert_sentence(run("db", "upgrade"), "mistake of ours", "ZeroDivisionError")
