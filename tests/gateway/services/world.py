# SPDX-License-Identifier: GPL-3.0-or-later
"""A small company and a customer, acting through the real services: text in, text out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Lock

from sqlalchemy import delete

from gateway.config import Settings
from gateway.model import EVENTS, TASKS, Calendar, Change, Condition, LinkView, Person, Rendered, Revision, Stored
from gateway.services import calendars as calendar_service
from gateway.services import entries, received, replies, views
from gateway.services.arrivals import Taken
from gateway.services.letters import reply_mailbox
from gateway.services.scene import Scene
from gateway.store import calendars, outbox, people
from gateway.store.outbox import Mail
from gateway.store.schema import entry
from gateway.store.unit import Database, UnitOfWork
from ical.address import mailbox, of_mailbox
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = {"kari": (KARI,), "ola": (OLA,), "per": (PER, PER_TOO), "nina": (NINA,)}
NO_CONDITION = Condition()


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as somebody reads it, and where."""

    slug: str
    href: str
    etag: str
    schedule_tag: str | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """A message in somebody's inbox."""

    method: str
    text: bytes

    @property
    def about(self) -> dict[str, str]:
        """PARTSTAT by mailbox."""
        return texts.people(self.text)


class World:
    """People by login and what they do; `now` goes on a minute with every act."""

    def __init__(self, database: Database, *, can_mail: bool = True, **settings: object) -> None:
        smtp = {"smtp_url": "smtp://127.0.0.1:25"} if can_mail else {}
        self.settings = Settings(data_dir=Path("/nonexistent"), **{"hold_back": 0, **smtp, **settings})  # type: ignore[arg-type]
        self.database, self.now = database, NOW
        self.deputy: Person | None = None
        """Who uploads for everybody, as a secretary does; None: they do it themselves."""
        self._lock = Lock()
        with database.write() as uow:
            self.people = {login: self._hired(uow, login, boxes) for login, boxes in STAFF.items()}

    def hire(self, login: str, *boxes: str, zone: str = "Europe/Oslo") -> Person:
        """Let somebody new begin."""
        with self.database.write() as uow:
            self.people[login] = self._hired(uow, login, boxes or (f"{login}@byggbo.example",), zone)
        return self.people[login]

    def put(
        self, login: str, text: bytes, href: str | None = None, slug: str | None = None, **condition: object
    ) -> Stored:
        """Upload *text*: over what the person has of its UID, or else as `{UID}.ics`."""
        uid = texts.value(text, "UID") or ""
        seen = self.seen(login, uid) if href is None else None
        place = seen.href if seen else href or f"{uid}.ics"
        folder = slug or (seen.slug if seen else EVENTS if texts.kind_of(text) == "VEVENT" else TASKS)
        with self._acting() as (uow, scene):
            where = self.calendar(uow, login, folder)
            demand = Condition(**condition)  # type: ignore[arg-type]
            by = replace(scene, deputy=self.deputy)
            return entries.put(uow, self.people[login], where, place, text, condition=demand, scene=by)

    def delete(self, login: str, uid: str, *, reply: bool = True, **condition: object) -> None:
        """Delete what the person has of *uid*."""
        seen = self.found(login, uid)
        self.delete_at(login, seen.slug, seen.href, reply=reply, **condition)

    def delete_at(self, login: str, slug: str, href: str, *, reply: bool = True, **condition: object) -> None:
        """Delete what lies somewhere."""
        with self._acting() as (uow, scene):
            where, demand = self.calendar(uow, login, slug), Condition(**condition)  # type: ignore[arg-type]
            person = self.people[login]
            entries.delete(uow, person, where, href, condition=demand, reply=reply, scene=scene)

    def move(self, login: str, uid: str, slug: str, href: str, *, overwrite: bool = False) -> Stored:
        """Move what the person has of *uid*."""
        seen = self.found(login, uid)
        with self._acting() as (uow, scene):
            here, there = self.calendar(uow, login, seen.slug), self.calendar(uow, login, slug)
            person = self.people[login]
            return entries.move(
                uow, person, here, seen.href, there, href, overwrite=overwrite, condition=NO_CONDITION, scene=scene
            )

    def make_calendar(self, login: str, slug: str) -> None:
        """Make a calendar that takes appointments and tasks."""
        with self.database.write() as uow:
            calendar_service.create(uow, self.people[login], slug, name=slug, components=(), props={})

    def remove_calendar(self, login: str, slug: str, *, reply: bool = True) -> None:
        """Remove a calendar with all that lies in it."""
        with self._acting() as (uow, scene):
            calendar = self.calendar(uow, login, slug)
            calendar_service.remove(uow, self.people[login], calendar, reply=reply, scene=scene)

    def reply_by_mail(
        self,
        uid: str,
        partstat: str,
        *more: str,
        box: str = BERIT,
        to: int = -1,
        text: bytes | None = None,
        passed_on_to: str | None = None,
    ) -> Taken:
        """Answer the invitation to *uid* (the last one, or number *to*) with a mail program; *text*: in these words.

        *passed_on_to*: the mailbox of somebody else, who answers instead.
        """
        asked = [mail for mail in self.mails(uid) if mail.method == "REQUEST" and mailbox(mail.address) == box][to]
        stamp = f"{self.now:%Y%m%dT%H%M%SZ}"
        part = text or texts.reply(asked.text, box, partstat, *more, stamp=stamp)
        if passed_on_to is not None:
            part, box = part.replace(box.encode(), passed_on_to.encode()), passed_on_to
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = box, "Re: Befaring", f"<{stamp}-{uid}@kunde.example>"
        mail["To"] = reply_mailbox(self.settings.mail_from, str(asked.facts["reply_token"]))
        mail.set_content("Svar")
        mail.add_alternative(part, maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"})
        with self._acting() as (uow, scene):
            return received.receive(
                uow, mail.as_bytes(), str(mail["To"]), return_path=box, settings=self.settings, now=scene.now
            )

    def answer_by_link(
        self, link: str, partstat: str, comment: str | None = None, percent: int | None = None
    ) -> LinkView:
        """Answer on the page that the link in a mail leads to."""
        with self._acting() as (uow, scene):
            return replies.answer_by_link(uow, link, partstat, comment, percent, settings=self.settings, now=scene.now)

    def view_link(self, link: str) -> LinkView | None:
        """Look at the page that the link in a mail leads to."""
        with self.database.read() as uow:
            return replies.view_link(uow, link, self.now)

    def seen(self, login: str, uid: str) -> Seen | None:
        """Give what the person reads of *uid*, or None."""
        return next(iter(self.all_seen(login, uid)), None)

    def found(self, login: str, uid: str) -> Seen:
        """Give what the person reads of *uid*, which must be there."""
        seen = self.seen(login, uid)
        assert seen is not None, f"{login} has no {uid}"
        return seen

    def text(self, login: str, uid: str) -> bytes:
        """Give the text that the person reads of *uid*."""
        return self.found(login, uid).text

    def all_seen(self, login: str, uid: str | None = None) -> list[Seen]:
        """Give all that the person reads (of *uid*)."""
        found = []
        with self.database.read() as uow:
            for calendar in calendars.of_person(uow, self.people[login].id):
                if calendar.kind != "inbox":
                    listed = views.listing(uow, calendar)
                    hrefs = None if uid is None else [one.href for one in listed if one.uid == uid]
                    rendered = views.read_many(uow, self.people[login], calendar, hrefs)
                    found += [_seen(calendar, one) for one in rendered]
        return found

    def inbox(self, login: str, uid: str | None = None) -> list[Told]:
        """Give the messages in the person's inbox (about *uid*), oldest first."""
        with self.database.read() as uow:
            items = list(views.read_inbox(uow, self.people[login]))
        return [Told(_method(item.text), item.text) for item in items if uid in {None, item.uid}]

    def mails(self, uid: str | None = None) -> list[Mail]:
        """Give the mails that were asked for (about *uid*), oldest first."""
        with self.database.read() as uow:
            found = reversed(outbox.recent(uow, 1000))
        return [
            mail for mail in found if mail.method != outbox.FORWARD and uid in {None, texts.value(mail.text, "UID")}
        ]

    def tokens(self, login: str) -> dict[str, Revision]:
        """Give how far each collection of the person has come."""
        with self.database.read() as uow:
            return {c.slug: c.revision for c in calendars.of_person(uow, self.people[login].id)}

    def changes(self, login: str, slug: str, since: Revision) -> dict[str, Change]:
        """Give what sync-collection names since a token, by href."""
        with self.database.read() as uow:
            calendar = self.calendar(uow, login, slug)
            token = calendar_service.token_of(calendar, since)
            return {change.href: change for change in calendar_service.changes(uow, calendar, token).changes}

    def calendar(self, uow: UnitOfWork, login: str, slug: str) -> Calendar:
        """Give one of the person's collections."""
        calendar = calendars.at(uow, self.people[login].id, slug)
        assert calendar is not None
        return calendar

    def forget(self) -> None:
        """Take every entry away, as if it had never been."""
        self.deputy = None
        with self.database.write() as uow:
            uow.connection.execute(delete(entry))

    def leave(self, login: str) -> None:
        """Let somebody leave the company."""
        with self.database.write() as uow:
            people.leave(uow, self.people[login].id, self.now)

    def _hired(self, uow: UnitOfWork, login: str, boxes: tuple[str, ...], zone: str = "Europe/Oslo") -> Person:
        addresses = [of_mailbox(box) for box in boxes]
        return people.add(uow, login, login.title(), addresses, None, "nb", zone)

    @contextmanager
    def _acting(self) -> Iterator[tuple[UnitOfWork, Scene]]:
        with self._lock:
            self.now += timedelta(minutes=1)
        with self.database.write() as uow:
            yield uow, Scene(self.settings, self.now)


def _seen(calendar: Calendar, one: Rendered) -> Seen:
    return Seen(calendar.slug, one.href, one.etag, one.schedule_tag, one.text)


def _method(text: bytes) -> str:
    return next(line.removeprefix("METHOD:") for line in texts.unfolded(text) if line.startswith("METHOD:"))
