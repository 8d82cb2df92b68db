# SPDX-License-Identifier: GPL-3.0-or-later
"""People at their calendar programs: python caldav for colleagues, a mail program for those outside."""

import re
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from functools import cached_property
from typing import Any

from caldav.davclient import DAVClient
from caldav.lib.error import NotFoundError

from tests.story.peer import Mail

PATIENCE = 10.0
PASSWORD = "hemmelig"


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as a client has it: its text, unfolded, and its tags."""

    text: str
    etag: str | None = None
    tag: str | None = None

    def line(self, name: str, containing: str = "") -> str:
        """Give the one line of this property that contains something, '' where there is none."""
        found = [line for line in self.text.splitlines() if re.match(rf"{name}[;:]", line) and containing in line]
        assert len(found) < 2, found
        return found[0] if found else ""

    def value(self, name: str) -> str:
        """Give the value of a property."""
        return self.line(name).partition(":")[2]

    def partstat(self, address: str) -> str:
        """Tell how *address* stands."""
        found = re.search(r";PARTSTAT=([A-Z-]+)", self.line("ATTENDEE", f"mailto:{address}"))
        return found[1] if found else "NEEDS-ACTION"

    def parameter(self, name: str, address: str) -> str | None:
        """Give a parameter of the attendee's line."""
        found = re.search(rf";{name}=\"?([^;:\"]+)", self.line("ATTENDEE", f"mailto:{address}"))
        return found[1] if found else None


class Colleague:
    """Somebody with a calendar program, signed in."""

    def __init__(self, url: str, login: str) -> None:
        self.login, self.address = login, f"{login}@byggbo.example"
        self._client: Any = DAVClient(url=url, username=login, password=PASSWORD)

    @cached_property
    def principal(self) -> Any:
        """The principal, discovered."""
        return self._client.principal()

    @cached_property
    def calendar(self) -> Any:
        """The list that takes appointments."""
        return self._list("VEVENT")

    @cached_property
    def tasks(self) -> Any:
        """The list that takes tasks."""
        return self._list("VTODO")

    @cached_property
    def inbox(self) -> Any:
        """The inbox collection."""
        return self.principal.schedule_inbox()

    def create(self, text: str) -> None:
        """Upload something new."""
        if "BEGIN:VTODO" in text:
            self.tasks.add_todo(text)
        else:
            self.calendar.add_event(text)

    def sees(self, uid: str) -> Seen:
        """Fetch the object."""
        found = self.find(uid)
        assert found is not None, f"{self.login} does not have {uid}"
        return Seen(_unfolded(found.raw_data.decode()), found.etag, found.schedule_tag)

    def find(self, uid: str) -> Any:
        """Look for the object in both lists; None where it is not."""
        for calendar in (self.calendar, self.tasks):
            try:
                found = calendar.get_object_by_uid(uid)
            except NotFoundError:
                continue
            found.load()
            return found
        return None

    def change(self, uid: str, edit: Callable[[str], str]) -> None:
        """Fetch the object, edit its text and upload it under the condition that the library uses."""
        found = self.find(uid)
        assert found is not None, f"{self.login} does not have {uid}"
        found.data = edit(_unfolded(found.raw_data.decode()))
        found.save(increase_seqno=False)

    def answer(self, uid: str, partstat: str) -> None:
        """Accept or decline as the library does it."""
        found = self.find(uid)
        assert found is not None, f"{self.login} does not have {uid}"
        found.change_attendee_status(attendee=f"mailto:{self.address}", partstat=partstat)
        found.save(increase_seqno=False)

    def delete(self, uid: str) -> None:
        """Delete the object."""
        self.find(uid).delete()

    def messages(self, uid: str) -> list[str]:
        """Give what lies in the inbox about this entry, as `METHOD` or `REPLY from address`."""
        texts = (_unfolded(item.data) for item in self.inbox.get_items())
        return sorted(_told(text) for text in texts if f"UID:{uid}" in text)

    def position(self) -> dict[str, str]:
        """Give the sync tokens of all collections."""
        collections = {"calendar": self.calendar, "tasks": self.tasks, "inbox": self.inbox}
        return {name: str(one.get_objects_by_sync_token().sync_token) for name, one in collections.items()}

    def changed_since(self, token: str) -> list[str]:
        """Give the names of what has changed in the list of appointments since the token was given."""
        found = self.calendar.get_objects_by_sync_token(sync_token=token)
        assert not str(found.sync_token).startswith("fake"), "the library does not use the server's tokens"
        return [str(one.url).rpartition("/")[2] for one in found]

    def _list(self, component: str) -> Any:
        calendars = self.principal.get_calendars()
        return next(one for one in calendars if one.get_supported_components() == [component])


def written(component: str, uid: str, *lines: str) -> str:
    """Write a calendar object with one component."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Byggbo//Kalender//NB", f"BEGIN:{component}", f"UID:{uid}"]
    return "".join(f"{line}\r\n" for line in [*head, f"DTSTAMP:{stamp}", *lines, f"END:{component}", "END:VCALENDAR"])


def at(hour: int, *, days: int = 1) -> str:
    """Write a full hour some days from now, UTC."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y%m%d}T{hour:02}0000Z"


def put(text: str, name: str, value: str) -> str:
    """Give the text with this property in its first component, in place of what was there."""
    end = "END:VTODO" if "END:VTODO" in text else "END:VEVENT"
    rest = re.sub(rf"(?m)^{name}[;:].*\r?\n", "", text)
    return rest.replace(end, f"{name}:{value}\r\n{end}", 1)


def reply(mail: Mail, address: str, partstat: str) -> EmailMessage:
    """Answer an invitation as a mail program does: to its ORGANIZER, as that one attendee."""
    invitation = Seen(mail.calendar)
    organizer = invitation.value("ORGANIZER").removeprefix("mailto:")
    text = written(
        "VEVENT",
        invitation.value("UID"),
        f"SEQUENCE:{invitation.value('SEQUENCE') or 0}",
        f"DTSTART:{invitation.value('DTSTART')}",
        f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{address}",
    ).replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REPLY\r\n")
    message = written_mail(address, organizer, f"Accepted: {mail.subject}", "Accepted.\r\n")
    message.add_alternative(text, subtype="calendar", params={"method": "REPLY", "charset": "utf-8"})
    return message


def written_mail(sender: str, recipient: str, subject: str, text: str) -> EmailMessage:
    """Write a mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Berit Kunde <{sender}>", recipient, subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain="kunde.example")
    message.set_content(text)
    return message


def hand_in(port: int, message: EmailMessage) -> None:
    """Be the company's mail server, that hands a mail in over LMTP."""
    with smtplib.LMTP("127.0.0.1", port, timeout=PATIENCE) as lmtp:
        refused = lmtp.send_message(message)
    assert refused == {}


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"did not come true within {seconds} s"
        time.sleep(0.1)


def _told(text: str) -> str:
    seen = Seen(text)
    if seen.value("METHOD") != "REPLY":
        return seen.value("METHOD")
    return f"REPLY from {seen.line('ATTENDEE').rpartition('mailto:')[2]}"


def _unfolded(text: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", text)
