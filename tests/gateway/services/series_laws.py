# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws of the model about single occurrences, as assertions about one act."""

import re
from datetime import UTC, datetime, time, timedelta

import icalendar
import vobject
from sqlalchemy import select

from gateway.services import freebusy, reindex, views
from gateway.services.scene import zone_of
from gateway.store import readings
from gateway.store.schema import occurrence as occurrence_table
from gateway.store.schema import reading as reading_table
from gateway.store.unit import UnitOfWork
from ical import view
from ical.address import mailbox
from ical.answers import Answer
from ical.freebusy import Period, busy_of, merged, partstat_in
from ical.instances import InstanceId
from ical.itip.outcome import Entry
from ical.itip.outcome import State as EntryState
from ical.lines import read as read_lines
from ical.recurrence import occurrences
from tests.gateway.services import laws, replica, series, texts
from tests.gateway.services.series import Book, Piece, When
from tests.gateway.services.series_walk import SeriesWalk, contradiction
from tests.gateway.services.texts import BERIT, KARI
from tests.gateway.services.walk import BY_ETAG, BY_TAG, LOGINS, NOW, OLD, STALE, Act, State, without_partstat
from tests.gateway.services.world import STAFF, Seen

BOXES = {**{box: login for login, boxes in STAFF.items() for box in boxes}, BERIT: "berit"}
SAID = {"accept": "ACCEPTED", "doubt": "TENTATIVE", "decline": "DECLINED"}
MADE = ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID", *series.REPEATING)
"""Lines in which a component that is made for an occurrence differs from its series."""


def step(walk: SeriesWalk, act: Act) -> None:
    """Let *act* happen, and hold the laws against it."""
    walk.answered = None
    before, sent = walk.state, walk.edited(act)
    stored = walk.put(act, sent) if sent is not None else None
    if sent is None:
        walk.do(act)
    after = walk.look()
    actor = act.who if act.what not in {"mail", "link"} else "berit"
    laws.validators(walk, actor, before, after)
    laws.times(walk)
    if stored is not None and sent is not None:
        laws.told(act, stored, sent, after)
        put_get(walk, act, before, after, sent)
    if actor != "kari":
        isolation(actor, before, after)
    elif stored is not None:
        reset(walk, before, after)
    if walk.answered is not None:
        heard(walk, after)
    visibility(walk, after)
    frozen(walk, actor, before, after)
    replica.follows(walk, actor, before, after)
    laws.echo(walk, act, before, after)
    note(walk, act, before, after, sent)
    walk.remember(actor, after)
    if stored is not None and sent is not None and not _repeats_made(act, before, sent):
        laws.put_put(walk, act, sent)


def end(walk: SeriesWalk) -> None:
    """Hold against the end of a life what need not be looked at after every act."""
    laws.privacy(walk)
    parses(walk)
    reindexed(walk)


def put_get(walk: SeriesWalk, act: Act, before: State, after: State, sent: bytes) -> None:
    """Law 3: what somebody may change is read back as it was sent, occurrence by occurrence."""
    was, now = before.seen[act.who], after.seen[act.who]
    if was is None or now is None or act.base not in {NOW, BY_ETAG, BY_TAG}:
        return
    asked, got, showed = series.read(sent), series.read(now.text), series.read(was.text)
    if act.who == "kari":
        _words_stand(before, asked, got, showed)
    elif _is_followed(walk, act.who) and act.what not in {"vandalise", "as the series"}:
        brings_back = act.what == "put one back"
        if not brings_back:
            assert series.shown(got.times) == series.shown(asked.times)
        for when in got.times.keys() & asked.times.keys():
            _own_stands(walk, act, when, asked, got, showed)


