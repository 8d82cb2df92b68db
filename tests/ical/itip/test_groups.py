# SPDX-License-Identifier: GPL-3.0-or-later
"""A group's members are named beside it when it is new in a text, once, and are people like all others from then on."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical.address import Address
from ical.itip.groups import Expanded, Groups, Member, expanded, individuals, is_group, newly_named
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, END, KARI, NINA, OLA, PER, START, job, meeting
from tests.ical.texts import OSLO, calendar, event

SALG, BYGG = Address("mailto:salg@byggbo.example"), Address("mailto:bygg@byggbo.example")
DAHL = Address("mailto:p.dahl@byggbo.example")
DAY = "RECURRENCE-ID;TZID=Europe/Oslo:20261015T100000"


def member(address: Address, *more: Address, name: str = "Noen") -> Member:
    return Member(address, name, frozenset({address, *more}))


GROUPS: Groups = {SALG: [member(OLA, name="Ola Berg"), member(NINA)], BYGG: [member(OLA), member(PER, DAHL)]}


def expand(text: bytes, stored: bytes | None = None, groups: Groups = GROUPS, *, proved: bool = False) -> Expanded:
    said = None if stored is None else read_object(stored, OSLO)
    return expanded(read_object(text, OSLO), said, groups, {KARI}, proved=proved)


def named(text: bytes) -> list[list[Address]]:
    """Give who is named in each component, in order."""
    return [[person.address for person in part.people] for part in read_object(text, OSLO).parts]


def line(text: bytes, address: Address) -> str:
    said: Snapshot = read_object(text, OSLO)
    return next(p.line.raw.decode().replace("\r\n ", "").strip() for p in said.main.people if p.address == address)


def without(text: bytes, *gone: Address) -> bytes:
    said = read_object(text, OSLO)
    places = [p.place for part in said.parts for p in part.people if p.address in gone]
    return said.document.spliced(dict.fromkeys(places, ()))


def series(*people: Address, day: Collection[Address] | None = None) -> bytes:
    asked, apart = ([f"ATTENDEE:{one}" for one in people] for people in (people, day or ()))
    main = event(START, END, "RRULE:FREQ=WEEKLY;COUNT=4", f"ORGANIZER:{KARI}", *asked)
    made = event(DAY, START.replace("08T", "15T"), "DURATION:PT1H", f"ORGANIZER:{KARI}", *apart)
    return calendar(main, *([made] if day is not None else []))


def test_each_member_gets_a_line_behind_that_of_the_group() -> None:
    text = expand(meeting(SALG, BERIT)).text

    assert named(text) == [[SALG, OLA, NINA, BERIT]]
    assert line(text, SALG) == f"ATTENDEE;CUTYPE=GROUP;SCHEDULE-AGENT=NONE:{SALG}"
    assert line(text, OLA) == (
        f'ATTENDEE;CN=Ola Berg;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;MEMBER="{SALG}":{OLA}'
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (";CUTYPE=GROUP;SCHEDULE-AGENT=NONE", True),
        (";CUTYPE=group;SCHEDULE-AGENT=NONE", True),
        (";CUTYPE=GROUP", False),
        (";CUTYPE=GROUP;SCHEDULE-AGENT=CLIENT", False),
        (";CUTYPE=ROOM;SCHEDULE-AGENT=NONE", False),
        (";SCHEDULE-AGENT=NONE", False),
    ],
)
def test_a_group_is_what_is_called_one_and_is_asked_by_nobody(*, said: str, expected: bool) -> None:
    (person,) = read_object(meeting(more=(f"ATTENDEE{said}:{SALG}",)), OSLO).main.people

    assert is_group(person) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"ATTENDEE;CUTYPE=GROUP;SCHEDULE-AGENT=NONE:{BYGG}", False),
        (f"ATTENDEE;CUTYPE=GROUP;SCHEDULE-AGENT=CLIENT:{BYGG}", True),
        (f"ATTENDEE;CUTYPE=GROUP;SCHEDULE-AGENT=CLIENT:{SALG}", False),
        (f"ATTENDEE:{SALG}", True),
        (f"ATTENDEE:{BYGG}", True),
    ],
)
def test_whoever_is_in_it_by_themselves_is_no_group_whose_members_are_named(*, said: str, expected: bool) -> None:
    main = read_object(meeting(more=(said, f'ATTENDEE;MEMBER="{SALG}":{OLA}')), OSLO).main
    group, ola = main.people

    assert individuals(main) == ((group, ola) if expected else (ola,))


def test_the_log_says_how_many_more_are_named() -> None:
    assert expand(meeting(SALG, OLA)).why == (
        "salg@byggbo.example is a group: 1 who belong to it are named beside it.",
    )


def test_orders_and_questions_on_the_groups_line_are_nobodys() -> None:
    asked = meeting(SALG).replace(b"ATTENDEE:", b"ATTENDEE;RSVP=TRUE;SCHEDULE-FORCE-SEND=REQUEST;ROLE=CHAIR;CN=S:")

    text = expand(asked).text

    assert line(text, SALG) == f"ATTENDEE;ROLE=CHAIR;CN=S;CUTYPE=GROUP;SCHEDULE-AGENT=NONE:{SALG}"
    assert ";ROLE=CHAIR;" in line(text, NINA)


def test_nobody_is_named_twice_under_any_address_and_the_organizer_never() -> None:
    groups = {**GROUPS, SALG: [member(KARI), member(OLA)]}

    assert named(expand(meeting(DAHL, BYGG, SALG), groups=groups).text) == [[DAHL, BYGG, OLA, SALG]]


def test_all_other_lines_keep_their_bytes() -> None:
    text = job(OLA, SALG, more=('X-EGEN;X="a,b":c\\,d',))

    whole = expand(text).text

    assert set(text.splitlines()) - set(whole.splitlines()) == {f"ATTENDEE:{SALG}".encode()}


def test_a_text_without_groups_is_the_same_text() -> None:
    assert expand(meeting(OLA, BERIT), groups={}) == Expanded(meeting(OLA, BERIT))


def test_a_group_to_which_nobody_belongs_is_asked_nothing_either() -> None:
    assert "SCHEDULE-AGENT=NONE" in line(expand(meeting(SALG), groups={SALG: []}).text, SALG)


def test_members_who_came_since_are_not_added_to_what_was_sent() -> None:
    stored = expand(meeting(SALG)).text
    more = {SALG: [*GROUPS[SALG], member(PER)]}

    assert expand(stored, stored, more).text == stored
    assert expand(meeting(SALG), stored, more).text == stored


def test_members_stay_where_the_program_has_not_read_them() -> None:
    stored = expand(meeting(SALG, BERIT)).text

    assert expand(meeting(SALG, BERIT), stored, {}).text == stored


def test_whoever_was_read_and_taken_out_stays_out() -> None:
    stored = expand(meeting(SALG)).text

    assert named(expand(without(stored, NINA), stored).text) == [[SALG, OLA]]
    assert named(expand(without(stored, OLA, NINA), stored, proved=True).text) == [[SALG]]


def test_one_who_is_asked_by_hand_says_nothing_of_what_was_read() -> None:
    stored = expand(meeting(SALG)).text

    assert sorted(named(expand(meeting(SALG, OLA), stored).text)[0]) == sorted([SALG, OLA, NINA])


def test_members_stay_where_the_groups_line_goes() -> None:
    stored = expand(meeting(SALG)).text

    assert named(expand(without(stored, SALG), stored, proved=True).text) == [[OLA, NINA]]


def test_a_group_that_is_named_again_brings_its_members_again() -> None:
    without_group = without(expand(meeting(SALG)).text, SALG, NINA)

    assert sorted(named(expand(meeting(OLA, SALG), without_group).text)[0]) == sorted([OLA, SALG, NINA])


def test_a_mark_that_a_program_loses_is_written_again_with_or_without_the_group() -> None:
    stored = expand(meeting(SALG)).text
    lost = stored.replace(b";SCHEDULE-AGENT=NONE", b"").replace(b";CUTYPE=GROUP", b"")
    alone = without(stored, OLA, NINA)

    assert "SCHEDULE-AGENT=NONE" in line(expand(lost, stored, {}, proved=True).text, SALG)
    assert newly_named(read_object(meeting(SALG), OSLO), read_object(alone, OSLO), {KARI}) == {SALG}
    assert "SCHEDULE-AGENT=NONE" in line(expand(meeting(SALG), alone).text, SALG)


def test_what_was_asked_as_one_before_it_was_a_group_goes_on_to_be() -> None:
    assert expand(meeting(SALG, OLA), meeting(SALG)).text == meeting(SALG, OLA)
    assert newly_named(read_object(meeting(SALG), OSLO), read_object(meeting(SALG), OSLO), {KARI}) == frozenset()


def test_a_group_whose_members_a_client_names_itself_is_left_to_it() -> None:
    theirs = meeting(more=(f"ATTENDEE;SCHEDULE-AGENT=CLIENT:{SALG}", f'ATTENDEE;MEMBER="{SALG}":{OLA}'))

    assert expand(theirs).text == theirs
    assert newly_named(read_object(theirs, OSLO), None, {KARI}) == {OLA}


def test_a_group_that_the_server_is_to_ask_from_now_on_is_expanded() -> None:
    by_client = meeting(SALG).replace(b"ATTENDEE", b"ATTENDEE;SCHEDULE-AGENT=CLIENT")

    assert named(expand(meeting(SALG), by_client).text) == [[SALG, OLA, NINA]]


def test_a_group_that_its_client_expanded_may_be_one_of_ours_when_the_server_is_to_ask_it() -> None:
    theirs = meeting(more=(f"ATTENDEE;SCHEDULE-AGENT=CLIENT:{SALG}", f'ATTENDEE;MEMBER="{SALG}":{OLA}'))
    ours = theirs.replace(b";SCHEDULE-AGENT=CLIENT", b"")

    assert newly_named(read_object(ours, OSLO), read_object(theirs, OSLO), {KARI}) == {SALG}
    assert named(expand(ours, theirs).text) == [[SALG, NINA, OLA]]


def test_a_group_that_the_client_takes_over_is_its_own_and_whom_it_has_not_read_of_stays() -> None:
    theirs = meeting(more=(f"ATTENDEE;SCHEDULE-AGENT=CLIENT:{SALG}",))

    text = expand(theirs, expand(meeting(SALG)).text).text

    assert named(text) == [[SALG, OLA, NINA]]
    assert line(text, SALG) == f"ATTENDEE;SCHEDULE-AGENT=CLIENT:{SALG}"


def test_whoever_is_in_by_two_groups_that_a_program_has_not_read_of_stays_once() -> None:
    mark = "ATTENDEE;CUTYPE=GROUP;SCHEDULE-AGENT=NONE"
    stored = meeting(more=(f"{mark}:{SALG}", f"{mark}:{BYGG}", f'ATTENDEE;MEMBER="{SALG}","{BYGG}":{OLA}'))

    assert named(expand(meeting(SALG, BYGG), stored).text) == [[SALG, OLA, BYGG]]


def test_what_is_no_group_any_more_and_has_nobody_in_it_is_asked_as_one() -> None:
    alone = without(expand(meeting(SALG)).text, OLA, NINA)

    assert expand(meeting(SALG), alone, {}).text == meeting(SALG)


def test_where_the_client_asks_everybody_nobody_may_be_a_group() -> None:
    text = meeting(SALG).replace(b"ORGANIZER", b"ORGANIZER;SCHEDULE-AGENT=CLIENT")

    assert newly_named(read_object(text, OSLO), None, {KARI}) == frozenset()


def test_only_those_who_are_new_may_be_groups() -> None:
    stored = read_object(expand(meeting(SALG, BERIT)).text, OSLO)

    assert newly_named(stored, stored, {KARI}) == frozenset()
    assert newly_named(read_object(meeting(KARI, SALG, BERIT, BYGG), OSLO), stored, {KARI}) == {BYGG}


def test_a_group_in_one_day_is_expanded_there() -> None:
    stored = expand(series(OLA)).text

    whole = expand(series(OLA, day=[OLA, SALG]), stored).text

    assert named(whole) == [[OLA], [OLA, SALG, NINA]]


def test_a_group_that_was_in_one_day_before_is_not_new_there() -> None:
    text = series(OLA, day=[OLA, SALG])
    stored = expand(text).text

    assert expand(text, stored, {SALG: [*GROUPS[SALG], member(PER)]}).text == stored


def test_a_day_that_is_written_apart_has_the_people_of_the_series() -> None:
    stored = without(expand(series(SALG)).text, NINA)

    assert named(expand(series(SALG, day=[SALG]), stored).text) == [[SALG, OLA], [SALG, OLA]]


PEOPLE = (OLA, NINA, PER, DAHL, BERIT, SALG, BYGG)
KNOWN = {address: one for address in (KARI, OLA, NINA, BERIT) for one in [member(address)]} | {PER: member(PER, DAHL)}
WORLDS = st.fixed_dictionaries(
    {
        group: st.lists(st.sampled_from(sorted(KNOWN)), unique=True).map(lambda found: [KNOWN[one] for one in found])
        for group in (SALG, BYGG)
    }
)
CASTS = st.lists(st.sampled_from(PEOPLE), unique=True)


@given(groups=WORLDS, cast=CASTS, day=st.none() | CASTS, proved=st.booleans())
def test_to_expand_twice_is_to_expand_once(
    *, groups: Groups, cast: list[Address], day: list[Address] | None, proved: bool
) -> None:
    text = series(*cast, day=day)

    once = expand(text, groups=groups).text

    assert expand(once, groups=groups).text == once
    assert expand(once, once, groups, proved=proved).text == once
    assert expand(text, once, groups).text == once
    for before, after in zip(named(text), named(once), strict=True):
        assert len(after) == len(set(after))
        assert KARI not in after
        wanted = {one.address for group in groups if group in before for one in groups[group]} - {KARI}
        assert set(before) | wanted - ({PER} if DAHL in before else set()) == set(after)
