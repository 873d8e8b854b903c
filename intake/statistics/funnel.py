"""How far people get in the form: counts alone, of one quarter."""

from typing import Final

from sqlalchemy.orm import Session

from .. import questionnaire, visits
from .quarters import Quarter
from .suppressing import Table, apart


def _titles() -> dict[str, str]:
    """Every step of every released version, in the order of the newest."""
    titles: dict[str, str] = {}
    for version in sorted(questionnaire.released, reverse=True):
        for step in questionnaire.released[version].steps:
            titles.setdefault(step.key, step.title)
    return titles


TITLES: Final = _titles()


def funnel(session: Session, quarter: Quarter) -> Table:
    """In how many drafts each step of the form was filled in during the quarter, protected; the last one is sent.

    Somebody who comes back to a step counts there once. What links the steps of one person is never stored: the
    public door adds one to a number of the quarter.
    """
    found = visits.steps(session, quarter.first)
    if not any(found.values()):
        return apart([])
    return apart([(key, found.get(key, 0)) for key in TITLES])
