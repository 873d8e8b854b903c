"""The newsroom desk: take in a feed, look at a release as the public sees it, publish, withdraw, translations."""

import html
import re
import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import feeds, fetching, locales, newsroom, visits
from ..locales import N_
from ..questionnaire.choices import LANGUAGES
from ..releaseparser import CALL_TEXT, CALL_TITLE, is_slug
from ..releases import DRAFT, PUBLISHED, WITHDRAWN, Release
from ..settings import Settings
from ..web import db, gettext
from . import access
from .context import member, now, staff_door, today

A_PAGE = 25
# A form has to fit into what the door takes at once; larger feeds come by address or by command.
LARGEST_UPLOAD = 200 * 1024
_FORM_BYTES = LARGEST_UPLOAD + 16 * 1024
PLACES = (
    (visits.LIST, N_("The list of releases")),
    (visits.EMBED, N_("The frame on other sites")),
    (visits.FORM, N_("The first page of the form")),
)
STATES = {DRAFT: N_("Draft"), PUBLISHED: N_("Published"), WITHDRAWN: N_("Withdrawn")}
SCHEMES = (("auto", N_("As the reader's device")), ("light", N_("Light")), ("dark", N_("Dark")))
_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")

bp = Blueprint("newsroom", __name__, url_prefix="/newsroom")
# What may be fetched; a test may set another policy.
policy = fetching.Policy()


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the one form that carries a file be larger than the others, before anything reads it."""
    if endpoint == f"{bp.name}.take_in":
        request.max_content_length = _FORM_BYTES


@bp.get("")
@access.permit("release:publish")
def index() -> ResponseReturnValue:
    """Every release with its state and its visits, the form for a feed, and where visits came from."""
    return _list()


@bp.post("/import")
@access.permit("release:publish")
def take_in() -> ResponseReturnValue:
    """Read a feed from an address or a file; its entries become drafts."""
    actor, address = member().label, request.form.get("address", "").strip()
    upload = request.files.get("file")
    # Fetching may take seconds: no transaction may wait for it.
    db().rollback()
    try:
        if address:
            data = fetching.fetch(address, policy).body
        else:
            data = upload.read() if upload else b""
            if not data:
                raise feeds.NotAFeed("Type the address of a feed, or choose a file.")
        feed = feeds.read(data, timezone=staff_door().settings.timezone, today=today())
    except (fetching.NotFetched, feeds.NotAFeed) as error:
        return _list(problem=str(error), address=address), 422
    results = newsroom.take_feed(db(), feed, actor=actor, now=now())
    # No redirect: what was left out is said here, and sending the form again changes nothing.
    return _list(done=newsroom.counted(results), feed=feed)


@bp.get("/<uuid:release_id>")
@access.permit("release:publish")
def show(release_id: uuid.UUID) -> ResponseReturnValue:
    """One release as the public sees it, with what can be done."""
    return _preview(_found(release_id))


@bp.get("/<uuid:release_id>/change")
@access.permit("release:publish")
def show_change(release_id: uuid.UUID) -> ResponseReturnValue:
    """The new text that a feed brought for a release, as the public would see it."""
    release = _found(release_id)
    change = newsroom.change_of(db(), release)
    if change is None:
        abort(404)
    return _preview(release, shown=change)


@bp.post("/<uuid:release_id>/publish")
@access.permit("release:publish")
def publish(release_id: uuid.UUID) -> ResponseReturnValue:
    """Show it to everyone."""
    newsroom.publish(db(), _found(release_id), actor=member().label, now=now())
    return _back(release_id, gettext(N_("The release is public now.")))


@bp.post("/<uuid:release_id>/withdraw")
@access.permit("release:publish")
def withdraw(release_id: uuid.UUID) -> ResponseReturnValue:
    """Take it off the public pages."""
    release = _found(release_id)
    try:
        newsroom.withdraw(db(), release, actor=member().label, now=now())
    except newsroom.NotDone as error:
        return _preview(release, problem=str(error)), 422
    return _back(release_id, gettext(N_("The release is not public any more. Its address says so.")))


@bp.post("/<uuid:release_id>/change")
@access.permit("release:publish")
def take_change(release_id: uuid.UUID) -> ResponseReturnValue:
    """Take the new text that the feed brought."""
    release = _found(release_id)
    try:
        newsroom.take_change(db(), release, actor=member().label, now=now())
    except newsroom.NotDone as error:
        return _preview(release, problem=str(error)), 422
    return _back(release_id, gettext(N_("The release has the new text now.")))


@bp.post("/<uuid:release_id>/about")
@access.permit("release:publish")
def describe(release_id: uuid.UUID) -> ResponseReturnValue:
    """Its language, and the release that it translates."""
    release, code = _found(release_id), request.form.get("language", "")
    same = request.form.get("story", "")
    try:
        newsroom.describe(db(), release, language=code, same_story_as=same, actor=member().label, now=now())
    except newsroom.NotDone as error:
        return _preview(release, problem=str(error), story=same), 422
    return _back(release_id, gettext(N_("Saved.")))


@bp.get("/embed")
@access.permit("release:publish")
def embed() -> ResponseReturnValue:
    """The call to action to copy into another site: as plain HTML, and as a frame."""
    settings, problem = staff_door().settings, ""
    site = request.args.get("site", _public_site(settings)).strip().rstrip("/")
    source = request.args.get("source", "").strip()
    if _SITE.fullmatch(site) is None:
        site, problem = _public_site(settings), gettext(N_("Write the address of your site as https://example.org."))
    if source and not (is_slug(source) and len(source) <= visits.LONGEST_SOURCE):
        source, problem = "", gettext(N_("A source has up to 40 small letters a to z, digits and single dashes."))
    offered = locales.offered(pseudo=settings.pseudo_locale)
    found = next((one for one in offered if one.code == request.args.get("language")), offered[0])
    wanted = request.args.get("scheme")
    scheme = next((code for code, _ in SCHEMES if code == wanted), SCHEMES[0][0])
    page = render_template(
        "staff/newsroom_embed.html",
        codes=_codes(site, found, scheme, source),
        languages=[(one.code, one.own_name) for one in offered],
        schemes=[(code, gettext(name)) for code, name in SCHEMES],
        chosen={"site": site, "language": found.code, "scheme": scheme, "source": source},
        framed_by=settings.framed_by,
        problem=problem,
    )
    return (page, 422) if problem else page


def _codes(site: str, tongue: locales.Language, scheme: str, source: str) -> dict[str, str]:
    say = locales.translations(tongue.code).gettext
    way = f"{site}/{tongue.code}/apply/" + (f"?{urlencode({'from': source})}" if source else "")
    query = urlencode({"scheme": scheme, **({"source": source} if source else {})})
    frame = f'<iframe src="{html.escape(f"{site}/{tongue.code}/embed?{query}")}" title="{html.escape(say(CALL_TITLE))}"'
    block = render_template(
        "public/embed_code.html",
        tag=tongue.tag,
        direction=tongue.direction,
        title=say(CALL_TITLE),
        text=say(CALL_TEXT),
        way=way,
        button=say("See if we can help"),
    )
    return {"block": block, "frame": f'{frame} width="100%" height="360" loading="lazy"></iframe>'}


def _public_site(settings: Settings) -> str:
    host = settings.public_hosts[0]
    if settings.https:
        return f"https://{host}"
    return f"http://{host}:{settings.public_port}"


def _list(**more: Any) -> str:
    try:
        before = uuid.UUID(request.args.get("before", ""))
    except ValueError:
        before = None
    rows, older = newsroom.listed(db(), before, A_PAGE)
    day = today()
    seen = visits.by_place(db(), day, [*(row.slug for row in rows), *(place for place, _ in PLACES)])
    none = (0, 0, 0)
    kept = {"problem": "", "address": "", "done": None, "feed": None} | more
    return render_template(
        "staff/newsroom.html",
        rows=[(row, seen.get(row.slug, none)) for row in rows],
        places=[(gettext(name), seen.get(place, none)) for place, name in PLACES],
        sources=visits.by_source(db(), day, visits.FORM),
        frames=visits.by_source(db(), day, visits.EMBED),
        other=visits.OTHER,
        waiting=newsroom.waiting(db(), rows),
        states={state: gettext(name) for state, name in STATES.items()},
        older=older,
        **kept,
    )


def _preview(release: Release, *, shown: Release | None = None, problem: str = "", story: str | None = None) -> str:
    return render_template(
        "staff/newsroom_preview.html",
        release=shown or release,
        kept=release,
        change=newsroom.change_of(db(), release),
        is_change=shown is not None,
        state=gettext(STATES[release.state]),
        story=release.story or "" if story is None else story,
        tongues=LANGUAGES if any(code == release.language for code, _ in LANGUAGES) else _with(release.language),
        call={"title": CALL_TITLE, "text": CALL_TEXT, "way": "#call"},
        also=[],
        address=url_for("newsroom.show", release_id=release.id),
        problem=problem,
    )


def _with(code: str) -> tuple[tuple[str, str], ...]:
    return ((code, code), *LANGUAGES)


def _found(release_id: uuid.UUID) -> Release:
    release = newsroom.find(db(), release_id)
    if release is None:
        abort(404)
    return release


def _back(release_id: uuid.UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("newsroom.show", release_id=release_id), 303)
