"""People change their minds, mistype, go back, stop for a while, and work in two tabs: nothing gets lost."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor

import html5lib
import pytest
from sqlalchemy import select

from intake import questionnaire
from intake.locales import country_names
from intake.questionnaire import choices
from intake.questionnaire.reading import field_names
from intake.submissions import Submission, SubmissionBody
from tests.public.walking import ROSA, fields, press, token, walk

# What cannot be read, one for each kind that can be mistyped, with what else must be on its page to be asked.
MISTYPED = {
    "money": {"affordability": "little", "household_size": "we are ٣ or 4", "income_band": "to_2000"},
    "claims": {"claims": [], "danger_now": "no"},
    "place": {
        "place_kind": "held",
        "state": "AZ",
        "facility": "<Eloy> & Sons",
        "a_number": "A12",
        "birth_country": "HN",
    },
    "stage": {"stage": ["none", "court"]},
    "dates": {
        "next_date.day": "31",
        "next_date.month": "2",
        "next_date.year": "٢٠٢٧",
        "letter_due.year": "1403",
        "missed_hearing": "yes",
        "missed_on.day": "4",
        "missed_on.other": "unsure",
    },
    "arrival": {"arrival.month": "3", "arrival.year": "2099"},
    "about": {
        "call_name": "   ",
        "other_names": "“Rosita”  M.",
        "birth.day": "x",
        "nationality": "",
        "nationality.2": "",
    },
    "contact": {
        "language": "Mam of <Todos Santos>",
        "language.pick": "",
        "contact_ways": ["phone", "email", "someone"],
        "phone": "12 34",
        "email": "rosa at example",
        "contact_person": "",
        "good_times": ["morning", "weekend"],
        "not_contact": "my husband's brother",
    },
    "check": {"anything_else": "x\n\n\n\ny " + "z" * 600},
}


def shown_values(page: str) -> dict[str, list[str]]:
    """What stands in the fields of a page, by name, as a browser would send it."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found: dict[str, list[str]] = {}
    for field in tree.iter("input"):
        ticked = field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None
        if field.get("name") and ticked:
            found.setdefault(field.get("name"), []).append(field.get("value", ""))
    for field in tree.iter("textarea"):
        found.setdefault(field.get("name"), []).append(field.text or "")
    for field in tree.iter("select"):
        chosen = [one.get("value", "") for one in field.iter("option") if one.get("selected") is not None]
        found.setdefault(field.get("name"), []).extend(chosen)
    return found


def as_named(step_key: str, name: str, sent: list[str]) -> list[str]:
    """`sent` as the page says it again: a code written where a name is asked for comes back as the name."""
    question = next(one for one in questionnaire.current().step(step_key).questions if name in field_names(one))
    names = country_names("en") | dict(choices.LANGUAGES) if question.typed_list else {}
    return [names.get(one, one) for one in sent if one]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_an_error_everything_stands_as_it_was_typed_and_each_error_leads_to_its_field(public_client):
    for step_key, typed in MISTYPED.items():
        walk(public_client, ROSA, until=step_key)
        refused = press(public_client, f"/en/apply/{step_key}", typed)
        assert refused.status_code == 422 and "<title>Error: " in refused.text, step_key
        values = shown_values(refused.text)
        for name, value in typed.items():
            sent = as_named(step_key, name, value if isinstance(value, list) else [value])
            assert [one for one in values.get(name, []) if one] == sent, (step_key, name)
        links = re.findall(r'<li><a href="#([^"]+)">', refused.text)
        ids = set(re.findall(r' id="([^"]+)"', refused.text))
        assert links and set(links) <= ids, step_key
        assert refused.text.count('class="error"') == len(links)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_required_answer_that_is_left_out_gets_a_sentence_of_its_own(public_client):
    q = questionnaire.current()
    for step in q.steps:
        walk(public_client, ROSA, until=step.key)
        address = "/en/apply/" if step.key == "start" else f"/en/apply/{step.key}"
        required = [one for one in step.questions if one.required is True]
        refused = press(public_client, address, {})
        assert refused.status_code == (422 if required else 303), step.key
        for question in required:
            assert html.escape(question.needed, quote=False) in html.unescape(refused.text), question.key


def test_back_leads_through_all_steps_with_the_answers_in_them(public_client):
    walk(public_client, ROSA, until="check")
    address, seen = "/en/apply/check", []
    while True:
        page = public_client.get(address).text
        step_key = address.rsplit("/", 1)[1]
        seen.append(step_key)
        values = shown_values(page)
        for name, value in fields(step_key, ROSA).items():
            sent = value if isinstance(value, list) else [value]
            if step_key != "check":
                assert [one for one in values.get(name, []) if one] == as_named(step_key, name, sent), (step_key, name)
        back = re.search(r'class="back" href="([^"]+)"', page)
        if back is None:
            break
        address = back[1]
    assert seen == [step.key for step in reversed(questionnaire.current().steps)]


