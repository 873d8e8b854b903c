"""Places to send people: data with kind, audience, states, languages and the day someone last checked each entry."""

from . import reading
from .bundled import BUNDLED
from .choosing import SHOWN, choose, of_kind, serves
from .keeping import listed, load_bundled
from .model import AUDIENCES, CLAIMS, KINDS, Referral, ReferralRow

__all__ = [
    "AUDIENCES",
    "BUNDLED",
    "CLAIMS",
    "KINDS",
    "SHOWN",
    "Referral",
    "ReferralRow",
    "choose",
    "listed",
    "load_bundled",
    "of_kind",
    "reading",
    "serves",
]
