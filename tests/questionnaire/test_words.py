"""The words of the form are plain enough for most people to read, and never decide about a person."""

import re
from collections.abc import Iterator

import pytest

from intake import questionnaire
from intake.questionnaire import Question, Step, sentences

V1, V2 = questionnaire.get(1), questionnaire.get(2)


def words_of_question(question: Question) -> Iterator[str]:
    yield from (question.label, question.hint, question.why, question.only_if)
    yield from (question.needed, question.unreadable, question.exclusive_error)
    for choice in (*question.choices, *question.alternatives):
        yield from (choice.label, choice.hint)


def words_of_step(step: Step) -> list[str]:
    texts = [step.title, step.why, *step.lead, *step.help]
    for question in step.questions:
        texts.extend(words_of_question(question))
    return [text for text in texts if text]


def sentences_for_errors() -> list[str]:
    single = [text for name, text in vars(sentences).items() if name.isupper() and isinstance(text, str)]
    by_case = [*sentences.TOO_LONG_BY_LIMIT.values(), *sentences.NEEDED.values(), *sentences.BY_REASON.values()]
    return [*single, *by_case]


PAGES = (
    {step.key: words_of_step(step) for step in V1.steps}
    | {f"{step.key} of version 2": words_of_step(step) for step in V2.steps if step not in V1.steps}
    | {"errors": sentences_for_errors()}
)


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def grade(texts: list[str]) -> float:
    """School grade by the Flesch-Kincaid formula (Kincaid and others, 1975); each text ends a sentence."""
    sentences = [part for text in texts for part in re.split(r"[.?!:]+", text) if re.search(r"[A-Za-z]", part)]
    words = [word.lower() for part in sentences for word in re.findall(r"[A-Za-z]+", part)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_tells_hard_words_from_plain_ones() -> None:
    assert grade(["We help you. You can stop at any time."]) < 2
    assert grade(["Eligibility determinations necessitate comprehensive adjudication of protected grounds."]) > 15


@pytest.mark.parametrize("page", PAGES)
def test_each_page_reads_at_sixth_grade_or_lower(page: str) -> None:
    assert grade(PAGES[page]) <= 6.5
    for text in PAGES[page]:
        for sentence in re.split(r"(?<=[.?!]) ", text):
            assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize("page", PAGES)
def test_no_page_uses_contractions_or_words_that_decide_about_a_person(page: str) -> None:
    for text in PAGES[page]:
        assert "'" not in text and "’" not in text, text
        for word in ("qualif", "eligib", "illegal", "alien", "entry", "smuggl", "social security"):
            assert word not in text.lower(), text
        assert text == text.strip() and "  " not in text
