# SPDX-License-Identifier: GPL-3.0-or-later
"""Random walks through the life of a series: what people do to it and to single occurrences of it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from gateway.errors import GatewayError
from ical.address import mailbox
from tests.gateway.services import series, texts
from tests.gateway.services.series import Book, Piece, When
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.walk import BY_ETAG, BY_TAG, INVITED, NOW, OLD, STALE, Act, Walk, secret
from tests.gateway.services.world import STAFF, World

EVERYBODY = (OLA, PER, PER_TOO, NINA, BERIT, KARI)
NUMBERS = 36
"""Of an act: one of six people, and one of six occurrences."""
NEW_YORK = ZoneInfo("America/New_York")

Edit = Callable[[Book, str, int], Book]


def occurrence(book: Book, n: int) -> When | None:
    """Give one of the occurrences of *book*; None where it has none."""
    found = sorted(book.times)
    return found[n // 6 % len(found)] if found else None


def contradiction(login: str, when: When, sent: Book) -> tuple[str, When, str] | None:
    """Give what the addresses of one person say to an occurrence otherwise than each other, or None."""
    piece = sent.says(when)
    said = piece.partstats(*STAFF[login]) if piece is not None else {}
    return (login, when, repr(sorted(said.items()))) if len(set(said.values())) > 1 else None


def box_of(login: str, n: int) -> str:
    """Give one of the addresses of *login*."""
    return STAFF[login][n % len(STAFF[login])]


def _in_one(edit: Callable[[Piece, str, int], Piece]) -> Edit:
    def edited(book: Book, login: str, n: int) -> Book:
        when = occurrence(book, n)
        return book if when is None else book.one_edited(when, lambda p: edit(p, login, n))

    return edited


def _in_series(edit: Callable[[Piece, str, int], Piece]) -> Edit:
    return lambda book, login, n: book.main_edited(lambda p: edit(p, login, n))


def _everywhere(edit: Callable[[Piece, str, int], Piece]) -> Edit:
    return lambda book, login, n: book.each(lambda p: edit(p, login, n))


def _answering(partstat: str) -> Callable[[Piece, str, int], Piece]:
    return lambda p, login, n: p.answering(box_of(login, n), partstat)


def _alarm(p: Piece, login: str, n: int) -> Piece:
    return p.with_alarm(secret(login, n))


def _hush(p: Piece, _login: str, _n: int) -> Piece:
    return Piece(p.kind, p.lines)


def _note(p: Piece, login: str, n: int) -> Piece:
    return p.saying("X-MOZ-LASTACK", secret(login, n))


def _colour(p: Piece, login: str, n: int) -> Piece:
    return p.saying("CATEGORIES", f"felles-{n}" if login == "kari" else secret(login, n))


def _plain(p: Piece, _login: str, _n: int) -> Piece:
    return p.without("CATEGORIES")


def _free(p: Piece, _login: str, n: int) -> Piece:
    return p.saying("TRANSP", ("TRANSPARENT", "OPAQUE")[n % 2])


def _complete(p: Piece, _login: str, _n: int) -> Piece:
    return p.saying("STATUS", "COMPLETED").saying("PERCENT-COMPLETE", "100")


def _progress(p: Piece, _login: str, n: int) -> Piece:
    return p.saying("PERCENT-COMPLETE", str(n % 4 * 25))


def _taken_out(book: Book, _login: str, n: int) -> Book:
    when, main = occurrence(book, n), book.main
    if when is None or (main is None and len(book.pieces) == 1):
        return book
    rest = book.without_one(when)
    if main is None:
        return rest
    anchor = main.named("DTSTART", "DUE")[0]
    dates = [x for x in main.named("RDATE") if when in series.moments(x)]
    return rest.main_edited(
        lambda p: (
            p.plus(f"EXDATE{series.like(anchor, when)}")
            if not dates or n % 2
            else Piece(p.kind, tuple(x for x in p.lines if x not in dates), p.alarms)
        )
    )


def _put_back(book: Book, _login: str, n: int) -> Book:
    main = book.main
    if main is None:
        return book
    dates = main.named("EXDATE")
    gone = set(dates if n % 3 == 0 else dates[:1])
    return book.main_edited(lambda p: Piece(p.kind, tuple(x for x in p.lines if x not in gone), p.alarms))


def _as_the_series(book: Book, _login: str, n: int) -> Book:
    alone = [p.instance for p in book.pieces if p.instance is not None]
    if book.main is None or not alone:
        return book
    return book.without_one(sorted(alone)[n % len(alone)])


def _elsewhere(p: Piece, _login: str, n: int) -> Piece:
    return p.shifted(timedelta(hours=n % 3 + 1) if "VALUE=DATE" not in p.named("DTSTART")[0] else timedelta(days=1))


def _vandalised(book: Book, login: str, n: int) -> Book:
    other = _in_one(lambda p, w, m: _elsewhere(p.saying("SUMMARY", secret(w, m)), w, m))(book, login, n)
    more = other.main_edited(lambda p: p.asking("stranger@kunde.example").saying("LOCATION", secret(login, n)))
    return more.each(lambda p: p.answering(box_of(login, n), "ACCEPTED"))


def _count(more: int) -> Edit:
    def edited(book: Book, _login: str, _n: int) -> Book:
        main = book.main
        if main is None:
            return book
        frequency, _, count = (main.value("RRULE") or "").partition(";COUNT=")
        fewer = book.main_edited(lambda p: p.saying("RRULE", f"{frequency};COUNT={min(max(int(count) + more, 2), 8)}"))
        rest = fewer.with_pieces(p for p in fewer.pieces if p is fewer.main)
        return fewer.with_pieces(p for p in fewer.pieces if p.instance is None or _fits(rest, p.instance))

    return edited


def _fits(book: Book, when: When) -> bool:
    main = book.main
    return main is not None and when in Book((), (main.without("EXDATE"),)).times


def _later(book: Book, _login: str, n: int) -> Book:
    main = book.main
    if main is None:
        return book
    by = timedelta(hours=1) if "VALUE=DATE" not in main.named("DTSTART")[0] else timedelta(days=1)
    if n % 2:
        return book.with_pieces([main.without("EXDATE", "RDATE").shifted(by)])
    return book.each(lambda p: p.shifted(by, "DTSTART", "DTEND", "DUE", "EXDATE", "RDATE", "RECURRENCE-ID"))


def _one_more(book: Book, _login: str, n: int) -> Book:
    main = book.main
    if main is None:
        return book
    if main.named("RDATE"):
        gone = [w for x in main.named("RDATE") for w in series.moments(x)]
        rest = book.main_edited(lambda p: p.without("RDATE"))
        return rest.with_pieces(p for p in rest.pieces if p.instance not in gone)
    extra = main.shifted(timedelta(days=60 + n % 3))
    anchor = main.named("DTSTART")[0]
    one = series.like(anchor, extra.start)
    if n % 2 and "VALUE=DATE" not in anchor:
        one = f";VALUE=PERIOD{one}/PT3H"
    return book.main_edited(lambda p: p.plus(f"RDATE{one}"))


def _invited(p: Piece, _login: str, n: int) -> Piece:
    return p.asking(EVERYBODY[n % 6])


def _left_out(p: Piece, _login: str, n: int) -> Piece:
    return p.leaving_out(EVERYBODY[n % 6])


def _by_client(p: Piece, _login: str, n: int) -> Piece:
    return p.with_agent(EVERYBODY[n % 5], ("NONE", "CLIENT")[n % 2])


def _by_server(p: Piece, _login: str, n: int) -> Piece:
    return p.with_agent(EVERYBODY[n % 5], None)


def _retitled(p: Piece, _login: str, n: int) -> Piece:
    return p.saying("SUMMARY", f"Tittel {n}")


def _off(p: Piece, _login: str, _n: int) -> Piece:
    return p.saying("STATUS", "CANCELLED")


def _on(p: Piece, _login: str, _n: int) -> Piece:
    return p.without("STATUS")


def _same(book: Book, _login: str, _n: int) -> Book:
    return book


EDITS: Mapping[str, Edit] = {
    "echo": _same,
    "refold": _same,
    "accept": _in_series(_answering("ACCEPTED")),
    "doubt": _everywhere(_answering("TENTATIVE")),
    "decline": _in_series(_answering("DECLINED")),
    "forget": _everywhere(_answering("NEEDS-ACTION")),
    "accept one": _in_one(_answering("ACCEPTED")),
    "doubt one": _in_one(_answering("TENTATIVE")),
    "decline one": _in_one(_answering("DECLINED")),
    "take one out": _taken_out,
    "put one back": _put_back,
    "as the series": _as_the_series,
    "alarm": _in_series(_alarm),
    "alarm one": _in_one(_alarm),
    "hush": _everywhere(_hush),
    "hush one": _in_one(_hush),
    "note one": _in_one(_note),
    "colour": _in_series(_colour),
    "colour one": _in_one(_colour),
    "plain one": _in_one(_plain),
    "free one": _in_one(_free),
}
TASK_EDITS: Mapping[str, Edit] = {
    "complete": _in_series(_complete),
    "complete one": _in_one(_complete),
    "progress one": _in_one(_progress),
    "start one": _in_one(_answering("IN-PROCESS")),
}
GUEST_EDITS: Mapping[str, Edit] = {"vandalise": _vandalised}
HOST_EDITS: Mapping[str, Edit] = {
    "retitle": _in_series(_retitled),
    "retitle one": _in_one(_retitled),
    "move one": _in_one(_elsewhere),
    "later": _later,
    "longer": _count(1),
    "shorter": _count(-1),
    "one more": _one_more,
    "cancel one": _in_one(_off),
    "resume one": _in_one(_on),
    "cancel": _everywhere(_off),
    "resume": _everywhere(_on),
    "invite": _everywhere(_invited),
    "invite one": _in_one(_invited),
    "uninvite": _everywhere(_left_out),
    "uninvite one": _in_one(_left_out),
    "leave one to the client": _in_one(_by_client),
    "take one from the client": _in_one(_by_server),
    "claim": _everywhere(lambda p, _login, n: p.answering(EVERYBODY[n % 6], "ACCEPTED")),
}
OTHERS = ("delete", "leave it", "shelve", "mail", "mail", "link")
BASES = (NOW, NOW, NOW, BY_ETAG, BY_TAG, STALE, STALE, OLD)


def acts(kind: str) -> st.SearchStrategy[Act]:
    """Give what can happen to a series of *kind*."""
    common = [*EDITS, *(TASK_EDITS if kind == "VTODO" else ())]
    numbers, bases = st.integers(0, NUMBERS - 1), st.sampled_from(BASES)
    guests = st.builds(Act, st.sampled_from([*common, *GUEST_EDITS, *OTHERS]), st.sampled_from(INVITED), numbers, bases)
    hosts = st.builds(Act, st.sampled_from([*common, *HOST_EDITS, "delete"]), st.just("kari"), numbers, bases)
    return st.one_of(guests, hosts)


class SeriesWalk(Walk):
    """One series' life, and what came to pass in it."""

    def __init__(self, world: World, uid: str, text: bytes) -> None:
        super().__init__(world, uid, text)
        self.passed: set[str] = set()
        """What the world held, for statistics."""
        self.kept: dict[str, bytes | None] = {}
        """What each has kept since they were removed."""
        self.mailed = 0
        """How many messages berit got."""
        self.declined: set[When] = set()
        """What berit ever declined."""
        self.contradicted: set[object] = set()
        """What the addresses of one person said otherwise than each other in one upload."""
        self.answered: tuple[When | None, str] | None = None
        """What the last mail said, and of which occurrence (None: of all)."""

    def edited(self, act: Act) -> bytes | None:
        """Give the text that the act uploads, or None where it uploads nothing."""
        base = self.based_on(act)
        edit = {**EDITS, **TASK_EDITS, **GUEST_EDITS, **HOST_EDITS}.get(act.what)
        if edit is None or base is None:
            return None
        if act.what == "echo":
            return base
        if act.what == "refold":
            return texts.refolded(base, 30 + act.n, "\n" if act.n % 2 else "\r\n")
        return edit(series.read(base), act.who, act.n).text

    def do(self, act: Act) -> None:
        """Do what is no upload, where it can be done."""
        self.answered = None
        if act.what != "mail":
            super().do(act)
            return
        asked = [m for m in self.world.mails(self.uid) if m.method == "REQUEST" and mailbox(m.address) == BERIT]
        if asked:
            number = -1 if act.base == NOW else act.n % len(asked)
            partstat = ("ACCEPTED", "DECLINED", "TENTATIVE")[act.n % 3]
            when, text = reply_to(series.read(asked[number].text), partstat, act.n, f"{self.world.now:%Y%m%dT%H%M%SZ}")
            try:
                self.world.reply_by_mail(self.uid, partstat, to=number, text=text)
            except GatewayError:
                return
            self.answered = (when, partstat) if number == -1 else None


