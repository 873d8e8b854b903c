"""What a person types is nowhere but in their sealed row: not in logs, not in addresses, not in an error."""

import logging
import re
import shutil

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from intake import drafts, questionnaire, referrals, releases
from intake.db import Base, transaction
from intake.drafts import DraftRow
from intake.form import reveals
from intake.public.app import create_app
from intake.returncode import derive, new_code, root_of
from intake.sealing import CannotOpen
from tests.judge import HEADERS, text_of
from tests.public.test_branches import IMPORTED
from tests.public.walking import ROSA, fields, press, token, walk

HELD = ROSA | {
    "for_whom": "someone_else",
    "helper_name": "Father Tomás",
    "helper_contact": "tomas@example.org",
    "person_knows": "yes",
    "code_goes_to": "both",
    "place_kind": "held",
    "facility": "Eloy Detention",
    "a_number": "012345678",
    "contact_ways": ["phone", "email"],
    "email": "rosa.marin@example.org",
    "not_contact": "Ernesto",
}
TYPED = (
    "Rosa",
    "Marín",
    "2025550123",
    "Tomás",
    "tomas",
    "Eloy",
    "012345678",
    "12345678",
    "rosa.marin",
    "Ernesto",
    "Llá",
)
TABLES = Base.metadata.sorted_tables


class Noting(FlaskClient):
    """A client that keeps every answer it got."""

    seen: tuple = ()

    def open(self, *args, **kwargs):
        answer = super().open(*args, **kwargs)
        self.seen = (*self.seen, answer)
        return answer


def code_on(page: str) -> str:
    return re.search(r'class="code large"><bdi dir="ltr">([0-9 ]{19})<', page)[1]


def everything_in(engine) -> list[list[tuple]]:
    with engine.connect() as connection:
        return [sorted(map(repr, connection.execute(select(table)))) for table in TABLES]


@pytest.fixture
def noting(public_app) -> Noting:
    public_app.test_client_class = Noting
    return public_app.test_client()


def test_no_log_no_address_and_no_header_tells_what_was_typed_even_when_all_goes_wrong(
    noting, settings, engine, caplog
):
    caplog.set_level(logging.DEBUG)
    walk(noting, HELD, until="contact")
    press(noting, "/en/apply/contact?name=Rosa", fields("contact", HELD) | {"phone": "Rosa 12"})
    press(noting, "/en/apply/contact", fields("contact", HELD) | {"go": "later"})
    code = code_on(noting.get("/en/later").text)
    press(noting, "/en/return", {"code": code.replace(" ", "")})
    press(noting, "/en/return", {"code": "1234 Rosa Marín"})
    for address in ("/en/Rosa?q=Rosa", "/en/apply/Rosa", "/Rosa/", "/en/releases/Rosa", "/en/?before=Rosa"):
        assert noting.get(address).status_code == 404
    noting.post("/en/apply/about", data={"call_name": "Rosa"})
    noting.post("/en/apply/about", data={"call_name": "Rosa" * 30_000})
    page = noting.get("/en/apply/check")
    sent = {"csrf_token": token(page), "go": "on", **fields("check", HELD)}
    public_keys = settings.keys
    aside = settings.data / "aside"
    shutil.copytree(public_keys, aside)
    public_keys.unlink()
    broken = noting.post("/en/apply/check", data=sent)
    assert broken.status_code == 500 and "The fault is ours. Your saved answers are kept." in broken.text
    aside.rename(public_keys)
    with transaction(engine) as session:
        session.execute(text("ALTER TABLE letter RENAME TO lettre"))
    assert noting.post("/en/apply/check", data=sent).status_code in {500, 503}
    with transaction(engine) as session:
        session.execute(text("ALTER TABLE lettre RENAME TO letter"))
    assert noting.post("/en/apply/check", data=sent).headers["Location"] == "/en/receipt"
    code_on(noting.get("/en/receipt").text)
    noting.post("/en/leave", data={"csrf_token": token(page)})
    hidden = (
        *TYPED,
        code,
        code.replace(" ", ""),
        *{one.headers.get("Set-Cookie", "\0").split(";")[0] for one in noting.seen},
    )
    for record in caplog.records:
        said = f"{record.getMessage()} {record.exc_info} {record.exc_text} {record.args}"
        for secret in hidden:
            assert secret not in said, f"{record.name} writes what a person typed"
    assert any("KeyFileError at " in record.getMessage() for record in caplog.records), "the fault itself is logged"
    for answer in noting.seen:
        for name, value in answer.headers:
            if name != "Set-Cookie":
                assert not any(secret in value for secret in hidden), f"{name} tells what was typed"


