# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody needs any more goes away, and nothing else."""

from datetime import timedelta

from gateway.model import Revision
from gateway.store import quarantine
from gateway.worker.housekeeping import Housekeeping
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World
from tests.gateway.worker.outside import arrive, know, said
from tests.gateway.worker.work import invite, partstat, reasons, rows


def sweep(world: World, days: int) -> None:
    """Sweep, *days* from now."""
    Housekeeping(world.database, lambda: world.now + timedelta(days=days)).sweep()


def test_links_lead_somewhere_until_a_week_after_the_end(world: World) -> None:
    invite(world)  # on 1 December, eight days ahead
    link = str(rows(world)[0].facts["link"])

    sweep(world, 14)
    assert world.view_link(link) is not None

    sweep(world, 17)
    assert world.view_link(link) is None


def test_a_task_can_be_answered_long_after_it_was_due(world: World) -> None:
    world.put("kari", texts.task("gips-1", BERIT))
    link = str(rows(world)[0].facts["link"])

    sweep(world, 100)

    assert world.view_link(link) is not None


def test_inboxes_empty_themselves_long_after_the_end_and_programs_hear_of_it(world: World) -> None:
    invite(world, "befaring-1", OLA)
    token = world.tokens("ola")["inbox"]

    sweep(world, 90)
    assert len(world.inbox("ola")) == 1

    sweep(world, 100)
    assert world.inbox("ola") == []
    (change,) = world.changes("ola", "inbox", Revision(token)).values()
    assert change.gone
    assert world.seen("ola", "befaring-1") is not None


def test_mail_that_still_waits_is_kept(world: World) -> None:
    invite(world)

    sweep(world, 1000)

    assert [mail.state for mail in rows(world)] == ["pending"]


def test_answers_stay(world: World) -> None:
    invite(world, "befaring-1", BERIT)
    world.reply_by_mail("befaring-1", "ACCEPTED")
    world.put("kari", texts.task("gips-1", OLA))

    sweep(world, 1000)

    assert partstat(world) == "ACCEPTED"
    assert len(world.inbox("ola", "gips-1")) == 0
    assert world.seen("ola", "gips-1") is not None


def test_what_an_administrator_does_not_decide_on_goes_after_a_month(world: World) -> None:
    know(world)
    arrive(world, said(organizer="sjef@kunde.example"))

    sweep(world, 29)
    assert waiting(world) == 1

    sweep(world, 31)
    assert waiting(world) == 0


def test_an_end_from_outside_that_nobody_had_goes_long_after_it(world: World) -> None:
    know(world)
    arrive(world, said("CANCEL", sequence=1, at="12:10:00"))
    arrive(world, said(uid="annet"))

    sweep(world, 90)
    assert reasons(world, "m")

    sweep(world, 100)
    assert not reasons(world, "m")
    assert world.seen("ola", "annet") is not None


def waiting(world: World) -> int:
    with world.database.read() as uow:
        return len(quarantine.listed(uow))
