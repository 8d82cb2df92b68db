#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print what logproxy.py has written, one exchange after the other.

python showlog.py FILE [-b CHARACTERS of requests] [-r CHARACTERS of responses] [-f FIRST] [-n COUNT] [-m METHOD]
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DULL = {
    "host",
    "content-length",
    "accept-language",
    "accept-encoding",
    "connection",
    "accept",
    "accept-charset",
    "pragma",
    "cache-control",
    "priority",
    "user-agent",
}


def main() -> None:
    """Print the chosen exchanges."""
    wanted = _arguments()
    with Path(wanted.file).open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            exchange = json.loads(line)
            in_range = wanted.first <= number < wanted.first + wanted.count
            if in_range and wanted.method in {None, exchange["method"]}:
                sys.stdout.writelines(part + "\n" for part in shown(number, exchange, wanted.body, wanted.response))


def shown(number: int, exchange: dict[str, Any], body: int, response: int) -> Iterator[str]:
    """Give the lines for one exchange: the asked properties' names, or that many characters of the bodies."""
    headers = {name: text for name, text in exchange["req_headers"].items() if name.lower() not in DULL}
    yield f"#{number} {exchange['user']} {exchange['method']} {exchange['path']} -> {exchange['status']}  {headers}"
    if exchange["method"] in {"PROPFIND", "REPORT"} and not body:
        yield "      " + " ".join(re.findall(r"<(?:[A-Za-z0-9]+:)?([A-Za-z0-9-]+)[ />]", exchange["req_body"]))
    if body and exchange["req_body"]:
        yield "   > " + exchange["req_body"][:body].replace("\r", "")
    if response and exchange["resp_body"]:
        dav = {name.lower(): text for name, text in exchange["resp_headers"].items()}.get("dav", "")
        yield f"   < {dav} " + exchange["resp_body"][:response].replace("\r", "")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("-b", dest="body", type=int, default=0)
    parser.add_argument("-r", dest="response", type=int, default=0)
    parser.add_argument("-f", dest="first", type=int, default=0)
    parser.add_argument("-n", dest="count", type=int, default=sys.maxsize)
    parser.add_argument("-m", dest="method")
    return parser.parse_args()


if __name__ == "__main__":
    main()
