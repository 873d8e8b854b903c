"""Commands of daily work: staff, the audit trail."""

import argparse
import datetime as dt
import sys

from sqlalchemy import Engine

from .. import accounts, audit
from ..accounts import GIVEN, PERMISSIONS, AlreadyThere, UnknownRole
from ..db import make_engine, session_factory, transaction
from ..locking import NotLocked
from ..settings import Settings
from ..staff import members
from ..typed import Mistyped
from .refusals import Refusal, about, in_words, place_options, settings_for


def staff_options(parser: argparse.ArgumentParser) -> None:
    """Options of `staff`."""
    about(
        parser,
        "Invite a staff member. Makes an account and prints its first password once; give it to the "
        "person over a safe way. At the first sign-in the person chooses a password and sets up the "
        "second factor. `unlock` lets a person in again who locked the account from the sign-in page: "
        "make sure that it is really they who ask. `permit` gives a caseworker one permission beside the role, "
        "such as looking at names for a conflict check.",
        "invite amina@example.org --name 'Amina Diallo' --role caseworker",
        "unlock amina@example.org",
        "unlock amina@example.org --new-second-factor",
        "permit amina@example.org conflict:check",
        "permit amina@example.org conflict:check --take-back",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    invite = actions.add_parser("invite", help="make an account for a new staff member")
    invite.add_argument("email", help="the address with which the person signs in")
    invite.add_argument("--name", required=True, help="the name that colleagues see")
    invite.add_argument("--role", required=True, choices=sorted(PERMISSIONS), help="what the person may do")
    unlock = actions.add_parser("unlock", help="let a person in again who locked the own account")
    unlock.add_argument("email", help="the address with which the person signs in")
    unlock.add_argument(
        "--new-second-factor",
        action="store_true",
        help="the phone is lost: its codes, the passkeys and the recovery codes stop working",
    )
    permit = actions.add_parser("permit", help="give a person one permission beside the role, or take it back")
    permit.add_argument("email", help="the address with which the person signs in")
    permit.add_argument("permission", choices=sorted(GIVEN), help="what the person may do besides")
    permit.add_argument("--take-back", action="store_true", help="take the permission back")
    for action in (invite, unlock, permit):
        place_options(action)
    parser.set_defaults(run=staff)


def staff(options: argparse.Namespace) -> int:
    """Invite a staff member, unlock one, or give one a permission."""
    settings = settings_for(options)
    engine = make_engine(settings.database_url)
    if options.action == "unlock":
        return _unlock(settings, engine, options)
    if options.action == "permit":
        with transaction(engine) as session:
            if accounts.find(session, options.email) is None:
                raise Refusal("There is no staff member with this e-mail address.")
            members.permit(session, options.email, options.permission, given=not options.take_back, now=_now())
        sys.stdout.write("Taken back.\n" if options.take_back else "Given.\n")
        return 0
    try:
        invited = members.invite(
            settings,
            engine,
            email=options.email,
            name=options.name,
            role=options.role,
            now=_now(),
        )
    except Mistyped:
        raise Refusal("This is not an e-mail address, such as name@example.org.") from None
    except (AlreadyThere, UnknownRole) as error:
        raise Refusal(str(error)) from None
    sys.stdout.write(
        f"Sign-in name:   {invited.email}\n"
        f"First password: {invited.password}\n"
        "The password is shown this once. It must be changed at the first sign-in.\n"
    )
    return 0


def _unlock(settings: Settings, engine: Engine, options: argparse.Namespace) -> int:
    with in_words(members.Unknown, NotLocked):
        let_in = members.unlock(
            settings,
            engine,
            email=options.email,
            second_factor=options.new_second_factor,
            now=dt.datetime.now(dt.UTC),
        )
    sys.stdout.write(
        f"Sign-in name: {let_in.email}\n"
        f"New password: {let_in.password}\n"
        "The password is shown this once. It must be changed at the next sign-in.\n"
    )
    return 0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def audit_options(parser: argparse.ArgumentParser) -> None:
    """Options of `audit`."""
    about(
        parser,
        "The audit trail is a chain: each event carries the hash of the one before it. `verify` reads "
        "all of it and finds an edit, a removal or a new order. `anchor` prints number and hash of the "
        "last event; keep that line somewhere else, and `verify --anchor` also finds a missing end.",
        "anchor",
        "verify",
        "verify --anchor 1204:9f2c…",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="read the whole trail and say whether it is whole")
    verify.add_argument("--anchor", metavar="NUMBER:HASH", help="what `anchor` printed earlier")
    anchor = actions.add_parser("anchor", help="print number and hash of the last event")
    for action in (verify, anchor):
        place_options(action)
    parser.set_defaults(run=trail)


def trail(options: argparse.Namespace) -> int:
    """Verify the audit trail, or print its anchor; 1 when it is not whole."""
    settings = settings_for(options)
    with session_factory(make_engine(settings.database_url))() as session:
        if options.action == "anchor":
            number, digest = audit.anchor(session)
            sys.stdout.write(f"{number}:{digest}\n")
            return 0
        kept = None
        if options.anchor is not None:
            kept = audit.read_anchor(options.anchor)
            if kept is None:
                raise Refusal("An anchor is a number, a colon and 64 hex digits, as `audit anchor` prints it.")
        verdict = audit.verify(session, kept)
    sys.stdout.write(f"{verdict.sentence}\n")
    return 0 if verdict.ok else 1


COMMANDS = {
    "staff": staff_options,
    "audit": audit_options,
}
