"""The queue: every open case, the next deadline first."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import accounts
from ..casework import queue
from ..casework.filters import ME, NOBODY, Filters
from ..casework.statuses import STATUSES
from ..locales import N_
from ..questionnaire.choices import LANGUAGES, STATES
from ..web import db, gettext
from . import access, labels, present
from .context import member, staff_door, today

bp = Blueprint("queue", __name__)

_NO_ID = uuid.UUID(int=0)


@bp.get("/")
@access.permit("case:read")
def index() -> ResponseReturnValue:
    """One page of the queue under the filters of the address."""
    filters = Filters.from_query(request.args)
    page = queue.page(db(), filters, request.args.get("after"), me=member().id)
    return render_template(
        "staff/queue.html",
        rows=present.queue_rows(page.rows, today(), staff_door().settings.timezone),
        # The address of a case without its id: one for the page, not one call for each row.
        case_prefix=url_for("case.show", case_id=_NO_ID).removesuffix(str(_NO_ID)),
        next_page=_next(filters, page.next) if page.next else None,
        counts=queue.counts(db()),
        levels=[(level, *pair) for level, pair in labels.LEVELS.items()],
        filters=filters,
        filtered=bool(filters.to_query()),
        options=options(),
    )


def _next(filters: Filters, cursor: str) -> str:
    values: dict[str, Any] = {**filters.to_query(), "after": cursor}
    return url_for("queue.index", **values)


def options() -> Mapping[str, Any]:
    """What each filter can be set to: (value, text) pairs."""
    people = [(str(person.id), person.name) for person in accounts.everyone(db())]
    tongues = {code: present.language(code) for code, _ in LANGUAGES} | {
        code: gettext(text) for code, text in labels.SPECIAL_LANGUAGES.items()
    }
    return {
        "status": [(code, gettext(rule.label)) for code, rule in STATUSES.items()],
        "level": [(str(level), gettext(name)) for level, (name, _) in labels.LEVELS.items()],
        "owner": [(ME, gettext(N_("Me"))), (NOBODY, gettext(N_("Nobody"))), *people],
        "language": sorted(tongues.items(), key=lambda pair: pair[1].casefold()),
        "claim": [(code, gettext(text)) for code, text in labels.CLAIMS.items()],
        "state": [(code, gettext(name)) for code, name in STATES],
    }
