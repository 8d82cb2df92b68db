# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step came to, in the words of the scenarios (GRAMMAR.md, "Effects"), and what may never come of any."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import icalendar
import vobject

from tests.ical.scenarios.document import MAIN, in_utc, parts, written
from tests.ical.scenarios.grammar import BOXES, STAFF, Said, Step, box_of, name_of
from tests.ical.scenarios.seeing import Item, Seen, View

NOTHING = "nothing"
_MOVES = frozenset({"new", "moved", "shown", "gone"})
_STATUS = re.compile(
    r"\d{3}(?: [a-z-]+)?|answer|ignored|uninvited|forwarded|bounce|again|unknown|refused"
    r"|invitation|quarantined|ordinary"
)


def declared(step: Step) -> tuple[Counter[str], list[Said]]:
    """Give the effects that a step declares, one by one, and the sentences that the log must say; raises Unreadable."""
    found: Counter[str] = Counter()
    sentences = []
    for said in step.effects:
        if said.text.startswith("log "):
            sentences.append(Said(said.place, said.text.removeprefix("log ").strip()))
            continue
        if said.text.startswith("once "):
            continue  # it says why it comes to the same each time that it is done
        for clause in said.text.split(";"):
            found.update(_clause(step, said, clause.split()))
    return found, sentences


def _clause(step: Step, said: Said, words: list[str]) -> Iterator[str]:
    match words:
        case [word] if word in {NOTHING, "etag"}:
            yield from () if word == NOTHING else ("etag",)
        case [word, *rest] if word in _MOVES and rest:
            yield from (f"{word} {_where(step, said, who)}" for who in rest)
        case ["inbox", *rest] if rest:
            yield from _items(step, said, rest)
        case ["mail", method, *rest] if rest:
            yield from _mails(step, said, method, rest)
        case _ if _STATUS.fullmatch(" ".join(words)):
            yield " ".join(words)
        case _:
            raise said.wrong(f"{' '.join(words)} is no effect")


def _where(step: Step, said: Said, word: str) -> str:
    """Give `who/uid`: what is not said is the entry of the step."""
    who, mark, uid = word.partition("/")
    if who not in STAFF:
        raise said.wrong(f"{who} has no calendar")
    return f"{who}/{uid if mark else _entry(step, said)}"


def _entry(step: Step, said: Said) -> str:
    if len(step.words) < 2 or step.words[0] not in BOXES:
        raise said.wrong("the step is about no entry, so each effect must name one")
    return step.words[1]


def _items(step: Step, said: Said, words: list[str]) -> Iterator[str]:
    taken = words[0] == "without"
    method, *rest = words[1:] if taken else words
    about = ""
    if "from" in rest:
        at = rest.index("from")
        about, rest = f" from {' '.join(name_of(box_of(said, who)) for who in rest[at + 1 :])}", rest[:at]
    instance, rest = _instance(said, rest)
    if not rest:
        raise said.wrong("nobody's inbox is named")
    for who in rest:
        yield f"inbox {'without ' if taken else ''}{method}{instance} {_where(step, said, who)}{about}"


def _mails(step: Step, said: Said, method: str, words: list[str]) -> Iterator[str]:
    sequence = ""
    if words[0].isdigit():
        sequence, words = f" {words[0]}", words[1:]
    instance, words = _instance(said, words)
    first = " first" if words and words[0] == "first" else ""
    for who in words[1:] if first else words:
        name, mark, uid = who.partition("/")
        about = f"/{uid if mark else _entry(step, said)}" if sequence else ""
        yield f"mail {method}{sequence}{instance}{first} {name_of(box_of(said, name))}{about}"


def _instance(said: Said, words: list[str]) -> tuple[str, list[str]]:
    if words and words[0].startswith("@"):
        if not re.fullmatch(r"@\d{8}(T\d{6}Z?)?", words[0]):
            raise said.wrong(f"{words[0]} names no instance")
        return f" @{in_utc(words[0][1:])}", words[1:]
    return "", words


