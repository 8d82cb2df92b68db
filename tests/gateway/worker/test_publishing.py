# SPDX-License-Identifier: GPL-3.0-or-later
"""In a large meeting the others see answers in batches, and the organizer at once."""

from gateway.worker.publish import Publishing
from tests.gateway.services import texts
from tests.gateway.services.texts import NINA, OLA
from tests.gateway.services.world import World

GUESTS = [f"gjest{n}@kunde.example" for n in range(60)]


def test_the_worker_shows_the_answers_that_a_save_left_to_it(world: World) -> None:
    world.put("kari", texts.meeting("allmote", OLA, NINA, *GUESTS))
    world.put("ola", texts.with_partstat(world.text("ola", "allmote"), OLA, "ACCEPTED"))
    before, inbox = world.found("nina", "allmote"), world.inbox("nina")
    assert texts.people(world.text("kari", "allmote"))[OLA] == "ACCEPTED"
    assert texts.people(before.text)[OLA] == "NEEDS-ACTION"

    Publishing(world.database).round()

    after = world.found("nina", "allmote")
    assert texts.people(after.text)[OLA] == "ACCEPTED"
    assert after.etag != before.etag
    assert (after.schedule_tag, world.inbox("nina")) == (before.schedule_tag, inbox)


def test_a_second_round_moves_nothing(world: World) -> None:
    world.put("kari", texts.meeting("allmote", OLA, NINA, *GUESTS))
    world.put("ola", texts.with_partstat(world.text("ola", "allmote"), OLA, "DECLINED"))
    Publishing(world.database).round()
    tokens = world.tokens("nina"), world.tokens("kari")

    Publishing(world.database).round()

    assert (world.tokens("nina"), world.tokens("kari")) == tokens
