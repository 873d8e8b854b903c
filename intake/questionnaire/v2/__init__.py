"""Questionnaire version 2. Released: what it holds never changes; a test compares its digest.

Steps that did not change are those of version 1, so their words exist once.
"""

from intake.questionnaire.model import Questionnaire
from intake.questionnaire.v1 import person as person_1
from intake.questionnaire.v1 import screening as screening_1
from intake.questionnaire.v2 import contact, person, situation, who

QUESTIONNAIRE = Questionnaire(
    version=2,
    steps=(
        screening_1.START,
        who.WHO,
        screening_1.LAWYER,
        screening_1.MONEY,
        screening_1.CLAIMS,
        *situation.STEPS,
        person.ABOUT,
        contact.CONTACT,
        person_1.CHECK,
    ),
    first_result_after="claims",
)
