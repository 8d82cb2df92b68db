# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with this installation, and what to do about it."""

import os
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gateway.auth.passwords import hashed
from gateway.config import Settings, is_loopback
from gateway.errors import DatabaseError
from gateway.opening import open_database
from gateway.store import outbox, people, quarantine
from gateway.store.unit import Database
from gateway.store.upgrade import is_current

PATIENCE = 5.0
"""Seconds that another server has to answer."""
SLOW_HASH = 1.5
WAITING = timedelta(minutes=5)
"""From when a mail that is due has waited too long."""


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    subject: str
    text: str
    """What was found, and where that is bad what to do."""


Findings = Iterator[Finding]


def diagnose(settings: Settings, now: datetime) -> Findings:
    """Look at everything in turn; a check never stops the next one."""
    yield from _data_dir(settings.data_dir)
    yield from _database(settings, now)
    yield from _public_url(settings)
    yield from _smtp(settings)
    yield from _lmtp(settings)
    yield from _argon2()


def _data_dir(path: Path) -> Findings:
    if not path.is_dir():
        yield Finding(Level.WARNING, "data directory", f"{path} does not exist yet; the first start makes it")
    elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(Level.WRONG, "data directory", f"we may not write in {path}: change its owner or rights")
    elif path.stat().st_mode & 0o077:
        yield Finding(Level.WARNING, "data directory", f"others may look into {path}: run `chmod 700 {path}`")
    else:
        yield Finding(Level.OK, "data directory", str(path))


def _database(settings: Settings, now: datetime) -> Findings:
    file = settings.sqlite_file
    if file is not None and not file.exists():
        yield Finding(Level.WARNING, "database", f"{file} does not exist yet; the first start or `user add` makes it")
        return
    database = open_database(settings)
    try:
        if not is_current(database):
            yield Finding(Level.WRONG, "database", f"{database.name} is of another version: run `distrib db upgrade`")
            return
        yield Finding(Level.OK, "database", database.name)
        yield from _contents(database, now)
    except DatabaseError as error:
        yield Finding(Level.WRONG, "database", str(error))
    finally:
        database.close()


def _contents(database: Database, now: datetime) -> Findings:
    with database.read() as uow:
        staff, counts, since = people.everybody(uow), outbox.counts(uow), outbox.oldest_due(uow, now)
        kept_back = len(quarantine.listed(uow))
    if staff:
        yield Finding(Level.OK, "users", f"{len(staff)}")
    else:
        yield Finding(Level.WARNING, "users", "nobody can sign in: run `distrib user add LOGIN --email E --name N`")
    if since is not None and now - since > WAITING:
        waiting = f"mail waits since {since:%Y-%m-%d %H:%M} UTC"
        yield Finding(Level.WRONG, "outbox", f"{waiting}: is `distrib serve` or `distrib worker` running?")
    elif counts[outbox.FAILED]:
        text = f"{counts[outbox.FAILED]} mails were given up: `distrib mail status` tells why"
        yield Finding(Level.WARNING, "outbox", text)
    else:
        yield Finding(Level.OK, "outbox", f"{counts[outbox.SENT]} sent, {counts[outbox.PENDING]} waiting")
    if kept_back:
        text = f"invitations from outside that you decide on: {kept_back}; see `distrib mail quarantine`"
        yield Finding(Level.WARNING, "quarantine", text)


def _public_url(settings: Settings) -> Findings:
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    if is_loopback(host):
        text = f"{settings.public_url} is this machine only; for others set DISTRIB_PUBLIC_URL and a reverse proxy"
        yield Finding(Level.WARNING, "public URL", text)
    elif parts.scheme == "http":
        text = f"{settings.public_url} sends passwords in the clear: put TLS before it and say https://"
        yield Finding(Level.WRONG, "public URL", text)
    try:
        status, location = _asked(settings.public_url + "/.well-known/caldav")
    except (OSError, HTTPException) as error:
        text = f"{settings.public_url} does not answer ({_reason(error)}): is it started, and passed on by the proxy?"
        yield Finding(Level.WARNING, "public URL", text)
        return
    if status == 301 and urlsplit(location).path == settings.path_prefix + "/dav/":  # noqa: PLR2004
        yield Finding(Level.OK, "public URL", f"{settings.public_url} leads calendar programs to {location}")
    else:
        text = f"{settings.public_url}/.well-known/caldav answers {status} {location}: the proxy must pass it on to us"
        yield Finding(Level.WRONG, "public URL", text)


