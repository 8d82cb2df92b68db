# SPDX-License-Identifier: GPL-3.0-or-later
"""The time zones that somebody can choose from, by the part of the world that they are in."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import available_timezones

from babel import Locale

PARTS = ("Europe", "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Indian", "Pacific")
"""Of the world, nearest first. Names outside them (`US/Eastern`, `Etc/GMT+3`) are older ones, or no places."""
Zone: TypeAlias = tuple[str, str]
"""Its IANA name, and what people call it."""


def zones(word: Callable[[str], str], language: str, kept: str) -> Mapping[str, Sequence[Zone]]:
    """Give the zones by the name of their part of the world; *kept* is among them, whatever it is."""
    named = {
        "Europe": word("Europe"),
        "Africa": word("Africa"),
        "America": word("America"),
        "Antarctica": word("Antarctica"),
        "Arctic": word("the Arctic"),
        "Asia": word("Asia"),
        "Atlantic": word("the Atlantic"),
        "Australia": word("Australia"),
        "Indian": word("the Indian Ocean"),
        "Pacific": word("the Pacific"),
    }
    found = {named[part]: places for part, places in _places(language).items()}
    if not any(kept == key for places in found.values() for key, _ in places):
        found[word("Others")] = ((kept, kept),)
    return found


@lru_cache(maxsize=4)
def _places(language: str) -> Mapping[str, Sequence[Zone]]:
    known = sorted(available_timezones())
    named = Locale.parse(language).time_zones
    found = {}
    for part in PARTS:
        keys = [key for key in known if key.startswith(f"{part}/")]
        places = ((key, str(named.get(key, {}).get("city") or _plain(key))) for key in keys)
        found[part] = tuple(sorted(places, key=lambda place: place[1]))
    return found


def _plain(key: str) -> str:
    """Give the place that *key* names: `America/Indiana/Knox` is Knox, Indiana."""
    return ", ".join(reversed(key.replace("_", " ").split("/")[1:]))
