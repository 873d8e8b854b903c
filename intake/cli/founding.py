"""Commands that set things up: data folder, database, roles."""

import argparse
import datetime as dt
import sys

from .. import grants, migrating, referrals, releases
from ..db import make_engine, transaction
from ..settings import secret
from .refusals import Refusal, about, in_words, make_private, place_options, settings_for

SECRETS = ("public.key", "staff.key", "pepper.key", "accounts.key", "search.key")


def init_options(parser: argparse.ArgumentParser) -> None:
    """Options of `init`."""
    about(
        parser,
        "Make what a new installation needs: the data folder (for its owner alone), the cookie secrets, "
        "the database with all tables, and the list of places to send people. What is there already "
        "stays as it is. Prints what to do next.",
        "",
        "--data /srv/intake --samples",
    )
    parser.add_argument("--samples", action="store_true", help="also import the sample releases")
    place_options(parser)
    parser.set_defaults(run=init)


def init(options: argparse.Namespace) -> int:
    """Make folder, secrets and database; say what comes next."""
    settings = settings_for(options)
    make_private(settings.data)
    for name in SECRETS:
        secret(settings.secrets / name)
    with in_words(migrating.MigrationError):
        migrating.upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    with transaction(engine) as session:
        places = referrals.load_bundled(session)
        if options.samples:
            releases.import_files(session, releases.samples(), dt.datetime.now(dt.UTC))
    engine.dispose()
    steps = [] if (settings.keys / "public.json").exists() else ["python -m intake keys init"]
    steps += [
        "put the passphrase into a file that only this account can read; set INTAKE_PASSPHRASE_FILE to it",
        "python -m intake staff invite name@example.org --name 'Their Name' --role admin",
        "python -m intake check",
        "python -m intake serve",
    ]
    sys.stdout.write(f"Ready: {settings.data}, with {places} places to send people.\n\nNext:\n")
    sys.stdout.writelines(f"  {number}. {step}\n" for number, step in enumerate(steps, 1))
    return 0


def db_options(parser: argparse.ArgumentParser) -> None:
    """Options of `db`."""
    about(
        parser,
        "Care for the database. `upgrade` brings it to the form that this version needs; `downgrade` "
        "takes it back to an earlier revision (data in removed tables is lost); `current` says where it "
        "stands. `grants` creates two PostgreSQL roles, one for the public door and one for the staff "
        "side, and gives each exactly what it needs; run it as the owner of the tables, also after each "
        "upgrade.",
        "upgrade",
        "current",
        "downgrade base",
        "grants --public-role intake_public --staff-role intake_staff",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    upgrade = actions.add_parser("upgrade", help="bring the database up to date")
    upgrade.add_argument("revision", nargs="?", default="head", help="up to this one (default: the newest)")
    downgrade = actions.add_parser("downgrade", help="go back to an earlier revision")
    downgrade.add_argument("revision", help="the revision to go back to; `base` removes all tables")
    current = actions.add_parser("current", help="say which revision the database has")
    roles = actions.add_parser("grants", help="set up the PostgreSQL roles of the two sides")
    roles.add_argument("--public-role", required=True, metavar="NAME", help="the role of the public door")
    roles.add_argument("--staff-role", required=True, metavar="NAME", help="the role of staff door and desk")
    for action in (upgrade, downgrade, current, roles):
        place_options(action)
    parser.set_defaults(run=db)


def db(options: argparse.Namespace) -> int:
    """Upgrade, downgrade, report, or set up roles."""
    settings = settings_for(options)
    url = settings.database_url
    with in_words(migrating.MigrationError, grants.GrantError):
        if options.action == "grants":
            engine = make_engine(url)
            done = grants.apply(engine, options.public_role, options.staff_role)
            engine.dispose()
            sys.stdout.writelines(f"{line}\n" for line in done)
            return 0
        if options.action == "upgrade":
            if url.startswith("sqlite"):
                make_private(settings.data)
            migrating.upgrade(url, options.revision)
            _renew_places(url)
        elif options.action == "downgrade":
            if migrating.is_missing(url):
                raise Refusal("There is no database yet.")
            migrating.downgrade(url, options.revision)
        standing, newest = migrating.current(url), migrating.newest()
    note = "up to date" if standing == newest else f"not up to date: this version needs {newest}"
    sys.stdout.write(f"{standing or 'no tables'} ({note})\n")
    return 0


def _renew_places(url: str) -> None:
    """Bring in new bundled places; what staff changed stays. An older revision has no columns for that."""
    if migrating.is_current(url):
        engine = make_engine(url)
        with transaction(engine) as session:
            referrals.load_bundled(session)
        engine.dispose()


COMMANDS = {"init": init_options, "db": db_options}