def _asked(url: str) -> tuple[int, str]:
    """Status and Location of a GET."""
    parts = urlsplit(url)
    kind: Callable[..., HTTPConnection] = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", parts.path)
        response = connection.getresponse()
        return response.status, response.getheader("Location") or ""
    finally:
        connection.close()


def _smtp(settings: Settings) -> Findings:
    if settings.smtp_url is None:
        text = "contacts get no mail, only SCHEDULE-STATUS 5.2: set DISTRIB_SMTP_URL, such as smtp://user:password@host"
        yield Finding(Level.WARNING, "mail out", text)
        return
    host = urlsplit(settings.smtp_url).hostname or ""
    try:
        said = _greeted(settings.smtp_url)
    except smtplib.SMTPAuthenticationError as error:
        text = f"{host} does not take our user and password ({error.smtp_code}): see DISTRIB_SMTP_URL"
        yield Finding(Level.WRONG, "mail out", text)
    except smtplib.SMTPNotSupportedError:
        text = f"{host} offers no STARTTLS, and mail would go in the clear: use smtps:// or another server"
        yield Finding(Level.WRONG, "mail out", text)
    except (OSError, smtplib.SMTPException) as error:
        text = f"{host} cannot be used ({_reason(error)}): see DISTRIB_SMTP_URL"
        yield Finding(Level.WRONG, "mail out", text)
    else:
        yield Finding(Level.OK, "mail out", f"{host} takes mail from {settings.mail_from} ({said})")
    if is_loopback(settings.mail_domain):
        text = f"answers to {settings.mail_from} reach nobody: set DISTRIB_MAIL_FROM to a mailbox of your domain"
        yield Finding(Level.WARNING, "mail out", text)


def _greeted(url: str) -> str:
    """Sign in at the mail server as the worker does, and leave again."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE)
    with server:
        if parts.scheme == "smtp" and not is_loopback(host):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        code, _ = server.noop()
    return f"answers {code}"


def _lmtp(settings: Settings) -> Findings:
    address = settings.lmtp_address
    if address is None:
        text = "contacts' answers by mail do not arrive, only those by link: set DISTRIB_LMTP_LISTEN"
        yield Finding(Level.WARNING, "mail in", text)
        return
    try:
        greeting = _lmtp_greeting(address)
    except OSError as error:
        text = f"nobody answers at {settings.lmtp_listen} ({_reason(error)}): is the worker running?"
        yield Finding(Level.WARNING, "mail in", text)
        return
    level = Level.OK if greeting.startswith("220") else Level.WRONG
    yield Finding(level, "mail in", f"{settings.lmtp_listen} says {greeting[:60]}")


def _lmtp_greeting(address: Path | tuple[str, int]) -> str:
    if isinstance(address, Path):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        connection.connect(str(address))
    else:
        connection = socket.create_connection(address, timeout=PATIENCE)
    with connection:
        return connection.recv(200).decode("ascii", "replace").strip()


def _argon2() -> Findings:
    begun = time.perf_counter()
    hashed("how long does it take")
    seconds = time.perf_counter() - begun
    text = f"checking a password takes {seconds * 1000:.0f} ms"
    if seconds > SLOW_HASH:
        yield Finding(Level.WARNING, "argon2", f"{text}: this machine is slow or short of memory, sign-in will lag")
    else:
        yield Finding(Level.OK, "argon2", text)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
