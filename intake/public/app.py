"""The public door's factory."""

from typing import Any

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import FileSystemLoader, PrefixLoader
from sqlalchemy import Engine

from .. import locales, web
from ..db import make_engine
from ..publickeys import read_public_keys
from ..settings import Settings
from ..staticfiles import find_folder
from . import (
    apply,
    back,
    embed,
    ending,
    family,
    leaving,
    limits,
    mine,
    noticing,
    pages,
    paper,
    paths,
    releases,
    reveals,
    stepping,
    visit,
)

# Blueprints whose pages anyone may keep.
SHARED = frozenset({"releases", "pages", "paper", "embed", "feed"})


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """The public app on `engine`, by default the public role's database.

    Raises:
        KeyFileError: the organisation's public keys are missing, so nothing could be sealed.
    """
    app = Flask("intake.public", static_folder=None, template_folder=None)
    folder = find_folder("templates")
    app.jinja_loader = PrefixLoader({name: FileSystemLoader(folder / name) for name in ("shared", "public")})
    engine = engine or make_engine(settings.public_database_url)
    web.install(app, settings, engine, door="public", made=reveals.sheets())
    read_public_keys(settings.keys / "public.json").recipients()
    limits.install(app)
    stepping.install(app)
    app.extensions[noticing.NAME] = noticing.Noticing()
    _install_languages(app, settings)
    for blueprint in (
        releases.bp,
        apply.bp,
        mine.bp,
        back.bp,
        ending.bp,
        leaving.bp,
        pages.bp,
        paper.bp,
        embed.bp,
        family.bp,
        paths.bp,
    ):
        app.register_blueprint(blueprint, url_prefix="/<lang>")
    app.register_blueprint(releases.feed)
    leaving.install(app)

    @app.get("/")
    def front() -> ResponseReturnValue:
        chosen = locales.negotiate(list(request.accept_languages.values()), pseudo=settings.pseudo_locale)
        response = redirect(url_for("releases.index", lang=chosen.code), 302)
        response.vary.add("Accept-Language")
        return response

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return Response("ok\n", mimetype="text/plain")

    return app


def _install_languages(app: Flask, settings: Settings) -> None:
    """The language stands first in every address, so that a link can be shared as it is."""

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values is None or "lang" not in values:
            return
        found = locales.by_code(values.pop("lang"), pseudo=settings.pseudo_locale)
        if found is None:
            abort(404)
        g.language = found

    @app.before_request
    def language_of_a_wrong_address() -> None:
        # No route matched, so nothing took the language: the page that says so still speaks it.
        first = request.path.split("/", 2)[1]
        found = locales.by_code(first, pseudo=settings.pseudo_locale) if request.endpoint is None else None
        if found is not None:
            g.language = found

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = web.language().code

    @app.context_processor
    def languages() -> dict[str, Any]:
        # Pages that everybody shares must not look at the cookie: they look the same on every device.
        shared = request.blueprint in SHARED
        return {
            "languages": locales.offered(pseudo=settings.pseudo_locale),
            "here": _here,
            "look": visit.PLAIN if shared else visit.look(),
        }


def _here(lang: str) -> str:
    """The address of this very page in another language; the front page where there is no page."""
    if request.endpoint is None or request.method != "GET" or "." not in request.endpoint:
        return url_for("releases.index", lang=lang)
    return url_for(request.endpoint, lang=lang, **(request.view_args or {}))
