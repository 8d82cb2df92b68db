# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever bytes come, in whatever pieces, and whenever the client leaves: the server goes on, and nothing breaks."""

import random
import socket
from typing import Literal

import pytest

from tests.gateway.running import running, say
from tests.gateway.test_http import CHUNKED, GET, LAST, OFFER, PUT, REFUSED, Told, statuses

TIMES = 300
SMALL = 2000
WHOLE = (
    GET + b"\r\n",
    PUT + b"Content-Length: 3\r\n\r\nabc",
    PUT + OFFER + b"Content-Length: 9\r\n\r\nGET / HTT",
    PUT + CHUNKED + b"\r\n1\r\nb\r\n0\r\nX: y\r\n\r\n",
    PUT + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nabcde",
    *(request for _, request in REFUSED.values() if len(request) < SMALL),
)
PARTS = (b"\r\n", b"\n", b"\r", b":", b" ", b"0", b"\0", b"\xff", b"HTTP/1.0", CHUNKED, OFFER, b"Content-Length: 3\r\n")


def mutated(chance: random.Random) -> bytes:
    """Give two requests in a row with a few faults in them."""
    data = bytearray(chance.choice(WHOLE) + chance.choice(WHOLE))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data) + 1)
        fault = chance.randrange(3)
        if fault == 0:
            data[at:at] = chance.choice(PARTS)
        elif fault == 1:
            del data[at : at + chance.randrange(1, 20)]
        else:
            data[at : at + 1] = bytes((chance.randrange(256),))
    return bytes(data)


def send(port: int, data: bytes, size: int, *, reads: bool) -> None:
    """Send *data* in pieces, and leave when nothing comes any more, or at once."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.02) as connection:
        try:
            for at in range(0, len(data), size):
                connection.sendall(data[at : at + size])
            while reads and connection.recv(65536):
                pass
        except OSError:
            return


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("loop", ["auto", "asyncio"])
def test_nothing_that_is_sent_breaks_the_server(
    loop: Literal["auto", "asyncio"], seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same faults each time
    with running(Told(), loop=loop) as port:
        for _ in range(TIMES):
            send(port, mutated(chance), chance.choice((1 << 16, 37)), reads=chance.random() < 0.7)
        answer = say(port, LAST)

    assert statuses(answer) == [200]
    assert "Exception" not in caplog.text
    assert "Traceback" not in caplog.text
