"""What a phone loads at first, in every language: page, styles and headers in the first round trip, and no script."""

import re

import pytest

from intake import locales, releases
from intake.db import transaction
from intake.public.visit import now
from tests.journeys.system import GIVEN
from tests.judge import text_of

MOST = 14_600
LANGUAGES = [one.code for one in locales.offered(pseudo=True)]


@pytest.fixture
def database_url(tmp_path) -> str:
    """A page weighs the same on every database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


def weight(client, address: str) -> int:
    """Bytes of the page at `address`, compressed as the least able phone asks, with its styles and all headers."""
    gzip = {"Accept-Encoding": "gzip"}
    page = client.get(address, headers=gzip)
    assert page.status_code == 200 and "<script" not in text_of(page) and "<img" not in text_of(page)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text_of(page))
    assert sheets, "the page comes with its styles"
    loaded = [page, *(client.get(sheet, headers=gzip) for sheet in sheets)]
    return sum(len(one.data) + len(str(one.headers)) + 20 for one in loaded)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_and_the_releases_fit_the_first_round_trip(public_app, engine, lang):
    with transaction(engine) as session:
        read = [one for files in (releases.samples(), GIVEN) for one in releases.import_files(session, files, now())]
        slugs = {one.slug for one in read}
    client = public_app.test_client()
    weights = {
        path: weight(client, f"/{lang}/{path}") for path in ("apply/", "", *(f"releases/{one}" for one in slugs))
    }
    assert len(weights) >= 3
    assert {path: bytes_ for path, bytes_ in weights.items() if bytes_ > MOST} == {}
