"""Every public text is marked for translation, and the right-to-left pseudo-language shows where one is not."""

import html
import re
from itertools import pairwise

from intake import catalogues
from intake.locales import CATALOGUES, PSEUDO
from tests.public.walking import ROSA, fields, press, walk

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")


def visible(page: str) -> list[str]:
    """The text nodes of a page, as a person sees them."""
    body = re.sub(r"<select.*?</select>|<article.*?</article>", "", page, flags=re.DOTALL)
    return [html.unescape(part).strip() for part in re.findall(r">([^<>]+)<", body) if part.strip()]


def test_the_pseudo_language_is_as_fresh_as_the_texts(tmp_path, monkeypatch):
    kept = (CATALOGUES / PSEUDO.code / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    fresh = catalogues.write_pseudo().read_text("utf-8")
    assert kept == fresh, "texts have changed: run `python -m intake texts`"


def test_every_placeholder_survives_and_no_text_holds_a_bare_percent_sign():
    for message in catalogues.pseudo_catalog():
        texts = (message.id, message.string) if isinstance(message.id, str) else (*message.id, *message.string)
        for one, other in pairwise(texts):
            assert sorted(PLACEHOLDER.findall(one)) == sorted(PLACEHOLDER.findall(other)) or not isinstance(
                message.id, str
            )
            assert "%" not in PLACEHOLDER.sub("", one)


def test_no_english_sentence_is_left_on_any_page_of_a_journey_in_the_pseudo_language(public_app):
    client = public_app.test_client()
    pages = [client.get(f"/ar_XB/{name}") for name in ("", "return", "safety", "fraud", "privacy", "left", "stopped")]
    pages += [client.get("/ar_XB/nowhere"), client.get("/ar_XB/apply/who"), client.get("/ar_XB/apply/")]
    pages.append(press(client, "/ar_XB/apply/", {}))
    pages.append(press(client, "/ar_XB/return", {"code": "12"}))
    for step in ("who", "lawyer", "money", "claims", "first-result", "place", "stage", "dates", "arrival", "about"):
        pages.append(walk(client, ROSA, until=step, lang="ar_XB"))
    pages.append(press(client, "/ar_XB/apply/place", {}))
    pages.append(walk(client, ROSA, until="contact", lang="ar_XB"))
    pages.append(press(client, "/ar_XB/apply/contact", {"contact_ways": "phone", "phone": "12"}))
    pages.append(walk(client, ROSA, until="check", lang="ar_XB"))
    press(client, "/ar_XB/apply/check", {**fields("check", ROSA), "go": "later"})
    pages.append(client.get("/ar_XB/later"))
    pages.append(walk(client, ROSA, lang="ar_XB"))
    english = {one.id for one in catalogues.extract() if isinstance(one.id, str) and re.search(r"[a-z]{3}", one.id)}
    for page in pages:
        assert '<html lang="ar-XB" dir="rtl">' in page.text, page.request.path
        left = english & set(visible(page.text))
        assert not left, f"{page.request.path} shows {sorted(left)[:3]}"
