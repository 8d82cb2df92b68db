# SPDX-License-Identifier: GPL-3.0-or-later
"""XML as text, piece by piece: how answers are written.

Names are in Clark notation (`{DAV:}href`) on both ways.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import quoteattr

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
SERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"

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


def text(value: str) -> str:
    """Give *value* as character data that every parser gives back unchanged, carriage returns included."""
    if _ILLEGAL.search(value):
        value = _ILLEGAL.sub("", value)
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r", "&#13;")


def octets(value: bytes) -> str:
    """Give `text` of what *value* is in UTF-8: a calendar's text, most of which can be written as it is."""
    may_be_illegal = not value.isascii() and b"\xef\xbf" in value  # U+FFFE and U+FFFF, and some others
    if may_be_illegal or len(value.translate(None, _CONTROLS)) != len(value):
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
