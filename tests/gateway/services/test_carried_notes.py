# SPDX-License-Identifier: GPL-3.0-or-later
"""What no property holds is carried in the organizer's file: what was said beside an answer, and who put it away."""

from zoneinfo import ZoneInfo

from ical.sharing import AWAY, COMMENT
from ical.snapshot import read_object
from tests.gateway.services import texts
from tests.gateway.services.carrying import brought, exported, lost
from tests.gateway.services.texts import BERIT, NINA, OLA
from tests.gateway.services.world import World

SAID = 'Har "ikke" tid; før\nkl. 12: – ^n'


def _carried(world: World, uid: str) -> dict[str, bytes]:
    """Carry *uid* into a company that has nothing, and give what stood in the files."""
    files = exported(world, uid)
    world.forget()
    assert not lost(brought(world, files))
    return {file.login: file.text for file in files}


def _comments(text: bytes) -> list[str | None]:
    return [person.line.parameter(COMMENT) for person in read_object(text, ZoneInfo("Europe/Oslo")).main.people]


def test_what_somebody_said_beside_an_answer_is_carried(company: World) -> None:
    company.forget()
    company.put("kari", texts.meeting("said", OLA, BERIT))
    link = str(company.mails("said")[-1].facts["link"]).rpartition("/")[2]
    company.answer_by_link(link, "DECLINED", SAID)

    files = _carried(company, "said")

    (again,) = (file.text for file in exported(company, "said") if file.login == "kari")
    assert [_comments(text) for text in (files["kari"], again)] == [[None, SAID]] * 2
    assert COMMENT.encode() not in files["ola"]
    assert all(COMMENT.encode() not in company.text(login, "said") for login in ("kari", "ola"))


def test_whoever_put_it_away_without_declining_does_not_have_it_again(company: World) -> None:
    company.forget()
    company.put("kari", texts.task("away", OLA, NINA))
    company.put("ola", texts.with_value(company.text("ola", "away"), "STATUS", "COMPLETED"))
    company.delete("ola", "away")

    files = _carried(company, "away")

    assert company.seen("ola", "away") is None
    assert company.seen("nina", "away") is not None
    assert texts.people(company.text("kari", "away"))[OLA] == "COMPLETED"
    assert AWAY.encode() not in files["nina"] + company.text("kari", "away") + company.text("nina", "away")


def test_what_was_put_away_comes_back_when_it_is_asked_about_anew(company: World) -> None:
    company.forget()
    company.put("kari", texts.task("anew", OLA, NINA))
    company.put("ola", texts.with_value(company.text("ola", "anew"), "STATUS", "COMPLETED"))
    company.delete("ola", "anew")
    _carried(company, "anew")

    company.put("kari", texts.later(company.text("kari", "anew")))

    assert company.seen("ola", "anew") is not None
