# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page tells of each thing that somebody has on: its time, its name, and how it stands."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from gateway.model import ReadingId
from gateway.services.agenda import Thing
from gateway.services.scene import zone_of
from gateway.web.desk.door import Visit
from gateway.web.desk.periods import short_day
from ical.agenda import Said, Standing
from ical.instances import SERIES, InstanceId

_CLOCK = {"nb": "%H.%M", "en": "%H:%M"}
WHOLE_DAY = timedelta(days=1)
LONG = 24
"""Characters of a title that a narrow column may not have room for."""


@dataclass(frozen=True, slots=True)
class Card:
    """A thing, in words."""

    url: str
    title: str
    time: str
    till: str
    """The rest of it, which a narrow column may go without: where it ends is drawn."""
    place: str
    source: str
    """Who asks, '' where nobody does."""
    note: str
    """What is said of how it stands, '' where it is plainly theirs."""
    look: str
    """The classes of its look."""
    hint: str
    """What a pointer is told, '' where all of it is shown anyway."""


@dataclass(frozen=True, slots=True)
class Chore:
    """A task, in words."""

    url: str
    title: str
    due: str
    percent: str
    source: str
    organizer: str
    done: bool
    late: bool
    note: str


class Teller:
    """Tells *visit* of things: in their language, and by the clocks of their zone."""

    def __init__(self, visit: Visit, prefix: str) -> None:
        self.language, self._prefix, self.zone = visit.language, prefix, zone_of(visit.person)
        self._clock = _CLOCK[visit.language]
        self._untitled, self._all_day = visit.word("(no title)"), visit.word("All day")
        self._until, self._from = visit.word("until %(day)s"), visit.word("from %(name)s")
        self._notes = {Standing.WAITING: visit.word("not answered"), Standing.TENTATIVE: visit.word("maybe")}
        self._off, self._private = visit.word("called off"), visit.word("private")
        self.now = visit.now.astimezone(self.zone)
        self.today = self.now.date()

    def card(self, thing: Thing) -> Card:
        """Give an appointment."""
        said, what = thing.what.said, thing.what
        start, end = what.start.astimezone(self.zone), what.end.astimezone(self.zone)
        told, till = (self._days(start, end), "") if what.all_day else self.clocks(start, end)
        title = " ".join(said.summary.split()) or self._untitled
        place = " ".join(said.location.split())
        return Card(
            url=self.url("avtale", thing.reading_id, what.instance),
            title=title,
            time=told,
            till=till,
            place=place,
            source=self._from % {"name": said.organizer} if said.organizer else "",
            note=self._note(said),
            look=f"{said.standing} off" if said.cancelled else said.standing.value,
            hint=f"{title}, {place}" if place else title if len(title) > LONG else "",
        )

    def chore(self, thing: Thing) -> Chore:
        """Give a task of a period."""
        due = thing.what.due
        told = None if due is None else due.astimezone(self.zone)
        meant = told.date() if told is not None and thing.what.all_day else told
        return self.task(thing.reading_id, thing.what.said, thing.what.instance, meant)

    def task(self, reading_id: ReadingId, said: Said, instance: InstanceId, due: datetime | date | None) -> Chore:
        """Give a task that is *due* (aware, or a day)."""
        return Chore(
            url=self.url("oppgave", reading_id, instance),
            title=" ".join(said.summary.split()) or self._untitled,
            due=self.moment(due) if due is not None else "",
            percent=f"{said.percent or 0} %",
            source=self._from % {"name": said.organizer} if said.organizer else "",
            organizer=said.organizer,
            done=said.done,
            late=due is not None and not said.done and self.day(due) < self.today,
            note=self._note(said),
        )

    def url(self, room: str, reading_id: ReadingId, instance: InstanceId) -> str:
        """Give where a thing is opened: one day of a series by its name."""
        day = f"?dag={instance}" if instance != SERIES else ""
        return f"{self._prefix}/{room}/{reading_id}{day}"

    def day(self, at: datetime | date) -> date:
        """Give the day of *at* in their zone."""
        return at.astimezone(self.zone).date() if isinstance(at, datetime) else at

    def moment(self, at: datetime | date) -> str:
        """Give a day, and the hour where one is meant: `fre. 27. nov. 12.00`."""
        day = short_day(self.day(at), self.language)
        return f"{day} {self.clock(at.astimezone(self.zone))}" if isinstance(at, datetime) else day

    def hour(self, hour: int) -> str:
        """Give what an hour of the day is called beside a sheet."""
        return f"{hour:02}"

    def clock(self, at: datetime) -> str:
        """Give the hour of *at*, which is in their zone."""
        return at.strftime(self._clock)

    def clocks(self, start: datetime, end: datetime) -> tuple[str, str]:
        """Give from when and to when something is, with the days where it is more than one; both are in their zone."""
        if end <= start:
            return self.clock(start), ""
        if end - start < WHOLE_DAY:
            return self.clock(start), f"\N{EN DASH}{self.clock(end)}"
        begin, close = (f"{short_day(at.date(), self.language)} {self.clock(at)}" for at in (start, end))
        return begin, f" \N{EN DASH} {close}"

    def _days(self, start: datetime, end: datetime) -> str:
        last = end.date() - WHOLE_DAY
        if last <= start.date():
            return self._all_day
        return f"{self._all_day}, {self._until % {'day': short_day(last, self.language)}}"

    def _note(self, said: Said) -> str:
        if said.cancelled:
            return self._off
        return self._notes.get(said.standing) or (self._private if said.private else "")


def days_of(thing: Thing, zone: tzinfo) -> tuple[date, date]:
    """Give the first and the last day of something that is drawn as a bar."""
    start, end = thing.what.start.astimezone(zone), thing.what.end.astimezone(zone)
    return start.date(), max(start.date(), (end - timedelta(microseconds=1)).date())


def is_bar(thing: Thing) -> bool:
    """Tell whether something is drawn above the hours: whole days, or a day long at least."""
    return thing.what.all_day or thing.what.end - thing.what.start >= WHOLE_DAY
