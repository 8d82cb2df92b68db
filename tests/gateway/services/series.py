# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of series as clients write and edit them, and when they take place. Knows nothing of the code under test."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.gateway.services import texts

OSLO = ZoneInfo("Europe/Oslo")
When = datetime | date
"""UTC, or a day."""
REPEATING = ("RRULE", "RDATE", "EXDATE")
OWN = ("CATEGORIES", "TRANSP", "X-MOZ-LASTACK")


@dataclass(frozen=True, slots=True)
class Piece:
    """One component: a series, or one occurrence of it."""

    kind: str
    lines: tuple[str, ...]
    alarms: tuple[tuple[str, ...], ...] = ()

    def named(self, *names: str) -> list[str]:
        """Give the lines with these names."""
        return [line for line in self.lines if _name(line) in names]

    def value(self, name: str) -> str | None:
        """Give the value of the first property *name*, or None."""
        return next((line.partition(":")[2] for line in self.named(name)), None)

    def without(self, *names: str) -> "Piece":
        """Give it without the properties of these names."""
        return replace(self, lines=tuple(line for line in self.lines if _name(line) not in names))

    def plus(self, *lines: str) -> "Piece":
        """Give it with more properties."""
        return replace(self, lines=(*self.lines, *lines))

    def saying(self, name: str, value: str | None) -> "Piece":
        """Give it with one property *name*, whose parameters stay; None takes it away."""
        head = next((line.partition(":")[0] for line in self.named(name)), name)
        bare = self.without(name)
        return bare if value is None else bare.plus(f"{head}:{value}")

    @property
    def instance(self) -> When | None:
        """Which occurrence it is; None: the series."""
        line = next(iter(self.named("RECURRENCE-ID")), None)
        return moment(line) if line is not None else None

    @property
    def start(self) -> When:
        """When it begins."""
        return moment(self.named("DTSTART", "DUE")[0])

    @property
    def lasts(self) -> timedelta:
        """How long it is."""
        end, begin = self.named("DTEND", "DUE"), moment(self.named("DTSTART", "DUE")[0])
        if end:
            close = moment(end[0])
            return close - begin
        return timedelta(hours=int(re.sub(r"\D", "", self.value("DURATION") or "PT0H")))

    def partstats(self, *boxes: str) -> dict[str, str]:
        """Give the PARTSTAT of everybody whom the server asks, or of *boxes*, by mailbox."""
        found = {}
        for line in (x for x in self.named("ATTENDEE") if texts.parameter(x, "SCHEDULE-AGENT") is None):
            box = line.rpartition("mailto:")[2].lower()
            if not boxes or box in boxes:
                found[box] = texts.parameter(line, "PARTSTAT") or "NEEDS-ACTION"
        return found

    def answering(self, box: str, partstat: str) -> "Piece":
        """Give it with another PARTSTAT of one person."""

        def edited(line: str) -> str:
            if not (line.startswith("ATTENDEE") and line.lower().endswith(f"mailto:{box}")):
                return line
            return re.sub(r";PARTSTAT=[^;:]*", "", line).replace("ATTENDEE", f"ATTENDEE;PARTSTAT={partstat}", 1)

        return replace(self, lines=tuple(map(edited, self.lines)))

    def asking(self, box: str) -> "Piece":
        """Give it with one more person."""
        named = any(line.lower().endswith(f"mailto:{box}") for line in self.named("ATTENDEE"))
        return self if named else self.plus(f"ATTENDEE:mailto:{box}")

    def with_agent(self, box: str, agent: str | None) -> "Piece":
        """Give it with somebody whom the client asks, or (None) the server."""

        def edited(line: str) -> str:
            if not (line.startswith("ATTENDEE") and line.lower().endswith(f"mailto:{box}")):
                return line
            said = f";SCHEDULE-AGENT={agent}" if agent is not None else ""
            return re.sub(r";SCHEDULE-AGENT=[^;:]*", "", line).replace("ATTENDEE", f"ATTENDEE{said}", 1)

        return replace(self, lines=tuple(map(edited, self.lines)))

    def leaving_out(self, box: str) -> "Piece":
        """Give it without a person."""
        gone = f"mailto:{box}"
        return replace(
            self,
            lines=tuple(x for x in self.lines if not (x.startswith("ATTENDEE") and x.lower().endswith(gone))),
        )

    def with_alarm(self, says: str) -> "Piece":
        """Give it with one more alarm."""
        return replace(self, alarms=(*self.alarms, tuple(line.format(says) for line in texts.ALARM)))

    def shifted(self, by: timedelta, *names: str) -> "Piece":
        """Give it at another time; days move by days."""
        moved = names or ("DTSTART", "DTEND", "DUE")
        return replace(self, lines=tuple(_moved(x, by) if _name(x) in moved else x for x in self.lines))

    def own(self, *boxes: str) -> tuple[object, ...]:
        """Give what is one person's in it: alarms, own lines and answers."""
        return sorted(self.alarms), sorted(self.named(*OWN)), self.partstats(*boxes)


