"""Return codes at the door: all failures look and cost the same, guessing is slowed, and a shelter comes in."""

import datetime as dt
import re

import pytest
from sqlalchemy import delete, update

from intake.db import transaction
from intake.drafts import DraftRow
from intake.letters import Letter
from intake.public import limits, visit
from intake.tallies import Salt
from tests.judge import text_of
from tests.public.test_coming_back import code_on
from tests.public.walking import ROSA, press, token, walk

MORNING = dt.date(2026, 11, 2)


@pytest.fixture
def cheap_codes(monkeypatch) -> list[str]:
    """The slow derivation made quick, for tests about counting; gives the codes it was asked for."""
    asked: list[str] = []

    def quick(code: str, _pepper: bytes = b"") -> bytes:
        asked.append(code)
        return (code.encode() * 2)[:32]

    monkeypatch.setattr(visit, "root_of", quick)
    return asked


def try_code(client, code: str, address: str = "203.0.113.9", form: str | None = None):
    form = form or token(client.get("/en/return"))
    return client.post(
        "/en/return", data={"csrf_token": form, "code": code}, environ_overrides={"REMOTE_ADDR": address}
    )


def sent_code(public_app, until: str | None = None) -> str:
    client = public_app.test_client()
    walk(client, ROSA, until=until)
    return code_on(client.get("/en/later" if until else "/en/receipt").text)


def statements_of(engine, client, code: str) -> tuple[list[str], int, str]:
    """(statements, status, page without what differs by nature) of looking up a code."""
    engine.connect().close()  # what is asked of a new connection is not of interest
    form, seen, execute = token(client.get("/en/return")), [], engine.dialect.do_execute

    def noting(cursor, statement, *rest) -> None:
        seen.append(statement)
        execute(cursor, statement, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.dialect, "do_execute", noting)
        answer = try_code(client, code, form=form)
    page = re.sub(r'name="(csrf_token|code)"([^>]*) value="[^"]*"', "", text_of(answer))
    return seen, answer.status_code, page


def test_unknown_expired_and_erased_codes_get_the_same_answer_for_the_same_work(public_app, engine, cheap_codes):
    expired, erased = sent_code(public_app, until="place"), sent_code(public_app)
    with transaction(engine) as session:
        session.execute(update(DraftRow).values(expires_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)))
        session.execute(delete(Letter))
    cheap_codes.clear()
    client = public_app.test_client()
    found = [statements_of(engine, client, code) for code in ("0000 0000 0000 0000", expired, erased)]
    assert found[0] == found[1] == found[2]
    statements, status, page = found[0]
    assert status == 422 and "cannot find anything under this code" in page
    assert sum("FROM draft" in one for one in statements) == sum("FROM letter" in one for one in statements) == 1
    assert len(cheap_codes) == 3, "each of them paid the slow derivation once"


def test_a_code_that_is_there_asks_the_same_two_questions(public_app, engine, cheap_codes):
    client = public_app.test_client()
    unknown, _status, _page = statements_of(engine, client, "0" * 16)
    for code in (sent_code(public_app, until="place"), sent_code(public_app)):
        seen, status, _page = statements_of(engine, public_app.test_client(), code)
        assert status == 303 and seen == unknown


