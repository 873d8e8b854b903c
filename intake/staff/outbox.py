"""The outbox: how much mail waits, what failed and why, and a person's decision. No address, no word of a mail."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from .. import outbox
from ..casework import undelivered
from ..casework.undelivered import Line
from ..locales import N_
from ..web import db, gettext
from . import access, present
from .context import member, now, staff_door

bp = Blueprint("outbox", __name__, url_prefix="/outbox")

KINDS: Final[Mapping[str, str]] = {
    "notice": N_("Notice that there is news"),
    "account-alert": N_("Something happened to an account"),
    "account-lock": N_("Link that locks an account"),
    "anchor": N_("Anchor of the audit trail"),
    "alarm": N_("Alarm of the installation"),
    "saved_search": N_("New cases under a saved search"),
}
# What went wrong, by the beginning of its code; a number at the end is the answer of the server.
CODES: Final[Mapping[str, str]] = {
    "connect": N_("The mail server could not be reached."),
    "timeout": N_("The mail server did not answer in time."),
    "dropped": N_("The line to the mail server broke off."),
    "tls": N_("The connection could not be made safe. Look at INTAKE_SMTP_SECURITY and the certificate."),
    "sign_in": N_("The mail server did not let us in. Look at INTAKE_SMTP_USER and its password file."),
    "sender": N_("The mail server refused our own address. Look at INTAKE_MAIL_FROM."),
    "address": N_("The mail server refused the address of the person."),
    "content": N_("The mail server refused the text."),
    "interrupted": N_("The desk ended twice while sending. The mail may have arrived once or twice."),
    "expired": N_("It waited for too long, so it was not sent."),
    "sealed": N_("The keys of the desk do not open it."),
    "bad_mail": N_("The address or the subject cannot stand in a mail."),
}


@bp.get("")
@access.permit("outbox:read")
def index() -> ResponseReturnValue:
    """Counts, what failed, what waits."""
    standing, mail = outbox.standing(db()), staff_door().settings.mail
    return render_template(
        "staff/outbox.html",
        off=mail is None,
        texts=bool(mail and mail.texts),
        standing=standing,
        most=outbox.MOST_COUNTED,
        oldest=_moment(standing.oldest) if standing.oldest else "",
        failed=[_shown(one) for one in undelivered.failed(db())],
        waiting=[_shown(one) for one in undelivered.waiting(db())],
    )


@bp.post("/<uuid:mail_id>/again")
@access.permit("outbox:change")
def try_again(mail_id: uuid.UUID) -> ResponseReturnValue:
    """Let the desk try it anew."""
    return _decide(
        lambda: undelivered.try_again(db(), member(), mail_id, now()), gettext(N_("The desk tries it again now."))
    )


@bp.post("/<uuid:mail_id>/give-up")
@access.permit("outbox:change")
def give_up(mail_id: uuid.UUID) -> ResponseReturnValue:
    """Empty it for good."""
    return _decide(
        lambda: undelivered.give_up(db(), member(), mail_id, now()), gettext(N_("The mail is given up and emptied."))
    )


def _decide(verb: Callable[[], None], said: str) -> ResponseReturnValue:
    try:
        verb()
    except undelivered.NotThere:
        said = gettext(N_("This mail does not wait for a decision any more."))
    flash(said)
    return redirect(url_for("outbox.index"), 303)


def _shown(one: Line) -> dict[str, Any]:
    step = one.code.rstrip("0123456789").rstrip("_")
    return {
        "id": one.id,
        "kind": present.word(KINDS, one.kind),
        "reference": one.reference,
        "created": _moment(one.created_at),
        "at": _moment(one.at),
        "tries": one.tries,
        "code": one.code,
        "why": gettext(CODES[step]) if step in CODES else "",
    }


def _moment(at: Any) -> str:
    return present.moment(at, staff_door().settings.timezone)
