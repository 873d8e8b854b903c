"""Every public text is marked for translation, and the right-to-left pseudo-language shows where one is not."""

import ast
import gettext
import io
import re
from collections.abc import Iterator

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from intake import calendarnames, catalogues, questionnaire, referrals, refusals, releases
from intake.calendars import Calendar
from intake.db import transaction
from intake.locales import CATALOGUES, OFFERED, PSEUDO, country_names, month_names
from intake.public.visit import now
from intake.questionnaire import choices
from tests.public.walking import ROSA, fields, press, token
from tests.questionnaire.test_words import PAGES

KEPT = CATALOGUES / PSEUDO.code / "LC_MESSAGES" / "messages.po"
TEXTS = {text for one in catalogues.extract() if one.id for text in ([one.id] if isinstance(one.id, str) else one.id)}
# Names are the same in every language, or come from CLDR; the rest is what Rosa and the release say.
NAMES = {
    *(name for _code, name in choices.LANGUAGES),
    *country_names(PSEUDO.cldr).values(),
    *month_names(PSEUDO.cldr),
    *(month for calendar in Calendar for month in calendarnames.months(calendar, PSEUDO.code)),
    *(place.name for place in referrals.BUNDLED),
    *(ROSA["call_name"], ROSA["anything_else"], "Harbour Rights", *(one.own_name for one in OFFERED), PSEUDO.own_name),
}
PAGES_THAT_STAND = ("return", "safety", "fraud", "lawyers", "questions", "privacy", "left", "stopped")
SPOKEN_ATTRIBUTES = ("aria-label", "alt", "placeholder")
PEOPLE = {
    "a person in court": {},
    "a person who is held": {"place_kind": "held", "facility": "", "documents_name": ""},
    "a helper of a person at the border": {
        **{"for_whom": "someone_else", "helper_contact": "555", "person_knows": "yes", "place_kind": "border"},
        "code_goes_to": "both",
        **{"claims": ["family_violence", "child_alone"], "danger_now": "yes", "representation": "notario"},
    },
    "a person who pays a lawyer": {"representation": "active", "affordability": "yes", "claims": ["other"]},
    "a person abroad": {"place_kind": "abroad", "claims": ["family_join"], "grant_date": "unsure"},
    "a person with an order": {"stage": ["order", "fear_failed", "gov_motion"], "arrival": "over_2_years"},
    "a person who will call us": {"contact_ways": ["self"], "birth": "age_14_17", "nationality": ["stateless"]},
}
# For each step, what nobody can mean: every question answers with its sentence.
NONSENSE = {
    "money": {"household_size": "many"},
    "claims": {"claims": ["nothing we know"]},
    "dates": {"next_date.day": "45", "next_date.month": "2", "next_date.year": "2027", "letter_due.day": "3"},
    "arrival": {"arrival.month": "3", "arrival.year": "2199"},
    "about": {"call_name": "x" * 900, "birth.year": "75", "birth.other": "age_65"},
    "contact": {
        "contact_ways": ["phone", "email"],
        "phone": "12",
        "email": "no",
        "language": "x" * 900,
    },
}


@pytest.fixture
def database_url(tmp_path) -> str:
    """What a page says does not depend on the kind of database: one is enough."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


def english_on(page: str, names: frozenset[str] = frozenset()) -> list[str]:
    """What a person would see or hear on a page that is neither translated nor a name: nothing, if all is well."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    said = " ".join(" ".join(_said(tree, tree.get("lang"))).split())
    for _ in range(3):  # a translated text may stand inside another one
        said = re.sub(r"\[[^\[\]]*\]", " ", said)
    for name in sorted(NAMES | names, key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)", " ", said)
    return re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]+)*", said)


def _said(element, lang: str) -> Iterator[str]:
    own = element.get("lang", lang) != lang or (element.tag == "bdi" and element.get("dir") == "ltr")
    if not isinstance(element.tag, str) or own or element.tag == "textarea":
        return
    yield from (" ".join(element.get(name).split()) + " | " for name in SPOKEN_ATTRIBUTES if element.get(name))
    yield " ".join((element.text or "").split())
    for child in element:
        yield from _said(child, lang)
        yield " ".join((child.tail or "").split())


def test_the_pseudo_language_is_as_fresh_as_the_texts():
    fresh = catalogues.po_text(catalogues.pseudo_catalog())
    assert KEPT.read_text("utf-8") == fresh, "texts have changed: run `python -m intake texts`"


@pytest.mark.parametrize("path", sorted(CATALOGUES.rglob("*.po")), ids=lambda path: path.parts[-3])
def test_no_translation_loses_a_placeholder_or_holds_a_sign_that_breaks_a_page(path):
    with path.open("rb") as file:
        assert catalogues.faults(read_po(file)) == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Halb voll: 50 % %(day)s", "percent"),
        ("Am %(tag)s", "placeholders"),
        ("Morgen", "placeholders"),
        ("Am <b>%(day)s</b>", "HTML"),
        (" %(day)s", "blanks"),
    ],
)
def test_a_translation_that_would_break_a_page_is_named(said, reason):
    catalog = Catalog(locale="de")
    catalog.add("On %(day)s", "Am %(day)s")
    assert catalogues.faults(catalog) == []
    catalog.add("On the %(day)s", said)
    assert [reason in fault for fault in catalogues.faults(catalog)] == [True]


