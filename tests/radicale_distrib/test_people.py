# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking people up while an attendee is typed, and other reports about principals."""

import pytest

from gateway.store import people
from gateway.store.unit import Database
from ical.address import of_mailbox
from radicale_distrib import principals
from tests.radicale_distrib.client import Client

PROPS = (
    "<D:prop><C:calendar-user-address-set/><C:calendar-user-type/><D:displayname/><D:principal-URL/>"
    "<CS:email-address-set/></D:prop>"
)


def search(client: Client, *terms: tuple[str, str, str], test: str = "anyof") -> set[str]:
    parts = "".join(
        f'<D:property-search><D:prop><{name}/></D:prop><D:match match-type="{kind}">{sought}</D:match>'
        "</D:property-search>"
        for name, kind, sought in terms
    )
    body = f'<D:principal-property-search test="{test}">{parts}{PROPS}</D:principal-property-search>'
    answer = client.report("/", body)
    assert answer.status == 207
    return {path.removeprefix("/dav/").strip("/") for path in answer.responses()}


def hire(database: Database, count: int) -> None:
    with database.write() as uow:
        for number in range(count):
            address = of_mailbox(f"vikar{number}@byggbo.example")
            people.add(uow, f"vikar{number}", "Vikar", (address,), None, language="nb", timezone="Europe/Oslo")


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([("CS:email-address-set", "starts-with", "ola")], {"ola"}),
        ([("D:displayname", "contains", "LUND")], {"nina"}),
        ([("D:displayname", "starts-with", "nord")], {"kari"}),
        ([("D:displayname", "equals", "Ola Berg")], {"ola"}),
        ([("D:displayname", "equals", "Ola")], set()),
        ([("C:calendar-user-address-set", "contains", "mailto:nina@byggbo.example")], {"nina"}),
        ([("CS:email-address-set", "contains", "byggbo")], {"kari", "ola", "nina"}),
        ([("CS:email-address-set", "starts-with", "ola"), ("D:displayname", "contains", "nina")], {"ola", "nina"}),
        ([("D:displayname", "contains", "finnes ikke")], set()),
        ([("CS:unknown", "contains", "ola")], set()),
        ([("D:displayname", "contains", "%")], set()),
    ],
)
def test_people_are_found_by_name_and_address(
    kari: Client, terms: list[tuple[str, str, str]], expected: set[str]
) -> None:
    assert search(kari, *terms) == expected


def test_all_terms_must_fit_unless_any_is_enough(kari: Client) -> None:
    terms = ("CS:email-address-set", "starts-with", "ola"), ("D:displayname", "contains", "nina")

    assert search(kari, *terms, test="allof") == set()


def test_a_colleague_is_told_with_addresses_and_nothing_of_what_is_in_the_home(kari: Client) -> None:
    names = ("C:calendar-user-address-set", "D:displayname", "C:calendar-home-set", "C:schedule-inbox-URL", "CS:x")
    props = "<D:prop>" + "".join(f"<{name}/>" for name in names) + "</D:prop>"
    answer = kari.report(
        "/",
        "<D:principal-property-search><D:property-search><D:prop><D:displayname/></D:prop><D:match>Ola</D:match>"
        f"</D:property-search>{props}</D:principal-property-search>",
    )

    told = answer.responses()["/dav/ola/"]
    assert told.hrefs("C:calendar-user-address-set") == ["mailto:ola@byggbo.example", "/dav/ola/"]
    assert told.value("D:displayname") == "Ola Berg"
    assert told.hrefs("C:calendar-home-set") == ["/dav/ola/"]
    assert "C:schedule-inbox-URL" not in told
    assert kari("PROPFIND", "/ola/", Depth="1").status == 403


def test_a_search_for_nothing_in_particular_finds_everybody(kari: Client) -> None:
    assert search(kari) == {"kari", "ola", "nina"}
    assert search(kari, test="allof") == {"kari", "ola", "nina"}


