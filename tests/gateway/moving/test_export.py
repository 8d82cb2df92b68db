# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read, as files that this gateway and a stock Radicale take."""

import json
from pathlib import Path

import pytest
import vobject
from radicale import config, storage

from gateway.store.unit import Database
from tests.gateway.moving.company import House, Radicale, emptied
from tests.gateway.services import texts
from tests.gateway.services.carrying import gist
from tests.gateway.services.texts import BERIT, NINA, OLA, PER

PEOPLE = ("kari", "ola", "per", "nina")


@pytest.fixture
def filled(house: House, radicale: Radicale) -> House:
    """Give a company with a meeting, a task, and something of everybody's own."""
    meeting = texts.with_partstat(texts.meeting("u", OLA, PER, NINA, BERIT), NINA, "DECLINED")
    task = texts.task("t", OLA, PER)
    props = {"D:displayname": "Jobb", "ICAL:calendar-color": "#ff0000", "C:calendar-description": "Alt & mer"}
    radicale.collection("kari", "jobb", **props)
    radicale.put("kari", texts.with_alarm(meeting, "karis"), "k.ics", "jobb")
    radicale.put("kari", task, "t.ics", "jobb")
    radicale.put("ola", texts.with_alarm(texts.with_partstat(meeting, OLA, "ACCEPTED"), "olas"), "o.ics", "arbeid")
    radicale.put("per", texts.with_lines(task, "PERCENT-COMPLETE:40", "STATUS:IN-PROCESS"), "t.ics", "tasks")
    radicale.put("nina", texts.private("p", "SUMMARY:Tannlege"), "p.ics", "calendar")
    house.move_in(radicale.folder)
    return house


def test_a_company_that_moves_out_and_in_again_reads_what_it_read(
    filled: House, database: Database, tmp_path: Path
) -> None:
    before = {login: filled.seen(login) for login in PEOPLE}
    names = filled.named("kari", "jobb")

    assert filled.run("export", "--all", "--to", tmp_path / "out").exit_code == 0
    emptied(database)
    result = filled.move_in(tmp_path / "out")

    for login in PEOPLE:
        after = filled.seen(login)
        assert {uid: (one.slug, one.href, gist(one.text)) for uid, one in after.items()} == {
            uid: (one.slug, one.href, gist(one.text)) for uid, one in before[login].items()
        }
        assert filled.inbox(login) == 0
    assert filled.named("kari", "jobb") == names
    assert "0 differences are lost, 0 refused" in result.stdout


def test_a_stock_radicale_serves_the_folder(filled: House, tmp_path: Path) -> None:
    filled.run("export", "kari", "--to", tmp_path / "out")

    configuration = config.load()
    configuration.update({"storage": {"filesystem_folder": str(tmp_path / "out")}}, "the test", privileged=True)
    keeping = storage.load(configuration)
    with keeping.acquire_lock("r", "kari"):
        (jobb,) = (c for c in keeping.discover("/kari/jobb/") if isinstance(c, storage.BaseCollection))
        items = {item.href: item for item in jobb.get_all()}
        assert jobb.get_meta("D:displayname") == "Jobb"
        assert jobb.get_meta("C:calendar-description") == "Alt & mer"
        assert set(items) == {"k.ics", "t.ics"}
        assert items["k.ics"].vobject_item.vevent.summary.value == "Befaring"


def test_one_file_for_each_calendar(filled: House, tmp_path: Path) -> None:
    filled.run("export", "kari", "nina", "--to", tmp_path / "out", "--ics")

    files = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.ics"))
    assert files == ["kari/calendar.ics", "kari/jobb.ics", "kari/tasks.ics", "nina/calendar.ics", "nina/tasks.ics"]
    text = (tmp_path / "out" / "kari" / "jobb.ics").read_text(encoding="utf-8")
    assert "X-WR-CALNAME:Jobb" in text
    assert {c.uid.value for c in vobject.readOne(text).components() if c.name in {"VEVENT", "VTODO"}} == {"u", "t"}


def test_what_somebody_put_away_is_left_out(filled: House, tmp_path: Path) -> None:
    filled.run("export", "nina", "--to", tmp_path / "out")

    home = tmp_path / "out" / "collection-root" / "nina"
    assert [file.name for file in home.rglob("*.ics")] == ["p.ics"]
    assert json.loads((home / "calendar" / ".Radicale.props").read_text(encoding="utf-8"))["tag"] == "VCALENDAR"


def test_nothing_is_written_over(filled: House, tmp_path: Path) -> None:
    filled.run("export", "nina", "--to", tmp_path / "out")

    result = filled.run("export", "nina", "--to", tmp_path / "out")

    assert result.exit_code == 1
    assert "is there already" in result.stderr


@pytest.mark.parametrize("arguments", [("hans",), (), ("kari", "--all")])
def test_who_is_meant_must_be_clear(filled: House, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = filled.run("export", *arguments, "--to", tmp_path / "out")

    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()