@dataclass(frozen=True, slots=True)
class Book:
    """A calendar object."""

    head: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def main(self) -> Piece | None:
        """The series, or None where there are single occurrences only."""
        return next((p for p in self.pieces if p.instance is None), None)

    def alone(self, when: When) -> Piece | None:
        """Give the component of an occurrence, or None."""
        return next((p for p in self.pieces if p.instance == when), None)

    def says_alone(self, when: When | None) -> Piece | None:
        """Give the component of an occurrence, or that of the series (None)."""
        return next((p for p in self.pieces if p.instance == when), None)

    def says(self, when: When) -> Piece | None:
        """Give what speaks for an occurrence: its own component, or the series."""
        return self.alone(when) or self.main

    def with_pieces(self, pieces: Iterable[Piece]) -> "Book":
        """Give it with other components."""
        return replace(self, pieces=tuple(pieces))

    def each(self, edit: Callable[[Piece], Piece]) -> "Book":
        """Give it with every component edited."""
        return self.with_pieces(map(edit, self.pieces))

    def main_edited(self, edit: Callable[[Piece], Piece]) -> "Book":
        """Give it with the series edited, or all where there is none."""
        main = self.main
        return self.each(lambda p: edit(p) if p is main or main is None else p)

    def one_edited(self, when: When, edit: Callable[[Piece], Piece]) -> "Book":
        """Give it with one occurrence edited, which gets a component as clients make it where it has none."""
        if self.alone(when) is not None:
            return self.each(lambda p: edit(p) if p.instance == when else p)
        return self.with_pieces((*self.pieces, edit(self.made(when))))

    def without_one(self, when: When) -> "Book":
        """Give it without the component of an occurrence."""
        return self.with_pieces(p for p in self.pieces if p.instance != when)

    def made(self, when: When) -> Piece:
        """Make a component of an occurrence, from the series."""
        main = self.main
        assert main is not None
        anchor = main.named("DTSTART", "DUE")[0]
        # A rule goes by the clock of its zone.
        by = _local(when, anchor) - _local(main.start, anchor)
        made = main.without(*REPEATING).shifted(by).plus(f"RECURRENCE-ID{like(anchor, when)}")
        more = self.times[when][1] - main.lasts if when in self.times else timedelta(0)
        return made.shifted(more, "DTEND", "DUE") if more else made

    @property
    def times(self) -> dict[When, tuple[When, timedelta, Piece]]:
        """Give each occurrence: when it begins, how long it lasts, and what speaks for it."""
        found: dict[When, tuple[When, timedelta, Piece]] = {}
        main = self.main
        if main is not None:
            anchor = main.named("DTSTART", "DUE")[0]
            for start in _starts(main, anchor):
                found[start] = (start, main.lasts, main)
            for line in main.named("RDATE"):
                found |= {w: (w, hours(line) or main.lasts, main) for w in moments(line)}
            for line in main.named("EXDATE"):
                for when in moments(line):
                    found.pop(when, None)
        found |= {p.instance: (p.start, p.lasts, p) for p in self.pieces if p.instance is not None}
        return found

    @property
    def text(self) -> bytes:
        """Write it."""
        lines = ["BEGIN:VCALENDAR", *self.head]
        for piece in self.pieces:
            lines += [f"BEGIN:{piece.kind}", *piece.lines]
            for alarm in piece.alarms:
                lines += alarm
            lines.append(f"END:{piece.kind}")
        return texts.written([*lines, "END:VCALENDAR"])


def read(text: bytes) -> Book:
    """Read a text."""
    head: list[str] = []
    pieces: list[tuple[str, list[str], list[list[str]]]] = []
    path: list[str] = []
    for line in texts.unfolded(text):
        mark, _, name = line.partition(":")
        path += [name] if mark == "BEGIN" else []
        if len(path) > 1 and path[1] in texts.ENTRIES:
            if mark == "BEGIN" and len(path) == len(("VCALENDAR", "VEVENT")):
                pieces.append((name, [], []))
            elif len(path) > len(("VCALENDAR", "VEVENT")):
                pieces[-1][2].extend([[]] if mark == "BEGIN" else [])
                pieces[-1][2][-1].append(line)
            elif mark != "END":
                pieces[-1][1].append(line)
        elif len(path) > 1 or mark not in {"BEGIN", "END"}:
            head.append(line)
        if mark == "END":
            path.pop()
    found = (Piece(kind, tuple(lines), tuple(map(tuple, alarms))) for kind, lines, alarms in pieces)
    return Book(tuple(head), tuple(found))