def test_every_answer_of_the_form_is_private_and_every_answer_carries_the_headers(noting):
    walk(noting, ROSA)
    noting.get("/en/later")
    noting.get("/en/nowhere/at/all")
    noting.post("/en/apply/who", data={})
    for answer in noting.seen:
        for header, start in HEADERS.items():
            assert answer.headers.get(header, "").startswith(start)
        assert answer.headers["Cache-Control"] == "no-store", answer.request.path
        cookie = answer.headers.get("Set-Cookie")
        assert cookie is None or {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "?" not in answer.headers.get("Location", "")


def test_behind_https_the_cookie_stays_on_https_and_browsers_are_told_so(settings, engine):
    client = create_app(settings.__class__(**{**_of(settings), "https": True}), engine).test_client()
    answer = client.get("/en/apply/", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"].split("; ")
    # What browsers ask of a name that begins so, before they let no other host set it: RFC 6265bis, 4.1.3.2.
    assert cookie[0].startswith("__Host-intake=") and "Secure" in cookie and "Path=/" in cookie
    assert not any(part.startswith("Domain") for part in cookie)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def _of(settings) -> dict:
    return {name: getattr(settings, name) for name in settings.__slots__}


def test_opening_a_page_changes_nothing_in_the_database(public_app, engine):
    with transaction(engine) as session:
        referrals.load_bundled(session)
        [slug, *_] = [one.slug for one in releases.import_files(session, releases.samples(), IMPORTED)]
    half, done, fresh = (public_app.test_client() for _ in range(3))
    walk(half, ROSA, until="check")
    walk(done, ROSA)
    rules = [rule for rule in public_app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint != "static"]
    addresses = {rule.rule.replace("<lang>", "en").replace("<slug>", slug) for rule in rules}
    steps = [address.replace("<key>", step.key) for address in addresses for step in questionnaire.current().steps]
    before = everything_in(engine)
    for client in (half, done, fresh):
        for address in sorted(set(steps)):
            assert "<" not in address
            for method in ("GET", "HEAD"):
                status = client.open(address, method=method).status_code
                # The tables of the tests come from no migration: the door says that it is not ready.
                assert status in {200, 302, 303, 404, 405, 410} or (address, status) == ("/readyz", 503), address
    assert everything_in(engine) == before


def test_each_visit_has_a_token_of_its_own_and_another_visits_token_opens_nothing(public_app):
    one, two = public_app.test_client(), public_app.test_client()
    marks = [token(client.get("/en/apply/")) for client in (one, two)]
    assert marks[0] != marks[1]
    refused = one.post("/en/apply/", data={"csrf_token": marks[1], "consent_start": "yes"})
    assert refused.status_code == 400 and "Please send that again" in refused.text
    assert one.post("/en/apply/", data={"csrf_token": marks[0], "consent_start": "yes"}).status_code == 303


def test_every_page_comes_compressed_as_it_would_come_plain(public_app):
    client = public_app.test_client()
    walk(client, ROSA, until="check")
    for address in (
        "/en/",
        "/en/apply/",
        "/en/apply/about",
        "/en/apply/check",
        "/en/later",
        "/en/return",
        "/en/safety",
    ):
        plain = client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "br, gzip"})
        # A page with a token is sent as joined pieces of gzip, so that the token shares no window with the rest.
        assert packed.headers["Content-Encoding"] == ("gzip" if b"csrf_token" in plain.data else "br")
        assert "Accept-Encoding" in packed.headers["Vary"]
        pages = [re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", text_of(one)) for one in (plain, packed)]
        assert pages[0] == pages[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_a_release_and_the_first_page_of_the_form_fit_the_first_round_trip(public_app, engine):
    with transaction(engine) as session:
        slugs = [one.slug for one in releases.import_files(session, releases.samples(), IMPORTED)]
    gzip = {"Accept-Encoding": "gzip"}
    for lang in ("en", "ar_XB"):
        for address in (f"/{lang}/apply/", f"/{lang}/", *(f"/{lang}/releases/{slug}" for slug in slugs)):
            client = public_app.test_client()
            page = client.get(address, headers=gzip)
            html = text_of(page)
            sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', html)
            loaded = [page, *(client.get(sheet, headers=gzip) for sheet in sheets)]
            assert sheets and "<script" not in html and " src=" not in html
            lines = [f"HTTP/1.1 200 OK\r\nDate: {'x' * 29}\r\nServer: waitress\r\n{one.headers}" for one in loaded]
            weight = sum(len(one.data) for one in loaded) + len("".join(lines).encode())
            assert weight <= 14_600, f"{address} weighs {weight} bytes"


def test_a_draft_opens_with_its_own_code_in_its_own_row_and_in_no_other_way(public_app, engine, settings):
    client = public_app.test_client()
    walk(client, HELD, until="check")
    code = code_on(client.get("/en/later").text).replace(" ", "")
    with transaction(engine) as session:
        row = session.scalars(select(DraftRow)).one()
        stored = row.find_id + row.body + row.id.bytes
        for secret in (*TYPED, code, code[:4] + " " + code[4:8]):
            assert secret.encode() not in stored
        pepper = bytes.fromhex((settings.secrets / "pepper.key").read_text())
        own, other = derive(root_of(code, pepper)), derive(root_of(new_code(), pepper))
        now = row.created_at
        assert drafts.load(session, own, now).answers["call_name"] == "Rosa Marín"
        assert drafts.load(session, other, now) is None
        assert drafts.load(session, derive(root_of(code)), now) is None, "the code alone, without the pepper"
        row.find_id = other.find_id
        session.flush()
        with pytest.raises(CannotOpen):
            drafts.load(session, other, now)
        session.add(
            DraftRow(
                id=type(row.id)(int=1), find_id=own.find_id, body=row.body, created_at=now, expires_at=row.expires_at
            )
        )
        session.flush()
        with pytest.raises(CannotOpen):
            drafts.load(session, own, now)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sheet_that_brings_up_questions_names_only_boxes_and_questions_that_are_on_the_page(public_app):
    q = questionnaire.current()
    sheet = reveals.sheets()[f"asked-{q.version}.css"].decode()
    client = public_app.test_client()
    walk(client, ROSA | {"claims": ["afraid", "trafficking"], "stage": ["denied"]}, until="check")
    named_groups, on_pages = set(), set()
    for step in q.steps:
        page = client.get(f"/en/apply/{step.key}").text
        linked = re.search(r'href="(/static/asked-[^"]+)"', page)
        groups = set(re.findall(r'class="only-if if-([a-z_]+)"', page))
        assert bool(groups) == bool(linked), step.key
        boxes = set(re.findall(r'<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]+)"', page))
        for group in groups:
            rules = re.findall(rf"form:has\(([^)]*)\) \.if-{group}[,{{]", sheet)
            assert len(rules) == 1, f"{group} is hidden and nothing brings it up"
            wanted = set(re.findall(r'\[name="([^"]+)"\]\[value="([^"]+)"\]:checked', rules[0]))
            assert wanted and wanted <= boxes, group
        named_groups |= groups
        on_pages |= boxes
        if linked:
            assert client.get(linked[1]).text == sheet
    named_boxes = set(re.findall(r'\[name="([^"]+)"\]\[value="([^"]+)"\]', sheet))
    assert named_boxes <= on_pages
    hidden = set(re.findall(r"\.if-([a-z_]+)", sheet.split("{display:none}")[0]))
    assert named_groups <= hidden <= {question.key for step in q.steps for question in step.questions}
