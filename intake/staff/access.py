"""Deny by default: every route says who may use it, and nobody gets past the guard otherwise."""

import datetime as dt
from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from ..accounts import PERMISSIONS, StaffMember
from ..locales import N_
from ..refusals import SAFE
from ..web import gettext
from .context import member, now

ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"

IDLE: Final = dt.timedelta(minutes=30)
LONGEST: Final = dt.timedelta(hours=12)
_CHANGE_FIRST = frozenset({"security.change_password", "security.logout"})
_KNOWN = frozenset().union(*PERMISSIONS.values()) | {ANYONE, SIGNED_IN}
_SEEN_EVERY = 30  # seconds; a page view within it does not send a new cookie

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


def begin_session(person: StaffMember) -> None:
    """Both factors were right: start the clocks of this session."""
    moment = int(now().timestamp())
    session.permanent = True
    session["signed_in_at"] = session["seen_at"] = moment
    session["second_factor"] = person.fs_uniquifier
    if person.language:
        session["language"] = person.language


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
    if not current_user.is_authenticated or not _is_current():
        return _to_sign_in()
    person = g.staff = member()
    if person.must_change_password and endpoint not in _CHANGE_FIRST:
        return redirect(url_for("security.change_password"))
    if access != SIGNED_IN and (access is None or not person.may(access)):
        # The first page of a person who sees lent cases alone is the list of them.
        if request.path == "/" and person.may("lent:read"):
            return redirect(url_for("lent.index"))
        abort(403)
    return None


def _is_current() -> bool:
    """Signed in here with both factors, seen within half an hour, and not for longer than a working day."""
    moment = int(now().timestamp())
    started, seen = session.get("signed_in_at"), session.get("seen_at")
    if not isinstance(started, int) or not isinstance(seen, int):
        return False
    if session.get("second_factor") != member().fs_uniquifier:
        return False
    if moment - seen > IDLE.total_seconds() or moment - started > LONGEST.total_seconds():
        return False
    if moment - seen >= _SEEN_EVERY:
        session["seen_at"] = moment
    return True


def _to_sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        logout_user()
        clear_session()
        flash(gettext(N_("You were signed out because you did not use this page for a while. Sign in again.")))
    onward = request.full_path.rstrip("?") if request.method in SAFE and request.path != "/" else None
    return redirect(url_for("security.login", next=onward))
