# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `distrib`: each subcommand says what it has done, or in one sentence what is wrong."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from gateway import log
from gateway.auth.passwords import hashed
from gateway.config import Settings, load
from gateway.doctor import Level, diagnose
from gateway.errors import DatabaseError, GatewayError, NotFound
from gateway.model import Contact, Person, Rosters
from gateway.moving.commands import COMMANDS
from gateway.opening import open_database, prepared
from gateway.services import people, reindex
from gateway.services.explain import explain
from gateway.services.people import LANGUAGES
from gateway.store import contacts, outbox
from gateway.store.people import by_login
from gateway.store.unit import Database, UnitOfWork
from ical.address import mailbox, of_mailbox

_COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.WRONG: "red"}
_SHOWN_MAILS = 20


class _Sentences(click.Group):
    """A group whose commands fail with a sentence on stderr, never with a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            raise click.ClickException(str(error)) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            sys.stderr.close()  # whoever read our output has had enough
            raise click.exceptions.Exit(1) from None
        except Exception as error:
            raise click.ClickException(f"this is a mistake of ours: {type(error).__name__}: {error}") from error


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="distrib", prog_name="distrib")
def main() -> None:
    """Appointments and tasks for everybody, in the calendar program they already use.

    Settings come from distrib.toml (or the file that DISTRIB_CONFIG names) and from DISTRIB_* variables.
    """


@main.command("serve")
@click.option("--demo", is_flag=True, help="Fill an empty database with the demo company; loopback only.")
@click.option("--host", help="Listen on this name or address instead of the configured one.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port instead of the configured one.")
def _serve(demo: bool, host: str | None, port: int | None) -> None:  # noqa: FBT001 - click passes it by name
    """Answer calendar programs and browsers, and run the worker unless DISTRIB_WORKER is off."""
    from gateway.main import serve  # noqa: PLC0415 - half a second, which no other command needs

    settings = load(demo=demo, host=host, port=port)
    log.set_up()
    serve(settings, click.echo)


@main.command("worker")
def _worker() -> None:
    """Send and receive mail, without answering HTTP."""
    from gateway.main import work  # noqa: PLC0415 - half a second, which no other command needs

    settings = load()
    log.set_up()
    work(settings)


@main.group("db")
def _db() -> None:
    """Look after the database."""


@_db.command("upgrade")
def _db_upgrade() -> None:
    """Make the tables, or bring them up to this version."""
    with prepared(load()) as database:
        click.echo(f"{database.name} is up to date.")


@main.group("user")
def _user() -> None:
    """Look after colleagues: those who can sign in."""


def _asks_for_password(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--password", help="The password, for scripts: others on this machine may see it."),
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
    )
    for option in options:
        command = option(command)
    return command


@_user.command("add")
@click.argument("login")
@click.option("--email", "emails", multiple=True, required=True, help="An address; the first is the primary one.")
@click.option("--name", required=True, help="The name, as colleagues know it.")
@click.option("--language", type=click.Choice(LANGUAGES), default=None, help="As configured if not given.")
@click.option("--timezone", default="Europe/Oslo", show_default=True, help="Where times without a zone are meant.")
@_asks_for_password
def _user_add(
    *,
    login: str,
    emails: tuple[str, ...],
    name: str,
    language: str | None,
    timezone: str,
    password: str | None,
    password_stdin: bool,
) -> None:
    """Add a colleague, and the calendars in which invitations arrive."""
    settings = load()
    stored = hashed(_password(password, from_stdin=password_stdin))
    with _writing(settings) as uow:
        person = people.add_person(
            uow,
            login=login,
            name=name,
            emails=emails,
            password_hash=stored,
            language=language or settings.language,
            timezone=timezone,
        )
    click.echo(f"{person.name} signs in as {person.login}; their calendars are at {settings.public_url}/dav/.")


@_user.command("passwd")
@click.argument("login")
@_asks_for_password
def _user_passwd(*, login: str, password: str | None, password_stdin: bool) -> None:
    """Change a colleague's password; the old one is worth nothing from this moment."""
    settings = load()
    with _reading(settings) as uow:
        if by_login(uow, login.strip().lower()) is None:
            raise NotFound(f"there is no user {login}")
    stored = hashed(_password(password, from_stdin=password_stdin))
    with _writing(settings) as uow:
        person = people.set_password(uow, login, stored)
    click.echo(f"{person.login} has a new password.")


@_user.command("disable")
@click.argument("login")
def _user_disable(login: str) -> None:
    """Let a colleague sign in no more, for a while; invitations go on to arrive."""
    _changed(people.disable, login, "cannot sign in any more")


@_user.command("enable")
@click.argument("login")
def _user_enable(login: str) -> None:
    """Let a colleague sign in again."""
    _changed(people.enable, login, "can sign in again")