def reply_to(asked: Book, partstat: str, n: int, stamp: str) -> tuple[When | None, bytes]:
    """Give a mail program's answer to all of what was asked, or to one occurrence in one of the ways to name it."""
    when = occurrence(asked, n)
    if asked.main is not None and (n % 4 == 0 or when is None):
        piece, name = asked.main, ""
    else:
        assert when is not None
        piece = asked.says(when) or asked.pieces[0]
        name = _named(when, (asked.main or piece).named("DTSTART", "DUE")[0], n)
    lines = [
        *piece.named("UID", "SEQUENCE", "ORGANIZER", "SUMMARY", "DTSTART"),
        *([f"RECURRENCE-ID{name}"] if name else []),
        f"DTSTAMP:{stamp}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{BERIT}",
        f"COMMENT:{secret('berit', n)}",
    ]
    head = ("VERSION:2.0", "PRODID:-//Mail//NO", "METHOD:REPLY")
    return (when if name else None), Book(head, (Piece(piece.kind, tuple(lines)),)).text


def _named(when: When, anchor: str, n: int) -> str:
    if not isinstance(when, datetime):
        return series.like(anchor, when)
    forms = (
        series.like(anchor, when),
        f":{when.astimezone(UTC):%Y%m%dT%H%M%S}Z",
        f";TZID=America/New_York:{when.astimezone(NEW_YORK):%Y%m%dT%H%M%S}",
    )
    return forms[n % len(forms)]


