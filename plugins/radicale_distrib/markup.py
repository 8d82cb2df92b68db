# SPDX-License-Identifier: GPL-3.0-or-later
"""XML in and out: requests are parsed within limits, answers are written as text.

Names are in Clark notation (`{DAV:}href`) on both ways.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from functools import lru_cache
from typing import cast
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import DefusedXMLParser

from radicale_distrib.errors import Problem

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
SERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"

MAX_DEPTH = 64
"""Elements inside one another in a request; the deepest known client sends 9."""
MAX_ELEMENTS = 100_000
_DECLARATION = 200
"""Bytes at the beginning in which an XML declaration stands."""

_PREFIXES = {DAV: "D", CALDAV: "C", SERVER: "CS", APPLE: "A"}
_ROOT = "".join(f' xmlns:{prefix}="{uri}"' for uri, prefix in _PREFIXES.items())
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_XML = "http://www.w3.org/XML/1998/namespace"
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def dav(name: str) -> str:
    """Give the Clark name of *name* in `DAV:`."""
    return f"{{{DAV}}}{name}"


def caldav(name: str) -> str:
    """Give the Clark name of *name* in CalDAV's namespace."""
    return f"{{{CALDAV}}}{name}"


def server(name: str) -> str:
    """Give the Clark name of *name* among calendarserver.org's extensions."""
    return f"{{{SERVER}}}{name}"


def apple(name: str) -> str:
    """Give the Clark name of *name* among Apple's iCal properties."""
    return f"{{{APPLE}}}{name}"


class _BoundedBuilder(ET.TreeBuilder):
    """Builds the tree, and stops where it grows too deep or too large."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        """Open an element."""
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise Problem(403, message="the XML is too deep or has too many elements")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag)


def parse(body: bytes) -> ET.Element | None:
    """Give the root element of a request body, None where there is no body at all.

    Raises Problem: 403 `no-external-entities` (RFC 4918 16) or 400 for everything that is no plain, well-formed XML.
    """
    if not body.strip():
        return None
    if _is_harmless(body):
        return _bounded(_parsed(body))
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(body)
        return cast(ET.Element, parser.close())
    except (ExternalReferenceForbidden, EntitiesForbidden) as error:
        if getattr(error, "sysid", None):
            raise Problem(403, dav("no-external-entities"), message="the XML names external entities") from error
        raise Problem(403, message="the XML defines entities") from error
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _unreadable(error) from error


def _is_harmless(body: bytes) -> bool:
    """Tell whether *body* declares nothing (no DTD, no entities) and has few elements, in an encoding that can be seen.

    Nearly all bodies are so, and the parser in C reads them in a tenth of the time.
    """
    if b"<!" in body or b"\0" in body or body.count(b"<") > MAX_ELEMENTS:
        return False
    head = body[:_DECLARATION].lower()
    return b"encoding" not in head or b"utf-8" in head


def _parsed(body: bytes) -> ET.Element:
    try:
        return ET.fromstring(body)  # noqa: S314 - nothing is declared in it
    except (ET.ParseError, ValueError) as error:
        raise _unreadable(error) from error


def _bounded(root: ET.Element) -> ET.Element:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Problem(403, message="the XML is too deep or has too many elements")
        level = [child for node in level for child in node]
    return root


def _unreadable(error: Exception) -> Problem:
    return Problem(400, message=f"the XML cannot be read: {str(error)[:120]}")


def text(value: str) -> str:
    """Give *value* as character data that every parser gives back unchanged, carriage returns included."""
    if _ILLEGAL.search(value):
        value = _ILLEGAL.sub("", value)
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r", "&#13;")


def octets(value: bytes) -> str:
    """Give `text` of what *value* is in UTF-8: a calendar's text, most of which can be written as it is."""
    if len(value.translate(None, _CONTROLS)) != len(value) or b"\xef\xbf" in value:
        return text(value.decode())
    value = value.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return value.replace(b"\r", b"&#13;").decode()


def element(name: str, content: str = "") -> str:
    """Give the element *name* around *content*, which is XML already."""
    start, stop = _tags(name)
    return f"<{start}>{content}</{stop}>" if content else f"<{start}/>"


def document(name: str, content: str) -> bytes:
    """Give a whole XML document with the root *name*."""
    opened, closed = around(name)
    return (opened + content + closed).encode()


def around(name: str) -> tuple[str, str]:
    """Give what stands before and behind the content of an XML document with the root *name*."""
    start, stop = _tags(name)
    return f"{_HEAD}<{start}{_ROOT}>", f"</{stop}>"


def multistatus(responses: Iterable[str], tail: str = "") -> bytes:
    """Give a `multistatus` document of *responses*; *tail* follows them (a sync-token)."""
    return document(dav("multistatus"), "".join(responses) + tail)


def href(path: str) -> str:
    """Give `<href>` of a path that is percent-encoded already, or of a URI."""
    return f"<D:href>{text(path)}</D:href>"


def hrefs_in(content: str) -> list[str]:
    """Give the targets of all `<href>` that were written with `href`."""
    return re.findall(r"<D:href>([^<]*)</D:href>", content)


def inner(node: ET.Element) -> str:
    """Give what stands inside *node* as XML that needs no declarations from outside."""
    return text(node.text or "") + "".join(_outer(child) + text(child.tail or "") for child in node)


def words(node: ET.Element | None) -> str:
    """Give the character data of *node* without white space around it."""
    return "".join(node.itertext()).strip() if node is not None else ""


@lru_cache(maxsize=1024)
def _tags(name: str) -> tuple[str, str]:
    uri, local = _split(name)
    if prefix := _PREFIXES.get(uri):
        return f"{prefix}:{local}", f"{prefix}:{local}"
    return f"{local} xmlns={quoteattr(uri)}", local


def _split(name: str) -> tuple[str, str]:
    if name.startswith("{"):
        uri, _, local = name[1:].rpartition("}")
        return uri, local
    return "", name


def _outer(node: ET.Element) -> str:
    uri, local = _split(node.tag)
    attributes = f" xmlns={quoteattr(uri)}"
    for place, (name, value) in enumerate(node.attrib.items()):
        space, plain = _split(name)
        if not space:
            attributes += f" {plain}={quoteattr(value)}"
        elif space == _XML:
            attributes += f" xml:{plain}={quoteattr(value)}"
        else:
            attributes += f" xmlns:n{place}={quoteattr(space)} n{place}:{plain}={quoteattr(value)}"
    return f"<{local}{attributes}>{inner(node)}</{local}>"
