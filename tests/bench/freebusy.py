# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to ask when colleagues are free (i)."""

import re
from datetime import UTC, datetime

from tests.bench.calendar import expect
from tests.bench.client import Reply, WrongAnswer
from tests.bench.company import EVENTS, Company, boxes
from tests.bench.events import MONTH, calendar_object, events
from tests.bench.meter import Meter
from tests.bench.servers import LOGIN, mailbox

_FOLD = re.compile(r"(?:&#13;|\r)?\n[ \t]")
_PERIODS = re.compile(r"^FREEBUSY[^:]*:([0-9TZ/,]+)", re.MULTILINE)
_TEXT = "Content-Type: text/calendar; charset=utf-8\r\n"


def ask_when_free(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Ask when colleagues are busy in a month; the answer must say for each of them what their calendar says."""
    wanted, client, body = _busy_seconds(), company.calendar().client, _question(people)
    with meter.running():
        for _ in range(repeats):
            reply = meter.count(expect(client.ask("POST", f"/dav/{LOGIN}/outbox/", body, _TEXT), 200))
            _expect_busy(reply, people, wanted)


def _question(people: int) -> bytes:
    asked = "".join(f"ATTENDEE:mailto:{box}\n" for box in boxes(people))
    begin, end = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in MONTH)
    return calendar_object(
        "METHOD:REQUEST\nBEGIN:VFREEBUSY\nUID:when\nDTSTAMP:20260102T080000Z\n"
        f"DTSTART:{begin}\nDTEND:{end}\nORGANIZER:mailto:{mailbox(LOGIN)}\n{asked}END:VFREEBUSY\n"
    )


def _expect_busy(reply: Reply, people: int, wanted: float) -> None:
    """Raise WrongAnswer unless everybody is said to be busy for *wanted* seconds."""
    found = _FOLD.sub("", reply.body.decode()).split("BEGIN:VFREEBUSY")[1:]
    busy = [sum(map(_seconds, ",".join(_PERIODS.findall(one)).split(","))) for one in found]
    if busy != [wanted] * people:
        raise WrongAnswer(f"busy for {busy} seconds instead of {wanted}, {people} times")


def _seconds(period: str) -> float:
    begin, _, end = period.partition("/")
    return (_instant(end) - _instant(begin)).total_seconds()


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _busy_seconds() -> float:
    """Give how much of the month the appointments of a full calendar take, those that overlap counted once."""
    first, last = MONTH
    total, until = 0.0, first
    for begin, end in sorted(pair for one in events(EVENTS) for pair in one.occurrences()):
        taken = (min(end, last) - max(begin, until)).total_seconds()
        if taken > 0:
            total, until = total + taken, end
    return total
