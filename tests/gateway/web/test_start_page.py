# SPDX-License-Identifier: GPL-3.0-or-later
"""The start page says what this is and how to connect, wherever the gateway is shown."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.config import Settings
from gateway.web import News, routes
from tests.gateway.web.company import Company, service_of


def test_every_calendar_program_is_told_the_real_address(company: Company) -> None:
    page = company.web.get("/").text

    for program in ("Thunderbird", "Apple", "Outlook", "DAVx⁵"):
        assert program in page
    assert page.count("http://testserver/dav/") >= 5


def test_head_is_answered_and_other_methods_are_not(company: Company) -> None:
    assert company.web.head("/").status_code == 200
    assert company.web.post("/").status_code == 405


def test_the_demo_tells_how_to_sign_in_and_where_the_mail_is(company: Company) -> None:
    page = company.web.get("/").text

    assert "<code>kari</code>" in page
    assert 'href="/demo/mail"' in page
    assert "Bygg &amp; Bo AS" in page


def test_a_company_of_its_own_is_told_nothing_of_the_demo(company: Company, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, public_url="https://kalender.firma.example")
    news = News(company.database, company.clock)
    web = TestClient(Starlette(routes=routes(service_of(company.database, settings), company.clock, None, news)))

    page = web.get("/").text

    assert "byggbo" not in page
    assert "https://kalender.firma.example/dav/" in page


@pytest.mark.parametrize(("accepted", "language"), [("nb", "nb"), ("en-GB", "en"), ("", "nb")])
def test_it_speaks_the_browsers_language(company: Company, accepted: str, language: str) -> None:
    page = company.web.get("/", headers={"Accept-Language": accepted})

    assert f'<html lang="{language}">' in page.text
    assert page.headers["content-language"] == language
    assert "Accept-Language" in page.headers["vary"]


def test_behind_a_path_prefix_every_address_has_it(company: Company, tmp_path: Path) -> None:
    settings = Settings(demo=True, data_dir=tmp_path, public_url="http://localhost/kalender")
    service, news = service_of(company.database, settings), News(company.database, company.clock)
    application = Starlette(routes=routes(service, company.clock, company.catch_all, news))
    web = TestClient(application, root_path="/kalender")

    for path in ("/kalender/", f"/kalender/svar/{company.invite()}", "/kalender/demo/mail"):
        page = web.get(path)
        assert page.status_code == 200
        for address in _addresses(page.text):
            assert address.startswith(("/kalender/", "?", "http://localhost/kalender/")), address
    style = next(address for address in _addresses(page.text) if ".css" in address)
    assert web.get(style).headers["content-type"].startswith("text/css")


def test_the_style_is_served_and_nothing_beside_it(company: Company) -> None:
    assert company.web.get("/static/pages.css").status_code == 200
    for path in ("..%2Fpages.py", "../templates/base.html", ""):
        assert company.web.get(f"/static/{path}").status_code == 404


def _addresses(page: str) -> list[str]:
    return [part.split('"', 1)[0] for name in ("href", "src", "action") for part in page.split(f'{name}="')[1:]]
