# SPDX-License-Identifier: GPL-3.0-or-later
"""`distrib user` and `distrib contact`: who is in the company, and who is known outside it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import click

from gateway.auth.passwords import hashed
from gateway.config import load
from gateway.errors import NotFound
from gateway.model import Contact, Person, Rosters
from gateway.opening import reading, writing
from gateway.services import binding, leaving, people
from gateway.services.people import LANGUAGES
from gateway.services.scene import Scene
from gateway.store import contacts
from gateway.store.people import by_login
from ical.address import mailbox, of_mailbox


@click.group("user")
def _user() -> None:
    """Look after colleagues: those who can sign in."""


def _asks_for_password(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--password", help="The password, for scripts: others on this machine may see it."),
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
    )
    for option in options:
        command = option(command)
    return command


@_user.command("add")
@click.argument("login")
@click.option("--email", "emails", multiple=True, required=True, help="An address; the first is the primary one.")
@click.option("--name", required=True, help="The name, as colleagues know it.")
@click.option("--language", type=click.Choice(LANGUAGES), default=None, help="As configured if not given.")
@click.option("--timezone", default="Europe/Oslo", show_default=True, help="Where times without a zone are meant.")
@click.option("--no-login", is_flag=True, help="They do not sign in: what they are invited to is mailed to them.")
@_asks_for_password
def _user_add(
    *,
    login: str,
    emails: tuple[str, ...],
    name: str,
    language: str | None,
    timezone: str,
    no_login: bool,
    password: str | None,
    password_stdin: bool,
) -> None:
    """Add a colleague, and the calendars in which invitations arrive."""
    if no_login and (password is not None or password_stdin):
        raise click.UsageError("give a password or --no-login, not both")
    settings = load()
    stored = None if no_login else hashed(_password(password, from_stdin=password_stdin))
    with writing(settings) as uow:
        person = people.add_person(
            uow,
            login=login,
            name=name,
            emails=emails,
            password_hash=stored,
            language=language or settings.language,
            timezone=timezone,
        )
        if no_login:
            person = people.disable(uow, login)
        found = binding.bind(uow, person, person.addresses, scene=Scene(settings, _now()))
    if no_login:
        click.echo(f"{person.name} is known as {person.login}, and does not sign in before they have a password.")
        return
    click.echo(f"{person.name} signs in as {person.login}; their calendars are at {settings.public_url}/dav/.")
    _tell_of(found, person)


def _tell_of(found: int, person: Person) -> None:
    if found:
        click.echo(f"{found} that went to {person.login} by mail so far {'is' if found == 1 else 'are'} there already.")


@_user.command("alias")
@click.argument("login")
@click.argument("email")
def _user_alias(login: str, email: str) -> None:
    """Let one more address name a colleague; what it is invited to and is not over comes into their calendar."""
    settings = load()
    with writing(settings) as uow:
        person = people.add_address(uow, login, email)
        found = binding.bind(uow, person, person.addresses[-1:], scene=Scene(settings, _now()))
    click.echo(f"{email} is {person.login}'s address too.")
    _tell_of(found, person)


@_user.command("passwd")
@click.argument("login")
@_asks_for_password
def _user_passwd(*, login: str, password: str | None, password_stdin: bool) -> None:
    """Change a colleague's password; the old one is worth nothing from this moment. The first one lets them sign in."""
    settings = load()
    with reading(settings) as uow:
        if by_login(uow, login.strip().lower()) is None:
            raise NotFound(f"there is no user {login}")
    stored = hashed(_password(password, from_stdin=password_stdin))
    with writing(settings) as uow:
        person = people.set_password(uow, login, stored)
        found = binding.bind(uow, person, person.addresses, scene=Scene(settings, _now()))
    click.echo(f"{person.login} has a new password.")
    _tell_of(found, person)


@_user.command("disable")
@click.argument("login")
def _user_disable(login: str) -> None:
    """Let a colleague sign in no more, for a while; what they are invited to meanwhile is mailed to them."""
    with writing(load()) as uow:
        person = people.disable(uow, login)
    click.echo(f"{person.login} cannot sign in any more.")


