# SPDX-License-Identifier: GPL-3.0-or-later
"""Every byte that leaves to somebody is searched for what is another's: per cent, seen, comments, own lines, the block.

Each value is chosen so that it occurs nowhere else. What is shown of others is who answered what, and nothing beside.
"""

import itertools
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import NotFound, Refused
from gateway.model import Person, PersonId, Rosters
from gateway.services import people, proposals
from gateway.services.scene import Scene
from ical.address import of_mailbox
from ical.itip.proposals import Fate
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, NINA, OLA, PER
from tests.gateway.services.world import World

BOXES = {"ola": OLA, "per": PER, "nina": NINA}
PERCENT = {"ola": 37, "per": 61, "nina": 83, "berit": 59}
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does."""

    who: str
    what: str
    by_hand: bool = False
    """A secretary does it for them."""


def _hand(who: str) -> Person:
    """Give the secretary of somebody."""
    address = of_mailbox(f"hand-{who}@byggbo.example")
    return Person(PersonId(0), f"hand-{who}", f"Hand {who}", (address,), "nb", "Europe/Oslo")


def _own(text: bytes, who: str) -> bytes:
    """Give *text* with lines of one's own that name whose they are; what an organizer says in most is for everybody."""
    lines = [f"X-MOZ-LASTACK-{who.upper()}:notat-{who}"]
    lines += [f"CATEGORIES:merke-{who}", f"COMMENT:lapp-{who}"] if who != "kari" else []
    return texts.with_alarm(texts.with_lines(text, *lines), f"vekker-{who}")


def _progress(text: bytes, who: str) -> bytes:
    said = texts.with_value(text, "PERCENT-COMPLETE", str(PERCENT[who]))
    return texts.with_value(said, "STATUS", "IN-PROCESS")


EDITS: dict[str, Callable[[bytes, str], bytes]] = {
    "own": _own,
    "progress": _progress,
    "done": lambda text, _: texts.with_value(text, "STATUS", "COMPLETED"),
    "accept": lambda text, who: texts.with_partstat(text, BOXES[who], "ACCEPTED"),
    "decline": lambda text, who: texts.with_partstat(text, BOXES[who], "DECLINED"),
}
ORGANIZERS: dict[str, Callable[[bytes], bytes]] = {
    "own": lambda text: _own(text, "kari"),
    "place": lambda text: texts.with_value(text, "LOCATION", f"Rom 9{next(_numbers):06}"),
    "later": texts.later,
    "drop per": lambda text: texts.without_attendee(text, PER),
    "ask per": lambda text: texts.with_attendee(text, PER),
}
ACTS = st.one_of(
    st.builds(Act, st.sampled_from(sorted(BOXES)), st.sampled_from([*EDITS, "delete"]), st.booleans()),
    st.builds(Act, st.just("berit"), st.sampled_from(["mail", "link"])),
    st.builds(Act, st.just("siri"), st.sampled_from(["ACCEPTED", "TENTATIVE", "DECLINED"])),
    st.builds(Act, st.just("kari"), st.sampled_from(sorted(ORGANIZERS)), st.booleans()),
    st.builds(Act, st.sampled_from(sorted(BOXES)), st.just("propose")),
    st.builds(Act, st.just("kari"), st.sampled_from(["agree", "disagree"])),
)


@pytest.fixture(scope="module")
def house(company: World) -> World:
    """Give a company whose distributor reads the answers in every description."""
    with company.database.write() as uow:
        people.set_roster(uow, "kari", Rosters.ALL)
    return company


