# SPDX-License-Identifier: GPL-3.0-or-later
"""XML that is made to cost time or room, and XML in other encodings than UTF-8."""

import tracemalloc

import pytest

from tests.radicale_distrib.client import DECLARED, Client
from tests.radicale_distrib.strict.costs import bounded
from tests.radicale_distrib.texts import event

ASKED = f"<D:propfind{DECLARED}><D:prop><D:getetag/></D:prop></D:propfind>"
ROOM = 4 * 1024 * 1024


def filled(head: str, item: str, tail: str) -> bytes:
    """Give *item* as often as a request may hold."""
    count = (ROOM - len(head) - len(tail)) // len(item)
    return f"{head}{item * count}{tail}".encode()


def numbered(head: str, item: str, tail: str, count: int) -> bytes:
    return (head + "".join(item.format(n=n) for n in range(count)) + tail).encode()


def declared(what: str, body: str = "<a/>") -> bytes:
    return f"<!DOCTYPE a [{what}]>{body}".encode()


CHILDREN = "<b/>" * 90_000
COSTLY = {
    "elements": filled("<a>", "<b/>", "</a>"),
    "attributes of one element": numbered("<a ", 'b{n}="1" ', "/>", 300_000),
    "attributes of many elements": filled("<a>", '<b c="1" d="2" e="3"/>', "</a>"),
    "the same attribute again": filled("<a ", 'b="1" ', "/>"),
    "namespaces of one element": numbered("<a ", 'xmlns:b{n}="urn:{n}" ', "/>", 150_000),
    "a namespace per element": numbered("<a>", '<b xmlns:p{n}="u{n}"/>', "</a>", 49_000),
    "a long namespace of many elements": f"<a xmlns='{'u' * 2_000_000}'>{CHILDREN}</a>".encode(),
    "a long namespace behind a long prefix": f"<a xmlns:{'p' * 500}='{'u' * 2_000_000}'>{CHILDREN}</a>".encode(),
    "a long namespace behind white space": f"<a xmlns{' ' * 500}= '{'u' * 2_000_000}'>{CHILDREN}</a>".encode(),
    "names in a long namespace": numbered(f"<a xmlns='{'u' * 990}'>", "<b{n}/>", "</a>", 90_000),
    "names of attributes in a long namespace": numbered(
        f"<a xmlns:p='{'u' * 990}'>", "<b p:c{n}='1'/>", "</a>", 45_000
    ),
    "a long name": f"<{'a' * 4_000_000}/>".encode(),
    "levels": ("<a>" * 500_000 + "</a>" * 500_000).encode(),
    "levels that do not end": ("<a>" * 1_000_000).encode(),
    "comments": filled("<a>", "<!-- -->", "</a>"),
    "instructions": filled("<a>", "<?a b?>", "</a>"),
    "character data sections": filled("<a>", "<![CDATA[x]]>", "</a>"),
    "references": filled("<a>", "&#65;", "</a>"),
    "a comment that does not end": filled("<a><!--", "-", ""),
    "a tag that does not end": filled("<a ", " ", ""),
    "an attribute that does not end": filled("<a b='", "x", ""),
    "default attributes": declared("".join(f"<!ATTLIST b b{n} CDATA 'x'>" for n in range(2_000)), f"<a>{CHILDREN}</a>"),
    "default namespaces": declared(f"<!ATTLIST b xmlns CDATA '{'u' * 100_000}'>", f"<a>{CHILDREN}</a>"),
    "content models": declared("<!ELEMENT a " + "(" * 200_000 + "b" + ")" * 200_000 + ">"),
    "entities inside one another": declared(
        "<!ENTITY a0 'aaaaaaaaaa'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)),
        "<a>&a11;</a>",
    ),
    "a long entity often": declared(f"<!ENTITY e '{'x' * 100_000}'>", f"<a>{'&e;' * 100_000}</a>"),
    "a parameter entity": declared("<!ENTITY % p '<!ENTITY e \"x\">'>%p;", "<a>&e;</a>"),
    "names": numbered(f"<D:propfind{DECLARED}><D:prop>", "<x{n}/>", "</D:prop></D:propfind>", 90_000),
    "included names": numbered(
        f"<D:propfind{DECLARED}><D:allprop/><D:include>", "<x{n}/>", "</D:include></D:propfind>", 90_000
    ),
    "tests": filled(
        f"<C:calendar-query{DECLARED}><D:prop/><C:filter><C:comp-filter name='VCALENDAR'>",
        "<C:prop-filter name='VERSION'/>",
        "</C:comp-filter></C:filter></C:calendar-query>",
    )[:ROOM],
    "names of many objects": numbered(
        f"<C:calendar-multiget{DECLARED}><D:prop>",
        "<x{n}/>",
        "</D:prop><D:href>/dav/kari/calendar/one.ics</D:href></C:calendar-multiget>",
        40_000,
    ),
    "terms": numbered(
        f"<D:principal-property-search{DECLARED}>",
        "<D:property-search><D:prop><D:displayname/></D:prop><D:match>k{n}</D:match></D:property-search>",
        "</D:principal-property-search>",
        20_000,
    ),
    "tokens": numbered(
        f"<CS:calendarserver-principal-search{DECLARED}>",
        "<CS:search-token>k{n}</CS:search-token>",
        "</CS:calendarserver-principal-search>",
        40_000,
    ),
    "expansions": numbered(
        f"<D:expand-property{DECLARED}>",
        "<D:property name='owner'><D:property name='owner'><D:property name='owner'/></D:property></D:property>",
        "</D:expand-property>",
        15_000,
    ),
    "wishes": numbered(
        f"<D:propertyupdate{DECLARED}><D:set><D:prop>", "<x{n}>1</x{n}>", "</D:prop></D:set></D:propertyupdate>", 50_000
    ),
    "wishes taken back": numbered(f"<D:propertyupdate{DECLARED}><D:remove><D:prop>", "<x{n}/>", "", 40_000)
    + numbered("</D:prop></D:remove><D:set><D:prop>", "<x{n}/>", "</D:prop></D:set></D:propertyupdate>", 40_000),
    "wishes for a calendar": numbered(
        f"<C:mkcalendar{DECLARED}><D:set><D:prop>", "<x{n}>1</x{n}>", "</D:prop></D:set></C:mkcalendar>", 50_000
    ),
}
FINE = {
    "utf-8 with a mark": b"\xef\xbb\xbf" + ASKED.encode(),
    "utf-16 with a mark": ASKED.encode("utf-16"),
    "utf-16 that says so": f'<?xml version="1.0" encoding="utf-16"?>{ASKED}'.encode("utf-16"),
    "utf-16 without a mark": ASKED.encode("utf-16-be"),
    "latin-1 that says so": f'<?xml version="1.0" encoding="iso-8859-1"?><!-- å -->{ASKED}'.encode("latin-1"),
    "a DTD that is not there": f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{ASKED}'.encode(),
    "elements that are declared": f"<!DOCTYPE x [<!ELEMENT x ANY>]>{ASKED}".encode(),
    "comments": f"<!-- hei -->{ASKED}<!-- hei -->".encode(),
    "elements that nobody knows": ASKED.replace("<D:prop>", "<x:y xmlns:x='urn:x' a='1'><z/></x:y><D:prop>").encode(),
}
WRONG = {
    "bytes that are no utf-8": b"<a>\xff</a>",
    "a surrogate": b"<a>\xed\xa0\x80</a>",
    "a character that is none": b"<a>\x01</a>",
    "a reference to one": b"<a>&#1;</a>",
    "an entity that is not defined": b"<a>&nope;</a>",
    "an encoding that is none": b"<?xml version='1.0' encoding='no-such'?><a/>",
    "an encoding far behind": f"<?xml version='1.0'{' ' * 500}encoding='no-such'?><a/>".encode(),
    "utf-16 that is not": b'<?xml version="1.0" encoding="utf-16"?><a/>',
    "half of a utf-16 character": "<a/>".encode("utf-16")[:-1],
    "utf-32": "<a/>".encode("utf-32"),
    "two roots": b"<a/><b/>",
}


