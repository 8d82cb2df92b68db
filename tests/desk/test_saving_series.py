# SPDX-License-Identifier: GPL-3.0-or-later
"""«Oppdater alle avtaler som er generert av denne.»: days of a series, those that follow, and entries made from one."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.desk.filling import save, saved, to_the_step
from tests.desk.house import House, ahead, event
from tests.desk.test_items import only, reading

LAST = "Oppdater alle avtaler som er generert av denne."


def day(start: datetime, number: int) -> str:
    """Name a day of the weekly series that starts at *start*."""
    return f"{start + timedelta(weeks=number):%Y%m%dT%H%M%SZ}"


def weekly(house: House, *others: str) -> datetime:
    """Let Kari have a weekly meeting of seven times."""
    start = ahead(7, 12)
    house.put("kari", event("m-1", "kari", others, "RRULE:FREQ=WEEKLY;COUNT=7", start=start))
    return start


def test_one_day_is_changed_alone_where_the_box_is_not_ticked(house: House) -> None:
    """S-11, A9."""
    start = weekly(house, "ola")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}?dag={day(start, 2)}")
        expect(page.get_by_text("Dette er én dag i en serie.")).to_be_visible()
        page.get_by_label("Tittel").fill("Siste før jul")
        to_the_step(page)
        expect(page.get_by_text("(7 avtaler)")).to_be_visible()
        seat.check()
        save(page)
        saved(page)
        assert page.get_by_label("Tittel").input_value() == "Siste før jul"

    theirs = house.find("ola", "m-1")
    assert theirs.count("SUMMARY:Prosjektmøte") == 1
    assert theirs.count("SUMMARY:Siste før jul") == 1


def test_all_of_it_is_changed_where_it_is_ticked(house: House) -> None:
    """S-11, A9: the day moves by two hours, and so does the series."""
    start = weekly(house, "ola")
    with house.seat("kari", timezone="Europe/Oslo") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}?dag={day(start, 2)}")
        clock = datetime.strptime(page.get_by_label("Start, klokkeslett").input_value(), "%H:%M")  # noqa: DTZ007
        for name, hours in (("Start", 2), ("Slutt", 3)):
            page.get_by_label(f"{name}, klokkeslett").fill(f"{clock + timedelta(hours=hours):%H:%M}")
        to_the_step(page)
        page.get_by_label(LAST).check()
        save(page)
        saved(page)

    theirs = house.find("ola", "m-1")
    assert f"DTSTART:{start + timedelta(hours=2):%Y%m%dT%H%M%SZ}" in theirs
    assert "RECURRENCE-ID" not in theirs


def test_a_day_and_those_that_follow_become_a_series_of_their_own(house: House) -> None:
    """A9's extra: «Denne og fremtidige»."""
    start = weekly(house, "ola")
    with house.seat("kari", script=False) as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}?dag={day(start, 3)}")
        page.get_by_label("Tittel").fill("Nytt ukemøte")
        to_the_step(page)
        page.get_by_label(LAST).check()
        expect(page.get_by_text("alle i den blir spurt på nytt")).to_be_visible()
        page.get_by_label("Hvor mange i serien").select_option("Denne og fremtidige")
        save(page)
        saved(page)
        assert page.get_by_label("Tittel").input_value() == "Nytt ukemøte"

    before, after = house.find("ola", "m-1"), only(house, "ola", "Nytt ukemøte")
    assert f"UNTIL={start + timedelta(weeks=3, seconds=-1):%Y%m%dT%H%M%SZ}" in before
    assert "COUNT=4" in after
    assert f"DTSTART:{day(start, 3)}" in after
    assert "RELATED-TO;RELTYPE=SIBLING:m-1" in after
    assert "PARTSTAT=NEEDS-ACTION" in after


def test_all_of_a_series_is_named_where_all_of_it_is_changed(house: House) -> None:
    """S-11, A9: nothing is to be chosen: it is all seven of them; and what was made from it beside can be."""
    start = weekly(house, "ola")
    house.put("kari", event("m-2", "kari", (), "RELATED-TO:m-1", start=start + timedelta(days=1)))
    with house.seat("kari", script=False) as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Tittel").fill("Ukemøte")
        to_the_step(page)
        expect(page.get_by_text("hele serien endres (7 avtaler)")).to_be_visible()
        expect(page.get_by_text("med hake også (1 avtale)")).to_be_visible()
        page.get_by_label(LAST).check()
        save(page)
        saved(page)

    assert "SUMMARY:Ukemøte" in house.find("ola", "m-1")
    assert "SUMMARY:Ukemøte" in house.find("kari", "m-2")


def test_entries_that_were_made_from_one_follow_it_where_it_is_ticked(house: House) -> None:
    """S-11, A9: copies with RELATED-TO, their number, and what is their own."""
    start = ahead(7, 9)
    house.put("kari", event("m-1", "kari", (), "LOCATION:Brakka", start=start))
    for number in (2, 3):
        line = "RELATED-TO:m-1" if number == 2 else "RELATED-TO;RELTYPE=PARENT:m-1"
        house.put("kari", event(f"m-{number}", "kari", (), line, start=start + timedelta(days=number)))
    house.put("kari", event("m-4", "kari", (), "RELATED-TO;RELTYPE=SIBLING:m-1"))
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}")
        page.get_by_label("Plassering").fill("Møterom 2")
        to_the_step(page)
        expect(page.get_by_text("(2 avtaler)")).to_be_visible()
        page.get_by_label(LAST).check()
        save(page)
        saved(page)

    for number in (1, 2, 3):
        assert "LOCATION:Møterom 2" in house.find("kari", f"m-{number}")
    assert f"DTSTART:{start + timedelta(days=3):%Y%m%dT%H%M%SZ}" in house.find("kari", "m-3")
    assert "LOCATION" not in house.find("kari", "m-4")


def test_a_day_is_taken_out_of_its_series(house: House) -> None:
    start = weekly(house, "ola")
    with house.seat("kari") as seat:
        page = seat.go(f"/avtale/{reading(house, 'kari', 'm-1')}/slett?dag={day(start, 1)}")
        expect(page.get_by_text("Bare denne dagen tas ut av serien.")).to_be_visible()
        page.get_by_role("button", name="Slett").click()
        expect(page.get_by_role("heading", name="Slett")).to_have_count(0)

    assert f"EXDATE:{day(start, 1)}" in house.find("ola", "m-1")


def test_a_series_is_made_with_its_rule(house: House) -> None:
    with house.seat("kari", script=False) as seat:
        page = seat.go("/avtale/ny?start=2027-03-01T09:00")
        page.get_by_label("Tittel").fill("Ukemøte")
        page.get_by_label("Gjentas", exact=True).select_option("Ukentlig")
        page.get_by_label("Onsdag").check()
        page.get_by_label("Slutter").select_option("Etter et antall ganger")
        page.get_by_label("Antall ganger").fill("6")
        save(page)
        saved(page)

    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6" in only(house, "kari", "Ukemøte")
