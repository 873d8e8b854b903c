"""The words for people who come back: plain, calm, never a decision about them, and no number nobody has checked."""

import re
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from intake import assessment, timewords
from intake.assessment import v1
from intake.public import back, ending, mine, statuswords
from tests.questionnaire.test_words import grade

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "public"
FIGURES = assessment.current().figures


def texts_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        found = list(babel_extract(file, ["_"], [], {"trimmed": "true"}))
    messages = [one[2][0] if isinstance(one[2], tuple) else one[2] for one in found]
    return [message for message in messages if message]


PAGES = {path.name: texts_of(path) for path in sorted(TEMPLATES.glob("back*.html"))} | {
    "receipt.html": texts_of(TEMPLATES / "receipt.html"),
    "return.html": texts_of(TEMPLATES / "return.html"),
    "standings": [text for one in statuswords.STANDINGS.values() for text in one],
    "events": list(statuswords.EVENTS.values()),
    "limits": [text for one in timewords.WORDS.values() for text in (one.text, one.without) if text],
    "answers": [*back.DONE.values(), back.NO_MESSAGE, back.LONG_MESSAGE, ending.NOT_TICKED, *mine.MISTYPED.values()],
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_reads_at_sixth_grade_in_short_sentences_and_decides_about_nobody(page):
    assert grade(PAGES[page]) <= 6.5
    for text in PAGES[page]:
        assert "'" not in text and "’" not in text, text
        for word in ("qualif", "eligib", "illegal", "alien", "must file", "you have until"):
            assert word not in text.lower(), text
        for sentence in re.split(r"(?<=[.?!]) ", text):
            assert len(sentence.split()) <= 20, sentence


def test_a_time_limit_is_said_for_every_rule_about_time_and_only_for_rules_that_exist():
    codes = {rule.code for rule in v1.RULES.urgency}
    assert set(timewords.WORDS) <= codes
    assert codes - set(timewords.WORDS) == {"U01", "U12", "U17", "U19"}, "held, alone, in danger, nothing: no time"


def test_a_number_comes_from_the_figures_and_one_that_nobody_checked_is_not_said():
    for word in timewords.WORDS.values():
        assert ("%(number)s" in word.text) == bool(word.figure) == bool(word.without)
        assert not re.search(r"[0-9]", word.text)
        assert not word.figure or FIGURES.number(word.figure) > 0
    assert timewords.said(["U04"], FIGURES) == [(timewords.WORDS["U04"].text, FIGURES.number("board_appeal_days"))]
    assert FIGURES.entries["work_permit_days"].verified_on is None
    assert timewords.said(["U18"], FIGURES) == [(timewords.WORDS["U18"].without, None)]


def test_each_sentence_is_said_once_in_the_order_of_the_rules():
    said = [text for text, _number in timewords.said(["U20", "REP_NONE", "U02", "U02", "HEARING_AHEAD"], FIGURES)]
    assert said == [timewords.WORDS["U20"].text, timewords.WORDS["U02"].text]
