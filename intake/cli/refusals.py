"""What all commands share: options for folder and database, settings, and one sentence for a mistake."""

import argparse
import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import settings as settings_module
from ..settings import Settings

# Option -> the setting that it stands for.
OVERRIDES = {
    "data": "INTAKE_DATA",
    "database_url": "INTAKE_DATABASE_URL",
    "public_port": "INTAKE_PUBLIC_PORT",
    "staff_port": "INTAKE_STAFF_PORT",
    "passphrase_file": "INTAKE_PASSPHRASE_FILE",
}


class Refusal(Exception):
    """The command cannot be done; the message is one clear sentence for the person who typed it."""


@contextmanager
def in_words(*kinds: type[Exception]) -> Iterator[None]:
    """Turn errors whose message is already a sentence into a refusal."""
    try:
        yield
    except kinds as error:
        raise Refusal(str(error)) from None


def about(parser: argparse.ArgumentParser, what: str, *examples: str) -> None:
    """A paragraph and examples for `--help`."""
    parser.description = textwrap.fill(what, 96)
    if examples:
        parser.epilog = "examples:\n" + "\n".join(f"  {parser.prog} {one}".rstrip() for one in examples)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter


def place_options(parser: argparse.ArgumentParser, *, ports: bool = False) -> None:
    """`--data` and `--database-url`, and the two ports where a command opens them."""
    parser.add_argument("--data", metavar="FOLDER", help="the folder for database, keys and secrets (INTAKE_DATA)")
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="the database: sqlite:///… or postgresql://… (INTAKE_DATABASE_URL)",
    )
    if ports:
        for door, port in (("public", 8000), ("staff", 8001)):
            parser.add_argument(
                f"--{door}-port",
                metavar="PORT",
                help=f"the port of the {door} door (INTAKE_{door.upper()}_PORT, else {port})",
            )


def environment(options: argparse.Namespace) -> dict[str, str]:
    """The environment with the options laid over it."""
    given = {name: getattr(options, option, None) for option, name in OVERRIDES.items()}
    return dict(os.environ) | {name: str(value) for name, value in given.items() if value is not None}


def settings_for(options: argparse.Namespace) -> Settings:
    """The settings of this command. Raises SettingsError."""
    return settings_module.load(environment(options))


def make_private(folder: Path) -> None:
    """Make `folder`, readable by its owner alone. Raises Refusal when that is not possible."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refusal(
            f"The folder {folder} cannot be written ({reason}). Choose another with --data or INTAKE_DATA."
        ) from None
