"""A letter from a template: filled in for one person, looked at first, sent with a notice or without."""

import dataclasses
import html
import json
import re

import pytest
from sqlalchemy import select

from intake.audit import AuditEvent
from intake.casework.models import Case
from intake.db import transaction
from intake.outbox import TABLE, Outbox
from intake.settings import Mail
from tests import people
from tests.casework import later
from tests.staff.conftest import send

LOOK, SEND = "Look at it first", "Seal and send"


@pytest.fixture
def mail() -> Mail | None:
    return Mail("mail.example.org", 587, "office@example.org", texts="{number}@sms.example.org")


@pytest.fixture
def settings(settings, mail):
    return dataclasses.replace(settings, mail=mail)


@pytest.fixture
def joao(engine, keys):
    """João marked his e-mail address as safe; he reads in English here, his hearing is in February."""
    return later.admitted(engine, keys, people.JOAO)


def talk_of(who) -> str:
    return f"/cases/{who.id}/messages"


def box(page) -> str:
    return html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL).group(1))


def set_case(engine, who, **values) -> None:
    with transaction(engine) as session:
        case = session.get_one(Case, who.id)
        for name, value in values.items():
            setattr(case, name, value)


def waiting(engine, keys) -> list[dict[str, str]]:
    with transaction(engine.execution_options(reads=True)) as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind != "account-alert")).all()
    return [json.loads(keys.keyring.open(row.envelope, table=TABLE, record_id=row.id.bytes)) for row in rows]


def test_a_template_fills_the_box_with_dates_places_and_who_we_are(signed_in, caseworker, engine, clock, joao):
    clock.time = people.NOW
    client = signed_in(caseworker)
    page = client.get(f"{talk_of(joao)}?template=declined&language=es")
    text = box(page)
    assert "10 de febrero de 2027" in text and "1-800-898-7180" in text and "Harbour Rights" in text
    assert "2 de noviembre de 2026" in text and "{" not in text and "Gracias por confiarnos" in text
    assert len(text) <= 5_000


def test_the_template_that_fits_the_status_and_the_language_of_the_form_come_first(signed_in, caseworker, engine, joao):
    set_case(engine, joao, status="unable_to_reach", locale="es")
    page = signed_in(caseworker).get(talk_of(joao)).text
    assert re.search(r'<option value="no_answer" selected>', page) and re.search(r'<option value="es" selected>', page)


def test_a_language_without_a_template_gets_the_english_one_and_staff_are_told(signed_in, caseworker, joao):
    page = signed_in(caseworker).get(f"{talk_of(joao)}?template=closed&language=ti")
    assert "There is no template in ትግርኛ" in page.text and "We have closed your request" in box(page)


@pytest.mark.parametrize(
    ("query", "begins"),
    [("template=nothing&language=en", ""), ("language=es", ""), ("template=closed&language=../en", "Hello,")],
)
def test_nonsense_in_the_address_begins_nothing_strange(signed_in, caseworker, joao, query, begins):
    page = signed_in(caseworker).get(f"{talk_of(joao)}?{query}")
    assert page.status_code == 200 and box(page)[:6] == begins


def test_a_letter_is_looked_at_as_the_person_sees_it_then_sealed_and_a_notice_waits(
    signed_in, caseworker, engine, keys, joao
):
    set_case(engine, joao, locale="fa")
    client, talk = signed_in(caseworker), talk_of(joao)
    page = client.get(talk)
    assert '<option value="email" selected>By e-mail</option>' in page.text and "By text message" not in page.text
    assert "joao@example.org" not in page.text and LOOK in page.text and SEND not in page.text
    once = re.search(r'name="once" value="([0-9a-f]+)"', page.text).group(1)
    said = "سلام.\nCome on [day], <b>please</b>."
    seen = send(client, f"{talk}/preview", page=talk, text=said, once=once, notice="email", template="interview_set")
    assert seen.status_code == 200 and '<div lang="fa" dir="rtl">' in seen.text
    assert "&lt;b&gt;please&lt;/b&gt;" in seen.text and "<bdi>[day]</bdi>" in seen.text
    assert "A notice goes out by e-mail" in seen.text and SEND in seen.text
    assert waiting(engine, keys) == [] and later.letters_of(engine, joao, "message") == []
    fields = {"text": said, "once": once, "notice": "email", "template": "interview_set"}
    for _ in range(2):
        assert send(client, talk, **fields).status_code == 303
    assert [one["text"] for one in later.letters_of(engine, joao, "message")] == [said]
    [mail] = waiting(engine, keys)
    assert mail["to"] == "joao@example.org"
    assert not [word for word in ("Harbour", "asylum", "day") if word in mail["subject"] + mail["text"]]
    page = client.get(f"/cases/{joao.id}").text
    assert "A notice that there is news went into the outbox, by e-mail." in page


