"""The staff door: everything behind a password and a second factor, nothing shared with the public door."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Flask, g
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from .. import readiness, web
from ..casework import case as casework
from ..db import make_engine
from ..form import reveals
from ..keyring.following import FollowingKeyring
from ..settings import Settings
from ..standby import Standby
from ..staticfiles import find_folder
from ..unsealing import Keyring
from ..watching import gauges
from . import (
    access,
    account,
    administration,
    approvals,
    bulk,
    calendar,
    callers,
    case,
    closing,
    conflicts,
    context,
    corrections,
    exportjobs,
    exports,
    figures,
    follow_up,
    invitations,
    kept,
    keys,
    languages,
    legalholds,
    lending,
    lent,
    lettertemplates,
    locking,
    messages,
    newsroom,
    numbers,
    organisation,
    outbox,
    pairs,
    partnering,
    partners,
    passkeys,
    people,
    queue,
    records,
    referrals,
    retention,
    rounds,
    saved,
    search,
    security,
    sessions,
    taking,
    today,
    trail,
)


def utc_now() -> dt.datetime:
    """The time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def create_app(
    settings: Settings,
    engine: Engine | None = None,
    keyring: Keyring | None = None,
    *,
    clock: Callable[[], dt.datetime] = utc_now,
) -> Flask:
    """Build the staff door. Without `keyring` the keys are unlocked now, with the passphrase in its file.

    Raises:
        SettingsError, KeyFileError, WrongPassphrase: the keys cannot be unlocked.
        Undeclared: a route does not say who may use it.
    """
    engine = engine or make_engine(settings.database_url, settings.bounds.of("staff"))
    keyring = keyring or FollowingKeyring(settings)
    app = Flask("intake", template_folder=str(find_folder("templates")), static_folder=None)
    web.install(app, settings, engine, door="staff", made=reveals.sheets())
    context.place(app, context.StaffDoor(settings, engine, keyring, clock, Standby.of(settings, engine, "staff")))
    app.extensions["intake"]["figures"].append(gauges.source(engine, settings, clock))
    callers.install(app)
    languages.install(app)
    security.install(app, settings, clock)
    access.install(app)
    passkeys.install(app)
    security.add_routes(app)
    calendar.install(app)
    taking.install(app)
    for blueprint in (
        today.bp,
        queue.bp,
        search.bp,
        case.bp,
        records.bp,
        corrections.bp,
        saved.bp,
        follow_up.bp,
        legalholds.bp,
        retention.bp,
        messages.bp,
        exports.bp,
        exportjobs.bp,
        account.bp,
        administration.bp,
        approvals.bp,
        numbers.bp,
        trail.bp,
        people.bp,
        invitations.bp,
        kept.bp,
        sessions.bp,
        passkeys.bp,
        locking.bp,
        languages.bp,
        newsroom.bp,
        keys.bp,
        referrals.bp,
        rounds.bp,
        figures.bp,
        organisation.bp,
        bulk.bp,
        closing.bp,
        lending.bp,
        lent.bp,
        partnering.bp,
        partners.bp,
        lettertemplates.bp,
        outbox.bp,
        pairs.bp,
        conflicts.bp,
    ):
        app.register_blueprint(blueprint)
    security.limit_tries(app)
    app.add_url_rule("/healthz", "healthz", healthz)
    access.permit(access.ANYONE)(readiness.readyz)
    readiness.install(app, held=lambda: keyring.kids)
    app.register_error_handler(casework.Held, conflicts.held)
    app.context_processor(_everywhere)
    access.close(app)
    return app


@access.permit(access.ANYONE)
def healthz() -> ResponseReturnValue:
    """Whether this process answers; says nothing else."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


def _everywhere() -> dict[str, Any]:
    # Only a person who passed the guard: an error page must not ask the database who is there.
    return {"me": g.get("staff")}
