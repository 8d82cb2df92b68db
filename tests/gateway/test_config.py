# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: where they come from, and the sentence that says which one is wrong."""

from pathlib import Path

import pytest

from gateway.config import Settings, is_loopback, load
from gateway.errors import ConfigError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, so that nobody's own configuration is read."""
    monkeypatch.chdir(tmp_path)


def written(text: str) -> None:
    Path("distrib.toml").write_text(text, encoding="utf-8")


def test_nothing_has_to_be_configured(tmp_path: Path) -> None:
    settings = load()

    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/distrib.db"
    assert settings.sqlite_file == tmp_path / "data" / "distrib.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 5232)
    assert settings.public_url == "http://127.0.0.1:5232"
    assert settings.mail_from == "kalender@127.0.0.1"
    assert settings.worker is True
    assert settings.can_mail is False
    assert settings.lmtp_address is None


def test_arguments_go_above_the_environment_and_that_above_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    written('host = "file.example"\nport = 1\nlanguage = "en"')
    monkeypatch.setenv("DISTRIB_HOST", "environment.example")
    monkeypatch.setenv("DISTRIB_PORT", "2")

    settings = load(port=3)

    assert (settings.language, settings.host, settings.port) == ("en", "environment.example", 3)
    assert settings.public_url == "http://environment.example:3"


def test_the_environment_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text("worker = false")
    monkeypatch.setenv("DISTRIB_CONFIG", "other.toml")

    assert load().worker is False


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_SMTP_URL", "")

    assert load().smtp_url is None


def test_settings_alone_read_neither_file_nor_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    written("port = 1")
    monkeypatch.setenv("DISTRIB_PORT", "2")

    assert Settings().port == 5232


def test_a_relative_data_directory_is_below_where_we_stand(tmp_path: Path) -> None:
    written('data_dir = "here"')

    assert load().data_dir == tmp_path / "here"


def test_the_sender_is_in_the_domain_of_the_public_url() -> None:
    settings = Settings(public_url="https://kalender.firma.example/")

    assert settings.public_url == "https://kalender.firma.example"
    assert settings.mail_from == "kalender@kalender.firma.example"
    assert settings.mail_domain == "kalender.firma.example"


def test_the_demo_has_a_sender_and_a_way_for_mail() -> None:
    settings = load(demo=True)

    assert settings.mail_from == "kalender@byggbo.example"
    assert settings.can_mail is True


def test_a_mail_server_is_a_way_for_mail() -> None:
    assert Settings(smtp_url="smtp://mail.example:2525").can_mail is True


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:2424", ("127.0.0.1", 2424)),
        ("[::1]:2424", ("::1", 2424)),
        ("unix:/run/distrib/lmtp", Path("/run/distrib/lmtp")),
    ],
)
def test_lmtp_listens_on_a_port_or_a_socket(listen: str, address: object) -> None:
    assert Settings(lmtp_listen=listen).lmtp_address == address


