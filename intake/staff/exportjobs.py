"""Prepared files: what was asked for, how far it is, letting the desk begin, cancelling, the download and its rest."""

import datetime as dt
import io
import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import FileWrapper

from .. import approvals
from ..casework.statuses import STATUSES
from ..db import transaction
from ..exports import Choice, Format, age, asking, jobs, pieces
from ..exports.age import SUFFIX
from ..exports.jobs import ExportJob, State
from ..locales import N_
from ..refusals import refuse
from ..sealing import CannotOpen
from ..web import db, gettext
from . import access, exportlocks, present
from .context import member, now, staff_door
from .exportlocks import Lock
from .fresh import is_fresh
from .queue import in_words, options

bp = Blueprint("exportjobs", __name__, url_prefix="/exports/files")

CHUNK: Final = 64 * 1024
STATES: Final[Mapping[str, str]] = {
    State.ASKED: N_("Waits for another administrator"),
    State.WAITING: N_("Waits for the desk"),
    State.RUNNING: N_("The desk prepares it"),
    State.READY: N_("Ready"),
    State.HANDED: N_("Downloaded at once"),
    State.CANCELLED: N_("Cancelled, nothing is kept"),
    State.FAILED: N_("It did not work, nothing is kept"),
    State.EXPIRED: N_("Time is over, nothing is kept"),
}
ALLOWED, REFUSED = N_("Allowed, you can begin"), N_("Refused")
_MIB = 1024 * 1024


@bp.errorhandler(jobs.NotYours)
def not_found(_error: jobs.NotYours) -> ResponseReturnValue:
    """No such file, or not for this person, or not now: the same page."""
    return refuse(404)


def order(wanted: asking.Order, *, second: bool) -> None:
    """Ask for a file; the desk begins at once where no second person is needed. Raises what `asking.ask` does."""
    job = asking.ask(db(), member(), wanted, second=second, now=now())
    if second:
        flash(gettext(N_("Another administrator has to allow it now, under Approvals. Then you can begin here.")))
    else:
        _queue(job)
        flash(gettext(N_("The desk prepares the file. You can close this page and come back.")))


@bp.get("")
@access.permit("export:deidentified")
def index() -> ResponseReturnValue:
    """My files, and for who may read the trail everybody's, without a way to their content."""
    found = jobs.listed(db(), member(), now())
    asked = approvals.of_subjects(db(), jobs.KIND, [job.subject for job, _ in found])
    choices = options()
    lines = [_line(job, name, choices, asked.get(job.subject)) for job, name in found]
    return render_template("staff/export_files.html", files=lines, hours=int(jobs.KEPT_FOR / dt.timedelta(hours=1)))


@bp.post("/<uuid:job_id>/begin")
@access.permit("export:identified")
def begin(job_id: uuid.UUID) -> ResponseReturnValue:
    """Another administrator has allowed it: the desk may begin. The approval is spent."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exportjobs.index")), 303)
    try:
        _queue(jobs.load(db(), member(), job_id))
    except approvals.NotApproved:
        flash(gettext(N_("Nobody has allowed it, or it is over.")))
    except asking.Grown:
        flash(gettext(N_("There are many more cases by now than were allowed. Ask again.")))
    else:
        flash(gettext(N_("The desk prepares the file. You can close this page and come back.")))
    return redirect(url_for("exportjobs.index"), 303)


@bp.post("/<uuid:job_id>/cancel")
@access.permit("export:deidentified")
def cancel(job_id: uuid.UUID) -> ResponseReturnValue:
    """End it, or remove the file that is ready: at once."""
    jobs.cancel(db(), jobs.load(db(), member(), job_id), member(), staff_door().settings.prepared, now())
    flash(gettext(N_("It is cancelled, and nothing of the file is kept.")))
    return redirect(url_for("exportjobs.index"), 303)


@bp.get("/<uuid:job_id>")
@access.permit("export:deidentified")
def download(job_id: uuid.UUID) -> ResponseReturnValue:
    """The file, or the rest of it after a line that broke. Each time is in the trail before the first byte leaves."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exportjobs.index")))
    door, person = staff_door(), member()
    try:
        # What a GET reads with cannot write.
        with transaction(door.engine) as own:
            job = jobs.load(own, person, job_id)
            response = _file(job, jobs.opened(job, door.keyring, door.settings.prepared, now()))
            if response.status_code in (200, 206):
                jobs.fetched(own, job, person, rest=response.status_code == 206, now=now())
    except CannotOpen:
        return refuse(404)
    return response


