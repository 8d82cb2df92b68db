# SPDX-License-Identifier: GPL-3.0-or-later
"""A claim is held by the living and lost by the dead: no mail is lost, and none goes out twice."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.services import deliveries
from gateway.worker import outbox as sending
from tests.gateway.services.world import World
from tests.gateway.worker.work import at_work, invite, rows, status, story, until
from tests.mail.peer import peer

SHORT = timedelta(seconds=2)
ROOT = Path(__file__).parents[3]
WORKER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from gateway import worker
from gateway.config import Settings
from gateway.services import deliveries
from gateway.store.unit import Database
database, server, began, lease = sys.argv[1:]
deliveries.LEASE = timedelta(seconds=float(lease))
behind = datetime.now(UTC) - datetime.fromisoformat(began)
settings = Settings(data_dir=Path("/nonexistent"), smtp_url=server, mail_from="kalender@byggbo.example", hold_back=0)
asyncio.run(worker.run(Database(database), settings, clock=lambda: datetime.now(UTC) - behind))
"""


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that waits for the end of a lease wait for seconds."""
    monkeypatch.setattr(deliveries, "LEASE", SHORT)
    monkeypatch.setattr(sending, "RENEW_SECONDS", 0.5)


@pytest.mark.usefixtures("short_lease")
def test_a_mail_server_that_thinks_for_longer_than_a_lease_gets_the_mail_once(world: World) -> None:
    async def told() -> None:
        invite(world)
        async with peer(pause=2 * SHORT.total_seconds()) as server:
            async with at_work(world, server.url), at_work(world, server.url):
                await until(lambda: server.taken, 20)
                await until(lambda: rows(world)[0].state == "sent")

            assert (server.attempts, len(server.taken), rows(world)[0].attempts) == (1, 1, 1)

    story(told())


@pytest.mark.usefixtures("short_lease")
def test_mail_that_a_killed_process_had_claimed_goes_out_once_when_the_lease_has_ended(world: World) -> None:
    async def told() -> None:
        invite(world)
        server = await asyncio.start_server(_silence, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        victim = _start(world, f"smtp://127.0.0.1:{port}")
        await until(lambda: rows(world)[0].state == "claimed", 30)
        victim.send_signal(signal.SIGKILL)
        assert victim.wait(10) == -signal.SIGKILL
        server.close()

        async with peer() as healthy, at_work(world, healthy.url):
            took = await until(lambda: healthy.taken)
            await asyncio.sleep(SHORT.total_seconds() + 2)

        assert took < SHORT.total_seconds() + 5
        assert len(healthy.taken) == 1
        assert (rows(world)[0].attempts, status(world)) == (2, "1.1")

    story(told())


@pytest.mark.usefixtures("short_lease")
def test_a_worker_that_lost_its_lease_stops_sending(world: World) -> None:
    async def told() -> None:
        invite(world)
        async with peer(pause=20) as server, at_work(world, server.url):
            await until(lambda: server.attempts)
            with world.database.write() as uow:
                stolen = deliveries.claim(uow, worker="thief", now=world.now + timedelta(minutes=5), limit=1)
                assert [mail.id for mail in stolen] == [rows(world)[0].id]
            await until(lambda: server.lost)

        assert rows(world)[0].state == "claimed"
        assert server.taken == []

    story(told())


def test_a_claim_ends_half_a_minute_after_its_worker() -> None:
    assert timedelta(seconds=30) >= deliveries.LEASE > timedelta(seconds=2 * sending.RENEW_SECONDS)


async def _silence(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a connection and never greet."""
    await asyncio.sleep(60)
    writer.close()


def _start(world: World, server: str) -> subprocess.Popen[bytes]:
    database = world.database.url.render_as_string(hide_password=False)
    arguments = [database, server, world.now.isoformat(), str(SHORT.total_seconds())]
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}"}
    return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], env={**os.environ, **paths})
