# SPDX-License-Identifier: GPL-3.0-or-later
"""The secret of a browser that somebody has signed in with, and what is made of it.

The secret itself is in the browser's cookie only. The database knows its digest; forms carry a mark that is made from
it, and that nobody can make who does not have it (CSRF).
"""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

LONGEST = timedelta(days=30)
"""How long a session lasts at most."""
IDLE = timedelta(days=7)
"""How long it lasts without being used."""
NOTED = timedelta(hours=1)
"""How exact it is known when it was used last."""


def new_secret() -> str:
    """Give the secret of a new session: 256 bits, fit for a cookie."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Give what the database knows of a secret."""
    return sha256(secret.encode()).hexdigest()


def proof_of(password_hash: str | None) -> str:
    """Give what shows that the password is still the one that opened a session."""
    return sha256((password_hash or "").encode()).hexdigest()


def form_mark(secret: str) -> str:
    """Give what the forms of a session carry."""
    return hmac.new(secret.encode(), b"form", sha256).hexdigest()[:32]


def is_marked(mark: str, secret: str) -> bool:
    """Tell whether *mark* is that of the forms of the session with *secret*."""
    return mark.isascii() and hmac.compare_digest(mark, form_mark(secret))


def is_open(begun_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Tell whether a session is good still."""
    return now - begun_at < LONGEST and now - used_at < IDLE
