# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar texts that are mostly right: lines of samples and of series, a few of them made strange."""

import random
from collections.abc import Callable

from tests.ical.itip.company import BERIT, KARI, NINA, OLA
from tests.ical.mangling import RAW, mangled
from tests.ical.texts import calendar, event, task

TIMES = (
    *("20261008T100000", "20261015T100000", "20261022T100000", "20261015", "20261015T080000Z", "20261029T130000"),
    *("00010101", "00010101T000000", "00010101T000000Z", "99991231", "99991231T235959", "99991231T235959Z"),
    *("20260230", "20261008T256199", "20261008T100060", "20270328T023000", "20261025T023000", "2026", "T", "", "²026"),
)
NUMBERS = ("0", "1", "-1", "2147483648", "9" * 19, "9" * 400, "٣", "1e9", "+5", "", "x")
RULES = (
    *("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=6", "FREQ=DAILY;UNTIL=20261015", "FREQ=DAILY;UNTIL=99991231T235959Z"),
    *("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "FREQ=MONTHLY;BYDAY=-5FR;BYSETPOS=-366", "FREQ=SECONDLY;INTERVAL=999999999"),
    *(
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=NEVER",
        "FREQ=",
        "INTERVAL=2",
        ";;;",
        "FREQ=DAILY;COUNT=999999999",
    ),
    *("FREQ=WEEKLY;BYDAY=99MO", "FREQ=YEARLY;BYDAY=53MO,-53SU", "FREQ=HOURLY;BYSECOND=60", "FREQ=DAILY;RSCALE=HEBREW"),
)
LENGTHS = ("PT1H", "-PT1H", "P99999W", "-P99999W", "PT999999999S", "P", "PT", "P1W2D", "P0D", "P1DT", "")
ZONES = (
    "Europe/Oslo",
    "Pacific/Apia",
    "W. Europe Standard Time",
    "../../etc/passwd",
    "/",
    "",
    "Nowhere",
    "\u2028",
    "UTC",
)
PEOPLE = (
    KARI,
    OLA,
    NINA,
    BERIT,
    "mailto:",
    "mailto:%FF%00@",
    "urn:uuid:1",
    "/dav/ola/",
    "x" * 400,
    "mailto:OLA@byggbo.example",
)
WORDS = (
    *NUMBERS,
    *TIMES,
    *LENGTHS,
    "ACCEPTED",
    "DELEGATED",
    "CANCELLED",
    "THISANDFUTURE",
    '"',
    '"a","b"',
    "^n^'^^",
    "\\",
    "💡",
)
VALUES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "COMPLETED", "DTSTAMP", "CREATED"), TIMES),
    **dict.fromkeys(
        ("EXDATE", "RDATE"), (*TIMES, "20261008T100000/PT1H,20261015", "20261015/99991231", ",,", "/", "20261015/P")
    ),
    **dict.fromkeys(("SEQUENCE", "PERCENT-COMPLETE", "PRIORITY"), NUMBERS),
    **dict.fromkeys(("RRULE", "EXRULE"), RULES),
    **dict.fromkeys(("DURATION", "TRIGGER"), LENGTHS),
    **dict.fromkeys(("ATTENDEE", "ORGANIZER"), PEOPLE),
    **dict.fromkeys(("TZOFFSETFROM", "TZOFFSETTO"), ("+0100", "-9959", "+2400", "+999999", "x", "")),
    "REQUEST-STATUS": ("2.0;Success", "9.9", "1" * 400, ""),
    "STATUS": ("CANCELLED", "CONFIRMED", "COMPLETED", "IN-PROCESS", "NEEDS-ACTION", ""),
    "METHOD": ("REQUEST", "REPLY", "CANCEL", "PUBLISH", "ADD", "COUNTER", "", "\u00e6"),
}
PARAMETERS: dict[str, tuple[str, ...]] = {
    "TZID": ZONES,
    "VALUE": ("DATE", "DATE-TIME", "PERIOD", "X"),
    "RANGE": ("THISANDFUTURE", "THISANDPRIOR"),
    "PARTSTAT": ("ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "COMPLETED", "IN-PROCESS", "needs-action", "X"),
    "SCHEDULE-AGENT": ("SERVER", "CLIENT", "NONE", "X"),
    "SCHEDULE-FORCE-SEND": ("REQUEST", "REPLY", "X"),
    "EMAIL": ("ola@byggbo.example", "@", ""),
    "CN": ('"Ola, Nordmann"', '"', "^'", "💡" * 40),
    "RSVP": ("TRUE", "x"),
}
HEAD = ("SUMMARY:Befaring", f"ORGANIZER:{KARI}", f"ATTENDEE:{KARI}", f"ATTENDEE;PARTSTAT=ACCEPTED:{OLA}", "SEQUENCE:1")
START, END = "DTSTART;TZID=Europe/Oslo:20261008T100000", "DTEND;TZID=Europe/Oslo:20261008T110000"
OWN_DAY = (
    "RECURRENCE-ID;TZID=Europe/Oslo:20261015T100000",
    "DTSTART;TZID=Europe/Oslo:20261015T140000",
    "DURATION:PT1H",
    *HEAD,
    f"ATTENDEE:{NINA}",
)
SERIES = (
    calendar(
        event(START, END, "RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE;TZID=Europe/Oslo:20261029T100000", *HEAD),
        event(*OWN_DAY),
    ),
    calendar(event("DTSTART;VALUE=DATE:20261008", "RRULE:FREQ=DAILY", f"ATTENDEE:{BERIT}", *HEAD)),
    calendar(event(START, "DURATION:PT1H", "RDATE;TZID=Europe/Oslo:20261015T100000,20261022T100000", *HEAD)),
    calendar(event(*OWN_DAY), event("RECURRENCE-ID:20261022T080000Z", "DTSTART:20261022T080000Z", *HEAD)),
    calendar(task("DUE;VALUE=DATE:20261016", "RRULE:FREQ=WEEKLY", "PERCENT-COMPLETE:40", "STATUS:IN-PROCESS", *HEAD)),
    calendar(
        event(START, END, "DTSTAMP:20261001T120000Z", "REQUEST-STATUS:2.0;Success", *HEAD), head=("METHOD:REPLY",)
    ),
    calendar(
        f"BEGIN:VFREEBUSY\nUID:1\nDTSTAMP:20261001T120000Z\nDTSTART:20261008T000000Z\nDTEND:20261009T000000Z\n"
        f"ORGANIZER:{KARI}\nATTENDEE:{OLA}\nEND:VFREEBUSY",
        head=("METHOD:REQUEST",),
    ),
)
TEXTS = (*SERIES, *RAW)


def strange(chance: random.Random, text: bytes | None = None, most: int = 4) -> bytes:
    """Give *text*, or one of `TEXTS`, in which up to *most* things are strange."""
    if chance.random() < 0.1:
        return mangled(chance.randrange(2**32), most)
    lines = (text if text is not None else chance.choice(TEXTS)).splitlines(keepends=True)
    for _ in range(chance.randint(0, most)):
        chance.choice(CHANGES)(lines, chance)
    return b"".join(lines)


def _with_value(lines: list[bytes], chance: random.Random) -> None:
    known = [at for at, line in enumerate(lines) if _name(line) in VALUES]
    if known:
        at = chance.choice(known)
        head, _, _ = lines[at].partition(b":")
        pool = VALUES[_name(lines[at])] if chance.random() < 0.9 else WORDS
        lines[at] = head + b":" + chance.choice(pool).encode() + b"\r\n"


def _with_parameter(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    name = chance.choice((*PARAMETERS, "X-A", ""))
    value = chance.choice(PARAMETERS.get(name, WORDS))
    head, colon, rest = lines[at].partition(b":")
    lines[at] = head + f";{name}={value}".encode() * chance.choice((1, 1, 1, 2, 70)) + colon + rest


def _without_parameters(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    head, colon, rest = lines[at].partition(b":")
    lines[at] = head.partition(b";")[0] + colon + rest


def _cut(lines: list[bytes], chance: random.Random) -> None:
    if len(lines) > 1:
        at = chance.randrange(len(lines))
        del lines[at : at + chance.choice((1, 1, 1, 5))]
    if not lines:
        lines.append(b"BEGIN:VCALENDAR\r\n")


def _twice(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at:at] = lines[at : at + chance.choice((1, 1, 9))]


def _moved(lines: list[bytes], chance: random.Random) -> None:
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randint(0, len(lines)), line)


def _borrowed(lines: list[bytes], chance: random.Random) -> None:
    others = chance.choice(TEXTS).splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines)), chance.choice(others))


