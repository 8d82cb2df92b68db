# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads, as files: a folder of Radicale's form, or an export for each calendar."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import unescape

from gateway.errors import Refused
from gateway.model import INBOX, Calendar, Person
from gateway.moving.sources import COLUMNS, NAMESPACES, PROPS, ROOT, STRUCTURED
from gateway.services import carrying
from gateway.store import calendars
from gateway.store.unit import UnitOfWork
from ical import whole

LONGEST = 200
"""Bytes of a file's name."""
_DESCRIPTION = "{urn:ietf:params:xml:ns:caldav}calendar-description"


def write_radicale(uow: UnitOfWork, person: Person, target: Path) -> int:
    """Write the person's calendars as a stock Radicale keeps them, below *target*; give how many entries there are.

    Raises Refused where there is something of theirs already, or nothing can be written.
    """
    return sum(_written(target / ROOT / person.login, _collections(uow, person)))


def write_exports(uow: UnitOfWork, person: Person, target: Path) -> int:
    """Write one file for each of the person's calendars, below *target*; give how many entries there are.

    Raises Refused where there is something of theirs already, or nothing can be written.
    """
    return sum(_written(target / person.login, _files(uow, person)))


_Write = Callable[[Path], int]
"""Writes one calendar into a folder; gives how many entries it has."""


def _written(folder: Path, several: Iterable[_Write]) -> Iterator[int]:
    if folder.exists():
        raise Refused(f"{folder} is there already; name another folder, or take it away")
    try:
        folder.mkdir(mode=0o700, parents=True)
        for write in several:
            yield write(folder)
    except OSError as error:
        raise Refused(f"{error.filename or folder} cannot be written: {error.strerror}") from error


def _calendars(uow: UnitOfWork, person: Person) -> Iterator[Calendar]:
    return (calendar for calendar in calendars.of_person(uow, person.id) if calendar.kind != INBOX)


def _collections(uow: UnitOfWork, person: Person) -> Iterator[_Write]:
    for calendar in _calendars(uow, person):

        def write(folder: Path, calendar: Calendar = calendar) -> int:
            place, count = folder / file_name(calendar.slug, ""), 0
            place.mkdir(mode=0o700)
            _put(place / PROPS, json.dumps(props_of(calendar), ensure_ascii=False).encode())
            for count, one in enumerate(carrying.objects(uow, person, calendar), 1):  # noqa: B007 - it is given
                _put(place / file_name(one.href, ".ics"), one.text)
            return count

        yield write


def _files(uow: UnitOfWork, person: Person) -> Iterator[_Write]:
    for calendar in _calendars(uow, person):

        def write(folder: Path, calendar: Calendar = calendar) -> int:
            count, components = 0, whole.Components()
            description = calendar.props.get(_DESCRIPTION)
            with (folder / file_name(f"{calendar.slug}.ics", ".ics")).open("xb") as file:
                file.write(whole.head(calendar.name, unescape(description) if description else None).encode())
                for count, one in enumerate(carrying.objects(uow, person, calendar), 1):  # noqa: B007 - it is given
                    file.writelines(text.encode() for text in components.of([one.text]))
                file.write(whole.END.encode())
            return count

        yield write


def props_of(calendar: Calendar) -> dict[str, str]:
    """Give what Radicale keeps of a calendar."""
    shorts = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
    named = ((_short(name, shorts), value) for name, value in calendar.props.items())
    columns = {
        "tag": "VCALENDAR",
        "D:displayname": calendar.name,
        "C:supported-calendar-component-set": ",".join(sorted(calendar.kinds)),
    }
    rest = {name: value if name in STRUCTURED else unescape(value) for name, value in named}
    return {**columns, **{name: value for name, value in rest.items() if name not in COLUMNS}}


def _short(name: str, shorts: Mapping[str, str]) -> str:
    namespace, _, local = name.removeprefix("{").partition("}")
    return f"{shorts[namespace]}:{local}" if namespace in shorts else name


def file_name(name: str, ending: str) -> str:
    """Give *name* where it can be a file's, and Radicale's: else one that is made of it."""
    if len(name.encode(errors="replace")) <= LONGEST and not name.startswith(".") and not name.endswith("~"):
        return name
    return f"{hashlib.sha256(name.encode(errors='replace')).hexdigest()}{ending}"


def _put(file: Path, text: bytes) -> None:
    with file.open("xb") as opened:
        opened.write(text)
