# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that mean the same mailbox are the same, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical.address import Address, mailbox, normalise, of_mailbox

OLA = Address("mailto:ola@byggbo.example")


@pytest.mark.parametrize(
    "written",
    [
        "mailto:ola@byggbo.example",
        "MAILTO:Ola@ByggBo.Example",
        "mailto:ola%40byggbo.example",
        " mailto:ola@byggbo.example ",
        "mailto:ola@byggbo.example?subject=Hei",
        "mailto:<ola@byggbo.example>",
        "ola@byggbo.example",
        '"mailto:ola@byggbo.example"',
    ],
)
def test_spellings_of_one_mailbox_are_one_address(written: str) -> None:
    assert normalise(written) == OLA


def test_the_email_parameter_names_the_mailbox_where_the_value_does_not() -> None:
    assert normalise("/dav/ola/", "Ola@byggbo.example") == OLA
    assert normalise("urn:uuid:1234", "ola@byggbo.example") == OLA
    assert normalise("mailto:ola@byggbo.example", "other@byggbo.example") == OLA


def test_a_path_or_urn_is_compared_without_case_and_percent_encoding() -> None:
    assert normalise("/dav/OLA/") == normalise("/dav/%6fla/") == "/dav/ola/"
    assert normalise("urn:UUID:ABC") == "urn:uuid:abc"


def test_a_principals_path_is_one_whatever_a_reverse_proxy_puts_before_it() -> None:
    assert normalise("/dav/ola") == normalise("/kalender/dav/Ola/") == normalise("/a/b/dav/ola/") == "/dav/ola/"
    assert normalise("/dav/ola/calendar/") == "/dav/ola/calendar/"
    assert normalise("https://annen.example/dav/ola/") == "https://annen.example/dav/ola/"


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("mailto:ola@byggbo.example", "ola@byggbo.example"),
        ("mailto:ola", None),
        ("mailto:@byggbo.example", None),
        ("mailto:ola@", None),
        ("mailto:ola\r\nbcc: x@y.example", None),
        ("mailto:o la@byggbo.example", None),
        ("/dav/ola/", None),
        ("urn:uuid:abc", None),
    ],
)
def test_only_what_mail_can_reach_has_a_mailbox(address: str, box: str | None) -> None:
    assert mailbox(Address(address)) == box


def test_a_mailbox_and_its_address_name_each_other() -> None:
    assert of_mailbox("Ola@ByggBo.example") == OLA
    assert mailbox(OLA) == "ola@byggbo.example"


@given(st.text(max_size=80), st.none() | st.text(max_size=40))
def test_normalising_twice_changes_nothing_for_mailboxes(written: str, email: str | None) -> None:
    address = normalise(written, email)

    box = mailbox(address)

    if box is not None and "%" not in box and "?" not in box:
        assert normalise(f"mailto:{box}") == address