def _made_up(lines: list[bytes], chance: random.Random) -> None:
    name = chance.choice(tuple(VALUES))
    lines.insert(chance.randrange(len(lines)), f"{name}:{chance.choice(VALUES[name])}\r\n".encode())


def _doubled_component(lines: list[bytes], chance: random.Random) -> None:
    """Put a component into the text once more, perhaps inside itself, perhaps as an occurrence."""
    starts = [at for at, line in enumerate(lines) if line.startswith(b"BEGIN:") and at]
    if not starts:
        return
    start = chance.choice(starts)
    end = lines[start].replace(b"BEGIN", b"END", 1)
    stop = next((at for at in range(start, len(lines)) if lines[at] == end), len(lines) - 1) + 1
    again = lines[start:stop]
    if chance.random() < 0.7:
        again.insert(1, f"RECURRENCE-ID:{chance.choice(TIMES)}\r\n".encode())
    at = chance.choice((stop, start + 1))
    lines[at:at] = again


def _other_bytes(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    line = lines[at]
    lines[at] = chance.choice(
        (
            line.upper(),
            line.lower(),
            line.replace(b"\r\n", b"\n"),
            line.replace(b"\r\n", b"\r"),
            line[: len(line) // 2] + b"\r\n " + line[len(line) // 2 :],
            line.decode("utf-8", "replace").encode("utf-16"),
            line.decode("utf-8", "replace").encode("latin-1", "replace"),
            b"\xef\xbb\xbf" + line,
            line + b"\r\n",
            b" " + line,
        )
    )


def _name(line: bytes) -> str:
    return line.partition(b":")[0].partition(b";")[0].decode("ascii", "replace").upper()


Change = Callable[[list[bytes], random.Random], None]
CHANGES: tuple[Change, ...] = (
    *(_with_value, _with_value, _with_value, _with_parameter, _with_parameter, _without_parameters, _cut, _cut),
    *(_twice, _moved, _borrowed, _made_up, _made_up, _doubled_component, _other_bytes),
)
