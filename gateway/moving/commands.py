# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib import` and `distrib export`: calendars come from another server, and go to one."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from gateway.config import load
from gateway.errors import NotFound
from gateway.moving import exporting
from gateway.moving.importing import Report, Tell, Wanted, Write, move_in
from gateway.numbers import counted
from gateway.opening import prepared
from gateway.services.move_notes import Kind
from gateway.store.people import by_login, everybody

SHOWN = 30
"""Sentences of a kind that are printed where a report is not asked for; refusals are all printed."""
_WORDS = {Kind.REFUSED: "not taken", Kind.LOST: "lost", Kind.SKIPPED: "left out"}


def _mapping(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in value:
        old, equals, new = one.partition("=")
        if not (old and equals and new):
            raise click.BadParameter(f"{one!r} is not OLD=NEW")
        found[old.strip("/")] = new.strip("/")
    return found


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…")
@click.option("--person", metavar="LOGIN", help="It is this person's; of several people's folders only theirs.")
@click.option("--calendar", metavar="SLUG", help="Everything goes into this calendar, which is made where it is not.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_mapping,
    metavar="OLD=NEW",
    help="A login is another one here, or LOGIN/CALENDAR is LOGIN/CALENDAR; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Do all of it, and store nothing.")
@click.option(
    "--report", type=click.File("a", encoding="utf-8", lazy=False), help="Write all sentences to a file, behind others."
)
def import_(
    *,
    paths: tuple[Path, ...],
    person: str | None,
    calendar: str | None,
    mapping: Mapping[str, str],
    dry_run: bool,
    report: TextIO | None,
) -> None:
    """Bring in calendars: a Radicale folder, a folder with one for each login, or .ics files of one person.

    What several people have copies of becomes one entry again. Nobody is told of it. It may be ended and begun anew;
    what was brought in once is not brought in again.
    """
    if calendar is not None and person is None:
        raise click.UsageError("say with --person whose calendar it is")
    settings = load()
    wanted = Wanted(paths, person, calendar, mapping, dry_run)
    with prepared(settings) as database, _progress() as tell:
        found = move_in(database, settings, wanted, lambda: datetime.now(UTC), tell, _writing(report, wanted))
    _show(found, report, is_rehearsal=dry_run)
    if found.count(Kind.REFUSED):
        raise click.exceptions.Exit(1)


@click.command("export")
@click.argument("logins", nargs=-1, metavar="LOGIN…")
@click.option("--all", "is_all", is_flag=True, help="Of everybody.")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER")
@click.option("--ics", is_flag=True, help="One .ics file for each calendar, instead of a folder as Radicale has it.")
def export(*, logins: tuple[str, ...], is_all: bool, target: Path, ics: bool) -> None:
    """Write what people read into FOLDER, so that it can be imported again, or served by a stock Radicale."""
    if bool(logins) == is_all:
        raise click.UsageError("name the people, or say --all")
    write = exporting.write_exports if ics else exporting.write_radicale
    with prepared(load()) as database, database.read() as uow:
        people = list(everybody(uow)) if is_all else [by_login(uow, login.strip().lower()) for login in logins]
        missing = [login for login, found in zip(logins, people, strict=False) if found is None]
        if missing:
            raise NotFound(f"there is no user {missing[0]}")
        for person in filter(None, people):
            found = counted(write(uow, person, target), "entry is", "entries are")
            click.echo(f"{person.login}: {found} in {target}.")


def _writing(report: TextIO | None, wanted: Wanted) -> Write:
    """Give what writes each note at once: a run that is killed has told of what it stored."""

    def write(line: object) -> None:
        if report is not None:
            report.write(f"{line}\n")
            report.flush()

    what = "dry run" if wanted.is_rehearsal else "import"
    write(f"{what}: {', '.join(map(str, wanted.paths))}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    return lambda note: write(f"{note.kind}: {note}")


def _show(found: Report, report: TextIO | None, *, is_rehearsal: bool) -> None:
    for kind in Kind:
        notes = [note for note in found.notes if note.kind is kind]
        most = len(notes) if kind is Kind.REFUSED else SHOWN
        for note in notes[:most]:
            click.echo(str(note), err=kind is Kind.REFUSED)
        if len(notes) > most:
            where = f"{report.name} has them" if report is not None else "--report FILE tells them"
            click.echo(f"… and {len(notes) - most} more that are {_WORDS[kind]}: {where}.")
    done = "would be brought in" if is_rehearsal else "was brought in" if found.taken == 1 else "were brought in"
    again = f", {found.known} had been before" if found.known else ""
    click.echo(
        f"{found.taken} of {counted(found.copies, 'copy', 'copies')} {done}{again}: "
        f"{counted(found.entries, 'entry', 'entries')} of {counted(found.people, 'person', 'people')}, "
        f"in {counted(found.files, 'file', 'files')}. "
        f"{counted(found.count(Kind.LOST), 'difference is', 'differences are')} lost, "
        f"{found.count(Kind.REFUSED)} refused, {found.count(Kind.SKIPPED)} left out."
    )


@contextmanager
def _progress() -> Iterator[Tell]:
    """Show on a terminal how far it has come."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _all: None
        return

    def tell(what: str, done: int, of: int) -> None:
        click.echo(f"\r\x1b[K{what}: {done} of {of}", err=True, nl=False)

    yield tell
    click.echo("\r\x1b[K", err=True, nl=False)


COMMANDS: tuple[click.Command, ...] = (import_, export)
