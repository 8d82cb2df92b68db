# SPDX-License-Identifier: GPL-3.0-or-later
"""The classes of the calendar's sheet, written into `static/desk/grid.css` (`make grid`)."""

from gateway.web.desk.grid import MOST_BARS, MOST_LANES, STEPS
from gateway.web.pages import STATIC

SHEET = STATIC / "desk" / "grid.css"
DAYS = 7
_HEAD = """\
/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things are drawn on a sheet of days (gateway/web/desk/grid.py). Written by `make grid`; do not edit. */

@media (min-width: 37.5rem), print {
"""


def stylesheet() -> str:
    """Give a class for each step, length and lane, for each number of days and hours."""
    rows = [f".from-{n}{{grid-row-start:{n + 1}}}" for n in range(STEPS)]
    rows += [f".rows-{n}{{grid-row-end:span {n}}}" for n in range(1, STEPS + 1)]
    rows += [
        f".lane-{lane}-{lanes}{{margin-inline-start:{_share(lane, lanes)}%;width:{_share(1, lanes)}%}}"
        for lanes in range(2, MOST_LANES + 1)
        for lane in range(lanes)
    ]
    rows += [f".bar-{n}{{grid-row:{n + 1}}}" for n in range(MOST_BARS)]
    rows += [f".days-{n}{{--days:{n}}}" for n in range(1, DAYS + 1)]
    rows += [f".columns-{n}{{--columns:{n}}}" for n in range(1, MOST_LANES + 1)]
    rows += [f".hours-{n}{{--hours:{n}}}" for n in range(1, 25)]
    return _HEAD + "\n".join(rows) + "\n}\n"


def _share(number: int, of: int) -> str:
    return f"{100 * number / of:.4g}"


if __name__ == "__main__":
    SHEET.write_text(stylesheet(), encoding="utf-8")
