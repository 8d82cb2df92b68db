# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do to a calendar text, line by line (GRAMMAR.md, "Texts")."""

import re
from collections.abc import Callable, Iterable

from tests.ical.scenarios.document import MAIN, Component, name_of, parts, value_of, with_override, with_parameters
from tests.ical.scenarios.grammar import BOXES, Said, box_of, instance_in

PARAMETERS = re.compile(r'([A-Z][A-Z0-9-]*)=("[^"]*"|\S*)')
_LINE = re.compile(r'[A-Z][A-Z0-9-]*(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^;:"])*)*:.*')
_ALARM = ("ACTION:DISPLAY", "TRIGGER:-PT10M")


def edit(root: Component, body: Iterable[Said], me: str) -> None:
    """Do to *root* what the lines of *body* say; raises Unreadable."""
    here = parts(root)[0]
    for said in body:
        if said.text.startswith("@"):
            here = with_override(root, instance_in(said, said.text))
        elif said.text.startswith("drop @"):
            _drop_override(root, said)
        elif said.text.startswith("calendar ") and _LINE.fullmatch(said.text.removeprefix("calendar ")):
            root.set(said.text.removeprefix("calendar "))
        else:
            _edit(here, said, me)


def bare(kind: str, uid: str) -> Component:
    """Give the object that a client makes where nothing else is said."""
    times = (
        ["DUE;TZID=Europe/Oslo:20261204T160000", "SUMMARY:Gipsplater"]
        if kind == "VTODO"
        else ["DTSTART;TZID=Europe/Oslo:20261201T100000", "DURATION:PT1H", "SUMMARY:Befaring"]
    )
    entry = Component(kind, [f"UID:{uid}", "DTSTAMP:20261101T080000Z", *times])
    return Component("VCALENDAR", ["VERSION:2.0", "PRODID:-//Klient//NO"], [entry])


def attendee(part: Component, box: str) -> str | None:
    """Give somebody's ATTENDEE line."""
    return next((line for line in part.named("ATTENDEE") if address_in(line) == box), None)


def address_in(line: str) -> str:
    """Give the mailbox that a line of a person names."""
    return value_of(line).lower().removeprefix("mailto:")


def expanded(line: str) -> str:
    """Give a line in which people are called by their names, with their addresses."""
    if name_of(line) in {"ATTENDEE", "ORGANIZER"} and value_of(line) in BOXES:
        return f"{line.removesuffix(value_of(line))}mailto:{BOXES[value_of(line)]}"
    return line


def _edit(here: Component, said: Said, me: str) -> None:
    verb, _, rest = said.text.partition(" ")
    if verb in _VERBS:
        _VERBS[verb](here, said, rest, me)
    elif verb == "organizer" or verb in {*BOXES, "me"} or ("@" in verb and PARAMETERS.match(rest)):
        _set_parameters(here, said, verb, rest, me)
    elif said.text.startswith("+") and _LINE.fullmatch(said.text[1:]):
        here.lines.append(expanded(said.text[1:]))
    elif said.text.startswith("-"):
        _drop_lines(here, said)
    elif _LINE.fullmatch(said.text):
        here.set(expanded(said.text))
        if name_of(said.text) in {"DTEND", "DUE"}:
            here.drop("DURATION")
    else:
        raise said.wrong("this is no edit of a text")


def _ask(here: Component, said: Said, rest: str, me: str) -> None:
    if not here.named("ORGANIZER"):
        here.lines.append(f"ORGANIZER:mailto:{box_of(said, 'me', me)}")
    here.lines += [f"ATTENDEE:mailto:{box_of(said, who, me)}" for who in rest.split()]


def _crowd(here: Component, said: Said, rest: str, _me: str) -> None:
    if not rest.isdigit():
        raise said.wrong("it must be: crowd NUMBER")
    here.lines += [f"ATTENDEE:urn:crowd:{number}" for number in range(int(rest))]


def _drop(here: Component, said: Said, rest: str, me: str) -> None:
    for who in rest.split():
        if who == "alarms":
            here.children = [child for child in here.children if child.name != "VALARM"]
        else:
            here.lines.remove(_their_line(here, said, who, me))


def _last(here: Component, said: Said, rest: str, me: str) -> None:
    line = _their_line(here, said, rest, me)
    here.lines.remove(line)
    here.lines.append(line)


def _alarm(here: Component, _said: Said, rest: str, _me: str) -> None:
    here.children.append(Component("VALARM", [*_ALARM, f"DESCRIPTION:{rest}"]))


def _replace(here: Component, said: Said, rest: str, _me: str) -> None:
    old, mark, new = rest.partition(" => ")
    if not mark or not any(old in line for line in here.lines):
        raise said.wrong("there is nothing to be replaced")
    here.lines = [line.replace(old, new) for line in here.lines]


_VERBS: dict[str, Callable[[Component, Said, str, str], None]] = {
    "alarm": _alarm,
    "ask": _ask,
    "crowd": _crowd,
    "drop": _drop,
    "last": _last,
    "replace": _replace,
}


def _their_line(here: Component, said: Said, who: str, me: str) -> str:
    line = attendee(here, box_of(said, who, me))
    if line is None:
        raise said.wrong(f"{who} is not in it")
    return line


def _set_parameters(here: Component, said: Said, who: str, rest: str, me: str) -> None:
    found = PARAMETERS.findall(rest)
    if not found or PARAMETERS.sub("", rest).strip():
        raise said.wrong("these are no parameters")
    if who == "organizer":
        old = next(iter(here.named("ORGANIZER")), None)
        if old is None:
            raise said.wrong("there is no ORGANIZER in it")
    else:
        old = _their_line(here, said, who, me)
    here.replace(old, with_parameters(old, {name: value.strip('"') for name, value in found}))


def _drop_lines(here: Component, said: Said) -> None:
    name, mark, value = said.text[1:].partition(":")
    doomed = [line for line in here.named(name) if not mark or value_of(line) == value]
    if not doomed:
        raise said.wrong("there is no such line")
    for line in doomed:
        here.lines.remove(line)


def _drop_override(root: Component, said: Said) -> None:
    instance = instance_in(said, said.text.removeprefix("drop "))
    found = next((p for p in parts(root) if p.instance == instance), None)
    if found is None:
        raise said.wrong("there is no such override")
    root.children.remove(found)


def reply_to(request: Component, body: list[Said], partstat: str | None, me: str, stamp: str) -> Component:
    """Give the REPLY that a mail program makes of an invitation, with what *body* does to it."""
    root = Component("VCALENDAR", ["VERSION:2.0", "PRODID:-//Mail//NO", "METHOD:REPLY"])
    kept = {"UID", "SEQUENCE", "ORGANIZER", "DTSTART", "SUMMARY", "RECURRENCE-ID", "DURATION", "DTEND"}
    for asked in parts(request):
        lines = [line for line in asked.lines if name_of(line) in kept]
        own = f"ATTENDEE;PARTSTAT={partstat or 'NEEDS-ACTION'}:mailto:{BOXES.get(me, me)}"
        root.children.append(Component(asked.name, [*lines, f"DTSTAMP:{stamp}", own]))
    days = [with_override(root, instance_in(said, said.text)) for said in body if said.text.startswith("@")]
    edit(root, body, me)
    if days:
        alone = body[0].text.startswith("@") and partstat is None
        root.children = [
            c for c in root.children if any(c is day for day in days) or (not alone and c.instance == MAIN)
        ]
    elif any(part.instance == MAIN for part in parts(root)):
        root.children = [c for c in root.children if c.instance == MAIN]
    return root
