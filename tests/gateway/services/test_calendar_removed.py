# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing a calendar comes to the same as deleting what is in it one by one, in passes over many (model, row 37)."""

import re
from collections.abc import Callable, Iterator

import pytest

from gateway.errors import DefaultCalendarNeeded
from gateway.services import deleting
from gateway.services.explain import explain
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World

ONE, TWO = "singly", "whole"
DAILY = ("RRULE:FREQ=DAILY;COUNT=5",)
SECRETS = re.compile(rb"\d{8}T\d{6}Z|\+[a-z2-7]{24}@")
"""What differs from time to time and from mail to mail."""

Lay = Callable[[World, str, str], object]
"""Lays something into a calendar of kari's, under a UID."""


def _organized(*asked: str, more: tuple[str, ...] = ()) -> Lay:
    return lambda world, slug, uid: world.put("kari", texts.meeting(uid, *asked, more=more), slug=slug)


def _invited(organizer: str, box: str, text: Callable[[str, str], bytes]) -> Lay:
    def lay(world: World, slug: str, uid: str) -> None:
        world.put(organizer, text(uid, box))
        world.move("kari", uid, slug, f"{uid}.ics")

    return lay


def _meeting(uid: str, box: str) -> bytes:
    return texts.meeting(uid, KARI, NINA, BERIT, organizer=box)


def _answered(world: World, slug: str, uid: str) -> None:
    _invited("ola", OLA, _meeting)(world, slug, uid)
    world.put("kari", texts.with_partstat(world.text("kari", uid), KARI, "DECLINED"))


def _day_answered(world: World, slug: str, uid: str) -> None:
    _invited("ola", OLA, lambda uid, box: texts.meeting(uid, KARI, NINA, organizer=box, more=DAILY))(world, slug, uid)
    world.put("kari", texts.with_lines(world.text("kari", uid), "EXDATE;TZID=Europe/Oslo:20261202T100000"))


def _uninvited(world: World, slug: str, uid: str) -> None:
    _invited("ola", OLA, _meeting)(world, slug, uid)
    world.put("ola", texts.without_attendee(world.text("ola", uid), KARI))


def _off(world: World, slug: str, uid: str) -> None:
    _organized(OLA, BERIT)(world, slug, uid)
    world.put("kari", texts.with_value(world.text("kari", uid), "STATUS", "CANCELLED"), slug=slug)


KINDS: dict[str, Lay] = {
    "private": lambda world, slug, uid: world.put("kari", texts.private(uid), slug=slug),
    "organized": _organized(OLA, PER, PER_TOO, NINA, BERIT),
    "organized for people outside": _organized(BERIT, "jon@kunde.example"),
    "organized series": _organized(OLA, BERIT, more=DAILY),
    "organized and past": lambda world, slug, uid: world.put(
        "kari", texts.meeting(uid, OLA, BERIT).replace(b"20261201", b"20260901"), slug=slug
    ),
    "organized task": lambda world, slug, uid: world.put("kari", texts.task(uid, OLA, PER), slug=slug),
    "called off": _off,
    "invited": _invited("ola", OLA, _meeting),
    "invited by another": _invited("per", PER_TOO, _meeting),
    "invited and past": _invited("ola", OLA, lambda u, box: _meeting(u, box).replace(b"20261201", b"20260901")),
    "invited and declined": _answered,
    "invited to a series, one day of it declined": _day_answered,
    "invited and taken out": _uninvited,
}


def lay_all(world: World, slug: str) -> None:
    """Let there be one of each kind, in a new calendar."""
    world.make_calendar("kari", slug)
    for name, lay in KINDS.items():
        lay(world, slug, f"{slug}-{name}")


def left(world: World, slug: str) -> dict[str, object]:
    """Give all that anybody reads and was told of what lay in a calendar, without what may differ."""
    names = {name: f"{slug}-{name}" for name in KINDS}
    found: dict[str, object] = {}
    for name, uid in names.items():
        found |= {f"{who} {name}": [same(s.text, slug) for s in world.all_seen(who, uid)] for who in world.people}
        for who in world.people:
            found[f"{who} inbox {name}"] = sorted(same(told.text, slug) for told in world.inbox(who, uid))
        mails = ((mail.method, mail.address, same(mail.text, slug)) for mail in world.mails(uid))
        found[f"mail {name}"] = sorted(mails)
        found[f"told {name}"] = list(told_of(world, uid))
    return found


def without_copies(found: dict[str, object]) -> dict[str, object]:
    """Give all but the message about a copy that stands still, which goes with the copy."""
    return {key: said for key, said in found.items() if key != "kari inbox invited and taken out"}