def test_a_notice_can_be_left_out(signed_in, caseworker, engine, keys, joao):
    client, talk = signed_in(caseworker), talk_of(joao)
    assert "No notice goes out." in send(client, f"{talk}/preview", page=talk, text="Hello").text
    assert send(client, talk, text="Hello", notice="").status_code == 303
    assert waiting(engine, keys) == [] and len(later.letters_of(engine, joao, "message")) == 1


def test_changing_it_keeps_what_was_typed_the_way_and_the_name_of_the_page(signed_in, caseworker, engine, joao):
    client, talk = signed_in(caseworker), talk_of(joao)
    fields = {"text": "Hello\nyou", "once": "ab" * 16, "notice": "email", "template": "closed", "go": "edit"}
    page = send(client, f"{talk}/preview", page=talk, **fields)
    assert page.status_code == 200 and box(page) == "Hello\nyou" and 'value="' + "ab" * 16 in page.text
    assert '<option value="email" selected>' in page.text and 'name="template" value="closed"' in page.text
    assert later.status_of(engine, joao)["opened"] == 1, "the page before it; changing opens nothing"


@pytest.mark.parametrize("way", ["text", "email"])
def test_a_way_that_is_not_safe_sends_neither_notice_nor_letter(signed_in, caseworker, engine, keys, joao, way):
    who = joao if way == "text" else later.admitted(engine, keys, people.MARYAM)
    client, talk = signed_in(caseworker), talk_of(who)
    page = send(client, talk, text="Hello", notice=way)
    assert page.status_code == 422 and "did not mark this way as safe" in page.text and box(page) == "Hello"
    assert f'<option value="{way}"' not in page.text
    assert waiting(engine, keys) == [] and later.letters_of(engine, who, "message") == []


def test_a_person_without_a_safe_way_is_offered_none(signed_in, caseworker, engine, keys):
    maryam = later.admitted(engine, keys, people.MARYAM)
    page = signed_in(caseworker).get(talk_of(maryam)).text
    assert "marked no way as safe for a notice" in page and 'name="notice"' not in page


@pytest.mark.parametrize("mail", [None])
def test_while_mail_is_off_the_page_says_so_and_nothing_waits(signed_in, caseworker, engine, keys, joao):
    client, talk = signed_in(caseworker), talk_of(joao)
    assert "Mail is off here" in client.get(talk).text
    assert send(client, talk, text="Hello", notice="email").status_code == 422
    assert send(client, talk, text="Hello").status_code == 303 and waiting(engine, keys) == []


def begun_decline(client, who) -> tuple[str, str, str]:
    """A decline as it is begun: its text, the signed parts, and the first dated line."""
    page = client.get(f"{talk_of(who)}?template=declined&language=en")
    fixed = re.search(r'name="fixed" value="([^"]+)"', page.text).group(1)
    dated = next(line for line in box(page).splitlines() if line.startswith("- "))
    return box(page), fixed, dated


