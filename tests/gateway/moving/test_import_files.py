# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are taken, whose they are and where they go; a bad one says a sentence, and the rest goes on."""

from pathlib import Path

import pytest

from tests.gateway.moving.company import House, Radicale
from tests.gateway.services import texts

ONE, TWO = texts.private("one", "SUMMARY:En"), texts.private("two", "SUMMARY:To", kind="VTODO")
ZONE = """BEGIN:VTIMEZONE
TZID:Verksted
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
WHOLE = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Eksport//NO
METHOD:PUBLISH
X-WR-CALNAME:Vakter\\, natt
{ZONE}BEGIN:VEVENT
UID:a
DTSTAMP:20261101T080000Z
DTSTART;TZID=Verksted:20261201T090000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:Vakt
END:VEVENT
BEGIN:VEVENT
UID:b
DTSTAMP:20261101T080000Z
DTSTART:20261201T090000Z
SUMMARY:Annet
END:VEVENT
BEGIN:VEVENT
UID:a
RECURRENCE-ID;TZID=Verksted:20261202T090000
DTSTAMP:20261101T080000Z
DTSTART;TZID=Verksted:20261202T120000
SUMMARY:Senere
END:VEVENT
END:VCALENDAR
""".encode()


def test_a_radicale_folder_of_several_people(house: House, radicale: Radicale) -> None:
    props = {"D:displayname": "Jobb & sånt", "ICAL:calendar-color": "#ff0000ff"}
    radicale.collection("kari", "4f1c", **props, **{"C:supported-calendar-component-set": "VEVENT,VTODO"})
    radicale.put("kari", ONE, "a.ics", "4f1c")
    radicale.put("kari", TWO, "b.ics", "4f1c")
    radicale.put("ola", ONE)

    house.move_in(radicale.folder)

    seen = house.seen("kari")
    assert (seen["one"].slug, seen["one"].href, seen["one"].text) == ("4f1c", "a.ics", ONE)
    assert (seen["two"].slug, seen["two"].text) == ("4f1c", TWO)
    assert house.text("ola", "one") == ONE
    assert house.named("kari", "4f1c") == ("Jobb & sånt", {"VEVENT", "VTODO"}, "#ff0000ff")


def test_a_calendar_that_nothing_was_ever_in_is_called_what_it_was(house: House, radicale: Radicale) -> None:
    radicale.collection("kari", "calendar", **{"D:displayname": "Mitt arbeid"})
    radicale.put("kari", ONE)

    house.move_in(radicale.folder)

    assert house.named("kari", "calendar")[0] == "Mitt arbeid"


def test_address_books_and_other_things_are_named_and_left_out(house: House, radicale: Radicale) -> None:
    (radicale.collection("kari", "venner", tag="VADDRESSBOOK") / "a.vcf").write_bytes(b"BEGIN:VCARD\r\nEND:VCARD\r\n")
    radicale.put("kari", ONE)

    result = house.move_in(radicale.folder)

    assert "venner is left out: it is an address book." in result.stdout
    assert set(house.seen("kari")) == {"one"}


def test_who_is_not_here_is_named_with_what_to_do_and_the_others_go_on(house: House, radicale: Radicale) -> None:
    radicale.put("hans", ONE)
    radicale.put("kari", ONE)

    result = house.run("import", radicale.folder)

    assert result.exit_code == 1
    assert "Nobody here signs in as hans" in result.stderr
    assert "distrib user add hans" in result.stderr
    assert set(house.seen("kari")) == {"one"}


def test_a_folder_that_is_named_by_an_address_is_that_persons(house: House, radicale: Radicale) -> None:
    radicale.put("Ola@byggbo.example", ONE)

    house.move_in(radicale.folder)

    assert set(house.seen("ola")) == {"one"}


def test_logins_and_calendars_can_be_called_otherwise_here(house: House, radicale: Radicale) -> None:
    radicale.put("kari.nordmann", ONE, "a.ics", "4f1c")
    radicale.put("kari.nordmann", texts.private("three"), "c.ics", "annet")

    house.move_in(radicale.folder, "--map", "kari.nordmann=kari", "--map", "kari.nordmann/4f1c=kari/calendar")

    assert (house.seen("kari")["one"].slug, house.seen("kari")["three"].slug) == ("calendar", "annet")


def test_one_person_out_of_a_radicale_folder(house: House, radicale: Radicale) -> None:
    radicale.put("kari", ONE)
    radicale.put("ola", ONE)

    house.move_in(radicale.folder, "--person", "ola")

    assert (set(house.seen("kari")), set(house.seen("ola"))) == (set(), {"one"})


