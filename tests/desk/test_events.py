# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages hear within two seconds that something changed, whichever process changed it; nobody waits for them (5.5)."""

import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.config import Settings
from gateway.main import application
from gateway.opening import Service, verifier
from gateway.services import people, signing_in
from gateway.store.unit import Database
from gateway.web.desk.events import MOST
from tests.conftest import Dialect, Statements
from tests.desk.events import listening
from tests.desk.house import HASH
from tests.gateway.process import started
from tests.gateway.running import free_port, running
from tests.gateway.services import desk, texts
from tests.gateway.services.texts import OLA
from tests.gateway.services.world import World

SOON = 2.0
HELD_UP = 10.0
"""Seconds for a machine that has others to serve; how soon it comes when it does not, is `SOON`."""


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def signed_in(world: World, login: str) -> str:
    with world.database.write() as uow:
        secret = signing_in.sign_in(uow, people.set_password(uow, login, HASH), datetime.now(UTC))
    assert secret is not None
    return secret


@contextmanager
def process(url: str, folder: Path) -> Iterator[int]:
    """Give the port of a gateway that shares nothing with others but the database."""
    settings = Settings(data_dir=folder, worker=False)
    with (
        closing(Database(url)) as own,
        running(application(Service(settings, own, verifier(own))), lifespan=True) as port,
    ):
        yield port


@pytest.fixture
def url(dialect: Dialect, request: pytest.FixtureRequest) -> str:
    """Give where the world's database is."""
    found: str = request.getfixturevalue("sqlite_url" if dialect == "sqlite" else "postgres_url")
    return found


@pytest.fixture
def port(url: str, tmp_path: Path) -> Iterator[int]:
    with process(url, tmp_path) as found:
        yield found


def test_whoever_is_concerned_hears_of_it_in_every_process_and_nobody_else(
    world: World, url: str, tmp_path: Path
) -> None:
    """P-01: within two seconds, and without a word of what it is."""
    olas, pers = signed_in(world, "ola"), signed_in(world, "per")
    with (
        process(url, tmp_path) as one,
        process(url, tmp_path) as other,
        listening(one, olas) as here,
        listening(other, olas) as there,
        listening(other, pers) as elsewhere,
    ):
        for stream in (here, there, elsewhere):
            stream.until("event: changed")  # what there is at the beginning is known

        world.put("kari", texts.meeting("m", OLA))

        waited = [stream.until("event: changed", HELD_UP) for stream in (here, there)]
        with pytest.raises(TimeoutError):
            elsewhere.event(within=1.5)
    assert min(waited) < SOON
    assert "text/event-stream" in here.head
    assert "x-accel-buffering: no" in here.head.lower()


def test_whoever_invited_hears_of_the_answer(world: World, port: int) -> None:
    world.put("kari", texts.meeting("m", OLA))
    with listening(port, signed_in(world, "kari")) as stream:
        stream.until("event: changed")
        for act in (desk.display, desk.defer):
            act(world, "ola", "m")
            stream.until("event: changed", HELD_UP)
        desk.answer(world, "ola", "m")
        stream.until("event: changed", HELD_UP)


def test_whoever_puts_it_off_hears_of_it_wherever_else_they_are(world: World, port: int) -> None:
    """P-07: it closes there within two seconds."""
    world.put("kari", texts.meeting("m", OLA))
    with listening(port, signed_in(world, "ola")) as stream:
        stream.until("event: changed")
        desk.defer(world, "ola", "m")

        assert stream.until("event: changed", HELD_UP) < SOON


def test_nobody_listens_who_is_not_signed_in(world: World, port: int) -> None:
    for secret in (None, "made-up", signed_in(world, "ola")[:-1]):
        with listening(port, secret) as stream:
            assert stream.head.startswith("HTTP/1.1 401")


def test_a_stream_ends_with_its_session(world: World, port: int) -> None:
    out, shut = signed_in(world, "ola"), signed_in(world, "per")
    with listening(port, out) as olas, listening(port, shut) as pers:
        olas.until("event: changed")
        pers.until("event: changed")

        with world.database.write() as uow:
            signing_in.sign_out(uow, out)
            people.disable(uow, "per")

        assert olas.is_over()
        assert pers.is_over()


def test_one_person_has_not_more_than_so_many(world: World, port: int) -> None:
    secret, other = signed_in(world, "ola"), signed_in(world, "per")
    streams = [listening(port, secret) for _ in range(MOST)]
    heads = [stream.__enter__().head for stream in streams]
    try:
        with listening(port, secret) as more, listening(port, other) as pers:
            assert more.head.startswith("HTTP/1.1 429")
            assert pers.head.startswith("HTTP/1.1 200")
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)
    assert all(head.startswith("HTTP/1.1 200") for head in heads)


def test_whoever_has_gone_makes_room(world: World, port: int) -> None:
    secret = signed_in(world, "ola")
    for _ in range(MOST + 2):
        with listening(port, secret) as stream:
            stream.until("event: changed", HELD_UP)


def test_a_look_costs_the_same_for_few_and_many(world: World, statements: Statements) -> None:
    secrets, cost = [signed_in(world, login) for login in ("ola", "per", "nina")], []
    for many in (secrets[:1], secrets):
        ids = {world.people[login].id for login in ("ola", "per", "nina")[: len(many)]}
        statements.clear()
        pulses, standing = signing_in.watch(world.database, ids, many)
        cost.append(sum(text.startswith("SELECT") for text in statements.texts))
        assert pulses.keys() == ids
        assert standing == set(many)

    assert cost == [2, 2]


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_the_process_ends_at_once_though_pages_listen(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)) as gateway:
        (file,) = (tmp_path / "data").glob("*.db")
        with closing(Database(f"sqlite:///{file}")) as database, database.write() as uow:
            secret = signing_in.sign_in(uow, people.known(uow, "ola"), datetime.now(UTC))
            assert secret is not None
        with listening(port, secret) as one, listening(port, secret) as two:
            one.until("event: changed")
            two.until("event: changed")
            begun = time.monotonic()
            gateway.process.send_signal(number)

            assert gateway.wait() == 0
            waited = time.monotonic() - begun
            assert one.is_over()
            assert two.is_over()
        said = gateway.said()

    assert waited < 8  # uvicorn waits ten seconds for answers that do not end
    assert "exceeded" not in said
    assert "http.slow" not in said
