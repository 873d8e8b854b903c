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
from ..statistics import LEAST, Figures, Quarter, Table
from ..statistics.tables import NONE
from ..web import db, gettext, long_date
from . import access, labels, present
from .context import staff_door, today

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
}
AGES: Final[Mapping[str, str]] = {
    "0-17": N_("under 18"),
    "18-20": N_("18 to 20"),
    "21-39": N_("21 to 39"),
    "40-64": N_("40 to 64"),
    "65+": N_("65 and older"),
}
# On the one page for a quarter.
REPORT: Final = ("week", "level", "claim", "language", "state", "age", "outcome", "status")
QUARTERS: Final = 8
_BAR = 240


@dataclass(frozen=True, slots=True)
class Row:
    """One number with its name; `bar` is the length in the chart, None where it is hidden."""

    code: str
    name: str
    number: int | None
    bar: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One table as a page shows it; `adds_up` tells whether its numbers are parts of the total."""

    key: str
    title: str
    rows: tuple[Row, ...]
    total: int | None
    adds_up: bool


@bp.get("")
@access.permit("numbers:read")
def index() -> ResponseReturnValue:
    """All tables of a quarter, and who carries how many open cases."""
    quarter = _quarter()
    return render_template("staff/numbers/index.html", **_page(quarter, tuple(TITLES)), load=statistics.load(db()))


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
    found = _shown(key, _figures(quarter, (key,)).tables[key])
    out = io.StringIO()
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(("code", "name", "requests"))
    for row in found.rows:
        number = f"1-{LEAST - 1} or hidden with it" if row.number is None else row.number
        rows.writerow((exports.defused(row.code), exports.defused(row.name), number))
    name = f"requests-{quarter}-{key}.csv"
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _quarter() -> Quarter:
    return Quarter.read(request.args.get("quarter", "")) or Quarter.of(today()).back(1)


def _figures(quarter: Quarter, keys: Collection[str]) -> Figures:
    return statistics.figures(db(), quarter, staff_door().settings.timezone, keys)


def _page(quarter: Quarter, keys: tuple[str, ...]) -> dict[str, Any]:
    found, present_quarter = _figures(quarter, keys), Quarter.of(today())
    return {
        "figures": found,
        "tables": [_shown(key, found.tables[key]) for key in keys],
        "quarter": str(quarter),
        "first": long_date(quarter.first),
        "last": long_date(quarter.after - dt.timedelta(days=1)),
        "running": quarter >= present_quarter,
        "quarters": [(str(one), _name(one)) for one in (present_quarter.back(back) for back in range(QUARTERS))],
        "least": LEAST,
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
    if key != "week":
        # What is hidden stands last by its name: a place among the others would tell how large it is.
        rows.sort(key=lambda row: (row.number is None, -(row.number or 0), row.name))
    return Shown(key, gettext(TITLES[key]), tuple(rows), found.total, key != "claim")


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
    words = {"outcome": labels.OUTCOMES, "claim": labels.CLAIMS, "place": labels.PLACES, "age": AGES}
    return present.word(words.get(key, {}), code)
