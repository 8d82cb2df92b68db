# SPDX-License-Identifier: GPL-3.0-or-later
"""Pass one: where each UID lies in the files, of everybody. No text is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gateway.errors import Refused
from gateway.moving.targets import Target
from gateway.services.following import href_of
from ical.errors import TooLarge
from ical.kinds import Kind
from ical.streams import PIECE, Place, Whole, calendars, text_of


class Held(NamedTuple):
    """A copy of an entry: what of which file it is, and where it goes."""

    file: Path
    target: Target
    kind: Kind
    href: str
    whole: Whole | None
    """The calendar that it is a part of; None: the file is the object."""
    parts: tuple[Place, ...]
    zones: tuple[Place, ...]
    size: int

    def text(self, largest: int) -> bytes:
        """Give its text; raises TooLarge above *largest* bytes, and Refused where the file cannot be read."""
        if self.size > largest:
            raise TooLarge("bytes of text", self.size, largest)
        try:
            with self.file.open("rb") as opened:
                if self.whole is None:
                    return opened.read(largest + 1)
                return text_of(self.whole.head, *([_piece(opened, at) for at in x] for x in (self.zones, self.parts)))
        except OSError as error:
            raise Refused(f"the file cannot be read: {error.strerror}") from error


@dataclass(slots=True)
class Index:
    """What was found."""

    groups: dict[str, list[Held]] = field(default_factory=dict)
    """By UID, in the order in which they were found."""
    copies: int = 0

    def add(self, uid: str, held: Held) -> None:
        """Note one more copy."""
        self.groups.setdefault(uid, []).append(held)
        self.copies += 1

    def batches(self, groups: int, size: int) -> Iterator[list[list[Held]]]:
        """Give the groups, about so many and so many bytes at once."""
        batch: list[list[Held]] = []
        held = 0
        for group in self.groups.values():
            batch.append(group)
            held += sum(copy.size for copy in group)
            if len(batch) >= groups or held >= size:
                yield batch
                batch, held = [], 0
        if batch:
            yield batch


def scanned(file: Path) -> list[Whole]:
    """Give the calendars of a file; raises IcalError where it is none, and Refused where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return list(calendars(iter(lambda: opened.readline(PIECE), b"")))
    except OSError as error:
        raise Refused(f"the file cannot be read: {error.strerror}") from error


def held(file: Path, target: Target, wholes: Sequence[Whole]) -> Iterator[tuple[str, Held]]:
    """Give the copies in a file, each with its UID."""
    one = wholes[0].entries[0] if len(wholes) == 1 and len(wholes[0].entries) == 1 else None
    if one is not None and wholes[0].is_bare and not wholes[0].nameless and not wholes[0].others:
        size = wholes[0].place[1]
        yield one.uid, Held(file, target, Kind(one.kind), file.name, None, (), (), size)
        return
    for whole in wholes:
        for found in whole.entries:
            size = sum(stop - start for start, stop in (*found.parts, *found.zones)) + len(whole.head)
            name = file.name if one is not None else href_of(found.uid)
            yield found.uid, Held(file, target, Kind(found.kind), name, whole, found.parts, found.zones, size)


def _piece(opened: BinaryIO, place: Place) -> bytes:
    start, stop = place
    opened.seek(start)
    return opened.read(stop - start)
