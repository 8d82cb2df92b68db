# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps in which the gateway refuses: somebody asks too often, or the database cannot be used."""

from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.filled import Filled

ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}
"""As a proxy says it: what is refused there is not refused to the others."""
SIGN_INS, PAGES = 20, 60
"""So often somebody may try at once."""


def sign_in_too_often(page: Page, filled: Filled) -> None:
    """Try to sign in once more than is allowed."""
    for _ in range(SIGN_INS):
        page.request.post(f"{filled.house.url}/logg-inn", form={"brukernavn": "tom"}, headers=ELSEWHERE)
    page.set_extra_http_headers(ELSEWHERE)
    page.locator("#login").fill("tom")
    page.locator("#password").fill("feil")
    page.locator("main button").first.click()
    expect(page.locator(".bad")).to_be_visible()
    page.set_extra_http_headers({})


def ask_too_often(page: Page, filled: Filled) -> None:
    """Open a page of answers once more than is allowed."""
    for _ in range(PAGES):
        page.request.get(f"{filled.house.url}/svar/finnesikke00000000000", headers=ELSEWHERE)
    page.set_extra_http_headers(ELSEWHERE)
    page.reload()
    expect(page.locator(".card.plain")).to_be_visible()
    page.set_extra_http_headers({})


def lose_a_table(page: Page, filled: Filled) -> None:
    """Come to a page while the database lacks something, as after a half-done upgrade."""
    engine = filled.house.database.engine
    try:
        with engine.connect() as connection:
            connection.execute(text("ALTER TABLE draft RENAME TO draft_lost"))
        page.reload()
        expect(page.locator(".card.plain")).to_be_visible()
    finally:
        with engine.connect() as connection:
            connection.execute(text("ALTER TABLE draft_lost RENAME TO draft"))
