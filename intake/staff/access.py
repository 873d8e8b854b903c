"""Deny by default: every route says who may use it, and nobody gets past the guard otherwise."""

import contextlib
from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from .. import sessions
from ..accounts import LONGEST, PERMISSIONS, StaffMember
from ..db import transaction
from ..locales import N_
from ..refusals import LOST_DATABASE, SAFE
from ..sessions import StaffSession
from ..web import db, gettext
from .context import member, now, staff_door, today
from .keeping import keep_this

ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"

_CHANGE_FIRST = frozenset({"security.change_password", "security.logout"})
_KNOWN = frozenset().union(*PERMISSIONS.values()) | {ANYONE, SIGNED_IN}
_SEEN_EVERY = 30  # seconds; a page view within it does not send a new cookie
_IDLE = N_("You were signed out because you did not use this page for a while. Sign in again.")
_KEPT = N_("What you typed is kept for you. Sign in again to go on with it.")
_OVER = N_("Your access has ended. An administrator can give it to you again.")
_ENDED = N_("You were signed out here. Sign in again.")

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Undeclared(RuntimeError):
    """A route does not say who may use it, or names a permission that nobody has."""


def permit(permission: str) -> Callable[[View], View]:
    """Declare that a view needs `permission` (or `ANYONE`, `SIGNED_IN`)."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask) -> None:
    """Put the guard before every request. Call `close` once all routes are there."""
    app.before_request(_guard)


def close(app: Flask) -> dict[str, str]:
    """Check that every endpoint declares its access; returns endpoint -> access.

    Raises:
        Undeclared: a route was added without a declaration.
    """
    table: dict[str, str] = {}
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is None or access not in _KNOWN:
            raise Undeclared(f"The route {rule.endpoint} does not say who may use it.")
        table[rule.endpoint] = access
    return table


def access_of(app: Flask, endpoint: str) -> str | None:
    """Who may use `endpoint`: a permission, `ANYONE`, `SIGNED_IN`, or None when nobody said."""
    if endpoint == "static":
        return ANYONE
    access: str | None = getattr(app.view_functions[endpoint], "access", None)
    return access


def begin_session(person: StaffMember) -> StaffSession:
    """Both factors were right: start the clocks of this session, and give it a row that can be ended from elsewhere."""
    moment = int(now().timestamp())
    before = sessions.of_handle(db(), session.get("handle"))
    if before is not None and before.staff_id == person.id:
        sessions.end(db(), person, now(), only=before.id)
    session["handle"], begun = sessions.begin(db(), person, request.user_agent.string, now())
    session.permanent = True
    session["signed_in_at"] = session["seen_at"] = moment
    session["second_factor"] = person.fs_uniquifier
    if person.language:
        session["language"] = person.language
    return begun


def local(path: str) -> str:
    """`path` if it is one of this very site, else the first page: where to go on."""
    # Two slashes, or a backslash, would lead a browser elsewhere.
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else url_for("today.home")


def this_session() -> StaffSession:
    """The session in which this request came; the guard has made sure that there is one."""
    found: StaffSession = g.staff_session
    return found


def clear_session() -> None:
    """Forget all that the session holds except the language, in which the next page is read."""
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen


def _guard() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None
    access = access_of(current_app, endpoint)
    if access == ANYONE:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    why_not = _why_not_current()
    if why_not:
        return _to_sign_in(why_not, kept=why_not == _IDLE and _keep(access))
    person = g.staff = member()
    if person.must_change_password and endpoint not in _CHANGE_FIRST:
        return redirect(url_for("security.change_password"))
    if access != SIGNED_IN and (access is None or not person.may(access)):
        # The first page of a person who sees lent cases alone is the list of them.
        if request.path == "/" and person.may("lent:read"):
            return redirect(url_for("lent.index"))
        abort(403)
    return None


def _why_not_current() -> str:
    """Empty for a session that may go on: both factors, not idle, not ended, not longer than a working day."""
    person, moment = member(), int(now().timestamp())
    started, seen = session.get("signed_in_at"), session.get("seen_at")
    if not isinstance(started, int) or not isinstance(seen, int):
        return _ENDED
    if session.get("second_factor") != person.fs_uniquifier or person.locked_by_owner_at is not None:
        return _ENDED
    if person.access_until is not None and today() > person.access_until:
        return _OVER
    if moment - seen > person.idle.total_seconds() or moment - started > LONGEST.total_seconds():
        return _IDLE
    row = sessions.of_handle(db(), session.get("handle"))
    if row is None or row.staff_id != person.id or not row.alive(person, now()):
        return _ENDED
    g.staff_session = row
    _note_seen(row)
    if moment - seen >= _SEEN_EVERY:
        session["seen_at"] = moment
    return ""


def _note_seen(row: StaffSession) -> None:
    """Write once in a few minutes that the session is in use. No page waits or fails for it."""
    if now() - row.seen_at < sessions.SEEN_EVERY:
        return
    if request.method not in SAFE:
        sessions.seen(db(), row.id, now())
        return
    # What a GET reads with cannot write.
    with contextlib.suppress(*LOST_DATABASE), transaction(staff_door().engine) as own:
        sessions.seen(own, row.id, now())


def _keep(access: str | None) -> bool:
    return access not in (None, SIGNED_IN) and member().may(access) and keep_this()


def _to_sign_in(why: str = "", *, kept: bool = False) -> ResponseReturnValue:
    if why:
        logout_user()
        clear_session()
        flash(gettext(why))
    if kept:
        flash(gettext(_KEPT))
        return redirect(url_for("security.login", next=url_for("kept.show")), 303)
    onward = request.full_path.rstrip("?") if request.method in SAFE and request.path != "/" else None
    return redirect(url_for("security.login", next=onward))
