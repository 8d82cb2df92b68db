# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with iCalendar text, or with what it asks for.

IcalError
├── NotCalendarData         not UTF-8, not content lines, BEGIN and END that do not match
├── TooLarge                a limit of `ical.limits` is passed
├── NotOneObject            several UIDs, mixed kinds, a METHOD, nothing to store
├── KindNotTaken            a poll, and in a message a journal
├── ValueRefused            a property that scheduling needs has a value that cannot be read
└── SchedulingRefused
    ├── OrganizersDiffer    RFC 6638 3.2.4.2, same-organizer-in-all-components
    ├── OrganizerMayNot     RFC 6638 3.2.4.3, allowed-organizer-scheduling-object-change
    └── AttendeeMayNot      RFC 6638 3.2.4.4, allowed-attendee-scheduling-object-change
"""


class IcalError(Exception):
    """The text, or what it asks for, breaks a rule."""


class NotCalendarData(IcalError):
    """The bytes are no iCalendar stream (RFC 4791 5.3.2.1, valid-calendar-data)."""


class TooLarge(IcalError):
    """The text passes a limit, so nothing more of it is read."""

    def __init__(self, what: str, found: int, limit: int) -> None:
        super().__init__(f"{what}: {found} is more than the {limit} that are taken")
        self.what, self.found, self.limit = what, found, limit


class NotOneObject(IcalError):
    """The stream is not one calendar object (RFC 4791 4.1, valid-calendar-object-resource)."""


class KindNotTaken(IcalError):
    """What the text holds is none of the kinds that are taken (RFC 4791 5.3.2.1, supported-calendar-component)."""


class ValueRefused(NotCalendarData):
    """A value that scheduling needs cannot be read."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name} has a value that cannot be read: {value[:80]!r}")
        self.name, self.value = name, value


class SchedulingRefused(IcalError):
    """The change is not one that its sender may ask for."""


class OrganizersDiffer(SchedulingRefused):
    """The components of one object name different organizers."""


class OrganizerMayNot(SchedulingRefused):
    """The organizer asks for a change that RFC 6638 3.2.1 forbids."""


class AttendeeMayNot(SchedulingRefused):
    """The attendee asks for a change that is the organizer's to make."""
