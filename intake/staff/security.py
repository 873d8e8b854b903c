"""Sign-in: Flask-Security with our tables, our secrets, our forms, and only the routes that are used."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    Totp,
    UserMixin,
    current_user,
    logout_user,
    password_changed,
    user_authenticated,
    views,
)
from flask_security.recovery_codes import mf_recovery, mf_recovery_codes
from passlib.exc import UsedTokenError  # type: ignore[import-untyped]
from passlib.totp import TotpMatch  # type: ignore[import-untyped]
from werkzeug.local import LocalProxy

from .. import accounts, sessions
from ..accounts import IDLE, StaffMember
from ..audit import Event
from ..locales import N_
from ..settings import Settings, secret
from ..web import db, gettext
from . import access, alerts
from .callers import limiter_of
from .context import member, now
from .forms import (
    MESSAGES,
    SHORTEST_PASSWORD,
    AgainForm,
    CodeForm,
    NewPasswordForm,
    RecoveryCodesForm,
    RecoveryForm,
    SignInForm,
    tell,
)

FRESH = dt.timedelta(minutes=15)
TRIES_A_MINUTE = "30 per minute"
_LIMITED = (
    "security.login",
    "security.two_factor_token_validation",
    "security.mf_recovery",
    "security.verify",
    "security.change_password",
    "locking.ask",
    "passkeys.answer",
    "locking.lock",
)


# Options of Argon2 beside the library's own figures, by its names; tests take little memory.
HASHING: dict[str, int] = {}


class OnceTotp(Totp):
    """One-time codes that are good for one use: the library alone accepts a code again while it lasts."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        return cast(StaffMember, user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        # Two requests with one code meet here: the row is changed for one of them only.
        if not accounts.use_counter(db(), cast(StaffMember, user), tmatch.counter):
            raise UsedTokenError(expire_time=tmatch.expire_time)

    def seal_secret(self, base32: str) -> str:
        """A known secret in the encrypted form in which it is stored."""
        return cast(str, self._totp(key=base32, format="base32", new=False).to_json(encrypt=True))

    def set_clock(self, clock: Callable[[], dt.datetime]) -> None:
        """Take the time from `clock`, which tests can set."""
        self._totp = self._totp.using(now=lambda: clock().timestamp())


class Datastore(SQLAlchemySessionUserDatastore):
    """Our table on the request's session. The commit belongs to the edge."""

    def commit(self) -> None:
        db().flush()


def install(app: Flask, settings: Settings, clock: Callable[[], dt.datetime]) -> Security:
    """Make `app` able to hash passwords and check codes. Adds no route.

    One secret file serves every purpose; each gets a key of its own from it.
    """
    root = bytes.fromhex(secret(settings.secrets / "accounts.key"))
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 -- the name of a method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=dict(HASHING),
        SECURITY_PASSWORD_SALT=_derive(root, "password").hex(),
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_PASSWORD_CONFIRM_REQUIRED=True,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_REGISTERABLE=False,
        SECURITY_RECOVERABLE=False,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_REQUIRED=True,
        SECURITY_TWO_FACTOR_ALWAYS_VALIDATE=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY=30,
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        SECURITY_TOTP_SECRETS={"1": _derive(root, "second factor").hex()},
        SECURITY_TOTP_ISSUER=settings.organisation,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=10,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[base64.urlsafe_b64encode(_derive(root, "recovery codes"))],
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=FRESH,
        SECURITY_FRESHNESS_GRACE_PERIOD=dt.timedelta(0),
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_CHANGE_VIEW="/account",
        SECURITY_TWO_FACTOR_POST_SETUP_VIEW="/account",
        **{f"SECURITY_MSG_{name}": (text, "error") for name, text in MESSAGES.items()},
        SECURITY_CLI_USERS_NAME="",
        SECURITY_CLI_ROLES_NAME="",
        PERMANENT_SESSION_LIFETIME=max(IDLE.values()),
    )
    for name, template in _TEMPLATES.items():
        app.config[f"SECURITY_{name}_TEMPLATE"] = f"staff/security/{template}.html"
    store = Datastore(cast(Any, LocalProxy(db)), StaffMember, RoleMixin)
    security = Security(
        app,
        store,
        register_blueprint=False,
        totp_cls=OnceTotp,
        login_form=SignInForm,
        verify_form=AgainForm,
        change_password_form=NewPasswordForm,
        two_factor_verify_code_form=CodeForm,
        mf_recovery_form=RecoveryForm,
        mf_recovery_codes_form=RecoveryCodesForm,
    )
    # Nothing here speaks JSON, and a token in an address or a header signs nobody in.
    security.want_json(lambda _request: False)
    security.login_manager.request_loader(lambda _request: None)
    cast(OnceTotp, security.totp_factory).set_clock(clock)
    return security


