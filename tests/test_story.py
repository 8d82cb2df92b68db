# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job from end to end: a real gateway, python caldav as the clients, a real mail server as the outside world.

An appointment and a task are handed out, and every answer comes back; on SQLite and on PostgreSQL.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.store.unit import Database
from tests.conftest import Dialect
from tests.story.company import BERIT, LEIF, Company
from tests.story.pages import browse, link
from tests.story.peer import Peer, listening
from tests.story.people import Colleague, Seen, at, eventually, hand_in, put, reply, written, written_mail

QUIET = 4.0
"""Seconds after which a mail that was asked for would have left: the worker looks every two."""
AT_ONCE = 5.0
"""Seconds within which a mail leaves."""
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:{}\r\nTRIGGER:-PT{}M\r\nEND:VALARM\r\nEND:VEVENT"
OLA, PER, NINA, KARI = (f"{login}@byggbo.example" for login in ("ola", "per", "nina", "kari"))


@pytest.fixture
def company(empty_database: Database, dialect: Dialect, tmp_path: Path) -> Company:
    """Give a company that has nothing yet but a database."""
    url = empty_database.url.set(drivername=dialect)
    return Company(tmp_path, url.render_as_string(hide_password=False))


@pytest.fixture
def outside(company: Company) -> Iterator[Peer]:
    """Let mail to the outside arrive."""
    with listening(company.smtp_port) as peer:
        yield peer


def test_an_appointment_is_handed_out_answered_moved_and_cancelled(company: Company, outside: Peer) -> None:
    company.hire("kari", "ola", "nina")
    with company.gateway():
        kari, ola, nina = (company.colleague(login) for login in ("kari", "ola", "nina"))
        uid = _appointment_is_handed_out(kari, ola, nina, outside)
        _everybody_answers(uid, kari, ola, nina, outside, company)
        _nobody_hears_of_an_alarm(uid, kari, ola, nina, outside)
        _it_is_moved(uid, kari, ola, nina, outside)
        _it_is_cancelled(uid, kari, ola, nina, outside)


def _appointment_is_handed_out(kari: Colleague, ola: Colleague, nina: Colleague, outside: Peer) -> str:
    before = ola.position()["calendar"], nina.position()["calendar"]
    uid = str(uuid4())

    kari.create(
        written(
            "VEVENT",
            uid,
            f"DTSTART:{at(8)}",
            f"DTEND:{at(9)}",
            "SUMMARY:Befaring hos kunden",
            f"ORGANIZER;CN=Kari Nordmann:mailto:{KARI}",
            f"ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:{KARI}",
            *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{address}" for address in (OLA, NINA, BERIT)),
        )
    )

    for colleague, token in ((ola, before[0]), (nina, before[1])):
        assert len(colleague.changed_since(token)) == 1
        assert colleague.sees(uid).partstat(colleague.address) == "NEEDS-ACTION"
        assert str(colleague.find(uid).url).endswith(f"/dav/{colleague.login}/calendar/{uid}.ics")
        assert colleague.messages(uid) == ["REQUEST"]
    [mail] = outside.await_mails(1, AT_ONCE)
    assert (mail.recipient, mail.method) == (BERIT, "REQUEST")
    assert "METHOD:REQUEST" in mail.calendar
    assert f"UID:{uid}" in mail.calendar
    assert "SUMMARY:Befaring hos kunden" in mail.calendar
    assert [line.rpartition(":")[2] for line in mail.calendar.splitlines() if line.startswith("ATTENDEE")] == [BERIT]
    assert ":mailto:kalender+" in Seen(mail.calendar).line("ORGANIZER"), "replies find their way by a token"
    return uid


def _everybody_answers(
    uid: str, kari: Colleague, ola: Colleague, nina: Colleague, outside: Peer, company: Company
) -> None:
    tags = kari.sees(uid).tag, nina.sees(uid).tag
    ola.answer(uid, "ACCEPTED")
    assert (kari.sees(uid).tag, nina.sees(uid).tag) == tags, "his own PUT leaves the others' Schedule-Tags"
    nina.answer(uid, "DECLINED")
    hand_in(company.lmtp_port, reply(outside.taken[0], BERIT, "ACCEPTED"))

    for colleague in (kari, ola, nina):
        seen = colleague.sees(uid)
        found = [seen.partstat(address) for address in (OLA, NINA, BERIT)]
        assert found == ["ACCEPTED", "DECLINED", "ACCEPTED"], (colleague.login, seen.text)
    assert kari.messages(uid) == [f"REPLY from {address}" for address in sorted((BERIT, NINA, OLA))]
    assert kari.sees(uid).parameter("SCHEDULE-STATUS", BERIT) == "2.0"
    time.sleep(QUIET)
    assert len(outside.taken) == 1, "in all of this one mail has been sent"


