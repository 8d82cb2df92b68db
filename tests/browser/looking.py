# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody goes from state to state in one browser window, and what is wrong with what they see is told.

A page is loaded once in each language. What colour scheme and width change is only its style: those are switched under
the loaded page, so that all looks of it cost one load and four runs of axe.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

from gateway.services import people, signing_in
from tests.browser.chromium import AXE
from tests.browser.filled import NAMES, NOW, Filled
from tests.browser.states import State
from tests.desk.house import Seat

LOCALES = {"nb": "nb-NO", "en": "en-GB"}
_RUN = """
async () => {
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)));
  const {violations} = await axe.run(document, {iframes: false, resultTypes: ["violations"]});
  const wide = document.documentElement.scrollWidth - innerWidth;
  return [
    ...violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`),
    ...(wide > 0 ? [`${wide} pixels too wide`] : []),
  ];
}
"""


_TEXTS = """
() => {
  const found = [document.title];
  const theirs = "script, style, textarea, pre, iframe, datalist, [lang]:not(html)";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(theirs)) found.push(walker.currentNode.data);
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    if (!one.closest(theirs))
      found.push(...["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name)));
  for (const one of document.querySelectorAll("#toasts, [data-said]")) found.push(...Object.values(one.dataset));
  return found.filter(Boolean).map((one) => one.replace(/\\s+/g, " ").trim()).filter(Boolean);
}
"""


@dataclass
class Window:
    """A browser's window, and whoever sits before it."""

    filled: Filled
    seat: Seat
    language: str
    _secrets: dict[str, str]

    @property
    def page(self) -> Page:
        """What is shown."""
        return self.seat.page

    def come_to(self, state: State) -> None:
        """Let the one whom it is about come to *state*, on a desktop, by day."""
        self.look(1280, "light")
        self.page.context.clear_cookies()
        if state.who is not None:
            self.page.context.add_cookies(
                [{"name": "distrib", "value": self._secrets[state.who], "url": self.filled.house.url, "httpOnly": True}]
            )
        self.page.goto("about:blank")  # the same address with another #part would be the same page still
        self.seat.go(self._path(state))
        for step in state.steps:
            step(self.page, self.filled)

    def look(self, width: int, scheme: str, height: int = 900) -> None:
        """See the same page on another screen."""
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        self.page.set_viewport_size({"width": width, "height": height})

    def found(self) -> list[str]:
        """Give what axe finds, and what does not fit, in what is shown."""
        return list(self.page.evaluate(_RUN))

    def faults(self) -> list[str]:
        """Give what the browser complained of since this was asked last, and who else was asked for something."""
        told = [*self.seat.faults]
        self.seat.faults.clear()
        return told

    def texts(self) -> list[str]:
        """Give every text of the page that is ours: what is read, and what a screen reader says."""
        return list(self.page.evaluate(_TEXTS))

    def _path(self, state: State) -> str:
        links = {f"link-{uid}": link for uid, link in self.filled.links.items()}
        named = re.findall(r"\{([^}]+)\}", state.path)
        ids = {uid: self.filled.reading(state.who or "", uid) for uid in named if uid not in links}
        path = state.path.format_map({**links, **ids})
        if state.who is not None:
            return path
        place, mark, part = path.partition("#")
        return f"{place}{'&' if '?' in place else '?'}l={self.language}{mark}{part}"


@contextmanager
def window(filled: Filled, language: str) -> Iterator[Window]:
    """Open one in which everybody reads *language*, signed in there or not."""
    house, secrets = filled.house, {}
    with house.database.write() as uow:
        for login in NAMES:
            people.set_language(uow, login, language)
            secrets[login] = signing_in.sign_in(uow, house.staff[login], NOW) or ""
    with house.seat(None, locale=LOCALES[language]) as seat:
        seat.page.context.set_default_timeout(15_000)
        seat.page.context.add_init_script(path=AXE)
        yield Window(filled, seat, language, secrets)
