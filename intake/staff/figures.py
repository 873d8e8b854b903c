"""Figures of law and money: every one with its source and the day of its last check; what was found is written down."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import assessment, lawfigures, verifying
from ..assessment import Figure
from ..lawfigures import LONGEST, BadCheck, Standing
from ..locales import N_
from ..web import db, gettext, ngettext
from . import access, labels, present
from .context import member, now, staff_door, today

bp = Blueprint("figures", __name__, url_prefix="/figures")

ANSWERS: Final[Mapping[str, str]] = {
    "right": N_("It says the same: the figure is still right"),
    "changed": N_("It says something else"),
}
AREAS: Final[Mapping[str, str]] = {
    "contiguous": N_("48 states and DC"),
    "alaska": N_("Alaska"),
    "hawaii": N_("Hawaii"),
}


@bp.get("")
@access.permit("organisation:change")
def index() -> ResponseReturnValue:
    """All of them, what has changed or is overdue first."""
    found = standings()
    return render_template(
        "staff/figures/index.html",
        figures=[_shown(one) for one in found],
        overdue=sum(one.is_overdue for one in found),
        changed=sum(bool(one.changed) for one in found),
    )


@bp.get("/<key>")
@access.permit("organisation:change")
def show(key: str) -> ResponseReturnValue:
    """One figure, who checked it when, and a form for the next check."""
    return _page(key, {"found": "", "said": ""})


@bp.post("/<key>")
@access.permit("organisation:change")
def check(key: str) -> ResponseReturnValue:
    """Write down what somebody found at the source."""
    typed = {name: request.form.get(name, "") for name in ("found", "said")}
    try:
        lawfigures.check(db(), key, **typed, actor=member().label, now=now())
    except LookupError:
        abort(404)
    except BadCheck as wrong:
        return _page(key, typed, wrong.problems), 422
    flash(gettext(N_("Thank you. The check is written down.")))
    return redirect(url_for("figures.index"), 303)


def standings() -> list[Standing]:
    """Every figure as it stands today, where the organisation works."""
    return lawfigures.standings(db(), today(), staff_door().settings.timezone)


def _page(key: str, typed: Mapping[str, str], problems: Mapping[str, str] | None = None) -> str:
    one = next((one for one in standings() if one.figure.key == key), None) or abort(404)
    zone = staff_door().settings.timezone
    rows = verifying.history(db(), verifying.label(verifying.FIGURE, key))
    return render_template(
        "staff/figures/figure.html",
        figure=_shown(one),
        typed=typed,
        problems={field: gettext(sentence) for field, sentence in (problems or {}).items()},
        answers=[(code, gettext(name)) for code, name in ANSWERS.items()],
        longest=LONGEST,
        checks=[
            (
                present.day(row.at.astimezone(zone).date()),
                present.word(labels.FOUND, row.found),
                row.said,
                row.name or "",
            )
            for row in rows
        ],
    )


def _shown(one: Standing) -> dict[str, Any]:
    figure = one.figure
    is_link = figure.source.startswith("https://")
    return {
        "key": figure.key,
        "values": _values(figure),
        "note": _said(figure.note),
        "cite": _said(figure.cite),
        "link": figure.source if is_link else "",
        "source": "" if is_link else _said(figure.source),
        "checked": present.day(one.checked_on) if one.checked_on else "",
        "overdue": one.is_overdue,
        "changed": one.changed,
        "days": figure.recheck_after_days,
    }


def _values(figure: Figure) -> list[str]:
    if figure.value is not None:
        return [_counted(figure.value, figure.unit)]
    return [
        gettext(N_("%(area)s: %(first)s, and %(each)s for each further person"))
        % {"area": gettext(AREAS[area]), "first": f"US${first:,}", "each": f"US${each:,}"}
        for guideline in assessment.current().figures.guidelines
        if guideline.figure.key == figure.key
        for area, (first, each) in guideline.amounts.items()
    ]


def _counted(value: int, unit: str) -> str:
    if unit == "years":
        return ngettext("%(num)s year", "%(num)s years", value) % {"num": value}
    if unit == "days":
        return ngettext("%(num)s day", "%(num)s days", value) % {"num": value}
    return f"{value} {_said(unit)}"


def _said(text: str) -> str:
    return gettext(text) if text else ""
