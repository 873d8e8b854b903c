"""What a passkey is asked, and whether what it answers is right: once, within minutes, for this site alone."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any, Final

import webauthn
from flask import current_app, request, session
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from .. import passkeys
from ..accounts import StaffMember
from ..web import db, settings_of
from .context import now

LASTS: Final = dt.timedelta(minutes=5)
# What comes from a browser may be anything at all.
_NONSENSE = (
    WebAuthnException,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
)


def creation_options(person: StaffMember, name: str) -> str:
    """JSON for the browser: make a passkey for `person`, on a device that has none of theirs yet."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=settings_of(current_app).organisation,
        user_id=_handle(person),
        user_name=person.email,
        user_display_name=person.name,
        challenge=_ask(person, "add", name),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        ),
        exclude_credentials=_known(person),
    )
    return str(webauthn.options_to_json(options))


def request_options(person: StaffMember) -> str:
    """JSON for the browser: sign with one of the passkeys of `person`. The password was checked before."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=_ask(person, "sign-in", ""),
        allow_credentials=_known(person),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return str(webauthn.options_to_json(options))


def add(person: StaffMember, answer: str) -> bool:
    """Keep the passkey that a browser made, under the name that was asked for; False when the answer is not right."""
    asked = _asked(person, "add")
    if asked is None:
        return False
    challenge, name = asked
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=_host(), expected_origin=_origin()
        )
    except _NONSENSE:
        return False
    return passkeys.add(
        db(),
        person,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        now=now(),
    )


def proves(person: StaffMember, answer: str) -> bool:
    """Whether the browser's answer comes from a passkey of this very person, for what was asked last."""
    asked = _asked(person, "sign-in")
    if asked is None:
        return False
    try:
        credential = parse_authentication_credential_json(answer)
        passkey = next(one for one in passkeys.of(db(), person) if one.credential_id == credential.raw_id)
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=asked[0],
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (StopIteration, *_NONSENSE):
        return False
    passkeys.used(passkey, done.new_sign_count, now())
    return True


def _ask(person: StaffMember, purpose: str, name: str) -> bytes:
    challenge = secrets.token_bytes(32)
    passkeys.challenge_set(person, challenge)
    said: dict[str, Any] = {"challenge": base64.b64encode(challenge).decode(), "name": name, "purpose": purpose}
    session["passkey"] = said | {"person": person.id, "at": int(now().timestamp())}
    return challenge


def _asked(person: StaffMember, purpose: str) -> tuple[bytes, str] | None:
    """What this browser was asked for this purpose, with the name for a new passkey; only once."""
    said = session.pop("passkey", None)
    if said is None or (said["person"], said["purpose"]) != (person.id, purpose):
        return None
    challenge = base64.b64decode(said["challenge"])
    in_time = int(now().timestamp()) - said["at"] <= LASTS.total_seconds()
    return (challenge, said["name"]) if passkeys.challenge_used(db(), person, challenge) and in_time else None


def _known(person: StaffMember) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in passkeys.of(db(), person)]


def _handle(person: StaffMember) -> bytes:
    """How a device tells accounts apart; says nothing of the person."""
    return hmac.digest(str(current_app.secret_key).encode(), f"passkey {person.id}".encode(), hashlib.sha256)


def _host() -> str:
    return request.host.partition(":")[0]


def _origin() -> str:
    return f"{'https' if settings_of(current_app).https else 'http'}://{request.host}"
