# SPDX-License-Identifier: GPL-3.0-or-later
"""What is short has one line in the week: its hour, and as much of its title as there is room for."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.desk.house import House

WORD = "Sammenstillingskontrollprosedyregjennomgangsdokumentasjonsoppfølgingsmøte"
BEGUN = """
thing => {
  const [title, box] = [thing.querySelector("b").getClientRects()[0], thing.getBoundingClientRect()];
  return title.top >= box.top && title.bottom <= box.bottom + 1 && title.left + 20 <= box.right;
}
"""


def short(uid: str, title: str, start: datetime, minutes: int) -> str:
    times = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT{minutes}M\r\n"
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
    return f"{head}DTSTAMP:20261123T090000Z\r\n{times}SUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("view", ["uke", "dag"])
@pytest.mark.parametrize("minutes", [15, 30, 45])
def test_a_very_long_word_is_begun(house: House, view: str, minutes: int) -> None:
    start = datetime(2027, 3, 1, 9, tzinfo=UTC)
    house.put("kari", short("m-1", WORD, start, minutes))
    house.put("kari", short("m-2", WORD, start, 90))
    with house.seat("kari") as seat:
        page = seat.go(f"/kalender?v={view}&d=2027-03-01")
        low = page.locator(".low .thing")
        expect(low).to_have_count(1)
        assert low.evaluate(BEGUN)
        seat.check()