@_user.command("enable")
@click.argument("login")
def _user_enable(login: str) -> None:
    """Let a colleague sign in again; what they were invited to by mail and is not over comes into their calendar."""
    settings = load()
    with writing(settings) as uow:
        person = people.enable(uow, login)
        found = binding.bind(uow, person, person.addresses, scene=Scene(settings, _now()))
    click.echo(f"{person.login} can sign in again.")
    _tell_of(found, person)


@_user.command("roster")
@click.argument("login")
@click.argument("of", type=click.Choice([one.value for one in Rosters]))
def _user_roster(login: str, of: str) -> None:
    """Show a colleague who has answered what, in the description of tasks, all or none of what they hand out."""
    with writing(load()) as uow:
        person = people.set_roster(uow, login, Rosters(of))
    where = {Rosters.TASKS: "tasks", Rosters.ALL: "appointments and tasks", Rosters.NONE: "nothing"}[Rosters(of)]
    click.echo(f"{person.login} reads the answers in the description of {where} that they hand out.")


@_user.command("remove")
@click.argument("login")
@click.option("--cancel", is_flag=True, help="Call off what they organize and is not over; those invited are told.")
@click.option("--hand-over-to", "successor", metavar="LOGIN", help="Let this colleague organize it instead.")
@click.option("--decline", is_flag=True, help="Decline what they are invited to and is not over; organizers are told.")
def _user_remove(login: str, successor: str | None, *, cancel: bool, decline: bool) -> None:
    """Let a colleague leave; what they organized stays with those who were invited, unless said otherwise."""
    if cancel and successor is not None:
        raise click.UsageError("give --cancel or --hand-over-to, not both")
    settings = load()
    with writing(settings) as uow:
        person, scene = people.known(uow, login), Scene(settings, _now())
        if cancel:
            click.echo(f"{leaving.call_off_all(uow, person, scene=scene)} called off.")
        if successor is not None:
            found, left = leaving.hand_over_all(uow, person, people.known(uow, successor), scene=scene)
            click.echo(f"{found} handed over to {successor}.")
            for uid in left:
                click.echo(f"{uid} stays as it is: {successor} has something else under that UID.", err=True)
        if decline:
            click.echo(f"{leaving.decline_all(uow, person, scene=scene)} declined.")
        people.remove(uow, login, scene.now)
    click.echo(f"{person.name} ({person.login}) has left.")


@click.group("contact")
def _contact() -> None:
    """Look after people outside the company."""


@_contact.command("add")
@click.option("--name", required=True)
@click.option("--email", help="Where invitations are mailed; without it they cannot be.")
@click.option("--mobile")
@click.option("--company")
@click.option("--language", type=click.Choice(LANGUAGES), default=None, help="As configured if not given.")
def _contact_add(
    *, name: str, email: str | None, mobile: str | None, company: str | None, language: str | None
) -> None:
    """Add somebody who is invited by mail, and in which language."""
    if email is not None and mailbox(of_mailbox(email)) is None:
        raise click.BadParameter(f"{email[:80]!r} is no e-mail address", param_hint="--email")
    settings = load()
    contact = Contact(name, email=email, mobile=mobile, company=company, language=language or settings.language)
    with writing(settings) as uow:
        people.check_free(uow, [of_mailbox(email)] if email is not None else [])
        contacts.add(uow, contact)
    click.echo(f"{name} is a contact now.")


def _password(given: str | None, *, from_stdin: bool) -> str:
    """The password by one of the three ways; never an empty one."""
    if given is not None and from_stdin:
        raise click.UsageError("give --password or --password-stdin, not both")
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    if given is None:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True, type=str)
    if not given:
        raise click.UsageError("the password is empty")
    return given


def _now() -> datetime:
    return datetime.now(UTC)


COMMANDS = (_user, _contact)