def test_the_pseudo_language_turns_round_and_grows_but_keeps_numbers_addresses_and_placeholders():
    text = "Call 1-800-898-7180 or 911, write to name@example.org, see https://example.org by %(day)s, A012-345-678."
    said = catalogues.pseudo(text)
    for kept in ("1-800-898-7180", " 911,", "name@example.org", "https://example.org", "%(day)s", "A012-345-678"):
        assert kept in said
    assert 1.3 <= len(said) / len(text) <= 1.5
    assert re.match(r"\[[\u0621-\u064a]", said) and re.search(r"[\u0621-\u064a]\]$", said)
    assert all(len(catalogues.pseudo(one)) > len(one) for one in TEXTS)


def test_the_pseudo_language_counts_in_the_six_forms_of_arabic():
    source = Catalog()
    source.add(("%(count)s day", "%(count)s days"), locations=[("a.py", 0)])
    catalog = catalogues.pseudo_catalog(source)
    assert catalogues.faults(catalog) == []
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(catalogues.po_text(catalog).encode())))
    compiled.seek(0)
    made = gettext.GNUTranslations(compiled)
    for count in (0, 1, 2, 3, 11, 100):
        wanted = "%(count)s day" if count == 1 else "%(count)s days"
        assert made.ngettext("%(count)s day", "%(count)s days", count) == catalogues.pseudo(wanted)


def test_every_text_of_the_form_the_places_and_the_call_is_in_the_catalogue():
    said = {text for page in PAGES.values() for text in page}
    said |= {place.about for place in referrals.BUNDLED} | {name for _code, name in choices.STATES}
    assert sorted(said - TEXTS) == []


def test_a_marked_text_is_written_out_whole_and_never_put_together_while_running():
    package = catalogues.PACKAGE
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in catalogues.KEYWORDS or not node.args:
                continue
            place = f"{path.relative_to(package)}:{node.lineno}"
            for text in node.args[: 2 if name == "ngettext" else 1]:
                whole = isinstance(text, ast.Constant) and isinstance(text.value, str) and bool(text.value)
                joined = isinstance(text, ast.JoinedStr | ast.BinOp) or (
                    isinstance(text, ast.Call) and getattr(text.func, "attr", "") in {"format", "join", "replace"}
                )
                assert whole or (name != "N_" and not joined), f"{place}: a text is put together before translation"
                assert whole or not isinstance(text, ast.Constant), f"{place}: an empty text gives the file's header"


def test_no_english_is_left_in_the_newsroom_or_on_the_pages_that_stand_still(public_app, engine):
    client = public_app.test_client()
    pages = [client.get("/ar_XB/")]
    with transaction(engine) as session:
        [slug, *_rest] = [one.slug for one in releases.import_files(session, releases.samples(), now())]
        titles = frozenset(row.title for row in releases.page(session, None, 10)[0])
    pages += [client.get("/ar_XB/"), client.get(f"/ar_XB/?before={slug}"), client.get(f"/ar_XB/releases/{slug}")]
    pages += [client.get(f"/ar_XB/{name}") for name in PAGES_THAT_STAND]
    _judge(pages, titles)


def test_no_english_is_left_on_pages_that_refuse(public_app):
    client = public_app.test_client()
    pages = [client.get("/ar_XB/nowhere"), client.get("/ar_XB/releases/nothing"), client.get("/ar_XB/apply/who")]
    pages += [client.put("/ar_XB/apply/"), client.post("/ar_XB/apply/", data={})]
    pages += [client.post("/ar_XB/return", data={"code": "1" * 70_000})]
    pages += [press(client, "/ar_XB/return", {"code": code}) for code in ("12", "words", "1" * 16)]
    assert [page.status_code for page in pages] == [404, 404, 410, 405, 400, 413, 422, 422, 422]
    _judge(pages)
    for status in (429, 500, 503):
        with public_app.test_request_context("/ar_XB/safety"):
            public_app.preprocess_request()
            assert english_on(refusals.refuse(status).get_data(as_text=True)) == []


@pytest.mark.parametrize("person", PEOPLE)
def test_no_english_is_left_on_the_way_of(person, public_app, engine):
    with transaction(engine) as session:
        referrals.load_bundled(session)
    client = public_app.test_client()
    answers = ROSA | PEOPLE[person]
    if answers["place_kind"] == "abroad":
        answers = {key: value for key, value in answers.items() if key != "arrival"}
    pages = []
    address = "/ar_XB/apply/"
    while "receipt" not in address:
        step = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1].replace("apply", "start")
        page = client.get(address)
        pages.append(page)
        if step == "first-result":
            address = re.search(r'class="button" href="([^"]+)"', page.text)[1]
            continue
        for wrong in ({}, NONSENSE.get(step, {})):
            again = client.post(address, data={"csrf_token": token(page), "go": "on", **wrong})
            if again.status_code == 422:
                pages.append(again)
        if step == "check":
            press(client, address, {**fields(step, answers), "go": "later"})
            pages.append(client.get("/ar_XB/later"))
        following = press(client, address, fields(step, answers)).headers["Location"]
        if step not in {"start", "check"}:
            pages.append(client.get(address))  # coming back to what was answered
        address = following
    pages.append(client.get(address))
    _judge(pages)


def test_a_text_that_nobody_marked_is_found():
    page = '<html lang="ar-XB"><title>[ا Ýés ب]</title><main><p>[ا Gó ب] Left behind</p><bdi dir="ltr">x@y</bdi></main>'
    assert english_on(page) == ["Left behind"]
    assert questionnaire.current().steps[0].title in TEXTS


def _judge(pages, names: frozenset[str] = frozenset()) -> None:
    for page in pages:
        assert '<html lang="ar-XB" dir="rtl">' in page.text, page.request.path
        assert english_on(page.text, names) == [], page.request.path
