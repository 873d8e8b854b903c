"""Version 2, about the person: what a child is asked stands beside the age, and the family is counted."""

from dataclasses import replace

from intake.locales import N_
from intake.questionnaire.conditions import Has
from intake.questionnaire.model import Choice, Kind, Question, Sensitivity
from intake.questionnaire.v1 import person
from intake.questionnaire.v2.rebuilding import rebuilt

_FAMILY = Has("family_help", "spouse", "children", "parents", "siblings", "other")
_IF_FAMILY = N_("Only if someone in your family needs help")

# A date of birth is no code, so no condition can tell a child: the words say who is asked.
_YOUNG_CONTACT = Question(
    key="young_contact",
    kind=Kind.TEXT,
    label=N_("An adult we may talk to"),
    hint=N_("Write a name, and a phone number or an email. You can leave this empty."),
    sensitivity=Sensitivity.CONTACT,
    only_if=N_("Only if you are under 18"),
)

_COUNT = Question(
    key="family_count",
    kind=Kind.NUMBER,
    label=N_("How many people in your family need help?"),
    hint=N_("Do not count yourself."),
    sensitivity=Sensitivity.TRIAGE,
    only_if=_IF_FAMILY,
    when=_FAMILY,
    bounds=(1, 20),
    unreadable=N_("Enter a number from 1 to 20, such as 3."),
)

_IN_US = Question(
    key="family_in_us",
    kind=Kind.CHOICE,
    label=N_("Are they in the US now?"),
    sensitivity=Sensitivity.TRIAGE,
    only_if=_IF_FAMILY,
    when=_FAMILY,
    choices=(
        Choice("all", N_("Yes, all of them")),
        Choice("some", N_("Some of them")),
        Choice("none", N_("No")),
    ),
)

ABOUT = replace(
    person.ABOUT,
    questions=rebuilt(
        person.ABOUT,
        changes={
            "birth": {"about": True, "calendars": True},
            "nationality": {"typed_list": True},
            "trusted_adult": {"why": N_("If you are alone, we look for someone who can help you soon.")},
        },
        added={"trusted_adult": (_YOUNG_CONTACT,), "family_help": (_COUNT, _IN_US)},
        order=(
            "call_name",
            "other_names",
            "birth",
            "trusted_adult",
            "young_contact",
            "nationality",
            "family_help",
            "family_count",
            "family_in_us",
        ),
    ),
)
