# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of mail to contacts: claimed, sent, tried again, refused, bounced; and what the organizer sees of it.

The result stands as SCHEDULE-STATUS on the contact's line in the organizer's copy, whose ETag moves and whose
Schedule-Tag does not: it is no change that a client must merge (RFC 6638 3.2.9, 3.2.10).
"""

from datetime import datetime, timedelta

from gateway.model import EntryId
from gateway.store import answers, calendars, decisions, entries, outbox, reading_changes, readings
from gateway.store.outbox import COPY, FORWARD, Mail
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox

LEASE = timedelta(seconds=30)
"""How long a claim holds without being renewed: what a process that died was sending goes out after it."""

WAITING = "1.0"
SENT = "1.1"
DELIVERED = "1.2"
NO_ADDRESS = "3.7"
GIVEN_UP = "5.1"
REFUSED = "5.2"
FORBIDDEN = "5.3"
"""SCHEDULE-STATUS (RFC 6638 3.2.9)."""

_NAMES = {FORWARD: "A mail", COPY: "A copy"}
_MINUTES = (0.25, 1, 5, 15, 60)
"""The first pause is short: most often a mail server is only being restarted."""
_LATER = timedelta(hours=2)
PATIENCE = timedelta(hours=48)
"""Mail that could not be sent for so long is given up."""
_SPREAD = 0.4
_RESPONSE_LENGTH = 500


def claim(uow: UnitOfWork, *, worker: str, now: datetime, limit: int) -> tuple[Mail, ...]:
    """Give up to *limit* mails that are due, for *worker* alone until the lease ends; commit before sending."""
    return outbox.claim(uow, worker=worker, now=now, lease=LEASE, limit=limit)


def renew(uow: UnitOfWork, mail: Mail, *, worker: str, now: datetime) -> bool:
    """Prolong the lease of *mail*; False: it is another worker's now."""
    return outbox.renew(uow, mail.id, worker, now + LEASE)


def sent(uow: UnitOfWork, mail: Mail, *, worker: str, response: str, now: datetime) -> bool:
    """Note that the mail server took *mail*; False: it was another worker's by then."""
    if not outbox.sent(uow, mail.id, worker, now, response[:_RESPONSE_LENGTH]):
        return False
    outbox.forget_link(uow, mail)
    _settle(uow, mail, SENT, f"{_what(mail)} was taken by the mail server.", now)
    return True


def deferred(  # the outbox's row, who says so, what was said, when
    uow: UnitOfWork, mail: Mail, *, worker: str, response: str, now: datetime, chance: float
) -> datetime | None:
    """Note that *mail* was not taken, and give when it is tried again; None: it is given up.

    *chance*, from 0 to 1, spreads what failed together.
    """
    due = next_attempt(mail, now, chance)
    if due is not None:
        outbox.again(uow, mail.id, worker, due, response[:_RESPONSE_LENGTH])
        return due
    if outbox.failed(uow, mail.id, worker, response[:_RESPONSE_LENGTH]):
        _settle(uow, mail, GIVEN_UP, f"{_what(mail)} was given up after {mail.attempts} attempts: {response}", now)
    return None


def refused(uow: UnitOfWork, mail: Mail, *, worker: str, response: str, status: str, now: datetime) -> None:
    """Note that *mail* will never be taken; *status* tells why."""
    if outbox.failed(uow, mail.id, worker, response[:_RESPONSE_LENGTH]):
        _settle(uow, mail, status, f"{_what(mail)} was refused: {response}", now)


def next_attempt(mail: Mail, now: datetime, chance: float) -> datetime | None:
    """Give when *mail* is tried again after a failure: in ¼, 1, 5, 15, 60 minutes, then every 2 hours up to 48."""
    tried = max(mail.attempts, 1)
    pause = timedelta(minutes=_MINUTES[tried - 1]) if tried <= len(_MINUTES) else _LATER
    due = now + pause * (1 + _SPREAD * (chance - 0.5))
    return due if due <= mail.created_at + PATIENCE else None


def tell(uow: UnitOfWork, entry_id: EntryId, address: Address, status: str, why: str, now: datetime) -> None:
    """Show *status* on the line of *address* in the organizer's copy, or of an organizer outside in the answerer's."""
    entries.lock(uow, entry_id)
    decisions.note(uow, entry_id, [("delivery", why)], now)
    outside = entries.is_outside(uow, entry_id)
    if not (_told_outside if outside else _told)(uow, entry_id, address, status):
        return
    own = [r for r in readings.of_entry(uow, entry_id) if (r.organizer or outside) and not r.hidden]
    if own:
        calendars.advance(uow, {r.calendar_id for r in own})
        reading_changes.move_pointers(uow, [r.id for r in own], ())


def _told(uow: UnitOfWork, entry_id: EntryId, address: Address, status: str) -> int:
    return answers.set_delivery(uow, entry_id, {address: status})


def _told_outside(uow: UnitOfWork, entry_id: EntryId, address: Address, status: str) -> int:
    """Of mail to others than the organizer, to whom an answerer hands their place, no status tells."""
    entry = entries.by_id(uow, entry_id)
    return answers.set_told(uow, entry_id, status) if entry is not None and entry.organizer == address else 0


def _settle(uow: UnitOfWork, mail: Mail, status: str, why: str, now: datetime) -> None:
    if mail.method in {FORWARD, COPY}:
        decisions.note(uow, mail.entry_id, [("delivery", why)], now)
        return
    entries.lock(uow, mail.entry_id)
    if status == SENT and _delivery(uow, mail) not in ("", WAITING):
        return  # The contact has answered already: quicker than the mail server's last word.
    tell(uow, mail.entry_id, mail.address, status, why, now)


def _delivery(uow: UnitOfWork, mail: Mail) -> str:
    said = answers.of(uow, mail.entry_id)
    return next((a.delivery for a in said if a.address == mail.address and a.instance == mail.instance), "")


def _what(mail: Mail) -> str:
    return f"{_NAMES.get(mail.method, mail.method)} to {mailbox(mail.address) or mail.address}"
