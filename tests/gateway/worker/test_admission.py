# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may put anything into an employee's calendar by mail, and what waits for an administrator."""

from datetime import timedelta

import pytest

from gateway.services import invited, received
from gateway.services.arrivals import What
from gateway.services.scene import Scene
from gateway.store import quarantine
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World
from tests.gateway.worker.outside import arrive, know, said
from tests.gateway.worker.work import reasons
from tests.mail.letters import sample

MX = "mx.byggbo.example"
RESULTS = "Authentication-Results"
PASS = (RESULTS, f"{MX}; dmarc=pass header.from=kunde.example")
FAIL = (RESULTS, f"{MX}; dmarc=fail header.from=kunde.example")
TRUSTED = (MX,)


def waiting(world: World) -> list[quarantine.Waiting]:
    with world.database.read() as uow:
        return list(quarantine.listed(uow))


def test_an_invitation_of_somebody_unknown_is_left_alone(world: World) -> None:
    taken = arrive(world, said())

    assert taken.what is What.IGNORED
    assert "no contact" in taken.why
    assert world.seen("ola", "m") is None
    assert waiting(world) == []


def test_anyone_may_invite_where_the_company_says_so(world: World) -> None:
    assert arrive(world, said(), outside_invitations="anyone").what is What.INVITATION


def test_nobody_may_where_it_says_that(world: World) -> None:
    know(world)

    assert arrive(world, said(), PASS, outside_invitations="nobody", trusted_auth=TRUSTED).what is What.IGNORED


def test_whoever_organizes_what_is_there_may_change_it_and_call_it_off_though_they_are_no_contact(world: World) -> None:
    arrive(world, said(), outside_invitations="anyone")

    assert arrive(world, said(sequence=1, start="T120000", at="12:10:00")).what is What.INVITATION
    assert arrive(world, said("CANCEL", sequence=2, at="12:20:00")).what is What.INVITATION

    assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"
    assert arrive(world, said(uid="other")).what is What.IGNORED
    assert arrive(world, said(sequence=3, at="12:30:00"), outside_invitations="nobody").what is What.IGNORED


def test_who_is_not_believed_declines_no_proposal_and_waits_for_nobody(world: World) -> None:
    know(world)
    arrive(world, said())

    taken = arrive(world, said("DECLINECOUNTER", at="12:10:00"), FAIL, trusted_auth=TRUSTED)

    assert taken.what is What.IGNORED
    assert "with DECLINECOUNTER, refused: our mail server says that its sender is somebody else" in taken.why
    assert waiting(world) == []


def test_a_contact_is_taken_at_their_word_and_the_log_says_so(world: World) -> None:
    know(world)

    assert arrive(world, said()).what is What.INVITATION

    assert any(f"A mail from {BERIT} with REQUEST, unverified" in why for why in reasons(world, "m"))


def test_whom_our_mail_server_vouches_for_is_verified(world: World) -> None:
    know(world)

    arrive(world, said(), PASS, trusted_auth=TRUSTED)

    assert any(f"A mail from {BERIT} with REQUEST, verified" in why for why in reasons(world, "m"))


def test_another_servers_word_counts_for_nothing(world: World) -> None:
    know(world)

    arrive(world, said(), FAIL)

    assert any("unverified" in why for why in reasons(world, "m"))


def test_a_contact_who_writes_from_a_plus_address_is_one(world: World) -> None:
    know(world, "kalender@annen.example")

    box = "kalender+abc@annen.example"
    assert arrive(world, said(organizer=box), sender=box).what is What.INVITATION


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_what_failed_waits_and_changes_nothing(world: World, method: str) -> None:
    know(world)
    arrive(world, said(), PASS, trusted_auth=TRUSTED)
    text, tokens = world.text("ola", "m"), world.tokens("ola")

    forged = said(method, sequence=1, at="13:00:00", start="T120000")
    assert arrive(world, forged, FAIL, trusted_auth=TRUSTED).what is What.QUARANTINED
    assert arrive(world, forged, FAIL, trusted_auth=TRUSTED).what is What.AGAIN

    assert (world.text("ola", "m"), world.tokens("ola")) == (text, tokens)
    (one,) = waiting(world)
    assert (one.login, one.sender, one.method, one.uid, one.summary) == ("ola", BERIT, method, "m", "Befaring")
    assert any("quarantine" in why for why in reasons(world, "m"))


def test_a_sender_who_is_not_the_organizer_waits(world: World) -> None:
    know(world)

    assert arrive(world, said(organizer="sjef@kunde.example")).what is What.QUARANTINED


def test_a_secretary_sends_for_the_organizer_where_it_is_sure_who_it_is(world: World) -> None:
    know(world)
    text = said(organizer="sjef@kunde.example").replace(
        b"ORGANIZER;", b'ORGANIZER;SENT-BY="mailto:berit@kunde.example";'
    )

    assert arrive(world, text, PASS, trusted_auth=TRUSTED).what is What.INVITATION


def test_an_administrator_releases_what_waits(world: World) -> None:
    know(world)
    arrive(world, said(), FAIL, trusted_auth=TRUSTED)
    (one,) = waiting(world)

    with world.database.write() as uow:
        taken = invited.release(uow, one.number, Scene(world.settings, world.now))

    assert taken is not None
    assert taken.what is What.INVITATION
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}
    assert any("an administrator released it" in why for why in reasons(world, "m"))
    assert waiting(world) == []
    with world.database.write() as uow:
        assert invited.release(uow, one.number, Scene(world.settings, world.now)) is None


def test_the_oldest_go_where_too_many_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    know(world)
    monkeypatch.setattr(quarantine, "MOST", 2)

    for uid in ("a", "b", "c"):
        arrive(world, said(uid=uid), FAIL, trusted_auth=TRUSTED)

    assert [one.uid for one in waiting(world)] == ["b", "c"]


def test_what_nobody_decides_on_is_forgotten_in_the_end(world: World) -> None:
    know(world)
    arrive(world, said(), FAIL, trusted_auth=TRUSTED)

    with world.database.write() as uow:
        assert quarantine.forget(uow, world.now - timedelta(days=1)) == 0
        assert quarantine.forget(uow, world.now + timedelta(days=1)) == 1


@pytest.mark.parametrize("name", ["words", "absence", "google-accepted", "bounce"])
def test_ordinary_mail_is_taken_and_left_alone(world: World, name: str) -> None:
    know(world)
    with world.database.write() as uow:
        taken = received.receive(uow, sample(name), OLA, return_path=BERIT, settings=world.settings, now=world.now)

    assert taken.what is What.ORDINARY
    assert world.mails() == []


@pytest.mark.parametrize("box", ["sluttet@byggbo.example", "POST@byggbo.example"])
def test_a_copy_for_a_mailbox_of_the_house_that_nobody_has_is_not_bounced(world: World, box: str) -> None:
    with world.database.read() as uow:
        assert received.is_known(uow, box, settings=world.settings)
        assert not received.is_known(uow, "kalender@byggbo.example", settings=world.settings)
        assert not received.is_known(uow, "kalender+abcdefgh@byggbo.example", settings=world.settings)
        assert not received.is_known(uow, "ola@annen.example", settings=world.settings)

    assert arrive(world, said(), to=box).what is What.ORDINARY


def test_a_plus_address_is_its_owners(world: World) -> None:
    know(world)

    assert arrive(world, said(), to="ola+kunde@byggbo.example").what is What.INVITATION
