"""The forms of sign-in: the library's checks, with wrong tries counted and told to the audit trail."""

import re
from typing import Any

from flask import current_app, session
from flask_security import ChangePasswordForm, LoginForm, Security, TwoFactorVerifyCodeForm, VerifyForm
from flask_security.recovery_codes import MfRecoveryCodesForm, MfRecoveryForm
from wtforms import StringField

from .. import accounts, audit
from ..accounts import StaffMember
from ..audit import Event
from ..locales import N_
from ..typed import digits
from ..web import db, gettext
from . import alerts
from .context import member, now

WRONG_PASSWORD = N_(
    "This e-mail address and password do not match, or there were too many wrong tries. "
    "After five wrong tries the account is closed for 15 minutes."
)
WRONG_CODE = N_(
    "This code is not right, or it was used before, or there were too many wrong tries. "
    "Wait for the next code in your app. After five wrong tries the account is closed for 15 minutes."
)
WRONG_AGAIN = N_(
    "The password or the code is not right, or there were too many wrong tries. Use a new code from your app."
)


SHORTEST_PASSWORD = 12
# What the library says, in our words; pages translate it when they print it.
MESSAGES = {
    "GENERIC_AUTHN_FAILED": WRONG_PASSWORD,
    "EMAIL_NOT_PROVIDED": N_("Type your e-mail address."),
    "INVALID_EMAIL_ADDRESS": N_("This is not an e-mail address. It looks like name@example.org."),
    "PASSWORD_NOT_PROVIDED": N_("Type your password."),
    "PASSWORD_INVALID_LENGTH": N_("Choose a password with at least twelve characters."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two new passwords are not the same."),
    "PASSWORD_IS_THE_SAME": N_("The new password is the one that you have now. Choose another one."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("This took too long. Start again."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Choose the authenticator app."),
    "TWO_FACTOR_PERMISSION_DENIED": N_("Sign in first."),
    "REAUTHENTICATION_REQUIRED": N_("Sign in again before you go on."),
    "INVALID_REDIRECT": N_("This link leads to another site."),
    "DISABLED_ACCOUNT": WRONG_PASSWORD,
}


def tell(event: Event, person: StaffMember, **details: str) -> None:
    """One event about an account for the audit trail, done by the person to their own account; some also by mail."""
    audit.append(db(), actor=person.label, event=event, subject=person.label, details=dict(details), now=now())
    alerts.tell(person, event)


def settle(person: StaffMember, *, admitted: bool, right: bool, method: str) -> bool:
    """What a counted try leads to; True when it may go on. A locked account fails even when it is right."""
    if not admitted:
        return False
    if right:
        accounts.give_back_try(person)
        return True
    locks = accounts.failed(person, now())
    tell(Event.STAFF_LOCKED if locks else Event.STAFF_SIGN_IN_FAILED, person, method=method)
    return False


class SignInForm(LoginForm):
    """E-mail address and password. Unknown, wrong and locked look the same and take the same time."""

    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """Whether the person may go on to the second factor."""
        given = bool(self.email.data and self.password.data)
        person = accounts.find(db(), self.email.data or "") if given else None
        # The library looks nobody up by itself when this is set: the person whose tries are counted is the
        # person whose password is checked.
        self.user, self.ifield = person, self.email
        admitted = person is not None and accounts.take_try(db(), person, now())
        right = super().validate(**kwargs)
        if person is None:
            return False
        if settle(person, admitted=admitted, right=right, method="password"):
            return True
        self.password.errors = [gettext(WRONG_PASSWORD)]
        return False


class CodeForm(TwoFactorVerifyCodeForm):
    """The six digits of the authenticator app, once each."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether both factors are right now."""
        self.code.data = _tidy(self.code.data)
        person = self.user
        if not isinstance(person, StaffMember) or not self.code.data:
            self.code.errors = [gettext(N_("Type the six digits that your app shows."))]
            return False
        # While a second factor is set up its secret is on the screen: there is nothing to guess.
        guessable = session.get("tf_state") == "ready"
        admitted = not guessable or accounts.take_try(db(), person, now())
        right = super().validate(**kwargs)
        if guessable:
            right = settle(person, admitted=admitted, right=right, method="code")
        elif right:
            tell(Event.STAFF_SECOND_FACTOR_SET, person)
        if right:
            session["second_factor"] = person.fs_uniquifier
        else:
            self.code.errors = [gettext(WRONG_CODE)]
        return right


class RecoveryForm(MfRecoveryForm):
    """One of the recovery codes on paper, once each."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code stands for the second factor."""
        self.code.data = _tidy(self.code.data).casefold()
        person = self.user
        if not isinstance(person, StaffMember) or not self.code.data:
            self.code.errors = [gettext(N_("Type one of your recovery codes."))]
            return False
        admitted = accounts.take_try(db(), person, now())
        right = settle(person, admitted=admitted, right=super().validate(**kwargs), method="recovery")
        if right:
            session["second_factor"] = person.fs_uniquifier
            tell(Event.STAFF_RECOVERY_CODE_USED, person)
        else:
            self.code.errors = [gettext(N_("This recovery code is not right, or it was used before."))]
        return right


class RecoveryCodesForm(MfRecoveryCodesForm):
    """Make new recovery codes; the older ones stop working."""

    def validate(self, **kwargs: Any) -> bool:
        """True for a genuine request."""
        if not super().validate(**kwargs):
            return False
        tell(Event.STAFF_RECOVERY_CODES_MADE, member())
        return True


class AgainForm(VerifyForm):
    """Password and a new code, asked again before something that needs a fresh sign-in."""

    code: StringField = StringField()

    def validate(self, **kwargs: Any) -> bool:
        """Whether both factors are right again. The code is used up only when the password is right."""
        person, code = member(), _tidy(self.code.data)
        admitted = accounts.take_try(db(), person, now())
        right = super().validate(**kwargs) and is_code_of(person, code)
        if settle(person, admitted=admitted, right=right, method="again"):
            tell(Event.STAFF_VERIFIED, person)
            return True
        self.password.errors = [gettext(WRONG_AGAIN)]
        return False


class NewPasswordForm(ChangePasswordForm):
    """The password now, and a new one twice."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the new password may take the place of the old one."""
        person = member()
        admitted = accounts.take_try(db(), person, now())
        valid = super().validate(**kwargs)
        # Only a wrong password of now is a guess; a new one that is too short is not.
        guessed = bool(self.password.errors) and bool(self.password.data)
        if not settle(person, admitted=admitted, right=not guessed, method="password"):
            self.password.errors = [gettext(N_("The password that you have now is not right."))]
            return False
        if valid and is_guessable(self.new_password.data or "", person.email, person.name):
            self.new_password.errors = [
                gettext(N_("Do not use your name, your e-mail address or one letter many times."))
            ]
            return False
        return valid


def is_code_of(person: StaffMember, code: str) -> bool:
    """Whether `code` is a one-time code of `person` that was not used before; uses it up."""
    window = int(current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"])
    if not code or not person.tf_totp_secret:
        return False
    security: Security = current_app.extensions["security"]
    return security.totp_factory.verify_totp(code, person.tf_totp_secret, person, window)


def _tidy(code: str | None) -> str:
    """A code as typed: digits of any script, spaces between."""
    return re.sub(r"\s+", "", digits(code or ""))[:40]


def is_guessable(password: str, email: str, name: str) -> bool:
    """Whether a password is made of what everybody knows of its person, or of one letter many times."""
    plain = password.casefold()
    words = {email, email.partition("@")[0], *name.casefold().split()}
    left = plain
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 3:
            left = left.replace(word, "")
    return len(left) < 8 or len(set(plain)) < 5
