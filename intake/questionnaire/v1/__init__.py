"""Questionnaire version 1. Released: what it holds never changes; a test compares its digest."""

from intake.questionnaire.model import Questionnaire
from intake.questionnaire.v1 import person, screening, situation

QUESTIONNAIRE = Questionnaire(
    version=1,
    steps=(*screening.STEPS, *situation.STEPS, *person.STEPS),
    first_result_after="claims",
)