@pytest.mark.parametrize("typed", ["123", "1234 5678 9012 345", "12345678901234567", "abcd", "", "१२३", "9" * 500])
def test_a_mistyped_shape_is_told_at_once_costs_nothing_and_counts_against_nobody(public_app, typed, cheap_codes):
    client = public_app.test_client()
    form = token(client.get("/en/return"))
    for _ in range(3):
        answer = try_code(client, typed, form=form)
        assert answer.status_code == 422 and "Please check it and type it again." in answer.text
    assert cheap_codes == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_forty_phones_of_a_shelter_behind_one_address_all_come_in_also_after_mistakes(public_app, cheap_codes):
    code = sent_code(public_app)
    client = public_app.test_client()
    form = token(client.get("/en/return"))
    for phone in range(40):
        for slip in range(2):
            assert try_code(client, f"{phone:08d}{slip:08d}", form=form).status_code == 422
        other = public_app.test_client()
        assert try_code(other, code).headers["Location"] == "/en/mine"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_guesses_on_and_on_waits_and_everybody_else_goes_on(public_app, cheap_codes, monkeypatch):
    monkeypatch.setattr(limits, "OWN", (limits.parse("5 per 10 minutes"), limits.parse("20 per hour")))
    code = sent_code(public_app)
    client = public_app.test_client()
    form = token(client.get("/en/return"))
    answers = [try_code(client, f"{number:016d}", form=form).status_code for number in range(7)]
    assert answers == [422] * 5 + [429] * 2
    waiting = try_code(client, code, form=form)
    assert waiting.status_code == 429 and "Please wait a little" in waiting.text
    assert try_code(public_app.test_client(), code, address="203.0.113.10").status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_a_flood_from_many_addresses_only_those_that_failed_several_times_wait(public_app, cheap_codes, monkeypatch):
    monkeypatch.setattr(limits, "OVERALL", limits.parse("20 per 5 minutes"))
    monkeypatch.setattr(limits, "SEVERAL", limits.parse("5 per 30 minutes"))
    code = sent_code(public_app)
    client = public_app.test_client()
    form = token(client.get("/en/return"))
    for number in range(20):
        assert try_code(client, f"{number:016d}", f"198.51.100.{number % 4}", form).status_code == 422
    assert try_code(client, "9" * 16, "198.51.100.1", form).status_code == 429, "five failures of its own"
    one_slip = "192.0.2.1"
    assert try_code(client, "9" * 16, one_slip, form).status_code == 422
    assert try_code(public_app.test_client(), code, one_slip).status_code == 303
    assert try_code(public_app.test_client(), code, "192.0.2.2").status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_flood_from_outside_does_not_lock_out_a_shelter_whose_people_each_mistyped(
    public_app, cheap_codes, monkeypatch
):
    monkeypatch.setattr(limits, "OVERALL", limits.parse("20 per 5 minutes"))
    code = sent_code(public_app)
    client = public_app.test_client()
    form = token(client.get("/en/return"))
    for number in range(20):
        try_code(client, f"{number:016d}", f"198.51.100.{number}", form)
    for phone in range(40):
        assert try_code(client, f"{phone:08d}00000000", "192.0.2.1", form).status_code == 422
        assert try_code(public_app.test_client(), code, "192.0.2.1").status_code == 303


def test_an_address_is_counted_under_a_key_that_hides_it_and_changes_each_day():
    salt = Salt()
    first = salt.key("203.0.113.9", MORNING)
    assert first == salt.key("203.0.113.9", MORNING) and "203" not in first and len(first) == 20
    assert first != salt.key("203.0.113.8", MORNING)
    assert first != Salt().key("203.0.113.9", MORNING), "another process, another salt"
    assert first != salt.key("203.0.113.9", MORNING + dt.timedelta(days=1))


def test_one_home_with_many_ipv6_addresses_is_one_and_its_neighbour_is_another():
    salt = Salt()
    home = salt.key("2001:db8:1:2::1", MORNING)
    assert home == salt.key("2001:db8:1:2:ffff::9", MORNING) != salt.key("2001:db8:1:3::1", MORNING)
    assert salt.key("::ffff:203.0.113.9", MORNING) == salt.key("203.0.113.9", MORNING)
    assert salt.key("fe80::1%eth0", MORNING) == salt.key("fe80::2", MORNING)
    assert salt.key(None, MORNING) and salt.key("not an address", MORNING)


def test_a_code_may_come_in_any_script_with_any_spacing(public_app, cheap_codes):
    code = sent_code(public_app)
    plain = code.replace(" ", "")
    scripts = (0x660, 0x6F0, 0x966, 0xFF10)
    for typed in (plain, "-".join(plain), f"\u200f {code} \u200e", *(_in(plain, zero) for zero in scripts)):
        assert press(public_app.test_client(), "/en/return", {"code": typed}).headers["Location"] == "/en/mine"


def _in(digits: str, zero: int) -> str:
    return "".join(chr(zero + int(one)) for one in digits)
