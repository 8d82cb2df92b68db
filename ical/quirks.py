# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that cannot keep what they were given, and how their uploads are understood.

Outlook's CalDav Synchronizer builds each task anew from Outlook's fields: ORGANIZER, ATTENDEE and X- lines are lost on
every upload, by assignee and distributor alike. Apple Reminders, tasks.org and OpenTasks do so in part. Nothing said
about people is no removal of people (model, rows 50 and 51).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ical.edits import Edits, insert, take_alarms
from ical.kinds import Kind
from ical.lines import Line
from ical.overrides import arranged, takes_place
from ical.recurrence import when
from ical.snapshot import Part, Snapshot
from ical.times import shown_in

TIMES = frozenset({"DTSTART", "DUE", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"})
PROGRESS = frozenset({"STATUS", "PERCENT-COMPLETE", "COMPLETED"})
ENDS = frozenset({"DUE", "DTEND", "DURATION"})
"""Of which an entry has one (RFC 5545 3.6.1, 3.6.2)."""


@dataclass(frozen=True, slots=True)
class Program:
    """A calendar program, as far as it cannot keep what it was given."""

    name: str
    writes: frozenset[str]
    """What it can say of an entry; all else is taken from what is stored."""
    marks: tuple[str, ...] = ()
    """One of them stands in PRODID of what it uploads, or in its User-Agent: PRODID may be that of a library."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What it writes where it has nothing to say."""
    keeps_organizer: bool = False
    """It loses ATTENDEE alone: that is no removal of everybody either."""

    def made(self, prodid: str, agent: str) -> bool:
        """Tell whether an upload with this PRODID and User-Agent is its."""
        return any(mark in prodid or mark in agent for mark in self.marks)


_BASIC = TIMES | PROGRESS | {"SUMMARY", "DESCRIPTION", "PRIORITY"}
ANY = Program("its client", _BASIC | {"LOCATION", "URL", "CLASS", "CATEGORIES", "TRANSP"})
PROGRAMS = (
    Program(
        "Outlook CalDav Synchronizer",
        _BASIC | {"LOCATION", "CLASS", "CATEGORIES", "TRANSP"},
        marks=("CalDavSynchronizer", "DDay.iCal"),
        defaults={"PRIORITY": "5", "CLASS": "PUBLIC", "TRANSP": "OPAQUE"},
    ),
    Program("Apple Reminders", _BASIC | {"LOCATION", "URL"}, marks=("Apple Inc.",), defaults={"PRIORITY": "0"}),
    Program(
        "tasks.org",
        _BASIC - {"RDATE", "EXDATE"} | {"CATEGORIES"},
        marks=("tasks.org",),
        defaults={"PRIORITY": "0"},
        keeps_organizer=True,
    ),
    Program(
        "OpenTasks",
        _BASIC | {"LOCATION", "URL", "CLASS"},
        marks=("org.dmfs.tasks",),
        defaults={"PRIORITY": "0", "CLASS": "PUBLIC"},
        keeps_organizer=True,
    ),
)
"""Each with a sample in `tests/samples`. PRIORITY:0 says that there is none (RFC 5545 3.8.1.9)."""


def program_of(sent: Snapshot, agent: str = "") -> Program:
    """Give which program made *sent*, whose request named it as *agent* (User-Agent)."""
    line = next(iter(sent.document.named(sent.document.root, "PRODID")), None)
    prodid = line.value if line is not None else ""
    return next((one for one in PROGRAMS if one.made(prodid, agent)), ANY)


def is_lossy(sent: Snapshot, program: Program = ANY) -> bool:
    """Tell whether the text of a shared entry lost its people on the way."""
    if program.keeps_organizer and not any(part.people for part in sent.parts):
        return True
    return not sent.has_people


def restored(sent: Snapshot, stored: Snapshot, zone: ZoneInfo, program: Program = ANY) -> bytes:
    """Give the stored text with what a lossy *program* could write, and did; its alarms too, where it sent any.

    A missing line stays as it is stored, but for the progress of a task, of which each of them says all. Another time
    on the same day is no change of a task: Outlook knows days only, and writes DUE as 23:59:59. A day of a series that
    it has apart gets a component of its own.
    """
    apart = [part.instance for part in sent.parts if stored.part(part.instance) is None]
    base = arranged(stored, zone, made=[i for i in apart if takes_place(stored, i, zone)])
    edits: Edits = {}
    for part in sent.parts:
        if (was := base.part(part.instance)) is not None:
            _restore(sent, part, base, was, zone, program, edits)
    return base.document.edited(edits).raw


def _restore(
    sent: Snapshot, part: Part, stored: Snapshot, was: Part, zone: ZoneInfo, program: Program, edits: Edits
) -> None:
    document, component = stored.document, was.component
    known = document.places(component).keys()
    said: dict[str, list[bytes]] = {}
    for _, line in sent.document.own(part.component):
        is_default = line.name not in known and line.value == program.defaults.get(line.name)
        if line.name in program.writes and not is_default and not _same_day(line.name, sent, part, stored, was, zone):
            said.setdefault(line.name, []).append(line.raw)
    placed: set[str] = set()
    for place, line in document.own(component):
        if line.name in said:
            edits[place] = () if line.name in placed else tuple(said[line.name])
            placed.add(line.name)
        elif (line.name in ENDS and said.keys() & ENDS) or _is_progress(sent, line):
            edits[place] = ()
    alarms = [sent.document.text_of(c) for c in part.component.children if c.name == "VALARM"]
    if alarms:
        take_alarms(component, edits)
    new = [raw for name, lines in said.items() if name not in placed for raw in lines]
    insert(document, component, new, alarms, edits)


def _is_progress(said: Snapshot, line: Line) -> bool:
    return said.kind is Kind.VTODO and line.name in PROGRESS and line.value.strip().upper() != "CANCELLED"


def _same_day(name: str, sent: Snapshot, part: Part, stored: Snapshot, was: Part, zone: ZoneInfo) -> bool:
    if sent.kind is not Kind.VTODO or name not in {"DTSTART", "DUE"}:
        return False
    after, before = when(sent.document, part.component), when(stored.document, was.component)
    new, old = (after.start, before.start) if name == "DTSTART" else (after.end, before.end)
    return new is not None and old is not None and _day(new, zone) == _day(old, zone)


def _day(value: datetime | date, zone: ZoneInfo) -> date:
    if isinstance(value, datetime):
        return (shown_in(value, zone) if value.tzinfo else value).date()
    return value
