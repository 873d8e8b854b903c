"""The profiles that are released: what may leave, by name and version. A version never changes."""

from .cases import GRANT_REPORT_1, QUEUE_1
from .elsewhere import LEGALSERVER_1, UNHCR_1
from .model import Choice, Column, Profile, UnknownColumn, digest
from .whole import FULL_1, HAND_OVER_1

__all__ = ["PROFILES", "RELEASED", "Choice", "Column", "Profile", "UnknownColumn", "UnknownProfile", "digest", "named"]

RELEASED: tuple[Profile, ...] = (QUEUE_1, GRANT_REPORT_1, HAND_OVER_1, FULL_1, LEGALSERVER_1, UNHCR_1)
# The latest version of each, in the order in which a page offers them.
PROFILES: dict[str, Profile] = {profile.key: profile for profile in sorted(RELEASED, key=lambda one: one.version)}


class UnknownProfile(LookupError):
    """There is no profile of this name or version."""


def named(name: str) -> Profile:
    """The profile with this key, in its latest version, or of this key and version such as `full-1`."""
    for profile in (*PROFILES.values(), *RELEASED):
        if name in (profile.key, profile.name):
            return profile
    raise UnknownProfile("There is no export profile of this name.")
