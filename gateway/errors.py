# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong in the service, each named for the rule that is broken.

GatewayError
├── ConfigError             a setting is wrong; the message is for the operator
├── NotFound                there is no such thing, or not for this person
├── Refused                 the request breaks a rule; `precondition` names it where an RFC does
│   ├── NotYours            it belongs to somebody else
│   ├── NotTheOrganizer     RFC 6638 5.2.2 valid-organizer
│   ├── UidTaken            RFC 4791 5.3.2.1 no-uid-conflict, RFC 6638 3.2.4.1 unique-scheduling-object-resource
│   ├── WrongComponent      RFC 4791 5.3.2.1 supported-calendar-component
│   └── DefaultCalendarNeeded   RFC 6638 4.3
├── PreconditionFailed      If-Match, If-None-Match or If-Schedule-Tag-Match does not hold
├── TokenTooOld             RFC 6578 3.2, valid-sync-token
└── DatabaseError           the database cannot be reached or is not ours; the message is for the operator
    └── Overtaken           another write came in between; what is done once more goes through
"""


class GatewayError(Exception):
    """The service cannot do what was asked."""


class ConfigError(GatewayError):
    """A setting is missing or wrong."""


class NotFound(GatewayError):
    """There is no such thing, or this person may not know of it."""


class Refused(GatewayError):
    """The request breaks a rule."""


class NotYours(Refused):
    """The acting person may not change this."""


class NotTheOrganizer(Refused):
    """The question is asked in the name of somebody else."""


class UidTaken(Refused):
    """Another object of the home has this UID."""

    def __init__(self, uid: str, path: str, *, scheduled: bool) -> None:
        super().__init__(f"the UID {uid[:80]} is that of {path}")
        self.uid, self.path, self.scheduled = uid, path, scheduled


class WrongComponent(Refused):
    """The calendar does not take this kind of entry."""


class DefaultCalendarNeeded(Refused):
    """Invitations arrive in this calendar: it cannot be removed."""


class PreconditionFailed(GatewayError):
    """A condition that the client set does not hold any more."""


class TokenTooOld(GatewayError):
    """The sync token is older than what is remembered, or is none of ours."""


class DatabaseError(GatewayError):
    """The database cannot be used; the message says what to do."""


class Overtaken(DatabaseError):
    """Another write came in between, so that what was loaded is not true any more: load again, decide again."""
