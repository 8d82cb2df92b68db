# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib group`: addresses that stand for several people when they are invited."""

import click

from gateway.config import load
from gateway.opening import reading, writing
from gateway.services import groups


@click.group("group")
def _group() -> None:
    """Look after groups: addresses that stand for several people."""


@_group.command("add")
@click.argument("name")
@click.option("--email", required=True, help="The address that is invited.")
@click.option("--member", "members", multiple=True, metavar="LOGIN-OR-EMAIL", help="Who belongs to it.")
def _group_add(*, name: str, email: str, members: tuple[str, ...]) -> None:
    """Add a group; from now on whoever invites its address invites its members."""
    with writing(load()) as uow:
        made = groups.add(uow, name, email, members)
    click.echo(f"{made.name} is a group now.")


@_group.command("list")
def _group_list() -> None:
    """List the groups and who belongs to each."""
    with reading(load()) as uow:
        known = groups.listed(uow)
    for one in known:
        click.echo(f"{one.name} <{one.email}>: {', '.join(one.members) or 'nobody'}")
    if not known:
        click.echo("There are no groups.")


@_group.command("remove")
@click.argument("group")
def _group_remove(group: str) -> None:
    """Remove a group; whoever was invited through it stays invited."""
    with writing(load()) as uow:
        gone = groups.remove(uow, group)
    click.echo(f"{gone.name} is no group any more.")


@_group.group("member")
def _member() -> None:
    """Let people and other groups belong to a group, or not any more."""


@_member.command("add")
@click.argument("group")
@click.argument("members", nargs=-1, required=True, metavar="LOGIN-OR-EMAIL...")
def _member_add(group: str, members: tuple[str, ...]) -> None:
    """Let more belong to a group; what it was invited to before is not theirs."""
    with writing(load()) as uow:
        changed = groups.add_members(uow, group, members)
    click.echo(f"{', '.join(members)} {_belong(members)} to {changed.name} now.")


@_member.command("remove")
@click.argument("group")
@click.argument("members", nargs=-1, required=True, metavar="LOGIN-OR-EMAIL...")
def _member_remove(group: str, members: tuple[str, ...]) -> None:
    """Let these belong to a group no more; what they were invited to stays theirs."""
    with writing(load()) as uow:
        changed = groups.remove_members(uow, group, members)
    click.echo(f"{', '.join(members)} {_belong(members)} to {changed.name} no more.")


def _belong(members: tuple[str, ...]) -> str:
    return "belongs" if len(members) == 1 else "belong"


COMMANDS = (_group,)
