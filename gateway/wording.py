# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib confirmation`: the company's own words in mail that employees send to contacts themselves."""

from typing import TextIO

import click

from gateway.config import load
from gateway.opening import reading, writing
from gateway.services import confirmations
from gateway.services.people import LANGUAGES

_IN = click.option("--language", type=click.Choice(LANGUAGES), default=None, help="As configured if not given.")


@click.group("confirmation")
def _confirmation() -> None:
    """Look after the standard text of meeting confirmations («møtebekreftelse»)."""


@_confirmation.command("set")
@click.argument("file", type=click.File(encoding="utf-8"))
@_IN
def _set(*, file: TextIO, language: str | None) -> None:
    """Let drafts to contacts begin with what is in FILE (- is standard input), behind the greeting."""
    settings = load()
    with writing(settings) as uow:
        confirmations.set_standard(uow, language or settings.language, file.read(confirmations.LONGEST * 4))
    click.echo(f"Meeting confirmations in {language or settings.language} begin with it from now on.")


@_confirmation.command("show")
@_IN
def _show(*, language: str | None) -> None:
    """Show the standard text."""
    settings = load()
    with reading(settings) as uow:
        text = confirmations.standard(uow, language or settings.language)
    click.echo(text or f"There is no standard text in {language or settings.language}.")


@_confirmation.command("clear")
@_IN
def _clear(*, language: str | None) -> None:
    """Let drafts begin with nothing but the greeting."""
    settings = load()
    with writing(settings) as uow:
        confirmations.set_standard(uow, language or settings.language, "")
    click.echo(f"Meeting confirmations in {language or settings.language} begin with no text of yours.")


COMMANDS = (_confirmation,)