def test_a_changed_answer_takes_the_answers_with_it_that_hung_on_it(public_client, session, keys):
    held = ROSA | {
        "for_whom": "someone_else",
        "helper_name": "Father Tomás",
        "helper_contact": "tomas@example.org",
        "person_knows": "no",
        "code_goes_to": "person",
        "place_kind": "held",
        "facility": "Eloy",
        "a_number": "012345678",
        "contact_ways": ["phone", "email"],
        "email": "rosa@example.org",
    }
    page = walk(public_client, held, until="check").text
    changes = re.findall(r'<a href="([^"]+back=check)">Change', page)
    assert len(changes) == 11, "one for each step before this one"
    # A browser without script sends the old fields along: only the answer that they hang on is changed.
    for key, mind in (("who", "for_whom"), ("place", "place_kind"), ("contact", "contact_ways")):
        [link] = [html.unescape(one) for one in changes if f"/{key}?" in one]
        sent = fields(key, held) | {mind: ROSA[mind]}
        assert press(public_client, link, sent).headers["Location"] == "/en/apply/check"
    check = public_client.get("/en/apply/check").text
    for gone in ("Tomás", "Eloy", "678", "rosa@example.org"):
        assert gone not in check
    press(public_client, "/en/apply/check", fields("check", ROSA))
    sent = session.scalars(select(Submission)).one()
    envelope = session.scalars(select(SubmissionBody.envelope)).one()
    plain = keys.keyring.open(envelope, table="submission", record_id=sent.id.bytes).decode()
    for gone in ("Tomás", "tomas@", "Eloy", "12345678", "rosa@example.org"):
        assert gone not in plain
    assert json.loads(plain)["answers"]["state"] == "NY"


def test_an_answer_that_opens_a_new_question_asks_it_before_sending(public_client):
    walk(public_client, ROSA, until="check")
    changed = ROSA | {"contact_ways": ["someone"], "contact_person": ""}
    refused = press(public_client, "/en/apply/contact?back=check", fields("contact", changed))
    assert refused.status_code == 422 and 'href="#f-contact_person"' in refused.text
    named = press(public_client, "/en/apply/contact?back=check", fields("contact", changed | {"contact_person": "Ana"}))
    assert named.headers["Location"] == "/en/apply/check"


def test_nobody_can_skip_ahead_over_a_question_that_must_be_answered(public_client):
    walk(public_client, ROSA, until="lawyer")
    for later in ("money", "place", "check", "first-result"):
        assert public_client.get(f"/en/apply/{later}").headers["Location"] == "/en/apply/lawyer"
    page = public_client.get("/en/apply/lawyer")
    sent = {"csrf_token": token(page), "go": "on", "consent_conflict": "yes"}
    assert public_client.post("/en/apply/check", data=sent).headers["Location"] == "/en/apply/lawyer"


def test_saving_for_later_keeps_what_was_written_even_when_it_cannot_be_read_yet(public_app):
    client = public_app.test_client()
    walk(client, ROSA, until="contact")
    half = {"language": "es", "contact_ways": ["phone"], "phone": "202 555 01", "go": "later"}
    assert press(client, "/en/apply/contact", half).headers["Location"] == "/en/later"
    later = client.get("/en/later").text
    code = re.search(r'class="code large"><bdi dir="ltr">([0-9 ]{19})<', later)[1]
    assert later.count(code) == 2
    other = public_app.test_client()
    typed = "\u200f" + "–".join(code.translate({48 + n: 0x6F0 + n for n in range(10)}).split()) + " \u00a0"
    assert press(other, "/en/return", {"code": typed}).headers["Location"] == "/en/apply/contact"
    values = shown_values(other.get("/en/apply/contact").text)
    assert values["phone"] == ["202 555 01"] and "Español" in values["language"] and values["contact_ways"] == ["phone"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "has 16 digits"),
        ("1234 5678", "has 16 digits"),
        ("1" * 300, "has 16 digits"),
        ("1234 5678 9012 345O", "has digits only"),
        ("<b>1234</b>", "has digits only"),
        ("\u202e1111 2222 3333 4444", "cannot find anything"),
    ],
)
def test_a_code_that_leads_nowhere_is_answered_in_words(public_client, typed, sentence):
    refused = press(public_client, "/en/return", {"code": typed})
    assert refused.status_code == 422 and sentence in refused.text and 'href="#f-code"' in refused.text


def test_two_tabs_that_answer_different_steps_at_the_same_moment_lose_nothing(public_app):
    client = public_app.test_client()
    walk(client, ROSA, until="check")
    cookie = client.get_cookie("intake").value
    mark = token(client.get("/en/apply/check"))
    answers = {
        "money": {"affordability": "little", "household_size": "7"},
        "place": {"place_kind": "us", "state": "TX", "city": "El Paso"},
        "about": {"call_name": "Rosita", "birth.year": "1991", "nationality": "GT"},
        "contact": {"language": "quc", "contact_ways": ["email"], "email": "rosita@example.org"},
    }

    def tab(step_key: str) -> int:
        own = public_app.test_client()
        own.set_cookie("intake", cookie)
        return own.post(f"/en/apply/{step_key}", data={"csrf_token": mark, "go": "on"} | answers[step_key]).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(tab, answers)) == {303}
    for step_key, sent in answers.items():
        values = shown_values(client.get(f"/en/apply/{step_key}").text)
        for name, value in sent.items():
            sent = value if isinstance(value, list) else [value]
            assert [one for one in values[name] if one] == as_named(step_key, name, sent)
    assert set(field_names(questionnaire.current().question("phone"))) <= set(values), "phone is still offered"
