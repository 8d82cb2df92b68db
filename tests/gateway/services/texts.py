# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar texts as clients write them, and what clients do to them. Knows nothing of the code under test."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

KARI, OLA, PER, NINA, BERIT = (
    "kari@byggbo.example",
    "ola@byggbo.example",
    "per@byggbo.example",
    "nina@byggbo.example",
    "berit@kunde.example",
)
PER_TOO = "p.dahl@byggbo.example"
"""Per's other address."""

ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", "DESCRIPTION:{}", "END:VALARM")
_ROSTER = re.compile(r"(?:\\n\\n)?--- Distribusjon ---.*--- Slutt på distribusjon ---")
_FOLD = re.compile(r"\r?\n[ \t]")


def meeting(uid: str, *asked: str, organizer: str = KARI, more: Sequence[str] = (), start: str = "T100000") -> bytes:
    """Give an appointment of an hour, to which *asked* are invited; *more* are further lines of it."""
    times = (f"DTSTART;TZID=Europe/Oslo:20261201{start}", "DURATION:PT1H", "SUMMARY:Befaring")
    return _entry("VEVENT", uid, [*times, *more], organizer, asked)


def task(uid: str, *asked: str, organizer: str = KARI, more: Sequence[str] = ()) -> bytes:
    """Give a task that is handed out to *asked*."""
    lines = ("DTSTART;TZID=Europe/Oslo:20261201T080000", "DUE;TZID=Europe/Oslo:20261204T160000")
    return _entry("VTODO", uid, [*lines, "SUMMARY:Legge gipsplate", *more], organizer, asked)


def private(uid: str, *more: str, kind: str = "VEVENT") -> bytes:
    """Give an entry that nobody else is in."""
    lines = [f"BEGIN:{kind}", f"UID:{uid}", "DTSTAMP:20261101T080000Z", "DTSTART:20261201T090000Z", *more]
    return written(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Klient//NO", *lines, f"END:{kind}", "END:VCALENDAR"])


def reply(text: bytes, address: str, partstat: str, *more: str, stamp: str = "20261123T130000Z") -> bytes:
    """Give the REPLY that a mail program makes of the invitation *text*."""
    kind = kind_of(text)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mail//NO",
        "METHOD:REPLY",
        f"BEGIN:{kind}",
        f"UID:{value(text, 'UID')}",
        f"DTSTAMP:{stamp}",
        *(line for line in main_of(text) if line.startswith(("SEQUENCE", "ORGANIZER", "DTSTART", "SUMMARY"))),
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{address}",
        *more,
        f"END:{kind}",
        "END:VCALENDAR",
    ]
    return written(lines)


def unfolded(text: bytes) -> list[str]:
    """Give the content lines of *text*."""
    return _FOLD.sub("", text.decode()).replace("\r\n", "\n").removesuffix("\n").split("\n")


def written(lines: Iterable[str], width: int = 75, line_break: str = "\r\n") -> bytes:
    """Give *lines* as a text, folded after *width* characters."""
    return "".join(f"{_folded(line, width, line_break)}{line_break}" for line in lines).encode()


def refolded(text: bytes, width: int = 40, line_break: str = "\r\n") -> bytes:
    """Give the same content lines in other bytes, as a client that reads and writes everything does."""
    return written(unfolded(text), width, line_break)


def kind_of(text: bytes) -> str:
    """Give VEVENT, VTODO or VJOURNAL."""
    return next(line.removeprefix("BEGIN:") for line in unfolded(text) if line in {f"BEGIN:{k}" for k in ENTRIES})


def main_of(text: bytes) -> list[str]:
    """Give the properties of the entry itself, without alarms and other components in it."""
    return [line for line, is_own in _marked(unfolded(text)) if is_own]


def value(text: bytes, name: str) -> str | None:
    """Give the value of the first property *name* of the entry, or None."""
    return next((line.partition(":")[2] for line in named(text, name)), None)


def named(text: bytes, name: str) -> list[str]:
    """Give the lines of the entry with this name."""
    return [line for line in main_of(text) if re.match(rf"{name}[;:]", line)]


def line_of(text: bytes, address: str) -> str:
    """Give the ATTENDEE line of *address*."""
    return next(line for line in named(text, "ATTENDEE") if line.lower().endswith(f"mailto:{address}"))


def people(text: bytes) -> dict[str, str]:
    """Give each attendee's PARTSTAT by mailbox."""
    found = {}
    for line in named(text, "ATTENDEE"):
        found[line.rpartition("mailto:")[2].lower()] = parameter(line, "PARTSTAT") or "NEEDS-ACTION"
    return found


def parameter(line: str, name: str) -> str | None:
    """Give the value of a parameter of *line*, or None."""
    match = re.search(rf";{name}=(\"[^\"]*\"|[^;:]*)", line)
    return match.group(1).strip('"') if match else None


def alarms(text: bytes) -> list[str]:
    """Give what each alarm says."""
    inside = re.findall(r"BEGIN:VALARM\n(.*?)END:VALARM", "\n".join(unfolded(text)), re.DOTALL)
    return sorted(re.search(r"DESCRIPTION:(.*)", alarm).group(1) for alarm in inside)  # type: ignore[union-attr]