def moment(line: str) -> When:
    """Give the time in *line*, in UTC, or the day."""
    return next(iter(moments(line)))


def moments(line: str) -> list[When]:
    """Give the times in *line*."""
    head, _, values = line.partition(":")
    return [_one(head, value.partition("/")[0]) for value in values.split(",")]


def hours(line: str) -> timedelta | None:
    """Give how long the times in *line* last, where it says so (VALUE=PERIOD)."""
    _, slash, lasts = line.rpartition(":")[2].partition("/")
    return timedelta(hours=int(re.sub(r"\D", "", lasts))) if slash else None


def like(line: str, when: When) -> str:
    """Give parameters and value of a line that says *when* in the way of *line*."""
    parameters = "".join(re.findall(r";(?:TZID|VALUE)=[^;:]*", line.partition(":")[0]))
    if not isinstance(when, datetime):
        return f"{parameters}:{when:%Y%m%d}"
    if _is_utc(line):
        return f"{parameters}:{when:%Y%m%dT%H%M%S}Z"
    return f"{parameters}:{when.astimezone(_zone(line)):%Y%m%dT%H%M%S}"


def series(
    uid: str, kind: str, form: str, *asked: str, organizer: str, first: datetime, rule: str, more: Sequence[str] = ()
) -> Book:
    """Give a series that begins at *first* (local): of the *form* zone, utc, day or floating."""
    begin, end = _written(form, first), _written(form, first + timedelta(days=1 if form == "day" else 0, hours=1))
    close = "DUE" if kind == "VTODO" else "DTEND"
    lines = [f"UID:{uid}", "DTSTAMP:20261101T080000Z", f"DTSTART{begin}", f"{close}{end}", f"RRULE:{rule}"]
    lines += ["SUMMARY:Befaring", *more, f"ORGANIZER:mailto:{organizer}", *(f"ATTENDEE:mailto:{a}" for a in asked)]
    return Book(("VERSION:2.0", "PRODID:-//Klient//NO"), (Piece(kind, tuple(lines)),))


def shown(times: Mapping[When, tuple[When, timedelta, Piece]]) -> dict[When, tuple[When, timedelta]]:
    """Give begin and length of each occurrence."""
    return {when: (start, lasts) for when, (start, lasts, _) in times.items()}


def _name(line: str) -> str:
    return re.split("[;:]", line, maxsplit=1)[0]


def _is_utc(line: str) -> bool:
    return line.rpartition(":")[2].partition("/")[0].endswith("Z")


def _zone(line: str) -> ZoneInfo:
    tzid = texts.parameter(line.partition(":")[0], "TZID")
    return ZoneInfo(tzid) if tzid is not None else OSLO


def _one(head: str, value: str) -> When:
    if len(value) == len("20261201"):
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=_zone(head)).astimezone(UTC)


def _written(form: str, at: datetime) -> str:
    if form == "day":
        return f";VALUE=DATE:{at:%Y%m%d}"
    if form == "utc":
        return f":{at:%Y%m%dT%H%M%S}Z"
    return f"{';TZID=Europe/Oslo' if form == 'zone' else ''}:{at:%Y%m%dT%H%M%S}"


def _local(when: When, anchor: str) -> datetime:
    """Give *when* by the clock that *anchor* goes by."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time())
    return when.replace(tzinfo=None) if _is_utc(anchor) else when.astimezone(_zone(anchor)).replace(tzinfo=None)


def _from_local(at: datetime, anchor: str) -> When:
    if "VALUE=DATE" in anchor.partition(":")[0]:
        return at.date()
    zone = UTC if _is_utc(anchor) else _zone(anchor)
    return at.replace(tzinfo=zone).astimezone(UTC)


def _moved(line: str, by: timedelta) -> str:
    _, slash, lasts = line.rpartition(":")[2].partition("/")
    return f"{_name(line)}{like(line, _from_local(_local(moment(line), line) + by, line))}{slash}{lasts}"


def _starts(main: Piece, anchor: str) -> list[When]:
    rule = dict(part.split("=") for part in (main.value("RRULE") or "FREQ=DAILY;COUNT=1").split(";"))
    step = timedelta(days={"WEEKLY": 7, "DAILY": 1}[rule["FREQ"]])
    return [_from_local(_local(main.start, anchor) + n * step, anchor) for n in range(int(rule["COUNT"]))]
