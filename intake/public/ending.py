"""Taking the form back, and erasing everything: each says first what happens, what stays and what cannot be undone."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import web
from ..incoming import Kind
from ..locales import N_
from . import limits, sending, visit
from .back import of_one_person
from .kept import Kept

bp = Blueprint("ending", __name__)

NOT_TICKED = N_("Tick the box if you want to erase everything.")
# Erasing is asked for once, however often the button is pressed.
_ONCE = ""


@bp.get("/mine/withdraw")
@of_one_person
def withdraw(one: Kept) -> ResponseReturnValue:
    """What taking the form back means."""
    if one.withdrawing or one.withdrawn:
        return redirect(url_for("back.home"), 303)
    return render_template("public/back_withdraw.html")


@bp.post("/mine/withdraw")
@limits.sending
@of_one_person
def withdraw_now(one: Kept) -> ResponseReturnValue:
    """Ask the desk to close the case; twice is once, until staff has taken it up again."""
    if not (one.withdrawing or one.withdrawn):
        # After a case was taken up again, taking back is a new request of its own.
        once = str(one.asked.get(Kind.WITHDRAW, ""))
        sending.ask(web.db(), one, Kind.WITHDRAW, once=once, recipients=visit.recipients(), now=visit.now())
    return redirect(url_for("back.home"), 303)


@bp.get("/mine/erase")
@of_one_person
def erase(_one: Kept) -> ResponseReturnValue:
    """What goes, what stays, and that it cannot be undone."""
    return render_template("public/back_erase.html")


@bp.get("/mine/erase/now")
@of_one_person
def confirm(_one: Kept) -> ResponseReturnValue:
    """The second step: tick, then press."""
    return render_template("public/back_erase_now.html", error=None)


@bp.post("/mine/erase/now")
@limits.sending
@of_one_person
def erase_now(one: Kept) -> ResponseReturnValue:
    """Ask the desk to destroy everything; this browser forgets the code at once."""
    if request.form.get("understood") != "yes":
        page = render_template("public/back_erase_now.html", error=web.gettext(NOT_TICKED))
        return Response(page, status=422)
    sending.ask(web.db(), one, Kind.ERASE, once=_ONCE, recipients=visit.recipients(), now=visit.now())
    visit.forget()
    response = redirect(url_for("ending.done"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@bp.get("/mine/done")
def done() -> ResponseReturnValue:
    """The last page after erasing: this browser holds nothing any more."""
    return render_template("public/back_done.html")
