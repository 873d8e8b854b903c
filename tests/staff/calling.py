"""Filling in the form for somebody in a browser: open a page, fill in its fields, press a button."""

import re
import uuid
from typing import Any

from intake import questionnaire
from intake.staff import takingpages
from intake.staff.takingpages import PAGES
from tests.public.walking import fields
from tests.staff.conftest import send, token


def begin(client, *, way: str = "phone", language: str = "ar", **more: str) -> str:
    """Start a form; returns the address of its pages without the last part."""
    answer = send(client, "/intake/new", way=way, language=language, **more)
    assert answer.status_code == 303, re.findall(r'class="problem"[^<]*>([^<]*)', answer.text)
    return answer.location.rsplit("/", 1)[0]


def typed(page_key: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The fields of all steps of a page for these answers."""
    q = questionnaire.current()
    page = takingpages.page_with(page_key)
    return {name: value for step in takingpages.steps_on(q, page) for name, value in fields(step.key, answers).items()}


def press(client, address: str, go: str, sent: dict[str, Any]):
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return client.post(address, data={"csrf_token": token(page), "go": go, **sent})


def fill(client, form: str, answers: dict[str, Any]):
    """All pages, to the receipt."""
    for page in PAGES:
        last = page is PAGES[-1]
        answer = press(client, f"{form}/{page.key}", "send" if last else "on", typed(page.key, answers))
        assert answer.status_code == 303, re.findall(r'class="error"[^\n]+', answer.text)
    assert answer.location == f"{form}/receipt", answer.location
    return client.get(answer.location)


def code_on(page) -> str:
    return re.search(r'class="code[^"]*"><bdi dir="ltr">([\d ]{19})</bdi>', page.text).group(1)


def id_of(form: str) -> uuid.UUID:
    return uuid.UUID(form.rsplit("/", 1)[-1])
