"""The staff side in Spanish, and in the pseudo-language, which shows what nobody marked for translation."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from intake import catalogues, referrals, releases, translating
from intake.accounts import StaffMember
from intake.casework import closing, partners
from intake.casework.models import Case
from intake.db import transaction
from intake.locales import FOR_STAFF, PSEUDO, STAFF, by_code, language_names
from intake.public.visit import now
from tests import people
from tests.house.test_texts import english_on
from tests.staff.conftest import give_code, send, sign_in, token

SPANISH = by_code("es", pseudo=False)
PEOPLE = (
    people.MARYAM | {"next_date": "2026-03-12", "stage": ["court", "order"], "decision_date": "2026-02-20"},
    people.JOAO | {"arrival": "2025-03", "letter_due": "2026-03-21/2026-04-20"},
    people.XIMENA,
)
PLACES = (
    *(
        "/exports",
        "/account",
        "/newsroom",
        "/newsroom/embed",
        "/referrals",
        "/referrals/new",
        "/organisation",
        "/search",
    ),
    *("/closing-codes", "/closing-codes?change=ADV", "/partners", "/partners?change=1"),
)
LETTERS = ("/letter-templates", "/letter-templates?language=ti", "/letter-templates/declined/ar", "/outbox")
SIGNING = ("/sign-in", "/second-factor/lost", "/account/password", "/account/recovery-codes", "/account/again")


@pytest.fixture
def database_url(tmp_path) -> str:
    """What a page says does not depend on the kind of database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture
def volunteer(make_person):
    return make_person("Vera 12", "volunteer")


@pytest.fixture
def cases(engine, keys, clock, volunteer) -> list[str]:
    day = clock().date()
    with transaction(engine) as session:
        for answers in PEOPLE:
            people.submitted(session, keys, answers, now=clock() - dt.timedelta(days=1))
        releases.import_files(session, releases.samples(), now())
        referrals.load_bundled(session)
        typed = {"name": "Partner 12", "kind": "clinic", "takes": "12", "contact": "34"}
        partners.save(session, None, typed, active=True, actor="cli", now=clock())
        closing.save(session, "ADV", "12", "A", active=True, is_new=True, actor="cli", now=clock())
    people.admit_all(engine, keys, now=clock(), today=day)
    with transaction(engine) as session:
        return [f"/cases/{number}" for number in session.scalars(select(Case.id))]


def in_language(client, code: str):
    """The client, from now on in a language, chosen as a person chooses it."""
    answer = client.post("/language", data={"csrf_token": token(client.get("/sign-in")), "language": code})
    assert answer.status_code == 303
    return client


def pages(client, cases, clock, admin, caseworker) -> list:
    """Everything that an administrator can look at, with mistakes."""
    found = [
        client.get(path)
        for path in ("/", "/queue?after=x&level=1", "/queue?status=closed", *PLACES, *LETTERS, *SIGNING, "/nowhere")
    ]
    for path in cases:
        page = client.get(path)
        found += [page, client.get(f"{path}/messages")]
        for action, fields in (
            ("status", {"version": "0", "status": "triage"}),
            ("status", {"version": version(page), "status": "accepted"}),
            ("notes", {"text": ""}),
            ("messages", {"text": ""}),
            ("messages", {"text": "12", "notice": "email"}),
            ("messages/preview", {"text": "12 [34]", "template": "declined"}),
        ):
            found.append(send(client, f"{path}/{action}", page=path, **fields))
        send(client, f"{path}/claim", page=path, version=version(page))
        send(client, f"{path}/notes", page=path, text="12 34")
        send(client, f"{path}/status", page=path, version=version(client.get(path)), status="triage")
        found.append(client.get(path))
        found += together(client, path, clock)
    found.append(send(client, "/exports", purpose=" "))
    found.append(send(client, "/account/password", password="x", new_password="short", new_password_confirm="other"))
    found.append(send(client, "/account/password", password=admin.password, new_password="short"))
    found.append(send(client, "/account/again", password="", code=""))
    found.append(send(client, "/account/recovery-codes"))
    found += [send(client, "/search", search=typed) for typed in ("", "202 555 0123", "x x x")]
    found.append(send(client, "/referrals/new", name="", url="x"))
    found.append(send(client, "/organisation", name="", phone_number_1="12"))
    found.append(send(client, "/letter-templates/declined/ar", text="{x} }", version="0"))
    found.append(send(client, "/letter-templates/declined/ar", text="{deadlines}{referrals}", version="5"))
    letter = {"text": "{deadlines}{referrals}", "version": "0"}
    found.append(send(client, "/letter-templates/declined/es/preview", page="/letter-templates/declined/es", **letter))
    found += [client.get("/account/calendar"), send(client, "/account/calendar", scope="")]
    found += [client.get("/intake/new"), send(client, "/intake/new", code="12")]
    return found


