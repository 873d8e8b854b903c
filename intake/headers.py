"""The headers of the house: what a browser may do with a page, and what it may load and send."""

from typing import TYPE_CHECKING, Any

from .settings import Door, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SAME_SITE_ONLY = frozenset({"Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy"})
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def with_headers(wsgi: "WSGIApplication", fixed: tuple[tuple[str, str], ...]) -> "WSGIApplication":
    """`wsgi` with the headers of the house on every answer, errors and all; a page's own are left as they are.

    A page that brings a policy of its own is meant for frames: the policy says which sites may frame it.
    """
    for_frames = tuple(one for one in fixed if one[0] not in {"X-Frame-Options", *_SAME_SITE_ONLY})

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = {name.lower() for name, _ in headers}
            added = for_frames if "content-security-policy" in own else fixed
            return start_response(status, [*headers, *(one for one in added if one[0].lower() not in own)], *more)

        return wsgi(environ, start)

    return answer


def fixed(settings: Settings, door: Door) -> tuple[tuple[str, str], ...]:
    """The headers of every answer of a door."""
    policy = f"{CSP}; script-src 'self'" if door == "staff" else CSP
    if door == "public" and settings.leave_to:
        # Browsers hold the redirect after a form against form-action as well.
        outside = "/".join(settings.leave_to.split("/")[:3])
        policy = policy.replace("form-action 'self'", f"form-action 'self' {outside}")
    every = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    if settings.https:
        every["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return tuple(every.items())
