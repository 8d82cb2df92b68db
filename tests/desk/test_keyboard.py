# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole story by keyboard alone: receive, open, decline with a reason, create, distribute, follow up (5.4).

Nothing is clicked, and no field is filled but by keys. Wherever the focus is, it is seen, and it is never lost.
"""

import re
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from gateway.store import handed_out, readings
from gateway.web.pages import STATIC
from ical.kinds import Kind
from tests.desk.house import House, ahead, event
from tests.desk.keyboard import Keyboard
from tests.desk.test_recipients import reading_of

OSLO = ZoneInfo("Europe/Oslo")

LONG = 20_000


def test_what_is_received_is_opened_and_declined_with_a_reason(house: House) -> None:
    """P-01, P-06, P-08, V-02: closed without an answer, opened from the calendar, and declined there."""
    start = ahead(7, 12)
    with house.seat("ola") as seat:
        page = seat.go(f"/kalender?v=uke&d={ahead(0):%Y-%m-%d}")
        keys = Keyboard(page)
        keys.go("I dag")
        house.put("kari", event("m-1", "kari", ("ola",), start=start))
        keys.awake()
        keys.press("Escape")
        expect(page.locator("#popup")).to_be_hidden()
        assert keys.where() == "I dag"

        keys.leave("j", "/kalender")
        keys.awake()
        keys.press("Tab", "Escape")
        keys.follow(f"{start.astimezone(OSLO):%H.%M}", "/avtale/")
        keys.go("Melding ved underkjenning")
        keys.write("Jeg er på ferie.")
        keys.follow("Underkjenn", "lagret")
        expect(page.get_by_role("status")).to_contain_text("Lagret")
        assert seat.faults == []
    said = house.find("kari", "m-1")
    assert "PARTSTAT=DECLINED" in said
    with house.seat("kari") as seat:
        number = reading_of(house, "kari", "m-1")
        page = seat.go(f"/avtale/{number}")
        keys = Keyboard(page)
        keys.go("Generelt")
        keys.press("ArrowLeft")
        keys.press_on("Vis invitasjoner")
        expect(page.get_by_role("row", name="Ola Berg")).to_contain_text("Jeg er på ferie.")
        assert keys.where() == "Invitasjoner"


def test_a_task_is_made_distributed_answered_done_and_followed_up(house: House) -> None:
    """S-02, P-05, P-07, D-01 … D-06, V-11, V-12."""
    with house.seat("kari") as kari, house.seat("ola") as ola, house.seat("per") as per:
        olas, pers = (Keyboard(seat.go("/kalender")) for seat in (ola, per))
        keys = Keyboard(kari.go("/kalender"))
        keys.leave("o", "/oppgave/ny")
        assert keys.where().startswith("Tittel")
        keys.write("Legge gipsplate")
        keys.go("Frist, dag")
        keys.write(f"{ahead(7):%d%m%Y}")
        keys.go("Generelt", back=True)
        keys.press("ArrowRight")
        for name in ("Ola Berg", "Per Dahl"):
            if not keys.where().startswith("Finn en kollega"):
                keys.go("Finn en kollega")
            keys.write(name[:3].lower())
            expect(keys.page.get_by_role("option", name=name)).to_be_visible(timeout=LONG)
            keys.press("ArrowDown", "Enter")
            expect(keys.page.locator(".chip", has_text=name)).to_be_visible(timeout=LONG)
            assert keys.where().startswith("Finn en kollega")
        keys.follow("Lagre", "/lagre")
        keys.go("Ikke inkluder meg selv")
        keys.press("Space", "Space")
        keys.follow("Lagre", "lagret=1")

        olas.awake()
        olas.page.keyboard.press("g")
        expect(olas.page.locator("#toasts")).to_contain_text("Godkjent", timeout=LONG)
        pers.awake()
        pers.press_on("Avbryt")
        expect(pers.page.locator("#toasts")).to_contain_text("«Invitasjoner»", timeout=LONG)

        olas.follow("Vis oppgaver", "/oppgaver", back=True)
        olas.follow("Legge gipsplate", "/oppgave/")
        olas.go("Utført")
        for _ in range(12):
            olas.press("ArrowRight")
        olas.follow("Lagre utført", "lagret")

        keys.leave("d", "/distribuert")
        keys.follow("Legge gipsplate", "/distribuert/")
        keys.follow("Distribusjoner", "fane=distribusjoner")
        keys.press_on("Vis distribusjoner")
        shown = keys.page.get_by_role("row", name="Ola Berg")
        expect(shown).to_contain_text("60 %", timeout=LONG)
        assert keys.where() == "Distribusjoner"
        expect(keys.page.get_by_role("row", name="Per Dahl")).to_contain_text("har ikke sett oppgaven")
        keys.go("Per Dahl")
        keys.press("Space")
        _done(house, "ola", 80)
        expect(shown).to_contain_text("80 %", timeout=LONG)
        assert keys.where().startswith("Per Dahl")
        keys.follow("Purr", "gjort=purr")
        pers.awake()
        pers.press_on("Godkjenn")
        expect(keys.page.get_by_role("row", name="Per Dahl")).to_contain_text("Godkjent", timeout=LONG)
        assert kari.faults == ola.faults == per.faults == []
    uid = _uid(house)
    said = house.find("kari", uid, "tasks")
    assert "X-DISTRIB-PERCENT=80" in said
    assert len(re.findall("PARTSTAT=(?:ACCEPTED|IN-PROCESS)", said)) == 2
    assert "PARTSTAT=ACCEPTED" in house.find("per", uid, "tasks")


def test_the_focus_stays_among_the_people_of_a_form(house: House) -> None:
    """5.4: also where a button changes the list and is not there any more."""
    with house.seat("kari") as seat:
        keys = Keyboard(seat.go("/avtale/ny"))
        page, names = keys.page, keys.page.locator(".chip .who")
        keys.go("Generelt", back=True)
        keys.press("ArrowRight")
        keys.go("Finn en kollega")
        for name in ("Ola Berg", "Per Dahl"):
            keys.write(name[:3].lower())
            expect(page.get_by_role("option", name=name)).to_be_visible(timeout=LONG)
            keys.press("ArrowDown", "Enter")
            expect(names.last).to_have_text(name, timeout=LONG)
        keys.press_on("✕Fjern Per Dahl", back=True)
        expect(names).to_have_text(["Ola Berg"], timeout=LONG)
        assert keys.where().startswith("Finn en kollega")
        keys.press_on("Oppdater ledig-tid")
        expect(page.locator(".chip .state")).to_be_visible(timeout=LONG)
        assert keys.where() == "Oppdater ledig-tid"
        keys.press_on("Ny kontakt")
        keys.go("Navn")
        keys.write("Berit")
        keys.press_on("Legg til kontakten")
        expect(names.last).to_contain_text("Berit", timeout=LONG)
        assert keys.where().startswith("Finn en kontakt")
        assert seat.faults == []


def test_the_list_of_keys_is_what_acts(house: House) -> None:
    """5.4: each listed key is one that a page or an invitation carries, and the scripts know no other."""
    house.put("kari", event("m-1", "kari", ("ola",)))
    with house.seat("ola") as seat:
        page = seat.go("/oppgaver")
        Keyboard(page).awake()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        seat.check()
        everywhere = _carried(page, "[data-key]")
        page = seat.go("/kalender")
        Keyboard(page).awake()

        assert _listed(page, "everywhere") == {*everywhere, "?"}
        assert _listed(page, "calendar") == _carried(page, "[data-key]") - everywhere
        assert _listed(page, "invitation") == {*_carried(page, "[data-letter]"), "Esc", "Alt+I"}
        expect(page.locator(".keys")).to_have_count(3)
    scripts = [path.read_text(encoding="utf-8") for path in (STATIC / "desk").glob("*.js")]
    named = {key for text in scripts for key in re.findall(r"key(?:\.toLowerCase\(\))? ===? [\"'](.)[\"']", text)}
    assert named == {"?", "i"}


def test_no_key_leads_away_from_what_is_not_sent(house: House) -> None:
    with house.seat("ola") as seat:
        keys = Keyboard(seat.go("/avtale/ny"))
        keys.write("Møte")
        keys.go("Lukk")
        keys.press("i", "d", "o")

        expect(keys.page.get_by_label("Tittel")).to_have_value("Møte")
        assert keys.page.url.endswith("/avtale/ny")


def _carried(page: Page, where: str) -> set[str]:
    name = where.strip("[]").removeprefix("data-")
    found = page.locator(where).evaluate_all("(all, name) => all.map((one) => one.dataset[name])", name)
    return set(found)


def _listed(page: Page, group: str) -> set[str]:
    return set(page.locator(f"#keys [data-keys={group}] kbd").all_text_contents())


def _uid(house: House) -> str:
    with house.database.read() as uow:
        (one,) = handed_out.outlines(uow, house.staff["kari"].id, Kind.VTODO, 10)
        return next(readings.loaded(uow, [one.reading_id])).reading.uid


def _done(house: House, login: str, percent: int) -> None:
    """Let somebody's calendar program say how much is done."""
    uid = _uid(house)
    path = house.place(login, uid, "tasks")
    text = re.sub(r"PERCENT-COMPLETE:\d+", f"PERCENT-COMPLETE:{percent}", house.get(login, path))
    assert house.dav(login, "PUT", path, text.encode())[0] == 204
