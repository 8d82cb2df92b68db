# SPDX-License-Identifier: GPL-3.0-or-later
"""The composition root: the doors put together into one application, and run."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from gateway import demo, web, worker
from gateway.config import Settings, is_loopback
from gateway.entrance import Entrance
from gateway.errors import ConfigError
from gateway.front import WsgiMount
from gateway.http import BACKLOG, ENDING, make_room, server
from gateway.log import log
from gateway.opening import Service, opened
from gateway.operations import Operations
from gateway.proxies import Proxies
from gateway.services.fetches import Fetches
from gateway.store import facts
from radicale_distrib.application import REALM, build

OTHER_BODIES = 8 * 1024 * 1024
"""Bytes that are read of what is no PUT: a multiget of ten thousand objects is 1 MiB."""


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Answer HTTP until SIGTERM or SIGINT; *tell* hears once where we listen, and with a demo who can sign in.

    Raises ConfigError where the address is taken or the database is not one for this start.
    """
    with opened(settings) as service, _listening(settings) as sockets:
        _prepare_company(service)
        make_room()
        _collect_seldom()
        serving = server(application(service, started=lambda: tell(_greeting(settings))))
        with ended_by_signals(serving):
            serving.run(sockets)


def work(settings: Settings) -> None:
    """Run the worker alone until SIGTERM or SIGINT."""
    with opened(settings) as service:
        _collect_seldom()
        asyncio.run(_work_until_told(service))


def _collect_seldom() -> None:
    """Let the garbage collector pass over what stays for good, and not look for cycles in each few hundred rows.

    A change of a meeting with a thousand people makes some ten thousand objects at once, nearly none of them in a
    cycle; with Python's own thresholds a sixth of its time was the collector's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)


async def _work_until_told(service: Service) -> None:
    working = asyncio.create_task(_work(service, _catch_all(service.settings), now))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await working


def application(
    service: Service, *, started: Callable[[], None] = lambda: None, clock: Callable[[], datetime] = now
) -> ASGIApp:
    """Everything that answers HTTP, and the worker where it runs along; *started* is called when it can begin."""
    settings, database = service.settings, service.database
    catch_all = _catch_all(settings)
    fetches = Fetches()
    dav = WsgiMount(
        build(database=database, settings=settings, verify=service.verifier.verify, clock=clock, fetches=fetches),
        limit=lambda method: int(settings.max_resource_size) if method == "PUT" else OTHER_BODIES,
    )
    along = _Along(service, catch_all, clock)
    news = web.News(database, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, object]]:
        async with worker.noted(fetches, database):
            async with along.running():
                started()
                yield {ENDING: news.close}
            await asyncio.to_thread(dav.close)

    operations = Operations(service, worker_is_running=along.is_running)
    pages = Starlette(routes=[*operations.routes(), *web.routes(service, clock, catch_all, news)], lifespan=lifespan)
    proxies = Proxies(settings.trusted_proxies, settings.path_prefix)
    return Entrance(dav=dav, pages=pages, verifier=service.verifier, proxies=proxies, realm=REALM)


class _Along:
    """The worker that runs in this process, where it does."""

    def __init__(self, service: Service, catch_all: web.CatchAll | None, clock: Callable[[], datetime]) -> None:
        self._service, self._catch_all, self._clock = service, catch_all, clock
        self._task: asyncio.Task[None] | None = None

    def is_running(self) -> bool:
        """Tell whether it is at work."""
        return self._task is not None and not self._task.done()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let it work meanwhile, if the settings want it."""
        if not self._service.settings.worker:
            yield
            return
        self._task = asyncio.create_task(_work(self._service, self._catch_all, self._clock))
        try:
            yield
        finally:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


async def _work(service: Service, catch_all: web.CatchAll | None, clock: Callable[[], datetime]) -> None:
    """Run the worker until cancelled; its end for any other reason is told, and `/readyz` tells it too."""
    try:
        await worker.run(service.database, service.settings, clock=clock, catch_all=catch_all)
    except Exception:
        log.exception("worker.failed")
        raise


def _catch_all(settings: Settings) -> web.CatchAll | None:
    """Where the demo's mail ends, if it does not really leave."""
    return web.CatchAll(settings.data_dir / "demo-mail") if settings.demo and settings.smtp_url is None else None


def _prepare_company(service: Service) -> None:
    """Fill the demo's database; keep a demo with its known passwords from being shown to the world."""
    settings = service.settings
    if settings.demo:
        demo.load(service.database, settings, now())
        return
    with service.database.read() as uow:
        is_demo = facts.get(uow, demo.FACT) is not None
    if is_demo and not is_loopback(settings.host):
        raise ConfigError(
            f"the database holds the demo company, whose passwords everybody knows: it cannot be served on "
            f"{settings.host}; choose another DISTRIB_DATA_DIR or DISTRIB_DATABASE_URL"
        )


def _greeting(settings: Settings) -> str:
    url = settings.public_url.replace("//127.0.0.1", "//localhost") if settings.demo else settings.public_url
    lines = [f"Distrib listens on {url}/ - calendars are at {url}/dav/"]
    if settings.demo:
        lines.append(f"Sign in as {', '.join(demo.EMPLOYEES)}, password: {demo.PASSWORD}")
        if settings.smtp_url is None:
            lines.append(f"Mail to contacts ends at {url}/demo/mail")
    return "\n".join(lines)


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[list[socket.socket]]:
    """Sockets on all addresses of the host; ConfigError where none can be had."""
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ConfigError(f"the host {settings.host} is not known here: {error.strerror}") from error
    refused: OSError | None = None
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            sockets.append(_bound(socket.socket(family, kind, protocol), address))
        except OSError as error:
            refused = error
    if not sockets and refused:
        reason = os.strerror(refused.errno) if refused.errno else str(refused)
        raise ConfigError(
            f"cannot listen on {settings.host} port {settings.port}: {reason.lower()}; "
            "end what listens there, or choose another with --port"
        )
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()


def _bound(listening: socket.socket, address: tuple[object, ...]) -> socket.socket:
    """Give *listening* its address.

    It was made with its protocol and not with 0: asyncio sets TCP_NODELAY on connections of such sockets alone, and
    without it each answer waits 40 ms between its head and its body.
    """
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listening.family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


@contextlib.contextmanager
def ended_by_signals(serving: uvicorn.Server) -> Iterator[None]:
    """Let SIGTERM and SIGINT end *serving* before uvicorn listens to them too; it raises them once more at its end."""

    def end(*_: object) -> None:
        serving.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
