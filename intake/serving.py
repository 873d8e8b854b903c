"""One door on one port: waitress with a strict parser, bounded in memory and connections, nothing on disk."""

import errno
import gc
import importlib
import os
import resource
import signal
import socket
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any

from waitress.server import BaseWSGIServer, create_server

from . import logs, metricsport, waiting
from .settings import Door, Settings, SettingsError
from .strictparser import StrictChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# By name: a process may load only its own door. The public one must not even import what opens a submission.
DOORS: dict[Door, str] = {"public": "intake.public.app", "staff": "intake.staff.app"}
# The longest form post is a few KiB. Up to this bound a body stays in memory: no answer meets a disk.
BODY_BYTES = 256 * 1024
OPEN_FILES = 4096
THREADS = 16
# Containers that are made before the youngest are looked through for waste, and rounds before the older ones are.
WASTE = (20_000, 20, 20)


def serve(door: Door, settings: Settings) -> None:
    """Serve one door until SIGTERM or SIGINT.

    Raises:
        SettingsError: a port is in use or may not be opened.
    """
    log = logs.configure(door, settings.log)
    port = settings.public_port if door == "public" else settings.staff_port
    check_port(settings.host, port, door)
    app = importlib.import_module(DOORS[door]).create_app(settings)
    server = make_server(app, settings, port, app.extensions["intake"].get("queue"))
    metricsport.open_beside(settings, door, app.extensions["intake"]["figures"])
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    look_for_waste_seldom()
    log.info("listening on port %d", port)
    server.run()


def look_for_waste_seldom() -> None:
    """Tell Python's collector that all is loaded; for this whole process."""
    # What was loaded so far stays to the end: looking through it for waste again and again would cost each request.
    gc.collect()
    gc.freeze()
    # And what a request leaves behind is gone by itself, nearly all of it: seldom looking costs little memory.
    gc.set_threshold(*WASTE)


def make_server(
    app: "WSGIApplication", settings: Settings, port: int, queue: waiting.Queue | None = None, *, threads: int = THREADS
) -> Any:
    """A bound waitress server for `app`; `run()` serves until SystemExit.

    `queue` says who is served first; without one, who came first is.
    """
    _allow_many_connections()
    channels: dict[int, Any] = {}
    server = create_server(
        app,
        map=channels,
        host=settings.host,
        port=port,
        threads=threads,
        _dispatcher=None if queue is None else waiting.Dispatcher(queue, threads),
        connection_limit=2000,
        backlog=512,
        channel_timeout=20,
        cleanup_interval=10,
        asyncore_use_poll=True,
        max_request_header_size=16 * 1024,
        max_request_body_size=BODY_BYTES,
        inbuf_overflow=2 * BODY_BYTES,
        # What waits to be sent stays in memory too: an export must not rest in a temporary file.
        outbuf_high_watermark=1024 * 1024,
        outbuf_overflow=64 * 1024 * 1024,
        ident=None,
        expose_tracebacks=False,
        clear_untrusted_proxy_headers=settings.proxies == 0,
    )
    for one in channels.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = StrictChannel
    return server


def check_port(host: str, port: int, door: Door) -> None:
    """Make sure that `port` can be opened. Raises SettingsError with the way out."""
    option = f"Choose another with --{door}-port or INTAKE_{door.upper()}_PORT."
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"Port {port} is in use. {option}") from None
        if error.errno == errno.EACCES:
            raise SettingsError(f"Port {port} may not be opened by this account. {option}") from None
        raise SettingsError("INTAKE_HOST is not an address of this machine.") from None


def listens(host: str, port: int) -> bool:
    """Whether something answers on this port."""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def end_with_parent(parent: int) -> None:
    """Watch the supervisor with process id `parent`; when it is gone, end this process too.

    Without this a supervisor that is killed at once would leave doors open that nobody watches.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