_TEMPLATES = {
    "LOGIN_USER": "sign_in",
    "VERIFY": "again",
    "CHANGE_PASSWORD": "password",
    "TWO_FACTOR_SETUP": "set_up",
    "TWO_FACTOR_VERIFY_CODE": "code",
    "MULTI_FACTOR_RECOVERY": "recovery",
    "MULTI_FACTOR_RECOVERY_CODES": "recovery_codes",
}


def add_routes(app: Flask) -> None:
    """The routes of sign-in and nothing more of the library: no registering, no resetting, no tokens."""
    door = Blueprint("security", __name__)
    routes: tuple[tuple[str, str, Callable[..., ResponseReturnValue], str], ...] = (
        ("/sign-in", "login", views.login, access.ANYONE),
        ("/second-factor", "two_factor_token_validation", second_factor, access.ANYONE),
        ("/second-factor/set-up", "two_factor_setup", views.two_factor_setup, access.ANYONE),
        ("/second-factor/recovery", "mf_recovery", mf_recovery, access.ANYONE),
        ("/account/recovery-codes", "mf_recovery_codes", mf_recovery_codes, access.SIGNED_IN),
        ("/account/password", "change_password", views.change_password, access.SIGNED_IN),
        ("/account/again", "verify", views.verify, access.SIGNED_IN),
    )
    for path, endpoint, view, who in routes:
        door.add_url_rule(path, endpoint, _declared(view, who), methods=["GET", "POST"])
    door.add_url_rule("/second-factor/lost", "two_factor_rescue", lost_phone, methods=["GET"])
    door.add_url_rule("/sign-out", "logout", sign_out, methods=["POST"])
    app.register_blueprint(door)
    user_authenticated.connect(_on_sign_in, app)
    password_changed.connect(_on_new_password, app)


def limit_tries(app: Flask) -> None:
    """Slow down who tries again and again from one address. Call it once all routes are there."""
    limiter = limiter_of(app)
    for endpoint in _LIMITED:
        limited = limiter.limit(TRIES_A_MINUTE, methods=["POST"])
        app.view_functions[endpoint] = cast(Any, limited(app.view_functions[endpoint]))


@access.permit(access.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this session; a copy of its cookie opens nothing any more."""
    person = member()
    sessions.end(db(), person, now(), only=access.this_session().id)
    tell(Event.STAFF_SIGNED_OUT, person)
    return leave(gettext(N_("You are signed out.")))


def leave(said: str) -> ResponseReturnValue:
    """Forget who is signed in here, and go to the sign-in page with what is `said` there."""
    logout_user()
    access.clear_session()
    flash(said)
    return redirect(url_for("security.login"), 303)


def second_factor() -> ResponseReturnValue:
    """Ask for the code. The library signs a person out who comes here without need; a link must not do that."""
    if current_user.is_authenticated and session.get("tf_state") != "validating_profile":
        return redirect(url_for("today.home"))
    return cast(ResponseReturnValue, views.two_factor_token_validation())


@access.permit(access.ANYONE)
def lost_phone() -> ResponseReturnValue:
    """What to do without the phone that shows the codes."""
    return render_template("staff/security/lost.html")


def _declared(view: Callable[..., ResponseReturnValue], who: str) -> Callable[..., ResponseReturnValue]:
    """The library's view with our declaration on it, the library's own function left as it is."""

    @access.permit(who)
    @wraps(view)
    def declared(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        return view(*args, **kwargs)

    return declared


def _on_sign_in(_app: Flask, user: StaffMember, **_more: Any) -> None:
    """The library signed somebody in: after both factors, or anew after a change of password."""
    if session.get("second_factor") == user.fs_uniquifier:
        begun = access.begin_session(user)
        accounts.signed_in(user, now())
        tell(Event.STAFF_SIGNED_IN, user)
        if sessions.is_new_browser(db(), begun):
            alerts.new_browser(user, begun)


def _on_new_password(_app: Flask, user: StaffMember, **_more: Any) -> None:
    user.must_change_password = False
    # Every session of this person ended with the old name; this one goes on: its second factor was checked.
    session["second_factor"] = user.fs_uniquifier
    sessions.end(db(), user, now(), but=access.this_session().id)
    tell(Event.STAFF_PASSWORD_CHANGED, user)
    flash(gettext(N_("Your password is changed. You are signed out everywhere else.")))


def _derive(root: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose from the secret of all accounts."""
    return hmac.digest(root, f"intake/accounts/v1/{purpose}".encode(), hashlib.sha256)
