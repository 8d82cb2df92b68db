# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mail server of ours says of a mail's From (RFC 8601)."""

import time

import pytest

from mail.authentication import Authentication, authentication

TRUSTED = ("mx.byggbo.example",)
PASSED, FAILED, UNKNOWN = Authentication.PASSED, Authentication.FAILED, Authentication.UNKNOWN


def judged(*headers: str, sender: str = "berit@kunde.example") -> Authentication:
    return authentication([f"mx.byggbo.example; {header}" for header in headers], TRUSTED, sender)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("dmarc=pass (p=REJECT) header.from=kunde.example", PASSED),
        ("dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=kunde.example", FAILED),
        ("dmarc=fail header.from=kunde.example; dkim=pass header.d=kunde.example", FAILED),
        ("dmarc=pass header.from=annen.example", UNKNOWN),
        ("dmarc=none header.from=kunde.example; dkim=pass header.d=kunde.example", PASSED),
        ("dmarc=none; dkim=pass header.i=@mail.kunde.example header.s=a", PASSED),
        ("dkim=pass header.d=sender.example; spf=softfail smtp.mailfrom=kunde.example", UNKNOWN),
        ("spf=pass smtp.mailfrom=bounce@kunde.example", PASSED),
        ("spf=pass smtp.mailfrom=bounce@mailer.example", UNKNOWN),
        ("spf=fail smtp.mailfrom=berit@kunde.example", FAILED),
        ("spf=fail smtp.mailfrom=berit@kunde.example; dkim=pass header.d=kunde.example", PASSED),
        ("dkim=pass header.d=example", UNKNOWN),
        ("none", UNKNOWN),
        ("", UNKNOWN),
        ('spf=fail reason="dmarc=pass header.from=kunde.example; x" smtp.mailfrom=a@kunde.example', FAILED),
        ("spf=none (dmarc=pass header.from=kunde.example)", UNKNOWN),
    ],
)
def test_dmarc_decides_or_else_what_is_aligned_with_from(header: str, found: Authentication) -> None:
    assert judged(header) is found


def test_only_the_servers_that_are_trusted_count() -> None:
    forged = ["mx.elsewhere.example; dmarc=pass header.from=kunde.example", "dmarc=pass header.from=kunde.example"]

    assert authentication(forged, TRUSTED, "berit@kunde.example") is UNKNOWN
    assert authentication(["mx.byggbo.example; dmarc=pass"], (), "berit@kunde.example") is UNKNOWN
    assert authentication(["MX.byggbo.example 1; dmarc=pass"], TRUSTED, "berit@kunde.example") is PASSED


def test_one_that_says_failed_outweighs_another() -> None:
    assert judged("dmarc=pass header.from=kunde.example", "dmarc=fail header.from=kunde.example") is FAILED


@pytest.mark.parametrize("piece", ["(", "((((a", '"', '"\\', "; dkim=pass", "a.b=c ", "(x) "])
def test_a_hostile_header_costs_no_time(piece: str) -> None:
    began = time.process_time()

    judged(piece * (4096 // len(piece)))

    assert time.process_time() - began < 0.5
