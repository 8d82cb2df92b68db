# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recipient reads."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ical.itip.outcome import Method
from mail.content import Proposed
from tests.clocks import SUMMER
from tests.mail.letters import calendar_text, part, written

TASK_TIMES = "DTSTART;TZID=Europe/Oslo:20261005T080000\nDUE;VALUE=DATE:20261009"
TASK = calendar_text("VTODO", TASK_TIMES, summary="Legge gipsplate")


@pytest.mark.parametrize(
    ("changes", "nb", "en"),
    [
        ({}, "Invitasjon: ", "Invitation: "),
        ({"first": False}, "Oppdatert invitasjon: ", "Updated invitation: "),
        ({"first": False, "method": Method.CANCEL}, "Avlyst: ", "Cancelled: "),
        ({"first": False, "method": Method.CANCEL, "removed": True}, "Ikke lenger invitert: ", "No longer invited: "),
    ],
)
def test_the_subject_says_why_there_is_a_mail(changes: dict[str, object], nb: str, en: str) -> None:
    assert written(**changes)["Subject"] == f"{nb}Befaring på kjøkken"
    assert written(**changes, language="en")["Subject"] == f"{en}Befaring på kjøkken"


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "Oppgave: Legge gipsplate"),
        ({"first": False}, "Oppdatert oppgave: Legge gipsplate"),
        ({"first": False, "method": Method.CANCEL}, "Avlyst oppgave: Legge gipsplate"),
    ],
)
def test_a_task_is_called_a_task(changes: dict[str, object], subject: str) -> None:
    assert written(text=TASK, **changes)["Subject"] == subject


PROPOSED = Proposed(datetime(2026, 10, 8, 12, 0, tzinfo=UTC), datetime(2026, 10, 8, 13, 0, tzinfo=UTC), "Loftet", "")


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        (
            "nb",
            "Blir som planlagt: Befaring på kjøkken",
            (
                "Kari Nordmann kan ikke endre denne avtalen slik du foreslo. Det blir som planlagt:",
                "Når: torsdag 8. oktober 2026 kl. 10.00–11.30",
                "Du foreslo: torsdag 8. oktober 2026 kl. 14.00–15.00, Loftet",
                "Beskjed: Da er jeg borte",
            ),
        ),
        (
            "en",
            "Stays as planned: Befaring på kjøkken",
            (
                "Kari Nordmann cannot change this appointment as you proposed. It stays as planned:",
                "When: Thursday, 8 October 2026, 10:00–11:30",
                "You proposed: Thursday, 8 October 2026, 14:00–15:00, Loftet",
                "Message: Da er jeg borte",
            ),
        ),
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_whoever_proposed_reads_that_it_stays_and_what_they_proposed(
    language: str, subject: str, said: tuple[str, ...], kind: str
) -> None:
    turned_down = replace(PROPOSED, comment="Da er jeg\nborte")
    mail = written(method=Method.DECLINECOUNTER, first=False, link=None, language=language, proposed=turned_down)

    told = part(mail, kind)
    assert mail["Subject"] == subject
    assert "/svar/" not in told
    for sentence in said if kind == "text/plain" else (said[0].partition(". ")[0], said[3].partition(": ")[2]):
        assert sentence in told


def test_a_task_that_stays_is_called_a_task() -> None:
    proposed = Proposed(None, date(2026, 10, 12), "", "")
    mail = written(text=TASK, method=Method.DECLINECOUNTER, first=False, link=None, proposed=proposed)

    told = part(mail, "text/plain").replace("\r\n", "\n")
    assert "Kari Nordmann kan ikke endre denne oppgaven slik du foreslo. Det blir som planlagt:" in told
    assert "Du foreslo: mandag 12. oktober 2026\n" in told
    assert "Beskjed" not in told


def test_a_first_invitation_says_who_what_when_and_where() -> None:
    more = "LOCATION:Storgata 12\\, 0184 Oslo\nDESCRIPTION:Ta med tegningene.\\nVi ser på rørene."
    text = part(written(text=calendar_text(more=more)), "text/plain")

    assert "Hei, Berit Kunde!" in text
    assert "Kari Nordmann inviterer deg til en avtale." in text
    assert "Befaring på kjøkken" in text
    assert f"Når: torsdag 8. oktober 2026 kl. 10.00–11.30 ({SUMMER}, Oslo)" in text
    assert "Hvor: Storgata 12, 0184 Oslo" in text
    assert "Ta med tegningene.\nVi ser på rørene." in text.replace("\r\n", "\n")
    assert "kari@byggbo.example" in text


def test_an_update_says_how_it_is_now() -> None:
    text = part(written(first=False, language="en"), "text/plain")

    assert "Kari Nordmann has changed this appointment. This is how it is now:" in text


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_the_links_lead_to_the_answer_page_with_the_answer_chosen(kind: str) -> None:
    text = part(written(), kind)

    page = "https://kalender.byggbo.example/svar/aW52aXRhc2pvbi10b2tlbg"
    assert f"{page}?a=accept" in text
    assert f"{page}?a=decline" in text


