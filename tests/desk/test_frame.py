# SPDX-License-Identifier: GPL-3.0-or-later
"""What all pages and forms of the desk have in common: whose form it is, what is kept, and that nothing is foreign."""

import html
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway.opening import Service, verifier
from gateway.services import people
from gateway.services.people import add_person
from gateway.store.unit import Database
from gateway.web import News, desk, routes
from gateway.web.desk.door import Desk
from gateway.web.pages import DESK_POLICY, STATIC, Pages
from tests.desk.busy import NOW, Busy, filled
from tests.desk.house import HASH, PASSWORD, House
from tests.desk.pages import PAGES, Page
from tests.desk.test_calendar import WEEK, at, lasting, own

FIELDS: dict[str, str | list[str]] = {
    "tittel": "Møte & <b>mer</b>",
    "hvem": ["mailto:a@b.example", "mailto:c@d.example"],
    "gjor": "lagre",
}


@pytest.fixture(scope="module")
def busy(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """Give a company with one of everything."""
    folder = tmp_path_factory.mktemp("frame")
    copyfile(sqlite_template, folder / "distrib.db")
    with closing(Database(f"sqlite:///{folder / 'distrib.db'}")) as database:
        yield filled(database, folder, 1)


@pytest.fixture
def browser_of(busy: Busy) -> TestClient:
    """Give Kari's browser, in which nobody has signed in."""
    service, minutes = Service(busy.settings, busy.database, verifier(busy.database)), count()

    def clock() -> datetime:
        return NOW + timedelta(minutes=next(minutes))

    found = routes(service, clock, None, News(busy.database, clock))
    return TestClient(Starlette(routes=found), base_url=busy.settings.public_url, follow_redirects=False)


def _forms(busy: Busy) -> list[str]:
    """Give where each form of the desk is sent to."""
    service = Service(busy.settings, busy.database, verifier(busy.database))
    found = desk.routes(Desk(service, lambda: NOW, Pages("http://127.0.0.1", "nb")), News(busy.database, lambda: NOW))
    paths = [one.path for one in found if isinstance(one, Route) and "POST" in (one.methods or ())]
    return [re.sub(r"\{\w+:int\}", "7", path) for path in paths if path != "/logg-inn"]


def test_what_is_filled_in_survives_a_new_sign_in_in_every_form(busy: Busy, browser_of: TestClient) -> None:
    forms = _forms(busy)
    assert len(forms) > 15
    for path in forms:
        browser_of.cookies.clear()
        asked = browser_of.post(path, data={**FIELDS, "merke": "of a session that is over"})
        assert asked.status_code == 401, path
        form = _fields(asked.text, "felt:")
        assert form == [(f"felt:{name}", value) for name, value in _pairs()]

        login = {"brukernavn": "kari", "passord": PASSWORD, "til": path}
        kept: dict[str, str | list[str]] = {**login, **{f"felt:{name}": value for name, value in FIELDS.items()}}
        resumed = browser_of.post("/logg-inn", data=kept)

        assert resumed.status_code == 200, path
        assert f'action="{path}"' in resumed.text or path == "/logg-ut"
        assert [pair for pair in _fields(resumed.text, "") if pair[0] not in {"merke", "til"}] == _pairs()


def test_a_form_of_another_site_is_refused_and_one_without_a_mark_is_asked_about(
    busy: Busy, browser_of: TestClient
) -> None:
    browser_of.cookies.set("distrib", busy.secret)
    for path in _forms(busy):
        foreign = browser_of.post(path, data=FIELDS, headers={"Origin": "https://ond.example"})
        across = browser_of.post(path, data=FIELDS, headers={"Sec-Fetch-Site": "cross-site"})
        unmarked = browser_of.post(path, data=FIELDS)

        assert (foreign.status_code, across.status_code) == (400, 400), path
        assert unmarked.status_code == 200, path
        assert "Fortsett der du var" in unmarked.text


@pytest.mark.parametrize(
    ("url", "name", "is_secure"),
    [("https://kalender.byggbo.example", "__Host-distrib", True), ("http://127.0.0.1:5232", "distrib", False)],
)
def test_no_script_and_no_other_site_gets_at_a_session(busy: Busy, url: str, name: str, *, is_secure: bool) -> None:
    settings = busy.settings.model_copy(update={"public_url": url})
    service = Service(settings, busy.database, verifier(busy.database))
    found = routes(service, lambda: NOW, None, News(busy.database, lambda: NOW))
    browser_of = TestClient(Starlette(routes=found), base_url=url, follow_redirects=False)

    answer = browser_of.post("/logg-inn", data={"brukernavn": "kari", "passord": PASSWORD})

    told = answer.headers["set-cookie"].split("; ")
    assert told[0].startswith(f"{name}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(told)
    assert ("Secure" in told) is is_secure
    assert not any(one.startswith("Domain") for one in told)


def test_whoever_is_shut_out_is_told_what_everybody_is_who_guesses(busy: Busy, browser_of: TestClient) -> None:
    with busy.database.write() as uow:
        add_person(uow, login="gone", name="Gone", emails=["gone@byggbo.example"], password_hash=HASH)
        people.disable(uow, "gone")
    told = [
        browser_of.post("/logg-inn", data={"brukernavn": login, "passord": password, "til": "/kalender"})
        for login, password in (("gone", PASSWORD), ("kari", "feil"), ("nobody", "feil"))
    ]

    assert {one.status_code for one in told} == {401}
    assert len({re.sub(r'value="(gone|kari|nobody)"', "", one.text) for one in told}) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.route}{page.asked} {page.of}")
def test_a_page_has_nothing_inline_and_nothing_of_others(busy: Busy, browser_of: TestClient, page: Page) -> None:
    if page.route != "/logg-inn":
        assert browser_of.get(page.path(busy)).headers["location"].startswith("/logg-inn?til=")
        browser_of.cookies.set("distrib", busy.secret)

    answer = browser_of.get(page.path(busy))

    said, policy = answer.text, answer.headers["content-security-policy"]
    assert policy == DESK_POLICY or page.route == "/logg-inn"
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", said)
    assert re.findall(r"<script(?![^>]* src=)", said) == []
    assert [url for url in re.findall(r'(?:src|href|action|formaction)="([^"]*)"', said) if "//" in url] == []


def test_nothing_that_pages_load_was_made_by_others() -> None:
    """The scripts, styles and pictures are our own: what others made had a folder with licence, version and hash."""
    texts = {path: path.read_text(encoding="utf-8") for path in STATIC.rglob("*") if path.is_file()}

    assert [path for path, text in texts.items() if "SPDX-License-Identifier: GPL-3.0-or-later" not in text[:80]] == []
    assert [path for path, text in texts.items() if re.search(r"https?://(?!www\.w3\.org/)", text)] == []


def test_on_paper_each_thing_of_a_week_says_what_it_is_on_one_page(house: House) -> None:
    """A night makes the sheet as high as it gets, and the tasks lie below it."""
    house.put("ola", lasting("night", at(2, 22), 240, "Nattarbeid"))
    for number in range(6):
        house.put("ola", lasting(f"a-{number}", at(number, 9), 60, "Prosjektmøte"))
        due = f"DUE;VALUE=DATE:{at(number, 12):%Y%m%d}"
        house.put("ola", own(f"t-{number}", due, f"SUMMARY:Oppgave {number}", kind="VTODO"), slug="tasks")
    house.put("kari", _invitation())
    with house.seat("ola", scheme="dark") as seat:
        page = seat.go(WEEK)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1040, "height": 720})

        names = page.locator(".times .thing b")
        expect(names).to_have_count(9)
        boxes = names.evaluate_all(
            "all => all.map((one) => [one.getBoundingClientRect(), one.closest('.thing').getBoundingClientRect()])"
        )
        assert [
            name for name, thing in boxes if name["left"] >= thing["right"] or name["bottom"] > thing["bottom"]
        ] == []
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.pdf(prefer_css_page_size=True, print_background=True).count(b"/Type /Page\n") == 1


def _invitation() -> str:
    lines = (
        f"DTSTART:{at(3, 13):%Y%m%dT%H%M%SZ}",
        f"DTEND:{at(3, 13) + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        "SUMMARY:Befaring",
        "ORGANIZER:mailto:kari@byggbo.example",
        "ATTENDEE;RSVP=TRUE:mailto:ola@byggbo.example",
    )
    return own("m-1", *lines)


def _pairs() -> list[tuple[str, str]]:
    return [
        (name, value) for name, values in FIELDS.items() for value in (values if isinstance(values, list) else [values])
    ]


def _fields(page: str, prefix: str) -> list[tuple[str, str]]:
    """Give the hidden fields of a page whose names begin with *prefix*."""
    main = page.partition("<main>")[2].partition("</main>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main)
    return [(html.unescape(name), html.unescape(value)) for name, value in found if name.startswith(prefix)]
