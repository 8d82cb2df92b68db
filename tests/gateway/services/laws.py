# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws of the model as assertions about one act: what was seen before it, and after it."""

import re
from datetime import UTC, datetime

from sqlalchemy import select, update

from gateway.model import Person, Stored
from gateway.services import views
from gateway.services.save import facts_of
from gateway.services.scene import zone_of
from gateway.store import readings, spans
from gateway.store.schema import answer as answer_table
from gateway.store.schema import entry as entry_table
from gateway.store.schema import reading as reading_table
from gateway.store.unit import UnitOfWork
from ical.address import mailbox
from ical.lines import read
from ical.snapshot import snapshot
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT
from tests.gateway.services.walk import (
    BY_ETAG,
    BY_TAG,
    LOGINS,
    NOW,
    STALE,
    Act,
    State,
    Walk,
    without_partstat,
    without_progress,
)
from tests.gateway.services.world import STAFF


def step(walk: Walk, act: Act) -> None:
    """Let *act* happen, and hold the laws against it."""
    before, sent = walk.state, walk.edited(act)
    stored = walk.put(act, sent) if sent is not None else None
    if sent is None:
        walk.do(act)
    after = walk.look()
    actor = act.who if act.what not in {"mail", "link"} else "berit"
    validators(walk, actor, before, after)
    times(walk)
    if stored is not None and sent is not None:
        told(act, stored, sent, after)
        put_get(walk, act, before, after, sent)
    if actor != "kari":
        isolation(actor, before, after)
    echo(walk, act, before, after)
    walk.remember(actor, after)
    if act.n % 2:
        privacy(walk)
    if stored is not None and sent is not None:
        put_put(walk, act, sent)


def validators(walk: Walk, actor: str, before: State, after: State) -> None:
    """Law 13: tags and tokens tell the truth."""
    for login in LOGINS:
        was, now = before.seen[login], after.seen[login]
        if now is not None:
            assert walk.etags.setdefault((login, now.slug, now.href, now.etag), now.text) == now.text
        if before.texts[login] != after.texts[login] or (was and now and was.slug != now.slug):
            for seen in filter(None, (was, now)):
                for tokens in (walk.start, before.tokens):
                    assert seen.href in walk.world.changes(login, seen.slug, tokens[login][seen.slug])
        if was and now and was.slug == now.slug and was.schedule_tag and now.schedule_tag:
            moved = was.schedule_tag != now.schedule_tag
            _tag(moved, login, actor, before, after)


def times(walk: Walk) -> None:
    """Whoever's reading follows the entry has its times in the index, which is what queries look at."""
    columns = [reading_table.c[name] for name in spans.COLUMNS]
    with walk.world.database.read() as uow:
        ours = (entry_table.c.uid == walk.uid) & (entry_table.c.id == reading_table.c.entry)
        follows = ours & reading_table.c.kept.is_(None) & ~reading_table.c.hidden & reading_table.c.scheduled
        found = uow.connection.execute(select(entry_table.c.words, *columns).where(follows)).all()
    kari = walk.world.people["kari"]
    for words, *index in found:
        said = snapshot(read(words), zone_of(kari))
        assert spans.columns(facts_of(said, kari, alone=False).span) == dict(zip(spans.COLUMNS, index, strict=True))


def _tag(moved: bool, login: str, actor: str, before: State, after: State) -> None:
    was, now = before.texts[login], after.texts[login]
    if login == actor:
        assert moved == (was != now), f"{login}'s own act: tag moved is {moved}"
    elif actor != "kari":
        assert not moved, f"{login}'s tag moved by {actor}"
    else:
        beyond = without_partstat(was) != without_partstat(now)
        shared = before.entry is None or after.entry is None or before.entry.shared != after.entry.shared
        assert moved or not beyond
        assert beyond or shared or not moved


def told(act: Act, stored: Stored, sent: bytes, after: State) -> None:
    """Law 13: an ETag is told exactly where a GET gives the bytes that were sent, and it is the right one."""
    seen = after.seen[act.who]
    assert seen is not None
    assert stored.verbatim == (seen.text == sent)
    assert (stored.calendar_slug, stored.href) == (seen.slug, seen.href)
    assert (stored.etag, stored.schedule_tag) == (seen.etag, seen.schedule_tag)


