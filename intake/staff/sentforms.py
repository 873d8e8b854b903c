"""Forms that were sent: which version their page was of, and the same answers where they cannot be carried out.

That is where there is no such case, no right, or nothing left to change.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import case as casework
from ..casework.models import Case
from ..refusals import refuse


def install(bp: Blueprint) -> None:
    """Let the views of `bp` leave NotFound, NotAllowed and Erased to this module."""
    bp.register_error_handler(casework.NotFound, _not_found)
    bp.register_error_handler(casework.NotAllowed, _not_allowed)
    bp.register_error_handler(casework.Erased, _to_the_case)
    bp.register_error_handler(casework.Held, _to_the_case)


def version_sent(field: str = "version", otherwise: int = 0) -> int:
    """The version of the page that was sent; `otherwise`, which nothing has, for anything that is no version."""
    text = request.form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def refused(case: Case, form: str, problem: str, status: int = 422, **typed: Any) -> ResponseReturnValue:
    """The form `templates/staff/case/FORM.html` alone, with what was wrong and what was typed."""
    page = render_template(
        "staff/case_refused.html", case=case, form=f"staff/case/{form}.html", problem=problem, **typed
    )
    return page, status


def _not_found(_error: Exception) -> ResponseReturnValue:
    """No such case, or not for this person: the same page."""
    return refuse(404)


def _not_allowed(_error: Exception) -> ResponseReturnValue:
    """The role may read, but not do this."""
    return refuse(403)


def _to_the_case(_error: Exception) -> ResponseReturnValue:
    """The applicant erased the case meanwhile, or a conflict of interest closes it: the case page says so."""
    case_id = (request.view_args or {})["case_id"]
    return redirect(url_for("case.show", case_id=case_id), 303)
