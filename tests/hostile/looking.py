"""Looking at thousands of pages: each is judged, without the long lists that are the same each time."""

import html
import re
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.questionnaire import Step
from intake.questionnaire.reading import field_names
from intake.web import MAX_BODY
from tests.hostile.strings import PRODUCT
from tests.judge import HEADERS, judge

_OPTION = re.compile(r'(<option value="[A-Za-z_]{0,9}">[^<&]*</option>\n)+')
_LOADED = re.compile(r"<(script|iframe|object|img|svg|math|base|plaintext|form action=//)", re.IGNORECASE)


def everywhere(step: Step, text: str) -> dict[str, str]:
    """The same text in every field of a step."""
    return {name: text for question in step.questions for name in field_names(question)}


def look(page: str) -> None:
    """Raise AssertionError when a page is not fit for a person, or ran what it should show."""
    assert not _LOADED.search(page) and PRODUCT not in page and "\x00" not in page
    data = _OPTION.sub("", page).encode()
    judge(SimpleNamespace(headers=HEADERS, status_code=200, mimetype="text/html", data=data))


def send(client: FlaskClient, address: str, sent: Mapping[str, Any], **more: Any) -> TestResponse:
    """Post a form; what comes back is the next address, or a page that says in words what is wrong."""
    answer = client.post(address, data=sent, **more)
    if len(urlencode(sent, doseq=True)) > MAX_BODY:
        assert answer.status_code == 413 and "write less" in answer.text
    elif answer.status_code != 303:
        assert answer.status_code == 422 and 'class="summary"' in answer.text, answer.status_code
    if answer.status_code != 303:
        look(answer.text)
    return answer


def nothing_of(texts: Iterable[str], written: str) -> None:
    """Raise AssertionError when one of `texts`, as it is or as a program writes it, is part of what was written."""
    for text in texts:
        for form in {text, repr(text)[1:-1], quote(text, errors="replace"), html.escape(text)}:
            assert len(form) < 8 or form not in written, "a text of a person was written"
