# SPDX-License-Identifier: GPL-3.0-or-later
"""One edit after the other with a client that has not read in between: what vdirsyncer meets, and what it must do.

Where the server writes more than it was sent, here the answer that 40 % mean, no strong ETag may come back (RFC 4791
5.3.4). vdirsyncer 0.21 then takes the object for changed on the server at its next sync, and with `a wins` the edit
made since is lost, unless it syncs before that edit. So `tests/interop` expects one line of its driver to fail.
"""

from pathlib import Path

from tests.gateway.running import ask
from tests.interop.dav import basic
from tests.story.company import Company
from tests.story.people import PASSWORD, at, put, written


def test_after_a_change_that_the_server_completes_the_next_one_needs_a_new_look(tmp_path: Path) -> None:
    company = Company(tmp_path, f"sqlite:///{tmp_path / 'distrib.db'}")
    company.hire("kari", "ola")
    with company.gateway(DISTRIB_SMTP_URL=""):
        kari, ola = company.colleague("kari"), company.colleague("ola")
        kari.create(_task("rapport"))
        path, before = "/dav/ola/tasks/rapport.ics", ola.sees("rapport")
        begun = put(put(before.text, "PERCENT-COMPLETE", "40"), "STATUS", "IN-PROCESS")

        response, _ = ask(company.port, "PUT", path, begun.encode(), _headers(before.etag))

        assert response.status == 204
        assert response.getheader("ETag") is None, "a GET gives more than was sent"
        after = ola.sees("rapport")
        assert after.etag != before.etag
        assert (after.partstat(ola.address), after.value("PERCENT-COMPLETE")) == ("IN-PROCESS", "40")
        done = put(put(after.text, "PERCENT-COMPLETE", "100"), "STATUS", "COMPLETED")
        stale, _ = ask(company.port, "PUT", path, done.encode(), _headers(before.etag))
        fresh, _ = ask(company.port, "PUT", path, done.encode(), _headers(after.etag))
        assert (stale.status, fresh.status) == (412, 204)
        assert kari.sees("rapport").value("STATUS") == "COMPLETED"


def _headers(etag: str | None) -> dict[str, str]:
    assert etag is not None
    return {"Authorization": basic("ola", PASSWORD), "Content-Type": "text/calendar", "If-Match": etag}


def _task(uid: str) -> str:
    people = ("ORGANIZER:mailto:kari@byggbo.example", "ATTENDEE;RSVP=TRUE:mailto:ola@byggbo.example")
    return written("VTODO", uid, f"DUE:{at(15, days=3)}", "SUMMARY:Skrive rapport", *people)
