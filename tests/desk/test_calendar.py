# SPDX-License-Identifier: GPL-3.0-or-later
"""The calendar's main page: what is in somebody's calendar, how it stands, and that a click elsewhere moves it here."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.desk.house import House, Seat, ahead, event, task

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2031, 3, 24, tzinfo=OSLO)
"""The clocks change on the Sunday of this week."""
WEEK = f"/kalender?v=uke&d={MONDAY:%Y-%m-%d}"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a time of that week, as the clocks of Oslo show it."""
    return (MONDAY + timedelta(days=day)).replace(hour=hour, minute=minute).astimezone(UTC)


def own(uid: str, *lines: str, kind: str = "VEVENT") -> str:
    """Give an entry that nobody else is in."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN")
    body = (f"BEGIN:{kind}", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, f"END:{kind}")
    return "\r\n".join((*head, *body, "END:VCALENDAR", ""))


def lasting(uid: str, start: datetime, minutes: int, summary: str) -> str:
    """Give an appointment of so many minutes."""
    return own(uid, f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DURATION:PT{minutes}M", f"SUMMARY:{summary}")


def day(page: Page, name: str) -> Locator:
    """Give the column of a day."""
    return page.get_by_role("region", name=name)


def box(seat: Seat, text: str) -> FloatRect:
    """Give where something is drawn."""
    found = seat.page.locator(".thing", has_text=text).first.bounding_box()
    assert found is not None
    return found


def test_whoever_signs_in_comes_to_their_calendar(house: House) -> None:
    with house.seat("ola") as seat:
        page = seat.go("/")

        expect(page.get_by_role("heading", level=1)).to_contain_text("Uke ")
        assert page.url.endswith("/kalender")
        expect(page.get_by_role("link", name="Vis oppgaver")).to_be_visible()
        expect(page.get_by_role("link", name="Invitasjoner")).to_be_visible()
        seat.check()


def test_p04_what_is_accepted_is_in_the_calendar_and_what_is_declined_is_not(house: House) -> None:
    start = ahead(7, 9)
    path = f"/kalender?v=uke&d={start:%Y-%m-%d}"
    house.put("kari", event("m-1", "kari", ("ola", "per"), start=start))
    with house.seat("ola") as ola, house.seat("per") as per:
        waiting = ola.go(path).locator(".thing")
        expect(waiting).to_contain_text("Prosjektmøte (ikke besvart)")
        expect(waiting).to_have_class("thing waiting")
        ola.check()

        ola.go("/invitasjoner").get_by_role("button", name="Godkjenn").click()
        per.go("/invitasjoner").get_by_role("button", name="Underkjenn").click()

        expect(ola.go(path).locator(".thing")).to_have_class("thing accepted")
        expect(ola.page.locator(".thing")).not_to_contain_text("ikke besvart")
        expect(per.go(path).locator(".thing")).to_have_count(0)
    assert "PARTSTAT=ACCEPTED" in house.find("ola", "m-1")
    assert "PARTSTAT=DECLINED" in house.find("per", "m-1")


def test_a_day_that_is_declined_in_a_calendar_program_is_not_drawn(house: House) -> None:
    start = at(0, 10)
    house.put("kari", event("m-1", "kari", ("ola",), "RRULE:FREQ=DAILY;COUNT=3", start=start))
    with house.seat("ola") as seat:
        expect(seat.go(WEEK).locator(".thing")).to_have_count(3)

        path = "/dav/ola/calendar/" + _name(house, "ola")
        series = house.get("ola", path).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")
        master = series.split("BEGIN:VEVENT")[1].split("END:VEVENT")[0]
        kept = [line for line in master.split("\r\n") if not line.startswith(("RRULE", "DTSTART", "DTEND"))]
        second = start + timedelta(days=1)
        times = (
            f"{name}:{second + after:%Y%m%dT%H%M%SZ}"
            for name, after in (
                ("RECURRENCE-ID", timedelta(0)),
                ("DTSTART", timedelta(0)),
                ("DTEND", timedelta(hours=1)),
            )
        )
        alone = "\r\n".join(("BEGIN:VEVENT", *times, *filter(None, kept), "END:VEVENT", ""))
        alone = alone.replace("PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED")
        status, _ = house.dav("ola", "PUT", path, series.replace("END:VCALENDAR", f"{alone}END:VCALENDAR").encode())
        assert status in {201, 204}

        things = seat.go(WEEK)
        expect(things.locator(".thing")).to_have_count(2)
        expect(day(things, "tirsdag 25. mars").locator(".thing")).to_have_count(0)


def _name(house: House, login: str) -> str:
    status, body = house.dav(login, "PROPFIND", f"/dav/{login}/calendar/", None, {"Depth": "1"})
    assert status == 207
    return next(part.split("<")[0] for part in body.decode().split(f"/dav/{login}/calendar/") if ".ics<" in part)


def test_what_one_organizes_for_others_is_not_in_ones_own_grid(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",), "TRANSP:TRANSPARENT", start=at(0, 10)))
    with house.seat("kari") as kari, house.seat("ola") as ola:
        expect(kari.go(WEEK).locator(".thing")).to_have_count(0)
        expect(ola.go(WEEK).locator(".thing")).to_have_count(1)


def test_things_are_drawn_where_the_clocks_of_the_reader_have_them(house: House) -> None:
    house.put("ola", lasting("a", at(0, 9), 60, "Alfa"))
    house.put("ola", lasting("b", at(0, 10), 60, "Beta"))
    house.put("ola", lasting("c", at(0, 9, 30), 60, "Gamma"))
    house.put("ola", lasting("d", at(6, 10), 60, "Sommertid"))
    house.put("ola", lasting("e", at(2, 22), 240, "Natt"))
    house.put("ola", own("f", "DTSTART;VALUE=DATE:20310325", "DTEND;VALUE=DATE:20310328", "SUMMARY:Kurs"))
    house.put("ola", own("g", f"DTSTART:{at(4, 14):%Y%m%dT%H%M%SZ}", "SUMMARY:Uten slutt"))
    with house.seat("ola", timezone="Asia/Tokyo") as seat:
        page = seat.go(WEEK)

        nine, ten, half, summer = (box(seat, text) for text in ("Alfa", "Beta", "Gamma", "Sommertid"))
        assert abs(ten["y"] - nine["y"] - 48) <= 1
        assert abs(half["y"] - nine["y"] - 24) <= 1
        assert half["x"] >= nine["x"] + nine["width"]
        assert abs(summer["y"] - ten["y"]) <= 1
        assert box(seat, "Uten slutt")["height"] >= 22
        course, column = box(seat, "Kurs"), day(page, "tirsdag 25. mars").bounding_box()
        assert column is not None
        assert abs(course["x"] - column["x"]) < 6
        assert abs(course["width"] - 3 * column["width"]) < 10
        for name in ("onsdag 26. mars", "torsdag 27. mars"):
            expect(day(page, name).get_by_text("22.00–02.00 Natt")).to_have_count(1)
        seat.check()


def test_sixty_things_on_one_day_are_all_to_be_found(house: House) -> None:
    name = "Befaring med entreprenører, arkitekt, kommunen og naboer i Store Ringvei 14 " * 3
    for n in range(60):
        house.put("ola", lasting(f"s{n}", at(1, 9), 30 + n % 3, f"{n} {name}"))
        if n < 10:
            house.put("ola", own(f"d{n}", "DTSTART;VALUE=DATE:20310325", f"SUMMARY:Hele {n}"))
    with house.seat("ola") as seat:
        tuesday = day(seat.go(WEEK), "tirsdag 25. mars")
        expect(tuesday.get_by_role("link", name="+57 til")).to_be_visible()
        expect(tuesday.get_by_role("link", name="+2 til")).to_be_visible()
        seat.check()

        tuesday.get_by_role("link", name="+57 til").click()
        expect(seat.page.get_by_role("heading", level=1)).to_have_text("Tirsdag 25. mars 2031")
        expect(seat.page.locator(".bars .thing")).to_have_count(10)
        seat.page.get_by_role("link", name="+49 til").click()
        expect(seat.page.locator(".thing")).to_have_count(70)
        seat.check()


@pytest.mark.parametrize(("screen", "scheme"), [("desktop", "dark"), ("narrow", "light")])
def test_each_view_shows_what_there_is(house: House, screen: str, scheme: str) -> None:
    house.put("ola", lasting("a", at(1, 9), 60, "Tannlege"))
    house.put("ola", own("f", "DTSTART;VALUE=DATE:20310325", "DTEND;VALUE=DATE:20310328", "SUMMARY:Kurs"))
    house.put("kari", event("m-1", "kari", ("ola",), "SUMMARY:Budsjett", start=at(1, 13)))
    house.put(
        "ola", own("t", "DUE;VALUE=DATE:20310325", "SUMMARY:Lister", "PERCENT-COMPLETE:40", kind="VTODO"), slug="tasks"
    )
    with house.seat("ola", screen=screen, scheme=scheme) as seat:
        for view in ("dag", "mnd", "liste", "gruppe"):
            page = seat.go(f"/kalender?v={view}&d=2031-03-25")
            for text in ("Tannlege", "Kurs", "Budsjett"):
                expect(page.locator(".thing", has_text=text)).to_have_count(1)
            expect(page.locator(".chore")).to_contain_text("Lister (40 %) frist tir. 25. mars")
            seat.check()


def test_on_a_phone_the_week_is_a_list_of_its_days(house: House) -> None:
    house.put("ola", lasting("a", at(1, 14), 60, "Sist"))
    house.put("ola", lasting("b", at(1, 9), 60, "Først"))
    with house.seat("ola", screen="phone") as seat:
        seat.go(WEEK)

        first, last = box(seat, "Først"), box(seat, "Sist")
        assert first["width"] > 300
        assert last["y"] > first["y"] + first["height"]
        assert first["height"] >= 44
        seat.check()


def test_a_week_is_printed_without_its_buttons_on_one_page(house: House) -> None:
    house.put("ola", lasting("a", at(1, 9), 60, "Tannlege"))
    with house.seat("ola") as seat:
        page = seat.go(WEEK)
        page.emulate_media(media="print")

        expect(page.get_by_role("link", name="I dag")).to_be_hidden()
        expect(page.locator(".thing", has_text="Tannlege")).to_be_visible()
        assert page.pdf(prefer_css_page_size=True, print_background=True).count(b"/Type /Page\n") == 1


def test_one_goes_from_period_to_period_and_back_to_today(house: House) -> None:
    with house.seat("ola", script=False) as seat:
        page = seat.go("/kalender?v=mnd&d=2031-01-31")
        expect(page.get_by_role("heading", level=1)).to_have_text("Januar 2031")

        page.get_by_role("link", name="Senere").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Februar 2031")
        page.get_by_role("link", name="Uke", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Uke 9, 24. februar – 2. mars 2031")
        page.get_by_role("link", name="Tidligere").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Uke 8, 17.–23. februar 2031")
        page.get_by_role("link", name="I dag").click()
        expect(page.locator("[aria-current=date]")).to_have_count(1)


@pytest.mark.parametrize("query", ["v=tull&d=i+morgen", "d=9999-12-31", "v=mnd&d=0001-01-01", "v=gruppe&med=ingen"])
def test_an_address_that_says_nothing_is_this_week_and_no_fault(house: House, query: str) -> None:
    with house.seat("ola") as seat:
        answer = seat.page.request.get(f"{house.url}/kalender?{query}")

    assert answer.status == 200


def test_the_tasks_of_others_are_not_mine_before_i_accept_them(house: House) -> None:
    """P-05 of the calendar's own list."""
    house.put("kari", task("t-1", "kari", ("ola",), due=at(2, 12)), slug="tasks")
    with house.seat("ola") as seat:
        expect(seat.go(WEEK).locator(".chore")).to_have_count(0)

        seat.go("/invitasjoner").get_by_role("button", name="Godkjenn").click()

        expect(seat.go(WEEK).locator(".chore")).to_contain_text("Legge gipsplate (0 %)")
        expect(seat.page.locator(".chore")).to_contain_text("fra Kari Nordmann")


def test_a_calendar_that_lies_open_follows_what_changes_and_keeps_the_focus(house: House) -> None:
    house.put("ola", lasting("a", at(0, 9), 60, "Tannlege"))
    with house.seat("ola") as seat:
        page = seat.go(WEEK)
        page.locator(".thing").focus()

        house.put("ola", lasting("b", at(1, 9), 60, "Befaring"))
        page.evaluate("document.dispatchEvent(new CustomEvent('distrib:changed'))")

        expect(page.locator(".thing")).to_have_count(2)
        expect(page.locator(".thing").first).to_be_focused()
        assert seat.faults == []