@_user.command("roster")
@click.argument("login")
@click.argument("of", type=click.Choice([one.value for one in Rosters]))
def _user_roster(login: str, of: str) -> None:
    """Show a colleague who has answered what, in the description of tasks, all or none of what they hand out."""
    with _writing(load()) as uow:
        person = people.set_roster(uow, login, Rosters(of))
    where = {Rosters.TASKS: "tasks", Rosters.ALL: "appointments and tasks", Rosters.NONE: "nothing"}[Rosters(of)]
    click.echo(f"{person.login} reads the answers in the description of {where} that they hand out.")


@_user.command("remove")
@click.argument("login")
def _user_remove(login: str) -> None:
    """Let a colleague leave; what they organized stays with those who were invited."""
    with _writing(load()) as uow:
        person = people.remove(uow, login, _now())
    click.echo(f"{person.name} ({person.login}) has left.")


@main.group("contact")
def _contact() -> None:
    """Look after people outside the company."""


@_contact.command("add")
@click.option("--name", required=True)
@click.option("--email", help="Where invitations are mailed; without it they cannot be.")
@click.option("--mobile")
@click.option("--company")
@click.option("--language", type=click.Choice(LANGUAGES), default=None, help="As configured if not given.")
def _contact_add(
    *, name: str, email: str | None, mobile: str | None, company: str | None, language: str | None
) -> None:
    """Add somebody who is invited by mail, and in which language."""
    if email is not None and mailbox(of_mailbox(email)) is None:
        raise click.BadParameter(f"{email[:80]!r} is no e-mail address", param_hint="--email")
    settings = load()
    contact = Contact(name, email=email, mobile=mobile, company=company, language=language or settings.language)
    with _writing(settings) as uow:
        contacts.add(uow, contact)
    click.echo(f"{name} is a contact now.")


@main.command("reindex")
def _reindex() -> None:
    """Make anew what is looked up by time and title, from what was written."""
    done = 0
    with prepared(load()) as database:
        for progress in reindex.reindex(database):
            done = progress.done
            for uid in progress.unreadable:
                click.echo(f"The words of {uid} cannot be read; nothing was changed for it.", err=True)
    click.echo(f"{done} entries are indexed.")


@main.command("explain")
@click.argument("uid")
def _tell(uid: str) -> None:
    """Tell what is known of the entry with this UID: who has it, what they answered, what was decided and why."""
    with _reading(load()) as uow:
        lines = explain(uow, uid)
    if not lines:
        raise click.ClickException(f"there is no entry with the UID {uid}")
    click.echo("\n".join(lines))


@main.group("mail")
def _mail() -> None:
    """Look after mail."""


@_mail.command("status")
def _mail_status() -> None:
    """Tell how many mails wait, and what became of the last ones."""
    with _reading(load()) as uow:
        counts, recent = outbox.counts(uow), outbox.recent(uow, _SHOWN_MAILS)
    click.echo(", ".join(f"{number} {state}" for state, number in counts.items()))
    for mail in recent:
        when = mail.sent_at or mail.due_at
        facts = f"{when:%Y-%m-%d %H:%M} UTC  {mail.state:<8} {mail.method:<8} {mailbox(mail.address) or mail.address}"
        click.echo(f"{facts}  {mail.response or ''}".rstrip())


@main.command("doctor")
def _doctor() -> None:
    """Look for what is wrong with this installation, and say what to do."""
    worst = Level.OK
    for finding in diagnose(load(), _now()):
        mark = click.style(f"{finding.level:<8}", fg=_COLOURS[finding.level])
        click.echo(f"{mark} {finding.subject}: {finding.text}")
        worst = finding.level if finding.level is Level.WRONG else worst
    if worst is Level.WRONG:
        raise click.exceptions.Exit(1)


for _command in COMMANDS:
    main.add_command(_command)


def _now() -> datetime:
    return datetime.now(UTC)


def _password(given: str | None, *, from_stdin: bool) -> str:
    """The password by one of the three ways; never an empty one."""
    if given is not None and from_stdin:
        raise click.UsageError("give --password or --password-stdin, not both")
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    if given is None:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True, type=str)
    if not given:
        raise click.UsageError("the password is empty")
    return given


def _changed(change: Callable[[UnitOfWork, str], Person], login: str, what: str) -> None:
    with _writing(load()) as uow:
        person = change(uow, login)
    click.echo(f"{person.login} {what}.")


@contextmanager
def _writing(settings: Settings) -> Iterator[UnitOfWork]:
    """A transaction on a database whose tables are as they must be."""
    with prepared(settings) as database, database.write() as uow:
        yield uow


@contextmanager
def _reading(settings: Settings) -> Iterator[UnitOfWork]:
    """A look at the database as it is: looking makes no tables."""
    file = settings.sqlite_file
    if file is not None and not file.exists():
        raise DatabaseError(f"there is no database {file} yet: `distrib serve` or `distrib db upgrade` makes it")
    database: Database = open_database(settings)
    try:
        with database.read() as uow:
            yield uow
    finally:
        database.close()