def _own_stands(walk: SeriesWalk, act: Act, when: When, asked: Book, got: Book, showed: Book) -> None:
    one, other, old = (book.says(when) for book in (asked, got, showed))
    assert one is not None
    assert other is not None
    boxes = STAFF[act.who]
    alarms, own, said = one.own(*boxes)
    assert (alarms, own) == other.own(*boxes)[:2], f"own lines of {when}"
    # What two addresses of one person say otherwise was, sent before, the same upload once more for all that is known.
    if one.kind == "VTODO" or (act.base == NOW and contradiction(act.who, when, asked) in walk.contradicted):
        return
    heard, earlier = other.partstats(*boxes), old.partstats(*boxes) if old is not None else {}
    assert len(set(heard.values())) <= 1, f"the lines of {act.who} for {when} say different things"
    for box, partstat in said.items():  # type: ignore[attr-defined]
        if partstat != "NEEDS-ACTION" and partstat != earlier.get(box):
            assert heard[box] == partstat, f"{box} for {when}"


def _words_stand(before: State, asked: Book, got: Book, showed: Book) -> None:
    """What the organizer sent is read back, but for what the server made, before or now."""
    words = series.read(before.entry.words) if before.entry is not None and before.entry.words else None
    for piece in got.pieces:
        if asked.says_alone(piece.instance) is None:
            assert piece.instance is not None
            assert _gist(piece, plain=True) == _gist(asked.says(piece.instance), plain=True), f"made: {piece.instance}"
    for piece in asked.pieces:
        echo = words is not None and words.says_alone(piece.instance) is None and piece in showed.pieces
        if not echo:
            there = got.says_alone(piece.instance)
            if there is None:  # what says what the series says is no word of its own
                assert _gist(piece, plain=True) == _gist(asked.main, plain=True), f"words of {piece.instance}"
            else:
                assert _gist(piece) == _gist(there), f"words of {piece.instance}"


def _gist(piece: Piece | None, *, plain: bool = False, boxes: tuple[str, ...] = ()) -> object:
    """Give what is the organizer's own in a component; *plain*: but for its time."""
    if piece is None:
        return None
    made = ("SEQUENCE", "PERCENT-COMPLETE", "COMPLETED", *(MADE if plain else ()))
    lines = [_bare(line, boxes) for line in texts.without_roster(piece.without(*made).lines)]
    if piece.kind == "VTODO":
        lines = [line for line in lines if not re.match(r"STATUS:(?!CANCELLED)", line)]
    return sorted(lines), sorted(piece.alarms)


def _bare(line: str, boxes: tuple[str, ...]) -> str:
    if not line.startswith("ATTENDEE") or (boxes and not line.endswith(boxes)):
        return line
    said = r"PARTSTAT|SCHEDULE-STATUS|SCHEDULE-FORCE-SEND|X-DISTRIB-[A-Z]+"
    head, _, value = re.sub(rf";({said})=[^;:]*", "", line).partition(":")
    return ";".join(sorted(head.split(";"))) + value


def isolation(actor: str, before: State, after: State) -> None:
    """Law 6: an invited person's act shows in their status lines, and for the organizer in what is made of them."""
    boxes = STAFF.get(actor, (BERIT,))
    for login in LOGINS:
        was, now = before.texts[login], after.texts[login]
        if login == actor or was == now:
            continue
        assert was is not None
        assert now is not None
        if login != "kari":
            assert without_partstat(was, *boxes) == without_partstat(now, *boxes), f"{login} by {actor}"
            continue
        one, other = series.read(was), series.read(now)
        assert series.shown(one.times) == series.shown(other.times)
        for when in (*one.times, None):
            first, second = (book.says_alone(None) if when is None else book.says(when) for book in (one, other))
            assert _gist(first, plain=True, boxes=boxes) == _gist(second, plain=True, boxes=boxes), f"kari: {when}"


