"""PostgreSQL that can be killed: one node, or two of which the second takes over. Durable, Unix sockets only."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.postgres import drop_privileges, find_programs

START_SECONDS = 40.0


class Node:
    """One server with a folder of its own. Nothing is set that would trade durability for speed."""

    def __init__(self) -> None:
        found = find_programs()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed: run `apt install postgresql`, or set PG_BIN.")
        self._programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="node-"))
        self._run_as: dict[str, Any] = drop_privileges(self.folder)
        self.folder.chmod(0o755)
        self._env = {"PATH": f"{found}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        self.data = self.folder / "data"
        # Apart from the data where it is set; both are chosen before `create`.
        self.log: Path | None = None
        self.ended = 0
        self._server: subprocess.Popen[bytes] | None = None

    def create(self) -> "Node":
        """A new, empty cluster, started."""
        apart = ["--waldir", str(self.log), "--wal-segsize", "1"] if self.log else []
        self._tool("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", *apart)
        self.start()
        return self

    def follow(self, primary: "Node") -> "Node":
        """A standby of `primary`, started; from then on `primary` acknowledges nothing that this one has not got."""
        self._tool("pg_basebackup", "-h", str(primary.folder), "-U", "postgres", "-R", "-X", "stream", "--no-sync")
        self.start()
        primary.say("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        deadline = time.monotonic() + START_SECONDS
        while not primary.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"):
            if time.monotonic() > deadline:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.1)
        return self

    def start(self) -> None:
        """Start it, again and again while what was killed still holds its memory."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self._launch()
            while not self.is_over and time.monotonic() < deadline:
                if self._is_ready():
                    return
                time.sleep(0.05)
            time.sleep(0.2)
        raise RuntimeError("the node did not start")

    @property
    def is_over(self) -> bool:
        """Whether it ended by itself."""
        return self._server is not None and self._server.poll() is not None

    def revive(self) -> None:
        """As an init system does: start it again if it ended by itself, without waiting for it."""
        if self.is_over:
            self.ended += 1
            self._launch()

    def recover(self) -> None:
        """Wait until it answers, and start it again whenever it ends meanwhile."""
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise RuntimeError("the node did not come back")
            self.revive()
            time.sleep(0.2)

    def kill(self) -> None:
        """Kill every process of it at once (-9)."""
        server = self._server
        if server is None:
            return
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        for pid in (server.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait(20)
        self._server = None

    def promote(self) -> None:
        """From now on this node writes."""
        subprocess.run([self._programs / "pg_ctl", "promote", "-w", "-D", self.data], check=True, **self._quiet())

    def remove(self) -> None:
        """End it, and remove its files."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._server = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database on this node alone."""
        return address(database, user, self)

    def say(self, *statements: str) -> None:
        """Run statements, each by itself."""
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for one in statements:
                connection.execute(text(one))
        engine.dispose()

    def ask(self, question: str, database: str = "postgres") -> Any:
        """The one value that answers a question."""
        engine = create_engine(self.url(database))
        with engine.connect() as connection:
            answer = connection.execute(text(question)).scalar()
        engine.dispose()
        return answer

    def _launch(self) -> None:
        command = [self._programs / "postgres", "-D", self.data, "-k", self.folder]
        options = ["listen_addresses=", "log_min_messages=fatal", "max_connections=200"]
        if self.log:
            options += ["min_wal_size=2MB", "max_wal_size=8MB"]
        flags = [part for option in options for part in ("-c", option)]
        self._server = subprocess.Popen([*command, *flags], **self._quiet())

    def _is_ready(self) -> bool:
        ready = [self._programs / "pg_isready", "-h", self.folder, "-U", "postgres", "-q"]
        return subprocess.run(ready, env=self._env, check=False).returncode == 0

    def _tool(self, name: str, *words: str) -> None:
        subprocess.run([self._programs / name, "-D", self.data, *words], check=True, **self._quiet())

    def _quiet(self) -> dict[str, Any]:
        given = {"env": self._env, "cwd": self.folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return given | self._run_as


def address(database: str, user: str, *nodes: Node) -> str:
    """The address of a database on whichever of `nodes` writes."""
    hosts = ",".join(str(node.folder) for node in nodes)
    which = "&target_session_attrs=read-write" if len(nodes) > 1 else ""
    return f"postgresql+psycopg://{user}@/{database}?host={hosts}{which}"
