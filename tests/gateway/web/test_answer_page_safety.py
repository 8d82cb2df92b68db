# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer page tells nobody anything, runs nothing, and bounds what it takes."""

import re

import pytest

from gateway.web.answer import LONGEST_COMMENT
from tests.gateway.web.company import MEETING, PEOPLE, Company, mark_of

UNKNOWN = (
    "AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "short",
    "a" * 500,
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "%F0%9F%92%A9",
    "'; DROP TABLE entry; --",
)


def test_every_answer_carries_the_headers_that_keep_it_private(company: Company) -> None:
    token = company.invite()
    sent = company.answer(token, svar="accept")

    for page in (company.web.get(f"/svar/{token}"), sent, company.web.get("/svar/unknown-token")):
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "noindex" in page.headers["x-robots-tag"]
        assert page.headers["x-content-type-options"] == "nosniff"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in page.headers


def test_the_page_has_no_script_and_nothing_of_others(company: Company) -> None:
    page = company.web.get(f"/svar/{company.invite()}").text

    assert "<script" not in page
    assert " style=" not in page
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)


def test_every_link_that_leads_nowhere_gets_the_same_answer(company: Company) -> None:
    company.invite()
    pages = [company.web.get(f"/svar/{token}") for token in UNKNOWN]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "Denne lenken fører ingen steder" in pages[0].text
    posted = company.web.post(f"/svar/{UNKNOWN[0]}", data={"svar": "accept"})
    assert (posted.status_code, posted.text) == (404, pages[0].text)


def test_the_link_of_somebody_who_is_not_invited_any_more_leads_nowhere(company: Company) -> None:
    token = company.invite()
    company.later(minutes=5)
    unknown = company.web.get("/svar/unknown-token")

    company.put(*PEOPLE[:2], *MEETING, sequence=1)

    page = company.web.get(f"/svar/{token}")
    assert (page.status_code, page.text) == (404, unknown.text)


def test_texts_of_the_organizer_are_text(company: Company) -> None:
    token = company.invite(
        "DTSTART:20261130T080000Z",
        "DTEND:20261130T090000Z",
        "LOCATION:<img src=x onerror=alert(1)>",
        "DESCRIPTION:</p><script>alert(1)</script>",
        summary="<b>Fest</b> & {{ 7*7 }}",
    )

    page = company.web.get(f"/svar/{token}").text

    assert "<h1>&lt;b&gt;Fest&lt;/b&gt; &amp; {{ 7*7 }}</h1>" in page
    assert "<script" not in page
    assert "<img" not in page


def test_texts_of_the_visitor_are_text(company: Company) -> None:
    token = company.invite()
    attack = '</textarea><script>alert(1)</script>"'

    refused = company.answer(token, svar='accept"><script>', melding=attack)
    company.answer(token, svar="accept", melding=attack)

    assert "<script" not in refused.text
    assert "<script" not in company.web.get(f"/svar/{token}?svart=1").text


def test_a_message_has_a_bound(company: Company) -> None:
    token = company.invite()

    longest = company.answer(token, svar="accept", melding="å" * LONGEST_COMMENT)
    too_long = company.answer(token, svar="decline", melding="å" * (LONGEST_COMMENT + 1))

    assert longest.status_code == 303
    assert too_long.status_code == 422
    assert "PARTSTAT=ACCEPTED" in company.berits_line()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"svar=accept&melding=" + b"a" * 100_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(1000)), "application/x-www-form-urlencoded"),
        (b"svar=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"svar=%ff", "application/x-www-form-urlencoded"),
        (b'{"svar": "accept"}', "application/json"),
        (b"", ""),
    ],
)
def test_a_body_that_is_no_form_is_refused_unread(company: Company, body: bytes, kind: str) -> None:
    token = company.invite()

    sent = company.web.post(f"/svar/{token}", content=body, headers={"Content-Type": kind})

    assert sent.status_code == 400
    assert "Ingenting er sendt." in sent.text
    assert "PARTSTAT=NEEDS-ACTION" in company.berits_line()


def test_other_methods_are_refused(company: Company) -> None:
    token = company.invite()

    for method in ("PUT", "DELETE", "PATCH"):
        assert company.web.request(method, f"/svar/{token}").status_code == 405


def test_who_asks_too_often_has_to_wait(company: Company) -> None:
    token = company.invite()
    statuses = [company.web.get(f"/svar/{token}").status_code for _ in range(70)]

    assert set(statuses) == {200, 429}
    waiting = company.web.get("/svar/unknown-token")
    assert waiting.status_code == 429
    assert waiting.headers["retry-after"] == "60"
    company.later(minutes=2)
    assert company.web.get(f"/svar/{token}").status_code == 200


def test_a_head_request_answers_without_a_body(company: Company) -> None:
    page = company.web.head(f"/svar/{company.invite()}?a=accept")

    assert page.status_code == 200
    assert page.content == b""


def test_the_mark_is_that_of_its_own_link(company: Company) -> None:
    token = company.invite()
    mark = mark_of(company.web.get(f"/svar/{token}").text)
    company.later(minutes=5)
    other = company.invite("DTSTART:20261201T080000Z", "DTEND:20261201T090000Z", sequence=1)

    sent = company.web.post(f"/svar/{other}", data={"merke": mark, "svar": "accept"})

    assert sent.status_code == 409
