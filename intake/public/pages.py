"""Pages that are the same for everyone: staying safe, fraud, lawyers, privacy, questions, and two that say goodbye."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from .. import drafts, organisation, referrals, web
from ..organisation import ZONES
from ..questionnaire.choices import LANGUAGES, STATES
from . import waitwords

bp = Blueprint("pages", __name__)


@bp.get("/safety")
def safety() -> ResponseReturnValue:
    """Staying safe on this device: what it keeps, what we keep, what remains."""
    return web.cacheable(web.page("public/safety.html"))


@bp.get("/fraud")
def fraud() -> ResponseReturnValue:
    """How to tell a lawyer from somebody who only takes money, and whom to tell about it."""
    return web.cacheable(web.page("public/fraud.html", places=_places("fraud")))


@bp.get("/lawyers")
def lawyers() -> ResponseReturnValue:
    """How to find a lawyer whom one pays, what to ask, and lists to look in."""
    return web.cacheable(web.page("public/lawyers.html", places=_places("paid", "low_cost")))


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What we do and never do with answers."""
    partners = organisation.current(web.db(), web.settings_of(current_app)).partners
    return web.cacheable(web.page("public/privacy.html", partners=partners, days=drafts.LIFETIME.days))


@bp.get("/questions")
def questions() -> ResponseReturnValue:
    """What people ask before they trust us, answered from what the organisation says of itself."""
    said = organisation.current(web.db(), web.settings_of(current_app))
    names, states = dict(LANGUAGES), dict(STATES)
    page = web.page(
        "public/questions.html",
        said=said,
        zone=web.gettext(ZONES[said.zone]) if said.zone else "",
        tongues=[names[code] for code in said.languages if code in names],
        area=[web.gettext(states[code]) for code in said.service_area if code in states],
        waiting=waitwords.now_known(),
    )
    return web.cacheable(page)


def _places(*kinds: str) -> list[referrals.Referral]:
    return referrals.of_kind(referrals.listed(web.db()), *kinds, language=web.language().code)


@bp.get("/stopped")
def stopped() -> ResponseReturnValue:
    """Stopped after the first result: nothing is kept."""
    return render_template("public/stopped.html")


@bp.get("/left")
def left() -> ResponseReturnValue:
    """This browser holds nothing of the visit any more."""
    return render_template("public/left.html")
