# SPDX-License-Identifier: GPL-3.0-or-later
"""What is private to the owner of a home stays so where a secretary knows its UID, or reads the inbox."""

import pytest

from gateway.services import deputies
from gateway.store.unit import Database
from tests.radicale_distrib.client import Client, Connect
from tests.radicale_distrib.texts import event, meeting, unfolded

CALENDAR = "/kari/calendar/"
HERE = f"{CALENDAR}lege.ics"
OLAS = (
    meeting("lege", attendees=("kari", "nina"))
    .replace("R:mailto:kari@", "R:mailto:ola@")
    .replace("ACCEPTED:mailto:kari@", "ACCEPTED:mailto:ola@")
)
"""What Ola asks Kari and her secretary to."""
CLASS = "CLASS:PRIVATE\r\nSUMMARY"


@pytest.fixture
def nina(connect: Connect, database: Database) -> Client:
    """Give the program of Kari's secretary, who does not see what is private."""
    with database.write() as uow:
        deputies.appoint(uow, "kari", "nina", sees_private=False)
    return connect("nina")


def hrefs(client: Client, path: str) -> list[str]:
    """Give the paths of what lies in a collection."""
    found = client.propfind(path, "D:getetag", depth="1")
    return [href.removeprefix("/dav") for href in found if not href.endswith("/")]


def answered(text: str, login: str) -> str:
    """Give *text* accepted by *login*."""
    lines = unfolded(text).split("\r\n")
    return "\r\n".join(
        one.replace("NEEDS-ACTION", "ACCEPTED") if one.endswith(f"{login}@byggbo.example") else one for one in lines
    )


@pytest.mark.parametrize("there", [event("lege", "CLASS:PRIVATE"), meeting("lege", "CLASS:PRIVATE")])
@pytest.mark.parametrize("path", [f"{CALENDAR}annet.ics", "/kari/to/annet.ics"])
@pytest.mark.parametrize("text", [event("lege", summary="Annet"), meeting("lege", summary="Annet")])
def test_what_is_private_is_not_written_over_by_its_uid(
    nina: Client, kari: Client, there: str, path: str, text: str
) -> None:
    kari("MKCALENDAR", "/kari/to/")
    kari.put(HERE, there)
    before = kari.get(HERE)

    refused = nina("PUT", path, text)

    assert (refused.status, refused.rule) == (403, "need-privileges")
    assert "lege.ics" not in refused.text
    assert kari.get(HERE) == before
    assert hrefs(nina, path.rpartition("/")[0] + "/") == []


def test_ones_own_copy_does_not_take_the_place_of_what_the_owner_keeps_private(
    nina: Client, kari: Client, ola: Client
) -> None:
    ola.put("/ola/calendar/lege.ics", OLAS)
    kari.put(HERE, kari.get(HERE).replace("SUMMARY", CLASS))
    before = kari.get(HERE)

    assert nina("PUT", f"{CALENDAR}annet.ics", nina.get("/nina/calendar/lege.ics")).rule == "need-privileges"

    assert kari.get(HERE) == before


def test_no_object_is_moved_beside_a_private_one_of_the_same_uid(nina: Client, kari: Client) -> None:
    kari("MKCALENDAR", "/kari/to/")
    kari.put("/kari/to/annet.ics", event("lege"))
    kari.put(HERE, event("lege", "CLASS:PRIVATE"))

    for method in ("MOVE", "COPY"):
        target = {"Destination": f"http://localhost:5232/dav{CALENDAR}annet.ics"}
        refused = nina(method, "/kari/to/annet.ics", **target)
        assert (refused.rule, "lege.ics" in refused.text) == ("need-privileges", False)


def test_an_answer_to_what_is_private_is_not_in_the_inbox_for_a_deputy(nina: Client, kari: Client, ola: Client) -> None:
    kari.put(HERE, meeting("lege", "CLASS:PRIVATE"))
    kari.put(f"{CALENDAR}meeting.ics", meeting())
    for name in ("lege.ics", "meeting.ics"):
        ola.put(f"/ola/calendar/{name}", answered(ola.get(f"/ola/calendar/{name}"), "ola"))

    assert len(hrefs(kari, "/kari/inbox/")) == len(("lege", "meeting"))
    (seen,) = hrefs(nina, "/kari/inbox/")
    assert "UID:meeting" in nina.get(seen)
    (hidden,) = set(hrefs(kari, "/kari/inbox/")) - {seen}
    assert nina("GET", hidden).status == 404


def test_what_the_owner_made_private_goes_from_the_inbox_too(nina: Client, kari: Client, ola: Client) -> None:
    ola.put("/ola/calendar/lege.ics", OLAS)
    assert len(hrefs(nina, "/kari/inbox/")) == 1

    kari.put(HERE, kari.get(HERE).replace("SUMMARY", CLASS))
    assert hrefs(nina, "/kari/inbox/") == []

    ola("DELETE", "/ola/calendar/lege.ics")
    assert hrefs(kari, "/kari/inbox/")
    assert hrefs(nina, "/kari/inbox/") == []
    kari("DELETE", HERE)
    assert hrefs(nina, "/kari/inbox/") == []
