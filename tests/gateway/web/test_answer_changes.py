# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever opens the link in a mail reads what was changed since they answered, or else since that mail."""

from tests.gateway.web.company import MEETING, Company

MOVED = ("DTSTART:20261201T080000Z", "DTEND:20261201T093000Z", *MEETING[2:])
ELSEWHERE = (*MEETING[:2], "LOCATION:Kantina")
TIME = "<li>nytt tidspunkt: man. 30. nov. kl.\N{NO-BREAK SPACE}09.00 → tir. 1. des. kl.\N{NO-BREAK SPACE}09.00</li>"
PLACE = "<li>nytt sted: Møterom 2, Storgata 1 → Kantina</li>"


def page(company: Company, token: str, language: str = "nb") -> str:
    return company.web.get(f"/svar/{token}?l={language}").text


def test_an_invitation_was_not_changed(company: Company) -> None:
    token = company.invite()
    company.later(minutes=1)

    assert 'class="changes"' not in page(company, token)


def test_whoever_answered_and_is_asked_again_reads_what_was_changed(company: Company) -> None:
    token = company.invite()
    company.later(minutes=1)
    company.answer(token, svar="accept")
    company.later(minutes=1)
    newer = company.invite(*MOVED, sequence=1)

    for link in (token, newer):
        told = page(company, link)
        assert "<h2>Endret siden du svarte</h2>" in told
        assert TIME in told
    assert "<h2>Changed since your last answer</h2>" in page(company, token, "en")
    assert "<li>new time: Mon 30 Nov at 09:00 → Tue 1 Dec at 09:00</li>" in page(company, token, "en")


def test_an_answer_that_stands_is_no_answer_to_another_place(company: Company) -> None:
    token = company.invite()
    company.later(minutes=1)
    company.answer(token, svar="accept")
    company.later(minutes=1)
    company.invite(*ELSEWHERE, sequence=1)

    told = page(company, token)
    assert PLACE in told
    assert "PARTSTAT=ACCEPTED" in company.berits_line()
    company.later(minutes=1)
    company.answer(token, svar="decline")
    assert PLACE not in page(company, token)


def test_whoever_did_not_answer_reads_what_is_another_than_in_the_mail_with_the_link(company: Company) -> None:
    token = company.invite()
    company.later(minutes=1)
    newer = company.invite(*ELSEWHERE, sequence=1)

    assert "<h2>Endret siden du fikk denne e-posten</h2>" in page(company, token)
    assert PLACE in page(company, token)
    assert PLACE not in page(company, newer)


def test_what_is_called_off_is_told_of_once(company: Company) -> None:
    token = company.invite()
    company.later(minutes=1)
    company.cancel()

    told = page(company, token)
    assert "Avlyst" in told
    assert 'class="changes"' not in told
