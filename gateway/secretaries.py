# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib deputy`: who reads and writes the calendars of somebody else, as a secretary does."""

import click

from gateway.config import load
from gateway.opening import reading, writing
from gateway.services import deputies
from gateway.services.people import known
from gateway.store import people


@click.group("deputy")
def _deputy() -> None:
    """Look after deputies: who reads and writes the calendars of somebody else."""


@_deputy.command("add")
@click.argument("owner", metavar="OWNER-LOGIN")
@click.argument("deputy", metavar="DEPUTY-LOGIN")
@click.option("--private", is_flag=True, help="They see what is private too, which otherwise is not there for them.")
def _deputy_add(owner: str, deputy: str, *, private: bool) -> None:
    """Let a colleague read and write another's calendars, in the other's name, from now on."""
    with writing(load()) as uow:
        theirs, hand = deputies.appoint(uow, owner, deputy, sees_private=private)
    more = ", what is private among them" if private else ""
    click.echo(f"{hand.login} acts for {theirs.login} now, and sees their calendars{more}.")


@_deputy.command("remove")
@click.argument("owner", metavar="OWNER-LOGIN")
@click.argument("deputy", metavar="DEPUTY-LOGIN")
def _deputy_remove(owner: str, deputy: str) -> None:
    """Let a colleague act for another no more; what they wrote stays."""
    with writing(load()) as uow:
        theirs, hand = deputies.dismiss(uow, owner, deputy)
    click.echo(f"{hand.login} acts for {theirs.login} no more.")


@_deputy.command("list")
@click.argument("owner", required=False, metavar="[OWNER-LOGIN]")
def _deputy_list(owner: str | None) -> None:
    """List who acts for a colleague, or for each of them."""
    with reading(load()) as uow:
        owners = [known(uow, owner)] if owner is not None else people.everybody(uow)
        found = [(one.login, hand.login, sees) for one in owners for hand, sees in deputies.acting_for(uow, one)]
    for theirs, hand, sees in found:
        click.echo(f"{hand} acts for {theirs}{', and sees what is private' if sees else ''}.")
    if not found:
        click.echo(f"Nobody acts for {owner}." if owner is not None else "Nobody acts for anybody else.")


COMMANDS = (_deputy,)
