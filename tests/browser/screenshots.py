# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of every page in every state, by day and by night, on a desktop and a phone (`make screenshots`)."""

import argparse
import logging
import tempfile
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import structlog
from PIL import Image

from gateway.store.unit import Database
from gateway.store.upgrade import upgrade
from tests.browser import chromium
from tests.browser.filled import company
from tests.browser.looking import Window, window
from tests.browser.states import GROUPS, State

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SCREENS = {"desktop": (1280, 800, 1100), "phone": (390, 844, 1300)}
"""Width and height of each, and how much of a long page is kept."""
SCHEMES = ("light", "dark")
NORWEGIAN = {"LANGUAGE": "nb_NO", "LC_ALL": "nb_NO.UTF-8"}
"""Fields for days and hours speak the language of the browser itself."""
COLORS, VIVID = 40, 16
"""So many colours are kept for being most of a picture, and so many more for being no grey: a tick is few pixels."""
GREY = 64
Colour: TypeAlias = tuple[int, int, int]


def main() -> None:
    """Take the pictures, or those whose names begin as one asks."""
    asked = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    asked.add_argument("--out", type=Path, default=FOLDER, help="the folder they are put into")
    asked.add_argument("names", nargs="*", help="what the names of the states begin with; without any, all")
    chosen = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    states = [one for one in _drawn() if not chosen.names or one.name.startswith(tuple(chosen.names))]
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium.started(**NORWEGIAN) as browser:
        url = f"sqlite:///{folder}/distrib.db"
        with closing(Database(url)) as database:
            upgrade(database)
        with company(url, Path(folder), browser) as filled, window(filled, "nb") as opened:
            for state in states:
                opened.come_to(state)
                _take(opened, state, chosen.out)
    if not chosen.names:
        _put_in_order(chosen.out)


def _drawn() -> list[State]:
    return [state for group in GROUPS.values() for state in group if state.is_drawn]


def _put_in_order(folder: Path) -> None:
    """Write which pictures there are, and take those away that nobody takes any more."""
    lines = ["# Every page in every state", "", "Taken by `make screenshots`, which is told what there is by"]
    lines += [
        "[`tests/browser/states.py`](../../tests/browser/states.py): on a desktop and a phone, by day and by night."
    ]
    wanted = set()
    for group, states in GROUPS.items():
        lines += ["", f"## {group.capitalize()}", ""]
        for state in (one for one in states if one.is_drawn):
            names = [f"{state.name}-{screen}-{scheme}" for screen in SCREENS for scheme in SCHEMES]
            wanted |= {f"{name}.png" for name in names}
            shown = ", ".join(f"[{name.removeprefix(state.name)[1:]}]({name}.png)" for name in names)
            lines.append(f"- {state.name}: {shown}")
    (folder / "README.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
    for picture in folder.glob("*-*-*.png"):
        if picture.stem.endswith(tuple(SCHEMES)) and picture.name not in wanted:
            picture.unlink()


def _take(opened: Window, state: State, folder: Path) -> None:
    for screen, (width, height, most) in SCREENS.items():
        for scheme in SCHEMES:
            opened.look(width, scheme, height)
            # What lies over a page is placed by the window, not by the page.
            over = opened.page.locator("dialog[open], .toast").count() > 0
            tall = height if over else opened.page.evaluate("document.documentElement.scrollHeight")
            taken = opened.page.screenshot(
                full_page=not over,
                clip={"x": 0, "y": 0, "width": width, "height": max(height, min(tall, most))},
                animations="disabled",
            )
            (folder / f"{state.name}-{screen}-{scheme}.png").write_bytes(_small(taken))


def _small(png: bytes) -> bytes:
    """Give the same picture in the colours that are most of it: a third of the bytes, no surface another."""
    small = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        full = picture.convert("RGB")
    ranked = [colour for _, colour in sorted(full.getcolors(full.width * full.height), reverse=True)]
    vivid = [colour for colour in ranked[COLORS:] if max(colour) - min(colour) > GREY]
    kept = [*ranked[:COLORS], *vivid[:VIVID]]
    nearest = {colour: _nearest(colour, kept) for colour in ranked}
    pixels = zip(*[iter(full.tobytes())] * 3, strict=True)
    drawn = Image.frombytes("P", full.size, bytes(map(nearest.__getitem__, pixels)))
    drawn.putpalette([part for colour in kept for part in colour])
    drawn.save(small, "PNG", optimize=True)
    return small.getvalue()


def _nearest(colour: Colour, kept: list[Colour]) -> int:
    return min(range(len(kept)), key=lambda at: sum((a - b) ** 2 for a, b in zip(colour, kept[at], strict=True)))


if __name__ == "__main__":
    main()
