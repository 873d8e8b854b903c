"""Walking through the form as a person does: open the page, fill in its fields, press the button."""

import datetime as dt
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from intake import questionnaire
from intake.drafts import DraftRow
from intake.questionnaire.model import Kind, Questionnaire
from intake.questionnaire.reading import retype

ROSA: dict[str, Any] = {
    "consent_start": "yes",
    "device": "mine",
    "for_whom": "me",
    "representation": "no",
    "affordability": "no",
    "household_size": 3,
    "income_band": "to_1000",
    "claims": ["afraid"],
    "place_kind": "us",
    "state": "NY",
    "stage": ["court"],
    "next_date": "2027-02-11",
    "arrival": "2026-03",
    "prior_removal": "no",
    "call_name": "Rosa Marín",
    "birth": "1990-05",
    "nationality": ["HN"],
    "language": "es",
    "interpreter": "yes",
    "contact_ways": ["phone"],
    "phone": "+12025550123",
    "voicemail": "no",
    "anything_else": "Llámeme después de las seis.",
    "consent_conflict": "yes",
}


def token(response: TestResponse) -> str:
    """The anti-forgery token in a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found, "the page has no form"
    return found[1]


def fields(step_key: str, answers: dict[str, Any], form: Questionnaire | None = None) -> dict[str, Any]:
    """The form fields of a step for these answers, as a person types them; of the newest form, if not of `form`."""
    sent: dict[str, Any] = {}
    for question in (form or questionnaire.current()).step(step_key).questions:
        if question.key in answers:
            masked = question.kind is Kind.A_NUMBER
            sent.update({question.key: answers[question.key]} if masked else retype(question, answers[question.key]))
    return sent


def press(client: FlaskClient, address: str, sent: dict[str, Any], **more: Any) -> TestResponse:
    """Open the page at `address`, fill in `sent`, and press Continue."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code, page.headers.get("Location"))
    return client.post(address, data={"csrf_token": token(page), "go": "on", **sent}, **more)


def walk(
    client: FlaskClient,
    answers: dict[str, Any],
    *,
    until: str | None = None,
    lang: str = "en",
    form: Questionnaire | None = None,
    start: str = "",
) -> TestResponse:
    """Go from the first page, or from the step `start`, on with these answers, to the receipt or the step `until`."""
    address = f"/{lang}/apply/{start}"
    for _ in range(30):
        step_key = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        step_key = "start" if step_key == "apply" else step_key
        if step_key == until:
            return client.get(address)
        if step_key in {"first-result", "device"}:
            page = client.get(address)
            following = re.search(r'class="button" href="([^"]+)"', page.text)
            assert following, f"{step_key} leads nowhere"
            address = following[1]
            continue
        if step_key == "receipt":
            return client.get(address)
        response = press(client, address, fields(step_key, answers, form))
        assert response.status_code == 303, (
            step_key,
            response.status_code,
            re.findall(r'class="error"[^\n]+', response.text),
        )
        address = response.headers["Location"]
    raise AssertionError("the form has no end")


def open_drafts(session: Session) -> int:
    """How many drafts their codes still open."""
    now = dt.datetime.now(dt.UTC)
    return session.scalar(select(func.count()).select_from(DraftRow).where(DraftRow.expires_at > now)) or 0
