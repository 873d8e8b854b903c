"""Today: what one person should see first, each list short, each deadline before everything else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import today as casework
from ..casework.queue import Count
from ..locales import N_
from ..web import db, gettext
from . import access, rows
from .context import member, staff_door, today
from .queue import case_prefix, clock

bp = Blueprint("today", __name__)

SHOWN: Final = 6
# List -> its heading, and what each of its links to the queue is called.
HEADINGS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "late": (N_("My deadlines that are over"), (N_("All of them"),)),
    "due": (N_("My deadlines in the next 7 days"), (N_("All of them"),)),
    "critical": (N_("New and critical"), (N_("All of them"),)),
    "reply": (N_("Waiting for our reply"), (N_("All of mine"), N_("All of nobody"))),
    "follow_up": (N_("My follow-ups"), (N_("All of them"),)),
    "unassigned": (N_("Nobody has taken these"), (N_("All of them"),)),
}


@bp.get("/")
@access.permit("case:read")
def home() -> ResponseReturnValue:
    """The first page after sign-in. An address of the queue from before it had one of its own still leads there."""
    if request.args:
        query: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("queue.index", **query))
    return index()


@bp.get("/today")
@access.permit("case:read")
def index() -> ResponseReturnValue:
    """Six lists: deadlines that are over, the next ones, new and critical, replies, follow-ups, what nobody has."""
    moment = clock()
    found = casework.lists(db(), member().id, today(), staff_door().settings.timezone)
    lists = [_list(name, parts, moment) for name, parts in found.items()]
    due = next((one["rows"][0] for one in lists if one["name"] == "due" and one["rows"]), None)
    return render_template(
        "staff/today.html",
        lists=[one for one in lists if one["rows"]],
        first=due,
        case_prefix=case_prefix(),
    )


def _list(name: str, parts: Sequence[casework.Part], moment: rows.Clock) -> Mapping[str, Any]:
    heading, links = HEADINGS[name]
    listed = sorted((row for part in parts for row in part.page.rows), key=_ORDER.get(name, _as_it_is))
    more = any(part.page.next for part in parts)
    return {
        "name": name,
        "heading": gettext(heading),
        "count": str(Count(min(len(listed), casework.COUNT_UP_TO), more or len(listed) > casework.COUNT_UP_TO)),
        "rows": rows.queue_rows(listed[:SHOWN], moment),
        "links": [
            (gettext(text), url_for("queue.index", **_query(part)))
            for text, part in zip(links, parts, strict=True)
            if part.page.rows
        ],
    }


def _query(part: casework.Part) -> dict[str, Any]:
    return dict(part.filters.to_query())


def _as_it_is(_row: Any) -> int:
    return 0


# What nobody has taken comes first among the critical; of several lists of replies, who waits longest.
_ORDER: Final[Mapping[str, Any]] = {
    "critical": lambda row: row.owner_id is not None,
    "reply": lambda row: row.unanswered_since,
}
