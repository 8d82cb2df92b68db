# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads scenario files (GRAMMAR.md); whatever is wrong in one is told with its file and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.ical.scenarios.document import in_utc

BOXES = {
    "kari": "kari@byggbo.example",
    "ola": "ola@byggbo.example",
    "per": "per@byggbo.example",
    "nina": "nina@byggbo.example",
    "dahl": "p.dahl@byggbo.example",
    "berit": "berit@kunde.example",
    "jon": "jon@nabo.example",
    "salg": "salg@byggbo.example",
    "bygg": "bygg@byggbo.example",
}
"""Who there is; dahl is Per under his other address, Berit and Jon are nobody's colleagues; the last are for groups."""
STAFF = ("kari", "ola", "per", "nina")
HEADERS = ("awaits", "deputies", "groups", "settings", "zones")
LOOKS = frozenset({"expect"})
VERBS = LOOKS | {
    "accept", "answer", "bounce", "copy", "decline", "delete", "edit", "get", "invite", "make", "move", "post",
    "admit", "propose", "publish", "put", "remove", "repel", "send", "wait",
}  # fmt: skip
SILENT = LOOKS | {"get"}
"""Verbs that change nothing, so that no effects are declared."""

_INSTANCE = re.compile(r"@(\d{8}(?:T\d{6}Z?)?)")


class Unreadable(Exception):
    """A scenario file does not follow the grammar."""

    def __init__(self, where: "Place", why: str) -> None:
        super().__init__(f"{where}: {why}")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Said:
    """A line, and where it stands."""

    place: Place
    text: str

    def wrong(self, why: str) -> Unreadable:
        """Give the error that says what is wrong with this line."""
        return Unreadable(self.place, f"{why}: {self.text}")


@dataclass(slots=True)
class Step:
    """Something that somebody does, with what it must come to."""

    said: Said
    verb: str
    words: list[str]
    options: list[str]
    body: list[Said] = field(default_factory=list)
    effects: list[Said] = field(default_factory=list)

    def option(self, name: str) -> str | None:
        """Give what follows *name* among the options; '' where nothing does, None where it is not there."""
        for option in self.options:
            if option == name or option.startswith(f"{name} "):
                return option.removeprefix(name).strip()
        return None

    @property
    def headers(self) -> dict[str, str]:
        """The options that are header fields, as the client takes them."""
        named = (option.partition(":") for option in self.options if re.match(r"[A-Z][A-Za-z-]+:", option))
        return {name.replace("-", "_"): value.strip() for name, _, value in named}


@dataclass(slots=True)
class Scenario:
    """One conversation."""

    title: str
    place: Place
    awaits: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    """Who lives elsewhere than in Oslo."""
    deputies: dict[str, str] = field(default_factory=dict)
    """Who acts for whom, separated by commas."""
    groups: dict[str, str] = field(default_factory=dict)
    """Who belongs to what, separated by commas."""
    steps: list[Step] = field(default_factory=list)


def scenarios(path: Path, name: str | None = None) -> list[Scenario]:
    """Read a file; raises Unreadable."""
    found: list[Scenario] = []
    for said in _lines(path, name or path.name):
        if said.text.startswith("# "):
            found.append(Scenario(said.text.removeprefix("# ").strip(), said.place))
        elif not found:
            raise said.wrong("something stands before the first title")
        elif said.text.startswith("> "):
            found[-1].steps.append(_step(said))
        elif not found[-1].steps:
            _read_header(found[-1], said)
        elif said.text.startswith("= "):
            found[-1].steps[-1].effects.append(Said(said.place, said.text.removeprefix("= ").strip()))
        elif found[-1].steps[-1].effects:
            raise said.wrong("a line stands behind the effects of its step")
        else:
            found[-1].steps[-1].body.append(said)
    for scenario in found:
        _check(scenario)
    _check_titles(found)
    return found


def instance_in(said: Said, word: str) -> str:
    """Give the instance that `@…` names, as a date or in UTC."""
    match = _INSTANCE.fullmatch(word)
    if match is None:
        raise said.wrong(f"{word} names no instance")
    return in_utc(match.group(1))


def box_of(said: Said, word: str, me: str = "") -> str:
    """Give the mailbox of whoever is named."""
    word = me if word == "me" and me else word
    if "@" in word[1:]:
        return word
    if word not in BOXES:
        raise said.wrong(f"{word} is nobody here")
    return BOXES[word]


def name_of(box: str) -> str:
    """Give who has this mailbox, in the words of the scenarios."""
    return next((name for name, known in BOXES.items() if known == box.lower()), box)


def _lines(path: Path, name: str) -> Iterator[Said]:
    for number, text in enumerate(path.read_text().splitlines(), 1):
        stripped = text.strip()
        if stripped and not stripped.startswith("//"):
            yield Said(Place(name, number), stripped)


def _read_header(scenario: Scenario, said: Said) -> None:
    """Lines before the first step are prose, but for the headers."""
    name, mark, rest = said.text.partition(":")
    if not mark or name not in HEADERS:
        if said.text.startswith("="):
            raise said.wrong("effects stand before the first step")
        return
    if name == "awaits":
        scenario.awaits = rest.strip()
        return
    for pair in rest.split():
        setting, equals, value = pair.partition("=")
        if not equals:
            raise said.wrong(f"{pair} is no setting")
        headers = {"deputies": scenario.deputies, "groups": scenario.groups, "settings": scenario.settings}
        (headers | {"zones": scenario.zones})[name][setting] = value


def _step(said: Said) -> Step:
    head, *options = (part.strip() for part in said.text.removeprefix("> ").split(", "))
    verb, *words = head.split()
    if verb not in VERBS:
        raise said.wrong(f"there is no verb {verb}")
    return Step(said, verb, words, options)


def _check(scenario: Scenario) -> None:
    if not scenario.steps:
        raise Unreadable(scenario.place, f"nothing happens in: {scenario.title}")
    for step in scenario.steps:
        if step.verb in SILENT and step.effects:
            raise step.said.wrong("a step that changes nothing has no effects")
        if step.verb not in SILENT and not step.effects:
            raise step.said.wrong("the step does not say what comes of it; at least: = nothing")
    if not any(step.verb not in SILENT for step in scenario.steps):
        raise Unreadable(scenario.place, f"nobody does anything in: {scenario.title}")


def _check_titles(found: list[Scenario]) -> None:
    seen: set[str] = set()
    for scenario in found:
        if scenario.title in seen:
            raise Unreadable(scenario.place, f"there are two scenarios of this title: {scenario.title}")
        seen.add(scenario.title)
