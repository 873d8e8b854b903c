"""Locking one's own account from the sign-in page, by a link that goes to the e-mail address of the account."""

import datetime as dt

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from .. import accounts, locking
from ..audit import Event
from ..locales import N_, STAFF, translations
from ..splice import showable
from ..typed import Mistyped, parse_email
from ..web import db, gettext
from . import access, alerts
from .context import now, staff_door
from .forms import tell

PURPOSE = "lock my account"
SUBJECT = N_("The link that you asked for")
ASKED = N_("Somebody asked for a link that locks your account. Who locks it is signed out everywhere.")
OPEN_IT = N_("To lock your account, open this page and press the button: %(address)s")
LASTS = N_("The link works once, and until %(day)s, %(time)s (%(zone)s).")
NOT_YOU = N_("If you did not ask for it, there is nothing to do.")
ANSWER = N_("If an account has this e-mail address, a mail with a link is on its way. It works for 30 minutes.")

bp = Blueprint("locking", __name__, url_prefix="/lock-my-account")


class _Signer(TimestampSigner):
    """Signs with the time of this door's clock."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())


@bp.get("")
@access.permit(access.ANYONE)
def show() -> ResponseReturnValue:
    """What locking does, and where to type the e-mail address."""
    return render_template("staff/locking.html", email="", problem="")


@bp.post("")
@access.permit(access.ANYONE)
def ask() -> ResponseReturnValue:
    """Send the link to the address, if an account has it. The answer is the same for every address."""
    typed = showable(request.form.get("email", ""))
    try:
        email = parse_email(typed)
    except Mistyped:
        problem = gettext(N_("This is not an e-mail address. It looks like name@example.org."))
        return render_template("staff/locking.html", email=typed, problem=problem), 422
    person = accounts.find(db(), email)
    nonce = locking.new_link(db(), person, now())
    _send(person, email, nonce)
    flash(gettext(ANSWER))
    return redirect(url_for("locking.show"), 303)


@bp.get("/<link>")
@access.permit(access.ANYONE)
def confirm(link: str) -> ResponseReturnValue:
    """One button. Opening the link changes nothing: machines that read mail open links as well."""
    named = _read(link)
    if named is None or not locking.is_open(db(), *named, now()):
        return _gone()
    return render_template("staff/locking_confirm.html", link=link)


@bp.post("/<link>")
@access.permit(access.ANYONE)
def lock(link: str) -> ResponseReturnValue:
    """Lock the account, end its sessions, and say so to its owner by mail."""
    named = _read(link)
    person = locking.lock(db(), *named, now()) if named is not None else None
    if person is None:
        return _gone()
    tell(Event.STAFF_LOCKED_BY_OWNER, person)
    access.clear_session()
    return redirect(url_for("locking.done"), 303)


@bp.get("/done")
@access.permit(access.ANYONE)
def done() -> ResponseReturnValue:
    """What comes next for somebody whose account is locked."""
    return render_template("staff/locking_done.html")


def _send(person: accounts.StaffMember | None, email: str, nonce: str | None) -> None:
    """The mail with the link; for nobody the same work is done, with nothing left of it."""
    tongue = alerts.tongue_of(person)
    say = translations(tongue.code, STAFF).gettext
    link = _signing().dumps([person.id if person else 0, nonce or ""])
    address = alerts.address_of("locking.confirm", link=link if isinstance(link, str) else link.decode())
    until = alerts.moment(now() + locking.LASTS, tongue)
    lines = (say(ASKED), say(OPEN_IT) % {"address": address}, say(LASTS) % until, say(NOT_YOU))
    locking.put_mail(
        db(),
        wanted=nonce is not None,
        to=person.email if person else email,
        subject=say(SUBJECT),
        text="\n\n".join(lines) + "\n",
        recipients=staff_door().recipients(),
        now=now(),
    )


def _read(link: str) -> tuple[int, str] | None:
    """Number of the account and secret of a link that this door signed for this purpose not long ago."""
    try:
        said = _signing().loads(link, max_age=int(locking.LASTS / dt.timedelta(seconds=1)))
    except BadData:
        return None
    return (said[0], said[1])


def _signing() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=PURPOSE, signer=_Signer)


def _gone() -> ResponseReturnValue:
    return render_template("staff/locking_gone.html"), 404
