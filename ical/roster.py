# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has answered what, as text that every program shows: a block at the end of the organizer's DESCRIPTION.

It is made when the organizer's reading is, and taken out of what comes back: no word of it is stored or sent on.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, TENTATIVE, Answer
from ical.edits import Edits
from ical.kinds import Kind
from ical.lines import Line, fold
from ical.snapshot import Part, Snapshot, read_object
from ical.text import escape, unescape
from ical.times import shown_in

NB, EN = "nb", "en"
BULLET = "• "
TWIN = "X-ALT-DESC"
"""DESCRIPTION in HTML, as Outlook writes it; others name it by ALTREP."""
MOST = 200
"""So many people are named."""
LONGEST_NAME, LONGEST_COMMENT = 200, 200
"""Characters of who said it, and of what they said along with their answer."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is asked, as their colleagues know them."""

    name: str
    """Of the account or the contact, whatever a client wrote as CN."""
    seen_at: datetime | None = None
    """When they looked at it, as far as the organizer is told (UTC)."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What the block is made of, beside the answers."""

    language: str
    members: Mapping[Address, Member]


@dataclass(frozen=True, slots=True)
class _Words:
    """The block in one language."""

    heading: Mapping[Kind, str]
    end: Mapping[Kind, str]
    unseen: Mapping[Kind, str]
    unanswered: str
    accepted: str
    tentative: str
    declined: str
    completed: str
    delegated: str
    seen: str
    more: str
    months: tuple[str, ...] = ()
    """Their names; none where days are written in figures."""

    def date(self, at: datetime) -> str:
        """Give a day as people write it."""
        return f"{at.day} {self.months[at.month - 1]}" if self.months else f"{at.day}.{at.month}."


