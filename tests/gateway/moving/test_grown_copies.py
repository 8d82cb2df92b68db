# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies that grew apart on a server without scheduling become one entry (model, row 58)."""

import pytest

from tests.gateway.moving.company import House, Radicale
from tests.gateway.services import series, texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO

MEETING = texts.meeting("u", OLA, PER, NINA, BERIT)


def test_each_ones_answer_and_own_lines_come_from_their_own_copy(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.with_alarm(MEETING, "karis"), "k.ics", "jobb")
    ola = texts.with_value(texts.with_partstat(MEETING, OLA, "ACCEPTED"), "CATEGORIES", "Olas")
    radicale.put("ola", texts.with_alarm(ola, "olas"), "o.ics", "arbeid")
    radicale.put("per", texts.with_partstat(MEETING, PER, "TENTATIVE"))

    house.move_in(radicale.folder)

    assert house.said() == {OLA: "ACCEPTED", PER: "TENTATIVE", NINA: "NEEDS-ACTION", BERIT: "NEEDS-ACTION"}
    assert texts.people(house.text("per")) == house.said()
    assert texts.alarms(house.text("kari")) == ["karis"]
    assert texts.alarms(house.text("ola")) == ["olas"]
    assert texts.value(house.text("ola"), "CATEGORIES") == "Olas"
    assert texts.value(house.text("kari"), "CATEGORIES") is None


def test_it_lies_where_each_had_it(house: House, radicale: Radicale) -> None:
    radicale.put("kari", MEETING, "k.ics", "jobb")
    radicale.put("ola", MEETING, "o.ics", "arbeid")

    house.move_in(radicale.folder)

    places = {login: (house.seen(login)["u"].slug, house.seen(login)["u"].href) for login in ("kari", "ola", "nina")}
    assert places == {"kari": ("jobb", "k.ics"), "ola": ("arbeid", "o.ics"), "nina": ("calendar", "u.ics")}


def test_nobody_is_told(house: House, radicale: Radicale) -> None:
    radicale.put("kari", MEETING)
    radicale.put("ola", texts.with_partstat(MEETING, OLA, "ACCEPTED"))

    house.move_in(radicale.folder)

    assert [house.inbox(login) for login in ("kari", "ola", "per", "nina")] == [0, 0, 0, 0]
    assert "0 pending" in house.run("mail", "status").stdout


def test_what_the_organizer_heard_counts_for_those_without_a_copy(house: House, radicale: Radicale) -> None:
    text = texts.with_partstat(texts.with_partstat(MEETING, BERIT, "ACCEPTED"), NINA, "DECLINED")
    radicale.put("kari", text)

    house.move_in(radicale.folder)

    assert house.said()[BERIT] == "ACCEPTED"
    assert "u" not in house.seen("nina")
    assert "u" in house.seen("per")


def test_an_answer_to_another_time_does_not_count(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.with_value(texts.later(MEETING), "SEQUENCE", "2"))
    ola = texts.with_partstat(texts.with_value(MEETING, "SEQUENCE", "1"), OLA, "ACCEPTED")
    radicale.put("ola", texts.with_alarm(ola, "olas"))

    result = house.move_in(radicale.folder)

    assert house.said()[OLA] == "NEEDS-ACTION"
    assert texts.alarms(house.text("ola")) == ["olas"]
    assert "the answer was to an older version" in result.stdout


def test_an_answer_counts_though_the_organizer_only_wrote_another_title(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.with_value(texts.with_value(MEETING, "SUMMARY", "Nytt"), "SEQUENCE", "2"))
    radicale.put("ola", texts.with_partstat(MEETING, OLA, "ACCEPTED"))

    house.move_in(radicale.folder)

    assert house.said()[OLA] == "ACCEPTED"
    assert texts.value(house.text("ola"), "SUMMARY") == "Nytt"


def test_what_a_copy_says_otherwise_is_told_in_a_sentence(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.with_lines(MEETING, "LOCATION:Rom 2"))
    radicale.put("ola", texts.with_lines(MEETING, "LOCATION:Rom 3"))

    result = house.move_in(radicale.folder)

    assert "ola's “Befaring” (2026-12-01): LOCATION 'Rom 3' is not kept, they read 'Rom 2'." in result.stdout
    assert "1 difference is lost" in result.stdout


