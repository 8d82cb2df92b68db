# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar texts for tests."""

from collections.abc import Iterable


def calendar(kind: str, *lines: str) -> str:
    """Give an object with one component of *lines*."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"]
    return "\r\n".join([*head, f"BEGIN:{kind}", *lines, f"END:{kind}", "END:VCALENDAR", ""])


def event(
    uid: str = "one", *more: str, start: str = "20261201T090000Z", hours: int = 1, summary: str = "Befaring"
) -> str:
    """Give an appointment without other people."""
    end = f"{start[:9]}{int(start[9:11]) + hours:02}{start[11:]}"
    return calendar(
        "VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261123T100000Z",
        f"DTSTART:{start}",
        f"DTEND:{end}",
        f"SUMMARY:{summary}",
        *more,
    )


def task(uid: str = "todo", *more: str, summary: str = "Legge gipsplate") -> str:
    """Give a task without other people."""
    return calendar("VTODO", f"UID:{uid}", "DTSTAMP:20261123T100000Z", f"SUMMARY:{summary}", *more)


def meeting(uid: str = "meeting", *more: str, attendees: Iterable[str] = ("ola",), **about: str) -> str:
    """Give an appointment that Kari organizes."""
    return event(uid, *people(attendees), *more, **about)  # type: ignore[arg-type]


def people(attendees: Iterable[str]) -> list[str]:
    """Give Kari as organizer, and *attendees* by login or mailbox."""
    boxes = [name if "@" in name else f"{name}@byggbo.example" for name in attendees]
    asked = [f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{box}" for box in boxes]
    return ["ORGANIZER:mailto:kari@byggbo.example", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:kari@byggbo.example", *asked]


def unfolded(text: str) -> str:
    """Give *text* without folds."""
    return text.replace("\r\n ", "")
