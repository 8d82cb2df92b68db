# SPDX-License-Identifier: GPL-3.0-or-later
"""A company whose gateway runs for real: people in browsers, people with calendar programs, one database."""

import base64
import http.client
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request

from gateway.auth.passwords import hashed
from gateway.config import Settings
from gateway.main import application
from gateway.model import Contact, Person
from gateway.opening import Service, verifier
from gateway.services import signing_in
from gateway.services.people import add_person
from gateway.store import contacts, people, readings
from gateway.store.unit import Database
from tests.browser.chromium import AXE
from tests.gateway.running import free_port, running

PASSWORD = "demo"
HASH = hashed(PASSWORD)
STAFF = {"kari": "Kari Nordmann", "ola": "Ola Berg", "per": "Per Dahl", "nina": "Nina Lund"}
BERIT, JON, SIRI = (
    Contact("Berit Kunde", email="berit@kunde.example", company="Kunde AS", language="nb"),
    Contact("Jon Uten", company="Uten AS", language="nb"),
    Contact("Siri Mobil", mobile="+47 999 99 999", company="Mobil AS", language="nb"),
)
SCREENS = {"desktop": (1280, 900), "phone": (390, 844), "narrow": (320, 800)}
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


def _now() -> datetime:
    return datetime.now(UTC)


def ahead(days: int = 7, hour: int = 9, minute: int = 0) -> datetime:
    """Give a time (UTC) on a day to come."""
    day = datetime.now(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


@dataclass
class Seat:
    """Somebody at a browser, and what went wrong there."""

    page: Page
    origin: str
    script: bool = True
    scheme: Literal["dark", "light"] = "light"
    faults: list[str] = field(default_factory=list)
    stays: bool = False
    """Asked whether to leave what is not sent, they stay."""
    asked: list[str] = field(default_factory=list)
    """What the browser asked."""

    def __post_init__(self) -> None:
        self.page.on("dialog", self._reply)
        self.page.on("console", lambda m: self.faults.append(f"console: {m.text}") if _counts(m.text) else None)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._check)

    def go(self, path: str) -> Page:
        """Open a page of the gateway."""
        self.page.goto(self.origin + path)
        return self.page

    def check(self) -> None:
        """Fail where the page breaks a rule of accessibility, does not fit, or had a fault."""
        if self.script:
            _check_page(self.page)
        else:
            self._check_again()
        assert self.faults == []

    def _check_again(self) -> None:
        """Look at the page as it came in another window: where no script may run, axe cannot either."""
        browser, html = self.page.context.browser, _SCRIPT.sub("", self.page.content())
        assert browser is not None
        other = browser.new_context(viewport=self.page.viewport_size, color_scheme=self.scheme, reduced_motion="reduce")
        try:
            page = other.new_page()
            page.route(self.page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
            page.goto(self.page.url)
            _check_page(page)
        finally:
            other.close()

    def _reply(self, dialog: Dialog) -> None:
        self.asked.append(dialog.type)
        if self.stays:
            dialog.dismiss()
        else:
            dialog.accept()

    def _check(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "blob:", "data:")):
            self.faults.append(f"somebody else was asked: {request.url}")


def _check_page(page: Page) -> None:
    # Text that fades in has another colour for a moment.
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {iframes: false})")
    assert [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]


def _counts(text: str) -> bool:
    # The browser tells of each answer that is no success; whether it should have been one is the test's to say.
    return not text.startswith("Failed to load resource")