def test_a_copy_of_somebody_who_is_not_invited_is_theirs_alone(house: House, radicale: Radicale) -> None:
    text = texts.meeting("u", OLA)
    radicale.put("kari", text)
    radicale.put("nina", text)

    house.move_in(radicale.folder)

    assert house.text("nina") == text
    assert texts.people(house.text("kari")) == {OLA: "NEEDS-ACTION"}


def test_without_the_organizers_copy_the_highest_sequence_is_the_words(house: House, radicale: Radicale) -> None:
    radicale.put("ola", texts.with_alarm(texts.with_partstat(MEETING, OLA, "ACCEPTED"), "olas"))
    radicale.put("per", texts.with_value(texts.with_value(MEETING, "SUMMARY", "Nyere"), "SEQUENCE", "1"))

    house.move_in(radicale.folder)

    assert texts.value(house.text("ola"), "SUMMARY") == "Nyere"
    assert texts.alarms(house.text("ola")) == ["olas"]
    assert texts.alarms(house.text("per")) == []
    assert texts.people(house.text("per"))[OLA] == "ACCEPTED"
    assert "u" not in house.seen("kari")
    assert "Unclaimed" in house.explained()


def test_the_organizers_copy_takes_its_place_when_it_comes(house: House, radicale: Radicale) -> None:
    radicale.put("ola", texts.with_partstat(MEETING, OLA, "ACCEPTED"))
    house.move_in(radicale.folder)
    radicale.put("kari", texts.with_alarm(texts.with_value(MEETING, "SUMMARY", "Karis"), "karis"))

    house.move_in(radicale.folder)

    assert house.said()[OLA] == "ACCEPTED"
    assert texts.value(house.text("ola"), "SUMMARY") == "Karis"
    assert texts.alarms(house.text("kari")) == ["karis"]
    assert "Claimed" in house.explained()
    assert house.inbox("ola") == 0


def test_a_copy_that_comes_later_finds_its_entry(house: House, radicale: Radicale) -> None:
    radicale.put("kari", MEETING)
    house.move_in(radicale.folder)
    radicale.put("ola", texts.with_alarm(texts.with_partstat(MEETING, OLA, "ACCEPTED"), "olas"), "o.ics", "arbeid")

    house.move_in(radicale.folder)

    assert house.said()[OLA] == "ACCEPTED"
    assert (house.seen("ola")["u"].slug, texts.alarms(house.text("ola"))) == ("arbeid", ["olas"])
    assert house.inbox("kari") == 0


def test_an_invitation_from_outside_is_its_owners_alone(house: House, radicale: Radicale) -> None:
    text = texts.with_partstat(texts.meeting("u", OLA, PER, organizer=BERIT), OLA, "ACCEPTED")
    radicale.put("ola", text)
    radicale.put("per", text)

    house.move_in(radicale.folder)

    assert house.text("ola") == house.text("per") == text


def test_two_organizers_of_one_uid_each_keep_theirs(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.meeting("u", OLA, NINA))
    radicale.put("per", texts.with_value(texts.meeting("u", OLA, organizer=PER), "SUMMARY", "Pers"))
    radicale.put("ola", texts.meeting("u", OLA, NINA))

    result = house.move_in(radicale.folder)

    assert texts.value(house.text("ola"), "SUMMARY") == "Befaring"
    assert texts.value(house.text("per"), "SUMMARY") == "Pers"
    assert "ola has another entry with its UID" in result.stdout


@pytest.mark.parametrize("organizer", [KARI, PER])
def test_whoever_two_organizers_of_one_uid_invite_has_the_one_of_their_copy(
    house: House, radicale: Radicale, organizer: str
) -> None:
    radicale.put("kari", texts.with_value(texts.meeting("u", OLA), "SUMMARY", KARI))
    radicale.put("per", texts.with_value(texts.meeting("u", OLA, organizer=PER), "SUMMARY", PER))
    olas = texts.with_value(texts.meeting("u", OLA, organizer=organizer), "SUMMARY", organizer)
    radicale.put("ola", texts.with_partstat(olas, OLA, "TENTATIVE"), "o.ics")

    result = house.move_in(radicale.folder)

    seen = house.seen("ola")["u"]
    assert (texts.value(seen.text, "SUMMARY"), seen.href) == (organizer, "o.ics")
    assert texts.people(seen.text)[OLA] == "TENTATIVE"
    assert result.stdout.count("ola has another entry with its UID") == 1


