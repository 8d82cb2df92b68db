# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with mail, each named for what its sender must do about it.

MailError
├── NotComposable           a letter cannot be made from these facts; it never can be
│   └── AddressRefused      the address cannot be that of a mailbox (SCHEDULE-STATUS 3.7)
├── NotReadable             an incoming mail passes a limit or is no mail
├── ServerUnknown           the URL of the mail server says nothing that can be used; for the operator
└── NotDelivered
    ├── Deferred            not now: the same mail may go out later
    └── Refused             never: the other side said no for good
"""


class MailError(Exception):
    """The mail cannot be written, read or sent."""


class NotComposable(MailError):
    """No mail can be made of these facts."""


class AddressRefused(NotComposable):
    """This is no address that mail can be sent to."""

    def __init__(self, address: str) -> None:
        super().__init__(f"no mail can be sent to {address[:80]!r}")
        self.address = address


class NotReadable(MailError):
    """The incoming bytes are no mail that is read to its end."""


class ServerUnknown(MailError):
    """The URL does not name a mail server."""


class NotDelivered(MailError):
    """The mail server did not take the mail; `response` is what it said, or what went wrong on the way to it."""

    def __init__(self, response: str, code: int | None = None) -> None:
        super().__init__(response)
        self.response, self.code = response, code


class Deferred(NotDelivered):
    """Not taken now: a 4xx reply, no connection, or a fault on our own side that an operator will mend."""


class Refused(NotDelivered):
    """Refused for good (5xx)."""

    @property
    def by_policy(self) -> bool:
        """Tell whether the other side may but will not take it (RFC 3463 3.8: X.7.X)."""
        return " 5.7." in f" {self.response}"
