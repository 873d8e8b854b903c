"""How hard a page is to read."""

import html5lib
from werkzeug.test import TestResponse

from tests.judge import text_of
from tests.questionnaire.test_words import grade

_BLOCKS = {"h1", "h2", "h3", "p", "li", "legend", "label", "summary", "button"}


def grade_of(page: TestResponse) -> float:
    """The school grade of the main part of a page, each paragraph and each point of a list by itself."""
    tree = html5lib.parse(text_of(page), namespaceHTMLElements=False)
    main = tree.find(".//main")
    return grade([" ".join("".join(one.itertext()).split()) for one in main.iter() if one.tag in _BLOCKS])
