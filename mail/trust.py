# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may answer for whom, as a table.

The mailbox that an invitation names as ORGANIZER is a secret of the one who got it: whoever writes to it holds the
invitation. That is stronger than a From, which anyone can write, and than DMARC, which real answers fail.
"""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What becomes of an answer."""

    APPLY = "apply"
    APPLY_ALIAS = "apply-alias"
    """It counts for the token's owner, who writes or answers under another address."""
    APPLY_UNVERIFIED = "apply-unverified"
    """It counts, and the organizer is told that another address wrote it."""
    ASK = "ask"
    """It changes nothing and goes to the organizer."""
    DROP = "drop"
    """It changes nothing, and nobody is answered."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an answer."""

    has_token: bool
    """It came to the mailbox that only the invited address was told."""
    from_attendee: bool
    """From is the invited address."""
    authenticated: bool
    """Our own mail server vouches for From (DMARC, or an aligned DKIM signature)."""
    for_attendee: bool
    """Its ATTENDEE is the invited address."""
    lone: bool
    """It has one ATTENDEE only, and that is nobody else who was asked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The action, and why in one sentence for the decision log."""

    action: Action
    why: str


def judge(evidence: Evidence, *, trust_strangers: bool = True) -> Verdict:
    """Decide on an answer.

    Without a token only a vouched-for From is enough, and whose vouching counts the company has chosen;
    *trust_strangers*: with one, any From is.
    """
    if not evidence.has_token:
        return _without_token(evidence)
    if evidence.for_attendee:
        return _for_owner(evidence, trust_strangers=trust_strangers)
    if evidence.from_attendee and evidence.lone:
        return Verdict(Action.APPLY_ALIAS, "the invited address answers under another ATTENDEE, its only one: an alias")
    return Verdict(Action.ASK, "the answer is for somebody who was not asked with this invitation")


def _for_owner(evidence: Evidence, *, trust_strangers: bool) -> Verdict:
    if evidence.from_attendee:
        return Verdict(Action.APPLY, "the invited address answers in the secret mailbox of its invitation")
    if evidence.authenticated:
        return Verdict(Action.APPLY_ALIAS, "another address, which is vouched for, answers in the secret mailbox")
    if trust_strangers:
        return Verdict(Action.APPLY_UNVERIFIED, "another address, which nobody vouches for, has the secret mailbox")
    return Verdict(Action.ASK, "another address, which nobody vouches for, answers for the invited one")


def _without_token(evidence: Evidence) -> Verdict:
    if evidence.from_attendee and evidence.authenticated and evidence.for_attendee:
        return Verdict(Action.APPLY, "the invited address answers, and our mail server vouches for it")
    return Verdict(Action.DROP, "it came to no mailbox of an invitation, and nobody vouches for who wrote it")
