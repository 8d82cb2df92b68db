# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has answered what, in the organizer's DESCRIPTION: shown rightly, and taken out of what comes back (law 8)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical import view
from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, TENTATIVE, Answer
from ical.itip.organizer import organize
from ical.itip.outcome import Entry
from ical.roster import MOST, Member, Roster, undecorated, without_block
from ical.snapshot import read_object
from ical.text import escape, unescape
from tests.ical.itip.company import BERIT, KARI, LATER, NINA, NOW, OLA, PER, actor, applied, distributed, job, meeting
from tests.ical.texts import OSLO

SEEN = datetime(2026, 10, 2, 22, 30, tzinfo=UTC)  # the 3rd, in Oslo
NAMES = {OLA: Member("Ola Berg"), NINA: Member("Nina Lund"), PER: Member("Per Dahl"), BERIT: Member("Berit Kunde")}
NB, EN = Roster("nb", NAMES), Roster("en", NAMES)
WORDS = "Husk ørret, og\nskruer; de store"


def shown(entry: Entry, roster: Roster = NB) -> bytes:
    return view.for_organizer(entry, OSLO, roster)


def description(text: bytes) -> str:
    return unescape(read_object(text, OSLO).value("DESCRIPTION") or "")


def described(*more: str) -> Entry:
    return distributed(job(OLA, NINA, more=(f"DESCRIPTION:{escape(WORDS)}", *more)))


def answered(entry: Entry, address: Address, partstat: str, **more: Any) -> Entry:
    said = Answer(address, partstat=partstat, asked_at=NOW, answered_at=LATER)._replace(**more)
    return _with(entry, said)


def _with(entry: Entry, said: Answer) -> Entry:
    rows = tuple(said if a.address == said.address else a for a in entry.answers)
    return Entry(entry.uid, entry.kind, entry.shared, entry.organizer, entry.sequence, rows, entry.words)


def with_description(text: bytes, description: str) -> bytes:
    said = read_object(text, OSLO)
    place, line = said.document.each(said.main.component, "DESCRIPTION")[0]
    return said.document.spliced({place: (line.with_value(escape(description)).raw,)})


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"partstat": ACCEPTED}, "• Ola Berg: godkjent · sett 2.10."),
        ({"partstat": ACCEPTED, "percent": 30}, "• Ola Berg: godkjent, 30 % · sett 2.10."),
        ({"partstat": IN_PROCESS, "percent": 70}, "• Ola Berg: 70 % · sett 2.10."),
        ({"partstat": COMPLETED, "completed_at": SEEN}, "• Ola Berg: ferdig 3.10. · sett 2.10."),
        ({"partstat": TENTATIVE}, "• Ola Berg: foreløpig godkjent · sett 2.10."),
        (
            {"partstat": DECLINED, "comment": "Har ikke\ntid"},
            "• Ola Berg: underkjent · sett 2.10. · «Har ikke tid»",
        ),
    ],
)
def test_each_answer_is_a_line_of_the_block(said: dict[str, Any], line: str) -> None:
    assert line in description(shown(answered(described(), OLA, **said))).splitlines()


def test_the_block_stands_behind_the_organizers_words() -> None:
    assert description(shown(described())).split("\n") == [
        *WORDS.split("\n"),
        "",
        "--- Distribusjon ---",
        "• Ola Berg: har ikke sett oppgaven",
        "• Nina Lund: har ikke sett oppgaven",
        "--- Slutt på distribusjon ---",
    ]


def test_a_description_of_the_block_alone_is_made_where_there_is_none() -> None:
    entry = distributed(job(OLA))

    assert description(shown(entry)).startswith("--- Distribusjon ---\n• Ola Berg:")
    assert undecorated(read_object(shown(entry), OSLO), None, OSLO).line("DESCRIPTION") is None


def test_an_appointment_says_appointment_and_english_is_english() -> None:
    text = description(shown(distributed(meeting(OLA)), EN))

    assert text.splitlines() == [
        "--- Invitations ---",
        "• Ola Berg: has not seen the appointment",
        "--- End of invitations ---",
    ]


def test_who_has_looked_and_not_answered_has_seen_it() -> None:
    roster = Roster("nb", {OLA: Member("Ola Berg", SEEN)})

    assert "• Ola Berg: ikke besvart · sett 3.10." in description(shown(described(), roster))


