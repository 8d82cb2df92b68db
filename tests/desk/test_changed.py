# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is asked anew is told in words what is another than they answered: A10."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from gateway.web.desk.periods import short_day
from tests.desk.house import House, ahead, event, task
from tests.desk.test_popup import AWAKE
from tests.desk.test_recipients import do, reading_of, row

AT = ahead(days=9, hour=9)


def change(house: House, text: str, slug: str = "calendar") -> None:
    """Let Kari's calendar program save it over what she has."""
    uid = next(line for line in text.splitlines() if line.startswith("UID:"))[4:]
    path = house.place("kari", uid, slug)
    status, body = house.dav("kari", "PUT", path, text.encode())
    assert status in {201, 204}, (status, body)


def test_the_pop_up_says_from_when_to_when_and_where(house: House) -> None:
    """A10: time and place, both as they were when it was answered; the answer reaches the organizer."""
    house.put("kari", event("m-1", "kari", ("ola",), "LOCATION:Møterom 1", start=AT))
    do(house, "ola", "m-1", "ACCEPTED")
    change(house, event("m-1", "kari", ("ola",), "LOCATION:Møterom 2", start=AT))
    change(house, event("m-1", "kari", ("ola",), "LOCATION:Møterom 2", start=AT + timedelta(hours=1)))
    with house.seat("ola") as seat, house.seat("kari") as other:
        page = seat.go("/")
        popup = page.locator(AWAKE)
        expect(popup.get_by_text(_moved("Endret: nytt tidspunkt"))).to_be_visible()
        expect(popup.get_by_text("Endret: nytt sted: Møterom 1 → Møterom 2")).to_be_visible()
        seat.check()
        popup.get_by_role("button", name="Godkjenn").click()
        expect(page.get_by_text("Godkjent. Lagt i kalenderen.")).to_be_visible()

        page = other.go(f"/avtale/{reading_of(house, 'kari', 'm-1')}/invitasjoner?vis=1")
        expect(row(page, "Ola Berg")).to_contain_text("Godkjent")


def test_invitations_name_it_and_english_too(house: House) -> None:
    """Wireframe «Endret: nytt rom»; a new due date; what was seen and not answered counts as known too."""
    house.put("kari", task("t-1", "kari", ("ola",), due=ahead(days=9)), slug="tasks")
    house.put("kari", event("m-1", "kari", ("ola",), "LOCATION:Møterom 1", start=AT))
    do(house, "ola", "t-1", "ACCEPTED")
    do(house, "ola", "m-1", "look")
    change(house, task("t-1", "kari", ("ola",), due=ahead(days=10)), slug="tasks")
    change(house, event("m-1", "kari", ("ola",), "LOCATION:Møterom 2", start=AT))
    with house.seat("ola", screen="narrow", scheme="dark") as seat:
        page: Page = seat.go("/invitasjoner")
        expect(page.locator(".kind").filter(has_text="Endret: ny frist")).to_be_visible()
        expect(page.locator(".kind").filter(has_text="Endret: nytt sted")).to_be_visible()
        seat.check()
        page.get_by_role("button", name="English").click()
        expect(page.locator(".kind").filter(has_text="Changed: new place")).to_be_visible()
        expect(page.get_by_text("Changed: new place: Møterom 1 → Møterom 2")).to_be_visible()


def test_a_day_of_a_series_is_told_by_its_own_name(house: House) -> None:
    """A single day that is moved is asked anew alone, and says what it was; a day that is taken out is named."""
    house.put("kari", event("s-1", "kari", ("ola",), "RRULE:FREQ=WEEKLY;COUNT=4", start=AT))
    do(house, "ola", "s-1", "ACCEPTED")
    day, out = AT + timedelta(days=7), AT + timedelta(days=14)
    series = event("s-1", "kari", ("ola",), "RRULE:FREQ=WEEKLY;COUNT=4", f"EXDATE:{out:%Y%m%dT%H%M%SZ}", start=AT)
    moved = event("s-1", "kari", ("ola",), f"RECURRENCE-ID:{day:%Y%m%dT%H%M%SZ}", start=day + timedelta(hours=1))
    change(house, series.replace("END:VCALENDAR\r\n", "") + moved[moved.index("BEGIN:VEVENT") :])
    with house.seat("ola") as seat:
        page = seat.go("/invitasjoner")
        expect(page.get_by_text(_moved("Endret: nytt tidspunkt"))).to_have_count(0)
        expect(page.locator(".ribbon.changed")).to_contain_text("nytt tidspunkt: ")
        expect(page.locator(".ribbon.changed")).to_contain_text(" → ")
        change(house, series.replace("COUNT=4", "COUNT=6"))
        page = seat.go("/invitasjoner?vis=repetisjoner")
        expect(page.locator(".ribbon.changed").filter(has_text="ny gjentakelse")).to_be_visible()
        expect(page.locator(".ribbon.changed").filter(has_text="avlyst: ")).to_be_visible()


def _moved(words: str) -> str:
    """Give how a move by an hour on the day of AT is told in Oslo."""
    was = AT.astimezone(ZoneInfo("Europe/Oslo"))
    now = was + timedelta(hours=1)
    return f"{words}: {short_day(was.date(), 'nb')} kl. {was:%H.%M} → {now:%H.%M}"