def _nobody_hears_of_an_alarm(uid: str, kari: Colleague, ola: Colleague, nina: Colleague, outside: Peer) -> None:
    ola.change(uid, lambda text: text.replace("END:VEVENT", ALARM.format("Ola", 30)))
    everybody = (kari, ola, nina)
    mails, replies = len(outside.taken), kari.messages(uid)
    etags = {one.login: one.sees(uid).etag for one in everybody}
    positions = {one.login: one.position() for one in everybody}

    kari.change(uid, lambda text: text.replace("END:VEVENT", ALARM.format("Kari", 9)))

    assert "DESCRIPTION:Kari" in kari.sees(uid).text
    for one in (ola, nina):
        assert one.sees(uid).etag == etags[one.login]
        assert one.position() == positions[one.login]
        assert "DESCRIPTION:Kari" not in one.sees(uid).text
    assert kari.position()["inbox"] == positions["kari"]["inbox"]
    assert kari.messages(uid) == replies
    time.sleep(QUIET)
    assert len(outside.taken) == mails


def _it_is_moved(uid: str, kari: Colleague, ola: Colleague, nina: Colleague, outside: Peer) -> None:
    mails = len(outside.taken)

    # As clients do it: the old answers are still in the text.
    kari.change(uid, lambda text: put(put(text, "DTSTART", at(12)), "DTEND", at(13)))

    for colleague in (kari, ola, nina):
        seen = colleague.sees(uid)
        assert seen.value("DTSTART") == at(12)
        assert [seen.partstat(address) for address in (OLA, NINA, BERIT)] == ["NEEDS-ACTION"] * 3, seen.text
    assert ola.messages(uid) == nina.messages(uid) == ["REQUEST"]
    assert [colleague.sees(uid).text.count("DESCRIPTION:Ola") for colleague in (kari, ola, nina)] == [0, 1, 0]
    update = outside.await_mails(mails + 1, AT_ONCE)[-1]
    assert (update.recipient, update.method) == (BERIT, "REQUEST")
    assert f"DTSTART:{at(12)}" in update.calendar
    assert int(Seen(update.calendar).value("SEQUENCE")) > int(Seen(outside.taken[0].calendar).value("SEQUENCE") or 0)
    assert "VALARM" not in update.calendar
    time.sleep(QUIET)
    assert len(outside.taken) == mails + 1, "one update"


def _it_is_cancelled(uid: str, kari: Colleague, ola: Colleague, nina: Colleague, outside: Peer) -> None:
    mails = len(outside.taken)
    ola.answer(uid, "ACCEPTED")
    nina.answer(uid, "DECLINED")

    kari.delete(uid)

    assert kari.find(uid) is None
    assert ola.sees(uid).value("STATUS") == "CANCELLED"
    assert "CANCEL" in ola.messages(uid)
    assert nina.find(uid) is None or nina.sees(uid).value("STATUS") == "CANCELLED"
    assert "CANCEL" not in nina.messages(uid), "she has declined"
    cancellation = outside.await_mails(mails + 1, AT_ONCE)[-1]
    assert (cancellation.recipient, cancellation.method) == (BERIT, "CANCEL")
    assert f"UID:{uid}" in cancellation.calendar
    time.sleep(QUIET)
    assert len(outside.taken) == mails + 1


def test_a_task_is_handed_out_and_its_progress_comes_back(company: Company, outside: Peer) -> None:
    company.hire("kari", "ola", "per")
    with company.gateway():
        kari, ola, per = (company.colleague(login) for login in ("kari", "ola", "per"))
        uid = _task_is_handed_out(kari, ola, per)
        _ola_begins_and_per_declines(uid, kari, ola, per)
        _a_lossy_client_destroys_nothing(uid, kari, ola)
        _ola_completes(uid, kari, ola, per)
        _she_who_gave_it_may_do_it_too(kari, ola)
    assert outside.taken == []


