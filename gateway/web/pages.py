# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes pages from templates, with the headers that keep them safe."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from babel.support import NullTranslations
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.web.choices import chosen
from gateway.web.language import LANGUAGES, choose, words

STATIC = Path(__file__).with_name("static")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Our own style and pictures, and nothing else: no script, no other site, no frame around us."""
DESK_POLICY = f"{POLICY}; script-src 'self'; connect-src 'self'"
"""The employees' pages have our own scripts too, from files alone, and these may ask us."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LANGUAGE_NAMES = {"nb": "Norsk", "en": "English"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to switch to, and where."""

    code: str
    name: str
    url: str
    current: bool


class Pages:
    """The templates in each language, for a gateway that people reach at *public_url*."""

    def __init__(self, public_url: str, language: str) -> None:
        self.public_url = public_url.rstrip("/")
        self.prefix = urlsplit(self.public_url).path.rstrip("/")
        self.default = language
        self._environments = {code: self._environment(words(code)) for code in LANGUAGES}

    def language(self, request: Request, known: str | None = None) -> str:
        """Give the language to answer *request* in; *known* is the one we know that the visitor reads."""
        accepted = request.headers.get("accept-language", "")
        return choose(accepted, asked=request.query_params.get("l"), known=known, default=self.default)

    def render(
        self,
        request: Request,
        template: str,
        facts: Mapping[str, object],
        *,
        language: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Give the page that *template* makes of *facts*."""
        page = self._environments[language].get_template(template)
        own = {"language": language, "tongues": self._tongues(request, language), "choices": chosen(request)}
        text = page.render(**facts, **own)
        more = {"Content-Language": language, "Vary": "Accept-Language", **(headers or {})}
        return HTMLResponse(text, status, {**HEADERS, **more})

    def _environment(self, translations: NullTranslations) -> Environment:
        environment = Environment(
            loader=PackageLoader("gateway.web", "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(prefix=self.prefix, public_url=self.public_url, asset=self._asset)
        return environment

    def _asset(self, name: str) -> str:
        """Give the address of a static file, another one when its content is."""
        return f"{self.prefix}/static/{name}?v={_mark(name)}"

    def _tongues(self, request: Request, language: str) -> list[Tongue]:
        kept = [(name, value) for name, value in request.query_params.items() if name in {"a", "svart"}]
        return [
            Tongue(code, LANGUAGE_NAMES[code], "?" + urlencode([*kept, ("l", code)]), code == language)
            for code in LANGUAGES
        ]


@cache
def _mark(name: str) -> str:
    """Give what changes in a static file's address when its content does, so that browsers may keep it."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
