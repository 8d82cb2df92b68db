# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords at rest."""

from gateway.auth.passwords import hashed, matches


def test_the_right_password_matches_and_another_does_not() -> None:
    stored = hashed("blåbær")

    assert matches(stored, "blåbær")
    assert not matches(stored, "blabær")


def test_what_is_stored_is_argon2_and_differs_each_time() -> None:
    first, second = hashed("demo"), hashed("demo")

    assert first.startswith("$argon2id$")
    assert first != second


def test_no_password_opens_where_none_is_stored() -> None:
    assert not matches(None, "")
    assert not matches(None, "demo")


def test_what_is_no_hash_opens_for_nobody() -> None:
    assert not matches("demo", "demo")