def with_lines(text: bytes, *lines: str) -> bytes:
    """Give *text* with more properties."""
    found = unfolded(text)
    at = next(i for i, line in enumerate(found) if line in {f"BEGIN:{k}" for k in ENTRIES})
    return written([*found[: at + 1], *lines, *found[at + 1 :]])


def without_roster(lines: Iterable[str]) -> list[str]:
    """Leave out of DESCRIPTION what the server says of the answers."""
    left = (_ROSTER.sub("", line) for line in lines)
    return [line for line in left if line != "DESCRIPTION:"]


def without(text: bytes, *names: str) -> bytes:
    """Give *text* without the properties of these names."""
    return changed(text, lambda line: None if re.match(rf"({'|'.join(names)})[;:]", line) else line)


def with_value(text: bytes, name: str, said: str | None) -> bytes:
    """Give *text* with one property *name* saying *said*, or none at all; its parameters stay."""
    old = named(text, name)
    rest = without(text, name)
    return rest if said is None else with_lines(rest, f"{old[0].partition(':')[0] if old else name}:{said}")


def with_partstat(text: bytes, address: str, partstat: str) -> bytes:
    """Give *text* in which *address* answers *partstat*."""
    return with_parameter(text, address, "PARTSTAT", partstat)


def with_parameter(text: bytes, address: str, name: str, said: str | None) -> bytes:
    """Give *text* with a parameter of the line of *address* set, or taken away."""

    def edited(line: str) -> str:
        if not (line.startswith("ATTENDEE") and line.lower().endswith(f"mailto:{address}")):
            return line
        bare = re.sub(rf";{name}=(\"[^\"]*\"|[^;:]*)", "", line)
        return bare if said is None else bare.replace("ATTENDEE", f"ATTENDEE;{name}={said}", 1)

    return changed(text, edited)


def with_attendee(text: bytes, *addresses: str) -> bytes:
    """Give *text* with more people."""
    return with_lines(text, *(f"ATTENDEE:mailto:{address}" for address in addresses))


def without_attendee(text: bytes, *addresses: str) -> bytes:
    """Give *text* without these people."""
    gone = tuple(f"mailto:{address}" for address in addresses)
    return changed(text, lambda line: None if line.startswith("ATTENDEE") and line.lower().endswith(gone) else line)


def with_alarm(text: bytes, says: str) -> bytes:
    """Give *text* with one more alarm."""
    found = unfolded(text)
    at = next(i for i, line in enumerate(found) if line in {f"END:{k}" for k in ENTRIES})
    return written([*found[:at], *(line.format(says) for line in ALARM), *found[at:]])


def without_alarms(text: bytes) -> bytes:
    """Give *text* without alarms."""
    return written(re.sub(r"BEGIN:VALARM\n.*?END:VALARM\n", "", "\n".join(unfolded(text)), flags=re.DOTALL).split("\n"))


def later(text: bytes, days: int = 1) -> bytes:
    """Give *text* on another day of December."""

    def moved(line: str) -> str:
        if not line.startswith(("DTSTART", "DTEND", "DUE")):
            return line
        return re.sub(r":202612(\d\d)", lambda m: f":202612{(int(m.group(1)) + days - 1) % 28 + 1:02}", line)

    return changed(text, moved)


def stripped(text: bytes, **said: str) -> bytes:
    """Give what Outlook's synchronizer makes of a task: a new text with the UID, a higher SEQUENCE, and few lines."""
    due = (value(text, "DUE") or "20261204T160000")[:8]
    sequence = int(value(text, "SEQUENCE") or 0) + 1
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CalDavSynchronizer//4//EN",
        "BEGIN:VTODO",
        f"UID:{value(text, 'UID')}",
        f"SUMMARY:{value(text, 'SUMMARY')}",
        f"DUE;TZID=Europe/Oslo:{due}T235959",
        f"SEQUENCE:{sequence}",
        *(f"{name.replace('_', '-')}:{what}" for name, what in said.items()),
        "END:VTODO",
        "END:VCALENDAR",
    ]
    return written(lines)


def changed(text: bytes, edit: Callable[[str], str | None]) -> bytes:
    """Give *text* with each property of the entry edited; None takes it away."""
    lines = (edit(line) if is_own else line for line, is_own in _marked(unfolded(text)))
    return written(line for line in lines if line is not None)


def _entry(kind: str, uid: str, lines: Iterable[str], organizer: str, asked: Iterable[str]) -> bytes:
    return written(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Klient//NO",
            f"BEGIN:{kind}",
            f"UID:{uid}",
            "DTSTAMP:20261101T080000Z",
            *lines,
            f"ORGANIZER:mailto:{organizer}",
            *(f"ATTENDEE:mailto:{address}" for address in asked),
            f"END:{kind}",
            "END:VCALENDAR",
        ]
    )


def _marked(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Tell of each line whether it is a property of the entry itself."""
    depth: list[str] = []
    for line in lines:
        if line.startswith("BEGIN:"):
            depth.append(line.removeprefix("BEGIN:"))
            yield line, False
        elif line.startswith("END:"):
            depth.pop()
            yield line, False
        else:
            yield line, len(depth) == 2 and depth[1] in ENTRIES


def _folded(line: str, width: int, line_break: str) -> str:
    return f"{line_break} ".join(line[at : at + width] for at in range(0, max(len(line), 1), width))