def same(text: bytes, slug: str) -> bytes:
    return SECRETS.sub(b"-", b"\n".join(line.encode() for line in texts.unfolded(text))).replace(
        f"{slug}-".encode(), b""
    )


def told_of(world: World, uid: str) -> Iterator[str]:
    """Give state, answers and decisions of an entry, as the operator is told of them."""
    with world.database.read() as uow:
        for line in explain(uow, uid):
            if not line.startswith("  at "):
                yield re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|calendar:\d+", "-", line)


@pytest.mark.parametrize("reply", [True, False])
@pytest.mark.parametrize("at_once", [3, deleting.AT_ONCE])
def test_a_calendar_goes_as_if_all_in_it_was_deleted_one_by_one(
    world: World, monkeypatch: pytest.MonkeyPatch, at_once: int, *, reply: bool
) -> None:
    monkeypatch.setattr(deleting, "AT_ONCE", at_once)
    lay_all(world, ONE)
    lay_all(world, TWO)
    assert left(world, ONE) == left(world, TWO)

    for name in KINDS:
        world.delete_at("kari", ONE, f"{ONE}-{name}.ics", reply=reply)
    world.remove_calendar("kari", TWO, reply=reply)

    assert without_copies(left(world, ONE)) == without_copies(left(world, TWO))
    assert not any(seen.slug in {ONE, TWO} for seen in world.all_seen("kari"))
    assert TWO not in world.tokens("kari")


def test_those_on_the_other_side_are_told(world: World) -> None:
    lay_all(world, TWO)
    before = world.tokens("ola")

    world.remove_calendar("kari", TWO)

    assert texts.value(world.text("ola", "whole-organized"), "STATUS") == "CANCELLED"
    assert [told.method for told in world.inbox("ola", "whole-organized")] == ["CANCEL"]
    assert [mail.method for mail in world.mails("whole-organized")] == ["REQUEST", "CANCEL"]
    assert texts.people(world.text("ola", "whole-invited"))[KARI] == "DECLINED"
    assert [told.about for told in world.inbox("ola", "whole-invited")] == [{KARI: "DECLINED"}]
    assert "whole-organized.ics" in world.changes("ola", "calendar", before["calendar"])


def test_what_told_of_a_copy_goes_with_it(world: World) -> None:
    lay_all(world, TWO)
    uid, before = f"{TWO}-invited and taken out", world.tokens("kari")["inbox"]
    assert [told.method for told in world.inbox("kari", uid)] == ["CANCEL"]

    world.remove_calendar("kari", TWO)

    assert not world.inbox("kari", uid)
    assert any(change.gone for change in world.changes("kari", "inbox", before).values())


def test_under_schedule_reply_f_no_invitation_is_declined(world: World) -> None:
    lay_all(world, TWO)

    world.remove_calendar("kari", TWO, reply=False)

    assert texts.people(world.text("ola", "whole-invited"))[KARI] == "NEEDS-ACTION"
    assert not world.inbox("ola", "whole-invited")
    assert texts.value(world.text("ola", "whole-organized"), "STATUS") == "CANCELLED"


def test_whoever_lost_it_with_the_calendar_gets_it_again_when_asked_again(world: World) -> None:
    lay_all(world, TWO)
    world.remove_calendar("kari", TWO)

    world.put("ola", texts.later(world.text("ola", "whole-invited")))

    assert world.found("kari", "whole-invited").slug == "calendar"
    assert texts.people(world.text("kari", "whole-invited"))[KARI] == "NEEDS-ACTION"


@pytest.mark.parametrize("slug", ["calendar", "tasks", "inbox"])
def test_where_new_entries_arrive_stays(world: World, slug: str) -> None:
    world.put("kari", texts.meeting("m", OLA))

    with pytest.raises(DefaultCalendarNeeded):
        world.remove_calendar("kari", slug)

    assert world.text("kari", "m")
    assert texts.value(world.text("ola", "m"), "STATUS") is None


def test_a_large_calendar_takes_no_more_statements_than_a_small_one(world: World, statements: Statements) -> None:
    costs = []
    for slug, many in (("few", 2), ("many", 30)):
        world.make_calendar("kari", slug)
        for n in range(many):
            for name in ("private", "organized", "organized series", "invited", "invited by another"):
                KINDS[name](world, slug, f"{slug}-{n}-{name}")
        statements.clear()
        world.remove_calendar("kari", slug)
        costs.append(len(statements))

    assert costs[0] == costs[1]
    assert sum(text.startswith("BEGIN") for text in statements.texts) == 1
