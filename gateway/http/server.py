# SPDX-License-Identifier: GPL-3.0-or-later
"""The server: uvicorn has the sockets, the signals, the start and the end."""

import contextlib
import resource
import socket
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from gateway.http.connection import CONNECTIONS, Connection

OTHER_FILES = 1000
"""Files and sockets that are no connection of a client."""
GRACE = 10
"""Seconds that requests have to end after SIGTERM."""
BACKLOG = 2048


ENDING = "ending"
"""What the application may put into its lifespan state: it is called as soon as the process is to end, so that answers
that have no end of their own come to theirs, and nobody waits for them."""


class _Server(uvicorn.Server):
    """uvicorn's, which says beforehand that it ends."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing more, and let what has been asked be answered."""
        ending = self.lifespan.state.get(ENDING)
        if ending is not None:
            ending()
        await super().shutdown(sockets)


def server(
    application: ASGIApp, *, lifespan: Literal["on", "off"] = "on", loop: Literal["auto", "asyncio"] = "auto"
) -> uvicorn.Server:
    """The server of *application*, which is still to be run on listening sockets.

    *loop* `auto` is uvloop, where there is one.
    """
    return _Server(
        uvicorn.Config(
            application,
            http=Connection,
            ws="none",
            loop=loop,
            lifespan=lifespan,
            log_config=None,
            timeout_graceful_shutdown=GRACE,
            backlog=BACKLOG,
            proxy_headers=False,
            server_header=False,
        )
    )


def make_room() -> None:
    """Let this process have as many connections open as we would take; many systems begin with 1024 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS promises more than it gives
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
