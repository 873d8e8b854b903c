"""The queue: every open case, the next deadline first, or as the filters and the order in the address say."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import accounts, organisation
from ..casework import counting, next_case, queue, saved
from ..casework.filters import DUE, FLAGS, ME, NOBODY, OUTCOMES, PLACES, Filters
from ..casework.orders import CHOICES
from ..casework.statuses import STATUSES
from ..locales import N_
from ..questionnaire.choices import LANGUAGES, STATES
from ..web import db, gettext
from . import access, labels, present, rows
from .context import member, now, staff_door, today

bp = Blueprint("queue", __name__)

_NO_ID = uuid.UUID(int=0)


@bp.get("/queue")
@access.permit("case:read")
def index() -> ResponseReturnValue:
    """One page of the queue under the filters and in the order of the address."""
    filters, order = Filters.from_query(request.args), request.args.get("sort", "")
    zone = staff_door().settings.timezone
    page = queue.page(db(), filters, request.args.get("after"), order=order, me=member().id, today=today(), zone=zone)
    query, choices = saved.query_of(request.args), options()
    return render_template(
        "staff/queue.html",
        rows=rows.queue_rows(page.rows, clock()),
        case_prefix=case_prefix(),
        next_page=_next(query, page.next) if page.next else None,
        looked=page.looked,
        counts=queue.counts(db()),
        levels=[(level, *pair) for level, pair in labels.LEVELS.items()],
        filters=filters,
        filtered=bool(filters.to_query()),
        order=order if order in CHOICES else "",
        query=query,
        searches=_searches(),
        options=choices,
        words=in_words(query, choices),
    )


@bp.post("/next")
@access.permit("case:claim")
def take_next() -> ResponseReturnValue:
    """Take the most urgent case of nobody, under the filters that the page showed, and open it."""
    query = saved.query_of(request.form)
    zone = staff_door().settings.timezone
    case = next_case.hand_out(db(), member(), Filters.from_query(query), now(), today=today(), zone=zone)
    if case is None:
        flash(gettext(N_("No case waits for somebody to take it. You can take a breath.")))
        return redirect(url_for("queue.index", **_given(query)), 303)
    flash(gettext(N_("The case is yours now.")))
    return redirect(url_for("case.show", case_id=case.id), 303)


def clock() -> rows.Clock:
    """The present moment, with the organisation's working days."""
    settings = staff_door().settings
    ours = organisation.current(db(), settings)
    return rows.Clock(now(), today(), settings.timezone, ours.calendar, ours.targets)


def case_prefix() -> str:
    """The address of a case without its id: one for the page, not one call for each row."""
    return url_for("case.show", case_id=_NO_ID).removesuffix(str(_NO_ID))


def _searches() -> list[Mapping[str, Any]]:
    """Saved searches with how many cases each finds."""
    listed = saved.listed(db(), member())
    wanted = {one.id: Filters.from_query(one.query) for one in listed}
    zone = staff_door().settings.timezone
    found = counting.count_each(db(), wanted, me=member().id, today=today(), zone=zone)
    return [
        {
            "name": one.name,
            "count": str(found[one.id]),
            "address": url_for("queue.index", **_given(one.query)),
            "by": "" if one.owner_id == member().id else one.owner_name,
        }
        for one in listed
    ]


def in_words(query: Mapping[str, str], choices: Mapping[str, Any]) -> list[str]:
    """Each filter as a line of words, its name and what it is set to; `choices` are those of `options`."""
    lines = []
    for name, value in query.items():
        text = gettext(labels.FILTERS[name])
        words = dict(choices.get(name, ()))
        said = ", ".join(words.get(code, code) for code in value.split(","))
        lines.append(text if name in FLAGS else gettext(N_("%(name)s: %(value)s")) % {"name": text, "value": said})
    return lines


def _next(query: Mapping[str, str], cursor: str) -> str:
    return url_for("queue.index", **_given({**query, "after": cursor}))


def _given(query: Mapping[str, str]) -> dict[str, Any]:
    return dict(query)


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
        "place": [(code, gettext(labels.PLACES[code])) for code in PLACES],
        "outcome": [(code, gettext(labels.OUTCOMES[code])) for code in OUTCOMES],
        "due": [(code, gettext(labels.DUE_WITHIN[code])) for code in DUE],
        "sort": [(code, gettext(text)) for code, text in labels.ORDERS.items()],
    }
