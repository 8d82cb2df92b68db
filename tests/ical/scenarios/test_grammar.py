# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of the scenarios can fail, and says where."""

from contextlib import closing
from pathlib import Path

import pytest

from gateway.store.unit import Database
from tests.ical.scenarios.grammar import Unreadable, scenarios
from tests.ical.scenarios.test_scenarios import play

MEETING = "# A meeting\n> put kari m\nask ola berit\n"
EFFECTS = "= new kari ola; inbox REQUEST ola; mail REQUEST 0 first berit\n"


def played(text: str, path: Path, url: str) -> None:
    file = path / "told.txt"
    file.write_text(text)
    with closing(Database(url)) as database:
        for scenario in scenarios(file):
            play(scenario, database)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("> put kari m\n", "told.txt:1: something stands before the first title"),
        ("# A\n\n> dance kari m\n= nothing\n", "told.txt:3: there is no verb dance"),
        ("# A\n> put kari m\n", "told.txt:2: the step does not say what comes of it"),
        ("# A\n> expect kari m\nnothing\n", "told.txt:1: nobody does anything"),
        ("# A\n> put kari m\n= nothing\nask ola\n", "told.txt:4: a line stands behind the effects"),
        ("# A\nsettings: strict\n> put kari m\n= new kari\n", "told.txt:2: strict is no setting"),
        ("# A\n> put kari m\n= new kari\n# A\n> put kari m\n= new kari\n", "told.txt:4: there are two scenarios"),
        ("# A\n> put kari m\nask olav\n= new kari\n", "told.txt:3: olav is nobody here"),
        ("# A\n> put kari m\ndrop ola\n= new kari\n", "told.txt:3: ola is not in it"),
        ("# A\n> put kari m\nsummary\n= new kari\n", "told.txt:3: this is no edit of a text"),
        ("# A\n> put kari m\n@december\n= new kari\n", "told.txt:3: @december names no instance"),
        ("# A\n> put kari m\n= new berit\n", "told.txt:3: berit has no calendar"),
        ("# A\n> put kari m\n= joy\n", "told.txt:3: joy is no effect"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(text: str, where: str, tmp_path: Path, sqlite_url: str) -> None:
    with pytest.raises(Unreadable) as raised:
        played(text, tmp_path, sqlite_url)
    assert str(raised.value).startswith(where)


def test_what_is_declared_passes(tmp_path: Path, sqlite_url: str) -> None:
    played(MEETING + EFFECTS, tmp_path, sqlite_url)


@pytest.mark.parametrize(
    ("effects", "problem"),
    [
        ("= new kari ola; inbox REQUEST ola\n", "happened too: mail REQUEST 0 first berit/m"),
        ("= new kari ola; mail REQUEST 0 first berit\n", "happened too: inbox REQUEST ola/m"),
        ("= new kari; inbox REQUEST ola; mail REQUEST 0 first berit\n", "happened too: new ola/m"),
        (EFFECTS.replace("0 first", "1 first"), "did not happen: mail REQUEST 1 first berit/m"),
        (EFFECTS.replace("0 first", "0"), "did not happen: mail REQUEST 0 berit/m"),
        (EFFECTS + "= etag\n", "did not happen: etag"),
        (EFFECTS + "= 403 same-organizer-in-all-components\n", "did not happen: 403"),
        (EFFECTS + "= log nobody knows\n", "the log does not say: nobody knows"),
        (EFFECTS + "> edit ola m\nme PARTSTAT=DECLINED\n= moved ola kari; inbox REPLY kari from ola", "shown kari/m"),
        (EFFECTS + "> expect ola m\nola ACCEPTED\n", "told.txt:6: ola ACCEPTED"),
        (EFFECTS + "> expect ola m\nno DTSTART\n", "told.txt:6: no DTSTART"),
        (EFFECTS + "> expect per m\nSUMMARY:Befaring\n", "per has no m"),
        (EFFECTS + "> expect mail berit\nheader Subject ~ Avlyst\n", "told.txt:6: header Subject ~ Avlyst"),
    ],
)
def test_what_is_not_so_fails(effects: str, problem: str, tmp_path: Path, sqlite_url: str) -> None:
    with pytest.raises(AssertionError, match=r"told\.txt:") as raised:
        played(MEETING + effects, tmp_path, sqlite_url)
    assert problem in str(raised.value)


ACCEPTED = "> edit ola m\nme PARTSTAT=ACCEPTED\n= moved ola; shown kari; inbox REPLY kari from ola\n"
FORCED = (
    MEETING + EFFECTS + ACCEPTED + "> edit ola m\norganizer SCHEDULE-FORCE-SEND=REPLY\n= inbox REPLY kari from ola\n"
)


def test_a_last_step_that_does_something_each_time_fails(tmp_path: Path, sqlite_url: str) -> None:
    with pytest.raises(AssertionError, match="once more"):
        played(FORCED, tmp_path, sqlite_url)


def test_a_last_step_may_say_why_it_does_something_each_time(tmp_path: Path, sqlite_url: str) -> None:
    played(FORCED + "= once each time that it is asked for\n", tmp_path, sqlite_url)
