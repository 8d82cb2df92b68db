# SPDX-License-Identifier: GPL-3.0-or-later
"""Several people write at once: everything that was answered is there afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World

ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> None:
    """Do all of *acts*, each in a thread, beginning together."""
    start = Barrier(len(acts))

    def started(act: Callable[[], object]) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(started, act) for act in acts]:
            done.result()


def test_the_organizers_change_and_a_colleagues_answer(world: World) -> None:
    for number in range(ROUNDS):
        uid = f"m{number}"
        world.put("kari", texts.meeting(uid, OLA, BERIT))
        renamed = texts.with_value(world.text("kari", uid), "SUMMARY", "Nytt")
        accepted = texts.with_partstat(world.text("ola", uid), OLA, "ACCEPTED")

        at_once(
            lambda: world.put("kari", renamed, f"{uid}.ics"),  # noqa: B023 - done before the next round
            lambda: world.put("ola", accepted, f"{uid}.ics"),  # noqa: B023
        )

        for login in ("kari", "ola"):
            text = world.text(login, uid)
            assert texts.value(text, "SUMMARY") == "Nytt"
            assert texts.people(text)[OLA] == "ACCEPTED"
        assert len(world.mails(uid)) == 2


def test_the_organizers_new_time_and_a_colleagues_answer(world: World) -> None:
    for number in range(ROUNDS):
        uid = f"m{number}"
        world.put("kari", texts.meeting(uid, OLA))
        moved, accepted = (
            texts.later(world.text("kari", uid)),
            texts.with_partstat(world.text("ola", uid), OLA, "ACCEPTED"),
        )

        at_once(
            lambda: world.put("kari", moved, f"{uid}.ics"),  # noqa: B023
            lambda: world.put("ola", accepted, f"{uid}.ics"),  # noqa: B023
        )

        # Whoever was first: the answer was to the old time.
        assert texts.people(world.text("kari", uid)) == {OLA: "NEEDS-ACTION"}
        assert texts.people(world.text("ola", uid)) == {OLA: "NEEDS-ACTION"}


def test_ten_answers_at_once_are_ten_answers(world: World) -> None:
    logins = [f"a{number}" for number in range(10)]
    for login in logins:
        world.hire(login)
    boxes = {login: f"{login}@byggbo.example" for login in logins}
    world.put("kari", texts.meeting("m", *boxes.values()))
    since = world.tokens("kari")["calendar"]
    uploads = {login: texts.with_partstat(world.text(login, "m"), boxes[login], "ACCEPTED") for login in logins}

    at_once(*[lambda login=login: world.put(login, uploads[login], "m.ics") for login in logins])

    for login in ("kari", *logins):
        assert set(texts.people(world.text(login, "m")).values()) == {"ACCEPTED"}
    assert len(world.inbox("kari")) == 10
    assert set(world.changes("kari", "calendar", since)) == {"m.ics"}


def test_the_same_new_entry_twice_is_one_entry(world: World) -> None:
    text = texts.meeting("m", OLA, BERIT)

    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(world.put, "kari", text, "m.ics") for _ in range(2)]
    failed = [error for one in done if (error := one.exception()) is not None]

    assert len(failed) <= 1
    assert len(world.all_seen("ola")) == 1
    assert len(world.mails()) == 1


def test_meetings_that_cross_do_not_stop_each_other(world: World) -> None:
    boxes = {"kari": "kari@byggbo.example", "ola": OLA, "nina": "nina@byggbo.example", "per": "per@byggbo.example"}
    for number in range(ROUNDS):
        acts = [
            lambda login=login, number=number: world.put(
                login, texts.meeting(f"{login}{number}", *boxes.values(), organizer=boxes[login])
            )
            for login in boxes
        ]
        at_once(*acts)

    for login in boxes:
        assert len(world.all_seen(login)) == ROUNDS * len(boxes)


@pytest.mark.parametrize("who", ["ola", "kari"])
def test_a_client_that_deletes_while_the_other_writes(world: World, who: str) -> None:
    world.put("kari", texts.meeting("m", OLA))
    moved = texts.later(world.text("kari", "m"))
    accepted = texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED")
    other = ("kari", moved) if who == "ola" else ("ola", accepted)

    at_once(lambda: world.delete_at(who, "calendar", "m.ics"), lambda: world.put(*other, "m.ics"))

    if who == "kari":
        assert world.seen("kari", "m") is None
        assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"
    else:
        assert texts.people(world.text("kari", "m"))[OLA] in {"DECLINED", "NEEDS-ACTION"}
