# SPDX-License-Identifier: GPL-3.0-or-later
"""What those who run the gateway ask it: is it up, can it work, what has it counted."""

import hmac
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gateway import metrics
from gateway.config import is_loopback
from gateway.errors import DatabaseError
from gateway.log import log
from gateway.opening import Service
from gateway.store import outbox
from gateway.store.upgrade import is_current


class Operations:
    """`/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, service: Service, *, worker_is_running: Callable[[], bool]) -> None:
        self._service, self._worker_is_running = service, worker_is_running

    def routes(self) -> list[BaseRoute]:
        """The routes of all three."""
        return [
            Route("/healthz", self.healthz, methods=["GET"]),
            Route("/readyz", self.readyz, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def healthz(self, _request: Request) -> Response:
        """The process answers; no more is promised."""
        return PlainTextResponse("ok\n")

    def readyz(self, _request: Request) -> Response:
        """The database answers and has our tables, and the worker runs where it should."""
        try:
            current = is_current(self._service.database)
        except DatabaseError as error:
            log.error("database.unusable", reason=str(error))
            return PlainTextResponse("the database cannot be used: the log says why\n", 503)
        if not current:
            return PlainTextResponse("the tables are of another version: run `distrib db upgrade`\n", 503)
        if self._service.settings.worker and not self._worker_is_running():
            return PlainTextResponse("the worker has stopped: mail waits\n", 503)
        return PlainTextResponse("ok\n")

    def metrics(self, request: Request) -> Response:
        """The counts, for those who may see them."""
        if not self._may_see(request):
            return PlainTextResponse("The counts are shown to this machine, or by the configured token.\n", 403)
        return Response(metrics.exposition(metrics.Waiting(self._waiting)), media_type=metrics.CONTENT_TYPE)

    def _may_see(self, request: Request) -> bool:
        token = self._service.settings.metrics_token
        if token is None:
            return request.client is not None and is_loopback(request.client.host)
        said = request.headers.get("authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {token}".encode())

    def _waiting(self) -> dict[str, int]:
        with self._service.database.read() as uow:
            return dict(outbox.counts(uow))