@dataclass
class House:
    """The gateway at *url*, and the people of the company."""

    service: Service
    url: str
    browser: Browser
    folder: Path
    staff: dict[str, Person]
    clock: Callable[[], datetime] = _now

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        return self.service.database

    @contextmanager
    def seat(
        self,
        login: str | None,
        *,
        screen: str = "desktop",
        scheme: str = "light",
        script: bool = True,
        locale: str = "nb-NO",
        timezone: str = "Europe/Oslo",
    ) -> Iterator[Seat]:
        """Give somebody a browser of their own; with *login* they are signed in there."""
        width, height = SCREENS[screen]
        colours: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=colours,
            locale=locale,
            timezone_id=timezone,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(8000)
        try:
            if login is not None:
                self._sign_in(context, login)
            yield Seat(context.new_page(), self.url, script, colours)
        finally:
            context.close()

    def put(self, login: str, text: str, *, slug: str = "calendar", name: str | None = None) -> str:
        """Let somebody's calendar program store *text*, and give the path; it must be taken."""
        path = f"/dav/{login}/{slug}/{name or f'{uuid4()}.ics'}"
        status, body = self.dav(login, "PUT", path, text.encode())
        assert status in {201, 204}, (status, body)
        return path

    def get(self, login: str, path: str) -> str:
        """Give what somebody's calendar program reads at *path*, unfolded."""
        status, body = self.dav(login, "GET", path)
        assert status == 200, (status, body)
        return body.decode().replace("\r\n ", "")

    def find(self, login: str, uid: str, slug: str = "calendar") -> str:
        """Give what somebody's calendar program reads of the entry *uid*, '' where they do not have it."""
        query = (
            '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/>'
            '</D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'
        )
        status, body = self.dav(login, "REPORT", f"/dav/{login}/{slug}/", query.encode(), {"Depth": "1"})
        assert status == 207, (status, body)
        texts = body.decode().replace("&#13;", "").replace("\r", "").replace("\n ", "").split("BEGIN:VCALENDAR")[1:]
        return next((one.split("END:VCALENDAR")[0] for one in texts if f"UID:{uid}\n" in one), "")

    def place(self, login: str, uid: str, slug: str = "calendar") -> str:
        """Give the path of what somebody has of the entry *uid*."""
        with self.database.read() as uow:
            found = readings.of_uid(uow, self.staff[login].id, uid)
        return f"/dav/{login}/{slug}/{found[0].reading.href}"

    def dav(
        self, login: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Ask as a calendar program does."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self.url.rpartition(":")[2]), timeout=15)
        pair = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
        try:
            connection.request(method, path, body, {"Authorization": f"Basic {pair}", **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _sign_in(self, context: BrowserContext, login: str) -> None:
        with self.database.write() as uow:
            secret = signing_in.sign_in(uow, self.staff[login], self.clock())
        assert secret is not None
        context.add_cookies([{"name": "distrib", "value": secret, "url": self.url, "httpOnly": True}])


def event(uid: str, organizer: str, others: tuple[str, ...], *lines: str, start: datetime | None = None) -> str:
    """Give an appointment of an hour that *organizer* invites *others* to (logins, or mailboxes of contacts)."""
    begin = start or ahead()
    times = (f"DTSTART:{begin:%Y%m%dT%H%M%SZ}", f"DTEND:{begin + timedelta(hours=1):%Y%m%dT%H%M%SZ}")
    return _object("VEVENT", uid, (*times, *lines), organizer, others)


def task(uid: str, organizer: str, others: tuple[str, ...], *lines: str, due: datetime | None = None) -> str:
    """Give a task that *organizer* hands out to *others*."""
    return _object("VTODO", uid, (f"DUE;VALUE=DATE:{due or ahead():%Y%m%d}", *lines), organizer, others)


def _object(kind: str, uid: str, lines: tuple[str, ...], organizer: str, others: tuple[str, ...]) -> str:
    people = [f"ORGANIZER;CN={STAFF[organizer]}:mailto:{organizer}@byggbo.example"] if others else []
    people += [f"ATTENDEE;CN={STAFF.get(one, one)};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{_mailto(one)}" for one in others]
    named = any(line.startswith("SUMMARY") for line in lines)
    summary = () if named else ("SUMMARY:Legge gipsplate" if kind == "VTODO" else "SUMMARY:Prosjektmøte",)
    return "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", f"BEGIN:{kind}", f"UID:{uid}"),
            *(f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}", *summary, *lines, *people),
            *(f"END:{kind}", "END:VCALENDAR", ""),
        ]
    )


def _mailto(somebody: str) -> str:
    return f"mailto:{somebody}" if "@" in somebody else f"mailto:{somebody}@byggbo.example"


@contextmanager
def opened(
    url: str,
    folder: Path,
    browser: Browser,
    *,
    names: Mapping[str, str] = STAFF,
    clock: Callable[[], datetime] = _now,
    **settings: Any,
) -> Iterator[House]:
    """Give a company on the database at *url*, its gateway running with its worker; without `smtp_url`, no mail."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    chosen = Settings(data_dir=folder, port=port, database_url=url, **{"public_url": origin, **settings})
    database = Database(url)
    try:
        with database.write() as uow:
            staff = {
                login: add_person(uow, login=login, name=name, emails=[f"{login}@byggbo.example"], password_hash=HASH)
                for login, name in names.items()
            }
            for contact in (BERIT, JON, SIRI):
                contacts.add(uow, contact)
        service = Service(chosen, database, verifier(database))
        with running(application(service, clock=clock), lifespan=True, port=port):
            yield House(service, origin, browser, folder, staff, clock)
    finally:
        database.close()


def person_of(house: House, login: str) -> Person:
    """Give somebody as the database has them now."""
    with house.database.read() as uow:
        found = people.by_login(uow, login)
    assert found is not None
    return found