def isolation(actor: str, before: State, after: State) -> None:
    """Law 6: what an invited person does shows in their status lines, and nowhere else."""
    boxes = STAFF.get(actor, (BERIT,))
    for login in LOGINS:
        if login == actor:
            continue
        was, now = (without_partstat(state.texts[login], *boxes) for state in (before, after))
        if login == "kari":
            was, now = without_progress(was), without_progress(now)
        assert was == now, f"{login} sees another text because of {actor}"


def echo(walk: Walk, act: Act, before: State, after: State) -> None:
    """Laws 2 and 5: what was read and is sent back changes nothing, however old it is."""
    if act.what not in {"echo", "refold"} or before.seen[act.who] is None:
        return
    if act.base in {NOW, BY_ETAG, BY_TAG}:
        assert after.messages == before.messages
        if act.what == "echo":
            assert after.tokens == before.tokens
        # The organizer's words, and a text that follows nothing any more, are kept as they are sent.
        is_merged = act.who != "kari" and _is_followed(walk, act.who)
        others = [login for login in LOGINS if login != act.who or is_merged]
        assert all(after.tokens[login] == before.tokens[login] for login in others), f"a refolded echo of {act.who}"
    elif act.base == STALE and walk.undisturbed[act.who]:
        assert after.said == before.said
        assert after.messages == before.messages
        others = [login for login in LOGINS if login != act.who]
        assert all(after.texts[login] == before.texts[login] for login in others)


def put_put(walk: Walk, act: Act, sent: bytes) -> None:
    """Law 4: the same upload once more comes to the same, and nobody hears of it."""
    before = walk.state
    walk.put(Act(act.what, act.who, act.n, NOW), sent)
    after = walk.look()
    assert after.texts == before.texts
    assert after.messages == before.messages
    validators(walk, act.who, before, after)
    walk.state = after


def put_get(walk: Walk, act: Act, before: State, after: State, sent: bytes) -> None:
    """Law 3: what a person may change is read back as it was sent."""
    was, now = before.seen[act.who], after.seen[act.who]
    if now is None or (was is None and act.who != "kari") or act.base not in {NOW, BY_ETAG, BY_TAG}:
        return
    if act.what == "outlook":
        return
    assert texts.alarms(now.text) == texts.alarms(sent) or "CANCELLED" in (texts.value(now.text, "STATUS") or "")
    for name in ("X-MOZ-LASTACK", "CATEGORIES", "TRANSP"):
        assert texts.named(now.text, name) == texts.named(sent, name)
    if act.who == "kari":
        assert _words(now.text) == _words(sent)
    elif _is_followed(walk, act.who):
        rows = after.entry.answers if after.entry else ()
        _own_answer(act, now.text, {box for row in rows if (box := mailbox(row.address)) in STAFF[act.who]})


def _is_followed(walk: Walk, login: str) -> bool:
    with walk.world.database.read() as uow:
        held = readings.of_uid(uow, walk.world.people[login].id, walk.uid)
    return any(one.reading.scheduled and one.kept is None and one.entry.state == "live" for one in held)


def _own_answer(act: Act, text: bytes, boxes: set[str]) -> None:
    statuses = {texts.people(text)[box] for box in boxes}
    assert len(statuses) <= 1, "a person's lines say different things"
    said = {"accept": "ACCEPTED", "doubt": "TENTATIVE", "decline": "DECLINED", "finish": "COMPLETED"}
    said |= {"complete": "COMPLETED", "start": "IN-PROCESS"}
    asked = act.what == "complete" or STAFF[act.who][act.n % len(STAFF[act.who])] in boxes
    if act.what in said and boxes and asked:
        assert statuses == {said[act.what]}
    if act.what == "complete" and boxes:
        assert texts.value(text, "STATUS") == "COMPLETED"
        assert texts.value(text, "PERCENT-COMPLETE") == "100"
    # A per cent below 100 beside a STATUS:COMPLETED that was left as it is takes nothing up again.
    if act.what == "progress" and boxes and act.n == 1 and texts.value(text, "STATUS") != "COMPLETED":
        assert texts.value(text, "PERCENT-COMPLETE") == "25"
        assert texts.value(text, "STATUS") == "IN-PROCESS"


