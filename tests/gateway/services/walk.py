# SPDX-License-Identifier: GPL-3.0-or-later
"""Random walks: what people do to an entry, one thing after the other, and what must hold after each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.model import Revision, Stored
from gateway.services import views
from gateway.store import calendars, entries, inbox, readings
from gateway.store.unit import UnitOfWork
from ical.errors import IcalError
from ical.itip.outcome import Entry
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import STAFF, Seen, World

LOGINS = tuple(STAFF)
INVITED = ("ola", "per", "nina")
EVERYBODY = (OLA, PER, PER_TOO, NINA, BERIT, KARI)
SHARED_X = 'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Gata 1, Oslo":geo:59.9,10.7'

Edit = Callable[[bytes, str, int], bytes]


def secret(login: str, n: int) -> str:
    """Give something that nobody but *login* may ever read."""
    return f"secret-of-{login}-{n}"


def _box(login: str, n: int) -> str:
    boxes = STAFF[login]
    return boxes[n % len(boxes)]


def _own(name: str) -> Edit:
    return lambda text, login, n: texts.with_value(text, name, secret(login, n))


def _answer(partstat: str) -> Edit:
    return lambda text, login, n: texts.with_partstat(text, _box(login, n), partstat)


def _progress(text: bytes, _: str, n: int) -> bytes:
    return texts.with_value(text, "PERCENT-COMPLETE", str(n * 25))


def _begin(text: bytes, _: str, n: int) -> bytes:
    begun = texts.with_value(text, "STATUS", "IN-PROCESS")
    return texts.with_value(begun, "PERCENT-COMPLETE", "10") if n % 2 else begun


def _complete(text: bytes, _: str, n: int) -> bytes:
    said = (("STATUS", "COMPLETED"), ("PERCENT-COMPLETE", "100"), ("COMPLETED", "20261201T120000Z"))[n % 3]
    return texts.with_value(text, *said)


def _reopen(text: bytes, _: str, n: int) -> bytes:
    said = texts.with_value(texts.without(text, "COMPLETED", "PERCENT-COMPLETE"), "STATUS", "NEEDS-ACTION")
    return texts.with_value(said, "PERCENT-COMPLETE", "0") if n % 2 else said


def _vandalised(text: bytes, login: str, n: int) -> bytes:
    other = texts.with_value(texts.later(text, 3), "SUMMARY", secret(login, n))
    return texts.with_partstat(texts.with_attendee(other, "stranger@kunde.example"), _box(login, n), "ACCEPTED")


def _outlook(text: bytes, _: str, n: int) -> bytes:
    return texts.stripped(text, **({"PERCENT_COMPLETE": str(n * 20)} if n else {}))


def _invited(text: bytes, _: str, n: int) -> bytes:
    who = EVERYBODY[n % len(EVERYBODY)]
    return text if who in texts.people(text) else texts.with_attendee(text, who)


def _uninvited(text: bytes, _: str, n: int) -> bytes:
    return texts.without_attendee(text, EVERYBODY[n % len(EVERYBODY)])


def _agent(text: bytes, _: str, n: int) -> bytes:
    return texts.with_parameter(text, EVERYBODY[n % 5], "SCHEDULE-AGENT", (None, "CLIENT", "NONE")[n % 3])


EDITS: Mapping[str, Edit] = {
    "echo": lambda text, _login, _n: text,
    "refold": lambda text, _login, n: texts.refolded(text, 30 + n, "\n" if n % 2 else "\r\n"),
    "accept": _answer("ACCEPTED"),
    "doubt": _answer("TENTATIVE"),
    "decline": _answer("DECLINED"),
    "forget": _answer("NEEDS-ACTION"),
    "alarm": lambda text, login, n: texts.with_alarm(text, secret(login, n)),
    "hush": lambda text, _login, _n: texts.without_alarms(text),
    "note": _own("X-MOZ-LASTACK"),
    "colour": lambda text, login, n: texts.with_value(
        text, "CATEGORIES", f"felles-{n}" if login == "kari" else secret(login, n)
    ),
    "plain": lambda text, _login, _n: texts.without(text, "CATEGORIES"),
    "free": lambda text, _login, n: texts.with_value(text, "TRANSP", ("TRANSPARENT", "OPAQUE")[n % 2]),
}
TASK_EDITS: Mapping[str, Edit] = {
    "progress": _progress,
    "begin": _begin,
    "complete": _complete,
    "reopen": _reopen,
    "start": _answer("IN-PROCESS"),
    "finish": _answer("COMPLETED"),
    "outlook": _outlook,
}
GUEST_EDITS: Mapping[str, Edit] = {"vandalise": _vandalised}
HOST_EDITS: Mapping[str, Edit] = {
    "retitle": lambda text, _login, n: texts.with_value(text, "SUMMARY", f"Tittel {n}"),
    "later": lambda text, _login, n: texts.later(text, n + 1),
    "place": lambda text, _login, _n: texts.with_lines(texts.without(text, "X-APPLE-STRUCTURED-LOCATION"), SHARED_X),
    "invite": _invited,
    "uninvite": _uninvited,
    "agent": _agent,
    "cancel": lambda text, _login, _n: texts.with_value(text, "STATUS", "CANCELLED"),
    "claim": lambda text, _login, n: texts.with_partstat(text, EVERYBODY[n % 5], "ACCEPTED"),
    "weekly": lambda text, _login, n: texts.with_value(text, "RRULE", f"FREQ=WEEKLY;COUNT={n + 2}"),
}
OTHER_ACTS = ("delete", "leave it", "shelve", "mail", "link")

NOW, BY_ETAG, BY_TAG, STALE, OLD = range(5)
"""What an upload is based on: what is read now (proved or not), an earlier reading, or any text that was ever read."""


class Act(NamedTuple):
    """Something that somebody does."""

    what: str
    who: str
    n: int
    base: int


class State(NamedTuple):
    """All that can be seen of the entry."""

    seen: Mapping[str, Seen | None]
    tokens: Mapping[str, Mapping[str, Revision]]
    items: Mapping[str, tuple[tuple[str, int], ...]]
    mails: int
    entry: Entry | None

    @property
    def texts(self) -> dict[str, bytes | None]:
        """What each person reads."""
        return {login: seen.text if seen else None for login, seen in self.seen.items()}

    @property
    def said(self) -> frozenset[tuple[object, ...]]:
        """Every answer that counts."""
        rows = self.entry.answers if self.entry else ()
        return frozenset((a.address, a.instance, a.partstat, a.percent, a.completed_at, a.comment) for a in rows)

    @property
    def messages(self) -> tuple[object, ...]:
        """What anybody was told."""
        return self.items, self.mails


def acts(kind: str) -> st.SearchStrategy[Act]:
    """Give what can happen to an entry of *kind*."""
    common = [*EDITS, *(TASK_EDITS if kind == "VTODO" else ())]
    numbers, bases = st.integers(0, 5), st.sampled_from((NOW, NOW, NOW, BY_ETAG, BY_TAG, STALE, OLD))
    guests = st.builds(
        Act, st.sampled_from([*common, *GUEST_EDITS, *OTHER_ACTS]), st.sampled_from(INVITED), numbers, bases
    )
    hosts = st.builds(Act, st.sampled_from([*common, *HOST_EDITS, "delete"]), st.just("kari"), numbers, bases)
    return st.one_of(guests, hosts)


class Walk:
    """One entry's life."""

    def __init__(self, world: World, uid: str, text: bytes) -> None:
        self.world, self.uid, self.first = world, uid, text
        self.read: dict[str, list[bytes]] = {login: [] for login in LOGINS}
        """All that each person ever read."""
        self.undisturbed: dict[str, list[bytes]] = {login: [] for login in LOGINS}
        """What each has read since an own act of theirs changed something."""
        self.etags: dict[tuple[str, ...], bytes] = {}
        self.state = self.look()
        self.start = self.state.tokens

    def look(self) -> State:
        """Look at everything."""
        world = self.world
        with world.database.read() as uow:
            seen = {login: self._seen(uow, login) for login in LOGINS}
            tokens = {login: self._tokens(uow, login) for login in LOGINS}
            kari = world.people["kari"].id
            found = entries.by_scope(uow, self.uid, f"person:{kari}")
            entry = replace(found[1], words=entries.words_of(uow, found[0], kari)) if found else None
            items = {
                login: tuple(
                    (item.href, item.revision)
                    for item in inbox.listed(uow, world.people[login].id)
                    if found and item.entry_id == found[0]
                )
                for login in LOGINS
            }
        return State(seen, tokens, items, len(world.mails(self.uid)), entry)

    def _seen(self, uow: UnitOfWork, login: str) -> Seen | None:
        person = self.world.people[login]
        for one in readings.of_uid(uow, person.id, self.uid):
            calendar = calendars.by_id(uow, one.reading.calendar_id)
            if calendar is not None and not one.reading.hidden:
                text = views.render(one, person)
                return Seen(calendar.slug, one.reading.href, one.reading.etag, one.reading.schedule_tag, text)
        return None

    def _tokens(self, uow: UnitOfWork, login: str) -> Mapping[str, Revision]:
        return {c.slug: c.revision for c in calendars.of_person(uow, self.world.people[login].id)}

    def based_on(self, act: Act) -> bytes | None:
        """Give the text that the person edits."""
        seen = self.state.seen[act.who]
        if act.base == OLD and self.read[act.who]:
            return self.read[act.who][act.n % len(self.read[act.who])]
        if act.base == STALE and self.undisturbed[act.who]:
            return self.undisturbed[act.who][act.n % len(self.undisturbed[act.who])]
        if seen is not None:
            return seen.text
        return self.read[act.who][-1] if self.read[act.who] else self.first if act.who == "kari" else None

    def edited(self, act: Act) -> bytes | None:
        """Give the text that the act uploads, or None where it uploads nothing."""
        base = self.based_on(act)
        edit = {**EDITS, **TASK_EDITS, **GUEST_EDITS, **HOST_EDITS}.get(act.what)
        return edit(base, act.who, act.n) if edit is not None and base is not None else None

    def put(self, act: Act, text: bytes) -> Stored | None:
        """Upload; None where it was refused."""
        seen = self.state.seen[act.who]
        demand: dict[str, str | None] = {}
        if seen is not None and act.base == BY_ETAG:
            demand = {"if_match": seen.etag}
        elif seen is not None and act.base == BY_TAG:
            demand = {"schedule_tag": seen.schedule_tag}
        try:
            return self.world.put(act.who, text, **demand)
        except (GatewayError, IcalError):
            return None

    def do(self, act: Act) -> None:
        """Do what is no upload, where it can be done."""
        seen, world = self.state.seen[act.who], self.world
        asked = [m for m in world.mails(self.uid) if m.method == "REQUEST"]
        if act.what in {"delete", "leave it"} and seen is not None:
            world.delete(act.who, self.uid, reply=act.what == "delete")
        elif act.what == "shelve" and seen is not None:
            slug = "shelf" if seen.slug != "shelf" else "calendar" if texts.kind_of(seen.text) == "VEVENT" else "tasks"
            world.move(act.who, self.uid, slug, seen.href)
        elif act.what == "mail" and asked:
            partstat = ("ACCEPTED", "DECLINED", "TENTATIVE")[act.n % 3]
            world.reply_by_mail(self.uid, partstat, f"COMMENT:{secret('berit', act.n)}", to=act.n % len(asked))
        elif act.what == "link" and asked:
            link = str(asked[act.n % len(asked)].facts["link"])
            try:
                world.answer_by_link(link, ("ACCEPTED", "DECLINED")[act.n % 2], secret("berit", act.n))
            except GatewayError:
                return

    def remember(self, actor: str, after: State) -> None:
        """Note what everybody reads now."""
        for login, seen in after.seen.items():
            if login == actor and after.texts[login] != self.state.texts[login]:
                self.undisturbed[login].clear()
            if seen is not None:
                self.read[login].append(seen.text)
                self.undisturbed[login].append(seen.text)
        self.state = after


def without_partstat(text: bytes | None, *boxes: str) -> list[str] | None:
    """Give the lines of *text* without what *boxes* (by default all) answered."""
    if text is None:
        return None
    mine = tuple(f"mailto:{box}" for box in boxes) or ("",)
    return [
        re.sub(r";(PARTSTAT|SCHEDULE-STATUS|X-DISTRIB-[A-Z]+)=[^;:]*", "", line) if line.endswith(mine) else line
        for line in texts.unfolded(text)
    ]


def without_progress(lines: list[str] | None) -> list[str] | None:
    """Leave out what is made of the assignees' answers."""
    if lines is None:
        return None
    made = r"(STATUS|PERCENT-COMPLETE|COMPLETED):"
    return [line for line in texts.without_roster(lines) if not re.match(made, line)]
