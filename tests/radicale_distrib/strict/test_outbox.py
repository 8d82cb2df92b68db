# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to the outbox: what they must hold, and in whose name they may be asked (RFC 6638 5, RFC 5546 3.3.2)."""

import pytest

from tests.radicale_distrib.client import Client, clark

QUESTION = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
METHOD:REQUEST
BEGIN:VFREEBUSY
UID:fb
DTSTAMP:20261123T100000Z
DTSTART:20261201T000000Z
DTEND:20261202T000000Z
ORGANIZER:mailto:kari@byggbo.example
ATTENDEE:mailto:ola@byggbo.example
END:VFREEBUSY
END:VCALENDAR
""".replace("\n", "\r\n")


def without(name: str) -> str:
    return "".join(line for line in QUESTION.splitlines(keepends=True) if not line.startswith(name))


def with_(line: str) -> str:
    return QUESTION.replace("END:VFREEBUSY", f"{line}\r\nEND:VFREEBUSY")


MALFORMED = {
    "no METHOD": without("METHOD"),
    "another METHOD": QUESTION.replace("METHOD:REQUEST", "METHOD:REPLY"),
    "an appointment": QUESTION.replace("VFREEBUSY", "VEVENT"),
    "two questions": QUESTION.replace("END:VCALENDAR", "BEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nEND:VCALENDAR"),
    "no UID": without("UID"),
    "no DTSTAMP": without("DTSTAMP"),
    "no DTSTART": without("DTSTART"),
    "no DTEND": without("DTEND"),
    "two DTSTART": with_("DTSTART:20261201T000000Z"),
    "no ORGANIZER": without("ORGANIZER"),
    "two ORGANIZER": with_("ORGANIZER:mailto:kari@byggbo.example"),
    "nobody asked": without("ATTENDEE"),
    "an answer": with_("FREEBUSY:20261201T000000Z/PT1H"),
    "no time": QUESTION.replace("DTEND:20261202", "DTEND:20261201"),
}


def test_a_good_question_is_answered(kari: Client) -> None:
    asked = kari("POST", "/kari/outbox/", QUESTION)

    assert asked.status == 200
    assert [node.findtext(f".//{clark('D:href')}") for node in asked.root] == ["mailto:ola@byggbo.example"]
    assert (asked.root[0].findtext(clark("C:request-status")) or "").startswith("2.0")


@pytest.mark.parametrize("what", MALFORMED)
def test_a_question_against_itip_is_a_bad_request_by_its_rule(kari: Client, what: str) -> None:
    asked = kari("POST", "/kari/outbox/", MALFORMED[what])

    assert (asked.status, asked.rule) == (400, "valid-scheduling-message")


@pytest.mark.parametrize(
    ("text", "status", "rule"),
    [
        ("nonsense", 403, "valid-calendar-data"),
        (QUESTION.replace("20261202T", "2026XX02T"), 403, "valid-calendar-data"),
        (QUESTION.replace("20261202", "20301202"), 403, "number-of-matches-within-limits"),
        (QUESTION.replace("ORGANIZER:mailto:kari@", "ORGANIZER:mailto:nina@"), 403, "valid-organizer"),
        (QUESTION.replace("ORGANIZER:mailto:kari@", "ORGANIZER:mailto:nobody@"), 403, "valid-organizer"),
    ],
)
def test_other_faults_have_their_own_rules(kari: Client, text: str, status: int, rule: str) -> None:
    asked = kari("POST", "/kari/outbox/", text)

    assert (asked.status, asked.rule) == (status, rule)


def test_the_address_of_the_principal_is_ones_own_too(kari: Client) -> None:
    asked = kari("POST", "/kari/outbox/", QUESTION.replace("mailto:kari@byggbo.example", "/dav/kari/"))

    assert asked.status == 200


def test_an_originator_must_be_the_owner_of_the_outbox(kari: Client) -> None:
    for originator, status in (("mailto:kari@byggbo.example", 200), ("mailto:nina@byggbo.example", 403)):
        asked = kari("POST", "/kari/outbox/", QUESTION, Originator=originator)
        assert asked.status == status
        if status == 403:
            assert asked.rule == "valid-organizer"


def test_another_media_type_is_refused_by_its_rule(kari: Client) -> None:
    for kind in ("application/json", "text/vcard", "application/xml"):
        asked = kari("POST", "/kari/outbox/", QUESTION, CONTENT_TYPE=kind)
        assert (asked.status, asked.rule) == (403, "supported-calendar-data")


def test_a_question_that_is_too_long_is_refused_with_the_limit(kari: Client) -> None:
    limit = kari.told("/kari/outbox/", "C:max-resource-size").value("C:max-resource-size")

    asked = kari("POST", "/kari/outbox/", with_("COMMENT:" + "x" * int(limit)))

    assert (asked.status, asked.rule, asked.root[0].text) == (403, "max-resource-size", limit)


def test_a_question_about_too_many_people_is_refused_with_the_limit(kari: Client) -> None:
    limit = kari.told("/kari/outbox/", "C:max-attendees-per-instance").value("C:max-attendees-per-instance")
    many = "\r\n".join(f"ATTENDEE:mailto:p{n}@byggbo.example" for n in range(int(limit)))

    asked = kari("POST", "/kari/outbox/", with_(many))

    assert (asked.status, asked.rule, asked.root[0].text) == (403, "max-attendees-per-instance", limit)
