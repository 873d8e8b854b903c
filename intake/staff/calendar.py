"""Deadlines in a calendar program: making and ending its private address, and the calendar behind it."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import icalendar
from ..casework import calendar
from ..casework.calendar import CalendarFeed, Deadline, Scope
from ..casework.case import NotAllowed, NotFound
from ..db import transaction
from ..icalendar import Day
from ..locales import FOR_STAFF, N_
from ..refusals import refuse
from ..web import db, gettext
from . import access, labels, present
from .callers import limiter_of
from .context import member, now, staff_door

bp = Blueprint("calendar", __name__)

# A calendar service asks for the calendars of many people from one address.
READINGS = "120 per minute"
_FRESH_SECONDS = 900


def install(app: Flask) -> None:
    """Add the routes, with a limit on how often one caller may read calendars or try tokens."""
    app.register_blueprint(bp)
    limiter = limiter_of(app)
    app.view_functions["calendar.read"] = cast(Any, limiter.limit(READINGS)(app.view_functions["calendar.read"]))


@bp.errorhandler(NotFound)
def not_found(_error: NotFound) -> ResponseReturnValue:
    """No such calendar, or somebody else's: the same page."""
    return refuse(404)


@bp.errorhandler(NotAllowed)
def not_allowed(_error: NotAllowed) -> ResponseReturnValue:
    """This person may not have this calendar."""
    return refuse(403)


@bp.get("/account/calendar")
@access.permit("case:read")
def index() -> ResponseReturnValue:
    """My calendars, and a way to make or end one."""
    return _page()


@bp.post("/account/calendar")
@access.permit("case:read")
def make() -> ResponseReturnValue:
    """A new address. It is shown in this answer alone: no other page, cookie or log ever holds it."""
    wanted = request.form.get("scope", "")
    if wanted not in set(Scope):
        return _page(problem=gettext(N_("Choose which calendar you want."))), 422
    token = calendar.make(db(), member(), Scope(wanted), now())
    return _page(address=url_for("calendar.read", key=token, _external=True))


@bp.post("/account/calendar/<uuid:feed_id>/revoke")
@access.permit("case:read")
def revoke(feed_id: uuid.UUID) -> ResponseReturnValue:
    """End a calendar: from now on its address leads nowhere."""
    calendar.revoke(db(), member(), feed_id, now())
    flash(gettext(N_("The calendar address is ended. Nobody can read it any more.")))
    return redirect(url_for("calendar.index"), 303)


@bp.get("/calendar/<key>.ics")
@access.permit(access.ANYONE)
def read(key: str) -> ResponseReturnValue:
    """The calendar with this token, for a program that cannot sign in."""
    feed, person = calendar.find(db(), key)
    g.language = next((one for one in FOR_STAFF if one.code == person.language), FOR_STAFF[0])
    days = [_day(one) for one in calendar.deadlines(db(), feed)]
    _note(feed)
    response = Response(icalendar.write(_name(feed), days), content_type=icalendar.MEDIA_TYPE)
    response.headers["Cache-Control"] = f"private, max-age={_FRESH_SECONDS}"
    response.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return response


def _note(feed: CalendarFeed) -> None:
    # The request itself only reads: what it leaves behind is written in a transaction of its own.
    if not calendar.was_read_lately(feed, now()):
        with transaction(staff_door().engine) as session:
            calendar.note_reading(session, feed.id, now())


def _day(one: Deadline) -> Day:
    what = gettext(labels.DUE_OUTSIDE.get(one.code or "", labels.DUE_OUTSIDE_OTHER))
    said = gettext(N_("%(reference)s: %(what)s")) % {"reference": one.reference, "what": what}
    return Day(one.uid, one.on, said, one.changed_at)


def _name(feed: CalendarFeed) -> str:
    whose = present.word(labels.CALENDARS, feed.scope)
    return gettext(N_("Deadlines: %(whose)s")) % {"whose": whose}


def _page(*, address: str = "", problem: str = "") -> str:
    feeds: Sequence[CalendarFeed] = calendar.feeds_of(db(), member())
    return render_template(
        "staff/calendar.html",
        feeds=[_shown(feed) for feed in feeds],
        scopes=[(scope.value, present.word(labels.CALENDARS, scope)) for scope in calendar.scopes_for(member())],
        address=address,
        problem=problem,
    )


def _shown(feed: CalendarFeed) -> dict[str, Any]:
    zone = staff_door().settings.timezone
    return {
        "id": feed.id,
        "scope": present.word(labels.CALENDARS, feed.scope),
        "made": present.moment(feed.created_at, zone),
        "read": present.moment(feed.last_read_at, zone) if feed.last_read_at else "",
    }
