# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody without a mouse: they go from stop to stop, see where they are, and press what they have found."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

MOST_STOPS = 90
_WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const words = (one) => (one?.textContent ?? "").replace(/\\s+/g, " ").trim();
  const labels = [...(at.labels ?? [])].map(words).join(" ");
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const name = at.getAttribute("aria-label") || labels || words(at);
  return {name, shown: drawn && inside, html: at.outerHTML.slice(0, 160)};
}"""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The keys of a page, and nothing else of it."""

    page: Page

    def where(self) -> str:
        """Give the name of what has the focus, '' where nothing has it; it must be seen that it has."""
        at = self.page.evaluate(_WHERE)
        if at is None:
            return ""
        assert at["shown"], f"the focus is not to be seen: {at['html']}"
        return str(at["name"]) or str(at["html"])

    def press(self, *keys: str) -> None:
        """Press keys that leave the page where it is: what has the focus may change, and is never lost."""
        for key in keys:
            had = self.where()
            self.page.keyboard.press(key)
            if had:
                expect(self.page.locator(":focus")).to_have_count(1)

    def leave(self, key: str, path: str) -> None:
        """Press a key that leads to another page, whose address has *path* in it."""
        with self.page.expect_navigation(url=lambda url: path in url):
            self.page.keyboard.press(key)

    def go(self, name: str, *, back: bool = False) -> None:
        """Go on to what is called *name*."""
        passed = [self.where()]
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            passed.append(self.where())
            if passed[-1].startswith(name):
                return
            assert passed[-1] or len(passed) == 2, f"there is no {name} behind {passed}"
        raise AssertionError(f"there is no {name} among {passed}")

    def write(self, text: str) -> None:
        """Write into the field that has the focus."""
        self.page.keyboard.type(text)

    def press_on(self, name: str, *, back: bool = False) -> None:
        """Go to a button that acts within the page, and press it."""
        self.go(name, back=back)
        self.press("Enter")

    def follow(self, name: str, path: str, *, back: bool = False) -> None:
        """Go to a link or button that leads to another page, and press it."""
        self.go(name, back=back)
        self.leave("Enter", path)

    def awake(self) -> None:
        """Wait until an invitation has come up and takes an answer; its heading has the focus."""
        expect(self.page.locator("dialog#popup[open]:not([data-fresh])")).to_be_visible(timeout=20_000)
        assert self.where().startswith("Invitasjon til")
