# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail about what was changed says what: as it was, and as it is now."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ical.instances import InstanceId
from ical.news import News, Saying, What, of_stored
from ical.times import Moment
from tests.mail.letters import part, written

WAS = Saying(datetime(2026, 10, 8, 8, 0, tzinfo=UTC), datetime(2026, 10, 8, 9, 30, tzinfo=UTC), "Loftet", "Befaring")
NOW = replace(WAS, start=datetime(2026, 10, 8, 10, 0, tzinfo=UTC), end=datetime(2026, 10, 8, 11, 30, tzinfo=UTC))
NEWS = (
    News(What.TIME, WAS, NOW),
    News(What.PLACE, WAS, replace(WAS, location="Storgata 12,\r\n0184 Oslo")),
    News(What.TITLE, WAS, replace(WAS, summary="")),
)


def told(news: tuple[News, ...], kind: str = "text/plain", language: str = "nb", **changes: object) -> str:
    """Give what an update says."""
    mail = written(**{"first": False, "news": news, "language": language, **changes})
    return part(mail, kind).replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nb",
            (
                "nytt tidspunkt: tor. 8. okt. kl. 10.00 → 12.00",
                "nytt sted: Loftet → Storgata 12, 0184 Oslo",
                "ny tittel: Befaring → (uten tittel)",
            ),
        ),
        (
            "en",
            (
                "new time: Thu 8 Oct at 10:00 → 12:00",
                "new place: Loftet → Storgata 12, 0184 Oslo",
                "new title: Befaring → (no title)",
            ),
        ),
    ],
)
@pytest.mark.parametrize(("kind", "before", "behind"), [("text/plain", "  * ", "\n"), ("text/html", ';">', "</li>")])
def test_each_change_is_a_line(language: str, said: tuple[str, ...], kind: str, before: str, behind: str) -> None:
    text = told(NEWS, kind, language)

    for line in said:
        assert f"{before}{line}{behind}" in text


def test_what_was_changed_stands_between_the_headline_and_how_it_is_now() -> None:
    text = told(NEWS[:1])

    assert (
        "Kari Nordmann har endret denne avtalen:\n\n  * nytt tidspunkt: tor. 8. okt. kl. 10.00 → 12.00\n\n"
        "Slik er det nå:\n\n    Befaring på kjøkken\n"
    ) in text


def test_where_nothing_is_known_to_be_another_it_says_that_it_was_changed() -> None:
    assert "Kari Nordmann har endret denne avtalen. Slik er det nå:" in told(())


def test_an_invitation_tells_of_no_change() -> None:
    assert told(NEWS, first=True) == told((), first=True)


def test_what_a_title_says_is_no_markup() -> None:
    text = told((News(What.TITLE, WAS, replace(WAS, summary="<b>Nå</b>")),), "text/html")

    assert "Befaring → &lt;b&gt;Nå&lt;/b&gt;" in text


def test_a_mail_does_not_count_up_every_day() -> None:
    days = [datetime(2026, 10, 8, 8, tzinfo=UTC) + timedelta(days=7 * n) for n in range(9)]
    news = tuple(News(What.OFF, WAS, WAS, InstanceId(f"{day:%Y%m%dT%H%M%SZ}")) for day in days)

    text = told(news)

    assert text.count("  * avlyst: ") == 5
    assert "  * avlyst: tor. 5. nov.\n  * og 4 til\n" in text


@pytest.mark.parametrize(
    ("before", "now", "line"),
    [
        (date(2026, 10, 9), date(2026, 10, 12), "ny frist: fre. 9. okt. → man. 12. okt."),
        (None, date(2026, 10, 12), "ny frist: man. 12. okt."),
        (date(2026, 10, 9), None, "ny frist: ikke angitt lenger"),
        (
            date(2026, 10, 9),
            datetime(2026, 10, 9, 12, tzinfo=UTC),
            "ny frist: fre. 9. okt. → fre. 9. okt. kl. 14.00",
        ),
    ],
)
def test_a_task_tells_of_its_deadline(before: Moment | None, now: Moment | None, line: str) -> None:
    assert f"  * {line}\n" in told((News(What.DUE, replace(WAS, end=before), replace(WAS, end=now)),))


def test_what_is_stored_with_a_mail_is_what_it_tells() -> None:
    news = (*NEWS, News(What.OFF, WAS, NOW, InstanceId("20261015T080000Z")))

    stored = of_stored([one.facts for one in news])

    assert told(stored) == told(news)
    assert of_stored(None) == of_stored("x") == ()
