# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in: Radicale asks, the gateway's verifier answers."""

from collections.abc import Callable

from radicale.auth import AuthContext, BaseAuth
from radicale.config import Configuration

from gateway.model import Person

Verify = Callable[[str, str, str], Person | None]
"""Login, password and the address that asks; gives who that is, or None."""


class SignedIn(set[str]):
    """Radicale's set of groups, always empty: it takes the person along from sign-in to the method."""

    def __init__(self, person: Person | None) -> None:
        super().__init__()
        self.person = person


class Auth(BaseAuth):
    """Radicale's authentication over the gateway's people."""

    def __init__(self, configuration: Configuration, verify: Verify) -> None:
        super().__init__(configuration)
        self._verify = verify
        self._type = "gateway"  # as logs name it

    def _login_ext_with_groups(self, login: str, password: str, context: AuthContext) -> tuple[str, set[str]]:
        person = self._verify(login, password, context.remote_addr or "")
        return (person.login if person else "", SignedIn(person))

    def _sleep_for_constant_exec_time(self, time_ns_begin: int) -> None:
        """Never sleep: the verifier takes the same time for every wrong pair, and limits how often one may guess."""
