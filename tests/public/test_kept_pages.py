"""Pages that are rendered once: what differs between two people is never mixed up, and nothing typed is kept."""

import re

import pytest

from intake import questionnaire
from intake.public import stepping
from intake.public.keptpages import KeptPages
from tests.judge import text_of
from tests.public.walking import ROSA, walk

ABROAD = ROSA | {"place_kind": "abroad"}
PICKED = ("lawyer", "money", "claims", "place", "stage")


@pytest.fixture
def database_url(tmp_path) -> str:
    """What is kept lies in memory, not in a database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


def without_token(page) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text_of(page))


def test_each_person_reads_how_many_steps_their_own_way_has(public_app):
    for answers in (ROSA, ABROAD, ROSA):
        client = public_app.test_client()
        page = walk(client, answers, until="about")
        steps = questionnaire.path(questionnaire.current(), answers)
        number = [step.key for step in steps].index("about") + 1
        assert f"Step {number} of {len(steps)}" in text_of(page)
        for key in ("lawyer", "stage"):
            assert f"of {len(steps)}" in text_of(client.get(f"/en/apply/{key}")), key
    assert len(questionnaire.path(questionnaire.current(), ROSA)) != len(
        questionnaire.path(questionnaire.current(), ABROAD)
    )


def test_two_people_with_the_same_picked_answers_get_the_same_page_and_others_their_own(public_app):
    first, second, other = (public_app.test_client() for _ in range(3))
    for client, answers in ((first, ROSA), (second, ROSA), (other, ROSA | {"state": "TX", "household_size": 9})):
        walk(client, answers, until="about")
    for key in PICKED:
        pages = [without_token(client.get(f"/en/apply/{key}")) for client in (first, second, other)]
        assert pages[0] == pages[1]
        assert (pages[0] == pages[2]) == (key not in {"money", "place"})
    assert 'value="TX" selected' in text_of(other.get("/en/apply/place"))
    assert 'value="9"' in text_of(other.get("/en/apply/money"))


def test_nothing_that_a_person_wrote_stays_in_memory(public_app):
    client = public_app.test_client()
    written = ROSA | {"city": "Fictionville", "household_size": "٣", "other_names": "Rosita"}
    walk(client, written, until="check")
    for step in questionnaire.path(questionnaire.current(), ROSA)[1:]:
        client.get(f"/en/apply/{step.key}")
    kept = [page for name in (stepping.PICKED, stepping.EMPTY) for page in public_app.extensions[name]._pages.values()]
    everything = b"".join(piece for page in kept for piece in page.plain)
    assert everything, "some pages are kept"
    for text in ("Fictionville", "Rosa", "Rosita", "٣", "2025550123", "555", 'csrf_token" value="I'):
        assert text.encode() not in everything, text


def test_the_page_that_nobody_asked_for_the_longest_goes_first():
    kept = KeptPages(2)
    made = []

    def page(name: str) -> str:
        return kept.get(name, lambda: made.append(name) or name).plain[0].decode()

    assert [page(name) for name in ("a", "b", "a", "c", "a", "b")] == ["a", "b", "a", "c", "a", "b"]
    assert made == ["a", "b", "c", "b"] and len(kept) == 2