def _task_is_handed_out(kari: Colleague, ola: Colleague, per: Colleague) -> str:
    uid = str(uuid4())
    kari.create(_task(uid, "Legge gipsplate", OLA, PER))
    for colleague in (ola, per):
        assert colleague.sees(uid).partstat(colleague.address) == "NEEDS-ACTION"
        assert str(colleague.find(uid).url).endswith(f"/dav/{colleague.login}/tasks/{uid}.ics")
        assert colleague.messages(uid) == ["REQUEST"]
    return uid


def _ola_begins_and_per_declines(uid: str, kari: Colleague, ola: Colleague, per: Colleague) -> None:
    # PARTSTAT is left alone, as todoman, Thunderbird and Outlook leave it.
    ola.change(uid, lambda text: put(put(text, "PERCENT-COMPLETE", "40"), "STATUS", "IN-PROCESS"))

    seen = kari.sees(uid)
    assert (seen.partstat(OLA), seen.parameter("X-DISTRIB-PERCENT", OLA)) == ("IN-PROCESS", "40"), seen.text
    assert (seen.value("PERCENT-COMPLETE"), seen.value("STATUS")) == ("20", "IN-PROCESS"), "Per has not answered: 0"
    assert ola.sees(uid).value("PERCENT-COMPLETE") == "40"
    assert per.sees(uid).value("PERCENT-COMPLETE") in {"", "0"}, "Ola's per cent are not his"

    per.answer(uid, "DECLINED")

    seen = kari.sees(uid)
    assert seen.partstat(PER) == "DECLINED"
    assert (seen.value("PERCENT-COMPLETE"), seen.value("STATUS")) == ("40", "IN-PROCESS")
    assert kari.messages(uid) == [f"REPLY from {OLA}", f"REPLY from {PER}"]
    assert "40" not in per.sees(uid).value("PERCENT-COMPLETE")
    assert "X-DISTRIB" not in ola.sees(uid).text + per.sees(uid).text, "her reading alone tells of these"


def _a_lossy_client_destroys_nothing(uid: str, kari: Colleague, ola: Colleague) -> None:
    # Outlook's synchronizer builds the task anew, and only the UID survives.
    ola.change(uid, lambda _: written("VTODO", uid))

    assert ola.sees(uid).value("PERCENT-COMPLETE") == "40"
    _is_still_a_task_of_both(uid, kari, ola)

    lines = ("SUMMARY:Legge gipsplate", "SEQUENCE:1", "PERCENT-COMPLETE:60", "STATUS:IN-PROCESS")
    ola.change(uid, lambda _: written("VTODO", uid, *lines))

    _is_still_a_task_of_both(uid, kari, ola)
    assert kari.sees(uid).parameter("X-DISTRIB-PERCENT", OLA) == "60"
    assert kari.sees(uid).value("PERCENT-COMPLETE") == "60"


def _is_still_a_task_of_both(uid: str, kari: Colleague, ola: Colleague) -> None:
    for seen in (kari.sees(uid), ola.sees(uid)):
        assert seen.value("SUMMARY") == "Legge gipsplate"
        assert seen.line("ORGANIZER").endswith(KARI)
        assert (seen.partstat(OLA), seen.partstat(PER)) == ("IN-PROCESS", "DECLINED")
        assert seen.value("STATUS") == "IN-PROCESS"
        assert seen.value("DUE") == at(15, days=3)


def _ola_completes(uid: str, kari: Colleague, ola: Colleague, per: Colleague) -> None:
    done = {"PERCENT-COMPLETE": "100", "STATUS": "COMPLETED", "COMPLETED": at(7, days=0)}

    def completed(text: str) -> str:
        for name, value in done.items():
            text = put(text, name, value)
        return text

    ola.change(uid, completed)

    assert {name: ola.sees(uid).value(name) for name in done} == done
    assert ola.sees(uid).partstat(OLA) == "COMPLETED"
    seen = kari.sees(uid)
    assert (seen.partstat(OLA), seen.parameter("X-DISTRIB-PERCENT", OLA)) == ("COMPLETED", "100")
    assert seen.parameter("X-DISTRIB-COMPLETED", OLA) == at(7, days=0)
    assert (seen.value("STATUS"), seen.value("PERCENT-COMPLETE")) == ("COMPLETED", "100"), "all who have not declined"
    assert per.sees(uid).value("STATUS") != "COMPLETED"
    assert per.sees(uid).value("COMPLETED") == ""


