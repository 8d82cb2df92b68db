# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the answer page changes nothing; its form answers."""

from datetime import timedelta

import pytest

from tests.clocks import WINTER
from tests.gateway.web.company import BERIT, SUMMARY, Company, mark_of

TASK = ("DUE;VALUE=DATE:20261204", "DESCRIPTION:Begge soverommene.")


@pytest.mark.parametrize("asked", ["", "?a=accept", "?a=decline", "?a=tentative", "?a=everything&svart=1"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(company: Company, method: str, asked: str) -> None:
    token = company.invite()
    before = company.seen_by_kari()

    page = company.web.request(method, f"/svar/{token}{asked}")

    assert page.status_code == 200
    assert company.seen_by_kari() == before
    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line()


def test_the_page_tells_what_when_where_and_who(company: Company) -> None:
    page = company.web.get(f"/svar/{company.invite()}").text

    assert f"<h1>{SUMMARY}</h1>" in page
    assert "mandag 30. november 2026 kl.\N{NO-BREAK SPACE}09.00–10.30" in page
    assert f"{WINTER} (Europe/Oslo)" in page
    assert "Møterom 2, Storgata 1" in page
    assert "Ta med målene.\nVi blir ferdige i tide." in page
    assert "Invitasjon fra Kari Nordmann" in page
    assert BERIT in page
    assert "Du har ikke svart ennå." in page


@pytest.mark.parametrize("asked", ["accept", "decline", "tentative"])
def test_the_link_preselects_its_answer(company: Company, asked: str) -> None:
    page = company.web.get(f"/svar/{company.invite()}?a={asked}").text

    assert f'value="{asked}" required checked' in page
    assert page.count("checked") == 1


def test_without_a_choice_in_the_link_nothing_is_preselected(company: Company) -> None:
    assert "checked" not in company.web.get(f"/svar/{company.invite()}").text


@pytest.mark.parametrize(
    ("choice", "partstat", "told"),
    [("accept", "ACCEPTED", "Godkjent"), ("decline", "DECLINED", "Underkjent"), ("tentative", "TENTATIVE", "Kanskje")],
)
def test_the_form_answers_and_the_answer_is_shown(company: Company, choice: str, partstat: str, told: str) -> None:
    token = company.invite()

    sent = company.answer(token, svar=choice, melding="Jeg kommer\r\nfem minutter for sent.")

    assert (sent.status_code, sent.headers["location"]) == (303, f"/svar/{token}?svart=1")
    assert f"PARTSTAT={partstat}" in company.berits_line()
    thanks = company.web.get(sent.headers["location"]).text
    assert "Takk, svaret ditt er sendt." in thanks
    assert told in thanks
    assert "Jeg kommer\nfem minutter for sent." in thanks


def test_the_answer_can_be_changed(company: Company) -> None:
    token = company.invite()
    company.answer(token, svar="accept")
    company.later(minutes=5)

    page = company.web.get(f"/svar/{token}").text
    assert "Endre svaret" in page
    assert 'value="accept" required checked' in page
    company.answer(token, svar="decline")

    assert "PARTSTAT=DECLINED" in company.berits_line()


def test_a_form_of_another_page_answers_nothing(company: Company) -> None:
    token = company.invite()

    for mark in ("", "made-up", mark_of(company.web.get(f"/svar/{token}").text)[:-1]):
        sent = company.web.post(f"/svar/{token}", data={"merke": mark, "svar": "accept"})
        assert sent.status_code == 409
        assert "svaret ditt er ikke sendt" in sent.text

    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line()


def test_a_page_left_open_for_days_asks_once_more_and_keeps_what_was_written(company: Company) -> None:
    token = company.invite()
    mark = mark_of(company.web.get(f"/svar/{token}").text)
    company.later(days=2)

    sent = company.web.post(f"/svar/{token}", data={"merke": mark, "svar": "accept", "melding": "Gleder meg"})

    assert sent.status_code == 409
    assert "Gleder meg</textarea>" in sent.text
    assert 'value="accept" required checked' in sent.text
    again = company.web.post(f"/svar/{token}", data={"merke": mark_of(sent.text), "svar": "accept"})
    assert again.status_code == 303


def test_an_appointment_that_moved_while_the_page_was_open_is_not_answered(company: Company) -> None:
    token = company.invite()
    mark = mark_of(company.web.get(f"/svar/{token}").text)
    company.later(minutes=5)
    company.invite("DTSTART:20261201T080000Z", "DTEND:20261201T090000Z", sequence=1)

    sent = company.web.post(f"/svar/{token}", data={"merke": mark, "svar": "accept"})

    assert sent.status_code == 409
    assert "Innholdet ble endret mens du hadde siden åpen" in sent.text
    assert "tirsdag 1. desember 2026" in sent.text
    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line()


def test_what_was_changed_since_the_answer_is_said(company: Company) -> None:
    token = company.invite()
    company.answer(token, svar="accept")
    company.later(minutes=5)

    company.invite("DTSTART:20261201T080000Z", "DTEND:20261201T090000Z", sequence=1)

    page = company.web.get(f"/svar/{token}").text
    assert "Endret siden du svarte" in page
    assert "Du har ikke svart på endringen ennå." in page


def test_what_is_cancelled_is_said_and_takes_no_answer(company: Company) -> None:
    token = company.invite()
    mark = mark_of(company.web.get(f"/svar/{token}").text)
    company.later(minutes=5)
    company.cancel()

    page = company.web.get(f"/svar/{token}")
    assert page.status_code == 200
    assert "Avlyst" in page.text
    assert "<form" not in page.text

    sent = company.web.post(f"/svar/{token}", data={"merke": mark, "svar": "accept"})
    assert sent.status_code == 409
    assert "Takk" not in sent.text


def test_what_is_over_is_shown_for_a_week_and_takes_no_answer(company: Company) -> None:
    token = company.invite()
    mark = mark_of(company.web.get(f"/svar/{token}").text)
    company.later(days=8)

    page = company.web.get(f"/svar/{token}")
    assert page.status_code == 200
    assert "Tidspunktet er passert" in page.text
    assert "<form" not in page.text
    assert company.web.post(f"/svar/{token}", data={"merke": mark, "svar": "accept"}).status_code == 409

    company.later(days=7)
    assert company.web.get(f"/svar/{token}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "partstat", "percent"),
    [
        ({"svar": "accept"}, "ACCEPTED", None),
        ({"svar": "accept", "prosent": "0"}, "ACCEPTED", "0"),
        ({"svar": "accept", "prosent": "40"}, "IN-PROCESS", "40"),
        ({"svar": "accept", "prosent": "100"}, "COMPLETED", "100"),
        ({"svar": "accept", "prosent": "40", "ferdig": "1"}, "COMPLETED", "100"),
        ({"svar": "decline", "prosent": "40"}, "DECLINED", None),
    ],
)
def test_a_task_is_answered_with_how_much_is_done(
    company: Company, fields: dict[str, str], partstat: str, percent: str | None
) -> None:
    token = company.invite(*TASK, kind="VTODO", summary="Legge gipsplate")

    assert company.answer(token, **fields).status_code == 303

    line = company.berits_line("tasks")
    assert f"PARTSTAT={partstat}" in line
    if percent not in {None, "0"}:
        assert f"X-DISTRIB-PERCENT={percent}" in line


def test_a_task_is_told_with_its_deadline_and_cannot_be_answered_with_maybe(company: Company) -> None:
    page = company.web.get(f"/svar/{company.invite(*TASK, kind='VTODO')}?a=tentative").text

    assert "fredag 4. desember 2026" in page
    assert "Kanskje" not in page
    assert "checked" not in page


@pytest.mark.parametrize("percent", ["101", "-1", "1.5", "lots", "\u0664\u0660", "9" * 5000])
def test_a_per_cent_that_is_none_is_refused_where_it_stands(company: Company, percent: str) -> None:
    token = company.invite(*TASK, kind="VTODO")

    sent = company.answer(token, svar="accept", prosent=percent)

    assert sent.status_code == 422
    assert 'aria-invalid="true"' in sent.text
    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line("tasks")


def test_a_form_without_an_answer_is_asked_for_one(company: Company) -> None:
    token = company.invite()

    for choice in ("", "maybe", "ACCEPTED"):
        sent = company.answer(token, svar=choice)
        assert sent.status_code == 422
        assert "Velg et svar først." in sent.text


def test_times_are_the_organizers_whatever_the_reader_reads(company: Company) -> None:
    token = company.invite()
    company.now = company.now + timedelta(hours=1)

    page = company.web.get(f"/svar/{token}?l=en").text

    assert '<html lang="en">' in page
    assert "Monday 30 November 2026 at 09:00–10:30" in page
    assert "Central European Standard Time (Europe/Oslo)" in page
