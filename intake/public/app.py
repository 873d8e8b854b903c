"""The public door's factory."""

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import FileSystemLoader, PrefixLoader
from sqlalchemy import Engine
from werkzeug.routing import Map

from .. import locales, readiness, web
from ..db import make_engine
from ..form import reveals
from ..publickeys import read_public_keys
from ..settings import Settings
from ..staticfiles import find_folder
from . import (
    apply,
    back,
    busy,
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
    engine = engine or make_engine(settings.public_database_url, settings.bounds.of("public"))
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
        """The language a person chose before on this device, else the browser's."""
        wanted = list(request.accept_languages.values())
        chosen = visit.chosen_language() or locales.negotiate(wanted, pseudo=settings.pseudo_locale)
        asked = "zh-Hant" if chosen.code == "zh_Hans" and locales.wants_traditional(wanted) else None
        response = redirect(url_for("releases.index", lang=chosen.code, asked=asked), 302)
        response.vary.update(("Accept-Language", "Cookie"))
        return response

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return Response("ok\n", mimetype="text/plain")

    readiness.install(app)
    busy.install(app)
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
            "reviewed": locales.review(web.language().code).done,
            "traditional": locales.NO_TRADITIONAL if request.args.get("asked") == "zh-Hant" else "",
            "here": _here,
            "shared": shared,
            "look": visit.PLAIN if shared else visit.look(),
        }


def _here(lang: str) -> str:
    """The address of this very page in another language; the front page where there is no page to open."""
    rule = request.url_rule
    if rule is None or "lang" not in rule.arguments or rule.rule not in _openable(current_app.url_map):
        return url_for("releases.index", lang=lang)
    # The language stands first in every address: the rest is the same page.
    rest = request.path.removeprefix(f"/{web.language().code}")
    back = "?back=check" if request.args.get("back") == "check" else ""
    return f"{request.script_root}/{lang}{quote(rest)}{back}"


@lru_cache(maxsize=4)
def _openable(rules: Map) -> frozenset[str]:
    """The rules of pages that can be asked for, and are not only the answer to something sent."""
    return frozenset(rule.rule for rule in rules.iter_rules() if "GET" in (rule.methods or ()))
