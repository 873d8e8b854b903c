"""The keys as an admin sees them: which there are, what each still closes, who can unlock them, and what to type.

Nothing here changes a key: that is done on the server, by whoever has the passphrase or the paper.
"""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..backups import keys as backup_keys
from ..backups.container import BackupError
from ..keyring import holders, standing
from ..keyring.standing import Standing, Trouble
from ..locales import N_
from ..publickeys import KeyEntry, KeyState, Purpose, read_public_keys
from ..web import db, gettext
from . import access, present
from .context import member, now, staff_door
from .fresh import is_fresh

bp = Blueprint("keys", __name__, url_prefix="/keys")

SHOWN_DIGITS: Final = 8
# What is typed on the server; KEY stands for the first digits of a key in the list.
TYPED: Final = {
    name: f"python -m intake keys {name}{more}"
    for name, more in (
        *((name, "") for name in ("rotate", "rewrap", "drill", "recover")),
        *((name, " KEY") for name in ("retire", "destroy")),
    )
}
PURPOSES: Final = {
    Purpose.DESK: N_("Desk key: opens with the passphrase"),
    Purpose.RECOVERY: N_("Recovery key: on paper"),
    Purpose.BACKUP: N_("Backup key: on paper"),
}
STATES: Final = {
    KeyState.ACTIVE: N_("In use"),
    KeyState.OLDER: N_("Older: opens what it has"),
    KeyState.RETIRED: N_("Retired: old backups may need it"),
    KeyState.DESTROYED: N_("Destroyed"),
}
TROUBLES: Final = {
    Trouble.RETIRED_CLOSES: N_("Something is closed to a key that is retired. Seal everything anew."),
    Trouble.STOPPED: N_("Sealing anew was cut off. Start it again: it goes on where it stopped."),
    Trouble.FEW_HOLDERS: N_("Fewer than two administrators hold the passphrase. If one is away, nobody can help."),
    Trouble.OLDER_CLOSES: N_("Older keys still close something. Seal everything anew."),
    Trouble.LEFT_OVER: N_("Some of it could not be sealed anew. Start it once more."),
    Trouble.NEVER_DRILLED: N_("Nobody has tried the recovery key on paper yet. Try it once a year."),
    Trouble.DRILL_OLD: N_("The recovery key on paper was last tried over a year ago. Try it again."),
}


@bp.get("")
@access.permit("keys:manage")
def index() -> ResponseReturnValue:
    """The keys and how they stand."""
    door = staff_door()
    public = read_public_keys(door.settings.keys / "public.json")
    found = standing.look(db(), public, now())
    return render_template(
        "staff/keyring.html",
        keys=[*(_shown(entry, found) for entry in public.entries), *_backup_key()],
        counted=present.moment(found.counted_at, door.settings.timezone) if found.counted_at else "",
        troubles=[gettext(TROUBLES[one]) for one in found.troubles],
        holders=[(one.name, present.moment(since, door.settings.timezone)) for one, since in found.holders],
        mine=any(one.id == member().id for one, _since in found.holders),
        run=_run(found),
        type=TYPED,
        drilled=present.moment(found.drilled_at, door.settings.timezone) if found.drilled_at else "",
    )


@bp.post("")
@access.permit("keys:manage")
def say() -> ResponseReturnValue:
    """Say of oneself that one holds the passphrase, or no longer does."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("keys.index")), 303)
    said = request.form.get("said")
    if said == "hold":
        holders.hold(db(), member(), now())
        flash(gettext(N_("Written down: you hold the passphrase.")))
    elif said == "let-go":
        holders.let_go(db(), member(), now())
        flash(gettext(N_("Written down: you do not hold the passphrase any more. Change it if you knew it.")))
    else:
        abort(400)
    return redirect(url_for("keys.index"), 303)


def _shown(entry: KeyEntry, found: Standing) -> dict[str, Any]:
    return {
        "id": entry.key.kid[:SHOWN_DIGITS],
        "purpose": gettext(PURPOSES[entry.key.purpose]),
        "state": gettext(STATES[entry.state]),
        "made": entry.created_on,
        "closes": found.tallies.get(entry.key.kid, 0) if found.counted_at else None,
    }


def _backup_key() -> list[dict[str, Any]]:
    """The key that closes backups, where there is one; the day it was made is not kept."""
    try:
        kid = backup_keys.read(staff_door().settings.keys).kid
    except BackupError:
        return []
    purpose, state = gettext(PURPOSES[Purpose.BACKUP]), gettext(STATES[KeyState.ACTIVE])
    return [{"id": kid[:SHOWN_DIGITS], "purpose": purpose, "state": state, "made": None, "closes": None}]


def _run(found: Standing) -> dict[str, Any] | None:
    run, zone = found.run, staff_door().settings.timezone
    if run is None:
        return None
    ended = run.finished_at
    return {
        "done": run.done,
        "total": run.total,
        "left_over": run.left_over,
        "moved": present.moment(ended or run.moved_at, zone),
        "ended": ended is not None,
    }
