"""A reviewer works in a spreadsheet: what comes out goes in again, and nothing that would break a page goes in."""

import csv
import io

import pytest

from intake import catalogues, translating
from intake.cli.refusals import Refusal
from intake.cli.texts import _language
from intake.locales import PLANNED
from intake.translating import SpreadsheetError

SPANISH = next(one for one in PLANNED if one.code == "es")
ARABIC = next(one for one in PLANNED if one.code == "ar")  # six plural forms


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def sheet_of(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, translating.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("language", [SPANISH, ARABIC], ids=lambda one: one.code)
def test_what_comes_out_goes_in_and_changes_nothing(language):
    taken = translating.take(language, translating.spreadsheet(language))
    assert catalogues.po_text(taken) == catalogues.po_text(translating.current(language))


def test_a_reviewers_word_replaces_ours():
    rows = rows_of(translating.spreadsheet(SPANISH))
    leave = next(row for row in rows if row["english"] == "Leave now")
    leave["translation"] = "  Irse ya "
    taken = translating.take(SPANISH, sheet_of(rows))
    assert taken.get("Leave now").string == "Irse ya"


def test_a_few_rows_are_enough_and_leave_the_rest_as_it_was():
    rows = [row for row in rows_of(translating.spreadsheet(SPANISH)) if row["english"] == "Yes"]
    taken = translating.take(SPANISH, sheet_of(rows))
    assert translating.missing(taken) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"translation": "<b>Sí</b>"}, "HTML"),
        ({"translation": "Paso %(wrong)s"}, "placeholders"),
        ({"english": "A text of somebody else"}, "not (or no longer) ours"),
        ({"form": "one"}, "a number or empty"),
    ],
)
def test_what_would_break_a_page_is_refused_in_words(change, sentence):
    rows = [row for row in rows_of(translating.spreadsheet(SPANISH)) if row["english"] == "Leave now"]
    with pytest.raises(SpreadsheetError, match=sentence.replace("(", "[(]").replace(")", "[)]")):
        translating.take(SPANISH, sheet_of([rows[0] | change]))


def test_a_table_of_somebody_else_is_refused_in_words():
    with pytest.raises(SpreadsheetError, match="first row names the columns"):
        translating.take(SPANISH, "a,b\n1,2\n")


def test_an_unknown_language_is_refused_in_words():
    with pytest.raises(Refusal, match="LANGUAGE is one of es, ht"):
        _language("xx")
