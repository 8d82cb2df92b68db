# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages in a real Chromium: they can be used, by everybody, and nothing of them breaks their own policy."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.chromium import AXE
from tests.gateway.web.company import BERIT, Company

SCREENS = {"desktop": 1100, "phone": 360, "small-phone": 320}
LOOKS = (("desktop", "light"), ("desktop", "dark"), ("phone", "dark"), ("small-phone", "light"))
TASK = ("DUE;VALUE=DATE:20261204", "LOCATION:Hus 14\\, andre etasje", "DESCRIPTION:Begge soverommene.")


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        self.page.on("request", self._check)

    def _check(self, request: Request) -> None:
        if not request.url.startswith(self.origin + "/"):
            self.faults.append(f"somebody else was asked: {request.url}")

    def check(self) -> None:
        """Fail where the page breaks a rule of accessibility, does not fit, or had a fault."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {iframes: false})")
        assert [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]] == []
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"]  # type: ignore[index]
        assert self.faults == []


@contextmanager
def opened(
    browser: Browser,
    company: Company,
    path: str,
    *,
    screen: str = "desktop",
    scheme: str = "light",
    script: bool = True,
) -> Iterator[Watched]:
    context = browser.new_context(
        viewport={"width": SCREENS[screen], "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="nb-NO",
        java_script_enabled=script,
    )
    context.set_default_timeout(5000)
    try:
        watched = Watched(context.new_page(), company.public_url)
        response = watched.page.goto(company.public_url + path)
        assert response is not None
        assert response.ok
        yield watched
    finally:
        context.close()


def _start(_: Company) -> str:
    return "/"


def _appointment(company: Company) -> str:
    return f"/svar/{company.invite()}?a=accept"


def _changed(company: Company) -> str:
    token = company.invite()
    company.answer(token, svar="accept")
    company.later(minutes=5)
    company.invite("DTSTART:20261201T080000Z", "DTEND:20261201T090000Z", sequence=1)
    return f"/svar/{token}"


def _cancelled(company: Company) -> str:
    token = company.invite()
    company.later(minutes=5)
    company.cancel()
    return f"/svar/{token}"


def _task(company: Company) -> str:
    token = company.invite(*TASK, kind="VTODO", summary="Legge gipsplate")
    company.answer(token, svar="accept", prosent="40")
    return f"/svar/{token}"


def _thanks(company: Company) -> str:
    token = company.invite()
    company.answer(token, svar="accept", melding="Jeg kommer ti minutter for sent.")
    return f"/svar/{token}?svart=1"


def _mailbox(company: Company) -> str:
    company.invite()
    company.deliver()
    return "/demo/mail"


def _mail(company: Company) -> str:
    company.invite()
    return f"/demo/mail/{company.deliver()}"


PAGES: dict[str, Callable[[Company], str]] = {
    "start": _start,
    "answer": _appointment,
    "answer-changed": _changed,
    "answer-cancelled": _cancelled,
    "answer-task": _task,
    "thanks": _thanks,
    "demo-mailbox": _mailbox,
    "demo-mail": _mail,
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_and_is_accessible_and_quiet(
    browser: Browser, served: Company, subtests: pytest.Subtests, name: str
) -> None:
    path = PAGES[name](served)

    for screen, scheme in LOOKS:
        look = opened(browser, served, path, screen=screen, scheme=scheme)
        with subtests.test(screen=screen, scheme=scheme), look as watched:
            watched.check()


@pytest.mark.parametrize("script", [True, False])
def test_berit_answers_by_clicking(browser: Browser, served: Company, script: bool) -> None:
    token = served.invite()

    with opened(browser, served, f"/svar/{token}", script=script, screen="phone") as watched:
        page = watched.page
        page.get_by_text("Underkjenn").click()
        page.get_by_label("Melding til Kari Nordmann").fill("Beklager, jeg er på ferie.")
        page.get_by_role("button", name="Send svaret").click()
        expect(page.get_by_role("status")).to_contain_text("Takk, svaret ditt er sendt.")
        expect(page.get_by_text("Underkjent")).to_be_visible()
        assert watched.faults == []

    assert "PARTSTAT=DECLINED" in served.berits_line()


def test_berit_answers_with_the_keyboard_alone(browser: Browser, served: Company) -> None:
    token = served.invite()

    with opened(browser, served, f"/svar/{token}?a=accept") as watched:
        page = watched.page
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "svar":
                break
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("Kanskje det.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Takk")

    assert "PARTSTAT=TENTATIVE" in served.berits_line()


def test_a_browser_asks_for_a_choice_before_it_sends(browser: Browser, served: Company) -> None:
    token = served.invite()

    with opened(browser, served, f"/svar/{token}") as watched:
        watched.page.get_by_role("button", name="Send svaret").click()
        assert watched.page.evaluate("document.querySelector('[name=svar]').validity.valueMissing")
        assert "svart" not in watched.page.url

    assert "PARTSTAT=NEEDS-ACTION" in served.berits_line()


def test_a_task_is_marked_as_completed(browser: Browser, served: Company) -> None:
    token = served.invite(*TASK, kind="VTODO", summary="Legge gipsplate")

    with opened(browser, served, f"/svar/{token}?a=accept") as watched:
        watched.page.get_by_label("Fullført").check()
        watched.page.get_by_role("button", name="Send svaret").click()
        expect(watched.page.get_by_text("Godkjent, og fullført")).to_be_visible()

    assert "PARTSTAT=COMPLETED" in served.berits_line("tasks")


def test_the_link_in_the_mail_opens_the_answer_page(browser: Browser, served: Company) -> None:
    served.invite()
    name = served.deliver()

    with opened(browser, served, f"/demo/mail/{name}") as watched:
        mail = watched.page.frame_locator("iframe")
        with watched.page.expect_popup() as popup:
            mail.locator("a[href$='a=accept']").click()
        expect(popup.value.get_by_role("radio", name="Godkjenn")).to_be_checked()
        assert watched.faults == []

    assert "PARTSTAT=NEEDS-ACTION" in served.berits_line()


def test_berits_mail_program_answers(browser: Browser, served: Company) -> None:
    served.invite()
    name = served.deliver()

    with opened(browser, served, f"/demo/mail/{name}") as watched:
        page = watched.page
        form = page.get_by_role("group", name="Svar som kontakten")
        form.get_by_text("Godkjenn").click()
        page.get_by_role("button", name="Send svaret").click()
        expect(page.get_by_role("status")).to_contain_text(BERIT)
        assert watched.faults == []

    deadline = time.monotonic() + 5
    while "PARTSTAT=ACCEPTED" not in served.berits_line() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "PARTSTAT=ACCEPTED" in served.berits_line()
