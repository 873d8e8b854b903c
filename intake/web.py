"""What both doors share: a session that commits once, headers, language, one log line for each request."""

import datetime as dt
import logging
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from flask import Flask, Response, current_app, g, render_template, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer
from jinja2 import StrictUndefined
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from . import encodings, headers, refusals, staticfiles
from .daywords import day_in_words
from .db import connection_of, session_factory
from .locales import ENGLISH, MESSAGES, STAFF, Language, in_digits_of, translations
from .refusals import LOST_DATABASE, SAFE, TRANSACTIONS, log_error, not_saved, undo
from .settings import Door, Settings, secret
from .splice import SLOT, Page, showable
from .traffic import Traffic

MAX_BODY = 64 * 1024
MAX_FIELDS = 200

access_log = logging.getLogger("intake.access")


def install(
    app: Flask, settings: Settings, engine: Engine, *, door: Door, made: Mapping[str, bytes] | None = None
) -> None:
    """Give an app the house's behaviour. Call it before any route is added.

    `made` are static files that come from data, by name.
    """
    app.config.update(
        SECRET_KEY=secret(settings.secrets / f"{door}.key"),
        # A browser takes a cookie of this name from this very host only: a sibling host can plant no visit.
        SESSION_COOKIE_NAME=("__Host-" if settings.https else "") + ("intake" if door == "public" else "staff"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax" if door == "public" else "Strict",
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=MAX_FIELDS,
        TRUSTED_HOSTS=list(settings.public_hosts if door == "public" else settings.staff_hosts),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, and we ask browsers never to send one
    )
    traffic = None if settings.metrics is None else Traffic(door)
    app.extensions["intake"] = {
        "settings": settings,
        "door": door,
        "writes": session_factory(engine),
        "reads": session_factory(engine.execution_options(reads=True)),
        "engine": engine,
        "traffic": traffic,
        # What this door tells at the private port for figures, see `metricsport`.
        "figures": [] if traffic is None else [traffic.families],
    }
    app.session_interface = _Sessions()
    app.wsgi_app = headers.with_headers(app.wsgi_app, headers.fixed(settings, door))  # type: ignore[method-assign,assignment]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    _install_templates(app, settings, door)
    CSRFProtect(app)
    staticfiles.install(app, made)
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_appcontext(_close)
    refusals.install(app)


def settings_of(app: Flask) -> Settings:
    """The settings that this app was made with."""
    return cast(Settings, app.extensions["intake"]["settings"])


def db() -> Session:
    """The request's session: a read-only transaction for a GET, one commit at the edge for everything else."""
    if "db" not in g:
        kind = "reads" if request.method in SAFE else "writes"
        factory: sessionmaker[Session] = current_app.extensions["intake"][kind]
        g.db = factory(bind=g.connection) if "connection" in g else factory()
    return cast(Session, g.db)


def connection() -> Connection:
    """The transaction of an unsafe request without a session around it: for plain rows, at half the cost.

    A session that the same request asks for later works inside the same transaction.
    """
    if "db" in g:
        return connection_of(g.db)
    if "connection" not in g:
        g.connection = engine().connect()
    return cast(Connection, g.connection)


def engine() -> Engine:
    """This door's database, for pages that take one look at it."""
    return cast(Engine, current_app.extensions["intake"]["engine"])


def language() -> Language:
    """The language of the page being made."""
    return cast(Language, g.get("language", ENGLISH))


def gettext(message: str) -> str:
    """A marked text in the language of the page."""
    return translations(language().code, _domain()).gettext(message)


def digits(said: object) -> str:
    """A number or a date in the digits of the page's language."""
    return in_digits_of(language().code, said)


def ngettext(one: str, many: str, count: int) -> str:
    """A marked text in the form that `count` asks for, in the language of the page."""
    return translations(language().code, _domain()).ngettext(one, many, count)


def _domain() -> str:
    return STAFF if current_app.extensions["intake"]["door"] == "staff" else MESSAGES


def long_date(day: dt.date) -> str:
    """A day in words, in the language of the page."""
    return day_in_words(day, language())


def cacheable(response: Response, seconds: int = 300) -> Response:
    """Let anyone keep this page for a while: only for pages that are the same for everyone."""
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    return response


def page(template: str, **context: Any) -> Response:
    """A rendered template as a response, for views that set headers."""
    return Response(render_template(template, **context))


def _finalized(value: object) -> object:
    """What a template prints: no text, wherever it comes from, puts into a page what no page can hold.

    The token's slot is known by its identity: a text that reads like it is only a text.
    """
    plain = type(value) is not str or value is SLOT or value.isprintable()
    return value if plain else showable(str(value))


def send_page(page: Page) -> Response:
    """A page kept from an earlier rendering, with this request's token."""
    coding = encodings.best(request.headers.get("Accept-Encoding", ""), page.codings)
    response = Response(page.body(_token() if page.has_slot else "", coding), mimetype="text/html")
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    g.spliced = True
    return response


def is_whole() -> None:
    """Say that the answer to this request is compressed already, and has no place for a token."""
    g.spliced = True


@lru_cache(maxsize=4)
def _token_signer(secret_key: str) -> URLSafeTimedSerializer:
    """What signs and reads anti-forgery tokens, as Flask-WTF does; made once."""
    return URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token")


def _token() -> str:
    """The anti-forgery token of this request, as `generate_csrf` makes it."""
    raw = session.get("csrf_token")
    if not isinstance(raw, str):
        return cast(str, generate_csrf())
    return _token_signer(str(current_app.secret_key)).dumps(raw)


def _install_templates(app: Flask, settings: Settings, door: Door) -> None:
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    # The extension adds this method; Jinja's own types do not know it.
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters["digits"] = digits
    env.filters["long_date"] = long_date
    env.undefined = StrictUndefined
    env.finalize = _finalized
    env.trim_blocks = env.lstrip_blocks = True

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {"language": language(), "settings": settings, "csrf_slot": SLOT, "door": door}


def _begin() -> None:
    g.began = time.perf_counter()


def _commit(response: Response) -> Response:
    """One commit for each unsafe request that succeeded; a page that says "saved" never precedes it."""
    works: list[Session | Connection] = [g.get(name) for name in TRANSACTIONS if name in g]
    if request.method in SAFE or response.status_code >= 400:
        undo()
        return response
    try:
        for work in works:
            work.commit()
    except LOST_DATABASE as error:
        undo()
        log_error(error)
        return not_saved()
    return response


def _splice(response: Response) -> Response:
    # Nobody reads what stands in a redirect: compressing it would only make the person wait.
    plain = g.get("spliced") or response.is_streamed or response.location or response.mimetype != "text/html"
    if plain or not response.data:
        return response
    made = send_page(Page.of(response.get_data(as_text=True)))
    response.data = made.data
    for name in ("Content-Encoding", "Vary"):
        if name in made.headers:
            response.headers[name] = made.headers[name]
    return response


def _finish(response: Response) -> Response:
    """Commit, then fill in the token and compress, then the log line."""
    response = _splice(_commit(response))
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    traffic: Traffic | None = current_app.extensions["intake"]["traffic"]
    if traffic is not None:
        sent = "sent" in g and response.status_code < 400
        traffic.answered(request.blueprint or request.endpoint, response.status_code, seconds, sent=sent)
    # The endpoint's name, never the address: an address can hold what a log must not.
    access_log.info(
        "%s %s %d %.1f",
        request.method if request.method in {"GET", "POST", "HEAD"} else "OTHER",
        request.endpoint or "-",
        response.status_code,
        seconds * 1000,
    )
    return response


class _Sessions(SecureCookieSessionInterface):
    """Flask's own sessions; what signs them is made once, not twice for each request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the one app that these are the sessions of; its secret never changes."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def _close(_error: BaseException | None) -> None:
    for name in TRANSACTIONS:
        work: Session | Connection | None = g.pop(name, None)
        if work is not None:
            work.close()