@st.composite
def books(draw: st.DrawFn, kind: str) -> Book:
    """Give a series that kari begins with: of any form, and with occurrences that others are in."""
    form = draw(st.sampled_from(("zone", "zone", "utc", "day", "floating")))
    first = draw(st.sampled_from((datetime(2026, 12, 1, 10), datetime(2027, 3, 16, 10))))  # noqa: DTZ001 - local
    rule = f"FREQ={draw(st.sampled_from(('WEEKLY', 'DAILY')))};COUNT={draw(st.integers(3, 5))}"
    asked = sorted(draw(st.sets(st.sampled_from((PER, PER_TOO, NINA, BERIT, KARI)), min_size=2)))
    book = series.series("UID", kind, form, OLA, *asked, organizer=KARI, first=first, rule=rule)
    for edit in draw(st.lists(st.sampled_from((_left_out, _invited, _elsewhere, _retitled, _by_client)), max_size=3)):
        number = draw(st.integers(0, NUMBERS - 1))
        book = _in_one(edit)(book, "kari", number)
    if draw(st.booleans()):
        book = _one_more(book, "kari", draw(st.integers(0, NUMBERS - 1)))
    if draw(st.booleans()):
        book = _taken_out(book, "kari", draw(st.integers(0, NUMBERS - 1)))
    return book.main_edited(lambda p: p.with_alarm(secret("kari", 0)))
