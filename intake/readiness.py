"""Whether a door can do its work at this moment: its database answers in the form of this version, its keys are there.

Whoever asks from outside hears yes or no and nothing else; what is missing stands in the log, once for each change.
"""

import importlib
import logging
from collections.abc import Callable, Collection
from functools import lru_cache

from flask import Flask, Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from . import web
from .publickeys import KeyFileError, Purpose, read_public_keys

log = logging.getLogger("intake.readiness")

PATH = "/readyz"
_NAME = "intake.readiness"
_REVISION = text("SELECT version_num FROM alembic_version")


def install(app: Flask, held: Callable[[], Collection[str]] | None = None) -> None:
    """Let `app` answer at `PATH`. `held` gives the ids of the keys with which this door opens, where it opens any."""
    app.extensions[_NAME] = {"held": held, "said": ""}
    app.add_url_rule(PATH, "readyz", readyz)


def readyz() -> ResponseReturnValue:
    """200 when this door can do its work, else 503."""
    state = current_app.extensions[_NAME]
    missing = _missing(state["held"])
    if missing != state["said"]:
        state["said"] = missing
        log.log(logging.WARNING if missing else logging.INFO, missing or "ready again")
    said, status = ("not ready\n", 503) if missing else ("ready\n", 200)
    return Response(said, status, mimetype="text/plain")


def _missing(held: Callable[[], Collection[str]] | None) -> str:
    """What is missing, in words for the log; empty when nothing is."""
    try:
        with web.engine().execution_options(reads=True).connect() as connection:
            revision = connection.execute(_REVISION).scalar()
    except SQLAlchemyError as error:
        return f"not ready: the database does not answer ({type(error).__name__})"
    if revision != _newest():
        return "not ready: the database is not up to date"
    settings = web.settings_of(current_app)
    try:
        public = read_public_keys(settings.keys / "public.json")
        public.recipients()
    except KeyFileError:
        return "not ready: the public keys cannot be read"
    if held is not None and not {key.kid for key in public.active((Purpose.DESK,))} & set(held()):
        return "not ready: the active desk key is not unlocked"
    return ""


@lru_cache(maxsize=1)
def _newest() -> str | None:
    # By name: a door that nobody asks has no use for what reads the history of the tables.
    newest: str | None = importlib.import_module("intake.migrating").newest()
    return newest
