"""What a finished demonstration tells a person who wants to look around."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """One fictional staff member, with what is needed to sign in."""

    email: str
    name: str
    role: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Built:
    """What a person needs to look around: the accounts, and the return code of one fictional applicant."""

    accounts: tuple[Account, ...]
    return_code: str = field(repr=False)