def test_whatever_is_done_to_a_decline_the_dates_and_places_go_out(signed_in, caseworker, engine, joao, clock):
    clock.time = people.NOW
    client, talk = signed_in(caseworker), talk_of(joao)
    whole, fixed, dated = begun_decline(client, joao)
    place = re.search(r"\n(https?://\S+)", whole).group(1)
    hostile = (
        "We cannot help.",
        whole.replace(dated, ""),
        whole.replace("2027", "2028"),
        whole.replace("2027", "20\u200b27"),
        whole.replace("1-800-898-7180", "1-800-898-7181"),
        whole.replace(place, "https://example.org"),
    )
    for text in hostile:
        fields = {"text": text, "fixed": fixed, "template": "declined"}
        seen = send(client, f"{talk}/preview", page=talk, **fields)
        assert seen.status_code == 200 and "stand at the end of the letter again" in seen.text
        shown = html.unescape(re.search(r'<p dir="auto">(.*?)</p></article>', seen.text, re.DOTALL).group(1))
        assert dated in shown and "1-800-898-7180" in shown and place in shown
        # Also where the preview is left out, or the template is said to be another.
        assert send(client, talk, page=talk, **fields | {"template": ""}).status_code == 303
        assert shown in [one["text"] for one in later.letters_of(engine, joao, "message")]
    seen = send(
        client, f"{talk}/preview", page=talk, text=whole.replace("\n", "  \r\n"), fixed=fixed, template="declined"
    )
    assert "at the end of the letter again" not in seen.text and seen.text.count(html.escape(dated)) == 2, (
        "shown and kept"
    )


def test_a_decline_without_its_parts_or_with_those_of_another_case_is_not_sent(
    signed_in, caseworker, engine, keys, joao, clock
):
    client, talk = signed_in(caseworker), talk_of(joao)
    whole, fixed, _dated = begun_decline(client, joao)
    maryam = later.admitted(engine, keys, people.MARYAM)
    for wrong in ("", "nonsense", fixed[:-2], begun_decline(client, maryam)[1]):
        for path in (talk, f"{talk}/preview"):
            page = send(client, path, page=talk, text=whole, template="declined", fixed=wrong)
            assert page.status_code == 422 and "Choose the template once more" in page.text
            assert box(page).strip() == whole.strip()
    assert later.letters_of(engine, joao, "message") == []


def test_choosing_templates_and_looking_at_the_letter_count_as_the_one_visit_they_are(
    signed_in, caseworker, colleague, engine, joao, clock
):
    client, talk = signed_in(caseworker), talk_of(joao)
    client.get(talk)
    for purpose in ("declined", "closed", "declined"):
        page = client.get(f"{talk}?template={purpose}&language=en")
    send(client, f"{talk}/preview", page="/account", text=box(page), fixed=begun_decline(client, joao)[1])
    assert later.status_of(engine, joao)["opened"] == 1
    with transaction(engine) as session:
        traces = session.scalars(select(AuditEvent).where(AuditEvent.event == "case:opened")).all()
    assert len(traces) == 5, "each opening leaves its trace"
    signed_in(colleague).get(f"{talk}?template=closed")
    assert later.status_of(engine, joao)["opened"] == 2, "another person is another visit"
    clock.advance(minutes=29)
    client.get("/account")
    clock.advance(minutes=2)
    client.get(f"{talk}?template=closed")
    assert later.status_of(engine, joao)["opened"] == 3, "so is coming back later"


@pytest.mark.parametrize("text", ["  ", "x" * 5001])
def test_what_cannot_be_sent_cannot_be_looked_at_either(signed_in, caseworker, joao, text):
    client, talk = signed_in(caseworker), talk_of(joao)
    page = send(client, f"{talk}/preview", page=talk, text=text, notice="email")
    assert page.status_code == 422 and "Not sent." in page.text and '<option value="email" selected>' in page.text


def test_nothing_of_an_erased_case_can_be_looked_at(signed_in, caseworker, engine, joao):
    client, talk = signed_in(caseworker), talk_of(joao)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', client.get(talk).text).group(1)
    set_case(engine, joao, erased_at=people.NOW)
    answer = client.post(f"{talk}/preview", data={"csrf_token": csrf, "text": "Hello"})
    assert (answer.status_code, answer.location) == (303, f"/cases/{joao.id}")
