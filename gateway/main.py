# SPDX-License-Identifier: GPL-3.0-or-later
"""The composition root: the doors put together into one application, and run."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

import radicale_distrib
from gateway import web, worker
from gateway.config import Settings
from gateway.entrance import Entrance
from gateway.errors import ConfigError
from gateway.front import Proxies, WsgiMount
from gateway.log import log
from gateway.opening import Service
from gateway.operations import Operations

OTHER_BODIES = 8 * 1024 * 1024
"""Bytes that are read of what is no PUT: a multiget of ten thousand objects is 1 MiB."""
GRACE = 10
"""Seconds that requests have to end after SIGTERM."""
KEPT_ALIVE = 60
BACKLOG = 2048


def now() -> datetime:
    """The time; this, the doors and the worker are where it comes from."""
    return datetime.now(UTC)


def application(service: Service) -> ASGIApp:
    """Everything that answers HTTP, and the worker where it runs along."""
    settings = service.settings
    catch_all = _catch_all(settings)
    running = _Running()
    dav = WsgiMount(
        radicale_distrib.build(
            database=service.database, settings=settings, verify=service.verifier.verify, clock=now
        ),
        limit=lambda method: settings.max_resource_size if method == "PUT" else OTHER_BODIES,
    )
    pages = Starlette(
        routes=[
            *Operations(service, worker_is_running=lambda: running.worker).routes(),
            *web.routes(service.database, settings, now, catch_all),
        ],
        lifespan=lambda _: _lifespan(service, dav, catch_all, running),
    )
    return Entrance(
        dav=dav,
        pages=pages,
        verifier=service.verifier,
        proxies=Proxies(settings.trusted_proxies, settings.path_prefix),
        realm=radicale_distrib.REALM,
    )
