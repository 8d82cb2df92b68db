# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking login and password on each request without paying for argon2 on each request.

A pair that was right is remembered as a keyed hash for five minutes at most. The stored password hash is part of
what is hashed, and is asked for every time: whoever changes a password or disables somebody, in whichever process,
is obeyed at once.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.auth.passwords import matches
from gateway.errors import GatewayError
from gateway.log import log
from gateway.model import Person

REMEMBERED = 300.0
"""Seconds for which a verified pair is good without argon2."""
GUESSES = 10
"""Different wrong passwords that an address may try for a login within `REMEMBERED`."""
AT_ONCE = 2
"""argon2 takes 64 MiB and all of a core: more at a time would only starve those who are known already."""
ROOM = 10_000
"""How much is remembered of each kind before the oldest makes way."""


class TooManyGuesses(GatewayError):
    """An address has tried too many different passwords for a login; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many wrong passwords, try again in {retry_after} s")
        self.retry_after = retry_after


class Credential(Protocol):
    """What the store knows of a login."""

    @property
    def person(self) -> Person:
        """Whose it is."""

    @property
    def password_hash(self) -> str | None:
        """As `gateway.auth.passwords.hashed` made it; None: no password opens."""


@dataclass(slots=True)
class _Guesses:
    """The different wrong passwords of an address for a login."""

    until: float
    seen: set[bytes]


class Verifier:
    """Checks pairs of login and password; one per process, used by all threads.

    It is a class because it remembers. `find` is one cheap query.
    """

    def __init__(
        self, find: Callable[[str], Credential | None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._find, self._clock = find, clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._right: dict[bytes, float] = {}
        self._wrong: dict[tuple[str, str], _Guesses] = {}
        matches(None, "")  # the first unknown login must not take longer than the next

    def verify(self, login: str, password: str, remote: str) -> Person | None:
        """The person whose pair this is, or None; TooManyGuesses where *remote* has been guessing."""
        credential = self._find(login)
        stored = credential.password_hash if credential else None
        digest = self._digest(login, password, stored)
        if self._is_right(digest):
            return _active(credential)
        if self._is_known_guess(remote, login, digest):
            return None
        with self._turn:
            # Clients open several connections at once: the first one's answer is good for all.
            if not self._is_right(digest):
                if not matches(stored, password):
                    self._note_guess(remote, login, digest)
                    return None
                self._remember(digest)
        return _active(credential)

    def _digest(self, login: str, password: str, stored: str | None) -> bytes:
        parts = (login.encode(), password.encode("utf-8", "surrogatepass"), (stored or "").encode())
        return hmac.digest(self._key, b"".join(len(part).to_bytes(8, "big") + part for part in parts), "sha256")

    def _is_right(self, digest: bytes) -> bool:
        return self._right.get(digest, 0.0) > self._clock()

    def _remember(self, digest: bytes) -> None:
        with self._lock:
            _make_room(self._right)
            self._right[digest] = self._clock() + REMEMBERED

    def _is_known_guess(self, remote: str, login: str, digest: bytes) -> bool:
        """Tell whether this very pair was wrong before: a phone with an old password repeats it, and is no attack."""
        now = self._clock()
        with self._lock:
            guesses = self._wrong.get((remote, login))
            if guesses is None or guesses.until <= now:
                return False
            if digest in guesses.seen:
                return True
            if len(guesses.seen) >= GUESSES:
                raise TooManyGuesses(max(1, round(guesses.until - now)))
            return False

    def _note_guess(self, remote: str, login: str, digest: bytes) -> None:
        now = self._clock()
        with self._lock:
            guesses = self._wrong.get((remote, login))
            if guesses is None or guesses.until <= now:
                _make_room(self._wrong)
                guesses = self._wrong[remote, login] = _Guesses(now + REMEMBERED, set())
            guesses.seen.add(digest)
            count = len(guesses.seen)
        if count == GUESSES:
            log.warning("auth.guessing", login=login, remote=remote, wrong_passwords=count)


def _active(credential: Credential | None) -> Person | None:
    if credential is None or credential.person.disabled or credential.person.left_at is not None:
        return None
    return credential.person


def _make_room(remembered: dict[Any, Any]) -> None:
    if len(remembered) >= ROOM:
        del remembered[next(iter(remembered))]
