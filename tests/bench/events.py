# SPDX-License-Identifier: GPL-3.0-or-later
"""The appointments that are measured with: always the same ones, and which of them fall into the month asked for."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - local in the zone of each event
DAYS = 5 * 365
MONTH = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
WEEKS = 10
WEEKLY, ZONED = 0.1, 0.5
"""How many of them recur, and how many have a time zone of their own."""
OSLO = ZoneInfo("Europe/Oslo")

_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
_PLACES = ("Meeting room 1", "Meeting room 2", "Site 14", "Customer's office, Storgata 1", "Online")
_SUBJECTS = ("Progress", "Inspection", "Budget", "Handover", "Planning", "Delivery of windows", "Safety round")
_WORDS = """\
drawings schedule delivery kitchen second floor plaster insulation customer change order invoice crane scaffold
paint electrician plumber inspection report deviation budget concrete formwork roof drain gravel
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One appointment; the same number is always the same one."""

    number: int
    start: datetime
    """Local, without a zone."""
    length: timedelta
    zoned: bool
    weekly: bool
    subject: str
    place: str
    description: str
    edition: int = 0
    people: tuple[str, ...] = ()
    """Lines about who is in it."""

    @property
    def uid(self) -> str:
        """Its UID."""
        return f"bench-{self.number}"

    @property
    def name(self) -> str:
        """The name it is stored under."""
        return f"{self.uid}.ics"

    def occurrences(self) -> Iterator[tuple[datetime, datetime]]:
        """Give when it takes place, aware."""
        for week in range(WEEKS if self.weekly else 1):
            begin = (self.start + timedelta(weeks=week)).replace(tzinfo=OSLO if self.zoned else UTC)
            yield begin, (begin.astimezone(UTC) + self.length)

    def component(self) -> str:
        """Give its VEVENT, in lines that end as a Unix program ends them."""
        end = self.start + self.length
        lines = (
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            "DTSTAMP:20260102T080000Z",
            "CREATED:20260102T080000Z",
            f"LAST-MODIFIED:20260102T08{self.edition // 60 % 60:02}{self.edition % 60:02}Z",
            f"DTSTART{self._when(self.start)}",
            f"DTEND{self._when(end)}",
            *((f"RRULE:FREQ=WEEKLY;COUNT={WEEKS}",) if self.weekly else ()),
            f"SUMMARY:{self.subject} {self.number}" + (f" ({self.edition})" if self.edition else ""),
            f"LOCATION:{self.place}".replace(",", "\\,"),
            *folded(f"DESCRIPTION:{self.description}"),
            *self.people,
            "CATEGORIES:Site",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Reminder",
            "TRIGGER:-PT15M",
            "END:VALARM",
            "END:VEVENT",
        )
        return "".join(f"{line}\n" for line in lines)

    def at(self, start: datetime, *, weekly: bool) -> "Event":
        """Give the same at another time."""
        return replace(self, start=start, weekly=weekly)

    def inviting(self, organizer: str, *mailboxes: str) -> "Event":
        """Give the same, organized by somebody who invites others."""
        asked = (f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{box}" for box in mailboxes)
        return replace(self, people=(f"ORGANIZER:mailto:{organizer}", *asked))

    def text(self) -> bytes:
        """Give the calendar object that a client uploads."""
        return calendar_object((_ZONE if self.zoned else "") + self.component())

    def _when(self, local: datetime) -> str:
        return f";TZID=Europe/Oslo:{local:%Y%m%dT%H%M%S}" if self.zoned else f":{local:%Y%m%dT%H%M%S}Z"


def event(number: int, edition: int = 0) -> Event:
    """Give the appointment *number*; another *edition* has another title and nothing else."""
    chance = random.Random(f"distrib-{number}")  # noqa: S311 - the same for everybody is the point
    return Event(
        number=number,
        start=FIRST_DAY + timedelta(days=chance.randrange(DAYS), hours=chance.randrange(8, 16)),
        length=timedelta(minutes=chance.choice((30, 45, 60, 90, 120))),
        zoned=chance.random() < ZONED,
        weekly=chance.random() < WEEKLY,
        subject=chance.choice(_SUBJECTS),
        place=chance.choice(_PLACES),
        description=" ".join(chance.choices(_WORDS.split(), k=chance.randrange(20, 60))),
        edition=edition,
    )


def events(number: int) -> Iterator[Event]:
    """Give the first *number* appointments."""
    return map(event, range(number))


def within_month(number: int) -> frozenset[str]:
    """Give the UIDs of those among the first *number* that take place in `MONTH`, wholly or in part."""
    begin, end = MONTH
    return frozenset(one.uid for one in events(number) if any(a < end and b > begin for a, b in one.occurrences()))


def calendar_object(components: str) -> bytes:
    """Wrap *components* in a VCALENDAR with the line ends that RFC 5545 3.1 asks for."""
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Byggbo//Measuring//EN\n"
    return f"{head}{components}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def folded(line: str) -> Iterator[str]:
    """Fold at 75 octets (RFC 5545 3.1); the text is ASCII."""
    yield line[:75]
    for begin in range(75, len(line), 74):
        yield f" {line[begin : begin + 74]}"
