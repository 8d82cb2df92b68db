# SPDX-License-Identifier: GPL-3.0-or-later
"""What each way out of the pop-up comes to on both sides, for appointments and tasks: pages, programs and rows."""

from datetime import datetime

from playwright.sync_api import Page, expect
from sqlalchemy import select

from gateway.services import overview
from gateway.store.schema import reading
from tests.desk.house import PASSWORD, House, Seat, ahead, event, task
from tests.desk.test_popup import popup, press
from tests.desk.test_recipients import column, reading_of

LATE = 15_000


def _panel(seat: Seat, house: House, uid: str) -> Page:
    """Open who was asked to it, in a tab of its own."""
    page = seat.page.context.new_page()
    room = "oppgave/{}/distribusjon" if uid.startswith("t") else "avtale/{}/invitasjoner"
    page.goto(f"{seat.origin}/{room.format(reading_of(house, 'kari', uid))}?vis=1")
    return page


def _facts(house: House, uid: str) -> dict[str, datetime | None]:
    """Give what is stored of when it was delivered to Ola, shown to him, put off and answered."""
    names = ("delivered_at", "displayed_at", "deferred_at", "answered_at")
    question = select(*(reading.c[name] for name in names)).where(reading.c.id == reading_of(house, "ola", uid))
    with house.database.read() as uow:
        return dict(zip(names, uow.connection.execute(question).one(), strict=True))


def _answer(house: House, uid: str) -> tuple[str, str]:
    """Give what is stored of Ola's answer, and by which door it came."""
    with house.database.read() as uow:
        found = overview.organized(uow, house.staff["kari"], reading_of(house, "kari", uid))
    return next((a.partstat, a.channel) for a in found.entry.answers if "ola@" in a.address)


def test_what_is_accepted_is_there_and_what_is_declined_is_not_and_the_sender_sees_both(house: House) -> None:
    """P-03 … P-06, V-01, V-02, V-09, V-12: four pop-ups, the calendar and «Vis oppgaver», and Kari's open pages."""
    for uid, title in (("m-1", "Kommer"), ("m-2", "Kommer ikke")):
        house.put("kari", event(uid, "kari", ("ola",), f"SUMMARY:{title}"))
    for uid, title in (("t-1", "Gjør"), ("t-2", "Gjør ikke")):
        house.put("kari", task(uid, "kari", ("ola",), f"SUMMARY:{title}"), slug="tasks")
    with house.seat("kari") as kari, house.seat("ola") as ola:
        pages = {uid: _panel(kari, house, uid) for uid in ("m-1", "m-2", "t-1", "t-2")}
        page = ola.go("/oppgaver?vis=alle")
        for title, button in (
            ("Kommer", "Godkjenn"),
            ("Kommer ikke", "Underkjenn"),
            ("Gjør", "Godkjenn"),
            ("Gjør ikke", "Underkjenn"),
        ):
            expect(page.locator("#popup .big")).to_have_text(title, timeout=LATE)
            press(page, button)
        expect(page.locator("#popup")).to_be_hidden()

        for uid in ("m-1", "t-1"):
            expect(column(pages[uid], "Ola Berg", 0)).to_contain_text("Godkjent", timeout=LATE)
            expect(column(pages[uid], "Ola Berg", 0).locator(".mark.yes")).to_contain_text("✔")
        for uid in ("m-2", "t-2"):
            expect(column(pages[uid], "Ola Berg", 1)).to_contain_text("Underkjent", timeout=LATE)
            expect(column(pages[uid], "Ola Berg", 1).locator(".mark.no")).to_contain_text("✖")
        ola.go("/oppgaver?vis=alle")
        expect(page.get_by_role("row", name="Gjør")).to_have_count(1)
        expect(page.get_by_text("Gjør ikke")).to_have_count(0)
        ola.go(f"/kalender?v=liste&d={ahead():%Y-%m-%d}")
        expect(page.locator("#main").get_by_text("Kommer", exact=True).first).to_be_visible()
        expect(page.locator("#main").get_by_text("Kommer ikke")).to_have_count(0)
        assert kari.faults == ola.faults == []
    assert [_answer(house, uid) for uid in ("m-1", "m-2", "t-1", "t-2")] == [
        ("ACCEPTED", "web"),
        ("DECLINED", "web"),
        ("ACCEPTED", "web"),
        ("DECLINED", "web"),
    ]
    assert "PARTSTAT=DECLINED" in house.find("ola", "m-2")


def test_what_is_put_off_was_not_seen_by_what_the_sender_reads_and_is_answered_later(house: House) -> None:
    """P-07, P-09, V-03, V-04, V-06, A5: «har ikke sett avtalen» and «har ikke sett oppgaven»; four facts are kept."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    house.put("kari", task("t-1", "kari", ("ola",)), slug="tasks")
    with house.seat("kari") as kari, house.seat("ola") as ola:
        pages = {uid: _panel(kari, house, uid) for uid in ("m-1", "t-1")}
        page = ola.go("/kalender")
        for uid, words in (("m-1", "har ikke sett avtalen"), ("t-1", "har ikke sett oppgaven")):
            popup(page)
            expect(column(pages[uid], "Ola Berg", 2)).to_contain_text("svar mangler", timeout=LATE)
            press(page, "Avbryt")
            expect(column(pages[uid], "Ola Berg", 2)).to_have_text(words, timeout=LATE)
        expect(page.locator("#popup")).to_be_hidden()
        for uid in ("m-1", "t-1"):
            facts = _facts(house, uid)
            assert facts["delivered_at"] is facts["answered_at"] is None
            assert facts["displayed_at"] is not None
            assert facts["deferred_at"] is not None
            assert facts["displayed_at"] < facts["deferred_at"]
        assert [_answer(house, uid)[0] for uid in ("m-1", "t-1")] == ["NEEDS-ACTION", "NEEDS-ACTION"]

        ola.go("/invitasjoner")
        for title, uid in (("Prosjektmøte", "m-1"), ("Legge gipsplate", "t-1")):
            page.get_by_role("article", name=title).get_by_role("button", name="Godkjenn").click()
            expect(column(pages[uid], "Ola Berg", 0)).to_contain_text("Godkjent", timeout=LATE)
        expect(ola.go("/oppgaver").get_by_role("row", name="Legge gipsplate")).to_be_visible()
    assert "PARTSTAT=ACCEPTED" in house.find("ola", "m-1")


def test_it_comes_up_as_soon_as_one_signs_in(house: House) -> None:
    """P-02, P-08, V-05: Ola was not there; he signs in, closes it with ×, signs out, and in again."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("kari") as kari, house.seat(None) as ola:
        theirs = _panel(kari, house, "m-1")
        expect(column(theirs, "Ola Berg", 2)).to_have_text("har ikke sett avtalen")
        for _ in range(2):
            page = ola.go("/logg-inn")
            page.get_by_label("Brukernavn").fill("ola")
            page.get_by_label("Passord").fill(PASSWORD)
            page.get_by_role("button", name="Logg inn").click()
            popup(page).get_by_role("button", name="Lukk uten å svare").click()
            expect(page.locator("#popup")).to_be_hidden()
            page.get_by_role("button", name="Logg ut").click()
        assert [fault for fault in ola.faults if "Clear-Site-Data" not in fault] == []  # which the browser tells of
    assert _answer(house, "m-1")[0] == "NEEDS-ACTION"
