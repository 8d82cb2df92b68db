# SPDX-License-Identifier: GPL-3.0-or-later
"""What a form cannot mean is said beside its field, or in a sentence; nothing of it ends in a fault of ours."""

import uuid
from http import HTTPStatus

import pytest
from playwright.sync_api import APIResponse

from tests.desk.house import House, Seat, event
from tests.desk.test_items import reading

WRONG = {
    "a day long ago": {"start_dato": "0001-01-01", "slutt_dato": "0001-01-01"},
    "the last day of all": {"start_dato": "9999-12-31", "slutt_dato": "9999-12-31", "hele_dagen": "1"},
    "no day": {"start_dato": "2026-02-30"},
    "a series that is over before it begins": {"gjenta": "DAILY", "ender": "dato", "til_dato": "2020-01-01"},
    "no number": {"gjenta": "DAILY", "ender": "antall", "antall": "-1"},
    "too long": {"tittel": "x" * 400},
}


def sent(seat: Seat, path: str, **fields: str) -> APIResponse:
    """Send the form that is on the page, with other *fields*."""
    form = dict(seat.page.evaluate("[...new FormData(document.getElementById('item')).entries()]"))
    named = {"tittel": "Prosjektmøte", "gjor": "lagre", "uid": str(uuid.uuid4())}
    return seat.page.request.post(seat.origin + path, form={**form, **named, **fields})


def test_what_cannot_be_is_said_and_not_stored(house: House) -> None:
    with house.seat("kari") as seat:
        seat.go("/avtale/ny")
        for what, fields in WRONG.items():
            answer = sent(seat, "/avtale/ny", **fields)
            assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY, what
            assert "Ingenting er lagret ennå" in answer.text(), what
        assert sent(seat, "/avtale/ny", uid="x").status == HTTPStatus.UNPROCESSABLE_ENTITY

    assert b"VEVENT" not in house.dav("kari", "REPORT", "/dav/kari/calendar/", QUERY, {"Depth": "1"})[1]


QUERY = (
    b'<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/></D:prop>'
    b'<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>'
)


def test_what_somebody_made_up_is_taken_for_nothing(house: House) -> None:
    with house.seat("kari") as seat:
        seat.go("/avtale/ny")
        for made_up in ("[" * 5000, "{", '[["tittel", {"a": 1}]]'):
            assert sent(seat, "/avtale/ny", grunnlag=made_up).status == HTTPStatus.OK


@pytest.mark.parametrize(
    "path", ["/avtale/ny?start=9999-12-31", "/avtale/ny?start=0001-01-01T00:00", "/oppgave/ny?start=x"]
)
def test_a_form_begins_now_where_no_such_day_can_be_shown(house: House, path: str) -> None:
    with house.seat("kari") as seat:
        assert seat.page.request.get(seat.origin + path).status == HTTPStatus.OK


def test_nothing_is_where_no_number_leads(house: House) -> None:
    house.put("kari", event("m-1", "kari", ("ola",)))
    here, far = reading(house, "kari", "m-1"), "9" * 20
    with house.seat("kari") as seat:
        for path in (
            f"/avtale/{far}",
            f"/utkast/{far}",
            f"/distribuert/{far}",
            f"/avtale/{here}?dag=x",
            f"/oppgave/{here}",
        ):
            answer = seat.page.request.get(seat.origin + path)
            assert (answer.status, "Her er det ingenting" in answer.text()) == (HTTPStatus.NOT_FOUND, True), path


def test_what_a_program_put_at_the_end_of_time_can_be_opened(house: House) -> None:
    house.put(
        "kari",
        event("m-1", "kari", ("ola",))
        .replace("DTSTART:", "DTSTART;VALUE=DATE:99991230\r\nX-WAS:")
        .replace("DTEND:", "X-WAS-TOO:"),
    )
    with house.seat("kari") as seat:
        assert seat.page.request.get(f"{seat.origin}/avtale/{reading(house, 'kari', 'm-1')}").status == HTTPStatus.OK
