"""Exports: an admin, a fresh sign-in, a reason; then a file, streamed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import exports
from ..casework.filters import EXPORTED, Filters
from ..casework.statuses import STATUSES
from ..exports import Choice, Format, asking, jobs
from ..locales import N_
from ..refusals import refuse
from ..web import db, gettext, ngettext
from . import access, exportjobs, exportlocks
from .context import member, now, staff_door, today
from .exportlocks import Lock
from .fresh import is_fresh
from .queue import options

bp = Blueprint("exports", __name__)

FORMATS = {
    Format.CSV: N_("CSV: for every program"),
    Format.XLSX: N_("XLSX: a workbook for Excel or LibreOffice"),
    Format.JSONL: N_("JSON Lines: for programs"),
}


NO_PURPOSE = N_("Say why you need this export, in 1 to 500 characters.")
TOO_MANY = N_("You have five files already. Cancel one, or remove one that you do not need any more.")
NOBODY_ELSE = N_(
    "So many cases with identities need the approval of a second administrator, and there is no other one here."
)
SECOND = N_("Another administrator has to allow it first, because it holds the identities of so many people.")


@bp.get("/exports")
@access.permit("export:deidentified")
def index() -> ResponseReturnValue:
    """Choose what to export, and say why."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exports.index")))
    return _page(request.args)


@bp.post("/exports")
@access.permit("export:deidentified")
def create() -> ResponseReturnValue:
    """The file, row by row. Its start and its end are in the audit trail."""
    person, door = member(), staff_door()
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exports.index")), 303)
    try:
        choice = Choice.of(exports.named(request.form.get("profile") or "queue"))
        form = Format(request.form.get("format") or Format.CSV)
    except (exports.UnknownProfile, ValueError):
        return _page(request.form, profile_problem=gettext(N_("Choose one of these."))), 422
    if choice.identifies and not person.may("export:identified"):
        return refuse(403)
    if problems := _problems_of_days(request.form):
        return _page(request.form, lock=None, **problems), 422
    lock = exportlocks.read(request.form)
    if lock.problems:
        return _page(request.form, lock=lock), 422
    way, zone = request.form.get("way", ""), door.settings.timezone
    wanted = exports.Wanted(_filters(request.form), person.id, today(), zone)
    total = exports.count(db(), choice, wanted) if choice.identifies or way in ("count", "prepare") else 0
    order = asking.Order(choice, form, wanted, request.form.get("purpose", ""), total)
    second = asking.needs_second(db(), person, choice, total, door.settings.export_alone, now())
    if way == "count":
        return _page(request.form, estimate=_estimate(order, second=second))
    if way == "prepare" or second:
        return _ordered(order, second=second, closed=lock.recipient is not None)
    return _at_once(order, lock)


def _at_once(order: asking.Order, lock: Lock) -> ResponseReturnValue:
    door, choice, actor = staff_door(), order.choice, member().label
    try:
        if choice.identifies:
            asking.note(db(), member(), order, now())
        # The export writes its trace in a transaction of its own: this request's must not stand in its way.
        db().commit()
        rows = exports.stream(
            door.engine,
            order.wanted,
            choice,
            order.form,
            actor=actor,
            purpose=order.purpose,
            clock=door.clock,
            standby=door.standby.engine(),
            keyring=door.keyring if choice.opens else None,
            key=exports.key_of(door.settings) if choice.names_persons else None,
            recipient=lock.recipient,
        )
    except exports.NoPurpose:
        return _page(request.form, lock=lock, problem=gettext(NO_PURPOSE)), 422
    return _attachment(rows, choice, today())


def _ordered(order: asking.Order, *, second: bool, closed: bool) -> ResponseReturnValue:
    """The desk will prepare it, at once or when another admin has allowed it."""
    try:
        exportjobs.order(order, second=second)
    except exports.NoPurpose:
        return _page(request.form, problem=gettext(NO_PURPOSE)), 422
    except (asking.TooMany, asking.NobodyElse) as wrong:
        said = TOO_MANY if isinstance(wrong, asking.TooMany) else NOBODY_ELSE
        return _page(request.form, refused=gettext(said)), 422
    if closed:
        flash(gettext(N_("You close a prepared file when you download it. The passphrase was not kept.")))
    return redirect(url_for("exportjobs.index"), 303)


def _estimate(order: asking.Order, *, second: bool) -> list[str]:
    """How many cases, how long the desk will take for them, and whether somebody else has to allow it."""
    count = order.total
    seconds = jobs.seconds_for(db(), order.choice, count)
    said = [
        ngettext("The file will hold %(count)s case.", "The file will hold %(count)s cases.", count) % {"count": count},
        gettext(N_("To prepare it takes less than a minute."))
        if seconds < 60
        else ngettext(
            "To prepare it takes about %(count)s minute.",
            "To prepare it takes about %(count)s minutes.",
            round(seconds / 60),
        )
        % {"count": round(seconds / 60)},
    ]
    return [*said, gettext(SECOND)] if second else said


def _filters(typed: Mapping[str, str]) -> Filters:
    """The filters of the form; with "all", open and closed cases together."""
    given = {name: typed.get(name, "") for name in EXPORTED}
    if typed.get("all") == "1" and not given["status"]:
        given["status"] = ",".join(STATUSES)
    return Filters.from_query(given, EXPORTED)


def _problems_of_days(typed: Mapping[str, str]) -> dict[str, str]:
    """A day that nobody can read must not let out more cases than were meant."""
    filters = _filters(typed)
    unread = {
        f"{name}_problem": gettext(N_("Write the day as year, month and day, such as 2026-11-02."))
        for name in ("since", "until")
        if typed.get(name, "").strip() and getattr(filters, name) is None
    }
    if filters.since and filters.until and filters.until < filters.since:
        return {"until_problem": gettext(N_("The last day lies before the first day."))}
    return unread


def _attachment(rows: exports.Export, choice: Choice, day: dt.date) -> Response:
    response = Response(rows, mimetype=rows.mimetype)
    response.headers["Content-Disposition"] = exportjobs.attachment(choice, day, rows.suffix)
    response.call_on_close(rows.close)
    return response


def _page(typed: Mapping[str, str], estimate: Sequence[str] = (), *, lock: Lock | None = None, **problems: str) -> str:
    offered = exports.PROFILES.values()
    groups = [
        (
            gettext(heading),
            [(profile.key, gettext(profile.title)) for profile in offered if profile.identifies is named],
        )
        for heading, named in ((N_("Without identities"), False), (N_("With identities"), True))
        if not named or member().may("export:identified")
    ]
    places = ("problem", "profile_problem", "since_problem", "until_problem", "refused")
    kept: dict[str, Any] = dict.fromkeys(places, "") | problems
    return render_template(
        "staff/exports.html",
        filters=Filters.from_query(typed, EXPORTED),
        typed=typed,
        options=options(),
        groups=groups,
        formats=[(str(form), gettext(text)) for form, text in FORMATS.items()],
        estimate=estimate,
        lock=lock or exportlocks.Lock(typed=typed.get("recipient", "")[:200]),
        profiles=[one for one in offered if not one.identifies or member().may("export:identified")],
        **kept,
    )
