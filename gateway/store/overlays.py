# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's own lines as they lie in a JSON column."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TypedDict

from ical.instances import InstanceId
from ical.private import Chunk, Overlay


class PackedChunk(TypedDict):
    """One chunk in JSON: raw lines and components as text."""

    lines: Mapping[str, list[str]]
    alarms: list[str]


PackedOverlay = Mapping[str, PackedChunk]

_BYTES = "base64:"


def pack(overlay: Overlay) -> dict[str, PackedChunk]:
    """Make JSON of an overlay."""
    return {instance: _pack(chunk) for instance, chunk in overlay.items()}


def unpack(stored: PackedOverlay | None) -> Overlay:
    """Make an overlay of what `pack` made."""
    return {InstanceId(instance): _unpack(chunk) for instance, chunk in (stored or {}).items()}


def _pack(chunk: Chunk) -> PackedChunk:
    lines = {name: [_text(raw) for raw in raws] for name, raws in chunk.lines.items()}
    return {"lines": lines, "alarms": [_text(raw) for raw in chunk.alarms]}


def _unpack(chunk: PackedChunk) -> Chunk:
    lines = {name: tuple(_raw(text) for text in texts) for name, texts in chunk["lines"].items()}
    return Chunk(lines, tuple(_raw(text) for text in chunk["alarms"]))


# A line may be folded inside a character (RFC 5545 3.1): then it is no text by itself. PostgreSQL keeps no NUL in one.
def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = "\0"
    return _BYTES + b64encode(raw).decode() if "\0" in text or text.startswith(_BYTES) else text


def _raw(text: str) -> bytes:
    return b64decode(text.removeprefix(_BYTES)) if text.startswith(_BYTES) else text.encode()
