# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed elsewhere: the wheel has everything in it, and the gateway starts from it."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.gateway.process import started
from tests.gateway.running import ask, free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `pip install .` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; what it depends on is borrowed from ours, the code is not."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    packages = next((folder / "lib").glob("python*/site-packages"))
    # A path in a .pth file brings packages, but not the .pth files that lie there: our own tree stays out.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_wheel_has_what_is_no_python_too_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "gateway",
        "ical",
        "mail",
        "radicale_distrib",
    }
    for part in ("gateway/store/migrations/", "gateway/web/templates/", "gateway/web/static/", "mail/templates/"):
        assert any(name.startswith(part) for name in names), part
    for folder in ("gateway/web/locale/", "mail/locale/"):
        assert any(name.startswith(folder) and name.endswith(".mo") for name in names), folder
    assert "gateway/py.typed" in names
    assert not [name for name in names if "test" in name.split("/")[-1] or name.endswith((".db", ".pyc"))]


def test_the_code_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [str(installed / "bin" / "python"), "-c", "import gateway, radicale_distrib as r; print(gateway, r)"],
        cwd=tmp_path,
        env={},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert said.count(str(installed)) == 2


def test_the_demo_starts_from_the_wheel_and_answers(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    command = (str(installed / "bin" / "distrib"),)
    nothing_of_ours = {"PYTHONPATH": ""}
    with started(
        tmp_path, port, "serve", "--demo", "--port", str(port), command=command, settings=nothing_of_ours
    ) as gateway:
        options, _ = ask(port, "OPTIONS", "/dav/kari/")
        page, html = ask(port, "GET", "/", headers={"Accept-Language": "nb"})
        english, text = ask(port, "GET", "/", headers={"Accept-Language": "en"})

    assert gateway.wait() == 0
    assert "calendar-access" in (options.getheader("DAV") or "")
    assert (page.status, english.status) == (200, 200)
    assert html != text
