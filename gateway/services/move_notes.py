# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator is told of a move: a sentence for each thing that could not be kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.model import Calendar, Person
from gateway.numbers import counted
from gateway.services.scene import zone_of
from ical.instances import SERIES, InstanceId
from ical.losses import Loss, losses
from ical.recurrence import when
from ical.roster import without_block
from ical.sharing import COMMENT
from ical.snapshot import Snapshot, read_object
from ical.text import unescape

LONGEST = 60
"""Characters of a title that are told."""


class Kind(StrEnum):
    """How much a note matters."""

    REFUSED = "refused"
    """It was not taken."""
    LOST = "lost"
    """It was taken, but for this."""
    SKIPPED = "skipped"
    """It is none of what is brought in, or what is here is newer."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence, and how much it matters."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """A person's text of an entry, and where it is to lie; each is one of its own."""

    person: Person
    calendar: Calendar
    href: str
    text: bytes
    where: str
    """Where it was found, as an administrator knows it."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A copy that was read."""

    copy: Copied
    said: Snapshot

    @property
    def person(self) -> Person:
        """Whose it is."""
        return self.copy.person


def refused(copy: Copied, error: Exception) -> Note:
    """Tell that a text was not taken."""
    return Note(Kind.REFUSED, f"{copy.where} was not taken: {error}.")


def second(item: Item, newer: Item) -> Note:
    """Tell that of two texts of one person the older one does not count."""
    text = f"{_title(item)} is there twice: {item.copy.where} does not count, {newer.copy.where} does."
    return Note(Kind.LOST, text)


def older(item: Item) -> Note:
    """Tell that what is here stays."""
    return Note(Kind.SKIPPED, f"{_title(item)}: what is here is newer, and stays.")


def by_client(item: Item) -> Note:
    """Tell why copies stay apart."""
    text = f"{_title(item)}: its organizer's program tells everybody itself (SCHEDULE-AGENT), so each copy stays alone."
    return Note(Kind.SKIPPED, text)


def not_delivered(item: Item, login: str) -> Note:
    """Tell that two entries have the same UID (model, row 41)."""
    return Note(Kind.LOST, f"{_title(item)}: {login} has another entry with its UID, and does not get this one.")


def outdated(item: Item) -> Note:
    """Tell that an answer was given to another question."""
    return Note(Kind.LOST, f"{_title(item)}: the answer was to an older version, and does not count.")


def comments(item: Item) -> Iterator[Note]:
    """Tell how many comments are lost: those that only the block of answers in the organizer's description has."""
    parts = (item.said.document.each(part.component, "DESCRIPTION") for part in item.said.parts)
    written = "".join(unescape(line.value) for lines in parts for _, line in lines)
    block = without_block(written)
    people = (person.line for part in item.said.parts for person in part.people)
    known = sum(line.parameter(COMMENT) is not None for line in people)
    if block is not None and (number := written.count("«") - block.count("«") - known) > 0:
        what = counted(number, "comment that came with an answer is", "comments that came with answers are")
        yield Note(Kind.LOST, f"{_title(item)}: {what} not kept.")


def lost(item: Item, text: bytes) -> Iterator[Note]:
    """Tell what of a text its owner does not read any more, who reads *text* now."""
    if text == item.copy.text:
        return
    zone = zone_of(item.person)
    for loss in losses(item.said, read_object(text, zone), item.person.all_addresses, zone):
        yield Note(Kind.LOST, f"{_title(item)}: {_sentence(loss)}{_day(loss.instance)}.")


_SENTENCES = {
    "RECURRENCE-ID": "there is no occurrence {said}, or not at that time",
    "EXDATE": "the occurrence {said} is not left out",
    "VALARM": "alarms are not kept: {said}",
    "ATTENDEE": "{said} is not in it",
    "PARTSTAT": "the answer {said} is not kept",
    "DTSTART": "the time {said} is not kept",
    "DUE": "the time {said} is not kept",
}


def _sentence(loss: Loss) -> str:
    instead = f", they read {loss.reads!r}" if loss.reads else ""
    sentence = _SENTENCES.get(loss.name)
    return (sentence.format(said=loss.said) if sentence else f"{loss.name} {loss.said!r} is not kept") + instead


def _title(item: Item) -> str:
    said = item.said
    summary = unescape(said.value("SUMMARY") or "") or said.uid
    shown = " ".join(summary.split())
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    start = when(said.document, said.main.component).start
    day = f" ({start:%Y-%m-%d})" if start is not None else ""
    return f"{item.person.login}'s “{shown}”{day}"


def _day(instance: InstanceId) -> str:
    return f" (occurrence {instance})" if instance != SERIES else ""
