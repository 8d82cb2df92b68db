# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs: one form for everybody, and nobody's address in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from gateway.log import log, set_up

FOREIGN = ("radicale", "uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "mail.log")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged; afterwards everything is as before."""
    loggers = [logging.getLogger(name) for name in ("", *FOREIGN)]
    before = [(one, one.level, one.handlers[:], one.propagate) for one in loggers]
    stream = io.StringIO()
    set_up(stream=stream)
    yield stream
    structlog.reset_defaults()
    for one, level, handlers, propagate in before:
        one.setLevel(level)
        one.handlers[:] = handlers
        one.propagate = propagate


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_is_an_event_and_facts_as_json(written: io.StringIO) -> None:
    log.info("mail.sent", entry=7, to_domain="kunde.example", attempt=2)

    (line,) = lines(written)
    assert line["event"] == "mail.sent"
    assert (line["entry"], line["to_domain"], line["attempt"]) == (7, "kunde.example", 2)
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_norwegian_is_readable(written: io.StringIO) -> None:
    log.warning("x", name="Bjørn")

    assert "Bjørn" in written.getvalue()


def test_what_is_for_developers_is_not_written(written: io.StringIO) -> None:
    log.debug("x")
    logging.getLogger("sqlalchemy.engine").debug("SELECT")

    assert written.getvalue() == ""


def test_the_standard_library_comes_out_in_the_same_form(written: io.StringIO) -> None:
    logging.getLogger("radicale").warning("Failed login attempt from %s", "192.0.2.1")
    logging.getLogger("uvicorn.error").error("no")

    first, second = lines(written)
    assert first["event"] == "Failed login attempt from 192.0.2.1"
    assert (first["level"], first["logger"]) == ("warning", "radicale")
    assert second["level"] == "error"


@pytest.mark.parametrize("name", ["radicale", "uvicorn", "uvicorn.access", "alembic", "mail.log"])
def test_what_others_tell_of_each_request_is_not_written(name: str, written: io.StringIO) -> None:
    logging.getLogger(name).info("PUT /svar/token")

    assert written.getvalue() == ""


def test_each_line_is_written_once(written: io.StringIO) -> None:
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler(written))
    set_up(stream=written)

    logging.getLogger("uvicorn").warning("once")

    assert len(lines(written)) == 1


@pytest.mark.parametrize("address", ["berit@kunde.example", "Berit.Kunde+7@kunde.example", "ære@kunde.example"])
def test_an_address_loses_its_local_part_whoever_writes_it(address: str, written: io.StringIO) -> None:
    log.info("mail.refused", to=address, response=f"550 <{address}>: no such user")
    logging.getLogger("radicale").warning("no mail to mailto:%s", address)

    text = written.getvalue()
    assert "…@kunde.example" in text
    assert address.partition("@")[0] not in text


def test_an_error_brings_its_trace_along(written: io.StringIO) -> None:
    try:
        int("no")
    except ValueError:
        log.exception("front.failed", method="PUT")

    (line,) = lines(written)
    assert "ValueError: invalid literal" in str(line["exception"])
    assert line["level"] == "error"
