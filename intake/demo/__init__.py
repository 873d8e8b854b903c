"""The demonstration: a world of its own in one folder, made once, kept until it is told to begin again."""

import datetime as dt
import hashlib
import importlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from .. import migrating, supervisor
from .. import settings as settings_module
from ..migrating import MigrationError
from ..onetime import current_code
from ..publickeys import KeyFileError
from ..returncode import show_code
from ..serving import check_port
from ..settings import Settings
from .built import Account, Built

FOLDER: Final = "var/demo"
MARK: Final = "demo.json"
PAPER: Final = "staff.txt"
# All that a demonstration puts into its folder; nothing else is ever removed.
OURS: Final = ("intake.db", "intake.db-wal", "intake.db-shm", "keys", "secrets", "passphrase", MARK, PAPER)
DEFAULTS: Final = {
    "INTAKE_ORGANISATION": "Harbour Human Rights",
    "INTAKE_PSEUDO_LOCALE": "yes",
}


class DemoError(RuntimeError):
    """The demonstration cannot start; the message is one clear sentence."""


def run(environ: Mapping[str, str], *, fresh: bool) -> int:
    """Make the demonstration if it is not there, then serve it until Ctrl-C; returns the exit code.

    Raises:
        DemoError: the folder cannot be written or holds something else, or the database is not empty.
        SettingsError: a setting makes no sense, or a port is in use.
    """
    env = environment(environ)
    settings = settings_module.load(env)
    check_port(settings.host, settings.public_port, "public")
    check_port(settings.host, settings.staff_port, "staff")
    built = prepare(settings, fresh=fresh)
    return supervisor.run(settings, env, ready=lambda: _say(settings, built))


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demonstration: the given one, a folder of its own, and the mark on every page."""
    env = DEFAULTS | dict(environ)
    env["INTAKE_DATA"] = str(Path(env.get("INTAKE_DATA") or FOLDER).absolute())
    env["INTAKE_PASSPHRASE_FILE"] = str(Path(env["INTAKE_DATA"]) / "passphrase")
    env["INTAKE_DEMO"] = "yes"
    return env


def prepare(settings: Settings, *, fresh: bool = False) -> Built:
    """The demonstration in the data folder: the one that is there, or a new one. Raises as `run`."""
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = _read(folder)
        if held is None and any(folder.iterdir()):
            raise DemoError(f"{folder} holds something else; a demonstration needs a folder of its own.")
        if held is not None and held["database"] != _digest(settings):
            raise DemoError(
                f"The demonstration in {folder} belongs to another database: use that one, or another --data."
            )
        if held is not None and held["complete"] and not fresh:
            if not migrating.is_current(settings.database_url):
                migrating.upgrade(settings.database_url)
            return _built(held)
        return _begin(settings, held)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DemoError(
            f"The folder {folder} cannot be written ({reason}). Choose another with --data or INTAKE_DATA."
        ) from None
    except (MigrationError, KeyFileError) as error:
        raise DemoError(str(error)) from None


def code(environ: Mapping[str, str], name: str) -> str:
    """The one-time code of this moment for a staff member: a sign-in name or its first part. Raises DemoError."""
    folder = Path(environment(environ)["INTAKE_DATA"])
    held = _read(folder)
    if held is None:
        raise DemoError(f"There is no demonstration in {folder}: start it with `python -m intake demo`.")
    for one in _built(held).accounts:
        if name.strip().casefold() in (one.email, one.email.partition("@")[0]):
            return current_code(one.totp_secret, dt.datetime.now(dt.UTC))
    raise DemoError("Nobody has this sign-in name; the names are in staff.txt.")


def _begin(settings: Settings, held: Mapping[str, Any] | None) -> Built:
    """Remove what an earlier demonstration left, and make a new one."""
    sqlite = settings.database_url.startswith("sqlite")
    if not sqlite and migrating.current(settings.database_url) is not None:
        if held is None:
            raise DemoError("This database has tables already; a demonstration needs an empty one.")
        migrating.downgrade(settings.database_url, "base")
    _clear(settings.data)
    _write(settings.data, {"database": _digest(settings), "complete": False})
    _private(settings.data / "passphrase", secrets.token_hex(16) + "\n")
    sys.stderr.write("Making 60 fictional cases; this takes some seconds, once.\n")
    # Loaded by name: a second start needs nothing of what builds the first.
    built: Built = importlib.import_module(f"{__name__}.building").build(settings, dt.datetime.now(dt.UTC))
    _write(settings.data, {"database": _digest(settings), "complete": True} | asdict(built))
    return built


def _clear(folder: Path) -> None:
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _digest(settings: Settings) -> str:
    return hashlib.sha256(settings.database_url.encode()).hexdigest()


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        held: dict[str, Any] = json.loads((folder / MARK).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise DemoError(f"{folder / MARK} is damaged: remove the folder {folder} and start again.") from None
    return held


def _built(held: Mapping[str, Any]) -> Built:
    if not held.get("complete"):
        raise DemoError("The demonstration was not finished: start it once more.")
    return Built(tuple(Account(**one) for one in held["accounts"]), held["return_code"])


def _write(folder: Path, held: Mapping[str, Any]) -> None:
    _private(folder / MARK, json.dumps(held, indent=1) + "\n")


def _private(path: Path, text: str) -> None:
    """Write `text` whole or not at all, for the owner alone."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(path)


def words(settings: Settings, built: Built, now: dt.datetime) -> str:
    """What is printed and put on paper: addresses, and how each staff member signs in."""
    host = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0") else settings.host  # noqa: S104 -- compared
    lines = [
        "The demonstration is ready. Every person in it is fictional.",
        "",
        f"Public door  http://{host}:{settings.public_port}/",
        f"Staff door   http://{host}:{settings.staff_port}/",
        "",
    ]
    for one in built.accounts:
        lines += [
            f"{one.name} ({one.role})",
            f"  sign-in name   {one.email}",
            f"  password       {one.password}",
            f"  second factor  {one.totp_secret}  (code now: {current_code(one.totp_secret, now)})",
        ]
    lines += [
        "",
        "A fresh one-time code:       python3 -m intake demo code amina",
        f"A fictional applicant's return code: {show_code(built.return_code)}",
        f"These lines are also in {settings.data / PAPER}.",
        "Ctrl-C ends everything.",
        "",
    ]
    return "\n".join(lines)


def _say(settings: Settings, built: Built) -> None:
    text = words(settings, built, dt.datetime.now(dt.UTC))
    _private(settings.data / PAPER, text)
    sys.stdout.write(text)
    sys.stdout.flush()
