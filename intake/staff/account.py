"""A staff member's own account."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from .. import sessions
from ..accounts import ROLE_NAMES
from ..sessions import StaffSession
from ..web import db
from . import access, labels
from .context import member, now, staff_door
from .present import moment, word

FEW_CODES = 2
SIGN_INS_SHOWN = 10

bp = Blueprint("account", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """One session in words. `here` is set for the one of this very browser."""

    id: UUID
    browser: str
    system: str
    started: str
    seen: str
    here: bool


@bp.get("/account")
@access.permit(access.SIGNED_IN)
def index() -> ResponseReturnValue:
    """Who I am here, where I am signed in, and what I can change."""
    person = member()
    codes_left = len(person.mf_recovery_codes or [])
    return render_template(
        "staff/account.html",
        role=word(ROLE_NAMES, person.role),
        idle=int(person.idle.total_seconds() // 60),
        codes_left=codes_left,
        few_codes=codes_left <= FEW_CODES,
        living=[_shown(one) for one in sessions.living(db(), person, now())],
        sign_ins=[_shown(one) for one in sessions.latest(db(), person, SIGN_INS_SHOWN)],
    )


def _shown(one: StaffSession) -> Shown:
    zone = staff_door().settings.timezone
    return Shown(
        id=one.id,
        browser=word(labels.BROWSERS, one.browser),
        system=word(labels.SYSTEMS, one.system),
        started=moment(one.started_at, zone),
        seen=moment(one.seen_at, zone),
        here=one.id == access.this_session().id,
    )
