# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's bytes: a private entry comes back as it was sent, and a shared one content line by content line."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.store.unit import Database
from tests.gateway.services import texts
from tests.gateway.services.texts import NINA, OLA
from tests.gateway.services.world import World

SHARED = (
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="Gata 1\\, 0150 Oslo";X-TITLE="Gata 1, Oslo":geo:59.91,10.75',
    "X-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE HTML><html><body>Hei\\, <b>du</b>; velkommen</body></html>",
    'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="Møte, med kode":https://video.example/a,b?c=1;d=2',
    'DESCRIPTION;ALTREP="data:text/html,%3Cb%3EHei%3C/b%3E":Ta med hjelm\\, vernesko og\\nplan B\\; se vedlegg',
    'ATTACH;FMTTYPE=application/pdf;FILENAME="tegning, 2.pdf":https://filer.example/1',
    'STRUCTURED-DATA;VALUE=TEXT;FMTTYPE=application/ld+json:{"a": [1\\, 2]}',
    'X-FOO_BAR;X-EGEN="a;b:c":ja, nei',
    "SUMMARY:Ærlig talt — et møte på Ås med en lang tittel som må brettes, kanskje også midt i en bokstav: ø",
)
INSIDE = (
    "BEGIN:PARTICIPANT",
    "UID:p-1",
    "PARTICIPANT-TYPE:SPEAKER",
    "SUMMARY:Taler, kjent",
    "END:PARTICIPANT",
    "BEGIN:X-UKJENT",
    "X-LINJE;X-A=1:verdi, med komma",
    "END:X-UKJENT",
)
AROUND = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Oslo",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
    "X-WR-CALNAME:Jobb, privat",
)
SERVERS = ("ATTENDEE", "ORGANIZER", "SEQUENCE:")
"""Beginnings of the lines that the server writes in."""


def rich(uid: str, *asked: str, width: int = 75, line_break: str = "\r\n") -> bytes:
    """Give an appointment with all that other servers lose; *asked* and a contact are invited, or nobody."""
    contact = ['ATTENDEE;CN="Ås, Per";X-NUM=1:mailto:ut@kunde.example'] if asked else []
    lines = texts.unfolded(texts.meeting(uid, *asked, more=[*SHARED, *contact]))
    lines.remove("SUMMARY:Befaring")
    return texts.written([*lines[:3], *AROUND, *lines[3:-2], *INSIDE, *lines[-2:]], width, line_break)


def content(text: bytes) -> Counter[str]:
    """Give the content lines that are not the server's to write."""
    return Counter(line for line in texts.unfolded(text) if not line.startswith(SERVERS))


@pytest.mark.parametrize(("width", "line_break"), [(75, "\r\n"), (20, "\r\n"), (998, "\n"), (61, "\n")])
def test_a_private_entry_comes_back_byte_for_byte(world: World, width: int, line_break: str) -> None:
    text = rich("p", width=width, line_break=line_break)

    first = world.put("kari", text)
    assert world.text("kari", "p") == text
    assert first.verbatim

    again = text.replace(b"PRODID:-//Klient//NO", b"PRODID:-//Annen//NO")
    assert world.put("kari", again).verbatim
    assert world.text("kari", "p") == again


@pytest.mark.parametrize("width", [75, 20, 998])
def test_the_organizer_reads_every_other_line_as_it_was_sent(world: World, width: int) -> None:
    text = rich("m", OLA, NINA, width=width)

    world.put("kari", text)

    assert content(world.text("kari", "m")) == content(text)
    name = next(line for line in texts.named(world.text("kari", "m"), "ATTENDEE") if "ut@kunde" in line)
    assert 'CN="Ås, Per"' in name
    assert "X-NUM=1" in name


def test_lines_that_the_server_does_not_write_keep_their_bytes(world: World) -> None:
    text = rich("m", OLA, width=40)
    world.put("kari", text)

    for login in ("kari", "ola"):
        read = world.text(login, "m")
        for line in (*SHARED, *INSIDE, *AROUND):
            assert texts.written([line], 40) in read, f"{login}: {line}"


def test_an_invited_person_reads_every_shared_line(world: World) -> None:
    text = rich("m", OLA, NINA)

    world.put("kari", text)

    assert content(world.text("ola", "m")) == content(text)


def test_the_lines_live_through_answers_and_changes(world: World) -> None:
    text = rich("m", OLA, NINA)
    world.put("kari", text)

    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Rom 2"))

    expected = content(text) + Counter(["LOCATION:Rom 2"])
    for login in ("kari", "ola", "nina"):
        assert content(world.text(login, "m")) == expected


def test_an_invited_persons_client_that_drops_lines_takes_them_from_nobody(world: World) -> None:
    world.put("kari", rich("m", OLA, NINA))
    before = content(world.text("nina", "m"))

    poor = texts.without(world.text("ola", "m"), "X-APPLE-STRUCTURED-LOCATION", "X-ALT-DESC", "CONFERENCE", "ATTACH")
    world.put("ola", texts.with_partstat(poor, OLA, "ACCEPTED"))

    for login in ("kari", "ola", "nina"):
        assert content(world.text(login, "m")) == before


def test_the_mail_carries_the_lines_too(world: World) -> None:
    text = rich("m", OLA)

    world.put("kari", text)

    (mail,) = world.mails()
    left = content(text) - content(mail.text)
    assert [line for line in left if not line.startswith("DTSTAMP")] == []
    assert content(mail.text) - content(text) == Counter([f"DTSTAMP:{world.now:%Y%m%dT%H%M%SZ}", "METHOD:REQUEST"])


def test_a_text_that_becomes_private_to_its_organizer_is_kept_by_the_organizer_alone(world: World) -> None:
    own = ("X-MOZ-LASTACK:20261123T120000Z", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC")

    stored = world.put("kari", texts.with_alarm(texts.meeting("m", OLA, more=own), "Min"))

    assert not stored.verbatim
    assert set(own) <= set(texts.unfolded(world.text("kari", "m")))
    assert not set(own) & set(texts.unfolded(world.text("ola", "m")))
    assert texts.alarms(world.text("ola", "m")) == []


_NAMES = st.from_regex(r"X-[A-Z][A-Z0-9_.-]{0,8}", fullmatch=True).filter(
    lambda name: not name.startswith(("X-MOZ-", "X-LIC-", "X-OC-", "X-DISTRIB-"))
)
_TEXTS = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f\u2028\u2029\x85", exclude_categories=["Cs", "Cc"]),
    max_size=90,
)


@given(lines=st.lists(st.tuples(_NAMES, _TEXTS), max_size=8), width=st.integers(10, 200), crlf=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_law_1_an_entry_without_other_people_is_what_was_sent(
    alone: World, lines: list[tuple[str, str]], width: int, crlf: bool
) -> None:
    more = [f"{name}:{value}" for name, value in lines]
    text = texts.written(texts.unfolded(texts.private("p", *more)), width, "\r\n" if crlf else "\n")

    stored = alone.put("kari", text, "p.ics")

    assert alone.text("kari", "p") == text
    assert stored.verbatim


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """Give one company for all examples."""
    path = tmp_path_factory.mktemp("bytes") / "bytes.db"
    path.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{path}")) as database:
        yield World(database)
