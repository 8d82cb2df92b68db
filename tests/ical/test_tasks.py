# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares of a task and the whole made of them (product reading A17)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, NEEDS_ACTION, Answer
from ical.snapshot import read_object
from ical.tasks import Progress, Share, Whole, meant, progress_shown, rule_of, share_after, whole
from tests.ical.texts import OSLO, calendar, task

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
THEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
FRESH, HALF = Share(NEEDS_ACTION), Share(IN_PROCESS, 50)
DONE = Share(COMPLETED, 100, THEN)


def rows(*told: tuple[str, int | None]) -> list[Answer]:
    """Give answers of as many people."""
    return [Answer(Address(f"mailto:p{n}@x"), partstat=p, percent=percent) for n, (p, percent) in enumerate(told)]


@pytest.mark.parametrize(
    ("told", "status", "percent"),
    [
        ([], NEEDS_ACTION, 0),
        ([(NEEDS_ACTION, None)], NEEDS_ACTION, 0),
        ([(IN_PROCESS, 40), (NEEDS_ACTION, None)], IN_PROCESS, 20),
        ([(IN_PROCESS, 40), (DECLINED, 90)], IN_PROCESS, 40),
        ([(IN_PROCESS, 40), (DELEGATED, None), (ACCEPTED, None)], IN_PROCESS, 20),
        ([(IN_PROCESS, None), (NEEDS_ACTION, None)], IN_PROCESS, 0),
        ([(COMPLETED, None), (NEEDS_ACTION, None)], IN_PROCESS, 50),
        ([(COMPLETED, 100), (IN_PROCESS, 100)], IN_PROCESS, 99),
        ([(COMPLETED, 100), (COMPLETED, 100)], COMPLETED, 100),
        ([(COMPLETED, 100), (DECLINED, None)], COMPLETED, 100),
        ([(DECLINED, None), (DECLINED, 50)], NEEDS_ACTION, 0),
        ([(NEEDS_ACTION, 60), (NEEDS_ACTION, None)], NEEDS_ACTION, 0),
    ],
)
def test_the_whole_is_the_mean_over_all_who_have_not_declined(
    told: list[tuple[str, int | None]], status: str, percent: int
) -> None:
    found = whole(rows(*told))

    assert (found.status, found.percent) == (status, percent)


@pytest.mark.parametrize(
    ("rule", "told", "status", "percent"),
    [
        (Whole.ALL, [(COMPLETED, 100), (IN_PROCESS, 90)], IN_PROCESS, 50),
        (Whole.ALL, [(ACCEPTED, None), (IN_PROCESS, 90)], IN_PROCESS, 0),
        (Whole.ALL, [(COMPLETED, 100), (DECLINED, None)], COMPLETED, 100),
        (Whole.ANY, [(ACCEPTED, None), (IN_PROCESS, 90)], IN_PROCESS, 90),
        (Whole.ANY, [(COMPLETED, 100), (NEEDS_ACTION, None)], COMPLETED, 100),
        (Whole.ANY, [(DELEGATED, 100), (NEEDS_ACTION, None)], NEEDS_ACTION, 0),
        (Whole.ANY, [(DECLINED, 100)], NEEDS_ACTION, 0),
    ],
)
def test_the_distributor_may_choose_another_rule(
    rule: Whole, told: list[tuple[str, int | None]], status: str, percent: int
) -> None:
    found = whole(rows(*told), rule)

    assert (found.status, found.percent) == (status, percent)


@pytest.mark.parametrize("line", ["X-DISTRIB-WHOLE: any", "X-DISTRIB-WHOLE:MOST", "SUMMARY:x"])
def test_a_rule_that_is_none_is_the_mean(line: str) -> None:
    assert rule_of(read_object(calendar(task(line)), OSLO)) is (Whole.ANY if "any" in line else Whole.MEAN)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([NEEDS_ACTION, ACCEPTED, IN_PROCESS, COMPLETED, DECLINED]), st.none() | st.integers(0, 100)
        )
    )
)
def test_the_whole_is_done_when_all_are_and_only_then(told: list[tuple[str, int | None]]) -> None:
    found = whole(rows(*told))

    staying = [p for p, _ in told if p != DECLINED]
    assert (found.status == COMPLETED) == (found.percent == 100) == (bool(staying) and set(staying) == {COMPLETED})


