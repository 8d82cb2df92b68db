# SPDX-License-Identifier: GPL-3.0-or-later
"""Small calendar texts for tests."""

from pathlib import Path
from zoneinfo import ZoneInfo

from ical.lines import Component, Document, fold, read

OSLO = ZoneInfo("Europe/Oslo")
SAMPLES = Path(__file__).parent.parent / "samples"


def calendar(*components: str, head: tuple[str, ...] = ()) -> bytes:
    """Give a calendar of *components*, each a text with LF line breaks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN", *head]
    for component in components:
        lines += component.splitlines()
    return b"".join(fold(line) for line in (*lines, "END:VCALENDAR"))


def component(name: str, *lines: str) -> str:
    """Give a component of *lines* with the UID that all tests share, unless they bring one."""
    uid = () if any(line.startswith("UID") for line in lines) else ("UID:entry-1",)
    return "\n".join((f"BEGIN:{name}", *uid, *lines, f"END:{name}"))


def event(*lines: str) -> str:
    """Give a VEVENT."""
    return component("VEVENT", *lines)


def task(*lines: str) -> str:
    """Give a VTODO."""
    return component("VTODO", *lines)


def first(text: bytes) -> tuple[Document, Component]:
    """Read *text*, and give it with its first component that is no time zone."""
    document = read(text)
    return document, next(c for c in document.root.children if c.name != "VTIMEZONE")


def samples() -> list[Path]:
    """Give the paths of all samples of clients' texts."""
    return sorted(SAMPLES.glob("*/*.ics"))


def name_of(sample: Path) -> str:
    """Give what a sample is called in a list of tests."""
    return f"{sample.parent.name}-{sample.stem}"
