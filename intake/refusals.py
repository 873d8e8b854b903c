"""Refusals in words: wrong addresses, forms too old, a database that is away, and what nobody foresaw."""

import contextlib
import logging
from collections.abc import Callable
from typing import cast

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from .splice import showable

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# InternalError: PostgreSQL ended a transaction that was idle for too long, or the host only reads at this moment.
LOST_DATABASE = (OperationalError, InterfaceError, InternalError, PoolTimeout)

# Where a request keeps its session, and the connection that the session may work on: in this order they end.
TRANSACTIONS = ("db", "connection")

error_log = logging.getLogger("intake.error")


def refuse(status: int) -> Response:
    """The page for a refusal, in the language of the page, with a way on."""
    response = Response(render_template(f"{current_app.extensions['intake']['door']}/error.html", status=status))
    response.status_code = status
    return response


def not_saved() -> Response:
    """Nothing was saved: say so, keep what was typed inside the page, and let the person try again."""
    sent = [] if request.method in SAFE else request.form.items(multi=True)
    fields = [(showable(name), showable(text)) for name, text in sent if name != "csrf_token"]
    door = current_app.extensions["intake"]["door"]
    # A password is never written into a page.
    kept = [] if door == "staff" and any("password" in name for name, _ in fields) else fields
    page = render_template(f"{door}/error.html", status=503, fields=kept, retry=request.full_path.rstrip("?"))
    response = Response(page, status=503)
    response.headers["Retry-After"] = "5"
    return response


def install(app: Flask) -> None:
    """Answer every error of an app in words, never with a traceback."""

    def http_error(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, SecurityError):
            # A host that is not ours: no page of ours, because nothing on it would lead anywhere.
            return Response("Bad Request", status=400, mimetype="text/plain")
        if error.code is None or error.code < 400:
            return error.get_response()
        response = refuse(error.code)
        if error.code == 405 and error.get_response().headers.get("Allow"):
            response.headers["Allow"] = error.get_response().headers["Allow"]
        return response

    def lost_database(error: Exception) -> ResponseReturnValue:
        log_error(error)
        undo()
        return not_saved()

    def unexpected(error: Exception) -> ResponseReturnValue:
        log_error(error)
        undo()
        return refuse(500)

    app.register_error_handler(CSRFError, cast(Callable[..., ResponseReturnValue], lambda _error: refuse(400)))
    app.register_error_handler(HTTPException, http_error)
    for kind in LOST_DATABASE:
        app.register_error_handler(kind, lost_database)
    app.register_error_handler(Exception, unexpected)


def undo() -> None:
    """Take back whatever this request has written."""
    for name in TRANSACTIONS:
        if name in g:
            # A database that is away has taken it back by itself.
            with contextlib.suppress(*LOST_DATABASE):
                g.get(name).rollback()


def log_error(error: BaseException) -> None:
    """Kind and place only: the message of an exception may hold what a person typed."""
    place, step = "-", error.__traceback__
    while step is not None:
        place = f"{step.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}"
        step = step.tb_next
    error_log.error("%s at %s", type(error).__name__, place)
