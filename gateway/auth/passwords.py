# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords at rest: argon2id, with the library's own choice of cost."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is stored for *password*; takes a tenth of a second or two on purpose."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether *password* is the one behind *stored*; takes as long where nothing is stored."""
    try:
        _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    """A hash that no password has, of the same cost as a real one."""
    return hashed(secrets.token_urlsafe(32))