@bp.get("/<uuid:job_id>/close")
@access.permit("export:deidentified")
def lock(job_id: uuid.UUID) -> ResponseReturnValue:
    """To whom shall the file be closed on its way out?"""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exportjobs.index")))
    with transaction(staff_door().engine) as own:
        return _lock_page(jobs.load(own, member(), job_id), Lock())


@bp.post("/<uuid:job_id>/close")
@access.permit("export:deidentified")
def close(job_id: uuid.UUID) -> ResponseReturnValue:
    """The file, closed while it leaves. In the trail before the first byte does."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("exportjobs.index")), 303)
    door, person, asked = staff_door(), member(), exportlocks.read(request.form)
    job = jobs.load(db(), person, job_id)
    if asked.recipient is None:
        none = {"recipient": gettext(N_("Type a key or a passphrase."))}
        return _lock_page(job, asked if asked.problems else Lock(problems=none)), 422
    try:
        file = jobs.opened(job, door.keyring, door.settings.prepared, now())
    except CannotOpen:
        return refuse(404)
    jobs.fetched(db(), job, person, rest=False, now=now())
    chunks = iter(lambda: file.read(CHUNK), b"")
    response = Response(age.encrypted(chunks, asked.recipient), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = attachment(job.choice, job.day, f".{job.format}{SUFFIX}")
    return response


def _lock_page(job: ExportJob, asked: Lock) -> str:
    if job.state != State.READY:
        raise jobs.NotYours
    return render_template("staff/export_close.html", id=job.id, what=in_short(job, options()), lock=asked)


def _file(job: ExportJob, file: pieces.Reader) -> Response:
    body = FileWrapper(io.BufferedReader(file, CHUNK), CHUNK)
    response = Response(body, mimetype=Format(job.format).mimetype, direct_passthrough=True)
    response.headers["Content-Disposition"] = attachment(job.choice, job.day, f".{job.format}")
    response.content_length = job.size
    # A file never changes once it is ready: its id is a strong tag.
    response.set_etag(job.id.hex)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=job.size)
    return response


def attachment(choice: Choice, day: dt.date, suffix: str) -> str:
    """The header that names a file."""
    kind = "-with-identities" if choice.identifies else ""
    return f'attachment; filename="{choice.profile.name}{kind}-{day.isoformat()}{suffix}"'


def in_short(job: ExportJob, choices: Mapping[str, Any]) -> str:
    """What a file holds, in one line: columns, format, which cases."""
    query = dict(job.filters)
    everything = query.get("status") == ",".join(STATUSES)
    if everything:
        del query["status"]
    words = in_words(query, choices)
    which = [gettext(N_("Open and closed cases together"))] if everything else []
    title = f"{gettext(job.choice.profile.title)} ({job.profile}, {job.format.upper()})"
    return "; ".join([title, *which, *words])


def _queue(job: ExportJob) -> None:
    door = staff_door()
    zone, alone = door.settings.timezone, door.settings.export_alone
    asking.queue(db(), job, member(), door.recipients(), alone=alone, zone=zone, now=now())


def _line(job: ExportJob, name: str, choices: Mapping[str, Any], asked: approvals.Approval | None) -> Mapping[str, Any]:
    zone, mine = staff_door().settings.timezone, job.staff_id == member().id
    over = job.state in jobs.ALIVE and job.expires_at <= now()
    state = State.EXPIRED if over else State(job.state)
    decision = asked.state(now()) if asked is not None and state is State.ASKED else ""
    said = {"granted": ALLOWED, "refused": REFUSED}.get(decision, STATES[state])
    return {
        "id": job.id,
        "what": in_short(job, choices),
        "purpose": job.purpose,
        "by": name,
        "at": present.moment(job.asked_at, zone),
        "said": gettext(said),
        "running": state is State.RUNNING,
        "rows": job.rows,
        "total": max(job.total, job.rows),
        "size": f"{max(job.size / _MIB, 0.1):.1f}",
        "ready": state is State.READY,
        "until": present.moment(job.expires_at, zone),
        "may_begin": mine and decision == "granted",
        "may_cancel": mine and state in jobs.ALIVE,
        "may_download": mine and state is State.READY,
    }
