"""The newsroom: the list of releases, one release beside the call to action, and the feed."""

import datetime as dt
from typing import Any, cast

from flask import Blueprint, Flask, abort, current_app, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from .. import locales, releases, visits
from ..releaseparser import CALL_TEXT, CALL_TITLE
from ..releases import PUBLISHED, WITHDRAWN, Release
from ..web import db, language, settings_of
from . import counting, newsstand

A_PAGE = 10
IN_FEED = 20

bp = Blueprint("releases", __name__)
feed = Blueprint("feed", __name__)


@bp.record_once
def count_visits(state: BlueprintSetupState) -> None:
    """The door counts, and keeps pages, from the moment it has a newsroom."""
    counting.install(cast(Flask, state.app))
    newsstand.install(cast(Flask, state.app))


@bp.get("/")
def index() -> ResponseReturnValue:
    """The releases, newest first; `before` is the last slug of the page that leads here."""
    before = request.args.get("before") or None
    answer = newsstand.page(before, lambda: _list(before))
    counting.saw(visits.LIST)
    return answer


def _list(before: str | None) -> str:
    try:
        rows, older = releases.page(db(), before, A_PAGE, language=language().code)
    except LookupError:
        abort(404)
    return render_template("public/releases.html", releases=rows, before=before, older=older, call=_call(None))


@bp.get("/releases/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One release, whole, with the way to the form beside it."""
    answer = newsstand.page(slug, lambda: _release(slug))
    counting.saw(slug)
    return answer


def _release(slug: str) -> str:
    release = releases.by_slug(db(), slug)
    if release is None or release.state not in {PUBLISHED, WITHDRAWN}:
        abort(404)
    if release.state == WITHDRAWN:
        gone = make_response(render_template("public/release_gone.html", call=_call(None)), 410)
        gone.headers["Cache-Control"] = newsstand.GONE
        abort(gone)
    also = [(other, _page_language(other)) for other in releases.translations(db(), release)]
    return render_template(
        "public/release.html", release=release, also=also, own_lang=_page_language(release), call=_call(slug)
    )


@feed.get("/feed.xml")
def atom() -> ResponseReturnValue:
    """The newest releases as an Atom feed (RFC 4287), in the language each is written in."""
    answer = newsstand.page(None, _feed, "application/atom+xml")
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _feed() -> str:
    rows, _older = releases.page(db(), None, IN_FEED)
    updated = max((row.imported_at for row in rows), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    return render_template("public/feed.xml", releases=rows, updated=updated)


def _page_language(release: Release) -> str:
    """The language of the page around a release: its own where the site speaks it, else the one being read."""
    pseudo = settings_of(current_app).pseudo_locale
    base = release.language.partition("_")[0]
    found = locales.by_code(release.language, pseudo=pseudo) or locales.by_code(base, pseudo=pseudo)
    return (found or language()).code


def _call(source: str | None) -> dict[str, str]:
    query: dict[str, Any] = {"from": source}
    return {"title": CALL_TITLE, "text": CALL_TEXT, "way": url_for("apply.start", **query)}
