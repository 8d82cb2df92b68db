# SPDX-License-Identifier: GPL-3.0-or-later
"""What everybody's program finds, all of it over CalDAV, and how that differs from before."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.ical.scenarios.company import Company, Letter
from tests.ical.scenarios.document import MAIN, Component, parts, read, value_of
from tests.ical.scenarios.editing import address_in
from tests.ical.scenarios.grammar import STAFF, name_of
from tests.radicale_distrib.client import Client

_TOLD = "D:resourcetype D:sync-token"
_WHOLE = """<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level><D:prop>
<D:getetag/><C:schedule-tag/><C:calendar-data/></D:prop></D:sync-collection>"""


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as its owner's program reads it."""

    path: str
    etag: str
    tag: str | None
    text: bytes


class Item(NamedTuple):
    """A message in an inbox."""

    login: str
    uid: str
    method: str
    instance: str
    about: str
    """Whose answer a REPLY tells of."""
    path: str
    revision: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything there is to see at one moment."""

    objects: dict[tuple[str, str], Seen]
    """By login and UID."""
    items: dict[str, Item]
    texts: dict[str, bytes]
    """Of inbox items, by path."""
    tokens: dict[str, str]
    """By path of the collection."""
    revisions: dict[str, dict[str, int]]
    """Of each person's collections, by login and name."""
    letters: dict[int, Letter]
    log: Counter[tuple[str, str]]


def look(company: Company, uids: Iterable[str], before: View | None = None) -> View:
    """Look at everything, as programs do that sync: where the token is that of *before*, all is as it was.

    Of whom nothing has changed since *before* the program is not asked.
    """
    objects: dict[tuple[str, str], Seen] = {}
    items: dict[str, Item] = {}
    texts: dict[str, bytes] = {} if before is None else dict(before.texts)
    tokens: dict[str, str] = {}
    revisions = company.revisions()
    quiet = [] if before is None else [login for login in STAFF if before.revisions[login] == revisions[login]]
    if before is not None:
        tokens = {path: token for path, token in before.tokens.items() if path.startswith(_homes(quiet))}
        objects = {key: seen for key, seen in before.objects.items() if key[0] in quiet}
        items = {path: item for path, item in before.items.items() if item.login in quiet}
    for login, where, token in _collections(company, [login for login in STAFF if login not in quiet]):
        tokens[where] = token
        if before is not None and before.tokens.get(where) == token:
            objects |= {key: seen for key, seen in before.objects.items() if seen.path.startswith(where)}
            items |= {path: item for path, item in before.items.items() if path.startswith(where)}
            continue
        for seen in _members(company.clients[login], where):
            if where.endswith("/inbox/"):
                items[seen.path], texts[seen.path] = _item(login, seen), seen.text
                continue
            key = login, _value(parts(read(seen.text))[0], "UID")
            assert key not in objects, f"{login} has two objects with the UID {key[1]}"
            objects[key] = seen
    log = Counter((uid, why) for uid in uids for why in company.reasons(uid))
    letters = {letter.id: letter for letter in company.mails()}
    return View(objects, items, texts, tokens, revisions, letters, log)


def _homes(logins: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"/{login}/" for login in logins)


def _collections(company: Company, logins: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Give each collection of *logins* that can be synced: whose it is, its path and its token."""
    for login in logins:
        client = company.clients[login]
        for path, told in client.propfind(f"/{login}/", _TOLD, "1").items():
            if "D:sync-token" in told:
                yield login, path.removeprefix(client.mount), told.value("D:sync-token")


def _members(client: Client, where: str) -> Iterator[Seen]:
    answer = client.report(where, _WHOLE)
    assert answer.status == 207, answer
    for path, told in answer.responses().items():
        tag = told.value("C:schedule-tag") if "C:schedule-tag" in told else None
        text = told.value("C:calendar-data").encode()
        yield Seen(path.removeprefix(client.mount), told.value("D:getetag"), tag, text)


def _item(login: str, seen: Seen) -> Item:
    root = read(seen.text)
    first = parts(root)[0]
    method = _value(root, "METHOD")
    people = [name_of(address_in(line)) for line in first.named("ATTENDEE")]
    about = people[0] if method in {"REPLY", "COUNTER"} and people else ""
    # The last part of an inbox item's ETag names its text, which may change without a new message.
    revision = seen.etag.strip('"').rpartition("-")[0]
    return Item(login, _value(first, "UID"), method, _only(root), about, seen.path, revision)


def _only(root: Component) -> str:
    """Give the instance that a message is about, where it is about one alone."""
    instances = [part.instance for part in parts(root)]
    return instances[0] if len(instances) == 1 else MAIN


def _value(component: Component, name: str) -> str:
    return value_of(next(iter(component.named(name)), f"{name}:"))
