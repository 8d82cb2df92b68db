# SPDX-License-Identifier: GPL-3.0-or-later
"""One contract for both ways of serving: our application, and a plain Radicale with our storage."""

from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from radicale import config
from radicale.app import Application as PlainRadicale

from gateway.model import Person
from gateway.store.unit import Database
from tests.radicale_distrib.client import DECLARED, Client
from tests.radicale_distrib.texts import calendar, event, meeting, task, unfolded


@pytest.fixture
def plain(database: Database, company: dict[str, Person], tmp_path: Path) -> WSGIApplication:
    """Give a Radicale as its users configure it: by files and names."""
    file = tmp_path / "distrib.toml"
    url = database.url.render_as_string(hide_password=False).replace("sqlite+pysqlite:", "sqlite:")
    file.write_text(f'data_dir = "{tmp_path}"\ndatabase_url = "{url}"\nsmtp_url = "smtp://127.0.0.1:2525"\n')
    chosen = tmp_path / "radicale.conf"
    users = tmp_path / "users"
    users.write_text("".join(f"{login}:{login}\n" for login in company))
    chosen.write_text(
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\nhtpasswd_encryption = plain\ndelay = 0\n"
        "[rights]\ntype = radicale_distrib\n"
        f"[storage]\ntype = radicale_distrib\ndistrib_config = {file}\n"
        "[server]\nvalidate_path_value = none\n"
    )
    return PlainRadicale(config.load([(str(chosen), False)]))


@pytest.fixture(params=["gateway", "plain"])
def served(request: pytest.FixtureRequest, application: WSGIApplication, plain: WSGIApplication) -> WSGIApplication:
    """Give each of the two in turn."""
    return application if request.param == "gateway" else plain


@pytest.fixture
def kari(served: WSGIApplication) -> Client:
    return Client(served, "kari")


@pytest.fixture
def ola(served: WSGIApplication) -> Client:
    return Client(served, "ola")


def members(client: Client, path: str) -> list[str]:
    found = client.propfind(path, "D:getetag", "1")
    return [p.removeprefix("/dav") for p in found if not p.endswith("/") and p.removeprefix("/dav") != path]


def test_the_principal_leads_to_the_calendars(kari: Client) -> None:
    told = kari.told("/", "D:current-user-principal")
    assert told.hrefs("D:current-user-principal") == ["/dav/kari/"]

    found = kari.propfind("/kari/", "D:resourcetype D:displayname", "1")
    calendars = {path for path, told in found.items() if "calendar" in told.kinds("D:resourcetype")}
    assert calendars == {"/dav/kari/calendar/", "/dav/kari/tasks/"}


def test_an_object_is_stored_read_listed_and_removed(kari: Client) -> None:
    assert kari("PUT", "/kari/calendar/one.ics", event()).status == 201

    assert "SUMMARY:Befaring" in kari.get("/kari/calendar/one.ics")
    assert members(kari, "/kari/calendar/") == ["/kari/calendar/one.ics"]
    etag = kari.etag("/kari/calendar/one.ics")
    assert kari("PUT", "/kari/calendar/one.ics", event(summary="Ny"), If_Match='"0-0"').status == 412
    assert kari("PUT", "/kari/calendar/one.ics", event(summary="Ny"), If_Match=etag).status in {201, 204}
    assert kari.etag("/kari/calendar/one.ics") != etag
    assert kari("DELETE", "/kari/calendar/one.ics").status in {200, 204}
    assert kari("GET", "/kari/calendar/one.ics").status == 404


