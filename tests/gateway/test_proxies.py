# SPDX-License-Identifier: GPL-3.0-or-later
"""What is believed of a reverse proxy, and of one who only says to be one."""

import ipaddress

import pytest
from starlette.types import Scope

from gateway.config import LOOPBACK
from gateway.front import environ_of
from gateway.proxies import Proxies

TRUSTED = (*LOOPBACK, ipaddress.ip_network("10.0.0.0/8"))


def scope(path: str = "/dav/ola/", client: str = "127.0.0.1", **headers: str) -> Scope:
    said = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": "PROPFIND",
        "http_version": "1.1",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:5232"), *said],
        "client": (client, 4711),
        "server": ("127.0.0.1", 5232),
    }


def host(found: Scope) -> str:
    headers: dict[bytes, bytes] = dict(found["headers"])
    return headers[b"host"].decode()


def test_without_a_proxy_nothing_changes() -> None:
    asked = scope()

    assert Proxies(TRUSTED).resolve(asked) == asked


def test_a_trusted_proxy_tells_who_asks_by_which_name_and_scheme() -> None:
    found = Proxies(TRUSTED).resolve(
        scope(x_forwarded_for="192.0.2.9", x_forwarded_proto="https", x_forwarded_host="kalender.example", accept="*/*")
    )

    assert found["client"][0] == "192.0.2.9"
    assert found["scheme"] == "https"
    assert host(found) == "kalender.example"
    assert (b"accept", b"*/*") in found["headers"]


def test_somebody_else_is_not_believed() -> None:
    found = Proxies(TRUSTED).resolve(
        scope(
            client="192.0.2.66",
            x_forwarded_for="127.0.0.1",
            x_forwarded_proto="https",
            x_forwarded_host="evil.example",
            x_script_name="/evil",
        )
    )

    assert found["client"][0] == "192.0.2.66"
    assert found["scheme"] == "http"
    assert host(found) == "127.0.0.1:5232"
    assert found["root_path"] == ""


@pytest.mark.parametrize("client", ["127.0.0.1", "192.0.2.66"])
def test_no_such_header_is_left_for_anybody_behind_us(client: str) -> None:
    found = Proxies(TRUSTED).resolve(
        scope(
            client=client,
            forwarded="for=1.2.3.4",
            x_forwarded_for="1.2.3.4",
            x_forwarded_port="1",
            x_forwarded_prefix="/p",
            x_forwarded_server="s",
            x_real_ip="1.2.3.4",
            x_remote_user="kari",
        )
    )

    assert [name for name, _ in found["headers"]] == [b"host"]


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("192.0.2.9, 10.0.0.1, 10.0.0.2", "192.0.2.9"),
        ("1.1.1.1, 192.0.2.9, 10.0.0.2", "192.0.2.9"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("[2001:db8::9], 10.0.0.2", "2001:db8::9"),
        ("unknown, 10.0.0.2", "127.0.0.1"),
        ("' OR 1=1", "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(chain: str, client: str) -> None:
    assert Proxies(TRUSTED).resolve(scope(x_forwarded_for=chain))["client"][0] == client


@pytest.mark.parametrize("header", ["x_script_name", "x_forwarded_prefix"])
@pytest.mark.parametrize("path", ["/dav/ola/", "/kalender/dav/ola/"])
def test_a_prefix_is_known_whether_the_proxy_has_cut_it_off_or_not(header: str, path: str) -> None:
    found = Proxies(TRUSTED).resolve(scope(path, **{header: "/kalender/"}))

    assert found["root_path"] == "/kalender"
    assert found["path"] == "/kalender/dav/ola/"
    assert found["raw_path"] == b"/kalender/dav/ola/"


@pytest.mark.parametrize("path", ["/dav/ola/", "/kalender/dav/ola/"])
def test_the_path_of_the_public_url_is_a_prefix_too(path: str) -> None:
    found = Proxies(TRUSTED, "/kalender").resolve(scope(path))

    assert (found["root_path"], found["path"]) == ("/kalender", "/kalender/dav/ola/")


def test_a_path_that_merely_begins_like_the_prefix_is_not_under_it() -> None:
    found = Proxies(TRUSTED, "/kal").resolve(scope("/kalender/"))

    assert found["path"] == "/kal/kalender/"


@pytest.mark.parametrize("prefix", ["//evil.example", "/a/../b", "kalender", "/a b", "/a\r\nX: y", "/a?b"])
def test_a_prefix_that_is_no_path_is_not_used(prefix: str) -> None:
    assert Proxies(TRUSTED).resolve(scope(x_script_name=prefix))["root_path"] == ""


def test_the_application_sees_the_prefix_in_its_script_name() -> None:
    found = Proxies(TRUSTED, "/kalender").resolve(scope("/dav/m%C3%B8te.ics"))

    environ = environ_of({**found, "root_path": "/kalender/dav"}, b"", 0)

    assert environ["SCRIPT_NAME"] == "/kalender/dav"
    assert environ["PATH_INFO"] == "/møte.ics".encode().decode("latin-1")
    assert environ["wsgi.url_scheme"] == "http"


def test_https_is_told_in_both_ways() -> None:
    environ = environ_of(Proxies(TRUSTED).resolve(scope(x_forwarded_proto="https")), b"", 0)

    assert environ["wsgi.url_scheme"] == "https"
    assert environ["HTTPS"] == "on"
