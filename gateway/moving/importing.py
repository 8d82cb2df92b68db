# SPDX-License-Identifier: GPL-3.0-or-later
"""A move: calendars are found in files, indexed by UID, and brought in, a transaction for each few entries.

It may end at any time, and be begun anew: what was brought in stays, and is not brought in again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from sqlalchemy.exc import IntegrityError

from gateway.config import Settings
from gateway.errors import DatabaseError, GatewayError, Overtaken, Refused
from gateway.model import Calendar, PersonId
from gateway.moving.index import Held, Index, held, scanned
from gateway.moving.sources import Shelf, Skipped, shelves
from gateway.moving.targets import Calendars, Staff, Target
from gateway.numbers import counted
from gateway.services.move_notes import Copied, Kind, Note
from gateway.services.moving import bring_in
from gateway.services.scene import Scene
from gateway.store import people
from gateway.store.unit import Database
from ical.errors import IcalError
from ical.streams import Whole
from ical.text import unescape

GROUPS = 50
"""UIDs in one transaction: others must be able to write in between."""
SIZE = 4 * 1024 * 1024
"""Bytes of texts in one transaction."""
PAUSE = 0.01
"""Seconds in which others may write, after each transaction."""
TRIES = 3

Tell = Callable[[str, int, int], object]
"""Is told what is done, how much of it, and of how much."""


Write = Callable[[Note], object]
"""Writes down what an administrator is to know."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator asks for."""

    paths: Sequence[Path]
    person: str | None = None
    calendar: str | None = None
    """Everything goes into this calendar."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    is_rehearsal: bool = False
    """Nothing is stored."""


@dataclass(slots=True)
class Report:
    """What came of a move."""

    notes: list[Note] = field(default_factory=list)
    files: int = 0
    people: int = 0
    copies: int = 0
    entries: int = 0
    taken: int = 0
    known: int = 0

    def count(self, kind: Kind) -> int:
        """How many notes are of this kind."""
        return sum(note.kind is kind for note in self.notes)


def move_in(
    database: Database, settings: Settings, wanted: Wanted, now: Callable[[], datetime], tell: Tell, write: Write
) -> Report:
    """Bring in what is *wanted*, and report it: each note is written down before what it is about is stored."""
    return _Move(database, settings, wanted, now, tell, write).run()


class _Undone(Exception):
    """What was done in a transaction is not to be stored."""


class _Move:
    """One run."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        wanted: Wanted,
        now: Callable[[], datetime],
        tell: Tell,
        write: Write,
    ) -> None:
        self._database, self._settings, self._wanted = database, settings, wanted
        self._now, self._tell, self._write_down = now, tell, write
        self._report, self._index = Report(), Index()
        self._calendars: dict[tuple[PersonId, str], Calendar] = {}
        self._elsewhere: Counter[str] = Counter()
        self._unknown: set[str] = set()
        with database.read() as uow:
            self._staff = Staff(people.everybody(uow), wanted.mapping)

    def run(self) -> Report:
        """Do all of it."""
        self._find()
        self._bring()
        report = self._report
        report.copies, report.entries = self._index.copies, len(self._index.groups)
        for sentence, number in sorted(self._elsewhere.items()):
            self._note(Kind.LOST, sentence.format(number=number))
        return report

    def _note(self, kind: Kind, text: str) -> None:
        note = Note(kind, text)
        self._report.notes.append(note)
        self._write_down(note)

    def _find(self) -> None:
        """Pass one: index everything."""
        found = [(shelf, file) for shelf in self._shelves() for file in shelf.files]
        for number, (shelf, file) in enumerate(found):
            self._tell("looking", number, len(found))
            self._scan(shelf, file)
        self._report.files = len(found)

    def _shelves(self) -> Iterator[Shelf]:
        owners: set[PersonId] = set()
        for path in self._wanted.paths:
            for shelf in self._found(path):
                if isinstance(shelf, Skipped):
                    kind = Kind.REFUSED if shelf.path == path else Kind.SKIPPED
                    self._note(kind, f"{shelf.path} is left out: {shelf.why}.")
                    continue
                target = self._staff.target(shelf)
                if target is not None:
                    owners.add(target.person.id)
                    yield replace(shelf, slug=self._wanted.calendar) if self._wanted.calendar else shelf
                elif shelf.login not in self._unknown:
                    self._unknown.add(shelf.login)
                    self._note(Kind.REFUSED, _stranger(shelf.login, self._staff.login(shelf)))
        self._report.people = len(owners)

    def _found(self, path: Path) -> list[Shelf | Skipped]:
        try:
            return list(shelves(path, self._wanted.person))
        except OSError as error:
            self._note(Kind.REFUSED, f"{error.filename or path} cannot be read: {error.strerror}.")
            return []

    def _scan(self, shelf: Shelf, file: Path) -> None:
        try:
            wholes = scanned(file)
            target = self._target(shelf, file, wholes)
            for uid, copy in held(file, target, wholes) if target is not None else ():
                self._index.add(uid, copy)
        except (IcalError, Refused) as error:
            self._note(Kind.REFUSED, f"{file} was not taken: {error}.")
            return
        if nameless := sum(whole.nameless for whole in wholes):
            self._note(Kind.REFUSED, _nameless(file, nameless))
        for kind in sorted({kind for whole in wholes for kind in whole.others}):
            self._note(Kind.SKIPPED, f"{file}: what is a {kind} is left out.")

    def _target(self, shelf: Shelf, file: Path, wholes: Sequence[Whole]) -> Target | None:
        """Give where the entries of a file go: an export is a calendar of its own."""
        name = next((whole.name for whole in wholes if whole.name), None)
        several = sum(len(whole.entries) for whole in wholes) > 1
        if not shelf.is_export or self._wanted.calendar or not (name or several):
            return self._staff.target(shelf)
        target = self._staff.target(shelf, file.stem)
        return target if target is None or name is None else replace(target, name=unescape(name))

    def _bring(self) -> None:
        """Pass two: read the texts again, those of each UID together."""
        done = 0
        for batch in self._index.batches(GROUPS, SIZE):
            texts = [[(copy, text) for copy in group if (text := self._text(copy)) is not None] for group in batch]
            self._write(texts)
            done += sum(map(len, batch))
            self._tell("bringing in", done, self._index.copies)

    def _text(self, copy: Held) -> bytes | None:
        try:
            return copy.text(self._settings.max_resource_size)
        except (IcalError, Refused) as error:
            self._note(Kind.REFUSED, f"{_where(copy)} was not taken: {error}.")
            return None

    def _write(self, texts: Sequence[Sequence[tuple[Held, bytes]]]) -> None:
        for number in range(TRIES):
            try:
                self._write_once(texts)
            except (IntegrityError, Overtaken):
                if number == TRIES - 1:
                    raise
            else:
                return

    def _write_once(self, texts: Sequence[Sequence[tuple[Held, bytes]]]) -> None:
        known = {} if self._wanted.is_rehearsal else dict(self._calendars)
        try:
            with self._database.write() as uow:
                elsewhere: Counter[str] = Counter()
                notes: list[Note] = []
                shelf = Calendars(uow, known)
                groups = [list(self._copied(group, shelf, elsewhere, notes)) for group in texts]
                scene = Scene(self._settings, self._now())
                brought = bring_in(uow, groups, self._staff.by_address, scene)
                for note in (*notes, *brought.notes):
                    self._write_down(note)
                if self._wanted.is_rehearsal:
                    _undo()
        except _Undone:
            pass
        self._calendars |= {} if self._wanted.is_rehearsal else known
        self._elsewhere += elsewhere
        self._report.notes += [*notes, *brought.notes]
        self._report.taken += brought.taken
        self._report.known += brought.known
        time.sleep(PAUSE)

    def _copied(
        self, group: Sequence[tuple[Held, bytes]], shelf: Calendars, elsewhere: Counter[str], notes: list[Note]
    ) -> Iterator[Copied]:
        for copy, text in group:
            try:
                calendar, is_there = shelf.of(copy.target, copy.kind)
            except GatewayError as error:
                if isinstance(error, DatabaseError):
                    raise
                notes.append(Note(Kind.REFUSED, f"{_where(copy)} was not taken: {error}."))
                continue
            if not is_there:
                sentence = f"{copy.target.path} takes no {copy.kind}: {{number}} went to {calendar.slug}."
                elsewhere[sentence] += 1
            yield Copied(copy.target.person, calendar, copy.href, text, _where(copy))


def _undo() -> NoReturn:
    raise _Undone


def _where(copy: Held) -> str:
    return str(copy.file) if copy.whole is None else f"{copy.file} ({copy.href.removesuffix('.ics')})"


def _nameless(file: Path, number: int) -> str:
    return f"{file}: {counted(number, 'entry was', 'entries were')} not taken, for want of a UID."


def _stranger(login: str, here: str) -> str:
    if here != login:
        return f"Nobody here signs in as {here}, so nothing of {login} was taken."
    mail = login if "@" in login else f"{login}@…"
    return (
        f"Nobody here signs in as {login}, so nothing of theirs was taken: make them first "
        f"(distrib user add {login.partition('@')[0]} --email {mail} --name …), or say who it is (--map {login}=LOGIN)."
    )
