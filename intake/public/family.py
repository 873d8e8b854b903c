"""More people in one family: each adult has a form and a return code, and staff see who belongs together."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import drafts, letters, questionnaire, web
from ..locales import N_
from ..returncode import derive, new_code, show_code
from . import limits, visit

bp = Blueprint("family", __name__)

RELATIVE = "family"
TICK = N_("Tick this box when you have written the code on paper.")


@bp.get("/family")
def page() -> ResponseReturnValue:
    """How a family asks for help; with the code of the form just sent, for a person who wants to start another."""
    return _page(None)


@bp.post("/family")
@limits.asking(limits.START)
def start() -> ResponseReturnValue:
    """A new, empty form under a new code; it knows the first one's reference, and this device only the new code."""
    held = visit.draft(lock=True)
    if held is not None and held.extra.get(RELATIVE):
        return redirect(url_for("apply.start"), 303)  # a double tap: the new form is here already
    sent = _sent()
    if sent is None:
        return redirect(url_for("family.page"), 303)
    if request.form.get("kept") != "yes":
        return _page(web.gettext(TICK))
    code = new_code()
    root = visit.root_for(code)
    visit.remember(root)
    made = drafts.start(
        web.db(),
        code,
        derive(root),
        form_version=questionnaire.current().version,
        now=visit.now(),
        source=visit.source(),
    )
    made.extra[RELATIVE] = sent["reference"]
    drafts.save(web.db(), made, visit.now())
    return redirect(url_for("apply.start"), 303)


def _page(error: str | None) -> ResponseReturnValue:
    sent = _sent()
    page = render_template(
        "public/family.html",
        error=error,
        code=show_code(sent["code"]) if sent else None,
        begun=visit.draft() is not None,
    )
    return Response(page, status=422 if error else 200)


def _sent() -> dict[str, str] | None:
    """The receipt of the form that this device has sent, or None."""
    keys = visit.keys()
    return letters.receipt(web.db(), keys) if keys else None
