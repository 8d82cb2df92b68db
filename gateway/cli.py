# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `distrib`: each subcommand says what it has done, or in one sentence what is wrong."""

import sys
from datetime import UTC, datetime
from typing import Any

import click

from gateway import log, secretaries, staff, teams, wording
from gateway.config import load
from gateway.doctor import Level, diagnose
from gateway.errors import GatewayError
from gateway.moving import commands as moving
from gateway.numbers import counted
from gateway.opening import prepared, reading, writing
from gateway.services import invited, reindex
from gateway.services.arrivals import What
from gateway.services.explain import explain
from gateway.services.scene import Scene
from gateway.store import outbox, quarantine
from ical.address import mailbox
from ical.errors import IcalError

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


@main.command("reindex")
def _reindex() -> None:
    """Make anew what is looked up by time and title, from what was written."""
    done = 0
    with prepared(load()) as database:
        for progress in reindex.reindex(database):
            done = progress.done
            for uid in progress.unreadable:
                click.echo(f"The words of {uid} cannot be read; nothing was changed for it.", err=True)
    click.echo(f"{counted(done, 'entry is', 'entries are')} indexed.")


@main.command("explain")
@click.argument("uid")
def _tell(uid: str) -> None:
    """Tell what is known of the entry with this UID: who has it, what they answered, what was decided and why."""
    with reading(load()) as uow:
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
    with reading(load()) as uow:
        counts, recent = outbox.counts(uow), outbox.recent(uow, _SHOWN_MAILS)
    click.echo(", ".join(f"{number} {state}" for state, number in counts.items()))
    for mail in recent:
        when = mail.sent_at or mail.due_at
        facts = f"{when:%Y-%m-%d %H:%M} UTC  {mail.state:<8} {mail.method:<8} {mailbox(mail.address) or mail.address}"
        click.echo(f"{facts}  {mail.response or ''}".rstrip())


@_mail.command("quarantine")
def _quarantine() -> None:
    """List the invitations from outside that wait for an administrator."""
    with reading(load()) as uow:
        waiting = quarantine.listed(uow)
    for one in waiting:
        click.echo(
            f"{one.number}  {one.at:%Y-%m-%d %H:%M} UTC  {one.method} from {one.sender or 'nobody'} "
            f"to {one.login}: {one.summary!r}, UID {one.uid}; {one.why}"
        )
    if not waiting:
        click.echo("Nothing waits.")


@_mail.command("release")
@click.argument("number", type=int)
def _release(number: int) -> None:
    """Take an invitation that waits in the quarantine, all the same."""
    settings = load()
    with writing(settings) as uow:
        try:
            taken = invited.release(uow, number, Scene(settings, _now()))
        except IcalError as error:
            raise click.ClickException(f"it cannot be used: {error}") from error
    if taken is None:
        raise click.ClickException(f"nothing waits under the number {number}")
    click.echo(
        "It is in the calendar." if taken.what is What.INVITATION else f"It changes nothing. {taken.why}".rstrip()
    )


@_mail.command("drop")
@click.argument("number", type=int)
def _drop(number: int) -> None:
    """Forget an invitation that waits in the quarantine."""
    with writing(load()) as uow:
        if not quarantine.drop(uow, number):
            raise click.ClickException(f"nothing waits under the number {number}")
    click.echo("It is forgotten.")


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


for _command in (*staff.COMMANDS, *secretaries.COMMANDS, *teams.COMMANDS, *wording.COMMANDS, *moving.COMMANDS):
    main.add_command(_command)


def _now() -> datetime:
    return datetime.now(UTC)
