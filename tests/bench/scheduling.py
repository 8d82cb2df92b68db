# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to invite, to answer and to be answered by mail (h)."""

import math
import time
from collections.abc import Iterator
from itertools import cycle, islice

from gateway.config import Settings
from gateway.opening import prepared
from gateway.worker.publish import Publishing
from tests.bench.calendar import Calendar, expect, names_of, token_of
from tests.bench.client import Reply, WrongAnswer
from tests.bench.company import Company, boxes, colleagues
from tests.bench.meetings import CONTACT, meeting, reply_mail, series
from tests.bench.meter import Meter
from tests.bench.servers import mailbox
from tests.gateway.services import texts

_TEXT = "Content-Type: text/calendar; charset=utf-8\r\n"
_BATCH = 5
_DAYS = 50
_BEGIN = b"BEGIN:VCALENDAR\r\n"


def invite(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Let Kari invite colleagues; the meeting must be in the calendar of each of them when her PUT is answered."""
    invited = [company.calendar(login) for login in colleagues(people)]
    while repeats > 0:
        tokens = [token_of(one.tags()) for one in invited]
        numbers = [next(company.numbers) for _ in range(min(_BATCH, repeats))]
        with meter.running():
            for number in numbers:
                meter.count(_call(company, number, boxes(people)))
        for one, token in zip(invited, tokens, strict=True):
            if len(names_of(one.sync(token, None))) != len(numbers):
                raise WrongAnswer("an invitation is not in the calendar of somebody invited")
        repeats -= len(numbers)


def answer(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Let one of the colleagues answer in several meetings; Kari must read it when the PUT is answered."""
    login = colleagues(1)[0]
    theirs, token = company.calendar(login), token_of(company.calendar(login).tags())
    numbers = [next(company.numbers) for _ in range(min(_BATCH, repeats))]
    for number in numbers:
        _call(company, number, boxes(people))
    urls = [theirs.home + name.decode() for name in names_of(theirs.sync(token, None))]
    for partstat in _answers(math.ceil(repeats / len(numbers))):
        uploads = [_answered(theirs, url, mailbox(login), partstat) for url in urls]
        with meter.running():
            for url, text, condition in uploads:
                meter.count(expect(theirs.client.ask("PUT", url, text, _TEXT + condition), 204))
        for number in numbers:
            _expect_answer(company, number, mailbox(login), partstat)


def _answered(calendar: Calendar, url: str, box: str, partstat: str) -> tuple[str, bytes, str]:
    """Fetch an object and give what its program uploads when somebody answers: where, what, and on which condition."""
    found = expect(calendar.client.ask("GET", url), 200)
    condition = f"If-Match: {found.headers[b'etag'].decode()}\r\n"
    return url, texts.with_partstat(found.body, box, partstat), condition


def change(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Let Kari hold a meeting elsewhere; whoever is in it must read where."""
    number = next(company.numbers)
    _call(company, number, boxes(people))
    _held_elsewhere(company, meter, f"meeting-{number}", repeats)
    _expect_place(company, number, people, repeats)


def change_series(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Let Kari hold a series elsewhere of which 50 days have been moved."""
    number = next(company.numbers)
    _call_series(company, number, boxes(people))
    _held_elsewhere(company, meter, f"meeting-{number}", repeats)
    _expect_place(company, number, people, repeats)


def answer_day(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Let one of the colleagues answer the last one of 50 moved days of a series; Kari must read it."""
    login, number = colleagues(1)[0], next(company.numbers)
    theirs, token = company.calendar(login), token_of(company.calendar(login).tags())
    _call_series(company, number, boxes(people))
    url = theirs.home + next(iter(names_of(theirs.sync(token, None)))).decode()
    for partstat in _answers(repeats):
        found = expect(theirs.client.ask("GET", url), 200)
        condition = f"If-Match: {found.headers[b'etag'].decode()}\r\n"
        rest, day = _last_day(found.body)
        upload = rest + texts.with_partstat(day, mailbox(login), partstat).removeprefix(_BEGIN)
        with meter.running():
            meter.count(expect(theirs.client.ask("PUT", url, upload, _TEXT + condition), 204))
    kari = company.calendar()
    seen = expect(kari.client.ask("GET", f"{kari.home}meeting-{number}.ics"), 200).body
    if texts.people(_last_day(seen)[1]).get(mailbox(login)) != partstat:
        raise WrongAnswer(f"Kari does not read that {login} said {partstat} of one day")


def _last_day(text: bytes) -> tuple[bytes, bytes]:
    """Give a series without its last override, and that one as an object of its own."""
    rest, day = text.rsplit(b"BEGIN:VEVENT", 1)
    return rest, _BEGIN + b"BEGIN:VEVENT" + day


def _held_elsewhere(company: Company, meter: Meter, uid: str, repeats: int) -> None:
    kari = company.calendar()
    url = f"{kari.home}{uid}.ics"
    for turn in range(1, repeats + 1):
        found = expect(kari.client.ask("GET", url), 200)
        condition = f"If-Match: {found.headers[b'etag'].decode()}\r\n"
        old, new = (b"LOCATION:Meeting room %d\r\n" % room for room in (turn, turn + 1))
        upload = found.body.replace(old, new)
        with meter.running():
            meter.count(expect(kari.client.ask("PUT", url, upload, _TEXT + condition), 204))


def _expect_place(company: Company, number: int, people: int, repeats: int) -> None:
    """The last one of those invited reads where the meeting is now."""
    theirs = company.calendar(colleagues(people)[-1])
    seen = expect(theirs.client.ask("GET", f"{theirs.home}meeting-{number}.ics"), 200).body
    if b"LOCATION:Meeting room %d\r\n" % (repeats + 1) not in seen:
        raise WrongAnswer("somebody who was invited does not read where the meeting is")


def answer_by_mail(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Let somebody outside answer by mail; all others in the meeting are colleagues, whose calendars it is in."""
    number, before = next(company.numbers), len(company.outside.taken)
    _call(company, number, [*boxes(people - 1), CONTACT])
    invitation = company.outside.await_mails(before + 1)[-1].calendar.replace("\n", "\r\n").encode()
    box = (texts.value(invitation, "ORGANIZER") or "").removeprefix("mailto:")
    said = list(_answers(repeats))
    mails = [reply_mail(invitation, box, turn, partstat) for turn, partstat in enumerate(said)]
    with meter.running():
        for mail in mails:
            begun = time.perf_counter()
            company.hand_over(box, mail)
            meter.seconds.append(time.perf_counter() - begun)
    _expect_answer(company, number, CONTACT, said[-1])


def publish(company: Company, meter: Meter, people: int, repeats: int) -> None:
    """Show new answers of a large meeting to everybody in it, as the worker does every quarter of an hour.

    It is run in this process, because the worker's quarter of an hour is too long to wait for.
    """
    with prepared(Settings(data_dir=company.folder / "data")) as database:
        publishing = Publishing(database)
        publishing.round()
        for _ in range(repeats):
            answer(company, Meter(company.clock), people, 1)
            begun, used = time.perf_counter(), time.process_time_ns()
            publishing.round()
            meter.cpu_ns += time.process_time_ns() - used
            meter.seconds.append(time.perf_counter() - begun)


def _answers(number: int) -> Iterator[str]:
    """Each differs from the one before: who says the same again changes nothing."""
    return islice(cycle(("ACCEPTED", "TENTATIVE")), number)


def _call(company: Company, number: int, invited: list[str]) -> Reply:
    """Let Kari upload a new meeting."""
    uid = f"meeting-{number}"
    kari = company.calendar()
    text = meeting(uid, number, invited)
    return expect(kari.client.ask("PUT", f"{kari.home}{uid}.ics", text, _TEXT), 201)


def _call_series(company: Company, number: int, invited: list[str]) -> Reply:
    """Let Kari upload a series of which 50 days have been moved."""
    uid = f"meeting-{number}"
    kari = company.calendar()
    return expect(kari.client.ask("PUT", f"{kari.home}{uid}.ics", series(uid, number, invited, _DAYS), _TEXT), 201)


def _expect_answer(company: Company, number: int, box: str, partstat: str) -> None:
    kari = company.calendar()
    found = texts.people(expect(kari.client.ask("GET", f"{kari.home}meeting-{number}.ics"), 200).body)
    if found.get(box) != partstat:
        raise WrongAnswer(f"Kari reads {found.get(box)} of {box}, who said {partstat}")
