# SPDX-License-Identifier: GPL-3.0-or-later
"""One edit after the other by a client that has not read in between, as vdirsyncer does between two syncs.

A PUT may tell the ETag only where a GET gives the bytes that were sent (RFC 4791 5.3.4). Without one vdirsyncer 0.21
takes the object for changed on the server, and with `a wins` the edit made since is lost.
"""

import re
from pathlib import Path

from tests.gateway.running import ask
from tests.interop.dav import basic
from tests.story.company import Company
from tests.story.people import PASSWORD, at, written

PATH = "/dav/ola/tasks/rapport.ics"


def test_progress_is_read_back_as_sent_so_that_the_next_edit_needs_no_new_look(tmp_path: Path) -> None:
    company = Company(tmp_path, f"sqlite:///{tmp_path / 'distrib.db'}")
    company.hire("kari", "ola")
    with company.gateway(DISTRIB_SMTP_URL=""):
        kari, ola = company.colleague("kari"), company.colleague("ola")
        kari.create(_task("rapport"))
        asked = ola.sees("rapport")
        accepted = asked.text.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")
        ask(company.port, "PUT", PATH, accepted.encode(), _headers(asked.etag))
        before = ola.sees("rapport")
        begun = _progress(before.text, "PERCENT-COMPLETE:40", "STATUS:IN-PROCESS")

        response, _ = ask(company.port, "PUT", PATH, begun.encode(), _headers(before.etag))

        told = response.getheader("ETag")
        assert (response.status, ola.sees("rapport").text) == (204, begun)
        assert (told, kari.sees("rapport").partstat(ola.address)) == (ola.sees("rapport").etag, "IN-PROCESS")
        done = _progress(begun, "PERCENT-COMPLETE:100", "STATUS:COMPLETED", "COMPLETED:20261130T120000Z")
        again, _ = ask(company.port, "PUT", PATH, done.encode(), _headers(told))
        assert again.status == 204
        assert kari.sees("rapport").value("STATUS") == "COMPLETED"


def test_what_the_server_completes_is_told_without_an_etag(tmp_path: Path) -> None:
    company = Company(tmp_path, f"sqlite:///{tmp_path / 'distrib.db'}")
    company.hire("kari", "ola")
    with company.gateway(DISTRIB_SMTP_URL=""):
        kari, ola = company.colleague("kari"), company.colleague("ola")
        kari.create(_task("rapport"))
        before = ola.sees("rapport")
        begun = _progress(before.text, "PERCENT-COMPLETE:40", "STATUS:NEEDS-ACTION")

        response, _ = ask(company.port, "PUT", PATH, begun.encode(), _headers(before.etag))

        assert (response.status, response.getheader("ETag")) == (204, None)
        assert (ola.sees("rapport").value("STATUS"), ola.sees("rapport").etag != before.etag) == ("IN-PROCESS", True)


def _progress(text: str, *lines: str) -> str:
    rest = re.sub(r"(?m)^(PERCENT-COMPLETE|STATUS|COMPLETED):.*\r\n", "", text)
    return rest.replace("END:VTODO", "\r\n".join((*lines, "END:VTODO")))


def _headers(etag: str | None) -> dict[str, str]:
    assert etag is not None
    return {"Authorization": basic("ola", PASSWORD), "Content-Type": "text/calendar", "If-Match": etag}


def _task(uid: str) -> str:
    people = (
        "ORGANIZER:mailto:kari@byggbo.example",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ola@byggbo.example",
    )
    return written("VTODO", uid, f"DUE:{at(15, days=3)}", "SUMMARY:Skrive rapport", *people)
