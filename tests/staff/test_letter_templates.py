"""Administrators change the templates of letters; what is wrong is said by name, and nobody overwrites a colleague."""

import html
import re

import pytest

from intake.locales import OFFERED
from tests.staff.conftest import send

DECLINED = "/letter-templates/declined/es"


def box(page) -> str:
    return html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL).group(1))


def version(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def test_an_admin_writes_an_own_version_and_it_counts_from_then_on(signed_in, admin):
    client = signed_in(admin)
    assert "As delivered" in client.get("/letter-templates?language=es").text
    page = client.get(DECLINED)
    assert "must be in this letter" in page.text and "{referrals}" in page.text
    said = "No podemos.\n{referrals}\n{deadlines}"
    assert send(client, DECLINED, text=said, version=version(page)).status_code == 303
    page = client.get(DECLINED)
    assert box(page) == said and version(page) == "1"
    assert "Ours, version 1" in client.get("/letter-templates?language=es").text
    assert "Ours" not in client.get("/letter-templates?language=en").text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{referrals} {deadlines} {name}", "There is no field {name}."),
        ("{referrals}", "This letter must hold the field {deadlines}."),
        ("{deadlines}", "This letter must hold the field {referrals}."),
        ("{deadlines} {referrals} }", "stands alone"),
        ("  ", "Write something"),
        ("{deadlines}{referrals}" + "x" * 3000, "at most 3,000"),
        ("{deadlines}{referrals}{<script>}", "There is no field {&lt;script&gt;}."),
    ],
)
@pytest.mark.parametrize("where", ["", "/preview"])
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(signed_in, admin, text, sentence, where):
    client = signed_in(admin)
    page = send(client, DECLINED + where, page=DECLINED, text=text, version="0")
    assert page.status_code == 422 and sentence in page.text and box(page).strip() == text.strip()
    assert version(client.get(DECLINED)) == "0"


def test_a_preview_is_in_the_language_and_direction_of_the_reader_and_keeps_nothing(signed_in, admin):
    client, path = signed_in(admin), "/letter-templates/closed/ar"
    page = send(client, f"{path}/preview", page=path, text="مرحبا {reference}\n{today}\n{deadlines}", version="0")
    assert page.status_code == 200 and '<div lang="ar" dir="rtl">' in page.text and "ABCDE-12345" in page.text
    assert "1-800-898-7180" in page.text and "{today}" in page.text, "the typed text goes on to saving"
    assert "None: staff get the English one" in client.get("/letter-templates?language=ar").text
    again = send(client, f"{path}/preview", page=path, text="مرحبا {reference}", version="0", go="edit")
    assert again.status_code == 200 and box(again) == "مرحبا {reference}"


def test_who_was_slower_sees_both_texts_and_nothing_is_lost(signed_in, admin):
    client, path = signed_in(admin), "/letter-templates/closed/en"
    assert send(client, path, text="Theirs", version="0").status_code == 303
    page = send(client, path, text="Mine", version="0")
    assert page.status_code == 409 and "Theirs" in page.text and box(page) == "Mine" and version(page) == "1"
    for rubbish in ("", "x", "-1", "9" * 30):
        assert send(client, path, text="Mine", version=rubbish).status_code == 409


@pytest.mark.parametrize(
    "path", ["/letter-templates/nothing/en", "/letter-templates/closed/xx", "/letter-templates/closed/ar_XB"]
)
def test_a_template_that_cannot_be_is_not_found(signed_in, admin, path):
    client = signed_in(admin)
    assert client.get(path).status_code == 404
    assert send(client, path, page="/letter-templates/closed/en", text="x", version="0").status_code == 404


def test_a_caseworker_reads_and_changes_no_template(signed_in, caseworker):
    client = signed_in(caseworker)
    assert client.get("/letter-templates").status_code == client.get(DECLINED).status_code == 403
    assert "/letter-templates" not in client.get("/").text
    assert send(client, DECLINED, page="/account", text="x {deadlines} {referrals}", version="0").status_code == 403


def test_every_language_has_its_page(signed_in, admin):
    client = signed_in(admin)
    for language in OFFERED:
        page = client.get(f"/letter-templates/declined/{language.code}")
        assert page.status_code == 200 and language.own_name in page.text
