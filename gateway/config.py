# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings: a TOML file and `DISTRIB_*` variables, checked before anything starts.

`load` is what a process calls. `Settings(…)` alone reads neither file nor environment.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.errors import ConfigError

PREFIX = "DISTRIB_"
CONFIG = "DISTRIB_CONFIG"
DEFAULT_FILE = "distrib.toml"
LAST_PORT = 65535
DEMO_MAIL_FROM = "kalender@byggbo.example"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.-]+@(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Za-z:.]+\])")


def is_loopback(host: str) -> bool:
    """Tell whether *host*, a name or an address, is this machine and nothing else."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError("it must be a host name or an IP address")
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must be an http:// or https:// URL")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("it must have no query, fragment or user name")
    _ = parts.port
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ValueError("it must begin with sqlite:/// or postgresql://")
    return value


def _smtp_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("it must be smtp://HOST or smtps://HOST, with USER:PASSWORD@ and :PORT where needed")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("nothing may follow the host and port")
    _ = parts.port
    return value


def _mail_from(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("it must be a bare e-mail address without a plus sign: tokens are put behind one")
    return value


def _lmtp_listen(value: str) -> str:
    _lmtp_address(value)
    return value


def _lmtp_address(value: str) -> Path | tuple[str, int]:
    if value.startswith("unix:"):
        if len(value) == len("unix:"):
            raise ValueError("it must be host:port or unix:PATH")
        return Path(value.removeprefix("unix:"))
    host, _, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not _HOST.fullmatch(host) or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) <= LAST_PORT:
        raise ValueError("it must be host:port or unix:PATH")
    return host, int(port)


def _networks(value: object) -> object:
    """Take `10.0.0.0/8, ::1` as well as a list of such."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,]+", value) if part]
    if not isinstance(value, list | tuple):
        raise ValueError("it must be a list of IP addresses and networks")  # noqa: TRY004 - pydantic takes no other
    return tuple(ipaddress.ip_network(str(part)) for part in value)


def _names(value: object) -> object:
    """Take `mx.firma.example, mx2.firma.example` as well as a list of such."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,]+", value) if part]
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and _HOST.fullmatch(v) for v in value):
        raise ValueError("it must be a list of the names that mail servers write into Authentication-Results")
    return tuple(value)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _default_database(data: Mapping[str, Any]) -> str:
    return f"sqlite:///{data['data_dir'] / 'distrib.db'}" if "data_dir" in data else ""


def _default_url(data: Mapping[str, Any]) -> str:
    return f"http://{_bracketed(data.get('host', ''))}:{data.get('port', '')}"


def _default_sender(data: Mapping[str, Any]) -> str:
    if data.get("demo"):
        return DEMO_MAIL_FROM
    host = urlsplit(data.get("public_url", "")).hostname or "localhost"
    return f"kalender@{f'[IPv6:{host}]' if ':' in host else host}"


class Settings(BaseSettings):
    """What an operator may choose; each field is a key of the TOML file and, in capitals, a `DISTRIB_` variable."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, validate_default=False
    )

    demo: bool = False
    """Only `serve --demo` sets it: neither file nor environment may."""
    data_dir: Annotated[Path, AfterValidator(Path.absolute)] = Field(default_factory=lambda: Path("data").absolute())
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(default_factory=_default_database, repr=False)
    host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    port: int = Field(default=5232, ge=1, le=LAST_PORT)
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(default_factory=_default_url)
    """Without a slash at its end; a path in it is the prefix under which a reverse proxy shows us."""
    mail_from: Annotated[str, AfterValidator(_mail_from)] = Field(default_factory=_default_sender)
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] | None = Field(default=None, repr=False)
    lmtp_listen: Annotated[str, AfterValidator(_lmtp_listen)] | None = None
    worker: bool = True
    """`serve` runs the worker too."""
    show_attendees_in_mail: bool = False
    """A contact's calendar part names all who are asked, not the contact alone."""
    language: Literal["nb", "en"] = "nb"
    """For contacts and pages where nobody has said which."""
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = LOOPBACK
    """Whose `X-Forwarded-*` is believed."""
    hold_back: int = Field(default=3, ge=0, le=3600)
    """Seconds that mail to contacts waits: an entry that is deleted and made again in that time was only changed."""
    strict_conditions: bool = False
    """If-Match holds for the very newest revision only."""
    strict_attendees: bool = False
    """What is the organizer's cannot be uploaded otherwise (403); if not, only what is the uploader's own is taken."""
    max_resource_size: ByteSize = Field(default=ByteSize(1024 * 1024), ge=1024)
    outside_invitations: Literal["anyone", "contacts", "nobody"] = "contacts"
    """From whom outside invitations by mail are taken."""
    trusted_auth: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = ()
    """The authserv-ids (RFC 8601) of the mail servers in front of us, whose Authentication-Results count."""
    popup_minutes: int = Field(default=10, ge=1, le=120)
    """After so many an invitation that was closed without an answer comes up again on a page that stays open."""
    metrics_token: str | None = Field(default=None, repr=False)
    """Opens `/metrics` to others than loopback, as a bearer token."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the arguments and nothing else."""
        return (init_settings,)

    @model_validator(mode="after")
    def _keep_the_demo_at_home(self) -> Self:
        if self.demo and not is_loopback(self.host):
            raise ValueError(f"the demo listens on loopback only, not on {self.host}: everybody knows its passwords")
        return self

    @property
    def can_mail(self) -> bool:
        """Tell whether there is a way for mail to leave; if not, contacts get SCHEDULE-STATUS 5.2."""
        return self.demo or self.smtp_url is not None

    @property
    def mail_domain(self) -> str:
        """The domain in which reply and bounce tokens are plus-addresses."""
        return self.mail_from.rpartition("@")[2]

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, None where it is a PostgreSQL."""
        if not self.database_url.startswith("sqlite:"):
            return None
        return Path(self.database_url.removeprefix("sqlite:///").partition("?")[0]).absolute()

    @property
    def path_prefix(self) -> str:
        """The path of the public URL, '' where it has none: no slash at its end."""
        return urlsplit(self.public_url).path

    @property
    def lmtp_address(self) -> Path | tuple[str, int] | None:
        """Where the LMTP listener binds: a socket's path, or host and port."""
        return _lmtp_address(self.lmtp_listen) if self.lmtp_listen else None