def test_a_contact_without_a_name_is_named_by_the_mailbox_and_no_cn_of_a_client_counts() -> None:
    text = job(OLA).replace(b"ATTENDEE:", b"ATTENDEE;CN=Sjefen:")

    assert f"• {OLA.removeprefix('mailto:')}: " in description(shown(distributed(text), Roster("nb", {})))


def test_two_people_of_one_name_are_two_and_one_under_two_addresses_is_one() -> None:
    entry = distributed(job(OLA, PER))
    twins = Roster("nb", {OLA: Member("Per Dahl"), PER: Member("Per Dahl")})

    assert description(shown(entry, twins)).count("Per Dahl") == 1
    assert description(shown(answered(entry, PER, ACCEPTED), twins)).count("Per Dahl") == 2


def test_of_very_many_the_rest_is_counted() -> None:
    crowd = tuple(Address(f"mailto:p{n}@byggbo.example") for n in range(MOST + 3))
    text = description(shown(distributed(job(*crowd)), Roster("nb", {})))

    assert text.count("• ") == MOST + 1
    assert "• + 3 til" in text
    assert without_block(text) == ""


def test_what_was_read_and_is_written_back_changes_nothing() -> None:
    entry = answered(described("X-ALT-DESC;FMTTYPE=text/html:<b>Husk</b>"), OLA, IN_PROCESS, percent=70)
    outcome = organize(entry, shown(entry), actor(KARI), shown=shown(entry), now=LATER)

    assert (outcome.shared, outcome.messages) == (None, ())
    assert escape(WORDS).encode() in (outcome.words or b"")
    assert b"X-ALT-DESC;FMTTYPE=text/html:<b>Husk</b>" in (outcome.words or b"")
    assert description(outcome.words or b"") == WORDS


def test_of_another_text_the_block_is_no_part() -> None:
    entry = answered(described(), OLA, IN_PROCESS, percent=70)
    sent = with_description(shown(entry), description(shown(entry)).replace("skruer", "spiker"))
    outcome = organize(entry, sent, actor(KARI), shown=shown(entry), now=LATER)

    assert description(outcome.words or b"") == WORDS.replace("skruer", "spiker")
    assert description(outcome.shared or b"") == WORDS.replace("skruer", "spiker")


def test_the_block_does_not_come_with_a_copy_either() -> None:
    copied = shown(answered(described(), OLA, IN_PROCESS, percent=70)).replace(b"UID:entry-1", b"UID:entry-2")

    assert description(applied(None, organize(None, copied, actor(KARI), now=LATER)).shared) == WORDS


def in_html(text: str) -> str:
    return "<html><p>" + text.replace(" ", "&nbsp;").replace("\n", "<br>") + "</p></html>"


@pytest.mark.parametrize("make", [in_html, lambda text: in_html(text).replace("•", "&#8226;")])
def test_a_twin_in_html_that_a_client_made_of_it_is_no_part_either(make: Callable[[str], str]) -> None:
    entry = answered(described(), OLA, IN_PROCESS, percent=70)
    html = make(description(shown(entry)))
    for more in (
        shown(entry).replace(b"SUMMARY", b"X-ALT-DESC;FMTTYPE=text/html:" + escape(html).encode() + b"\r\nSUMMARY"),
        shown(entry).replace(b"DESCRIPTION:", f'DESCRIPTION;ALTREP="data:text/html,{quote(html)}":'.encode()),
    ):
        outcome = organize(entry, more, actor(KARI), shown=shown(entry), now=LATER)

        assert (outcome.shared, outcome.messages) == (None, ())
        assert description(outcome.words or b"") == WORDS
        assert b"Ola Berg" not in (outcome.words or b"")
        assert b"ALTREP" not in (outcome.words or b"")


def test_the_organizers_own_twin_in_html_is_not_shown_beside_the_block_and_not_lost() -> None:
    entry = described("X-ALT-DESC;FMTTYPE=text/html:<b>Husk</b>")
    moved = shown(entry).replace(b"SUMMARY:Legge", b"SUMMARY:Ikke legge")
    outcome = organize(entry, moved, actor(KARI), shown=shown(entry), now=LATER)

    assert b"X-ALT-DESC" not in shown(entry)
    assert b"X-ALT-DESC;FMTTYPE=text/html:<b>Husk</b>" in (outcome.words or b"")


