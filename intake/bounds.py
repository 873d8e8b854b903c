"""How long a process waits for PostgreSQL, and how many connections it holds: by what the process does.

A cluster must allow for all of them: connections = processes × (pool + overflow), for every door and every desk on
every host, and a few more for upgrades, backups and people. With the figures below a host that runs all three parts
holds at most 48. SQLite has one writer and a bound of its own, see `db.BUSY_SECONDS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from .envreading import number

Part = Literal["public", "staff", "worker", "command"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds, 0 for no end: of one `statement`, of waiting for a `lock`, of a transaction that does nothing (`idle`),
    and of reaching one host (`connect`). `pool` connections are kept, `overflow` more are opened under load.
    """

    statement: int = 0
    lock: int = 0
    idle: int = 0
    connect: int = 5
    pool: int = 8
    overflow: int = 8


# A person waits for a door: what takes longer than this is over for her. A desk may count for a while. A command is
# watched by whoever gave it, and an upgrade or a copy takes as long as it takes.
OF_PART: Final[Mapping[Part, Bounds]] = {
    "public": Bounds(statement=15, lock=10, idle=60),
    "staff": Bounds(statement=120, lock=10, idle=900),
    "worker": Bounds(statement=600, lock=60, idle=900),
    "command": Bounds(),
}
COMMAND: Final = OF_PART["command"]

# Setting -> (field, least, most, what it is). A setting holds for every part that is started with it.
SETTINGS: Final[Mapping[str, tuple[str, int, int, str]]] = {
    "INTAKE_STATEMENT_SECONDS": (
        "statement",
        0,
        86_400,
        "PostgreSQL: how long one statement may take, 0 for no end (public door 15, staff door 120, desk 600)",
    ),
    "INTAKE_LOCK_SECONDS": (
        "lock",
        0,
        3_600,
        "PostgreSQL: how long to wait for a lock, 0 for no end (doors 10, desk 60)",
    ),
    "INTAKE_IDLE_SECONDS": (
        "idle",
        0,
        86_400,
        "PostgreSQL: how long a transaction may do nothing, 0 for no end (public door 60, staff door and desk 900)",
    ),
    "INTAKE_CONNECT_SECONDS": ("connect", 1, 120, "PostgreSQL: how long to try to reach each host (5)"),
    "INTAKE_POOL": ("pool", 1, 200, "PostgreSQL: connections that each process keeps (8)"),
    "INTAKE_OVERFLOW": ("overflow", 0, 200, "PostgreSQL: connections that each process opens beyond these (8)"),
}
KNOWN: Final[Mapping[str, str]] = {name: said for name, (_field, _least, _most, said) in SETTINGS.items()}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The bounds that were set; the rest are those of the part."""

    given: tuple[tuple[str, int], ...] = ()

    def of(self, part: Part) -> Bounds:
        """What holds for this part."""
        return replace(OF_PART[part], **dict(self.given))


NOTHING_CHOSEN: Final = Chosen()


def read(env: Mapping[str, str]) -> Chosen:
    """The bounds in an environment. Raises envreading.SettingsError."""
    return Chosen(
        tuple(
            (which, number(env, name, least, least, most))
            for name, (which, least, most, _said) in SETTINGS.items()
            if env.get(name)
        )
    )
