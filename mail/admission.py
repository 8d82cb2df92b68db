# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose invitations are taken, as a table.

An invitation comes to a mailbox that everybody may know: there is no secret in it. So who may invite is the company's
choice, and who it was is as sure as its mail server says.
"""

from dataclasses import dataclass
from enum import StrEnum

from mail.authentication import Authentication


class Policy(StrEnum):
    """From whom outside invitations are taken."""

    ANYONE = "anyone"
    CONTACTS = "contacts"
    NOBODY = "nobody"


class Admitted(StrEnum):
    """What becomes of an invitation."""

    VERIFIED = "verified"
    """It is taken, and our mail server vouches for who sent it."""
    UNVERIFIED = "unverified"
    """It is taken as it says."""
    QUARANTINE = "quarantine"
    """It waits for an administrator."""
    REFUSED = "refused"
    """It changes nothing: the employee has the mail all the same."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of who sent an invitation."""

    authentication: Authentication
    is_known: bool
    """From is a contact's mailbox, or organizes what the employee has of it already."""
    from_organizer: bool
    """From is the ORGANIZER."""
    for_organizer: bool
    """From is the SENT-BY of the ORGANIZER: a secretary sends it."""


def admit(claim: Claim, policy: Policy) -> tuple[Admitted, str]:
    """Decide on an invitation, and give why in one sentence for the log."""
    if policy is Policy.NOBODY:
        return Admitted.REFUSED, "nobody outside may put anything into a calendar"
    if policy is Policy.CONTACTS and not claim.is_known:
        return Admitted.REFUSED, "its sender is no contact"
    return _of_taken(claim)


def _of_taken(claim: Claim) -> tuple[Admitted, str]:
    """Decide on an invitation of somebody who may invite, if it is them."""
    if claim.authentication is Authentication.FAILED:
        return Admitted.QUARANTINE, "our mail server says that its sender is somebody else"
    if claim.authentication is Authentication.UNKNOWN and claim.from_organizer:
        return Admitted.UNVERIFIED, "nobody vouches for its sender, who says to be the organizer"
    if claim.authentication is Authentication.UNKNOWN:
        return Admitted.QUARANTINE, "nobody vouches for its sender, who is not the organizer"
    if claim.from_organizer or claim.for_organizer:
        return Admitted.VERIFIED, "our mail server vouches for its sender"
    return Admitted.QUARANTINE, "its sender is neither the organizer nor who sends for them"