def test_an_invitation_is_delivered_and_answered(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    (copy,) = members(ola, "/ola/calendar/")

    ola.put(copy, unfolded(ola.get(copy)).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"))

    mine = next(line for line in unfolded(kari.get("/kari/calendar/m.ics")).splitlines() if "ola@" in line)
    assert "PARTSTAT=ACCEPTED" in mine


def test_changes_are_told_since_a_token(kari: Client) -> None:
    def sync(token: str) -> tuple[set[str], str]:
        answer = kari.report(
            "/kari/calendar/",
            f"<D:sync-collection><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
            "<D:prop><D:getetag/></D:prop></D:sync-collection>",
        )
        return set(answer.responses()), answer.root.findtext("{DAV:}sync-token") or ""

    _, token = sync("")
    kari.put("/kari/calendar/one.ics", event())
    changed, later = sync(token)

    assert changed == {"/dav/kari/calendar/one.ics"}
    assert sync(later)[0] == set()
    refused = kari.report(
        "/kari/calendar/",
        "<D:sync-collection><D:sync-token>http://old/999-1</D:sync-token><D:prop/></D:sync-collection>",
    )
    assert (refused.status in {403, 409}, refused.rule) == (True, "valid-sync-token")


def test_a_query_by_time_finds_what_is_then(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    kari.put("/kari/calendar/late.ics", event("late", start="20270301T090000Z"))
    kari.put("/kari/calendar/series.ics", event("series", "RRULE:FREQ=DAILY;COUNT=3", start="20261130T060000Z"))

    answer = kari.report(
        "/kari/calendar/",
        "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        "<C:comp-filter name='VEVENT'><C:time-range start='20261201T000000Z' end='20261202T000000Z'/></C:comp-filter>"
        "</C:comp-filter></C:filter></C:calendar-query>",
    )

    assert {path.rpartition("/")[2] for path in answer.responses()} == {"one.ics", "series.ics"}


def test_calendars_are_made_changed_and_removed(kari: Client) -> None:
    body = (
        f"<C:mkcalendar{DECLARED}><D:set><D:prop><D:displayname>Ny</D:displayname>"
        '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
        "</D:prop></D:set></C:mkcalendar>"
    )
    assert kari("MKCALENDAR", "/kari/ny/", body).status == 201
    assert kari.told("/kari/ny/", "D:displayname").value("D:displayname") == "Ny"

    change = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>A &amp; B</D:displayname></D:prop></D:set>'
    assert kari("PROPPATCH", "/kari/ny/", change + "</D:propertyupdate>").status == 207
    assert kari.told("/kari/ny/", "D:displayname").value("D:displayname") == "A & B"

    kari.put("/kari/ny/t.ics", task())
    assert kari("DELETE", "/kari/ny/").status in {200, 204}
    assert kari("PROPFIND", "/kari/ny/").status == 404


def test_journals_lie_in_calendars_that_are_made_for_them(kari: Client) -> None:
    wanted = '<C:supported-calendar-component-set><C:comp name="VJOURNAL"/></C:supported-calendar-component-set>'
    body = f"<C:mkcalendar{DECLARED}><D:set><D:prop>{wanted}</D:prop></D:set></C:mkcalendar>"
    text = calendar("VJOURNAL", "UID:j", "DTSTAMP:20261123T100000Z", "DTSTART:20261201T120000Z", "SUMMARY:Notat")
    assert kari("MKCALENDAR", "/kari/dagbok/", body).status == 201

    kari.put("/kari/dagbok/j.ics", text)

    assert "SUMMARY:Notat" in kari.get("/kari/dagbok/j.ics")
    window = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"
    answer = kari.report(
        "/kari/dagbok/",
        "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        f"<C:comp-filter name='VJOURNAL'>{window}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>",
    )
    assert set(answer.responses()) == {"/dav/kari/dagbok/j.ics"}
    assert 400 <= kari("PUT", "/kari/calendar/j.ics", text).status < 500


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/kari/calendar/x.ics", "nonsense"),
        ("/kari/calendar/x.ics", task()),
        ("/kari/calendar/other.ics", event("one", summary="Samme UID")),
    ],
)
def test_what_is_refused_is_not_stored(kari: Client, path: str, text: str) -> None:
    kari.put("/kari/calendar/one.ics", event("one"))
    ctag = kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag")

    assert 400 <= kari("PUT", path, text).status < 500

    assert kari("GET", path).status == 404
    assert kari.told("/kari/calendar/", "CS:getctag").value("CS:getctag") == ctag


def test_nobody_sees_anothers_home(kari: Client) -> None:
    for path in ("/ola/", "/ola/calendar/"):
        assert kari("PROPFIND", path).status == 403
    assert kari("PUT", "/ola/calendar/x.ics", event()).status == 403


def test_an_object_is_moved(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    assert (
        kari("MOVE", "/kari/calendar/one.ics", Destination="http://localhost:5232/dav/kari/calendar/two.ics").status
        == 201
    )

    assert members(kari, "/kari/calendar/") == ["/kari/calendar/two.ics"]


def test_a_default_calendar_stays(kari: Client) -> None:
    assert 400 <= kari("DELETE", "/kari/calendar/").status < 500
    assert "calendar" in kari.told("/kari/calendar/", "D:resourcetype").kinds("D:resourcetype")


def test_a_whole_calendar_is_read_as_one_text(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event("one"))
    kari.put("/kari/calendar/two.ics", event("two"))

    assert kari.get("/kari/calendar/").count("BEGIN:VEVENT") == 2
