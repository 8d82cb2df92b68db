# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's mailbox shows what contacts get, safely, and answers as their mail program would."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.web import News, routes
from gateway.web.demo_reply import invitation, reply
from tests.gateway.web.company import BERIT, NOW, Company

TASK = ("DUE;VALUE=DATE:20261204", "LOCATION:Hus 14")


def test_mail_is_listed_and_opened(company: Company) -> None:
    company.invite()
    name = company.deliver()

    listed = company.web.get("/demo/mail").text
    assert f'href="/demo/mail/{name}"' in listed
    assert BERIT in listed

    mail = company.web.get(f"/demo/mail/{name}").text
    assert "Prosjektmøte: Hus 14" in mail
    assert "BEGIN:VCALENDAR" in mail
    assert "METHOD:REQUEST" in mail


def test_an_empty_mailbox_says_what_to_do(company: Company) -> None:
    assert "Ingen e-post er sendt ennå." in company.web.get("/demo/mail").text


def test_the_links_of_the_mail_lead_to_the_answer_page(company: Company) -> None:
    token = company.invite()
    name = company.deliver()

    mail = company.web.get(f"/demo/mail/{name}").text

    links = re.findall(rf'href="http://testserver(/svar/{token}[^"]*)"', mail)
    assert f"/svar/{token}?a=accept" in links
    assert all(company.web.get(link).status_code == 200 for link in links)


def test_the_html_of_a_mail_is_shown_where_it_can_do_nothing(company: Company) -> None:
    mail = EmailMessage()
    mail["Subject"] = "<script>alert(1)</script>"
    mail.set_content("http://evil.example/svar/token")
    mail.add_alternative("<script>alert(1)</script><p>Hei</p>", subtype="html")
    company.catch_all.send(mail.as_bytes(), "x@evil.example", BERIT)
    name = next(iter(company.catch_all.listed())).name

    around = company.web.get(f"/demo/mail/{name}").text
    assert "<script" not in around
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in around
    assert 'href="http://evil' not in around

    inside = company.web.get(f"/demo/mail/{name}/html")
    policy_of_it = inside.headers["content-security-policy"]
    assert "default-src 'none'" in policy_of_it
    assert "script-src" not in policy_of_it
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy_of_it


@pytest.mark.parametrize(
    ("choice", "partstat"), [("accept", "ACCEPTED"), ("decline", "DECLINED"), ("tentative", "TENTATIVE")]
)
def test_the_contacts_mail_program_answers(company: Company, choice: str, partstat: str) -> None:
    company.invite()
    name = company.deliver()
    company.later(minutes=5)

    sent = company.web.post(f"/demo/mail/{name}/svar", data={"svar": choice, "melding": "Hilsen Berit"})

    assert (sent.status_code, sent.headers["location"]) == (303, f"/demo/mail/{name}?svart=1")
    assert f"PARTSTAT={partstat}" in company.berits_line()
    assert BERIT in company.web.get(sent.headers["location"]).text


def test_a_task_is_answered_with_how_much_is_done(company: Company) -> None:
    company.invite(*TASK, kind="VTODO", summary="Legge gipsplate")
    name = company.deliver()
    company.later(minutes=5)

    company.web.post(f"/demo/mail/{name}/svar", data={"svar": "accept", "prosent": "40"})

    assert "PARTSTAT=IN-PROCESS" in company.berits_line("tasks")
    assert "X-DISTRIB-PERCENT=40" in company.berits_line("tasks")


@pytest.mark.parametrize("fields", [{}, {"svar": "maybe"}, {"svar": "accept", "melding": "a" * 5000}])
def test_a_form_that_says_nothing_sends_nothing(company: Company, fields: dict[str, str]) -> None:
    company.invite()
    name = company.deliver()

    assert company.web.post(f"/demo/mail/{name}/svar", data=fields).status_code == 422
    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line()


def test_another_site_cannot_answer(company: Company) -> None:
    company.invite()
    name = company.deliver()

    sent = company.web.post(
        f"/demo/mail/{name}/svar", data={"svar": "accept"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert sent.status_code == 404
    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line()


@pytest.mark.parametrize("path", ["nothing", "..%2F..%2Fdistrib.db", "nothing/html", "nothing/svar"])
def test_what_is_no_mail_is_not_found(company: Company, path: str) -> None:
    method = "POST" if path.endswith("svar") else "GET"

    assert company.web.request(method, f"/demo/mail/{path}").status_code == 404


def test_the_reply_is_a_mail_as_rfc_6047_asks_for(company: Company) -> None:
    company.invite()
    caught = company.catch_all.one(company.deliver())
    assert caught is not None
    asked = invitation(caught.part("text/calendar"))
    assert asked is not None

    made = reply(asked, BERIT, "ACCEPTED", percent=None, comment="Hei,\nBerit", now=NOW)

    mail = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert str(mail["From"]) == BERIT
    assert f"mailto:{mail['To']}" == str(asked["ORGANIZER"]).lower()
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert part["Content-Type"].params["method"] == "REPLY"
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    calendar = Calendar.from_ical(payload)
    assert calendar["METHOD"] == "REPLY"
    (answer,) = calendar.subcomponents
    assert answer["UID"] == asked["UID"]
    assert answer["SEQUENCE"] == asked["SEQUENCE"]
    assert str(answer["ATTENDEE"]).lower() == f"mailto:{BERIT}"
    assert answer["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert answer["COMMENT"] == "Hei,\nBerit"


def test_without_a_catch_all_there_is_no_mailbox(company: Company) -> None:
    news = News(company.database, company.clock)
    web = TestClient(Starlette(routes=routes(company.service, company.clock, None, news)))

    assert web.get("/demo/mail").status_code == 404
    assert "/demo/mail" not in web.get("/").text
