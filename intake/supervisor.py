"""Public door, staff door and desk as separate processes, each with as little environment as it needs."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from . import logs
from .serving import check_port, listens
from .settings import Settings

log = logging.getLogger("intake.supervisor")

Part = Literal["public", "staff", "worker"]
PARTS: tuple[Part, ...] = ("public", "staff", "worker")
ROOT = Path(__file__).resolve().parents[1]
FROM_OUTSIDE = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
# The public door knows no address of the staff side's database, no passphrase, and nothing of mail.
STAFF_ONLY = (
    "INTAKE_DATABASE_URL",
    "INTAKE_READ_DATABASE_URL",
    "INTAKE_PASSPHRASE_FILE",
    "INTAKE_SMTP",
    "INTAKE_SMTP_SECURITY",
    "INTAKE_SMTP_USER",
    "INTAKE_SMTP_PASSWORD_FILE",
    "INTAKE_MAIL_FROM",
    "INTAKE_SMS_ADDRESS",
    "INTAKE_ALARMS_TO",
)
PUBLIC_ONLY = ("INTAKE_PUBLIC_DATABASE_URL",)
# The desk limits nobody.
DOORS_ONLY = ("INTAKE_LIMITS_URL",)
PATIENCE_SECONDS = 8.0
STEADY_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 30.0


@dataclass(slots=True)
class Child:
    """One running part: since when, and how long to wait before it is started again."""

    process: subprocess.Popen[bytes]
    started: float
    wait: float = 0.5
    again_at: float | None = None


def environment(part: Part, settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of one part: a few names from outside and the settings that it needs."""
    own = {name: environ[name] for name in FROM_OUTSIDE if name in environ}
    hidden = {"public": STAFF_ONLY, "staff": PUBLIC_ONLY, "worker": PUBLIC_ONLY + DOORS_ONLY}[part]
    ours = (name for name in environ if name.startswith("INTAKE_") and name not in hidden)
    own |= {name: environ[name] for name in ours}
    own["INTAKE_DATA"] = str(settings.data)
    if part == "public":
        own["INTAKE_PUBLIC_DATABASE_URL"] = settings.public_database_url
    return own


def run(
    settings: Settings,
    environ: Mapping[str, str] | None = None,
    ready: Callable[[], None] | None = None,
) -> int:
    """Start all parts, start again what dies, and end all of them on SIGTERM or SIGINT.

    `ready` is called once, when both doors answer. Returns the exit code.

    Raises:
        SettingsError: a port is in use or may not be opened.
    """
    logs.configure("supervisor", settings.log)
    check_port(settings.host, settings.public_port, "public")
    check_port(settings.host, settings.staff_port, "staff")
    given = os.environ if environ is None else environ
    ending = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end)
    children: dict[Part, Child] = {}
    try:
        for part in PARTS:
            children[part] = Child(_start(part, settings, given), time.monotonic())
        while not ending:
            for part, child in children.items():
                _look_after(part, child, settings, given)
            if ready is not None and _answers(settings):
                ready()
                ready = None
            time.sleep(0.1)
    finally:
        _end_all([child.process for child in children.values()])
    return 0


def _start(part: Part, settings: Settings, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "intake", "serve", "--only", part, "--parent", str(os.getpid())]
    # A session of its own: Ctrl-C reaches the supervisor alone, which then ends the parts in order.
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(part, settings, environ),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _look_after(part: Part, child: Child, settings: Settings, environ: Mapping[str, str]) -> None:
    now = time.monotonic()
    if child.again_at is None:
        code = child.process.poll()
        if code is None:
            return
        if now - child.started > STEADY_SECONDS:
            child.wait = 0.5
        child.again_at = now + child.wait
        log.error("%s ended with %d; it starts again in %g s", part, code, child.wait)
        child.wait = min(child.wait * 2, LONGEST_WAIT_SECONDS)
    elif now >= child.again_at:
        child.process = _start(part, settings, environ)
        child.started, child.again_at = now, None


def _answers(settings: Settings) -> bool:
    ports = (settings.public_port, settings.staff_port)
    return all(listens(settings.host, port) for port in ports)


def _end_all(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
