# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do in the form of an appointment or a task."""

from playwright.sync_api import Page, expect

SCRIPTED = 10_000
"""Milliseconds to wait for what a script asks."""


def tab(page: Page, name: str) -> None:
    """Open a part of the form."""
    page.get_by_role("tab", name=name).click()


def add_colleague(page: Page, name: str) -> None:
    """Find a colleague by typing, and add them."""
    tab(page, "Deltakere")
    page.get_by_role("combobox", name="Finn en kollega").fill(name[:3].lower())
    page.get_by_role("option", name=name).click()
    expect(page.locator(".chip", has_text=name)).to_be_visible(timeout=SCRIPTED)


def add_contact(page: Page, name: str) -> None:
    """Find a contact by typing, and add them."""
    tab(page, "Deltakere")
    page.get_by_role("combobox", name="Finn en kontakt").fill(name[:4].lower())
    page.get_by_role("option", name=name).click()
    expect(page.locator(".chip", has_text=name)).to_be_visible(timeout=SCRIPTED)


def save(page: Page) -> None:
    """Press the button at the foot of the page."""
    page.locator(".actions").get_by_role("button", name="Lagre", exact=True).click()


def to_the_step(page: Page) -> None:
    """Come to the step of saving."""
    save(page)
    expect(page.get_by_role("heading", name="Lagre ")).to_be_visible()


def saved(page: Page) -> None:
    """See that it is saved."""
    expect(page.get_by_role("status").filter(has_text="Lagret.")).to_be_visible()


def uid_of(text: str) -> str:
    """Give the UID in a calendar text."""
    return next(line for line in text.splitlines() if line.startswith("UID:")).removeprefix("UID:").strip()
