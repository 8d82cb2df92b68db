# SPDX-License-Identifier: GPL-3.0-or-later
"""The two servers, each a process of its own on loopback, as an operator starts them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.auth.passwords import hashed
from gateway.config import Settings
from gateway.opening import prepared
from gateway.services import people
from tests.bench.client import PASSWORD, Client, WrongAnswer
from tests.gateway.process import COMMAND, started
from tests.gateway.running import free_port

PATIENCE = 30.0
LOGIN = "kari"

RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
delay_on_error = 0
[auth]
type = htpasswd
htpasswd_filename = {folder}/htpasswd
htpasswd_encryption = plain
htpasswd_cache = True
delay = 0
[storage]
filesystem_folder = {folder}/collections
use_mtime_and_size_for_item_cache = True
[logging]
level = warning
"""
"""Its own server, rights and storage, with the cheapest check of a password that it offers and both caches on."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: whose process it is, and where Kari's calendar lies."""

    name: str
    pid: int
    port: int
    home: str
    samples: Path = Path(os.devnull)
    """Where it writes what it computes, if it was told to."""

    def client(self, login: str = LOGIN) -> Client:
        """A program that is signed in as Kari, or as somebody else."""
        return Client(self.port, login)


Command = Callable[[Path], tuple[str, ...]]
"""What starts the gateway, and may write samples into a file."""


def plain(_samples: Path) -> tuple[str, ...]:
    """Start it as an operator does."""
    return COMMAND


@contextmanager
def gateway(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    fill: Callable[[], None] = lambda: None,
    command: Command = plain,
) -> Iterator[Server]:
    """Run `distrib serve` on a SQLite database with Kari in it, without the worker unless *settings* want it.

    *fill* is called before, when the database is there.
    """
    folder.mkdir()
    port = free_port()
    hire(folder, (LOGIN,), hashed(PASSWORD))
    fill()
    chosen = {"DISTRIB_WORKER": "off", **(settings or {})}
    samples = folder / "samples.txt"
    with started(folder, port, "serve", "--port", str(port), settings=chosen, command=command(samples)) as process:
        yield Server("distrib", process.process.pid, port, f"/dav/{LOGIN}/calendar/", samples)
        if "Traceback" in process.said():
            raise WrongAnswer(process.said())


def hire(folder: Path, logins: Iterable[str], password: str) -> None:
    """Add colleagues to the gateway's database in *folder*, all with the same stored password."""
    with prepared(Settings(data_dir=folder / "data")) as database, database.write() as uow:
        for login in logins:
            people.add_person(uow, login=login, name=login.title(), emails=[mailbox(login)], password_hash=password)


def mailbox(login: str) -> str:
    """Give the address of a colleague."""
    return f"{login}@byggbo.example"


@contextmanager
def radicale(folder: Path, *logins: str) -> Iterator[Server]:
    """Run `python -m radicale` with files of its own, for Kari or for *logins*."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    users = "".join(f"{login}:{PASSWORD}\n" for login in logins or (LOGIN,))
    (folder / "htpasswd").write_text(users, encoding="utf-8")
    (folder / "config").write_text(RADICALE.format(port=port, folder=folder), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RADICALE", "PYTHONPATH"))}
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            (sys.executable, "-m", "radicale", "--config", str(folder / "config")),
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process)
        yield Server("radicale", process.pid, port, f"/{LOGIN}/calendar/")
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise WrongAnswer("Radicale does not answer")