def _words(text: bytes) -> list[str]:
    """Give what is the organizer's own in *text*, in any order of lines and parameters."""
    made = r"SEQUENCE:|(STATUS:(?!CANCELLED)|PERCENT-COMPLETE:|COMPLETED:)"
    if texts.kind_of(text) == "VEVENT":
        made = r"SEQUENCE:"
    lines = [line for line in texts.without_roster(texts.unfolded(text)) if not re.match(made, line)]
    return sorted(line if not line.startswith("ATTENDEE") else _attendee(line) for line in lines)


def _attendee(line: str) -> str:
    said = r"PARTSTAT|SCHEDULE-STATUS|SCHEDULE-FORCE-SEND|X-DISTRIB-[A-Z]+"
    head, _, value = re.sub(rf";({said})=[^;:]*", "", line).partition(":")
    return ";".join(sorted(head.split(";"))) + value


def privacy(walk: Walk) -> None:
    """Law 7: nobody reads what is another's own."""
    for login in LOGINS:
        seen = walk.state.seen[login]
        read = [seen.text] if seen else []
        read += [item.text for item in walk.world.inbox(login, walk.uid)]
        for text in read:
            others = set(re.findall(r"secret-of-([a-z]+)", "\n".join(texts.unfolded(text)))) - {login}
            assert others <= ({"berit"} if login == "kari" else set()), f"{login} reads what is {others}'s"
            assert login == "kari" or b"X-DISTRIB" not in text.replace(b"\r\n ", b"")
            assert login == "kari" or texts.without_roster(texts.unfolded(text)) == texts.unfolded(text)
    for mail in walk.world.mails(walk.uid):
        said = "\n".join(texts.unfolded(mail.text))
        assert "secret-of" not in said
        assert "X-DISTRIB" not in said
        assert texts.without_roster(texts.unfolded(mail.text)) == texts.unfolded(mail.text)
        assert "SCHEDULE-" not in said
        assert set(texts.people(mail.text)) <= {BERIT}
    _no_function_of_others(walk)


def _no_function_of_others(walk: Walk) -> None:
    world = walk.world
    for login in ("ola", "per"):
        person = world.people[login]
        with world.database.write() as uow:
            before = uow.connection.begin_nested()
            _change_overlay(uow, person, walk.uid)
            assert _read_by_others(walk, uow, login) == _without(walk, login)
            _change_facts(uow, person, walk.uid)
            others = {q: text for q, text in _read_by_others(walk, uow, login).items() if q != "kari"}
            assert others == {q: text for q, text in _without(walk, login).items() if q != "kari"}
            before.rollback()


def _without(walk: Walk, login: str) -> dict[str, bytes | None]:
    return {q: text for q, text in walk.state.texts.items() if q != login}


def _read_by_others(walk: Walk, uow: UnitOfWork, login: str) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}
    for other in LOGINS:
        if other != login:
            person = walk.world.people[other]
            held = [one for one in readings.of_uid(uow, person.id, walk.uid) if not one.reading.hidden]
            found[other] = views.render(held[0], person) if held else None
    return found


def _change_overlay(uow: UnitOfWork, person: Person, uid: str) -> None:
    lines = {"lines": {"CATEGORIES": ["CATEGORIES:Annet\r\n"]}, "alarms": []}
    chunk = {"": lines, "20261208T090000Z": {**lines, "alarms": ["BEGIN:VALARM\r\nTRIGGER:-PT1M\r\nEND:VALARM\r\n"]}}
    mine = (reading_table.c.person == person.id) & (reading_table.c.uid == uid)
    uow.connection.execute(update(reading_table).where(mine).values(overlay=chunk))


def _change_facts(uow: UnitOfWork, person: Person, uid: str) -> None:
    same_uid = answer_table.c.entry == entry_table.c.id
    mine = same_uid & (answer_table.c.person == person.id) & (entry_table.c.uid == uid)
    facts = {"percent": 7, "comment": "Nei", "completed_at": None, "delivery": "9.9"}
    uow.connection.execute(update(answer_table).where(mine).values(**facts))
    has_answered = answer_table.c.answered_at.is_not(None)  # whether is no secret, when is
    uow.connection.execute(
        update(answer_table).where(mine, has_answered).values(answered_at=datetime(2026, 11, 1, tzinfo=UTC))
    )
