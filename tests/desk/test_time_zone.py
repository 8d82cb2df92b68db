# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody says where they are: pages tell times so, and what floats in their calendar program is meant so."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.desk.house import House, event, person_of
from tests.desk.test_items import reading

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
FLOATING = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VEVENT\r\nUID:f-1\r\nDTSTAMP:20261123T090000Z\r\n"
FLOATING += "DTSTART:20270302T100000\r\nDTEND:20270302T110000\r\nSUMMARY:Frokost\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
QUERY = (
    '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<C:time-range start="20270302T000000Z" end="20270303T000000Z"/></C:free-busy-query>'
)


def busy(house: House) -> str:
    """Give when Ola is busy on that day, as a calendar program reads it."""
    status, body = house.dav("ola", "REPORT", "/dav/ola/calendar/", QUERY.encode(), {"Depth": "1"})
    assert status == 200
    return next(line for line in body.decode().splitlines() if line.startswith("FREEBUSY")).rpartition(":")[2]


def test_times_everywhere_follow_where_somebody_is(house: House) -> None:
    house.put("ola", FLOATING)
    assert busy(house) == "20270302T090000Z/20270302T100000Z"
    with house.seat("ola") as seat, house.seat("kari") as other:
        page = seat.go("/innstillinger")
        expect(page.get_by_label("Der du er")).to_have_value("Europe/Oslo")
        page.get_by_label("Der du er").select_option(label="Tokyo")
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("status")).to_have_text("Lagret.")
        expect(page.get_by_label("Der du er")).to_have_value("Asia/Tokyo")
        seat.check()

        house.put("kari", event("m-1", "kari", ("ola",), start=START))
        told = seat.go(f"/avtale/{reading(house, 'ola', 'm-1')}").locator("#main .time").first
        expect(told).to_contain_text("kl.\N{NO-BREAK SPACE}18.00–19.00")
        expect(told).to_contain_text("kl.\N{NO-BREAK SPACE}10.00–11.00")  # by the clocks of whoever invites
        mine = other.go(f"/avtale/{reading(house, 'kari', 'm-1')}").get_by_label("Start, klokkeslett")
        expect(mine).to_have_value("10:00")

    assert person_of(house, "ola").timezone == "Asia/Tokyo"
    assert busy(house) == "20270302T010000Z/20270302T020000Z"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "", "Europe/Oslo\x00"])
def test_a_zone_that_is_none_is_refused(house: House, zone: str) -> None:
    with house.seat("ola") as seat:
        page = seat.go("/innstillinger")
        mark = page.locator("main [name=merke]").first.get_attribute("value") or ""
        form: dict[str, str | float | bool] = {"merke": mark, "sprak": "nb", "utseende": "light", "tidssone": zone}
        answer = page.request.post(f"{house.url}/innstillinger", form=form, headers={"Origin": house.url})

        assert answer.status == 422
    assert person_of(house, "ola").timezone == "Europe/Oslo"


def test_a_zone_of_an_older_name_stays_until_another_is_chosen(house: House) -> None:
    with house.database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE person SET timezone = 'US/Eastern' WHERE login = 'ola'")
    with house.seat("ola", locale="en-GB") as seat:
        page = seat.go("/innstillinger")
        expect(page.get_by_label("Der du er")).to_have_value("US/Eastern")
        page.get_by_label("English").check()
        page.get_by_role("button", name="Lagre").click()

        expect(page.get_by_label("Where you are")).to_have_value("US/Eastern")
    assert (person_of(house, "ola").timezone, person_of(house, "ola").language) == ("US/Eastern", "en")
