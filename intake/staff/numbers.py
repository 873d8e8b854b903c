"""Numbers for funders and for the house: charts with their tables beside them, each as CSV, one page for printing."""

import csv
import datetime as dt
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from .. import exports, statistics
from ..locales import N_
from ..questionnaire import choices
from ..retention import carrying
from ..statistics import LEAST, Figures, Quarter, Table
from ..statistics.funnel import TITLES as STEPS
from ..statistics.tables import NONE
from ..web import gettext, long_date
from . import access, labels, present
from .context import counting, staff_door, today

bp = Blueprint("numbers", __name__, url_prefix="/numbers")

TITLES: Final[Mapping[str, str]] = {
    "week": N_("By week"),
    "level": N_("By level"),
    "outcome": N_("By result of the form"),
    "status": N_("By status"),
    "claim": N_("By claim"),
    "language": N_("By language"),
    "state": N_("By state"),
    "place": N_("By place"),
    "age": N_("By age"),
    "income": N_("By income"),
    "source": N_("By press release"),
    "deadline": N_("Due dates met and missed"),
    "step": N_("Steps of the form"),
}
DEADLINES: Final[Mapping[str, str]] = {
    "met": N_("answered by the due date"),
    "late": N_("answered after the due date"),
    "over": N_("open, not answered, the date is over"),
    "ahead": N_("open, the date is still ahead"),
    "ended": N_("ended without an answer"),
}
# What stands under a table whose numbers need a word.
NOTES: Final[Mapping[str, str]] = {
    "claim": N_("One person may name several."),
    "deadline": N_(
        "Of all cases with a due date in this quarter, whenever they came in. Answered means the first contact or the "
        "first decision, whichever came first. The due date is the one that the case has today."
    ),
    "step": N_(
        "How many forms had this step filled in, each form once. Not everybody is asked every step. Nothing is kept "
        "that links the steps of one person: only these numbers, for the whole quarter. A number is hidden as well "
        "when it is less than 10 away from another one."
    ),
}
AGES: Final[Mapping[str, str]] = {
    "0-17": N_("under 18"),
    "18-20": N_("18 to 20"),
    "21-39": N_("21 to 39"),
    "40-64": N_("40 to 64"),
    "65+": N_("65 and older"),
}
# On the one page for a quarter.
REPORT: Final = ("week", "level", "claim", "language", "state", "age", "outcome", "status", "deadline", "step")
# Tables in the order of time, or of the form.
_ORDERED: Final = frozenset({"week", "deadline", "step"})
QUARTERS: Final = 8
_BAR = 240
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "outcome": labels.OUTCOMES,
    "claim": labels.CLAIMS,
    "place": labels.PLACES,
    "age": AGES,
    "deadline": DEADLINES,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One number with its name; `bar` is the length in the chart, None where it is hidden."""

    code: str
    name: str
    number: int | None
    bar: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One table as a page shows it; `adds_up` tells whether its numbers are parts of the total.

    `counts` says what is counted, `note` what a reader has to know, if anything.
    """

    key: str
    title: str
    counts: str
    note: str
    rows: tuple[Row, ...]
    total: int | None
    adds_up: bool


@bp.get("")
@access.permit("numbers:read")
def index() -> ResponseReturnValue:
    """All tables of a quarter, and who carries how many open cases."""
    quarter = _quarter()
    return render_template(
        "staff/numbers/index.html", **_page(quarter, tuple(TITLES)), load=statistics.load(counting())
    )


@bp.get("/report")
@access.permit("numbers:read")
def report() -> ResponseReturnValue:
    """One page to print."""
    return render_template("staff/numbers/report.html", **_page(_quarter(), REPORT))


@bp.get("/<key>.csv")
@access.permit("numbers:read")
def table(key: str) -> ResponseReturnValue:
    """One table as CSV, with the same numbers hidden."""
    if key not in TITLES:
        abort(404)
    quarter = _quarter()
    found = _shown(key, _tables(quarter, (key,))[1][key])
    out = io.StringIO()
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(("code", "name", "forms" if key == "step" else "requests"))
    for row in found.rows:
        number = f"1-{LEAST - 1} or hidden with it" if row.number is None else row.number
        rows.writerow((exports.defused(row.code), exports.defused(row.name), number))
    name = f"requests-{quarter}-{key}.csv"
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _quarter() -> Quarter:
    asked = Quarter.read(request.args.get("quarter", ""))
    return asked or statistics.latest(counting(), Quarter.of(today()), staff_door().settings.timezone)


def _tables(quarter: Quarter, keys: Collection[str]) -> tuple[Figures, dict[str, Table]]:
    zone = staff_door().settings.timezone
    found = statistics.figures(counting(), quarter, zone, keys)
    tables = dict(found.tables)
    if "deadline" in keys:
        tables["deadline"] = statistics.deadlines(counting(), quarter, zone, today())
    if "step" in keys:
        tables["step"] = statistics.funnel(counting(), quarter)
    return found, tables


def _page(quarter: Quarter, keys: tuple[str, ...]) -> dict[str, Any]:
    (found, tables), present_quarter = _tables(quarter, keys), Quarter.of(today())
    return {
        "figures": found,
        "tables": [_shown(key, tables[key]) for key in keys],
        "quarter": str(quarter),
        "first": long_date(quarter.first),
        "last": long_date(quarter.after - dt.timedelta(days=1)),
        "running": quarter >= present_quarter,
        "quarters": [(str(one), _name(one)) for one in (present_quarter.back(back) for back in range(QUARTERS))],
        "least": LEAST,
        "gone": carrying.removed(counting(), quarter.first, quarter.after),
        "organisation": staff_door().settings.organisation,
    }


def _name(quarter: Quarter) -> str:
    return gettext(N_("%(year)s, quarter %(number)s")) % {"year": quarter.year, "number": quarter.number}


def _shown(key: str, found: Table) -> Shown:
    largest = max((cell.number or 0 for cell in found.cells), default=0) or 1
    rows = []
    for cell in found.cells:
        bar = None if cell.number is None else cell.number * _BAR // largest
        rows.append(Row(cell.code, _word(key, cell.code), cell.number, bar))
    if key not in _ORDERED:
        # What is hidden stands last by its name: a place among the others would tell how large it is.
        rows.sort(key=lambda row: (row.number is None, -(row.number or 0), row.name))
    return Shown(
        key,
        gettext(TITLES[key]),
        gettext(N_("Forms")) if key == "step" else gettext(N_("Requests")),
        gettext(NOTES[key]) if key in NOTES else "",
        tuple(rows),
        found.total,
        key not in {"claim", "step"},
    )


def _word(key: str, code: str) -> str:
    if code == NONE:
        return gettext(N_("not known"))
    match key:
        case "week":
            return long_date(dt.date.fromisoformat(code))
        case "level":
            return gettext(labels.LEVELS[int(code)][0])
        case "status":
            return present.status(code)
        case "language":
            return present.language(code)
        case "state":
            return gettext(dict(choices.STATES).get(code, code))
        case "step":
            return gettext(STEPS.get(code, code))
    return present.word(_WORDS.get(key, {}), code)