def test_an_export_is_split_by_uid_with_the_zones_that_each_uses(house: House, tmp_path: Path) -> None:
    file = tmp_path / "vakter.ics"
    file.write_bytes(WHOLE)

    house.move_in(file, "--person", "kari")

    seen = house.seen("kari")
    assert set(seen) == {"a", "b"}
    assert {one.slug for one in seen.values()} == {"calendar"}
    assert [line for line in texts.unfolded(seen["a"].text) if line.startswith("SUMMARY")] == [
        "SUMMARY:Vakt",
        "SUMMARY:Senere",
    ]
    assert (b"TZID:Verksted" in seen["a"].text, b"VTIMEZONE" in seen["b"].text) == (True, False)
    assert b"METHOD" not in seen["a"].text


def test_a_calendar_can_be_named_and_is_made(house: House, tmp_path: Path) -> None:
    file = tmp_path / "vakter.ics"
    file.write_bytes(WHOLE)

    house.move_in(file, "--person", "kari", "--calendar", "vakter")

    assert {one.slug for one in house.seen("kari").values()} == {"vakter"}


def test_a_folder_with_a_folder_or_a_file_for_each_login(house: House, tmp_path: Path) -> None:
    (tmp_path / "out" / "kari").mkdir(parents=True)
    (tmp_path / "out" / "kari" / "vakter.ics").write_bytes(WHOLE)
    (tmp_path / "out" / "kari" / "enkelt.ics").write_bytes(ONE)
    (tmp_path / "out" / "ola.ics").write_bytes(WHOLE)

    house.move_in(tmp_path / "out")

    kari, ola = house.seen("kari"), house.seen("ola")
    assert {uid: one.slug for uid, one in kari.items()} == {"a": "vakter", "b": "vakter", "one": "calendar"}
    assert {one.slug for one in ola.values()} == {"calendar"}
    assert house.named("kari", "vakter")[0] == "Vakter, natt"


def test_a_vdirsyncer_folder(house: House, tmp_path: Path) -> None:
    place = tmp_path / "vdir" / "kari" / "jobb"
    place.mkdir(parents=True)
    (place / "a.ics").write_bytes(ONE)
    (place / "displayname").write_text("Jobben")
    (place / "color").write_text("#00ff00")

    house.move_in(tmp_path / "vdir")

    assert house.seen("kari")["one"].slug == "jobb"
    assert house.named("kari", "jobb")[::2] == ("Jobben", "#00ff00")


def test_what_a_calendar_was_not_made_for_goes_where_new_ones_go(house: House, radicale: Radicale) -> None:
    journal = texts.private("j", kind="VJOURNAL")
    radicale.put("kari", ONE)
    radicale.put("kari", TWO, "t.ics")
    radicale.put("kari", journal, "j.ics")

    result = house.move_in(radicale.folder)

    seen = house.seen("kari")
    assert (seen["two"].slug, seen["j"].slug, seen["j"].text) == ("tasks", "journals", journal)
    assert "kari/calendar takes no VTODO: 1 went to tasks." in result.stdout


BAD = {
    "no calendar": b"hei",
    "cut off": ONE[:-40],
    "no UID": texts.without(ONE, "UID"),
    "not UTF-8": ONE.replace(b"En", b"\xe5"),
    "too large": texts.private("big", "DESCRIPTION:" + "x" * 1_100_000),
    "no start": texts.without(texts.private("s"), "DTSTART"),
    "empty": b"",
    "deep": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 50,
    "a mixture": ONE.replace(b"END:VCALENDAR", b"BEGIN:VTODO\r\nUID:one\r\nEND:VTODO\r\nEND:VCALENDAR"),
}


@pytest.mark.parametrize("what", [name for name in BAD if name != "a mixture"])
def test_a_bad_file_is_named_in_a_sentence_and_the_rest_goes_on(house: House, radicale: Radicale, what: str) -> None:
    radicale.put("kari", BAD[what], "bad.ics")
    radicale.put("kari", texts.private("good"), "good.ics")

    result = house.run("import", radicale.folder)

    assert result.exit_code == 1
    assert "bad.ics" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output
    assert set(house.seen("kari")) == {"good"}


def test_two_kinds_with_one_uid_are_two_entries(house: House, radicale: Radicale) -> None:
    radicale.put("kari", BAD["a mixture"], "both.ics")

    house.run("import", radicale.folder)

    assert set(house.seen("kari")) == {"one"}


def test_a_name_that_no_calendar_may_have_is_told(house: House, radicale: Radicale) -> None:
    radicale.put("kari", ONE, "a.ics", "inbox")

    result = house.run("import", radicale.folder)

    assert result.exit_code == 1
    assert "--map kari/inbox=" in result.stderr


def test_a_rehearsal_says_the_same_and_stores_nothing(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.with_lines(texts.meeting("u", texts.OLA), "LOCATION:Rom 2"), "k.ics", "jobb")
    radicale.put("ola", texts.with_lines(texts.meeting("u", texts.OLA), "LOCATION:Rom 3"))
    before = house.revisions()

    rehearsed = house.move_in(radicale.folder, "--dry-run")

    assert house.revisions() == before
    assert (house.seen("kari"), house.seen("ola")) == ({}, {})
    done = house.move_in(radicale.folder)
    assert rehearsed.stdout == done.stdout.replace("were brought in", "would be brought in")


