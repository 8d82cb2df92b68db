# SPDX-License-Identifier: GPL-3.0-or-later
"""What is expected of a text: the lines that must be in it, and those that must not (GRAMMAR.md, "Looking")."""

from collections.abc import Iterable

from tests.ical.scenarios.company import Company
from tests.ical.scenarios.document import MAIN, Component, parameters, part, parts, read, unfolded, value_of, written
from tests.ical.scenarios.editing import PARAMETERS, attendee, expanded
from tests.ical.scenarios.grammar import BOXES, STAFF, Said, Step, box_of, instance_in
from tests.ical.scenarios.seeing import View


def expect(step: Step, view: View, company: Company) -> None:
    """Hold what *step* expects; raises AssertionError with its place, and Unreadable."""
    match step.words:
        case ["mail", who]:
            _expect_mail(step, view, who)
        case ["log", uid]:
            _expect_log(step, company.reasons(uid))
        case [who, "inbox", method, uid] if who in STAFF:
            found = [i for i in view.items.values() if (i.login, i.method, i.uid) == (who, method, uid)]
            _hold(bool(found), step.said, f"{who} has no {method} in the inbox")
            newest = max(found, key=lambda item: int(item.revision.rpartition("-")[2]))
            _expect_lines(step.body, read(company.request(who, "GET", newest.path).body))
        case [who, uid] if who in STAFF:
            seen = view.objects.get((who, uid))
            if [said.text for said in step.body] == ["nothing"]:
                _hold(seen is None, step.said, f"{who} has it")
                return
            _hold(seen is not None, step.said, f"{who} has no {uid}")
            if seen is not None:
                at = [said for said in step.body if said.text.startswith("at ")]
                for said in at:
                    _hold(seen.path == f"/{who}/{said.text.removeprefix('at ')}", said, f"it lies at {seen.path}")
                _expect_lines([said for said in step.body if said not in at], read(seen.text))
        case _:
            raise step.said.wrong("it must be: expect WHO ENTRY, WHO inbox METHOD ENTRY, mail WHO, or log ENTRY")


def _hold(holds: bool, said: Said, why: str) -> None:
    if not holds:
        raise AssertionError(f"{said.place}: {said.text}\n  but {why}")


def _expect_log(step: Step, reasons: Iterable[str]) -> None:
    told = list(reasons)
    for said in step.body:
        text = said.text.removeprefix("no ")
        there = any(text in why for why in told)
        _hold(there != (text != said.text), said, f"the log says: {told}")


def _expect_mail(step: Step, view: View, who: str) -> None:
    letters = [letter for letter in view.letters.values() if letter.to == who]
    _hold(bool(letters), step.said, f"{who} has got no mail")
    letter = max(letters, key=lambda one: one.id)
    rest = []
    for said in step.body:
        if said.text.startswith("header "):
            name, _, text = said.text.removeprefix("header ").partition(" ~ ")
            _hold(text in str(letter.message[name] or ""), said, f"it says {letter.message[name]}")
        elif said.text.startswith("text ~ "):
            body = letter.message.get_body(("plain",))
            content = body.get_content() if body is not None else ""
            _hold(said.text.removeprefix("text ~ ") in content, said, f"it says {content}")
        else:
            rest.append(said)
    if rest:
        _expect_lines(rest, letter.calendar)


def _expect_lines(body: Iterable[Said], root: Component) -> None:
    here: Component | None = parts(root)[0]
    shown = "\n    ".join(unfolded(written(root)))
    for said in body:
        if said.text.startswith("@"):
            here = part(root, instance_in(said, said.text))
        elif said.text.startswith("no @"):
            gone = instance_in(said, said.text.removeprefix("no "))
            _hold(part(root, gone) is None, said, f"it reads\n    {shown}")
        elif said.text == "no main":
            _hold(part(root, MAIN) is None, said, f"it reads\n    {shown}")
        elif said.text == "main":
            here = part(root, MAIN)
        else:
            _hold(_holds(said, root, here), said, f"it reads\n    {shown}")


def _holds(said: Said, root: Component, here: Component | None) -> bool:
    absent = said.text.startswith("no ")
    text = said.text.removeprefix("no ")
    word, _, rest = text.partition(" ")
    if word in BOXES or "@" in word.partition(":")[0]:
        # What is not said of an instance is as it is in the series.
        scope = here if here is not None else part(root, MAIN)
        line = attendee(scope, box_of(said, word)) if scope is not None else None
        if absent:
            return line is None
        return line is not None and _says(said, line, rest)
    if here is None:
        return absent
    if word in {"alarm", "alarms"}:
        told = [value for c in here.children if c.name == "VALARM" for value in map(value_of, c.named("DESCRIPTION"))]
        there = bool(told) if word == "alarms" else rest in told
        return there != absent
    if text.startswith("METHOD:"):
        return (text in root.lines) != absent
    return _has_line(here, text, any_value=absent and ":" not in text) != absent


def _says(said: Said, line: str, rest: str) -> bool:
    """Tell whether somebody's line has a status and parameters; a missing PARTSTAT says NEEDS-ACTION."""
    told = parameters(line)
    wanted = PARAMETERS.findall(rest)
    status = PARAMETERS.sub("", rest).strip()
    if " " in status:
        raise said.wrong("these are no status and parameters")
    if status and told.get("PARTSTAT", "NEEDS-ACTION") != status:
        return False
    return all(told.get(name, "") == value.strip('"') for name, value in wanted)


def _has_line(here: Component, text: str, *, any_value: bool) -> bool:
    if any_value:
        return bool(here.named(text))
    wanted = expanded(text)
    if wanted == "SEQUENCE:0" and not here.named("SEQUENCE"):
        return True  # RFC 5545 3.8.7.4
    name = wanted.partition(":")[0].partition(";")[0]
    return any(
        value_of(line) == value_of(wanted) and parameters(wanted).items() <= parameters(line).items()
        for line in here.named(name)
    )