def test_somebody_who_is_named_by_another_of_their_addresses_loses_nothing(house: House, radicale: Radicale) -> None:
    radicale.put("kari", texts.meeting("u", PER))
    radicale.put("per", texts.with_partstat(texts.meeting("u", PER_TOO), PER_TOO, "ACCEPTED"))

    result = house.move_in(radicale.folder)

    assert house.said()[PER] == "ACCEPTED"
    assert "0 differences are lost" in result.stdout


@pytest.mark.parametrize("said", [("PERCENT-COMPLETE:40", "STATUS:IN-PROCESS"), ("PERCENT-COMPLETE:40",)])
def test_a_tasks_progress_is_its_assignees(house: House, radicale: Radicale, said: tuple[str, ...]) -> None:
    text = texts.task("u", OLA, PER)
    radicale.put("kari", text)
    radicale.put("ola", texts.with_lines(text, *said))
    radicale.put("per", texts.with_lines(text, "STATUS:COMPLETED", "COMPLETED:20261120T100000Z"))

    house.move_in(radicale.folder)

    assert texts.value(house.text("kari"), "PERCENT-COMPLETE") == "70"
    assert texts.value(house.text("ola"), "PERCENT-COMPLETE") == "40"
    assert texts.value(house.text("per"), "COMPLETED") == "20261120T100000Z"
    assert house.said() == {OLA: "IN-PROCESS", PER: "COMPLETED"}


def test_a_task_that_its_distributor_closed_stays_closed(house: House, radicale: Radicale) -> None:
    text = texts.task("u", OLA, PER)
    radicale.put("kari", texts.with_lines(text, "STATUS:COMPLETED", "PERCENT-COMPLETE:100"))
    radicale.put("ola", text)

    house.move_in(radicale.folder)

    assert texts.value(house.text("kari"), "STATUS") == "COMPLETED"
    assert texts.value(house.text("ola"), "STATUS") == "NEEDS-ACTION"


def test_a_program_that_loses_the_people_still_says_its_share(house: House, radicale: Radicale) -> None:
    text = texts.task("u", OLA, PER)
    radicale.put("kari", text)
    radicale.put("ola", texts.stripped(text, PERCENT_COMPLETE="60"))

    house.move_in(radicale.folder)

    assert texts.people(house.text("kari"))[OLA] == "IN-PROCESS"
    assert texts.value(house.text("ola"), "PERCENT-COMPLETE") == "60"


def test_a_distributor_whose_program_loses_the_people_still_has_them(house: House, radicale: Radicale) -> None:
    text = texts.task("u", OLA, PER)
    radicale.put("kari", texts.stripped(texts.with_value(text, "SUMMARY", "Karis")))
    radicale.put("ola", text)

    house.move_in(radicale.folder)

    assert set(texts.people(house.text("kari"))) == {OLA, PER}
    assert texts.value(house.text("ola"), "SUMMARY") == "Karis"


def test_a_day_that_somebody_took_out_is_declined(house: House, radicale: Radicale) -> None:
    text = texts.with_lines(texts.meeting("u", OLA, PER), "RRULE:FREQ=WEEKLY;COUNT=4")
    radicale.put("kari", text)
    answered = texts.with_partstat(text, OLA, "ACCEPTED")
    radicale.put("ola", texts.with_lines(answered, "EXDATE;TZID=Europe/Oslo:20261208T100000"))

    house.move_in(radicale.folder)

    assert "EXDATE;TZID=Europe/Oslo:20261208T100000" in texts.unfolded(house.text("ola"))
    book = series.read(house.text("kari"))
    assert book.main is not None
    assert book.main.partstats(OLA) == {OLA: "ACCEPTED"}
    assert [piece.partstats(OLA) for piece in book.pieces if piece is not book.main] == [{OLA: "DECLINED"}]
