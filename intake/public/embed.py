"""The call to action for other sites: a small page for a frame, and what both doors know about it."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from .. import headers, visits, web
from ..releaseparser import CALL_TEXT, CALL_TITLE, is_slug
from . import counting

SCHEMES = ("auto", "light", "dark")

bp = Blueprint("embed", __name__)


@bp.get("/embed")
def frame() -> ResponseReturnValue:
    """The call in a frame; `scheme` is light, dark or auto, `source` a short name of the site that shows it."""
    scheme = request.args.get("scheme", SCHEMES[0])
    source = request.args.get("source", "")
    known = source if is_slug(source) else None
    page = web.page(
        "public/embed.html",
        scheme=scheme if scheme in SCHEMES else SCHEMES[0],
        call={"title": CALL_TITLE, "text": CALL_TEXT},
        source=known,
    )
    counting.saw(visits.EMBED, known)
    return web.cacheable(_framed(page))


def _framed(response: Response) -> Response:
    """Allow the sites of the settings, and no other, to show this page in a frame."""
    sites = web.settings_of(current_app).framed_by
    if sites:
        policy = headers.CSP.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
