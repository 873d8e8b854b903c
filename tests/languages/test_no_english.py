"""Every page and every error of the form in every language: no text of ours stands there in English."""

import pytest

from intake import translating
from intake.locales import OFFERED
from tests.house.test_texts import NONSENSE, PAGES_THAT_STAND, PEOPLE
from tests.judge import text_of
from tests.public.walking import ROSA, fields, press, token

OTHERS = [one for one in OFFERED if one.code != "en"]
BEHIND = ("receipt", "mine", "mine/message", "mine/answers", "mine/erase", "mine/erase/now", "mine/withdraw", "family")
WALKS = (ROSA | PEOPLE["a helper of a person at the border"], ROSA | PEOPLE["a person with an order"])


@pytest.fixture
def database_url(tmp_path) -> str:
    """What a page says does not depend on the kind of database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


def pages_of(client, code: str, answers: dict) -> dict[str, str]:
    """The form from its first page to what comes after, with its errors: the pages by name."""
    found = {name: client.get(f"/{code}/{name}").text for name in ("", *PAGES_THAT_STAND)}
    address = f"/{code}/apply/"
    for _ in range(20):
        step = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        page = client.get(address)
        found[address] = text_of(page)
        if step == "receipt":
            break
        if step == "first-result":
            address = f"/{code}/apply/place"
            continue
        key = "start" if step == "apply" else step
        for number, wrong in enumerate(({}, NONSENSE.get(key, {}))):
            again = client.post(address, data={"csrf_token": token(page), "go": "on", **wrong})
            if again.status_code == 422:
                found[f"{address} wrong {number}"] = text_of(again)
        address = press(client, address, fields(key, answers)).headers["Location"]
    for name in BEHIND:
        found[name] = client.get(f"/{code}/{name}").text
    return found


@pytest.mark.parametrize("language", OTHERS, ids=lambda one: one.code)
def test_no_text_of_ours_is_read_in_english(public_app, language):
    texts = [(one.id, one.string) for one in translating.read(language) if one.id and isinstance(one.id, str)]
    ours = [english for english, said in texts if len(english) > 9 and english not in said]
    found = {}
    # One person for each language, in turn: the catalogues are whole, and both ways are walked in many of them.
    answers = WALKS[OTHERS.index(language) % len(WALKS)]
    for name, page in pages_of(public_app.test_client(), language.code, answers).items():
        assert f'<html lang="{language.tag}" dir="{language.direction}">' in page, name
        if left := [english for english in ours if f">{english}<" in page]:
            found[name] = left
    assert found == {}