def test_python_caldav_names_what_it_wants_beside_an_empty_prop(kari: Client) -> None:
    sought = "<D:property-search><D:prop><D:displayname/></D:prop><D:match>ola</D:match></D:property-search>"
    root = "D:principal-property-search"
    answer = kari.report("/", f"<{root}>{sought}<D:prop/><C:calendar-home-set/><D:displayname/></{root}>")

    told = answer.responses()["/dav/ola/"]
    assert told.value("D:displayname") == "Ola Berg"
    assert told.hrefs("C:calendar-home-set") == ["/dav/ola/"]


def test_one_search_gives_a_bounded_number_of_people_and_says_so(kari: Client, database: Database) -> None:
    hire(database, principals.MAX_PEOPLE + 1)

    term = "<D:property-search><D:prop><D:displayname/></D:prop><D:match>vikar</D:match></D:property-search>"
    answer = kari.report("/", f"<D:principal-property-search>{term}{PROPS}</D:principal-property-search>")

    found = answer.responses()
    assert found.pop("/dav/").status == "HTTP/1.1 507 Insufficient Storage"
    assert answer.root.find(".//{DAV:}number-of-matches-within-limits") is not None
    assert len(found) == principals.MAX_PEOPLE


def test_a_person_is_found_however_many_fit_one_of_the_terms(kari: Client, database: Database) -> None:
    hire(database, principals.MAX_PEOPLE + 1)

    terms = ("D:displayname", "contains", "vikar"), ("CS:email-address-set", "starts-with", "vikar100@")
    assert search(kari, *terms, test="allof") == {"vikar100"}


def test_apples_own_search_wants_every_token(kari: Client) -> None:
    def found(*tokens: str) -> set[str]:
        parts = "".join(f"<CS:search-token>{token}</CS:search-token>" for token in tokens)
        root = "CS:calendarserver-principal-search"
        answer = kari.report("/", f'<{root} context="attendee">{parts}{PROPS}</{root}>')
        assert answer.status == 207
        return {path.removeprefix("/dav/").strip("/") for path in answer.responses()}

    assert found("ola") == {"ola"}
    assert found("nina", "lund") == {"nina"}
    assert found("nina", "berg") == set()
    assert found() == set()


def test_the_properties_that_can_be_searched_are_told(kari: Client) -> None:
    answer = kari.report("/", "<D:principal-search-property-set/>")

    assert answer.status == 200
    assert answer.root.tag == "{DAV:}principal-search-property-set"
    assert answer.root.find(".//{http://calendarserver.org/ns/}email-address-set") is not None


def test_principal_match_finds_oneself_and_ones_own(kari: Client) -> None:
    body = "<D:principal-match><D:self/><D:prop><D:displayname/></D:prop></D:principal-match>"
    assert set(kari.report("/", body).responses()) == {"/dav/kari/"}

    body = "<D:principal-match><D:principal-property><D:owner/></D:principal-property><D:prop/></D:principal-match>"
    assert "/dav/kari/calendar/" in kari.report("/kari/", body).responses()


def test_expand_property_tells_what_an_href_leads_to(kari: Client) -> None:
    answer = kari.report(
        "/kari/",
        '<D:expand-property><D:property name="calendar-free-busy-set" namespace="urn:ietf:params:xml:ns:caldav"/>'
        '<D:property name="schedule-inbox-URL" namespace="urn:ietf:params:xml:ns:caldav">'
        '<D:property name="resourcetype"/></D:property></D:expand-property>',
    )

    assert answer.status == 207
    told = answer.responses()["/dav/kari/"]
    inner = told["C:schedule-inbox-URL"].find("{DAV:}response")
    assert inner is not None
    assert inner.findtext("{DAV:}href") == "/dav/kari/inbox/"
    assert inner.find(".//{urn:ietf:params:xml:ns:caldav}schedule-inbox") is not None
    assert 404 in told.propstats
