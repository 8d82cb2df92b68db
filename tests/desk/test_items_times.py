# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of an appointment goes along with its start, and can be set by itself."""

from playwright.sync_api import Page

from tests.desk.filling import save, saved
from tests.desk.house import House, event, task
from tests.desk.test_items import only, reading


def ends(page: Page) -> str:
    day, clock = page.get_by_label("Slutt, dag"), page.get_by_label("Slutt, klokkeslett")
    return f"{day.input_value()} {clock.input_value()}".strip()


def test_what_is_moved_lasts_as_long_as_before(house: House) -> None:
    """From day to day, over midnight, and back; then the end alone."""
    with house.seat("kari", timezone="America/New_York") as seat:
        page = seat.go("/avtale/ny?start=2027-03-01T09:00")
        page.get_by_label("Tittel").fill("Nattarbeid")
        page.get_by_label("Start, dag").fill("2027-03-05")
        assert ends(page) == "2027-03-05 10:00"
        page.get_by_label("Start, klokkeslett").fill("23:30")
        assert ends(page) == "2027-03-06 00:30"
        page.get_by_label("Start, dag").fill("")
        assert ends(page) == "2027-03-06 00:30"
        page.get_by_label("Start, dag").fill("2027-02-28")
        assert ends(page) == "2027-03-01 00:30"
        page.get_by_label("Slutt, klokkeslett").fill("02:00")
        seat.check()
        save(page)
        saved(page)
    lines = only(house, "kari", "Nattarbeid").splitlines()
    assert "DTSTART;TZID=Europe/Oslo:20270228T233000" in lines
    assert "DTEND;TZID=Europe/Oslo:20270301T020000" in lines


def test_whole_days_stay_as_many_and_a_due_date_stays_where_it_is(house: House) -> None:
    days = ("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270304")
    text = event("m-1", "kari", ())
    house.put("kari", "\r\n".join(["\r\n".join(days) if x.startswith("DTSTART") else x for x in _without_end(text)]))
    house.put("kari", task("t-1", "kari", ()), slug="tasks")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Start, dag").fill("2027-03-10")
        assert ends(page) == "2027-03-12"
        save(page)
        saved(page)
        page = seat.go(f"/oppgave/{reading(house, 'kari', 't-1')}")
        due = page.get_by_label("Frist, dag").input_value()
        page.get_by_label("Start, dag").fill("2026-01-01")
        assert page.get_by_label("Frist, dag").input_value() == due
    assert {"DTSTART;VALUE=DATE:20270310", "DTEND;VALUE=DATE:20270313"} <= set(house.find("kari", "m-1").splitlines())


def _without_end(text: str) -> list[str]:
    return [line for line in text.split("\r\n") if not line.startswith("DTEND")]
