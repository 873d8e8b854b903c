"""Version 2, place, case and dates: honest words for a person who is held; dates as people know them."""

from dataclasses import replace

from intake.locales import N_
from intake.questionnaire.model import Kind, Step
from intake.questionnaire.v1 import situation
from intake.questionnaire.v2.rebuilding import rebuilt


def _with_dates_as_known(step: Step) -> Step:
    """`step`, where each date may be "about" and in the calendar that the person uses."""
    dates = [one.key for one in step.questions if one.kind is Kind.DATE]
    return replace(
        step, questions=rebuilt(step, changes={key: {"about": True, "calendars": True} for key in dates}, added={})
    )


PLACE = replace(
    situation.PLACE,
    lead=(
        *situation.PLACE.lead,
        N_("Is the person in detention or in jail? Someone outside can fill in this form for them."),
        N_("We read forms from people who are held first."),
    ),
    questions=rebuilt(situation.PLACE, changes={"birth_country": {"typed_list": True}}, added={}),
)

DATES = replace(
    _with_dates_as_known(situation.DATES),
    help=(
        *situation.DATES.help,
        N_("Are you in detention or in jail? There, some time limits are only a few days."),
    ),
)

STEPS = (PLACE, _with_dates_as_known(situation.STAGE), DATES, _with_dates_as_known(situation.ARRIVAL))
