"""The private port for figures: a small server beside each part, on an address that nobody on the internet reaches."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from waitress.server import create_server

from .metrics import CONTENT_TYPE, Family, exposition
from .settings import Settings, SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Part = Literal["public", "staff", "worker"]
Source = Callable[[], Iterable[Family]]
# The first port is INTAKE_METRICS itself; each part has one of its own, on one host or on several.
OFFSETS: Final[dict[Part, int]] = {"public": 0, "staff": 1, "worker": 2}
PATH: Final = "/metrics"


def open_beside(settings: Settings, part: Part, sources: Sequence[Source]) -> Any:
    """Serve the figures of this part in a thread of their own; None where INTAKE_METRICS is empty.

    Raises SettingsError when the port cannot be opened.
    """
    if settings.metrics is None:
        return None
    host, first = settings.metrics
    port = first + OFFSETS[part]
    try:
        server = create_server(
            application(sources), map={}, host=host, port=port, threads=1, connection_limit=20, channel_timeout=10,
            ident=None, expose_tracebacks=False,
        )  # fmt: skip
    except OSError as error:
        raise SettingsError(f"The port {port} for INTAKE_METRICS cannot be opened: {error.strerror}.") from None
    threading.Thread(target=server.run, name="metrics", daemon=True).start()
    return server


def application(sources: Sequence[Source]) -> "WSGIApplication":
    """What answers one address with all figures, and every other with 404."""

    def app(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        found = environ["REQUEST_METHOD"] == "GET" and environ.get("PATH_INFO") == PATH
        body = exposition(family for source in sources for family in source()) if found else "Not Found\n"
        data = body.encode()
        status, kind = ("200 OK", CONTENT_TYPE) if found else ("404 Not Found", "text/plain; charset=utf-8")
        start(status, [("Content-Type", kind), ("Content-Length", str(len(data))), ("Cache-Control", "no-store")])
        return [data]

    return app