def reset(walk: SeriesWalk, before: State, after: State) -> None:
    """Laws 10 and 12: who is asked again is asked anew, everybody else's answer stands."""
    if before.entry is None or after.entry is None or not (before.entry.words and after.entry.words):
        return
    if EntryState.CANCELLED in {before.entry.state, after.entry.state}:
        return
    old, new = series.read(before.entry.words), series.read(after.entry.words)
    seen = [series.read(state.texts["kari"] or b"") for state in (before, after)]
    whole = _is_rescheduled(old, new)
    known = {login for box, login in BOXES.items() for p in old.pieces if box in p.partstats()}
    anew: set[When] = set()
    for when, (_, _, piece) in new.times.items():
        moved = when not in old.times or _is_moved(when, old, new)
        for box in piece.partstats().keys() & BOXES.keys() - {KARI}:
            again = moved or (whole and all(box in book.main.partstats() for book in (old, new)))  # type: ignore[union-attr]
            then, now = (book.says(when) for book in seen)
            status = now.partstats()[box] if now is not None else None
            was_in = when in old.times and box in old.says(when).partstats()  # type: ignore[union-attr]
            if not was_in and BOXES[box] in known and len(STAFF.get(BOXES[box], ())) > 1:
                continue  # one more address of somebody who has answered
            if again or not was_in:
                assert status == "NEEDS-ACTION", f"{box} was not asked to {when}"
                anew |= {when} if again else set()
            elif then is not None:
                assert status == then.partstats()[box], f"the answer of {box} to {when}"
    if anew:
        walk.passed.add("reset of all" if whole else "reset of one occurrence")
        assert after.entry.sequence > before.entry.sequence
        hidden = {_when(a.instance) for a in after.entry.answers if a.hidden}
        assert anew.isdisjoint(hidden)


def _is_rescheduled(old: Book, new: Book) -> bool:
    was, now = old.main, new.main
    if was is None or now is None:
        return False
    if (was.start, was.lasts) != (now.start, now.lasts) or _dates(now) - _dates(was):
        return True
    (frequency, then), (now_frequency, count) = (_rule(p) for p in (was, now))
    return frequency != now_frequency or count > then


def _rule(piece: Piece) -> tuple[str, int]:
    frequency, _, count = (piece.value("RRULE") or "").partition(";COUNT=")
    return frequency, int(count or 0)


def _dates(piece: Piece) -> set[When]:
    return {when for line in piece.named("RDATE") for when in series.moments(line)}


def _is_moved(when: When, old: Book, new: Book) -> bool:
    was, now = old.times[when], new.times[when]
    return was[:2] != now[:2] or (_is_off(was[2]) and not _is_off(now[2]))


def _is_off(piece: Piece) -> bool:
    return piece.value("STATUS") == "CANCELLED" and piece.instance is not None


def heard(walk: SeriesWalk, after: State) -> None:
    """A mail to the latest question is read by the organizer, for just what it spoke of."""
    assert walk.answered is not None
    when, partstat = walk.answered
    text, entry = after.texts["kari"], after.entry
    if text is None or entry is None or entry.state is EntryState.CANCELLED:
        return
    mails = [m for m in walk.world.mails(walk.uid) if mailbox(m.address) == BERIT]
    if mails[-1].method != "REQUEST":
        return
    book = series.read(text)
    piece = book.main if when is None else book.says(when)
    if piece is not None and BERIT in piece.partstats():
        assert piece.partstats()[BERIT] == partstat, f"berit's answer to {when}"


def visibility(walk: SeriesWalk, after: State) -> None:
    """Law 9: everybody reads the occurrences they are asked to, and the index says the same."""
    entry = after.entry
    if entry is None or not entry.words:
        return
    words = series.read(entry.words)
    with walk.world.database.read() as uow:
        for login in LOGINS:
            seen = after.seen[login]
            if seen is None or not _is_followed(walk, login, live=False):
                continue
            got = series.read(seen.text)
            assert series.shown(got.times) == _visible(login, words, entry), f"what {login} is asked to"
            _indexed(walk, uow, login, seen, got)
            if got.main is None:
                walk.passed.add("in some occurrences only")
            elif login != "kari" and len(got.times) < len(words.times):
                walk.passed.add("left out of some occurrences")


