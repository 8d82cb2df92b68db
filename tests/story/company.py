# SPDX-License-Identifier: GPL-3.0-or-later
"""Bygg & Bo AS with a gateway of its own: the real process, its users and contacts, its mail both ways."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.gateway.process import Started, run, started
from tests.gateway.running import free_port
from tests.story.people import PASSWORD, Colleague

COLLEAGUES = {"kari": "Kari Nordmann", "ola": "Ola Berg", "nina": "Nina Lund", "per": "Per Dahl"}
CONTACTS = {"berit": "Berit Kunde", "leif": "Leif Lager"}
BERIT, LEIF = (f"{name}@kunde.example" for name in CONTACTS)
SENDER = "kalender@byggbo.example"


@dataclass(frozen=True, slots=True)
class Company:
    """Where everything is."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of every process of the gateway."""
        return {
            "DISTRIB_DATABASE_URL": self.database_url,
            "DISTRIB_PORT": str(self.port),
            "DISTRIB_MAIL_FROM": SENDER,
            "DISTRIB_SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "DISTRIB_LMTP_LISTEN": f"127.0.0.1:{self.lmtp_port}",
        }

    def hire(self, *logins: str) -> None:
        """Add colleagues, and the contacts outside, by the commands that an operator uses."""
        for login in logins:
            self._distrib("user", "add", login, "--email", f"{login}@byggbo.example", "--name", COLLEAGUES[login])
        for contact, name in CONTACTS.items():
            self._distrib("contact", "add", "--name", name, "--email", f"{contact}@kunde.example", "--language", "nb")

    @contextmanager
    def gateway(self, **settings: str) -> Iterator[Started]:
        """Run `distrib serve` for as long as the block does."""
        with started(self.folder, self.port, "serve", settings={**self.settings, **settings}) as running:
            yield running
            assert "Traceback" not in running.said(), running.said()

    def colleague(self, login: str) -> Colleague:
        """Sign somebody in, who knows nothing but the server's name."""
        return Colleague(f"http://127.0.0.1:{self.port}/", login)

    def _distrib(self, *arguments: str) -> None:
        password = ("--password", PASSWORD) if arguments[0] == "user" else ()
        done = run(self.folder, *arguments, *password, settings=self.settings)
        assert done.returncode == 0, done.stderr
