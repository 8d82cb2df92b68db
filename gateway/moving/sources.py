# SPDX-License-Identifier: GPL-3.0-or-later
"""Which calendars of whom lie in a folder: Radicale's, vdirsyncer's, and exports with a folder or file for each login.

collections/collection-root/LOGIN/COLLECTION/*.ics     Radicale, with .Radicale.props
FOLDER/LOGIN/COLLECTION/*.ics                          vdirsyncer, with displayname and color
FOLDER/LOGIN/CALENDAR.ics, FOLDER/LOGIN.ics            exports
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from ical.kinds import Kind

ROOT = "collection-root"
PROPS = ".Radicale.props"
ENDINGS = frozenset({".ics", ".ical", ".icalendar", ".ifb"})
NAMESPACES = {
    "C": "urn:ietf:params:xml:ns:caldav",
    "CR": "urn:ietf:params:xml:ns:carddav",
    "CS": "http://calendarserver.org/ns/",
    "D": "DAV:",
    "ICAL": "http://apple.com/ns/ical/",
    "ME": "http://me.com/_namespace/",
    "RADICALE": "http://radicale.org/ns/",
}
"""Radicale's short names."""
COLUMNS = frozenset({"tag", "D:displayname", "C:supported-calendar-component-set"})
STRUCTURED = frozenset({"C:schedule-calendar-transp"})
"""Values that are XML already."""
_ABOUT = frozenset({"displayname", "color"})
"""Files that vdirsyncer keeps about a collection."""
_LARGEST = 1024 * 1024
"""Bytes of a file about a collection."""
COLOUR = "{http://apple.com/ns/ical/}calendar-color"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A calendar that was found."""

    login: str
    """As the folder is called."""
    slug: str
    """'' where it has none of its own: what is in it goes where new entries go, by kind."""
    files: tuple[Path, ...]
    name: str = ""
    kinds: frozenset[Kind] = frozenset()
    """Empty: nothing was said."""
    props: Mapping[str, str] = field(default_factory=dict)
    """By Clark name, as XML."""
    is_export: bool = False
    """Its files may be calendars of their own: several entries in one, or a name."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no calendar."""

    path: Path
    why: str


def shelves(path: Path, person: str | None) -> Iterator[Shelf | Skipped]:
    """Give what lies at *path*; *person*: it is theirs, or of several people's only theirs is meant."""
    if not path.is_dir():
        yield Shelf(person or path.stem, "", (path,))
        return
    root = _root(path)
    if root is not None:
        for folder in _folders(root):
            if person in {None, folder.name}:
                yield from _home(folder, folder.name)
        return
    if person is not None:
        yield from _home(path, person)
        return
    if (path / PROPS).is_file():
        yield Skipped(path, "it is one calendar: say with --person whose it is")
        return
    for one in _listed(path):
        if one.is_dir():
            yield from _home(one, one.name)
        elif one.suffix.lower() in ENDINGS:
            yield Shelf(one.stem, "", (one,))
        else:
            yield Skipped(one, "it is no .ics file")


def _root(path: Path) -> Path | None:
    """Give the folder of Radicale's in which each login has one."""
    places = (path, path / ROOT, path / "collections" / ROOT)
    return next((p for p in places if p.name == ROOT and p.is_dir()), None)


def _home(folder: Path, login: str) -> Iterator[Shelf | Skipped]:
    """Give what lies in one person's folder, which may itself be one of their calendars."""
    if (folder / PROPS).is_file() or (folder / "displayname").is_file():
        yield from _collection(folder, login)
        return
    loose: list[Path] = []
    for one in _listed(folder):
        if one.is_dir():
            yield from _collection(one, login)
        elif one.suffix.lower() in ENDINGS:
            loose.append(one)
        else:
            yield Skipped(one, "it is no .ics file")
    if loose:
        yield Shelf(login, "", tuple(loose), is_export=True)


def _collection(folder: Path, login: str) -> Iterator[Shelf | Skipped]:
    said, inside = _props(folder / PROPS), [one for one in _listed(folder) if one.name not in _ABOUT]
    tag = said.get("tag", "") if said is not None else ""
    if said is None:
        yield Skipped(folder, f"its {PROPS} cannot be read")
    elif tag == "VADDRESSBOOK" or (not tag and any(one.suffix.lower() == ".vcf" for one in inside)):
        yield Skipped(folder, "it is an address book")
    elif tag not in {"", "VCALENDAR"}:
        yield Skipped(folder, f"it is a {tag[:40]}")
    else:
        files = tuple(one for one in inside if one.is_file() and (tag or one.suffix.lower() in ENDINGS))
        yield _shelf(folder, login, said, files)
        yield from (Skipped(one, "it is no .ics file") for one in sorted({*inside} - {*files}))


def _shelf(folder: Path, login: str, said: Mapping[str, str], files: tuple[Path, ...]) -> Shelf:
    props = {_clark(key): value if key in STRUCTURED else escape(value) for key, value in said.items()}
    colour = _line(folder / "color")
    return Shelf(
        login,
        folder.name,
        files,
        said.get("D:displayname") or _line(folder / "displayname"),
        _kinds(said.get("C:supported-calendar-component-set", "")),
        {key: value for key, value in props.items() if key} | ({COLOUR: escape(colour)} if colour else {}),
    )


def _props(file: Path) -> Mapping[str, str] | None:
    """Give what Radicale knows of a collection; None where that cannot be read."""
    if not file.is_file():
        return {}
    if file.stat().st_size > _LARGEST:
        return None
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return {str(k): v for k, v in said.items() if isinstance(v, str)} if isinstance(said, dict) else None


def _clark(key: str) -> str:
    """Give the name in Clark notation; '' for what is a column of a calendar, or no name."""
    if key in COLUMNS:
        return ""
    prefix, colon, name = key.partition(":")
    if key.startswith("{"):
        return key
    return f"{{{NAMESPACES[prefix]}}}{name}" if colon and prefix in NAMESPACES else ""


def _kinds(said: str) -> frozenset[Kind]:
    named = {name.strip().upper() for name in said.split(",")}
    return frozenset(kind for kind in Kind if kind.value in named)


def _line(file: Path) -> str:
    if not file.is_file() or file.stat().st_size > _LARGEST:
        return ""
    return file.read_text(encoding="utf-8", errors="replace").strip()


def _folders(path: Path) -> Iterator[Path]:
    return (one for one in _listed(path) if one.is_dir())


def _listed(path: Path) -> list[Path]:
    """Give what lies in a folder, by name; Radicale's own notes and caches begin with a dot."""
    return sorted(one for one in path.iterdir() if not one.name.startswith("."))
