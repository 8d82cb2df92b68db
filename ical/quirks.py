# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that cannot keep what they were given, and how their uploads are understood.

Outlook's CalDav Synchronizer builds each task anew from Outlook's fields: ORGANIZER, ATTENDEE and X- lines are lost on
every upload, by assignee and distributor alike. Apple Reminders, tasks.org and OpenTasks do so in part. Nothing said
about people is no removal of people (model, rows 50 and 51).
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ical.edits import Edits, insert, take_alarms
from ical.kinds import Kind
from ical.recurrence import when
from ical.snapshot import Snapshot
from ical.times import shown_in

WRITABLE = frozenset(
    {"SUMMARY", "DESCRIPTION", "LOCATION", "URL", "PRIORITY", "CLASS", "CATEGORIES", "TRANSP"}
    | {"DTSTART", "DUE", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"}
    | {"STATUS", "PERCENT-COMPLETE", "COMPLETED"}
)
"""What such a client can say of an entry; all else is taken from what is stored."""
ENDS = frozenset({"DUE", "DTEND", "DURATION"})
"""Of which an entry has one (RFC 5545 3.6.1, 3.6.2)."""


def is_lossy(sent: Snapshot) -> bool:
    """Tell whether the text of a shared entry lost all of its people on the way."""
    return not sent.has_people


def restored(sent: Snapshot, stored: Snapshot, zone: ZoneInfo) -> bytes:
    """Give the stored text with what a lossy client could write, and did; its alarms too, where it sent any.

    A missing line stays as it is stored. Another time on the same day is no change of a task: Outlook knows days only,
    and writes DUE as 23:59:59.
    """
    document, part = stored.document, stored.main
    said: dict[str, list[bytes]] = {}
    for _, line in sent.document.own(sent.main.component):
        if line.name in WRITABLE and not _same_day(line.name, sent, stored, zone):
            said.setdefault(line.name, []).append(line.raw)
    edits: Edits = {}
    placed: set[str] = set()
    for place, line in document.own(part.component):
        if line.name in said:
            edits[place] = () if line.name in placed else tuple(said[line.name])
            placed.add(line.name)
        elif line.name in ENDS and said.keys() & ENDS:
            edits[place] = ()
    alarms = [sent.document.text_of(c) for c in sent.main.component.children if c.name == "VALARM"]
    if alarms:
        take_alarms(part.component, edits)
    insert(
        document,
        part.component,
        [raw for name, lines in said.items() if name not in placed for raw in lines],
        alarms,
        edits,
    )
    return document.edited(edits).raw


def _same_day(name: str, sent: Snapshot, stored: Snapshot, zone: ZoneInfo) -> bool:
    if sent.kind is not Kind.VTODO or name not in {"DTSTART", "DUE"}:
        return False
    after, before = when(sent.document, sent.main.component), when(stored.document, stored.main.component)
    new, old = (after.start, before.start) if name == "DTSTART" else (after.end, before.end)
    return new is not None and old is not None and _day(new, zone) == _day(old, zone)


def _day(value: datetime | date, zone: ZoneInfo) -> date:
    if isinstance(value, datetime):
        return (shown_in(value, zone) if value.tzinfo else value).date()
    return value