@pytest.mark.parametrize(
    "text",
    [
        "• Kjøp melk: 2 liter",
        "Ola: godkjent",
        "--- Viktig ---\nhusk dette",
        "Fremdrift: 70 %",
        "—",
        "-" * 100_000,
        "• " + "a: " * 100_000,
        "• a: godkjent · " + "« · " * 50_000,
        "Husk - Distribusjon -",
        "Se --- Distribusjon --- i heftet",
        "--- Distribusjon ---x" * 5_000,
        "--" + " " * 100_000,
    ],
)
def test_what_only_looks_alike_is_the_organizers(text: str) -> None:
    assert without_block(text) in {None, ""} if text.startswith("• a: godkjent") else without_block(text) is None


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda text: " ".join(text.split("\n")), "Husk skruer"),
        (lambda text: f"{' '.join(text.split(chr(10)))} Ring først", "Husk skruer Ring først"),
        (lambda text: " ".join(text.split("\n")[:-1]), "Husk skruer"),
        (lambda text: text.replace(" ", "\N{NO-BREAK SPACE}"), "Husk\N{NO-BREAK SPACE}skruer"),
        (lambda text: text.replace("---", "—"), "Husk skruer"),
        (lambda text: text.replace("---", "–"), "Husk skruer"),
    ],
    ids=["joined", "joined with more", "joined without the end", "hard spaces", "one long dash", "one short dash"],
)
@pytest.mark.parametrize("comment", [None, "--- Slutt på distribusjon --- og • Per: 20 %"])
def test_a_block_in_one_line_or_with_other_signs_is_one_too(
    change: Callable[[str], str], left: str, comment: str | None
) -> None:
    entry = answered(distributed(job(OLA, PER, more=("DESCRIPTION:Husk skruer",))), OLA, IN_PROCESS, percent=70)
    text = description(shown(answered(entry, PER, DECLINED, comment=comment)))

    assert without_block(change(text)) == left


@pytest.mark.parametrize("bullet", ["* ", "- ", "o ", "◦ ", ""])
def test_a_line_that_lost_its_bullet_and_all_marks_is_known_by_what_it_says(bullet: str) -> None:
    entry = answered(distributed(job(OLA)), OLA, IN_PROCESS, percent=70, comment="Snart")
    block = description(shown(entry)).split("\n")[1]

    assert without_block(f"Husk skruer\n{block.replace('• ', bullet)}") == "Husk skruer"


LINES = st.sampled_from(["Husk skruene", "", "• Kjøp melk", "- ring først: 22 33 44 55", "Fremdrift: se under", "70 %"])


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, list[str], str]:
    """Give the organizer's words, the lines of the block, and what a client makes of both."""
    words = "\n".join(draw(st.lists(LINES, max_size=4))).strip()
    entry = distributed(job(OLA, NINA, PER, more=(f"DESCRIPTION:{escape(words)}",) if words else ()))
    for address in (OLA, NINA):
        partstat = draw(st.sampled_from([ACCEPTED, DECLINED, IN_PROCESS, COMPLETED]))
        percent = draw(st.none() | st.integers(0, 100))
        comment = draw(st.sampled_from([None, "Kommer ikke: syk", "«Nei»"]))
        entry = answered(entry, address, partstat, percent=percent, comment=comment)
    text = description(shown(entry, draw(st.sampled_from([NB, EN]))))
    block = text.removeprefix(words).split("\n")
    kept = [line for line in text.split("\n") if line not in block or draw(st.booleans()) or not line.startswith("---")]
    spoiled = [draw(st.sampled_from(["{}", "{} ", " {}", "> {}", "{}\t"])).format(line) for line in kept]
    return words, [line for line in block if line], "\n".join([*spoiled, draw(st.sampled_from(["", "Etterpå"]))])


@given(mangled())
def test_however_it_is_mangled_nothing_of_the_block_is_left(case: tuple[str, list[str], str]) -> None:
    words, block, sent = case
    left = without_block(sent)

    said = sent if left is None else left
    assert not [line for line in block if line in said]
    assert all(word in said for word in words.split() if word not in " ".join(block))
