# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody invited may write into an entry: a reminder and a note of their own."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ical.editing import Particulars, reminders
from ical.editing_write import Writer, remind
from ical.edits import Edits, insert, put
from ical.instances import SERIES, InstanceId
from ical.lines import fold
from ical.overrides import arranged, single
from ical.snapshot import Snapshot
from ical.text import escape, unescape

NOTE = "X-OWN-NOTE"
"""Goes to nobody else, as every line of somebody invited whose name the organizer does not use."""


@dataclass(frozen=True, slots=True)
class Own:
    """What is somebody's own in an entry."""

    reminder: int | None = None
    """Minutes before."""
    note: str = ""


def own_of(said: Snapshot, instance: InstanceId, zone: ZoneInfo) -> Own:
    """Give what is somebody's own in *instance* of what they read."""
    day = single(said, instance, zone)
    component, line = day.main.component, day.line(NOTE)
    reminder = next((minutes for _, minutes in reminders(day.document, component)), None)
    return Own(reminder, unescape(line.value) if line is not None else "")


def with_own(said: Snapshot, instance: InstanceId, own: Own, by: Writer) -> bytes:
    """Give the text of *said* in which *instance* has these own lines."""
    was = own_of(said, instance, by.zone)
    if own == was:
        return said.document.raw
    apart = said if instance == SERIES or said.part(instance) else arranged(said, by.zone, made=[instance])
    part = apart.part(instance) or apart.main
    edits: Edits = {}
    alarms: list[bytes] = []
    if own.reminder != was.reminder:
        end = apart.document.first(part.component, "DUE")
        told = Particulars(title=unescape(apart.value("SUMMARY") or ""), reminder=own.reminder)
        alarms = remind(apart.document, part.component, told, to_end=end is not None, edits=edits)
    found = apart.document.first(part.component, NOTE)
    if found is not None:
        put(apart.document, part.component, {NOTE: escape(own.note) or None}, edits)
    new = [fold(f"{NOTE}:{escape(own.note)}")] if own.note and found is None else []
    insert(apart.document, part.component, new, alarms, edits)
    return apart.document.spliced(edits)