_NB = _Words(
    heading={Kind.VEVENT: "Invitasjoner", Kind.VTODO: "Distribusjon"},
    end={Kind.VEVENT: "Slutt på invitasjoner", Kind.VTODO: "Slutt på distribusjon"},
    unseen={Kind.VEVENT: "har ikke sett avtalen", Kind.VTODO: "har ikke sett oppgaven"},
    unanswered="ikke besvart",
    accepted="godkjent",
    tentative="foreløpig godkjent",
    declined="underkjent",
    completed="ferdig",
    delegated="delegert",
    seen="sett",
    more="til",
)
_EN = _Words(
    heading={Kind.VEVENT: "Invitations", Kind.VTODO: "Distribution"},
    end={Kind.VEVENT: "End of invitations", Kind.VTODO: "End of distribution"},
    unseen={Kind.VEVENT: "has not seen the appointment", Kind.VTODO: "has not seen the task"},
    unanswered="not answered",
    accepted="approved",
    tentative="approved for now",
    declined="declined",
    completed="done",
    delegated="delegated",
    seen="seen",
    more="more",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_LANGUAGES = {NB: _NB, EN: _EN}


def write(
    said: Snapshot, part: Part, answers: Mapping[Address, Answer], roster: Roster, zone: ZoneInfo, edits: Edits
) -> None:
    """Let DESCRIPTION of *part* end with the block about *answers*, by the address of each line.

    Its twin in HTML is left out: a client would show that instead, or send the block back in it.
    """
    words = _LANGUAGES.get(roster.language, _NB)
    lines = tuple(_lines(said.kind, answers, roster, words, zone))
    if not lines:
        return
    block = "\n".join((f"--- {words.heading[said.kind]} ---", *lines, f"--- {words.end[said.kind]} ---"))
    document = said.document
    for place, _ in document.each(part.component, TWIN):
        edits[place] = ()
    for place, line in document.each(part.component, "DESCRIPTION")[:1]:
        value = f"{line.value}\\n\\n{escape(block)}" if line.value else escape(block)
        edits[place] = (line.with_parameters({"ALTREP": None}).with_value(value).raw,)
        return
    # At the beginning: it is there again when what comes behind it changes, so the client need not read it anew.
    begin = part.component.start
    edits[begin] = (document.lines[begin].raw, fold(f"DESCRIPTION:{escape(block)}"))


def _lines(
    kind: Kind, answers: Mapping[Address, Answer], roster: Roster, words: _Words, zone: ZoneInfo
) -> Iterator[str]:
    told: dict[str, None] = {}  # one person may have two addresses
    for address, answer in answers.items():
        member = roster.members.get(address) or Member(address.removeprefix("mailto:"))
        name = _in_a_line(member.name, LONGEST_NAME)
        told[f"{BULLET}{name}: {' · '.join(_facts(kind, answer, member, words, zone))}"] = None
    yield from list(told)[:MOST]
    if len(told) > MOST:
        yield f"{BULLET}+ {len(told) - MOST} {words.more}"


def _facts(kind: Kind, answer: Answer, member: Member, words: _Words, zone: ZoneInfo) -> Iterator[str]:
    seen_at = member.seen_at or (None if answer.organizer else answer.answered_at)
    said = _said(answer, words, zone)
    if said is None and seen_at is None:
        yield words.unseen[kind]
        return
    yield said or words.unanswered
    if seen_at is not None:
        yield f"{words.seen} {words.date(shown_in(seen_at, zone))}"
    if answer.comment and (comment := _in_a_line(answer.comment, LONGEST_COMMENT)):
        yield f"«{comment}»"


def _in_a_line(text: str, longest: int) -> str:
    """Give what somebody wrote, in one line that none of the marks is in."""
    return _DASHES.sub("–", " ".join(text.split()))[:longest]


def _said(answer: Answer, words: _Words, zone: ZoneInfo) -> str | None:
    """Give the answer in words; None: there is none yet."""
    if answer.partstat == COMPLETED:
        at = answer.completed_at
        return words.completed if at is None else f"{words.completed} {words.date(shown_in(at, zone))}"
    if answer.partstat == IN_PROCESS:
        return f"{answer.percent or 0} %"
    simple = {ACCEPTED: words.accepted, TENTATIVE: words.tentative}
    simple |= {DECLINED: words.declined, DELEGATED: words.delegated}
    said = simple.get(answer.partstat)
    return f"{said}, {answer.percent} %" if said == words.accepted and answer.percent else said


def undecorated(sent: Snapshot, stored: Snapshot | None, zone: ZoneInfo) -> Snapshot:
    """Give *sent* without the block, however a client has mangled it; *stored* are the organizer's words before.

    What DESCRIPTION says beside it is written as it was, where it says the same, and so is its twin in HTML. A twin
    that a client made of the text with the block goes: the plain text says what is the organizer's in it.
    """
    edits: Edits = {}
    for part in sent.parts:
        before = stored and (stored.part(part.instance) or stored.main)
        lines = stored.document.each(before.component, "DESCRIPTION", TWIN) if stored and before else ()
        _clean(sent, part, [line for _, line in lines], edits)
    return read_object(sent.document.spliced(edits), zone) if edits else sent


def _clean(sent: Snapshot, part: Part, stored: Sequence[Line], edits: Edits) -> None:
    """Take the block out of *part*; *stored* are DESCRIPTION and its twin as they were."""
    document = sent.document
    lines = document.each(part.component, "DESCRIPTION", TWIN)
    if not any(_carries(line) for _, line in lines):
        return
    edits.update((place, ()) for place, _ in lines)
    text = next((unescape(line.value) for _, line in lines if line.name == "DESCRIPTION"), "")
    plain = without_block(text)
    plain = text if plain is None else plain
    if plain == next((unescape(line.value).rstrip() for line in stored if line.name == "DESCRIPTION"), ""):
        now = [line.raw for line in stored]
    else:
        now = [fold(f"DESCRIPTION:{escape(plain)}")] if plain else []
    edits[lines[0][0]] = tuple(now)


def _carries(line: Line) -> bool:
    """Tell whether *line* has any of the block in it, or in what it says in HTML."""
    if line.name == TWIN:
        return _carries_inside(line.value)
    alternative = line.parameter("ALTREP")
    return without_block(unescape(line.value)) is not None or (alternative is not None and _carries_inside(alternative))


def _carries_inside(html: str) -> bool:
    plain = unquote(unescape(html))
    for written, meant in _ENTITIES.items():
        plain = plain.replace(written, meant)
    return any(mark in plain for mark in _MARKS) or without_block(_TAG.sub("\n", plain)) is not None


def without_block(text: str) -> str | None:
    """Give *text* without the block, or None where there is nothing of it in *text*.

    What stands between its marks goes, in one line with other text too, and so does each of its lines that lost them.
    """
    if not any(sign in text for sign in (BULLET[0], "·", "--", "–", "—")):
        return None
    lines = [_apart(line) for line in text.split("\n")]
    plain = [line.replace(_HARD_SPACE, " ") for line in lines]
    marks = [_mark(line) for line in plain]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if marks[at] is _START:
            close = next((p for p in range(at + 1, len(lines)) if marks[p] is not None), at)
            at = close if marks[close] is _END else at
        elif marks[at] is None and _LINE.fullmatch(plain[at]) is None:
            kept.append(lines[at])
        at += 1
    left = "\n".join(kept)
    return left.rstrip() if left != text else None


def _apart(line: str) -> str:
    """Give *line* without the block, where a program has written all of that in one line."""
    plain = line.replace(_HARD_SPACE, " ")
    if _mark(plain) is not None or _JOINED.search(plain) is None:
        return line
    return " ".join(filter(None, (part.strip() for part in _JOINED.split(plain))))


def _mark(line: str) -> re.Pattern[str] | None:
    return next((mark for mark in (_START, _END) if mark.fullmatch(line)), None)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _marking(words: str) -> re.Pattern[str]:
    # Smart punctuation makes one long dash of several.
    dashes = "(?:[-–—]{2,}+|[–—])"
    return re.compile(rf"[^\w\-–—]*+{dashes}\s*+(?:{words})\s*+{dashes}\W*+")


_HARD_SPACE = "\N{NO-BREAK SPACE}"
_DASHES = re.compile("[-–—]{2,}")
_BOTH = (_NB, _EN)
_HEADINGS = _either(heading for words in _BOTH for heading in words.heading.values())
_ENDS = _either(end for words in _BOTH for end in words.end.values())
_START, _END = _marking(_HEADINGS), _marking(_ENDS)
_OPEN, _CLOSE = (rf"[-–—]{{2,9}}+\s*+(?:{words})\s*+[-–—]{{2,9}}" for words in (_HEADINGS, _ENDS))
_JOINED = re.compile(rf"{_OPEN}(?:(?:(?!{_OPEN}|{_CLOSE}).)*+{_CLOSE}|\s*+•.*+)")
_MARKS = tuple(f"--- {word} ---" for words in _BOTH for word in (*words.heading.values(), *words.end.values()))
_DATE = rf"(?:\d{{1,2}}\.\d{{1,2}}\.|\d{{1,2}} (?:{_either(_EN.months)}))"
_ANSWERS = _either(
    said
    for words in _BOTH
    for said in (words.unanswered, words.accepted, words.tentative, words.declined, words.delegated)
)
_DONE = rf"(?:{_either(words.completed for words in _BOTH)})(?: {_DATE})?+"
_SAID = rf"(?:(?:{_ANSWERS})(?:, \d{{1,3}} %)?+|\d{{1,3}} %|{_DONE})"
_UNSEEN = _either(unseen for words in _BOTH for unseen in words.unseen.values())
_SEEN = rf"(?:{_either(words.seen for words in _BOTH)}) {_DATE}"
_FACTS = rf"(?:{_UNSEEN}|{_SAID}(?:\s*+·\s*+{_SEEN})?+(?:\s*+·\s*+«.*+)?+)"
_MORE = rf"\+ \d{{1,5}} (?:{_either(words.more for words in _BOTH)})"
_WHO = rf".{{1,{LONGEST_NAME}}}?:\s"
# With both an answer and a day on which it was seen, a line is ours whatever has become of its bullet.
_SURE = rf"(?:\S\s++)?+{_WHO}{_SAID}\s*+·\s*+{_SEEN}(?:\s*+·\s*+«.*+)?+"
_LINE = re.compile(rf"[\s>|]*+(?:•\s*+(?:{_WHO}{_FACTS}|{_MORE})|{_SURE})\s*+")
_TAG = re.compile(r"<[^<>]*+>")
_ENTITIES = {"&nbsp;": " ", _HARD_SPACE: " ", "&bull;": "•", "&#8226;": "•", "&middot;": "·", "&#183;": "·"}
