"""Making accounts from the command line and for the demonstration."""

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import cast

from flask import Flask
from flask_security import hash_password
from passlib.totp import TOTP  # type: ignore[import-untyped]
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from .. import accounts, audit, locking
from ..audit import Event
from ..db import transaction
from ..onetime import current_code as current_code
from ..settings import Settings
from ..typed import parse_email
from .security import OnceTotp, install

# Letters and digits that nobody mistakes for one another when they are read out.
_SYMBOLS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What to hand to a new staff member, or to one who is let in again.

    The password is shown once; the next sign-in changes it.
    """

    email: str
    password: str = field(repr=False)


def invite(
    settings: Settings,
    engine: Engine,
    *,
    email: str,
    name: str,
    role: str,
    now: dt.datetime,
    actor: str = "cli",
) -> Invitation:
    """Make an account with a random first password; the second factor is set up at the first sign-in.

    Raises:
        Mistyped: the address is not an e-mail address.
        UnknownRole, AlreadyThere: see `accounts.create`.
    """
    address = parse_email(email)
    password = _first_password()
    with _hashing(settings, now).app_context(), transaction(engine) as session:
        hashed = hash_password(password)
        member = accounts.create(session, email=address, name=name, role=role, password_hash=hashed, now=now)
        told = {"role": role}
        audit.append(session, actor=actor, event=Event.STAFF_INVITED, subject=member.label, details=told, now=now)
    return Invitation(member.email, password)


def permit(session: Session, email: str, permission: str, *, given: bool, now: dt.datetime, actor: str = "cli") -> None:
    """Give a person one permission beside their role, or take it back.

    Raises:
        LookupError: nobody has this address.
        UnknownPermission: see `accounts.give`.
    """
    member = accounts.find(session, email)
    if member is None:
        raise LookupError("There is no staff member with this e-mail address.")
    accounts.give(member, permission, given=given)
    session.flush()
    told: dict[str, audit.Detail] = {"method": permission, "changed": given}
    audit.append(session, actor=actor, event=Event.STAFF_PERMITTED, subject=member.label, details=told, now=now)


def create_with_secret(
    settings: Settings,
    engine: Engine,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    totp_secret: str,
    now: dt.datetime,
) -> int:
    """For the demonstration: an account that is already enrolled, with a known password and base32 secret.

    Returns the id. Raises as `invite`.
    """
    app = _hashing(settings, now)
    with app.app_context(), transaction(engine) as session:
        hashed = hash_password(password)
        member = accounts.create(session, email=parse_email(email), name=name, role=role, password_hash=hashed, now=now)
        member.must_change_password = False
        member.tf_primary_method = "authenticator"
        member.tf_totp_secret = cast(OnceTotp, app.extensions["security"].totp_factory).seal_secret(totp_secret)
        told = {"role": role}
        audit.append(session, actor="cli", event=Event.STAFF_INVITED, subject=member.label, details=told, now=now)
    return member.id


class Unknown(LookupError):
    """No staff member has this e-mail address."""


def unlock(
    settings: Settings, engine: Engine, *, email: str, second_factor: bool, now: dt.datetime, actor: str = "cli"
) -> Invitation:
    """Let a person in again whose account they locked themselves, with a new first password.

    With `second_factor`, the app, the passkeys and the recovery codes are set up anew at the next sign-in.

    Raises:
        Unknown: nobody has this address.
        NotLocked: see `locking.unlock`.
    """
    password = _first_password()
    with _hashing(settings, now).app_context(), transaction(engine) as session:
        member = accounts.find(session, email)
        if member is None:
            raise Unknown("No staff member has this e-mail address.")
        locking.unlock(session, member, hash_password(password), second_factor=second_factor)
        told = {"method": "new-second-factor" if second_factor else "new-password"}
        audit.append(session, actor=actor, event=Event.STAFF_UNLOCKED, subject=member.label, details=told, now=now)
    return Invitation(member.email, password)


def _first_password() -> str:
    return "-".join("".join(secrets.choice(_SYMBOLS) for _ in range(5)) for _ in range(4))


def new_secret() -> str:
    """A random second-factor secret in base32, as authenticator apps take it."""
    return cast(str, TOTP(new=True).base32_key)


def _hashing(settings: Settings, now: dt.datetime) -> Flask:
    """An app that can hash and encrypt for accounts and has no route at all."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = secrets.token_hex(32)
    install(app, settings, lambda: now)
    return app
