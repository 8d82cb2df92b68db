# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose invitations are taken: the whole table."""

import pytest

from mail.admission import Admitted, Claim, Policy, admit
from mail.authentication import Authentication

PASSED, FAILED, UNKNOWN = Authentication.PASSED, Authentication.FAILED, Authentication.UNKNOWN
VERIFIED, UNVERIFIED, QUARANTINE, REFUSED = Admitted


@pytest.mark.parametrize(
    ("authentication", "organizer", "secretary", "found"),
    [
        (PASSED, True, False, VERIFIED),
        (PASSED, False, True, VERIFIED),
        (PASSED, False, False, QUARANTINE),
        (UNKNOWN, True, False, UNVERIFIED),
        (UNKNOWN, False, True, QUARANTINE),
        (UNKNOWN, False, False, QUARANTINE),
        (FAILED, True, False, QUARANTINE),
        (FAILED, False, True, QUARANTINE),
        (FAILED, False, False, QUARANTINE),
    ],
)
def test_who_it_was_decides_where_they_may_invite(
    authentication: Authentication, *, organizer: bool, secretary: bool, found: Admitted
) -> None:
    for policy, contact in ((Policy.CONTACTS, True), (Policy.ANYONE, True), (Policy.ANYONE, False)):
        claim = Claim(authentication, is_known=contact, from_organizer=organizer, for_organizer=secretary)
        assert admit(claim, policy)[0] is found
    for policy, contact in ((Policy.CONTACTS, False), (Policy.NOBODY, True)):
        claim = Claim(authentication, is_known=contact, from_organizer=organizer, for_organizer=secretary)
        assert admit(claim, policy)[0] is REFUSED
