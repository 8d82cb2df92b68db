# SPDX-License-Identifier: GPL-3.0-or-later
"""The cards of what others propose, and of whoever comes without being asked, lead to what they are about."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from gateway.services import proposals
from gateway.services.scene import Scene
from ical.instances import InstanceId
from tests.desk.house import STAFF, House, ahead, event
from tests.desk.test_items import reading


def test_a_proposal_for_a_day_leads_to_that_day(house: House) -> None:
    start = ahead(7, 9)
    house.put("kari", event("m-1", "kari", ("ola",), "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Ukemøte", start=start))
    day = InstanceId(f"{start + timedelta(days=7):%Y%m%dT%H%M%SZ}")
    with house.database.write() as uow:
        scene = Scene(house.service.settings, datetime.now(UTC))
        ola, later = house.staff["ola"], start + timedelta(days=7, hours=3)
        proposals.propose(uow, ola, "m-1", day, start=later, scene=scene)
    with house.seat("kari") as seat:
        page = seat.go("/invitasjoner")
        card = page.get_by_role("article").filter(has_text="Forslag fra Ola Berg")
        seat.check()
        card.get_by_role("heading").get_by_role("link", name="Ukemøte").click()

        expect(page).to_have_url(f"{house.url}/avtale/{reading(house, 'kari', 'm-1')}?dag={day}")
        expect(page.get_by_text("Dette er én dag i en serie.")).to_be_visible()


def test_whoever_comes_without_being_asked_leads_to_what_they_come_to(house: House) -> None:
    start = ahead(7, 9)
    house.put("kari", event("m-1", "kari", ("ola",), start=start))
    ola = "ATTENDEE;CN=Ola Berg;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ola@byggbo.example"
    per = f"ATTENDEE;CN={STAFF['per']};PARTSTAT=ACCEPTED:mailto:per@byggbo.example"
    house.put("per", event("m-1", "kari", ("ola",), start=start).replace(ola, per))
    with house.seat("kari", script=False) as seat:
        page = seat.go("/invitasjoner")
        card = page.get_by_role("article").filter(has_text="Per Dahl er ikke invitert")
        card.get_by_role("link", name="Prosjektmøte").click()

        expect(page).to_have_url(f"{house.url}/avtale/{reading(house, 'kari', 'm-1')}")