def together(client, path: str, clock) -> list:
    """Lending a case, referring to a partner and doing something with ticked cases, with mistakes."""
    page, day = client.get(path), (clock() - dt.timedelta(days=1)).date().isoformat()
    member = re.search(r'<select id="member".*?<option value="(\d+)"', page.text, re.S).group(1)
    found = [send(client, f"{path}/lend", page=path), send(client, f"{path}/partners", page=path, consent="form")]
    send(client, f"{path}/lend", page=path, member=member, hours="2", fields="dates")
    send(client, f"{path}/partners", page=path, partner="1", consent="phone", heard_by="1", heard_on=day)
    ticked = f"{path.removeprefix('/cases/')}.{version(client.get(path))}"
    for action in ("assign", "status", "message"):
        found += [
            send(client, "/bulk", page=path, action=action),
            send(client, "/bulk", page=path, action=action, case=ticked),
        ]
        found.append(send(client, "/bulk", page=path, action=action, case=ticked, ready="1"))
    for status in ("triage", "contacting"):
        found.append(send(client, "/bulk", page=path, action="status", case=ticked, ready="1", status=status))
    told = {"action": "message", "case": ticked, "text": "12", "once": "0" * 32}
    found.append(client.get(send(client, "/bulk/now", page=path, **told).location))
    found += [send(client, "/closing-codes", new="1", lsc="Q"), send(client, "/partners", name="")]
    return [*found, client.get(path)]


def lent_pages(client, cases) -> list:
    """What a volunteer sees, with nothing lent and with a case that is."""
    return [client.get("/lent"), *(client.get(path.replace("/cases/", "/lent/")) for path in cases)]