@pytest.mark.parametrize("kind", ["meeting", "task"])
@given(life=st.lists(ACTS, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_nobody_gets_a_byte_of_what_is_anothers(house: World, kind: str, life: list[Act]) -> None:
    house.forget()
    make = texts.meeting if kind == "meeting" else texts.task
    house.put("kari", make("m", OLA, PER, NINA, BERIT, more=["DESCRIPTION:Bad"]))

    for act in life:
        _do(house, kind, act)
        _search(house)


def _do(world: World, kind: str, act: Act) -> None:
    if act.who == "berit":
        _answer_from_outside(world, kind, act)
        return
    if act.who == "siri":
        world.reply_by_mail("m", act.what, "COMMENT:ord-siri", passed_on_to="siri@kunde.example")
        return
    seen = world.seen(act.who, "m")
    if seen is None:
        return
    world.deputy = _hand(act.who) if act.by_hand else None
    if act.what in {"propose", "agree", "disagree"}:
        _negotiate(world, act)
    elif act.what == "delete":
        world.delete(act.who, "m")
    elif act.who == "kari":
        world.put("kari", ORGANIZERS[act.what](seen.text))
    elif kind == "task" or act.what not in {"progress", "done"}:
        world.put(act.who, EDITS[act.what](seen.text, act.who))


def _negotiate(world: World, act: Act) -> None:
    """Propose another time, or settle what was proposed first; what has no sense in this world is refused."""
    at = datetime(2026, 12, 6, 9, 0, tzinfo=UTC) + timedelta(hours=next(_numbers) % 1000)
    with suppress(Refused, NotFound), world.database.write() as uow:
        who, scene = world.people[act.who], Scene(world.settings, world.now)
        if act.what == "propose":
            words = f"ord-{act.who}"
            proposals.propose(uow, who, "m", end=at + timedelta(hours=1), start=at, comment=words, scene=scene)
            return
        known = [one.id for one in proposals.of_entry(uow, who, "m") if one.proposal.fate is Fate.OPEN]
        if known and act.what == "agree":
            proposals.accept(uow, who, known[0], scene=scene)
        elif known:
            proposals.decline(uow, who, known[0], comment="svar-kari", scene=scene)


def _answer_from_outside(world: World, kind: str, act: Act) -> None:
    if act.what == "mail":
        world.reply_by_mail("m", "DECLINED", "COMMENT:ord-berit")
        return
    link = str(world.mails("m")[-1].facts["link"]).rpartition("/")[2]
    world.answer_by_link(link, "ACCEPTED", "ord-berit", PERCENT["berit"] if kind == "task" else None)


def _search(world: World) -> None:
    # Who answers without being asked is the organizer's to know, and nobody takes them in here.
    everything = [seen.text for login in world.people for seen in world.all_seen(login)]
    everything += [told.text for login in world.people for told in world.inbox(login)]
    everything += [mail.text for mail in world.mails()]
    assert not any(b"siri" in text for text in everything)
    for login in BOXES:
        read = [seen.text for seen in world.all_seen(login)] + [told.text for told in world.inbox(login)]
        _finds_none(login, read, {*PERCENT, "kari"} - {login})
    # The distributor reads who has done how much, and what they said; nobody's notes and alarms.
    for text in [seen.text for seen in world.all_seen("kari")] + [told.text for told in world.inbox("kari")]:
        assert not re.search("(notat|merke|lapp|vekker)-(ola|per|nina)", "\n".join(texts.unfolded(text)))
    for mail in world.mails():
        assert b"hand-" not in mail.text
        _finds_none("berit", [mail.text, str(dict(mail.facts)).encode()], {*BOXES, "kari"})


def _finds_none(reader: str, read: Iterable[bytes], others: set[str]) -> None:
    for text in read:
        said = "\n".join(texts.unfolded(text))
        for who in sorted(others):
            mark = "(notat|merke|lapp|vekker|ord)" if who == "kari" else "(notat|merke|lapp|vekker|ord|hand)"
            assert not re.search(f"{mark}-{who}", said), f"{reader} reads what is {who}'s: {said}"
            percent = PERCENT.get(who, 101)
            assert not re.search(rf"(?<![\w-]){percent}(?![\w-])", said), (
                f"{reader} reads how much {who} has done: {said}"
            )
        assert "X-DISTRIB" not in said
        assert "SCHEDULE-STATUS" not in re.sub(r"ORGANIZER[^\n]*", "", said)
        assert not re.search("---|•|sett ", said), f"{reader} reads the block: {said}"