@pytest.mark.parametrize(
    ("was", "sent", "seen", "partstat", "after"),
    [
        (FRESH, Progress(), Progress(NEEDS_ACTION), None, FRESH),
        (FRESH, Progress(NEEDS_ACTION), Progress(NEEDS_ACTION), ACCEPTED, Share(ACCEPTED)),
        (FRESH, Progress(NEEDS_ACTION, 40), Progress(NEEDS_ACTION), None, Share(IN_PROCESS, 40)),
        (FRESH, Progress(NEEDS_ACTION, 0), Progress(NEEDS_ACTION), None, FRESH),
        (FRESH, Progress(None, 0), Progress(IN_PROCESS, 20), None, FRESH),
        (HALF, Progress(IN_PROCESS, 50), Progress(IN_PROCESS, 50), None, HALF),
        (HALF, Progress(), Progress(IN_PROCESS, 50), None, HALF),
        (HALF, Progress(IN_PROCESS, 0), Progress(IN_PROCESS, 50), None, Share(ACCEPTED, 0)),
        (HALF, Progress(COMPLETED), Progress(IN_PROCESS, 50), None, Share(COMPLETED, 100, NOW)),
        (HALF, Progress(IN_PROCESS, 100), Progress(IN_PROCESS, 50), None, Share(COMPLETED, 100, NOW)),
        (HALF, Progress(IN_PROCESS, 50, THEN), Progress(IN_PROCESS, 50), None, Share(COMPLETED, 100, THEN)),
        (HALF, Progress(IN_PROCESS, 50), Progress(IN_PROCESS, 50), DECLINED, Share(DECLINED, 50)),
        (HALF, Progress("CANCELLED", 50), Progress(IN_PROCESS, 50), None, Share(DECLINED, 50)),
        (DONE, Progress(COMPLETED, 100, THEN), Progress(COMPLETED, 100, THEN), None, DONE),
        (DONE, Progress(), Progress(COMPLETED, 100, THEN), None, DONE),
        (DONE, Progress(None, 60), Progress(COMPLETED, 100, THEN), None, Share(IN_PROCESS, 60)),
        (DONE, Progress(NEEDS_ACTION, 100), Progress(COMPLETED, 100, THEN), None, Share(IN_PROCESS, 0)),
    ],
)
def test_whatever_a_client_changes_is_understood(
    was: Share, sent: Progress, seen: Progress, partstat: str | None, after: Share
) -> None:
    assert share_after(was, sent, seen, partstat, NOW) == after


@pytest.mark.parametrize(
    ("sent", "seen", "meant_by_all", "meant_by_lossy"),
    [
        (Progress(), Progress(COMPLETED, 100, THEN), Progress(NEEDS_ACTION), Progress(NEEDS_ACTION)),
        (Progress(IN_PROCESS), Progress(COMPLETED, 100), Progress(IN_PROCESS), Progress(IN_PROCESS)),
        (Progress(None, 100), Progress(COMPLETED, 100, THEN), Progress(None, 100), Progress(None, 100)),
        (Progress(IN_PROCESS), Progress(IN_PROCESS, 40), Progress(IN_PROCESS, 0), Progress(IN_PROCESS)),
        (Progress(), Progress(NEEDS_ACTION), Progress(), Progress()),
        (Progress(NEEDS_ACTION, 30), Progress(IN_PROCESS, 40), Progress(NEEDS_ACTION, 30), Progress(NEEDS_ACTION, 30)),
    ],
)
def test_a_line_that_is_taken_away_says_that_nothing_is_done(
    sent: Progress, seen: Progress, meant_by_all: Progress, meant_by_lossy: Progress
) -> None:
    assert meant(sent, seen) == meant_by_all
    assert meant(sent, seen, lossy=True) == meant_by_lossy


SHARES = st.one_of(
    st.builds(Share, st.sampled_from([NEEDS_ACTION, ACCEPTED]), st.none()),
    st.builds(Share, st.just(IN_PROCESS), st.none() | st.integers(1, 99)),
    st.just(DONE),
)
PROGRESS = st.builds(
    Progress,
    st.none() | st.sampled_from([NEEDS_ACTION, IN_PROCESS, COMPLETED]),
    st.none() | st.integers(0, 100),
    st.none() | st.just(THEN),
)


@given(SHARES)
def test_an_echo_changes_no_share(share: Share) -> None:
    shown = progress_shown(share)

    assert share_after(share, shown, shown, None, NOW) == share


@given(SHARES, PROGRESS)
def test_what_comes_of_a_text_is_a_share_that_can_be_shown(was: Share, sent: Progress) -> None:
    after = share_after(was, sent, progress_shown(was), None, NOW)

    assert (after.partstat == COMPLETED) == (after.completed_at is not None)
    assert after.percent is None or 0 <= after.percent <= 100
    assert (after.partstat == COMPLETED) <= (after.percent == 100)
