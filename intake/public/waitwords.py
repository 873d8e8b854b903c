"""How long it takes until a person hears from staff, in words: what was measured, else the promise, else the truth."""

from flask import current_app

from .. import organisation, web
from ..locales import N_
from ..organisation import Waiting
from ..web import gettext, ngettext
from . import visit


def sentence(found: Waiting) -> str:
    """What to tell a person who waits, in the language of the page."""
    if found.most is not None:
        days = _at_least_one(found.most)
        return ngettext(
            "Of ten people who write to us, eight hear from us within %(days)s working day.",
            "Of ten people who write to us, eight hear from us within %(days)s working days.",
            days,
        ) % {"days": web.digits(days)}
    if found.half is not None:
        days = _at_least_one(found.half)
        return ngettext(
            "Half of the people hear from us within %(days)s working day. Others wait longer.",
            "Half of the people hear from us within %(days)s working days. Others wait longer.",
            days,
        ) % {"days": web.digits(days)}
    if found.longer is not None:
        days = _at_least_one(found.longer)
        return ngettext(
            "Many people wait for more than %(days)s working day now.",
            "Many people wait for more than %(days)s working days now.",
            days,
        ) % {"days": web.digits(days)}
    unknown = gettext(N_("We do not know yet how long it takes."))
    if found.promise is None:
        return unknown
    days = _at_least_one(found.promise)
    promise = ngettext(
        "We try to reach each person within %(days)s working day.",
        "We try to reach each person within %(days)s working days.",
        days,
    ) % {"days": web.digits(days)}
    return f"{unknown} {promise}"


def _at_least_one(days: int) -> int:
    """Less than a working day is told as one: nobody should sit by the telephone for it."""
    return max(1, days)


def now_known() -> str:
    """The sentence of this moment, from what the desk measured and the organisation promised."""
    session = web.db()
    said = organisation.current(session, web.settings_of(current_app))
    return sentence(organisation.waiting(session, said.promise_days, visit.now()))
