# SPDX-License-Identifier: GPL-3.0-or-later
"""An address that asks too often has to wait, and nobody else has."""

from datetime import UTC, datetime, timedelta

from gateway.web.limit import MOST_ADDRESSES, Limit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_burst_is_let_through_and_then_one_at_a_time() -> None:
    limit = Limit(burst=3, per_minute=60)

    assert [limit.admits("192.0.2.1", NOW) for _ in range(4)] == [True, True, True, False]
    assert limit.admits("192.0.2.1", NOW + timedelta(seconds=1))
    assert not limit.admits("192.0.2.1", NOW + timedelta(seconds=1))


def test_others_are_not_slowed_down() -> None:
    limit = Limit(burst=1, per_minute=1)

    assert limit.admits("192.0.2.1", NOW)
    assert limit.admits("192.0.2.2", NOW)


def test_one_ipv6_customer_is_one_client() -> None:
    limit = Limit(burst=1, per_minute=1)

    assert limit.admits("2001:db8:1:2::1", NOW)
    assert not limit.admits("2001:db8:1:2:ffff::9", NOW)
    assert limit.admits("2001:db8:1:3::1", NOW)


def test_what_is_remembered_is_bounded() -> None:
    limit = Limit(burst=1, per_minute=1)
    for number in range(MOST_ADDRESSES + 10):
        limit.admits(f"client-{number}", NOW)

    assert limit.admits("client-0", NOW)
    assert not limit.admits(f"client-{MOST_ADDRESSES}", NOW)