def happened(before: View, after: View) -> Iterator[str]:
    """Give how two views differ, one by one, in the same words."""
    for key in sorted(before.objects.keys() | after.objects.keys()):
        was, now = before.objects.get(key), after.objects.get(key)
        word = _move(was, now)
        if word:
            yield f"{word} {'/'.join(key)}"
    for path in sorted(before.items.keys() | after.items.keys()):
        if before.items.get(path) != after.items.get(path):
            there = after.items.get(path)
            yield f"inbox {_told(there)}" if there else f"inbox without {_told(before.items[path])}"
    for number in sorted(after.letters.keys() - before.letters.keys()):
        letter = after.letters[number]
        if letter.uid:
            only = [part.instance for part in parts(letter.calendar)]
            instance = f" @{only[0]}" if len(only) == 1 and only[0] != MAIN else ""
            first = " first" if letter.is_first else ""
            yield f"mail {letter.row.method} {letter.sequence}{instance}{first} {letter.to}/{letter.uid}"
        else:
            yield f"mail {letter.row.method} {letter.to}"


def _move(was: Seen | None, now: Seen | None) -> str:
    if was is None or now is None:
        return "new" if was is None else "gone"
    if was.tag != now.tag or (was.etag != now.etag and now.tag is None):
        return "moved"
    return "shown" if was.etag != now.etag else ""


def _told(item: Item) -> str:
    instance = f" @{item.instance}" if item.instance != MAIN else ""
    about = f" from {item.about}" if item.about else ""
    return f"{item.method}{instance} {item.login}/{item.uid}{about}"


def _new_texts(before: View, after: View) -> Iterator[bytes]:
    yield from (seen.text for key, seen in after.objects.items() if seen != before.objects.get(key))
    yield from (after.texts[path] for path, item in after.items.items() if item != before.items.get(path))
    new = (after.letters[number] for number in sorted(after.letters.keys() - before.letters.keys()))
    yield from (written(letter.calendar) for letter in new if letter.uid)


@lru_cache(maxsize=1024)
def unreadable(text: bytes) -> str:
    """Give why two other libraries cannot read *text*, or '' (model, law 15)."""
    try:
        said = icalendar.Calendar.from_ical(text)
    except ValueError as error:
        return f"icalendar: {error}"
    if faults := [fault for component in said.walk() for fault in component.errors]:
        return f"icalendar: {faults}"
    try:
        vobject.readOne(text.decode())
    except vobject.base.ParseError as error:
        return f"vobject: {error}"
    return ""


def broken(before: View, after: View) -> Iterator[str]:
    """Give which laws of texts, tags and tokens a step broke (model, laws 13 and 15; RFC 6578 3.5.1)."""
    touched = set()
    for text in _new_texts(before, after):
        if why := unreadable(text):
            yield f"a text cannot be read, {why}"
    for key in before.objects.keys() | after.objects.keys():
        was, now = before.objects.get(key), after.objects.get(key)
        if was is not None and now is not None:
            name = "/".join(key)
            if was.etag == now.etag and (was.text, was.path, was.tag) != (now.text, now.path, now.tag):
                yield f"the ETag of {name} names two texts"
            if was.tag is not None and was.tag != now.tag and was.etag == now.etag:
                yield f"the Schedule-Tag of {name} moved alone"
        if was != now:
            touched |= {one.path.rpartition("/")[0] + "/" for one in (was, now) if one is not None}
    for path in before.items.keys() | after.items.keys():
        if _lying(before, path) != _lying(after, path):
            touched.add(path.rpartition("/")[0] + "/")
    moved = {path for path, token in after.tokens.items() if before.tokens.get(path, token) != token}
    yield from (f"the sync token of {path} did not move" for path in sorted((touched & after.tokens.keys()) - moved))
    yield from (f"the sync token of {path} moved without a change" for path in sorted(moved - touched))


def _lying(view: View, path: str) -> tuple[Item | None, bytes | None]:
    return view.items.get(path), view.texts.get(path)
