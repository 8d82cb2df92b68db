# SPDX-License-Identifier: GPL-3.0-or-later
"""iCalendar texts that the drivers send, and what they read out of those that come back."""

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

PRODID = "-//distrib//client drivers//EN"


def stamp(moment: datetime) -> str:
    """Write a moment as iCalendar does, in UTC."""
    return moment.strftime("%Y%m%dT%H%M%SZ")


def tomorrow(hour: int = 9) -> datetime:
    """Give a full hour of tomorrow, UTC."""
    day = datetime.now(UTC) + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def event(
    organizer: str,
    attendee: str,
    *,
    uid: str = "",
    summary: str = "Planning",
    start: datetime | None = None,
    rule: str = "",
) -> tuple[str, str]:
    """Give the UID and the text of an appointment of two, which recurs by *rule*."""
    uid, start = uid or str(uuid.uuid4()), start or tomorrow()
    return uid, calendar(
        "VEVENT",
        uid,
        f"DTSTART:{stamp(start)}",
        f"DTEND:{stamp(start + timedelta(hours=1))}",
        *([f"RRULE:{rule}"] if rule else []),
        f"SUMMARY:{summary}",
        f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:{attendee}",
    )


def task(organizer: str, *attendees: str, uid: str = "", summary: str = "Write the report") -> tuple[str, str]:
    """Give the UID and the text of a task that one gives to others."""
    uid, start = uid or str(uuid.uuid4()), tomorrow()
    return uid, calendar(
        "VTODO",
        uid,
        f"DTSTART:{stamp(start)}",
        f"DUE:{stamp(start + timedelta(days=2))}",
        f"SUMMARY:{summary}",
        "STATUS:NEEDS-ACTION",
        f"ORGANIZER:mailto:{organizer}",
        *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:{one}" for one in attendees),
    )


def calendar(component: str, uid: str, *lines: str, prodid: str = PRODID) -> str:
    """Wrap the lines of one component."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{prodid}", f"BEGIN:{component}", f"UID:{uid}"]
    return joined([*head, f"DTSTAMP:{stamp(datetime.now(UTC))}", *lines, f"END:{component}", "END:VCALENDAR"])


def joined(lines: Iterable[str]) -> str:
    """Put content lines together, each with its line end."""
    return "".join(f"{line}\r\n" for line in lines)


def unfolded(text: str) -> str:
    """Undo the folding of lines."""
    return re.sub(r"\r?\n[ \t]", "", text)


def partstat(text: str, address: str) -> str | None:
    """Tell how *address* stands in the first component that lists it; NEEDS-ACTION where nothing is said."""
    for line in unfolded(text).splitlines():
        if line.upper().startswith("ATTENDEE") and address.lower() in line.lower():
            found = re.search(r"PARTSTAT=\"?([A-Z-]+)", line, re.IGNORECASE)
            return found[1].upper() if found else "NEEDS-ACTION"
    return None


def of_day(text: str, start: datetime) -> str:
    """Give the component of the occurrence that starts at *start* by the rules; '' where there is none."""
    components = re.findall(r"(?s)BEGIN:VEVENT\r?\n.*?END:VEVENT", unfolded(text))
    named = re.compile(rf"(?m)^RECURRENCE-ID[^:]*:{stamp(start)}\r?$")
    return next((component for component in components if named.search(component)), "")


def value(text: str, name: str) -> str | None:
    """Give the value of the first property of this name."""
    found = re.search(rf"(?m)^{name}(?:;[^:\r\n]*)?:([^\r\n]*)", unfolded(text))
    return found[1] if found else None


def without(text: str, *names: str) -> str:
    """Leave out the properties of these names."""
    return re.sub(rf"(?m)^(?:{'|'.join(names)}):.*\r?\n", "", unfolded(text))
