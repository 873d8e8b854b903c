"""Version 2, safe contact: in detention, on a phone of someone else, at the right hour, with the right words."""

from dataclasses import replace

from intake.locales import N_
from intake.questionnaire.conditions import Has
from intake.questionnaire.model import Choice, Kind, Question, Sensitivity
from intake.questionnaire.v1 import person
from intake.questionnaire.v2.rebuilding import rebuilt

# Asked only of a person who is held: the page of everybody else does not carry it.
_HELD_CONTACT = Question(
    key="held_contact",
    kind=Kind.CHOICES,
    label=N_("How may we reach you in detention or in jail?"),
    hint=N_("A legal call should be private. Guards may listen to other calls. They may read letters."),
    sensitivity=Sensitivity.CONTACT,
    when=Has("place_kind", "held"),
    choices=(
        Choice("legal_call", N_("A legal call")),
        Choice("legal_visit", N_("A legal visit")),
        Choice("letter", N_("A letter")),
        Choice("family", N_("Through my family or a friend outside")),
    ),
)

_OWNER_SAFE = Question(
    key="phone_owner_safe",
    kind=Kind.CHOICE,
    label=N_("Do the other people on this phone know that you ask for help?"),
    hint=N_("If they do not know, we do not say why we call."),
    sensitivity=Sensitivity.CONTACT,
    only_if=N_("Only if the phone is not yours alone"),
    when=Has("whose_phone", "shared", "other"),
    choices=(Choice("yes", N_("Yes")), Choice("no", N_("No")), Choice("unsure", N_("I am not sure"))),
)

_SAY_INSTEAD = Question(
    key="say_instead",
    kind=Kind.TEXT,
    label=N_("What may we say?"),
    hint=N_("For example: say only your first name."),
    sensitivity=Sensitivity.CONTACT,
    only_if=N_("Only if we may not say the name of our group"),
    when=Has("say_name", "no"),
)

_TIME_ZONE = Question(
    key="time_zone",
    kind=Kind.CHOICE,
    label=N_("What is your time zone?"),
    hint=N_("Choose the part of the US where you are now. Then we do not call at night."),
    sensitivity=Sensitivity.CONTACT,
    choices=(
        Choice("eastern", N_("Eastern: New York, Atlanta, Miami")),
        Choice("central", N_("Central: Chicago, Houston")),
        Choice("mountain", N_("Mountain: Denver, El Paso")),
        Choice("arizona", N_("Arizona: Phoenix, Tucson")),
        Choice("pacific", N_("Pacific: Los Angeles, Seattle")),
        Choice("alaska", N_("Alaska")),
        Choice("hawaii", N_("Hawaii")),
        Choice("atlantic", N_("Atlantic: Puerto Rico")),
        Choice("other", N_("A different time zone")),
        Choice("unsure", N_("I am not sure")),
    ),
)

CONTACT = replace(
    person.CONTACT,
    questions=rebuilt(
        person.CONTACT,
        changes={
            "language": {"typed_list": True},
            "email": {"hint": N_("Use one that only you can read. Nobody else should know its password.")},
        },
        added={
            "contact_ways": (_HELD_CONTACT,),
            "say_name": (_OWNER_SAFE, _SAY_INSTEAD),
            "good_times": (_TIME_ZONE,),
        },
    ),
)
