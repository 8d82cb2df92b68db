# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings fill in one response per kind of object: the result is what is told of each object alone."""

from urllib.parse import quote

import pytest

from radicale_distrib.markup import caldav
from radicale_distrib.properties import LIVE
from tests.radicale_distrib.client import DECLARED, Answer, Client
from tests.radicale_distrib.texts import event, meeting, task

NAMES = ["one.ics", "{0}%s.ics", "å & <b> 'c'.ics", "100%25.ics"]
LISTED = sorted(set(LIVE) - {caldav("calendar-data")})
ASKED = "".join(
    f'<p{n}:{name.partition("}")[2]} xmlns:p{n}="{name[1:].partition("}")[0]}"/>' for n, name in enumerate(LISTED)
)


def told(answer: Answer, path: str) -> object:
    """Give all that is told of the object at *path*, as it can be compared."""
    found = answer.responses()[f"/dav{path}"]
    return {
        status: {name: [(n.tag, n.text, n.tail) for n in node.iter()] for name, node in part.items()}
        for status, part in found.propstats.items()
    }


@pytest.fixture
def filled(kari: Client) -> list[str]:
    for name in NAMES:
        kari.put(f"/kari/calendar/{name}", event(f"uid-{name}"))
    kari.put("/kari/calendar/meeting.ics", meeting())
    kari.put("/kari/tasks/task.ics", task())
    return [*(f"/kari/calendar/{name}" for name in (*NAMES, "meeting.ics")), "/kari/tasks/task.ics"]


@pytest.mark.parametrize("prefer", ["", "return=minimal"])
def test_a_listing_tells_of_each_object_what_it_tells_of_it_alone(kari: Client, filled: list[str], prefer: str) -> None:
    body = f"<D:propfind{DECLARED}><D:prop>{ASKED}</D:prop></D:propfind>"
    for collection in ("/kari/calendar/", "/kari/tasks/"):
        listing = kari("PROPFIND", collection, body, Depth="1", Prefer=prefer)
        for path in (path for path in filled if path.startswith(collection)):
            alone = kari("PROPFIND", path, body, Depth="0", Prefer=prefer)
            assert told(listing, path) == told(alone, path)


def test_reports_tell_of_each_object_what_a_propfind_does(kari: Client, filled: list[str]) -> None:
    asked = f"<D:prop>{ASKED}</D:prop>"
    hrefs = "".join(f"<D:href>{quote(href)}</D:href>" for href in kari.propfind("/kari/calendar/", "D:getetag", "1"))
    sync = f"<D:sync-collection{DECLARED}><D:sync-token/><D:sync-level>1</D:sync-level>{asked}</D:sync-collection>"
    every = '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter>'
    reports = [
        kari("REPORT", "/kari/calendar/", sync),
        kari("REPORT", "/kari/calendar/", f"<C:calendar-query{DECLARED}>{asked}{every}</C:calendar-query>"),
        kari("REPORT", "/kari/calendar/", f"<C:calendar-multiget{DECLARED}>{asked}{hrefs}</C:calendar-multiget>"),
    ]
    body = f"<D:propfind{DECLARED}>{asked}</D:propfind>"

    for path in (path for path in filled if path.startswith("/kari/calendar/")):
        alone = told(kari("PROPFIND", path, body, Depth="0"), path)
        assert [told(answer, path) for answer in reports] == [alone] * 3
