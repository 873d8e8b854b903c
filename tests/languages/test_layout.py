"""Every page of the form in every language on the smallest phone: nothing is cut off or lies over the way out."""

import pytest
from flask.testing import FlaskClient

from intake import questionnaire
from intake.locales import OFFERED
from tests.journeys.browsing import PHONE, chromium
from tests.journeys.measuring import wide
from tests.journeys.printing import HOST, reader
from tests.public.walking import ROSA, walk

pytestmark = pytest.mark.browser
# Those with the longest words, tables and lists; in the pseudo-language, whose texts are longer, all are measured.
STAND = ("", "questions", "lawyers", "fraud", "return", "measures")


@pytest.fixture
def database_url(tmp_path) -> str:
    """A phone does not see the database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("code", [one.code for one in OFFERED if one.code != "en"])
def test_every_page_fits_the_smallest_phone(browser, public_app, code):
    # The same pages are judged as documents in `test_no_english`: here they are measured alone.
    public_app.test_client_class = FlaskClient
    applicant = public_app.test_client()
    walk(applicant, ROSA, until="check", lang=code)
    steps = [f"apply/{one.key}" for one in questionnaire.path(questionnaire.current(), ROSA)[1:]]
    sent = ("receipt", "mine", "mine/message", "mine/answers", "mine/erase", "mine/withdraw", "family")
    found = {}
    for client, paths in (
        (public_app.test_client(), ("apply/", *STAND)),
        (applicant, (*steps, "apply/first-result", "later")),
        (applicant, sent),
    ):
        if paths is sent:
            walk(applicant, ROSA, lang=code, start="check")
        page = reader(browser, client, viewport=PHONE)
        for path in paths:
            answer = page.goto(f"{HOST}/{code}/{path}")
            assert answer and answer.status == 200, path
            if faults := wide(page):
                found[path] = faults
        page.context.close()
    assert found == {}