@pytest.mark.parametrize("changes", [{"link": None}, {"method": Method.CANCEL, "first": False}])
def test_who_is_not_asked_gets_no_links(changes: dict[str, object]) -> None:
    mail = written(**changes)

    assert "/svar/" not in part(mail, "text/plain")
    assert "/svar/" not in part(mail, "text/html")


def test_times_are_told_on_the_organizers_clock() -> None:
    utc = calendar_text(times="DTSTART:20261008T220000Z\nDTEND:20261008T230000Z")

    assert f"fredag 9. oktober 2026 kl. 00.00–01.00 ({SUMMER}, Oslo)" in part(written(text=utc), "text/plain")
    assert "Thursday, 8 October 2026, 18:00–19:00 (Eastern Daylight Time, New York)" in part(
        written(text=utc, timezone="America/New_York", language="en"), "text/plain"
    )


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ("DTSTART;VALUE=DATE:20261008\nDTEND;VALUE=DATE:20261009", "torsdag 8. oktober 2026 (hele dagen)"),
        ("DTSTART;VALUE=DATE:20261008", "torsdag 8. oktober 2026 (hele dagen)"),
        ("DTSTART;VALUE=DATE:20261008\nDTEND;VALUE=DATE:20261011", "torsdag 8. oktober 2026 – lørdag 10. oktober 2026"),
        ("DTSTART:20261008T100000\nDTEND:20261008T110000", "torsdag 8. oktober 2026 kl. 10.00–11.00\n"),
        ("DTSTART:20261008T080000Z\nDURATION:PT1H", "torsdag 8. oktober 2026 kl. 10.00–11.00 ("),
        ("DTSTART:20261008T080000Z", "torsdag 8. oktober 2026 kl. 10.00 ("),
        (
            "DTSTART:20261008T200000Z\nDTEND:20261009T020000Z",
            "torsdag 8. oktober 2026 kl. 22.00 – fredag 9. oktober 2026 kl. 04.00",
        ),
    ],
)
def test_each_kind_of_time_is_told(times: str, told: str) -> None:
    assert told in part(written(text=calendar_text(times=times)), "text/plain").replace("\r\n", "\n")


def test_a_task_has_a_deadline() -> None:
    text = part(written(text=TASK), "text/plain")

    assert "Kari Nordmann har en oppgave til deg." in text
    assert f"Begynner: mandag 5. oktober 2026 kl. 08.00 ({SUMMER}, Oslo)" in text
    assert "Frist: fredag 9. oktober 2026\n" in text.replace("\r\n", "\n")


def test_a_task_without_times_and_title_is_told_too() -> None:
    text = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTODO\r\nUID:x\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    mail = written(text=text)

    assert mail["Subject"] == "Oppgave: (uten tittel)"
    assert "Frist" not in part(mail, "text/plain")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY;COUNT=4", "Gjentas: hver uke (kalenderen din viser alle datoene)"),
        ("FREQ=DAILY;INTERVAL=2", "Gjentas: hver 2. dag"),
        ("FREQ=YEARLY", "Gjentas: hvert år"),
        ("FREQ=HOURLY", "Gjentas: ofte"),
    ],
)
def test_a_series_says_how_it_repeats(rule: str, said: str) -> None:
    assert said in part(written(text=calendar_text(more=f"RRULE:{rule}")), "text/plain")


def test_days_that_are_not_as_the_rule_says_are_told_one_by_one() -> None:
    text = calendar_text(more="RRULE:FREQ=WEEKLY;COUNT=40\nDTSTAMP:20260901T080000Z")
    for number, (line, at) in enumerate(
        [("LOCATION:Loftet", "20261015T130000"), ("STATUS:CANCELLED", "20261022T100000")]
    ):
        override = (
            f"BEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID;TZID=Europe/Oslo:2026101{5 + number}T100000\r\n{line}\r\n"
            f"DTSTART;TZID=Europe/Oslo:{at}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
        )
        text = text.replace(b"END:VCALENDAR", override.encode() + b"END:VCALENDAR")

    told = part(written(text=text), "text/plain")

    assert "Unntak: torsdag 15. oktober 2026 kl. 13.00–14.00 (Loftet)" in told
    assert "Unntak: torsdag 22. oktober 2026 kl. 10.00–11.00: avlyst" in told


def test_a_long_description_is_cut_at_a_word() -> None:
    text = part(written(text=calendar_text(more=f"DESCRIPTION:{'gipsplate ' * 400}")), "text/plain")

    assert "gipsplate …" in text
    assert text.count("gipsplate") < 130


@pytest.mark.parametrize(("wanted", "told"), [("nn", "nb"), ("no", "nb"), ("en-US", "en"), ("de", "en"), ("", "nb")])
def test_a_language_that_is_not_spoken_becomes_the_nearest_one(wanted: str, told: str) -> None:
    assert written(language=wanted)["Content-Language"] == told


def test_an_unknown_time_zone_is_no_reason_to_be_silent() -> None:
    assert "kl. 10.00–11.30" in part(written(timezone="Mars/Olympus"), "text/plain")