def _she_who_gave_it_may_do_it_too(kari: Colleague, ola: Colleague) -> None:
    uid = str(uuid4())
    kari.create(_task(uid, "Male taket", KARI, OLA))

    ola.change(uid, lambda text: put(put(text, "PERCENT-COMPLETE", "50"), "STATUS", "IN-PROCESS"))

    seen = kari.sees(uid)
    assert (seen.value("PERCENT-COMPLETE"), seen.value("STATUS")) == ("25", "IN-PROCESS"), seen.text


@pytest.mark.parametrize("worker", ["off", "on"], ids=["before a claim", "while claims are held"])
def test_what_was_saved_is_mailed_once_though_the_process_is_killed(company: Company, worker: str) -> None:
    company.hire("kari", "ola")
    with listening(company.smtp_port) as outside:
        outside.is_stuck = True
        with company.gateway(DISTRIB_WORKER=worker) as gateway:
            uid = str(uuid4())
            company.colleague("kari").create(_meeting(uid, OLA, BERIT, LEIF))
            if worker == "on":
                outside.await_attempts(2)
            gateway.process.kill()
            gateway.wait()
        assert outside.taken == []
        outside.is_stuck = False
        with company.gateway():
            mails = outside.await_mails(2, 60)
            assert sorted((mail.recipient, mail.method) for mail in mails) == [(BERIT, "REQUEST"), (LEIF, "REQUEST")]
            assert all(f"UID:{uid}" in mail.calendar for mail in mails)
            kari = company.colleague("kari")
            eventually(lambda: {kari.sees(uid).parameter("SCHEDULE-STATUS", to) for to in (BERIT, LEIF)} == {"1.1"})
            time.sleep(QUIET)
        assert len(outside.taken) == 2


def test_a_reply_in_words_reaches_the_organizer_once(company: Company, outside: Peer) -> None:
    company.hire("kari", "ola")
    with company.gateway():
        kari, uid = company.colleague("kari"), str(uuid4())
        kari.create(_meeting(uid, OLA, BERIT))
        [invitation] = outside.await_mails(1, AT_ONCE)
        organizer = Seen(invitation.calendar).line("ORGANIZER").partition("mailto:")[2]
        words = written_mail(BERIT, organizer, "Re: Befaring", "Jeg kommer litt for sent.\r\n")

        hand_in(company.lmtp_port, words)
        hand_in(company.lmtp_port, words)

        forwarded = outside.await_mails(2, AT_ONCE)[1]
        assert forwarded.recipient == KARI
        assert "Jeg kommer litt for sent." in forwarded.message.as_string()
        assert forwarded.method is None
        assert kari.sees(uid).partstat(BERIT) == "NEEDS-ACTION"
        time.sleep(QUIET)
        assert len(outside.taken) == 2


def test_the_link_in_the_mail_changes_nothing_until_its_form_is_sent(company: Company, outside: Peer) -> None:
    company.hire("kari", "ola")
    with company.gateway():
        kari, uid = company.colleague("kari"), str(uuid4())
        kari.create(_meeting(uid, OLA, BERIT))
        [invitation] = outside.await_mails(1, AT_ONCE)
        eventually(lambda: kari.sees(uid).parameter("SCHEDULE-STATUS", BERIT) == "1.1")
        before, position = kari.sees(uid), kari.position()
        address = link(invitation)

        pages = [browse(address), browse(f"{address}?a=accept"), browse(address)]

        assert all("Befaring" in page.text for page in pages)
        assert (kari.sees(uid), kari.position()) == (before, position)

        thanks = pages[-1].send(svar="accept", melding="Gleder meg")

        assert thanks.status == 200
        assert kari.sees(uid).partstat(BERIT) == company.colleague("ola").sees(uid).partstat(BERIT) == "ACCEPTED"
        assert kari.messages(uid) == [f"REPLY from {BERIT}"]
        time.sleep(QUIET)
        assert len(outside.taken) == 1


def _task(uid: str, summary: str, *assignees: str) -> str:
    return written(
        "VTODO",
        uid,
        f"DUE:{at(15, days=3)}",
        f"SUMMARY:{summary}",
        "STATUS:NEEDS-ACTION",
        f"ORGANIZER;CN=Kari Nordmann:mailto:{KARI}",
        *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{address}" for address in assignees),
    )


def _meeting(uid: str, *attendees: str) -> str:
    return written(
        "VEVENT",
        uid,
        f"DTSTART:{at(10)}",
        f"DTEND:{at(11)}",
        "SUMMARY:Befaring",
        f"ORGANIZER;CN=Kari Nordmann:mailto:{KARI}",
        *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{address}" for address in attendees),
    )
