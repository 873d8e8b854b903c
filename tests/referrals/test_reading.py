"""What staff type about a place is checked in one place, with a sentence for each field."""

import pytest

from intake.referrals.reading import Invalid, read

GOOD = {"kind": "legal", "name": " Harbour  Help ", "about": "Free help.", "url": "https://help.example/a", "rank": "7"}


def problems(typed: dict[str, str], **chosen: list[str]) -> dict[str, str]:
    with pytest.raises(Invalid) as wrong:
        read(GOOD | typed, chosen)
    return dict(wrong.value.problems)


def test_what_fits_becomes_columns():
    found = read(GOOD | {"phone": "(202) 555-0123"}, {"states": ["TX", "NY", "TX"], "languages": ["es"]})
    assert found == {
        "kind": "legal",
        "name": "Harbour Help",
        "about": "Free help.",
        "url": "https://help.example/a",
        "phone": "1-202-555-0123",
        "rank": 7,
        "states": ["NY", "TX"],
        "codes": [],
        "languages": ["es"],
        "audience": [],
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 800 898 7180", "1-800-898-7180"),
        ("٢٠٢٥٥٥٠١٢٣", "1-202-555-0123"),
        ("988", "988"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("", None),
    ],
)
def test_a_phone_is_kept_as_people_dial_it(typed, kept):
    assert read(GOOD | {"phone": typed}, {})["phone"] == kept


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://help.example",
        "//help.example",
        "help.example",
        "https://",
        "https://localhost",
        "https://user:pass@help.example",
        "https://help.example/a b",
        "https://[::1",
        "https://hélp.example",
    ],
)
def test_only_plain_web_addresses_are_kept(address):
    assert set(problems({"url": address})) == {"url"}


@pytest.mark.parametrize("phone", ["12", "call us", "202555012345678", "+1 202 555 0123 ext. 5"])
def test_what_is_no_phone_is_named(phone):
    assert set(problems({"phone": phone})) == {"phone"}


@pytest.mark.parametrize(
    ("typed", "chosen", "field"),
    [
        ({"name": " "}, {}, "name"),
        ({"name": "x" * 121}, {}, "name"),
        ({"about": ""}, {}, "about"),
        ({"url": "", "phone": ""}, {}, "phone"),
        ({"kind": "friend"}, {}, "kind"),
        ({"rank": "100"}, {}, "rank"),
        ({}, {"states": ["Texas"]}, "states"),
        ({}, {"codes": ["U02"]}, "codes"),
        ({}, {"languages": ["xx"]}, "languages"),
        ({}, {"audience": ["rich"]}, "audience"),
    ],
)
def test_each_field_has_its_own_sentence(typed, chosen, field):
    found = problems(typed, **chosen)
    assert set(found) == {field} and found[field].endswith((".", "/"))
