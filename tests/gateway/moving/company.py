# SPDX-License-Identifier: GPL-3.0-or-later
"""A company on a stock Radicale, as files, and the one that it moves to."""

import json
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import delete

from gateway.cli import main
from gateway.config import Settings
from gateway.model import Condition
from gateway.moving.sources import COLOUR
from gateway.services import entries, explain, views
from gateway.services.scene import Scene
from gateway.store import calendars, people, schema
from gateway.store.unit import Database
from ical.address import of_mailbox
from tests.gateway.services import texts
from tests.gateway.services.texts import KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import NOW

STAFF = {"kari": (KARI,), "ola": (OLA,), "per": (PER, PER_TOO), "nina": (NINA,)}


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as somebody reads it."""

    slug: str
    href: str
    text: bytes


class House:
    """The company that is moved to: the command, and what people read after it."""

    def __init__(self, database: Database, env: dict[str, str]) -> None:
        self.database, self._env = database, env
        with database.write() as uow:
            for login, boxes in STAFF.items():
                addresses = [of_mailbox(box) for box in boxes]
                people.add(uow, login, login.title(), addresses, None, "nb", "Europe/Oslo")

    def run(self, *arguments: str | Path) -> Result:
        """Run `distrib` with these arguments."""
        return CliRunner().invoke(main, [str(a) for a in arguments], env=self._env, prog_name="distrib")

    def move_in(self, *arguments: str | Path) -> Result:
        """Run `distrib import`, which must take everything."""
        result = self.run("import", *arguments)
        assert result.exit_code == 0, result.output
        return result

    def seen(self, login: str) -> dict[str, Seen]:
        """Give all that somebody reads, by UID."""
        found = {}
        with self.database.read() as uow:
            person = people.by_login(uow, login)
            assert person is not None
            for calendar in calendars.of_person(uow, person.id):
                if calendar.kind != "inbox":
                    for one in views.read_many(uow, person, calendar):
                        found[one.uid] = Seen(calendar.slug, one.href, one.text)
        return found

    def text(self, login: str, uid: str = "u") -> bytes:
        """Give what somebody reads of *uid*."""
        return self.seen(login)[uid].text

    def said(self, uid: str = "u") -> dict[str, str]:
        """Give everybody's answer, as the organizer reads it."""
        return texts.people(self.text("kari", uid))

    def inbox(self, login: str) -> int:
        """Give how many messages somebody has."""
        with self.database.read() as uow:
            person = people.by_login(uow, login)
            assert person is not None
            return len(list(views.read_inbox(uow, person)))

    def revisions(self) -> dict[tuple[int, str], int]:
        """Give how far every calendar has come."""
        with self.database.read() as uow:
            found = calendars.of_people(uow, [p.id for p in people.everybody(uow)])
            return {(c.person_id, c.slug): c.revision for c in found}

    def named(self, login: str, slug: str) -> tuple[str, set[str], str | None]:
        """Give name, kinds and colour of somebody's calendar."""
        with self.database.read() as uow:
            person = people.by_login(uow, login)
            found = calendars.at(uow, person.id, slug) if person is not None else None
            assert found is not None
            return found.name, {kind.value for kind in found.kinds}, found.props.get(COLOUR)

    def delete(self, login: str, uid: str) -> None:
        """Let somebody delete what they have of *uid*."""
        seen = self.seen(login)[uid]
        with self.database.write() as uow:
            person = people.by_login(uow, login)
            calendar = calendars.at(uow, person.id, seen.slug) if person is not None else None
            assert person is not None
            assert calendar is not None
            scene = Scene(Settings(data_dir=Path("/nonexistent")), NOW)
            entries.delete(uow, person, calendar, seen.href, condition=Condition(), scene=scene)

    def explained(self, uid: str = "u") -> str:
        """Give what `distrib explain` says."""
        with self.database.read() as uow:
            return "\n".join(explain.explain(uow, uid))


class Radicale:
    """A stock Radicale's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collection(self, login: str, name: str = "calendar", **props: str) -> Path:
        """Make a collection, and give its folder."""
        place = self.folder / "collection-root" / login / name
        place.mkdir(parents=True, exist_ok=True)
        said = {"tag": "VCALENDAR", **props}
        (place / ".Radicale.props").write_text(json.dumps(said), encoding="utf-8")
        return place

    def put(self, login: str, text: bytes, href: str = "x.ics", name: str = "calendar") -> None:
        """Store an object as it was uploaded."""
        place = self.folder / "collection-root" / login / name
        if not place.is_dir():
            self.collection(login, name)
        (place / href).write_bytes(text)


def emptied(database: Database) -> None:
    """Take all away but the people: as if they had a new server."""
    with database.write() as uow:
        for table in (schema.entry, schema.moved, schema.change):
            uow.connection.execute(delete(table))
        made = schema.calendar.c.slug.not_in(("calendar", "tasks", "inbox"))
        uow.connection.execute(delete(schema.calendar).where(made))
