# SPDX-License-Identifier: GPL-3.0-or-later
"""An appointment from the first invitation to its end (issue: the story, points 1-3)."""

from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World


def test_colleagues_have_it_at_their_next_sync_and_a_request_in_the_inbox(world: World) -> None:
    before = world.tokens("ola")

    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))

    for login in ("ola", "nina"):
        seen = world.found(login, "m")
        assert seen.slug == "calendar"
        assert texts.people(seen.text) == dict.fromkeys((OLA, NINA, BERIT), "NEEDS-ACTION")
        assert [told.method for told in world.inbox(login)] == ["REQUEST"]
    assert world.found("ola", "m").href in world.changes("ola", "calendar", before["calendar"])
    assert len(world.changes("ola", "inbox", before["inbox"])) == 1
    assert world.inbox("kari") == []
