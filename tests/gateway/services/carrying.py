# SPDX-License-Identifier: GPL-3.0-or-later
"""A company's calendars are carried away as texts, and into a company that has nothing yet."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from gateway.model import INBOX
from gateway.services import carrying
from gateway.services.move_notes import Copied
from gateway.services.moving import Brought, bring_in
from gateway.services.scene import Scene
from gateway.store import calendars
from tests.gateway.services import series, texts
from tests.gateway.services.series import Book, Piece
from tests.gateway.services.world import World

Gist = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Carried:
    """A text that somebody has, and where."""

    login: str
    slug: str
    href: str
    text: bytes


def exported(world: World, uid: str | None = None) -> list[Carried]:
    """Give what everybody reads (of *uid*), as files."""
    found: list[Carried] = []
    with world.database.read() as uow:
        for login, person in world.people.items():
            for calendar in calendars.of_person(uow, person.id):
                if calendar.kind != INBOX:
                    objects = carrying.objects(uow, person, calendar)
                    found += [Carried(login, calendar.slug, o.href, o.text) for o in objects if uid in {None, o.uid}]
    return found


def brought(world: World, carried: list[Carried]) -> Brought:
    """Bring texts in, those of each UID together."""
    staff = {address: person for person in world.people.values() for address in person.all_addresses}
    with world.database.write() as uow:
        groups: dict[str, list[Copied]] = {}
        for one in carried:
            calendar = world.calendar(uow, one.login, one.slug)
            copy = Copied(world.people[one.login], calendar, one.href, one.text, f"{one.login}/{one.href}")
            groups.setdefault(texts.value(one.text, "UID") or "", []).append(copy)
        return bring_in(uow, groups.values(), staff, Scene(world.settings, world.now))


def lost(result: Brought) -> list[str]:
    """Give what could not be kept."""
    return [str(note) for note in result.notes]


def gist(text: bytes, *boxes: str) -> Gist:
    """Give what a text says: components in any order, with their lines in any order, parameters in any order.

    With *boxes* it is that of an invited person: of an occurrence that is as the series is, others' answers count for
    nothing, and neither does a component of it without anything of their own: whoever has one has it by chance.
    """
    book = series.read(text)
    if book.main is not None:
        text = book.with_pieces(_plainly(book, p, boxes) for p in book.pieces if not _is_needless(book, p, boxes)).text
    stack: list[list[str]] = []
    found: Gist = Counter()
    for line in texts.unfolded(text):
        if line.startswith("BEGIN:"):
            stack.append([line])
        elif line.startswith("END:"):
            done = tuple(sorted(stack.pop()))
            if stack:
                stack[-1].append("\n".join(done))
            else:
                found[done] += 1
        else:
            stack[-1].append(_plain(line))
    return Counter({tuple(sorted(k)): n for k, n in found.items()})


def _is_needless(book: Book, piece: Piece, boxes: tuple[str, ...]) -> bool:
    made = _made(book, piece)
    if made is None:
        return False
    same = sorted(made.alarms) == sorted(piece.alarms) and _lines(made, boxes) == _lines(piece, boxes)
    return same and made.partstats(*boxes) == piece.partstats(*boxes)


def _plainly(book: Book, piece: Piece, boxes: tuple[str, ...]) -> Piece:
    made = _made(book, piece)
    if piece.instance is not None:
        piece = piece.without("SEQUENCE")  # it may be that of the series
    own = (*series.OWN, "STATUS", "PERCENT-COMPLETE", "COMPLETED")
    if not boxes or made is None or _lines(made.without(*own), boxes) != _lines(piece.without(*own), boxes):
        return piece
    return replace(piece, lines=tuple(x if x.endswith(boxes) else _unanswered(x) for x in piece.lines))


def _made(book: Book, piece: Piece) -> Piece | None:
    rest = book.without_one(piece.instance) if piece.instance is not None else book
    return None if piece.instance is None or piece.instance not in rest.times else rest.made(piece.instance)


def _unanswered(line: str) -> str:
    return re.sub(r";PARTSTAT=[^;:]*", "", line)


def _lines(piece: Piece, boxes: tuple[str, ...]) -> list[str]:
    """Give the lines that count, without answers where they are looked at apart."""
    lines = [_plain(x) for x in piece.without("SEQUENCE").lines if not x.startswith("DESCRIPTION:--- ")]
    return sorted(map(_unanswered, lines)) if boxes else sorted(lines)


def _plain(line: str) -> str:
    head, colon, value = line.partition(":")
    name, *parameters = head.split(";")
    told = sorted(p for p in parameters if p != "PARTSTAT=NEEDS-ACTION")
    return ";".join([name, *told]) + colon + value
