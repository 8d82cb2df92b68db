# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs: an event and facts, as JSON, or in colours where a person is watching.

`log` is what everybody writes to. Radicale, uvicorn, Alembic and the rest speak through the standard library; their
lines come out in the same form. What looks like an e-mail address loses its local part, whoever wrote it.
"""

import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("distrib")

_ADDRESS = re.compile(r"[^\s\"'<>(),;:/@\\]+@([A-Za-z0-9.-]+)")
_QUIET = {
    # Radicale tells each request at info, with what the client sent.
    "radicale": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.ERROR,
    "alembic": logging.WARNING,
    "mail.log": logging.WARNING,
}


def set_up(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send what everybody logs to *stream* (stderr), in one form, from now on."""
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _without_addresses,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(target)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        _fold(logging.getLogger(name), max(least, level))


def _fold(logger: logging.Logger, level: int) -> None:
    """Let *logger* speak through the root alone."""
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(level)


def _written(target: TextIO) -> list[Processor]:
    if target.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _without_addresses(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    for key, value in facts.items():
        if isinstance(value, str) and "@" in value:
            facts[key] = _ADDRESS.sub(r"…@\1", value)
    return facts
