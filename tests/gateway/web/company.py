# SPDX-License-Identifier: GPL-3.0-or-later
"""A small company with a contact, its pages, and the links in its mail: what the tests of the pages begin with."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.config import Settings
from gateway.model import EVENTS, TASKS, Condition, Contact, Person
from gateway.opening import Service, verifier
from gateway.services import entries, views
from gateway.services.scene import Scene
from gateway.store import calendars, contacts, outbox, people
from gateway.store.unit import Database
from gateway.web import CatchAll, News, routes
from gateway.worker.letters import envelope_of
from ical.address import of_mailbox
from mail.addresses import Mailboxes
from mail.compose import House

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERIT = "berit@kunde.example"
SUMMARY = "Prosjektmøte: Hus 14"
PEOPLE = (
    "ORGANIZER;CN=Kari Nordmann:mailto:kari@byggbo.example",
    "ATTENDEE;CN=Kari Nordmann;PARTSTAT=ACCEPTED:mailto:kari@byggbo.example",
    f"ATTENDEE;CN=Berit Kunde;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{BERIT}",
)
MEETING = (
    "DTSTART:20261130T080000Z",
    "DTEND:20261130T093000Z",
    "LOCATION:Møterom 2\\, Storgata 1",
    "DESCRIPTION:Ta med målene.\\nVi blir ferdige i tide.",
)


def service_of(database: Database, settings: Settings) -> Service:
    """Give what pages work with."""
    return Service(settings, database, verifier(database))


@dataclass
class Company:
    """Kari, who invites; Berit, who is asked by mail; and the pages between them."""

    database: Database
    directory: Path
    public_url: str = "http://testserver"
    now: datetime = NOW
    settings: Settings = field(init=False)
    catch_all: CatchAll = field(init=False)
    kari: Person = field(init=False)
    web: TestClient = field(init=False)

    @property
    def service(self) -> Service:
        """Give what the pages work with."""
        return service_of(self.database, self.settings)

    def clock(self) -> datetime:
        """Give the time that it is for the pages."""
        return self.now

    def __post_init__(self) -> None:
        self.settings = Settings(demo=True, data_dir=self.directory, public_url=self.public_url)
        self.catch_all = CatchAll(self.directory / "demo-mail")
        with self.database.write() as uow:
            self.kari = people.add(
                uow, "kari", "Kari Nordmann", [of_mailbox("kari@byggbo.example")], None, "nb", "Europe/Oslo"
            )
            contacts.add(uow, Contact("Berit Kunde", email=BERIT, language="nb"))
        self.web = TestClient(
            Starlette(routes=routes(self.service, self.clock, self.catch_all, News(self.database, self.clock))),
            follow_redirects=False,
            headers={"Accept-Language": ""},
        )

    def invite(self, *lines: str, kind: str = "VEVENT", sequence: int = 0, summary: str = SUMMARY) -> str:
        """Let Kari invite Berit, or change what she invited to, and give the token of the link in Berit's mail."""
        self.put(
            *(PEOPLE if kind == "VEVENT" else (PEOPLE[0], PEOPLE[2])),
            *(lines or MEETING),
            kind=kind,
            sequence=sequence,
            summary=summary,
        )
        with self.database.read() as uow:
            return str(outbox.recent(uow, 1)[0].facts["link"])

    def put(self, *lines: str, kind: str = "VEVENT", sequence: int = 0, summary: str = SUMMARY) -> None:
        """Let Kari write an entry."""
        text = "\r\n".join(
            [
                *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", f"BEGIN:{kind}", "UID:invitation"),
                *(f"DTSTAMP:{self.now:%Y%m%dT%H%M%SZ}", f"SEQUENCE:{sequence}", f"SUMMARY:{summary}"),
                *lines,
                *(f"END:{kind}", "END:VCALENDAR", ""),
            ]
        )
        with self.database.write() as uow:
            calendar = calendars.at(uow, self.kari.id, TASKS if kind == "VTODO" else EVENTS)
            assert calendar is not None
            scene = Scene(self.settings, self.now)
            entries.put(uow, self.kari, calendar, "i.ics", text.encode(), condition=Condition(), scene=scene)

    def deliver(self) -> str:
        """Let the newest mail reach the catch-all, and give its name there."""
        with self.database.read() as uow:
            mail = outbox.recent(uow, 1)[0]
        envelope = envelope_of(mail, House(Mailboxes(self.settings.mail_from), self.settings.public_url))
        self.catch_all.send(envelope.data, envelope.sender, envelope.recipient)
        return next(iter(self.catch_all.listed())).name

    def cancel(self) -> None:
        """Let Kari delete the appointment."""
        with self.database.write() as uow:
            calendar = calendars.at(uow, self.kari.id, EVENTS)
            assert calendar is not None
            entries.delete(
                uow, self.kari, calendar, "i.ics", condition=Condition(), scene=Scene(self.settings, self.now)
            )

    def seen_by_kari(self, slug: str = EVENTS) -> str:
        """Give Kari's copy, unfolded."""
        with self.database.read() as uow:
            found = views.at(uow, self.kari, slug, "i.ics")
            assert found is not None
            return found.text.decode().replace("\r\n ", "")

    def berits_line(self, slug: str = EVENTS) -> str:
        """Give what Kari's copy says of Berit."""
        return next(line for line in self.seen_by_kari(slug).splitlines() if line.lower().endswith(BERIT))

    def answer(self, token: str, **fields: str) -> Response:
        """Open the page and send its form, with *fields* filled in."""
        page = self.web.get(f"/svar/{token}")
        return self.web.post(f"/svar/{token}", data={"merke": mark_of(page.text), **fields})

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


def mark_of(page: str) -> str:
    """Give the hidden mark of the form on *page*."""
    found = re.search(r'name="merke" value="([^"]+)"', page)
    assert found is not None
    return found[1]
