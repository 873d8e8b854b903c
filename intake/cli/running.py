"""Commands that keep running: the demonstration, the doors and the desk."""

import argparse
import importlib
import sys
from pathlib import Path

from .. import logs, serving, supervisor
from ..publickeys import KeyFileError
from ..settings import Settings
from .refusals import Refusal, about, environment, in_words, place_options, settings_for

ROOT = Path(__file__).resolve().parents[2]


def demo_options(parser: argparse.ArgumentParser) -> None:
    """Options of `demo`."""
    about(
        parser,
        "Start a demonstration: a data folder of its own with 60 fictional cases, three staff members, "
        "the public door, the staff door and the desk. Prints the addresses and how to sign in. The "
        "next start keeps what was done; --fresh begins again. `demo code NAME` prints a new one-time "
        "code for a staff member of the demonstration: NAME is the sign-in name or its first part. "
        "Ctrl-C ends everything.",
        "",
        "--fresh",
        "--public-port 9000 --staff-port 9001",
        "code amina",
    )
    parser.add_argument("action", nargs="?", choices=["code"], help="print a fresh one-time code and stop")
    parser.add_argument("name", nargs="?", help="the staff member, for `code`")
    parser.add_argument("--fresh", action="store_true", help="remove its data and begin again")
    place_options(parser, ports=True)
    parser.set_defaults(run=demo)


def demo(options: argparse.Namespace) -> int:
    """Start the demonstration, or print a one-time code of one of its staff members."""
    # By name: the demonstration loads the whole staff side, which `serve --only public` must not.
    module = importlib.import_module("intake.demo")
    with in_words(module.DemoError):
        if options.action == "code":
            if not options.name:
                raise Refusal("Say whose code: demo code amina")
            sys.stdout.write(f"{module.code(environment(options), options.name)}\n")
            return 0
        return int(module.run(environment(options), fresh=options.fresh))


def serve_options(parser: argparse.ArgumentParser) -> None:
    """Options of `serve`."""
    about(
        parser,
        "Start the public door, the staff door and the desk as three processes, each with only the "
        "settings that it needs, and start again what dies. With --only, run one of them here and now, "
        "for example on a host of its own. The data folder, the keys and the database must be there: "
        "see `init`.",
        "",
        "--only public",
        "--data /srv/intake --public-port 8080",
    )
    parser.add_argument("--only", choices=supervisor.PARTS, help="run this one part alone")
    # The supervisor's process id; the part ends when that process is gone.
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    place_options(parser, ports=True)
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    """Run all parts under the supervisor, or one part alone."""
    settings = settings_for(options)
    if options.parent is not None:
        serving.end_with_parent(options.parent)
    else:
        _require_ready(settings, options.only)
    if options.only is None:
        return supervisor.run(settings, environment(options), ready=lambda: _say_ready(settings))
    if options.only == "public":
        with in_words(KeyFileError):
            serving.serve("public", settings)
        return 0
    # By name, as above: only the staff side may load what opens a submission.
    with in_words(KeyFileError, importlib.import_module("intake.unsealing").WrongPassphrase):
        if options.only == "worker":
            logs.configure("worker", settings.log)
            importlib.import_module("intake.worker").run(settings)
        else:
            serving.serve("staff", settings)
    return 0


def _require_ready(settings: Settings, only: str | None) -> None:
    """Say in a sentence what is missing before anything starts."""
    migrating = importlib.import_module("intake.migrating")
    url = settings.public_database_url if only == "public" else settings.database_url
    with in_words(migrating.MigrationError):
        try:
            if not migrating.is_current(url):
                raise Refusal("The database is not up to date: run `python -m intake db upgrade` first.")
        except migrating.DatabaseAway as away:
            if only is None:
                raise
            # On a host of its own, perhaps after a power cut: the door says to people what is wrong until it is over,
            # and `/readyz` to whoever watches.
            sys.stderr.write(f"{away} This part starts all the same, and looks for it again and again.\n")
    if not (settings.keys / "public.json").exists():
        raise Refusal("There are no keys yet: run `python -m intake keys init` first.")


def _say_ready(settings: Settings) -> None:
    sys.stdout.write(
        f"Public door: http://{settings.host}:{settings.public_port}/\n"
        f"Staff door:  http://{settings.host}:{settings.staff_port}/\n"
    )
    sys.stdout.flush()


PARTS = ("public", "sends", "memory", "abuse", "staff", "pages", "exports")


def bench_options(parser: argparse.ArgumentParser) -> None:
    """Options of `bench`."""
    about(
        parser,
        "Measure speed, size and memory, each beside a plain program that does the same, on this machine and in this "
        "run, and say which goals are met. Parts: " + ", ".join(PARTS) + ", or all of them; and partitions "
        "(PostgreSQL), which is asked for by name. Works from a checkout, because the measuring code belongs to the "
        "tests.",
        "all --quick --table -",
        "exports --database postgres --cases 200000",
        "all --json tests/bench/results/DATE-COMMIT.json",
    )
    parser.add_argument("part", nargs="*", help="what to measure (all)")
    parser.add_argument("--quick", action="store_true", help="smaller numbers: some minutes for everything")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a must is missed")
    parser.add_argument("--json", metavar="FILE", help="keep everything in this file: medians, quartiles, machine")
    parser.add_argument("--table", metavar="FILE", help="one line a goal in Markdown; - prints it")
    parser.add_argument("--compare", metavar="FILE", help="each row beside that of an earlier --json")
    parser.add_argument("--small", metavar="N", help="cases of the small office (100,000)")
    parser.add_argument("--cases", metavar="N", help="cases of the large office (1,000,000)")
    parser.add_argument("--database", choices=("both", "sqlite", "postgres"), help="lists and exports: which (both)")
    parser.set_defaults(run=bench)


def bench(options: argparse.Namespace) -> int:
    """Hand over to `tests.bench`."""
    if not (ROOT / "tests" / "bench" / "__main__.py").exists():
        raise Refusal("The benchmark is part of the tests: run this from a checkout.")
    unknown = sorted({*options.part} - {*PARTS, "all", "partitions"})
    if unknown:
        raise Refusal(f"There is no part {unknown[0][:40]} to measure: {', '.join(PARTS)}, partitions, or all.")
    for name in ("small", "cases"):
        value = getattr(options, name)
        if value is not None and not (value.isascii() and value.isdigit() and int(value) > 0):
            raise Refusal(f"--{name} is a number of cases, such as 100000.")
    if options.compare and not Path(options.compare).is_file():
        raise Refusal("There is no earlier result to compare with at that place.")
    given = [(name, getattr(options, name)) for name in ("json", "table", "compare", "small", "cases", "database")]
    flags = [f"--{name}" for name in ("quick", "strict") if getattr(options, name)]
    words = [*options.part, *flags, *(part for name, value in given if value for part in (f"--{name}", value))]
    try:
        module = importlib.import_module("tests.bench.__main__")
    except ModuleNotFoundError as error:
        raise Refusal(
            f"The benchmark needs what the tests need, and {error.name} is missing: run `make test` once."
        ) from None
    return int(module.main(words))


COMMANDS = {"demo": demo_options, "serve": serve_options, "bench": bench_options}