METHODS = {b"D:propfind": "PROPFIND", b"D:propertyupdate": "PROPPATCH", b"C:mkcalendar": "MKCALENDAR"}


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("what", COSTLY)
def test_xml_that_is_made_to_cost_much_is_refused_and_costs_little(kari: Client, what: str) -> None:
    kari.put("/kari/calendar/one.ics", event())
    body = COSTLY[what]
    root = body[1 : body.index(b" ")] if body.startswith((b"<D:", b"<C")) else b""

    with bounded():
        answer = kari(METHODS.get(root, "REPORT" if root else "PROPFIND"), "/kari/calendar/", body, Depth="1")

    assert answer.status in {400, 403, 413, 415}, answer.text[:200]
    assert len(answer.body) < 2_000


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("what", [what for what in COSTLY if what.endswith("in a long namespace")])
def test_names_in_namespaces_take_no_more_room_than_many_bodies(kari: Client, what: str) -> None:
    tracemalloc.start()
    try:
        answer = kari("PROPFIND", "/kari/calendar/", COSTLY[what])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert answer.status == 403
    assert peak < 60_000_000


@pytest.mark.parametrize("what", FINE)
def test_xml_that_is_fine_is_read(kari: Client, what: str) -> None:
    answer = kari("PROPFIND", "/kari/", FINE[what])

    assert set(answer.responses()) == {"/dav/kari/"}


