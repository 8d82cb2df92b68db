# SPDX-License-Identifier: GPL-3.0-or-later
"""What Radicale says aloud: a client's mistake is no error of ours."""

import logging

_REFUSED = "request contains invalid path"
_ANSWERED = "response status for"
"""Said of each answer, and at critical from status 500 on: what failed has been told by then, with its reason."""


def set_up() -> None:
    """Let Radicale's log hold what an operator has to know."""
    logger = logging.getLogger("radicale")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_judge)


def _judge(record: logging.LogRecord) -> bool:
    said = str(record.msg)
    if said.startswith(_REFUSED):
        record.levelno, record.levelname = logging.INFO, "INFO"
    return _ANSWERED not in said
