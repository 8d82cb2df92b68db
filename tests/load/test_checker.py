# SPDX-License-Identifier: GPL-3.0-or-later
"""The count of what was lost finds what was lost."""

import pytest

from tests.load.checker import Truth, differences, losses
from tests.load.client import Client, Meter
from tests.load.replica import Copy, Replica
from tests.load.writer import Ledger, Own

HREF = "/dav/kari/calendar/m.ics"


def meeting(*more: str, summary: str = "m-1", answer: str = "ACCEPTED", etag: str = '"1-1"') -> Copy:
    ola = f"ATTENDEE;PARTSTAT={answer}:mailto:ola@byggbo.example"
    return Copy(etag, "\n".join(("UID:m", f"SUMMARY:{summary}", ola, *more)).encode())


def replica(copies: Truth) -> Replica:
    return Replica(Client("kari", (), Meter()), copies)


def lost(karis: Truth, olas: Truth, *, is_gone: bool = False) -> list[str]:
    """Compare with a meeting that Kari has changed last to m-1 and Ola has accepted."""
    own = Own(HREF, "m", "m-1", meeting(), ("ola",), {"ola": "ACCEPTED"}, is_gone=is_gone)
    return list(losses(Ledger(m=own), {"kari": karis, "ola": olas}))


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ({}, {HREF: meeting()}, "missed"),
        ({HREF: meeting()}, {}, "kept"),
        ({HREF: meeting()}, {HREF: meeting(etag='"1-2"')}, "tag"),
        ({HREF: meeting()}, {HREF: meeting("X-MORE:1")}, "text"),
    ],
)
def test_a_program_with_another_state_than_the_servers_is_found(mine: Truth, theirs: Truth, found: str) -> None:
    (line,) = differences(replica(mine), theirs)

    assert found in line


@pytest.mark.parametrize(
    ("karis", "olas", "found"),
    [
        ({}, {HREF: meeting()}, "kari: m is not there"),
        ({HREF: meeting()}, {}, "ola: m is not there"),
        ({HREF: meeting()}, {HREF: meeting(summary="m")}, "ola: m lacks its last change"),
        ({HREF: meeting(answer="NEEDS-ACTION")}, {HREF: meeting()}, "kari: m lacks the answer ACCEPTED of ola"),
    ],
)
def test_an_acknowledged_write_that_is_not_there_is_found(karis: Truth, olas: Truth, found: str) -> None:
    (line,) = lost(karis, olas)

    assert line.startswith(found)


def test_what_was_deleted_and_is_there_is_found() -> None:
    assert lost({HREF: meeting()}, {HREF: meeting()}, is_gone=True) == [
        "kari: m was deleted, and is there",
        "ola: m was called off, and stands",
    ]


def test_nothing_is_found_where_nothing_is_lost() -> None:
    there = {HREF: meeting()}

    assert list(differences(replica(dict(there)), there)) == []
    assert lost(there, there) == []
    assert lost({}, {HREF: meeting("STATUS:CANCELLED")}, is_gone=True) == []
