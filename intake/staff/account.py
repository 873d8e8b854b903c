"""A staff member's own account."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..accounts import ROLE_NAMES
from . import access
from .context import member
from .present import word

bp = Blueprint("account", __name__)


@bp.get("/account")
@access.permit(access.SIGNED_IN)
def index() -> ResponseReturnValue:
    """Who I am here, and what I can change."""
    person = member()
    return render_template(
        "staff/account.html",
        role=word(ROLE_NAMES, person.role),
        codes_left=len(person.mf_recovery_codes or []),
    )