def _visible(login: str, words: Book, entry: Entry) -> dict[When, tuple[When, timedelta]]:
    if login == "kari":
        return series.shown(words.times)
    boxes = STAFF[login]
    hidden = {_when(a.instance) for a in entry.answers if a.hidden and mailbox(a.address) in boxes}
    asked = {w: one for w, one in words.times.items() if one[2].partstats(*boxes) and w not in hidden}
    return series.shown(asked)


def _when(instance: InstanceId) -> When | None:
    return series.moment(f"X:{instance}") if instance else None


def _indexed(walk: SeriesWalk, uow: UnitOfWork, login: str, seen: Seen, got: Book) -> None:
    person = walk.world.people[login]
    calendar, document, zone = walk.world.calendar(uow, login, seen.slug), read_lines(seen.text), zone_of(person)
    for start, end in _windows(got):
        there = occurrences(document, start, end, zone, limit=100)
        found = [c for c in views.within(uow, calendar, start=start, end=end) if c.item.href == seen.href]
        assert bool(found) or not there, f"{login}: {start} is not found"
        assert all(there for one in found if one.is_sure), f"{login}: {start} is found"
        if got.pieces[0].kind == "VEVENT":
            told = freebusy.of_calendar(uow, person, calendar, start, end, walk.world.now).decode()
            each = ((o, busy_of(document, o.component, _partstat(document, o.component, login, walk))) for o in there)
            taken = merged((Period(o.start, o.end, busy) for o, busy in each if busy is not None), start, end)
            lines = [f"{p.start:%Y%m%dT%H%M%S}Z/{p.end:%Y%m%dT%H%M%S}Z" for p in taken]
            assert [x.partition(":")[2] for x in told.splitlines() if x.startswith("FREEBUSY")] == lines


def _partstat(document: object, component: object, login: str, walk: SeriesWalk) -> str | None:
    return partstat_in(document, component, walk.world.people[login].all_addresses)  # type: ignore[arg-type]


def _windows(got: Book) -> list[tuple[datetime, datetime]]:
    starts = sorted(_instant(start) for start, _, _ in got.times.values())
    if not starts:
        return [(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))]
    hour, day = timedelta(hours=1), timedelta(days=1)
    each = [(s + hour / 4, s + hour / 2) for s in starts[:4]]
    between = [(s + 4 * day, s + 5 * day) for s in starts[1:2]]
    return [*each, *between, (starts[0] - 40 * day, starts[0] - 39 * day), (starts[0], starts[-1] + day)]


def _instant(when: When) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), series.OSLO).astimezone(UTC)


def frozen(walk: SeriesWalk, actor: str, before: State, after: State) -> None:
    """Law 15: whoever keeps a text reads it until they act, or are invited again."""
    with walk.world.database.read() as uow:
        for login in LOGINS:
            held = readings.of_uid(uow, walk.world.people[login].id, walk.uid)
            kept = next((one.kept for one in held if one.reading.scheduled), None)
            if kept is not None and kept == walk.kept.get(login) and actor != login:
                assert before.seen[login] == after.seen[login]
                walk.passed.add("kept after removal")
            walk.kept[login] = kept


def parses(walk: SeriesWalk) -> None:
    """Law 15: other programs' parsers take every text that goes out."""
    read = [text for text in walk.state.texts.values() if text is not None]
    read += [item.text for login in LOGINS for item in walk.world.inbox(login, walk.uid)]
    for text in dict.fromkeys((*read, *(mail.text for mail in walk.world.mails(walk.uid)))):
        parsed = icalendar.Calendar.from_ical(text)
        assert [c.name for c in parsed.walk() if c.name == texts.kind_of(text)]
        assert not [error for c in parsed.walk() for error in c.errors]
        assert vobject.readOne(text.decode()).contents[texts.kind_of(text).lower()]


