# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 for an ASGI application: uvicorn runs the server, the connections are ours.

`connection` reads requests with httptools, within bounds; `exchange` is one request and its answer; `flow` holds back
whoever is too quick and gives up whoever is too slow. docs/decisions/ says what uvicorn's own connection lacks.
"""

from gateway.http.server import BACKLOG, ENDING, make_room, server

__all__ = ["BACKLOG", "ENDING", "make_room", "server"]
