"""The command line: one table of commands, one sentence for each mistake, never a traceback.

Each command's module is loaded by name when it is asked for, so that `serve --only public` brings nothing of
the staff side into its process.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from ..settings import SettingsError
from .refusals import Refusal

PROGRAM: Final = "python -m intake"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the module that holds its COMMAND entry, and one line about it."""

    module: str
    summary: str


COMMANDS: Final[dict[str, Command]] = {
    "demo": Command("running", "start a demonstration with fictional cases"),
    "serve": Command("running", "start the public door, the staff door and the desk"),
    "bench": Command("running", "measure speed and memory (from a checkout)"),
    "capacity": Command("capacity", "measure what this machine bears, in a throw-away house"),
    "init": Command("founding", "make the data folder, the secrets and the database"),
    "db": Command("founding", "upgrade the database, go back, set up roles"),
    "keys": Command("keys", "make, rotate, retire and recover the keys that open submissions"),
    "staff": Command("office", "invite a staff member"),
    "releases": Command("newsroom", "import, publish and withdraw press releases"),
    "export": Command("exporting", "write cases to a file"),
    "audit": Command("office", "check that the audit trail is whole"),
    "texts": Command("texts", "write the pseudo-language anew after a text has changed (from a checkout)"),
    "backup": Command("backups", "back up everything into one sealed file while all runs"),
    "restore": Command("backups", "prove a backup, or restore it"),
    "doctor": Command("doctoring", "look at everything that can go wrong, with a sentence for each finding"),
    "sbom": Command("inventory", "write which packages the product is made of (from a checkout)"),
    "check": Command("checking", "check settings, keys, database, figures and file permissions"),
}

# What a command's module offers for each of its commands: fill in the parser, then do the work.
Configure = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Run the command in `argv`; returns the exit code: 0 done, 1 something is wrong, 2 a mistake."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        sys.stdout.write(overview())
        return 0 if argv else 2
    if argv[0] not in COMMANDS:
        sys.stderr.write(f"{argv[0]!r} is not a command. See: {PROGRAM} --help\n")
        return 2
    try:
        options = parser(argv[0]).parse_args(argv[1:])
        run: Run = options.run
        return run(options)
    except (Refusal, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        sys.stderr.write(f"{error.strerror or type(error).__name__}{place}.\n")
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        sys.stderr.write(f"{_database_words(error)}\n")
    except KeyboardInterrupt:
        return 130
    return 2


def overview() -> str:
    """What `--help` says: every command with its line."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            f"usage: {PROGRAM} COMMAND [options]",
            "",
            "Press releases whose readers can ask for help with an asylum claim, and the desk that answers.",
            "To look around: `demo`. To set up for real: `init`, `keys init`, `staff invite`, `serve`.",
            "",
            "commands:",
            *lines,
            "",
            f"Each command explains itself: {PROGRAM} COMMAND --help",
            "Settings come from the environment, as INTAKE_ names; `check --list` shows them.",
            "",
        ]
    )


def parser(name: str) -> argparse.ArgumentParser:
    """The parser of one command, its options filled in by its own module."""
    module: ModuleType = importlib.import_module(f"{__name__}.{COMMANDS[name].module}")
    configure: Configure = module.COMMANDS[name]
    made = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}", formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    configure(made)
    return made


def _database_words(error: OperationalError | InterfaceError | ProgrammingError) -> str:
    """A sentence for a database that does not answer; its own words could hold an address or a value."""
    words = str(error.orig)
    if "no such table" in words or "UndefinedTable" in type(error.orig).__name__:
        return f"The database has no tables yet: run `{PROGRAM} db upgrade` first."
    if "locked" in words:
        return "The database is busy: another process is writing to it. Try again."
    if "InsufficientPrivilege" in type(error.orig).__name__:
        return "This database role may not do that: use the staff role or the owner of the tables."
    return "The database cannot be reached: check INTAKE_DATA, INTAKE_DATABASE_URL, and that the server runs."
