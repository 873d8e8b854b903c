"""What the public door does when more people come than it can serve: who has begun goes first.

1. What is sent: answers, forms, "Leave now". 2. Pages of people on their way, and what every page loads. 3. The first
page of the form, and the way back with a code. 4. Releases and all other pages that are the same for everyone.
New visits (3 and 4) wait for the seconds of INTAKE_WAITING at most; then a small page asks them to come later, without
work on a database. People on their way wait up to `PATIENCE_SECONDS`; then what they typed comes back inside a page,
to be sent again.
"""

import random
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, g, request

from .. import headers, locales, refusals, waiting, web
from ..locales import Language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SENT, ON_THE_WAY, FORM, READING = range(4)
NAMES: Final = ("sent", "on_the_way", "form", "reading")
# Less than what proxies wait for: they would say only that something is away.
PATIENCE_SECONDS: Final = 40.0
# When a new visit may come again; not all of them at one moment.
AGAIN_SECONDS: Final = (20, 60)
# Stands in the page for those seconds: it has no other digits.
_SECONDS: Final = "000"
# Texts of the page for errors, translated there.
_HEADING: Final = "Please wait a little"
_SENTENCE: Final = "The fault is ours. Your saved answers are kept. Please try again in a few minutes."
_COOKIE: Final = "intake="
_READING_PARTS: Final = frozenset({"", "releases", "embed"})
_QUICK: Final = frozenset({"static", "healthz", "readyz"})


def install(app: Flask) -> None:
    """Let `app` answer late requests; its queue lies in the app's extensions for the server."""
    settings = web.settings_of(app)
    seconds = (PATIENCE_SECONDS, PATIENCE_SECONDS, float(settings.waiting), float(settings.waiting))
    queue = waiting.Queue(rank_of, seconds, NAMES, FORM)
    app.extensions["intake"]["queue"] = queue
    if app.extensions["intake"]["traffic"] is not None:
        app.extensions["intake"]["figures"].append(queue.families)
    app.before_request(_not_now)
    app.wsgi_app = _around(app)  # type: ignore[method-assign,assignment]


def rank_of(asked: Any) -> int:
    """The rank of a request as waitress parsed it, from its method, its address and whether it has our cookie."""
    if asked.error:
        # Not understood, so not even its method may be known: it is refused when nobody else waits.
        return READING
    parts = asked.path.split("/", 3)
    first, second = (*parts, "", "")[1:3]
    if first in _QUICK:
        return ON_THE_WAY
    has_cookie = _COOKIE in asked.headers.get("COOKIE", "")
    if asked.command == "POST" and (has_cookie or second == "leave-now"):
        return SENT
    if second in _READING_PARTS:
        return READING
    if has_cookie:
        # The first page begins a visit, also for those who came here before.
        return FORM if second == "apply" and parts[3:] == [""] else ON_THE_WAY
    return FORM if second in {"apply", "return"} else READING


def _not_now() -> Response | None:
    """What is late: nothing was saved, and all that was typed is kept inside the page."""
    return refusals.not_saved() if waiting.LATE in request.environ else None


def _around(app: Flask) -> "WSGIApplication":
    """The app, but for new visits that are late."""
    inner, settings = app.wsgi_app, web.settings_of(app)
    fixed = [*headers.fixed(settings, "public"), ("Content-Type", "text/html; charset=utf-8")]

    @lru_cache(maxsize=64)
    def page(found: Language) -> str:
        with app.app_context():
            g.language = found
            # Without what the pages around it know: no request is being worked on.
            return app.jinja_env.get_template("public/busy.html").render(
                language=found, heading=web.gettext(_HEADING), sentence=web.gettext(_SENTENCE), seconds=_SECONDS
            )

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if waiting.LATE not in environ or not _is_new(environ):
            return inner(environ, start_response)
        found = locales.by_code(environ["PATH_INFO"].split("/", 2)[1], pseudo=settings.pseudo_locale)
        if found is None:
            accepted = [
                one.partition(";")[0].strip() for one in environ.get("HTTP_ACCEPT_LANGUAGE", "")[:200].split(",")
            ]
            found = locales.negotiate(accepted, pseudo=settings.pseudo_locale)
        seconds = str(random.randint(*AGAIN_SECONDS))  # noqa: S311 -- nothing secret
        body = page(found).replace(_SECONDS, seconds).encode()
        length = ("Content-Length", str(len(body)))
        start_response("503 Service Unavailable", [*fixed, length, ("Retry-After", seconds)])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer


def _is_new(environ: "WSGIEnvironment") -> bool:
    """Whether a late request is of a new visit: it carries nothing that was typed."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return False
    part = (*environ["PATH_INFO"].split("/", 3), "", "")[2]
    return part in _READING_PARTS or _COOKIE not in environ.get("HTTP_COOKIE", "")
