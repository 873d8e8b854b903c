"""Version 2, who needs help: a helper also says who they are, which language they speak and who keeps the code."""

from dataclasses import replace

from intake.locales import N_
from intake.questionnaire.conditions import Has
from intake.questionnaire.model import Choice, Kind, Question, Sensitivity
from intake.questionnaire.v1 import screening
from intake.questionnaire.v2.rebuilding import rebuilt

_HELPING = Has("for_whom", "someone_else")
_IF_HELPING = N_("Only if you are helping someone else")
# Said under both answers, because it is true for both: a person who cannot be asked has not agreed either.
_FIRST = N_("You can still send the form. We speak with the helper first. We do nothing that the person does not want.")

_RELATION = Question(
    key="helper_relation",
    kind=Kind.CHOICE,
    label=N_("Who is the helper?"),
    sensitivity=Sensitivity.TRIAGE,
    only_if=_IF_HELPING,
    when=_HELPING,
    choices=(
        Choice("family", N_("Someone from the family")),
        Choice("friend", N_("A friend or neighbor")),
        Choice("shelter", N_("Someone who works at a shelter, a school or a church")),
        Choice("lawyer_office", N_("Someone from a law office")),
        Choice("other", N_("Someone else")),
    ),
)

_LANGUAGE = Question(
    key="helper_language",
    kind=Kind.LANGUAGE,
    label=N_("Which language does the helper speak?"),
    hint=N_("It can be a different one from the language of the person."),
    sensitivity=Sensitivity.TRIAGE,
    only_if=_IF_HELPING,
    when=_HELPING,
    max_length=100,
    typed_list=True,
)

_CODE = Question(
    key="code_goes_to",
    kind=Kind.CHOICE,
    label=N_("Who will keep the return code?"),
    hint=N_("You get this code when you send the form. Whoever has it can read all the answers and change them."),
    why=N_("We write to the person who needs help. We must know who may read it."),
    sensitivity=Sensitivity.TRIAGE,
    only_if=_IF_HELPING,
    when=_HELPING,
    required=_HELPING,
    needed=N_("Choose who will keep the return code."),
    choices=(
        Choice("person", N_("The person who needs help")),
        Choice("helper", N_("The helper"), N_("Choose this if the person has no safe place for it.")),
        Choice("both", N_("Both")),
    ),
)

WHO = replace(
    screening.WHO,
    questions=rebuilt(
        screening.WHO,
        changes={
            "person_knows": {
                "choices": (
                    Choice("yes", N_("Yes, the person knows and agrees")),
                    Choice("no", N_("No"), _FIRST),
                    Choice("cannot_ask", N_("I cannot ask the person now"), _FIRST),
                )
            }
        },
        added={"helper_contact": (_RELATION, _LANGUAGE), "person_knows": (_CODE,)},
    ),
)