class _Sourced(Settings):
    """The settings as a process finds them: arguments over environment over file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment; the file's values come among the arguments."""
        return (init_settings, env_settings)


def load(*, host: str | None = None, port: int | None = None, demo: bool = False, file: Path | None = None) -> Settings:
    """The settings of this process: arguments above environment above file; ConfigError names what is wrong."""
    variables = _variables()
    for variable, key in variables.items():
        _check_name(key, f"{variable} in the environment", lambda near: PREFIX + near.upper())
    path = _chosen_file(file)
    written = _read(path) if path else {}
    for key in written:
        _check_name(key, f"{key} in {path}", str)
    arguments = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    below = {key: value for key, value in written.items() if key not in variables.values()}
    origins = {
        **{key: f"{key} in {path}" for key in below},
        **{key: variable for variable, key in variables.items()},
        **{key: f"--{key}" for key in arguments},
    }
    try:
        return _Sourced(**{**below, **arguments, "demo": demo})
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(_sentence(first["loc"], first["msg"], origins)) from None


def _variables() -> dict[str, str]:
    """The variables of ours that are set, with the keys they stand for."""
    return {
        name: name.removeprefix(PREFIX).lower()
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and name != CONFIG and value
    }


def _chosen_file(named: Path | None) -> Path | None:
    chosen = named or os.environ.get(CONFIG)
    path = Path(chosen or DEFAULT_FILE)
    if path.is_file():
        return path
    if chosen:
        raise ConfigError(f"there is no configuration file {path}" + ("" if named else f", which {CONFIG} names"))
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error


def _check_name(key: str, found: str, spelled: Callable[[str], str]) -> None:
    """Refuse what is no setting, and say which one may have been meant."""
    if key == "demo":
        raise ConfigError(f"{found} is not a setting: say `distrib serve --demo`")
    if key not in Settings.model_fields:
        near = difflib.get_close_matches(key, Settings.model_fields.keys() - {"demo"}, n=1)
        raise ConfigError(f"{found} is not a setting of ours" + (f"; is it {spelled(near[0])}?" if near else ""))


def _sentence(location: tuple[int | str, ...], message: str, origins: Mapping[str, str]) -> str:
    """What is wrong with which setting, without the value: it may hold a password."""
    what = message.removeprefix("Value error, ")
    if not location:
        return what
    key = str(location[0])
    return f"{origins.get(key, key)} is wrong: {what[:1].lower()}{what[1:]}"