@pytest.mark.parametrize("what", WRONG)
def test_xml_that_is_broken_is_a_bad_request(kari: Client, what: str) -> None:
    assert kari("PROPFIND", "/kari/", WRONG[what]).status == 400


def test_a_file_of_the_server_is_not_read(kari: Client) -> None:
    for kind in ("SYSTEM", "PUBLIC 'x'"):
        body = f'<!DOCTYPE a [<!ENTITY e {kind} "file:///etc/hostname">]><a>&e;</a>'
        answer = kari("PROPFIND", "/kari/", body)
        assert (answer.status, answer.rule) == (403, "no-external-entities")


def test_a_large_honest_request_is_answered(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())
    hrefs = "".join(f"<D:href>/dav/kari/calendar/{n}.ics</D:href>" for n in range(9_999))

    answer = kari.report(
        "/kari/calendar/",
        "<C:calendar-multiget><D:prop><D:getetag/></D:prop><D:href>/dav/kari/calendar/one.ics</D:href>"
        f"{hrefs}</C:calendar-multiget>",
    )

    told = answer.responses()
    assert len(told) == 10_000
    assert "D:getetag" in told["/dav/kari/calendar/one.ics"]


def test_properties_that_would_take_too_much_room_are_refused(kari: Client) -> None:
    def change(number: int) -> tuple[int, dict[int, set[str]]]:
        value = f"<X:p{number} xmlns:X='urn:x'>{'x' * 60_000}</X:p{number}>"
        body = f"<D:propertyupdate{DECLARED}><D:set><D:prop>{value}</D:prop></D:set></D:propertyupdate>"
        answer = kari("PROPPATCH", "/kari/calendar/", body)
        told = answer.responses()["/dav/kari/calendar/"]
        return answer.status, {status: set(found) for status, found in told.propstats.items()}

    for number in range(4):
        assert change(number) == (207, {200: {f"{{urn:x}}p{number}"}})
    assert change(4) == (207, {507: {"{urn:x}p4"}})
    assert change(3) == (207, {200: {"{urn:x}p3"}})
    removed = (
        f"<D:propertyupdate{DECLARED}><D:remove><D:prop><X:p0 xmlns:X='urn:x'/></D:prop></D:remove></D:propertyupdate>"
    )
    assert 200 in kari("PROPPATCH", "/kari/calendar/", removed).responses()["/dav/kari/calendar/"].propstats
    assert change(4) == (207, {200: {"{urn:x}p4"}})