@pytest.mark.parametrize("proxies", ["10.0.0.0/8, 2001:db8::1", "10.0.0.0/8 2001:db8::1"])
def test_proxies_are_a_list_in_one_variable(proxies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_TRUSTED_PROXIES", proxies)

    assert [str(network) for network in load().trusted_proxies] == ["10.0.0.0/8", "2001:db8::1/128"]


def test_the_public_url_tells_the_prefix() -> None:
    assert Settings(public_url="https://firma.example/kalender/").path_prefix == "/kalender"
    assert Settings().path_prefix == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DISTRIB_PORT", "http"),
        ("DISTRIB_PORT", "70000"),
        ("DISTRIB_HOST", "not a host"),
        ("DISTRIB_WORKER", "perhaps"),
        ("DISTRIB_LANGUAGE", "nn"),
        ("DISTRIB_DATABASE_URL", "mysql://host/name"),
        ("DISTRIB_PUBLIC_URL", "kalender.example"),
        ("DISTRIB_PUBLIC_URL", "https://kalender.example/?x=1"),
        ("DISTRIB_PUBLIC_URL", "https://kalender.example:port"),
        ("DISTRIB_MAIL_FROM", "kalender"),
        ("DISTRIB_MAIL_FROM", "Kalender <kalender@firma.example>"),
        ("DISTRIB_MAIL_FROM", "kalender+noe@firma.example"),
        ("DISTRIB_SMTP_URL", "http://mail.example"),
        ("DISTRIB_SMTP_URL", "smtp://"),
        ("DISTRIB_LMTP_LISTEN", "2424"),
        ("DISTRIB_LMTP_LISTEN", "localhost:0"),
        ("DISTRIB_LMTP_LISTEN", "unix:"),
        ("DISTRIB_TRUSTED_PROXIES", "10.0.0.0/8, everybody"),
        ("DISTRIB_MAX_RESOURCE_SIZE", "much"),
        ("DISTRIB_MAX_RESOURCE_SIZE", "10"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigError, match=rf"^{variable} is wrong: [^\n]+$"):
        load()


def test_a_wrong_value_in_the_file_is_named_with_the_file() -> None:
    written('port = "http"')

    with pytest.raises(ConfigError, match=r"^port in distrib\.toml is wrong: "):
        load()


def test_a_wrong_argument_is_named_as_such() -> None:
    with pytest.raises(ConfigError, match=r"^--host is wrong: "):
        load(host="not a host")


def test_an_unknown_key_is_named_and_the_right_one_guessed() -> None:
    written("prot = 1")

    with pytest.raises(ConfigError, match=r"^prot in distrib\.toml is not a setting of ours; is it port\?$"):
        load()


def test_an_unknown_variable_is_named_and_the_right_one_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_MAILFROM", "x@y.example")

    with pytest.raises(ConfigError, match=r"^DISTRIB_MAILFROM .* is it DISTRIB_MAIL_FROM\?$"):
        load()


def test_a_table_in_the_file_is_no_setting() -> None:
    written("[distrib]\nport = 1")

    with pytest.raises(ConfigError, match=r"^distrib in distrib\.toml is not a setting"):
        load()


@pytest.mark.parametrize("source", ["file", "environment"])
def test_the_demo_is_no_setting(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if source == "file":
        written("demo = true")
    else:
        monkeypatch.setenv("DISTRIB_DEMO", "1")

    with pytest.raises(ConfigError, match="serve --demo"):
        load()


@pytest.mark.parametrize("text", ["port = ", "port = 1\nport = 2"])
def test_a_file_that_is_not_toml_is_named(text: str) -> None:
    written(text)

    with pytest.raises(ConfigError, match=r"^distrib\.toml is not TOML: [^\n]+$"):
        load()


def test_a_file_in_another_encoding_is_named() -> None:
    Path("distrib.toml").write_bytes(b'mail_from = "\xe5@firma.example"')

    with pytest.raises(ConfigError, match=r"^distrib\.toml is not TOML: "):
        load()


def test_a_file_that_was_asked_for_and_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_CONFIG", "missing.toml")

    with pytest.raises(ConfigError, match=r"missing\.toml.*DISTRIB_CONFIG"):
        load()


def test_the_demo_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_HOST", "0.0.0.0")  # noqa: S104 - which is what must be refused

    with pytest.raises(ConfigError, match="loopback only"):
        load(demo=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback_has_many_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.0.2.1", "localhost.example"])  # noqa: S104 - see above
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_secrets_are_not_shown() -> None:
    settings = Settings(
        smtp_url="smtps://user:hemmelig@mail.example",
        database_url="postgresql://user:hemmelig@db.example/distrib",
        metrics_token="hemmelig",
    )

    assert "hemmelig" not in repr(settings)
    assert "hemmelig" not in str(settings)


def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_SMTP_URL", "http://user:hemmelig@mail.example")

    with pytest.raises(ConfigError) as raised:
        load()

    assert "hemmelig" not in str(raised.value)
    assert raised.value.__cause__ is None