def reindexed(walk: SeriesWalk) -> None:
    """Law 15: what is made anew of the words is what was there, and who reads otherwise than the index is marked."""
    before = _index(walk)
    for progress in reindex.reindex(walk.world.database):
        assert not progress.unreadable
    assert _index(walk) == before
    assert walk.look() == walk.state
    entry = walk.state.entry
    with walk.world.database.read() as uow:
        for login in ("ola", "per", "nina"):
            person = walk.world.people[login]
            for one in readings.of_uid(uow, person.id, walk.uid):
                row = select(reading_table.c.partial).where(reading_table.c.id == one.reading.id)
                if one.reading.scheduled and one.kept is None and entry is not None:
                    told = bool(view.partial(entry, {login: person.all_addresses}, zone_of(walk.world.people["kari"])))
                    assert uow.connection.execute(row).scalar_one() == told
                    walk.passed |= {"partial"} if told else set()


def _index(walk: SeriesWalk) -> list[object]:
    with walk.world.database.read() as uow:
        # What is out of sight gets its times when it comes back.
        rows = uow.connection.execute(select(reading_table).where(~reading_table.c.hidden)).all()
        times = uow.connection.execute(select(occurrence_table)).all()
    return [sorted(map(tuple, rows), key=repr), sorted(map(tuple, times), key=repr)]


def note(walk: SeriesWalk, act: Act, before: State, after: State, sent: bytes | None) -> None:
    """Note what the world held, for statistics."""
    passed, entry = walk.passed, after.entry
    if sent is not None and act.base in {STALE, OLD} and before.texts[act.who] not in {sent, walk.based_on(act), None}:
        passed.add(f"stale base of {'the organizer' if act.who == 'kari' else 'somebody invited'}")
    if before.said != after.said and act.what in {"mail", "link"}:
        passed.add(f"answered by {act.what}")
    asked = series.read(sent) if sent is not None else Book((), ())
    walk.contradicted |= {contradiction(act.who, when, asked) for when in asked.times}
    if entry is None:
        return
    rows: list[Answer] = [a for a in entry.answers if a.instance and not a.organizer]
    passed |= {"answer to one occurrence"} if any(a.answered_at for a in rows) else set()
    passed |= {"taken out of the own copy"} if any(a.hidden for a in rows) else set()
    words = entry.words or b""
    passed |= {"occurrence that a client asks to"} if b"SCHEDULE-AGENT" in words else set()
    passed |= {"occurrence of another length"} if b"VALUE=PERIOD" in words else set()
    people = {mailbox(a.address) for a in entry.answers}
    passed |= {"two addresses of one person"} if people >= set(STAFF["per"]) else set()
    passed |= {"three invited"} if len(people - {KARI}) > 2 else set()
    with walk.world.database.read() as uow:
        for login in ("ola", "per", "nina"):
            for one in readings.of_uid(uow, walk.world.people[login].id, walk.uid):
                alone = {i for i in one.reading.overlay if i}
                passed |= {"own lines in one occurrence"} if alone else set()
                text = after.texts[login]
                if text is not None and any(series.read(text).alone(_when(i)) is None for i in alone):  # type: ignore[arg-type]
                    passed.add("dormant chunk")


def _repeats_made(act: Act, before: State, sent: bytes) -> bool:
    """Tell whether the organizer sends back what was made for them beside a changed series.

    Uploaded once more, without a condition, it cannot be told from words of theirs.
    """
    if act.who != "kari" or before.entry is None or not before.entry.words:
        return False
    words = series.read(before.entry.words)
    return any(words.says_alone(p.instance) is None for p in series.read(sent).pieces)


def _is_followed(walk: SeriesWalk, login: str, *, live: bool = True) -> bool:
    with walk.world.database.read() as uow:
        held = readings.of_uid(uow, walk.world.people[login].id, walk.uid)
    return any(o.reading.scheduled and o.kept is None and (o.entry.state is EntryState.LIVE or not live) for o in held)
