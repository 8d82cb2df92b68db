# SPDX-License-Identifier: GPL-3.0-or-later
"""A page's end of the stream of events, as bytes on a socket."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Stream:
    """What came so far."""

    connection: socket.socket
    head: str
    rest: bytes = b""

    def event(self, within: float = 10.0) -> str | None:
        """Give the next event or comment, None where the stream came to its end."""
        until = time.monotonic() + within
        while b"\n\n" not in self.rest:
            self.connection.settimeout(max(0.01, until - time.monotonic()))
            piece = self.connection.recv(4096)
            if not piece:
                return None
            self.rest += b"".join(line for line in piece.splitlines(keepends=True) if not _is_frame(line))
        event, _, self.rest = self.rest.partition(b"\n\n")
        return event.decode()

    def until(self, wanted: str, within: float = 10.0) -> float:
        """Wait for an event, and give after how many seconds it came."""
        begun = time.monotonic()
        while (event := self.event(within)) is not None:
            if event.startswith(wanted):
                return time.monotonic() - begun
        raise AssertionError("the stream ended")

    def is_over(self, within: float = 10.0) -> bool:
        """Tell whether it comes to its end."""
        while self.event(within) is not None:
            pass
        return True


@contextmanager
def listening(port: int, secret: str | None) -> Iterator[Stream]:
    """Open a stream with the cookie of a session."""
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        cookie = f"Cookie: distrib={secret}\r\n" if secret else ""
        connection.sendall(f"GET /hendelser HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookie}\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(4096)
            assert piece, "no answer"
            received += piece
        head, _, rest = received.partition(b"\r\n\r\n")
        kept = b"".join(line for line in rest.splitlines(keepends=True) if not _is_frame(line))
        yield Stream(connection, head.decode(), kept)


def _is_frame(line: bytes) -> bool:
    """Tell whether a line is HTTP's own: the length of a chunk, or its end."""
    return line.endswith(b"\r\n")
