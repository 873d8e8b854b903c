"""Keeps what somebody typed when the time of their session was over, so that nothing has to be written twice.

A computer may be shared: what was typed lies sealed on the server, not in the browser.
"""

from flask import request

from .. import kepttext
from ..kepttext import Kept
from ..web import db
from .context import member, now, staff_door

# What needs a fresh sign-in anyway, and this very page.
NEVER = frozenset({"exports", "exportjobs", "approvals", "kept"})
_TOKEN = "csrf_token"  # noqa: S105 -- the name of a field
_WORDS = 25


def keep_this() -> bool:
    """Keep the form of this request for the person who sent it; False when there is nothing to keep.

    For pages of casework and of the office alone: a password or a code is never kept.
    """
    if request.method != "POST" or request.blueprint in NEVER or request.files:
        return False
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name != _TOKEN)
    if not any(is_text(value) for _name, value in fields):
        return False
    form = Kept(request.full_path.rstrip("?"), fields)
    return kepttext.keep(db(), member().id, form, staff_door().recipients(), now())


def is_text(value: str) -> bool:
    """Whether somebody wrote this, and did not choose it from a list."""
    return len(value) >= _WORDS or any(sign.isspace() for sign in value.strip())
