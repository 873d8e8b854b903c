"""A throw-away PostgreSQL for the tests: a Unix socket only, gone afterwards, also when run as root."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START_SECONDS = 20.0


def find_programs() -> Path | None:
    """The folder with initdb and postgres: from PG_BIN, Debian's newest version, or the search path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    on_path = shutil.which("initdb")
    places = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    places += [*debian, *([Path(on_path).parent] if on_path else [])]
    return next((place for place in places if all((place / name).exists() for name in ("initdb", "postgres"))), None)


def drop_privileges(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: give the folder to an ordinary account and run as that."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            os.chown(folder, account.pw_uid, account.pw_gid)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("neither a postgres nor a nobody account exists to run PostgreSQL with")


@contextlib.contextmanager
def throw_away_postgres(*, durable: bool = False) -> Iterator[str]:
    """Start a fresh server and give its SQLAlchemy URL (superuser, trust); `durable` keeps fsync on."""
    programs = find_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed: run `apt install postgresql`, or set PG_BIN.")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    run_as = drop_privileges(folder)
    folder.chmod(0o755)
    env = {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    quiet: dict[str, Any] = {
        "env": env,
        "cwd": folder,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    init = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "-N",
    ]
    subprocess.run(init, check=True, **quiet, **run_as)
    options = ["listen_addresses=", "log_min_messages=error", "max_connections=200"]
    if not durable:
        options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    flags = [part for option in options for part in ("-c", option)]
    # Its log lies beside the data: a statement that failed stands there, and tests look at what it tells.
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *flags], **{**quiet, "stderr": log}, **run_as
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        ready = [programs / "pg_isready", "-h", folder, "-U", "postgres", "-q"]
        while subprocess.run(ready, env=env, check=False).returncode != 0:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the throw-away PostgreSQL did not start")
            time.sleep(0.02)
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
