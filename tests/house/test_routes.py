"""Every address of the public door, with what may be done there: a new one is added here with open eyes."""

import pytest

ROUTES = {
    "/": {"GET"},
    "/<lang>/": {"GET"},
    "/<lang>/apply/": {"GET", "POST"},
    "/<lang>/apply/<key>": {"GET", "POST"},
    "/<lang>/apply/first-result": {"GET"},
    "/<lang>/apply/side": {"POST"},
    "/<lang>/apply/stop": {"POST"},
    "/<lang>/children": {"GET"},
    "/<lang>/detained": {"GET"},
    "/<lang>/device": {"GET"},
    "/<lang>/embed": {"GET"},
    "/<lang>/family": {"GET", "POST"},
    "/<lang>/fraud": {"GET"},
    "/<lang>/go-on": {"GET"},
    "/<lang>/helping": {"GET"},
    "/<lang>/later": {"GET"},
    "/<lang>/lawyers": {"GET"},
    "/<lang>/leave": {"POST"},
    "/<lang>/leave-now": {"POST"},
    "/<lang>/left": {"GET"},
    "/<lang>/look": {"GET", "POST"},
    "/<lang>/measures": {"GET"},
    "/<lang>/mine": {"GET"},
    "/<lang>/mine/answers": {"GET"},
    "/<lang>/mine/answers.txt": {"GET"},
    "/<lang>/mine/change/<key>": {"GET", "POST"},
    "/<lang>/mine/done": {"GET"},
    "/<lang>/mine/erase": {"GET"},
    "/<lang>/mine/erase/now": {"GET", "POST"},
    "/<lang>/mine/message": {"GET", "POST"},
    "/<lang>/mine/withdraw": {"GET", "POST"},
    "/<lang>/paper": {"GET"},
    "/<lang>/privacy": {"GET"},
    "/<lang>/questions": {"GET"},
    "/<lang>/receipt": {"GET"},
    "/<lang>/releases/<slug>": {"GET"},
    "/<lang>/return": {"GET", "POST"},
    "/<lang>/safety": {"GET"},
    "/<lang>/still-here": {"POST"},
    "/<lang>/stopped": {"GET"},
    "/feed.xml": {"GET"},
    "/healthz": {"GET"},
    "/readyz": {"GET"},
    "/static/<path:filename>": {"GET"},
}
# What a stranger may see without a draft, and what it answers.
OPEN = {
    "/": 302,
    "/en/": 200,
    "/en/apply/": 200,
    "/en/children": 200,
    "/en/detained": 200,
    "/en/embed": 200,
    "/en/family": 200,
    "/en/fraud": 200,
    "/en/helping": 200,
    "/en/go-on": 303,
    "/en/lawyers": 200,
    "/en/left": 200,
    "/en/look": 200,
    "/en/measures": 200,
    "/en/privacy": 200,
    "/en/questions": 200,
    "/en/return": 200,
    "/en/safety": 200,
    "/en/stopped": 200,
    "/feed.xml": 200,
    "/healthz": 200,
    # The tables of the tests come from no migration: the door says that it is not ready.
    "/readyz": 503,
}


@pytest.fixture
def database_url(tmp_path) -> str:
    """Addresses are the same on every database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


def test_the_public_door_has_these_addresses_and_no_other(public_app):
    found: dict[str, set[str]] = {}
    for rule in public_app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    assert found == ROUTES


def test_what_a_stranger_may_open(public_client):
    assert {address: public_client.get(address).status_code for address in OPEN} == OPEN


def test_a_stranger_gets_no_answers_from_the_pages_of_one_person(public_client):
    for address in ("/en/later", "/en/receipt"):
        assert public_client.get(address).status_code == 303
    for address in ("/en/apply/who", "/en/apply/check", "/en/apply/first-result"):
        assert public_client.get(address).status_code == 410


def test_nothing_changes_without_the_token_of_a_page(public_client):
    for rule, methods in ROUTES.items():
        # "Leave now" only forgets, and must work from pages that cannot carry a token.
        if "POST" in methods and not rule.endswith("/leave-now"):
            address = rule.replace("<lang>", "en").replace("<key>", "who")
            assert public_client.post(address, data={"go": "on"}).status_code == 400, rule


def test_another_site_cannot_make_a_visit_end(public_client):
    answer = public_client.post("/en/leave-now", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 303 and "Clear-Site-Data" not in answer.headers


def test_an_unknown_language_and_an_unknown_page_are_not_there(public_client):
    assert public_client.get("/xx/apply/").status_code == 404
    assert public_client.get("/en/nowhere").status_code == 404