def version(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def stranger_pages(client) -> list:
    found = [client.get("/sign-in"), send(client, "/sign-in", email="", password="")]
    found += [
        send(client, "/sign-in", email="nobody", password="x"),
        send(client, "/sign-in", email="a@b.c", password=""),
    ]
    return found


def names_of(*others: str) -> frozenset[str]:
    said = {str(one) for answers in PEOPLE for one in answers.values() if isinstance(one, str)}
    return frozenset({*said, *others, *language_names(PSEUDO.cldr).values()})


def test_no_english_is_left_on_the_staff_side(staff_app, admin, caseworker, volunteer, cases, clock, engine):
    client = in_language(staff_app.test_client(), PSEUDO.code)
    found = stranger_pages(client)
    clock.advance(seconds=30)
    send(client, "/sign-in", email=admin.email, password=admin.password)
    found.append(client.get("/second-factor"))
    found.append(give_code(client, "000000"))
    found.append(give_code(client, admin.code(clock)))
    found += pages(client, cases, clock, admin, caseworker)
    send(client, "/sign-out", page="/account")
    sign_in(client, volunteer, clock)
    found += lent_pages(client, cases)
    with transaction(engine) as session:
        titles = {row.title for row in releases.page(session, None, 10)[0]}
    left = {}
    for page in found:
        if page.status_code in (302, 303):
            continue
        assert '<html lang="ar-XB" dir="rtl">' in page.text, page.request.path
        # References, codes of rules and recovery codes hold no word; addresses of the law are the same everywhere.
        plain = re.sub(r'<(code|kbd|\w+ class="reference")[^>]*>[^<]*</|https?://[^\s<]+', "</", page.text)
        names = names_of(
            *titles, admin.name, admin.email, caseworker.name, volunteer.name, "Partner 12", "Todos Santos"
        )
        if words := [one for one in english_on(plain, names) if re.search("[a-z]{2}", one)]:
            left.setdefault(page.request.path, set()).update(words)
    assert left == {}


def test_no_text_of_ours_is_read_in_english_by_staff_who_chose_spanish(staff_app, admin, caseworker, cases, clock):
    client = in_language(staff_app.test_client(), "es")
    sign_in(client, admin, clock)
    texts = [
        (one.id, one.string)
        for domain in ("messages", STAFF)
        for one in translating.read(SPANISH, domain)
        if one.id and isinstance(one.id, str)
    ]
    ours = [english for english, said in texts if len(english) > 5 and english not in said]
    for page in [*stranger_pages(staff_app.test_client()), *pages(client, cases, clock, admin, caseworker)]:
        if page.status_code not in (302, 303) and 'lang="es"' in page.text[:100]:
            # What an applicant will read stands there in the applicant's language.
            text = re.sub(r'<div lang="en".*?</div>', "", page.text, flags=re.DOTALL)
            assert [english for english in ours if f">{english}<" in text] == [], page.request.path


def test_the_reasons_of_the_rules_are_whole_sentences_in_spanish(staff_app, caseworker, cases, clock):
    client = in_language(staff_app.test_client(), "es")
    sign_in(client, caseworker, clock)
    said = " ".join(client.get(path).text for path in cases)
    assert "el 12 de marzo de 2026" in said and "Alto" in said
    assert "marzo de 2025" in said and "{" not in said


def test_a_language_is_negotiated_chosen_kept_and_found_again_after_signing_in(staff_app, caseworker, clock, engine):
    client = staff_app.test_client()
    assert 'lang="es"' in client.get("/sign-in", headers={"Accept-Language": "es-MX, en;q=0.5"}).text
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "ti, fr;q=0.5"}).text
    sign_in(client, caseworker, clock)
    answer = send(client, "/language", page="/account", language="es", back="/account?x=1")
    assert answer.location == "/account?x=1" and 'lang="es"' in client.get("/account").text
    send(client, "/sign-out", page="/account")
    assert 'lang="es"' in client.get("/sign-in").text
    elsewhere = staff_app.test_client()
    sign_in(elsewhere, caseworker, clock)
    assert 'lang="es"' in elsewhere.get("/account").text
    with transaction(engine) as session:
        assert session.get(StaffMember, caseworker.id).language == "es"


@pytest.mark.parametrize("back", ["//example.org", "/\\example.org", "https://example.org", "x", "/\n/example.org"])
def test_choosing_a_language_leads_nobody_to_another_site(visitor, back):
    answer = send(visitor, "/language", page="/sign-in", language="es", back=back)
    assert answer.location == "/"


def test_a_language_that_we_do_not_speak_changes_nothing(visitor):
    send(visitor, "/language", page="/sign-in", language="tlh")
    assert 'lang="en"' in visitor.get("/sign-in").text


def test_the_catalogues_of_staff_are_whole_and_as_fresh_as_the_texts():
    source = catalogues.extract(STAFF)
    assert [one.code for one in FOR_STAFF] == ["en", "es"]
    fresh = translating.current(SPANISH, source, STAFF)
    assert translating.missing(fresh) == [], "run `python -m intake texts`, translate"
    assert catalogues.po_text(fresh) == translating.path_of(SPANISH, STAFF).read_text("utf-8")
    pseudo = catalogues.po_text(catalogues.pseudo_catalog(source))
    assert translating.path_of(PSEUDO, STAFF).read_text("utf-8") == pseudo, "run `python -m intake texts`"
