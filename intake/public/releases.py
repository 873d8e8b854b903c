"""The newsroom: the list of releases, one release beside the call to action, and the feed."""

import datetime as dt
from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import releases
from ..releaseparser import CALL_TEXT, CALL_TITLE
from ..web import cacheable, db, language

A_PAGE = 10
IN_FEED = 20

bp = Blueprint("releases", __name__)
feed = Blueprint("feed", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """The releases, newest first; `before` is the last slug of the page that leads here."""
    before = request.args.get("before") or None
    try:
        rows, older = releases.page(db(), before, A_PAGE)
    except LookupError:
        abort(404)
    page = render_template("public/releases.html", releases=rows, before=before, older=older, call=_call(None))
    return cacheable(make_response(page))


@bp.get("/releases/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One release, whole, with the way to the form beside it."""
    release = releases.by_slug(db(), slug)
    if release is None:
        abort(404)
    return cacheable(make_response(render_template("public/release.html", release=release, call=_call(slug))))


@feed.get("/feed.xml")
def atom() -> ResponseReturnValue:
    """The newest releases as an Atom feed (RFC 4287), in the language each is written in."""
    rows, _older = releases.page(db(), None, IN_FEED)
    updated = max((row.imported_at for row in rows), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    page = render_template("public/feed.xml", releases=rows, updated=updated)
    return cacheable(Response(page, content_type="application/atom+xml; charset=utf-8"))


@bp.app_template_filter("long_date")
def long_date(day: dt.date) -> str:
    """A day with the name of its month, as the language of the page writes it."""
    return format_date(day, "long", locale=language().cldr)


def _call(source: str | None) -> dict[str, str]:
    query: dict[str, Any] = {"from": source}
    return {"title": CALL_TITLE, "text": CALL_TEXT, "way": url_for("apply.start", **query)}