def test_a_second_run_changes_nothing(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.meeting("u", texts.OLA))
    radicale.put("ola", texts.with_partstat(texts.meeting("u", texts.OLA), texts.OLA, "ACCEPTED"))
    radicale.put("ola", ONE, "a.ics", "mitt")
    house.move_in(radicale.folder)
    seen, revisions = house.seen("ola"), house.revisions()

    result = house.move_in(radicale.folder)

    assert (house.seen("ola"), house.revisions()) == (seen, revisions)
    assert "0 of 3 copies were brought in, 3 had been before" in result.stdout


def test_what_was_deleted_since_does_not_come_back(house: House, radicale: Radicale) -> None:
    radicale.put("kari", ONE)
    house.move_in(radicale.folder)
    house.delete("kari", "one")

    house.move_in(radicale.folder)

    assert house.seen("kari") == {}


def test_what_is_newer_here_stays_and_what_is_newer_there_comes(house: House, radicale: Radicale) -> None:
    def written(title: str, hour: int) -> bytes:
        return texts.with_value(texts.with_value(ONE, "SUMMARY", title), "DTSTAMP", f"20261101T{hour:02}0000Z")

    radicale.put("kari", written("først", 8))
    house.move_in(radicale.folder)

    radicale.put("kari", written("nyere", 9))
    house.move_in(radicale.folder)
    assert texts.value(house.text("kari", "one"), "SUMMARY") == "nyere"

    radicale.put("kari", written("eldre", 7))
    result = house.move_in(radicale.folder)
    assert texts.value(house.text("kari", "one"), "SUMMARY") == "nyere"
    assert "what is here is newer" in result.stdout


def test_a_name_that_is_taken_makes_no_difference(house: House, radicale: Radicale, tmp_path: Path) -> None:
    radicale.put("kari", ONE)
    house.move_in(radicale.folder)
    other = Radicale(tmp_path / "other")
    other.put("kari", texts.private("other"))

    house.move_in(other.folder)

    assert set(house.seen("kari")) == {"one", "other"}


def test_the_report_has_every_sentence(house: House, radicale: Radicale, tmp_path: Path) -> None:
    radicale.put("kari", b"hei", "bad.ics")
    radicale.put("hans", ONE)

    house.run("import", radicale.folder, "--report", tmp_path / "report.txt")

    lines = (tmp_path / "report.txt").read_text(encoding="utf-8").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["import", "refused", "refused"]


def test_what_is_here_already_or_stays_as_it_is_here_is_not_counted_as_brought_in(
    house: House, radicale: Radicale
) -> None:
    radicale.put("kari", ONE, "one.ics")
    radicale.put("kari", TWO, "two.ics", "tasks")
    house.move_in(radicale.folder)
    radicale.put("kari", ONE.replace(b"SUMMARY:En", b"SUMMARY:Uno"), "one.ics")
    (radicale.folder / "collection-root" / "kari" / "tasks" / "two.ics").unlink()
    radicale.put("kari", TWO, "other.ics", "tasks")

    result = house.move_in(radicale.folder)

    assert "what is here is newer, and stays" in result.stdout
    assert "0 of 2 copies were brought in, 1 had been before" in result.stdout


def test_what_lies_in_a_calendar_and_is_no_entry_is_named(house: House, radicale: Radicale) -> None:
    radicale.put("kari", ONE)
    place = radicale.collection("kari")
    (place / "gone.ics").symlink_to(place / "nowhere.ics")
    (place / "folder.ics").mkdir()

    result = house.move_in(radicale.folder)

    assert f"{place / 'gone.ics'} is left out: it is no .ics file." in result.stdout
    assert f"{place / 'folder.ics'} is left out: it is no .ics file." in result.stdout
    assert set(house.seen("kari")) == {"one"}


def test_a_path_that_is_named_and_cannot_be_taken_is_refused(house: House, radicale: Radicale) -> None:
    radicale.put("kari", ONE)

    result = house.run("import", radicale.collection("kari"))

    assert result.exit_code == 1
    assert "say with --person whose it is" in result.stderr


def test_a_login_that_is_mapped_to_nobody_is_named_as_it_was_mapped(house: House, radicale: Radicale) -> None:
    radicale.put("hans", ONE)

    result = house.run("import", radicale.folder, "--map", "hans=hanne")

    assert result.exit_code == 1
    assert result.stderr == "Nobody here signs in as hanne, so nothing of hans was taken.\n"


def test_a_report_that_cannot_be_written_is_known_before_anything_is_taken(
    house: House, radicale: Radicale, tmp_path: Path
) -> None:
    radicale.put("kari", ONE)

    result = house.run("import", radicale.folder, "--report", tmp_path / "nowhere" / "report.txt")

    assert result.exit_code == 2
    assert "No such file or directory" in result.stderr
    assert house.seen("kari") == {}
