# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib serve` and `distrib worker` as processes: how they begin and end."""

import base64
import os
import signal
import socket
import subprocess
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from starlette.applications import Starlette

from gateway.http.server import server
from gateway.main import ended_by_signals
from gateway.store.unit import Database
from tests.gateway.process import COMMAND, PATIENCE, environment, run, started
from tests.gateway.running import ask, free_port

KARI = {"Authorization": "Basic " + base64.b64encode(b"kari:demo").decode(), "Depth": "1"}


def test_the_demo_says_where_it_is_and_who_can_sign_in_and_kari_can(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)) as gateway:
        response, body = ask(port, "PROPFIND", "/dav/kari/calendar/", headers=KARI)
        mailbox, _ = ask(port, "GET", "/demo/mail")

    assert f"http://localhost:{port}/dav/" in gateway.said()
    assert all(word in gateway.said() for word in ("kari", "ola", "per", "nina", "demo", "/demo/mail"))
    assert response.status == 207
    assert body.count(b"<D:getetag>") > 3
    assert mailbox.status == 200


def test_an_answer_does_not_wait_between_its_head_and_its_body(tmp_path: Path) -> None:
    port = free_port()
    clock: list[float] = []
    with started(tmp_path, port, "serve", "--port", str(port)):
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        for _ in range(20):
            begun = time.monotonic()
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b"ok\n"
            clock.append(time.monotonic() - begun)
        connection.close()

    # With Nagle's algorithm on, each one takes the 40 ms for which a client may delay its acknowledgement.
    assert min(clock[1:]) < 0.03


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told_to(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port, "serve", "--port", str(port)) as gateway:
        begun = time.monotonic()
        gateway.process.send_signal(number)

        assert gateway.wait() == 0
        assert time.monotonic() - begun < 10
    assert "Traceback" not in gateway.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to_before_it_has_begun(number: signal.Signals) -> None:
    serving, before = server(Starlette()), signal.getsignal(number)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening, ended_by_signals(serving):
        os.kill(os.getpid(), number)
        serving.run([listening])  # ends at once

    assert signal.getsignal(number) is before


def test_a_request_that_is_being_answered_is_answered_to_its_end(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)) as gateway:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            head = f"PROPFIND /dav/kari/ HTTP/1.1\r\nHost: x\r\nAuthorization: {KARI['Authorization']}\r\n"
            connection.sendall(f"{head}Depth: 0\r\nContent-Length: 1\r\n\r\n".encode())
            time.sleep(0.3)
            gateway.process.terminate()
            time.sleep(0.3)
            connection.sendall(b" ")
            answer = connection.recv(65536)
        assert gateway.wait() == 0

    assert answer.startswith(b"HTTP/1.1 ")


def test_a_second_start_keeps_what_is_there(tmp_path: Path) -> None:
    port = free_port()
    calendar = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20261001T000000Z\r\n"
        b"DTSTART:20261008T080000Z\r\nSUMMARY:Hei\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)):
        put, _ = ask(port, "PUT", "/dav/kari/calendar/u1.ics", calendar, KARI)
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)):
        got, body = ask(port, "GET", "/dav/kari/calendar/u1.ics", headers=KARI)

    assert put.status == 201
    assert (got.status, body) == (200, calendar)


def test_a_password_changed_by_the_command_counts_in_the_running_gateway_at_once(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)):
        before, _ = ask(port, "PROPFIND", "/dav/kari/", headers=KARI)
        assert run(tmp_path, "user", "passwd", "kari", "--password", "ny").returncode == 0
        after, _ = ask(port, "PROPFIND", "/dav/kari/", headers=KARI)
        assert run(tmp_path, "user", "passwd", "kari", "--password", "demo").returncode == 0
        again, _ = ask(port, "PROPFIND", "/dav/kari/", headers=KARI)
        assert run(tmp_path, "user", "disable", "kari").returncode == 0
        disabled, _ = ask(port, "PROPFIND", "/dav/kari/", headers=KARI)

    assert [response.status for response in (before, after, again, disabled)] == [207, 401, 207, 401]


def test_a_busy_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(tmp_path, "serve", "--port", str(port))

    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: cannot listen on 127.0.0.1 port {port}: address already in use")
    assert len(result.stderr.splitlines()) == 1


def test_an_unknown_host_is_a_sentence(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", "--host", "no.such.host.invalid")

    assert result.returncode == 1
    assert "no.such.host.invalid" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_demo_leaves_a_company_that_is_not_its_own_alone(tmp_path: Path) -> None:
    run(tmp_path, "user", "add", "ola", "--email", "ola@firma.example", "--name", "Ola", "--password", "x")

    result = run(tmp_path, "serve", "--demo", "--port", str(free_port()))

    assert result.returncode == 1
    assert "not empty" in result.stderr
    assert "kari" not in run(tmp_path, "doctor").stdout


def test_the_demo_listens_on_loopback_only(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", "--demo", "--host", "0.0.0.0")  # noqa: S104 - which is what must be refused

    assert result.returncode == 1
    assert "loopback" in result.stderr


def test_the_demo_company_is_not_shown_to_the_world_without_the_flag_either(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port, "serve", "--demo", "--port", str(port)):
        pass

    result = run(tmp_path, "serve", "--host", "0.0.0.0", "--port", str(port))  # noqa: S104 - see above

    assert result.returncode == 1
    assert "demo company" in result.stderr


def test_without_the_worker_the_gateway_answers_all_the_same(tmp_path: Path) -> None:
    port = free_port()
    settings = {"DISTRIB_WORKER": "off"}
    with started(tmp_path, port, "serve", "--port", str(port), settings=settings):
        response, _ = ask(port, "GET", "/readyz")

    assert response.status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_alone_takes_mail_and_ends_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    settings = {"DISTRIB_LMTP_LISTEN": f"127.0.0.1:{port}"}
    output = tmp_path / "worker.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*COMMAND, "worker"], cwd=tmp_path, env=environment(tmp_path, **settings), stdout=file, stderr=file
        )
    try:
        assert _greeting(port).startswith(b"220 ")
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert "Traceback" not in output.read_text()


def test_one_process_answers_and_another_works_on_the_same_postgresql(tmp_path: Path, postgres_url: str) -> None:
    port = free_port()
    settings = {"DISTRIB_DATABASE_URL": postgres_url}
    add = ("user", "add", "kari", "--email", "kari@byggbo.example", "--name", "Kari", "--password", "demo")
    assert run(tmp_path, *add, settings=settings).returncode == 0

    with started(tmp_path, port, "serve", "--port", str(port), settings=settings):
        response, _ = ask(port, "PROPFIND", "/dav/kari/", headers=KARI)
        ready, _ = ask(port, "GET", "/readyz")

    assert (response.status, ready.status) == (207, 200)
    assert not (tmp_path / "data" / "distrib.db").exists()


def test_a_database_of_a_newer_version_is_a_sentence(tmp_path: Path) -> None:
    run(tmp_path, "db", "upgrade")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'distrib.db'}")
    with database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    result = run(tmp_path, "serve", "--port", str(free_port()))

    assert result.returncode == 1
    assert "9999" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_data_directory_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = run(tmp_path, "db", "upgrade", settings={"DISTRIB_DATA_DIR": str(tmp_path / "file" / "data")})

    assert result.returncode == 1
    assert os.strerror(20).lower() in result.stderr.lower()
    assert "Traceback" not in result.stderr


def _greeting(port: int) -> bytes:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                return connection.recv(200)
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nobody takes mail")
