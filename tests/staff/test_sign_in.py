"""Signing in: two factors, once each, and an end to guessing."""

import re

import pytest
from sqlalchemy import select

from intake import audit
from intake.accounts import AlreadyThere, StaffMember, UnknownRole
from intake.audit import AuditEvent
from intake.db import transaction
from intake.staff.members import current_code, invite
from intake.typed import Mistyped
from tests.staff.conftest import give_code, give_password, send, sign_in

NEW_PASSWORD = "seven quiet harbours at dawn"


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def stored(engine, person) -> StaffMember:
    with transaction(engine) as session:
        return session.get(StaffMember, person.id)


def secret_on(page) -> str:
    return re.search(r'class="secret">([A-Z2-7 -]+)<', page.text).group(1).replace(" ", "").replace("-", "")


def test_an_invited_person_sets_up_everything_at_the_first_sign_in(settings, engine, visitor, clock):
    invitation = invite(settings, engine, email="Dana@Example.org", name="Dana  New", role="caseworker", now=clock())
    assert invitation.password not in repr(invitation)
    response = give_password(visitor, "dana@example.org", invitation.password)
    assert response.location.endswith("/second-factor/set-up")
    assert visitor.get("/").location.startswith("/sign-in")

    page = send(visitor, "/second-factor/set-up", setup="authenticator")
    assert "data:image/svg+xml;base64," in page.text
    secret = secret_on(page)
    response = give_code_after_set_up(visitor, current_code(secret, clock()), page)
    assert response.location == "/"

    assert visitor.get("/").location.endswith("/account/password")
    weak = send(
        visitor,
        "/account/password",
        password=invitation.password,
        new_password="dana dana dana",
        new_password_confirm="dana dana dana",
    )
    assert weak.status_code == 200 and "Do not use your name" in weak.text
    changed = send(
        visitor,
        "/account/password",
        password=invitation.password,
        new_password=NEW_PASSWORD,
        new_password_confirm=NEW_PASSWORD,
    )
    assert changed.location == "/account", changed.text
    assert "no recovery codes" in visitor.get("/account").text
    assert visitor.get("/").status_code == 200
    assert events(engine) == [
        "staff:invited",
        "staff:second-factor-set",
        "staff:signed-in",
        "staff:password-changed",
    ]
    with transaction(engine) as session:
        assert audit.verify(session).ok


def give_code_after_set_up(client, code, page):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    return client.post("/second-factor", data={"csrf_token": token, "code": code})


def test_a_wrong_invitation_is_refused_in_words(settings, engine, clock):
    with pytest.raises(Mistyped):
        invite(settings, engine, email="nobody", name="N", role="caseworker", now=clock())
    with pytest.raises(UnknownRole, match="caseworker, screener, admin"):
        invite(settings, engine, email="n@example.org", name="N", role="boss", now=clock())
    invite(settings, engine, email="n@example.org", name="N", role="admin", now=clock())
    with pytest.raises(AlreadyThere):
        invite(settings, engine, email="N@example.org", name="N", role="admin", now=clock())


def test_a_person_signs_in_with_password_and_code(visitor, caseworker, clock):
    assert sign_in(visitor, caseworker, clock).location == "/"
    page = visitor.get("/")
    assert page.status_code == 200 and "Amina Caseworker" in page.text


def test_the_password_alone_opens_nothing(visitor, caseworker):
    give_password(visitor, caseworker.email, caseworker.password)
    assert visitor.get("/").location.startswith("/sign-in")
    assert visitor.get("/account").location.startswith("/sign-in")


def test_an_enrolled_person_cannot_be_enrolled_anew_with_the_password_alone(visitor, caseworker):
    give_password(visitor, caseworker.email, caseworker.password)
    response = visitor.get("/second-factor/set-up")
    assert response.status_code == 302 and "/sign-in" in response.location


def test_a_code_works_once(visitor, staff_app, caseworker, clock):
    sign_in(visitor, caseworker, clock)
    thief = staff_app.test_client()
    give_password(thief, caseworker.email, caseworker.password)
    page = give_code(thief, caseworker.code(clock))
    assert page.status_code == 200 and "used before" in page.text
    assert thief.get("/").status_code == 302
    clock.advance(seconds=30)
    assert give_code(thief, caseworker.code(clock)).location == "/"


def test_an_earlier_code_does_not_work_after_a_later_one(visitor, staff_app, caseworker, clock):
    earlier = caseworker.code(clock)
    sign_in(visitor, caseworker, clock)
    other = staff_app.test_client()
    give_password(other, caseworker.email, caseworker.password)
    assert give_code(other, earlier).status_code == 200


def test_digits_of_any_script_and_spaces_are_read(visitor, caseworker, clock):
    give_password(visitor, caseworker.email, caseworker.password)
    persian = caseworker.code(clock).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert give_code(visitor, f"{persian[:3]} {persian[3:]}").location == "/"


def test_unknown_wrong_and_locked_look_the_same(visitor, caseworker, clock):
    def said(email, password):
        page = give_password(visitor, email, password)
        assert page.status_code == 200
        return re.search(r'<p class="problem"[^>]*>([^<]+)<', page.text).group(1)

    unknown = said("stranger@example.org", "whatever it may be")
    wrong = [said(caseworker.email, "whatever it may be") for _ in range(5)]
    locked = said(caseworker.email, caseworker.password)
    assert {unknown, *wrong, locked} == {unknown}


def test_five_wrong_passwords_close_the_account_for_fifteen_minutes(visitor, caseworker, colleague, clock, engine):
    for _ in range(5):
        give_password(visitor, caseworker.email, "not the pass phrase")
    assert give_password(visitor, caseworker.email, caseworker.password).status_code == 200
    assert sign_in(visitor, colleague, clock).location == "/"
    assert events(engine).count("staff:sign-in-failed") == 4
    assert events(engine).count("staff:locked") == 1

    other = visitor.application.test_client()
    clock.advance(minutes=14)
    assert give_password(other, caseworker.email, caseworker.password).status_code == 200
    clock.advance(minutes=1)
    assert sign_in(other, caseworker, clock).location == "/"


def test_five_wrong_codes_close_the_account_also_for_the_right_code(visitor, caseworker, clock):
    give_password(visitor, caseworker.email, caseworker.password)
    for _ in range(5):
        give_code(visitor, "000000")
    assert give_code(visitor, caseworker.code(clock)).status_code == 200
    assert visitor.get("/").status_code == 302
    clock.advance(minutes=15)
    assert give_code(visitor, caseworker.code(clock)).location == "/"


def test_a_right_password_between_does_not_reset_the_count_of_wrong_codes(visitor, caseworker, clock):
    for _ in range(5):
        give_password(visitor, caseworker.email, caseworker.password)
        give_code(visitor, "000000")
    assert give_password(visitor, caseworker.email, caseworker.password).status_code == 200


def test_a_full_sign_in_forgets_wrong_tries(visitor, caseworker, clock, engine):
    for _ in range(4):
        give_password(visitor, caseworker.email, "not the pass phrase")
    sign_in(visitor, caseworker, clock)
    member = stored(engine, caseworker)
    assert member.failed_tries == 0 and member.signed_in_at == clock()


def test_recovery_codes_stand_for_the_phone_once_each(visitor, staff_app, signed_in, caseworker, engine):
    client = signed_in(caseworker)
    page = send(client, "/account/recovery-codes")
    codes = re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>", page.text)
    assert len(codes) == 10
    kept = stored(engine, caseworker).mf_recovery_codes
    assert not any(code in text for code in codes for text in kept)

    give_password(visitor, caseworker.email, caseworker.password)
    assert "recovery" in visitor.get("/second-factor/lost").text
    assert send(visitor, "/second-factor/recovery", code=codes[3].upper()).location == "/"
    assert visitor.get("/").status_code == 200
    again = staff_app.test_client()
    give_password(again, caseworker.email, caseworker.password)
    assert send(again, "/second-factor/recovery", code=codes[3]).status_code == 200
    assert again.get("/").status_code == 302


def test_nobody_is_signed_out_by_a_link(signed_in, caseworker):
    client = signed_in(caseworker)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/second-factor").location == "/"
    assert client.get("/sign-in").location == "/"
    assert client.post("/sign-out").status_code == 400
    assert client.get("/").status_code == 200


def test_a_session_ends_after_half_an_hour_without_use(signed_in, caseworker, clock):
    client = signed_in(caseworker)
    for _ in range(4):
        clock.advance(minutes=29)
        assert client.get("/").status_code == 200
    clock.advance(minutes=31)
    response = client.get("/account")
    assert response.status_code == 302 and response.location == "/sign-in?next=/account"
    assert "signed out" in client.get(response.location).text


def test_a_session_ends_after_twelve_hours_whatever_happens(signed_in, caseworker, clock):
    client = signed_in(caseworker)
    for _ in range(25):
        clock.advance(minutes=28, seconds=50)
        client.get("/")
    assert client.get("/").status_code == 302


def test_a_deactivated_person_is_out_at_once(signed_in, caseworker, engine):
    client = signed_in(caseworker)
    with transaction(engine) as session:
        session.get(StaffMember, caseworker.id).active = False
    assert client.get("/").status_code == 302


def test_a_new_password_ends_the_other_sessions(signed_in, caseworker):
    here, there = signed_in(caseworker), signed_in(caseworker)
    response = send(
        here,
        "/account/password",
        password=caseworker.password,
        new_password=NEW_PASSWORD,
        new_password_confirm=NEW_PASSWORD,
    )
    assert response.location == "/account", response.text
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_guessing_the_old_password_when_changing_it_counts_as_guessing(signed_in, caseworker, visitor):
    client = signed_in(caseworker)
    for _ in range(5):
        page = send(
            client,
            "/account/password",
            password="not the pass phrase",
            new_password=NEW_PASSWORD,
            new_password_confirm=NEW_PASSWORD,
        )
        assert page.status_code == 200
    assert give_password(visitor, caseworker.email, caseworker.password).status_code == 200


def test_sign_in_leads_on_to_the_page_that_was_asked_for_and_never_elsewhere(visitor, caseworker, clock):
    asked = visitor.get("/account").location
    assert asked == "/sign-in?next=/account"
    give = {"email": caseworker.email, "password": caseworker.password}
    response = send(visitor, asked, **give, next="/account")
    assert send(visitor, response.location, code=caseworker.code(clock)).location.endswith("/account")

    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        clock.advance(seconds=30)
        client = visitor.application.test_client()
        response = send(client, "/sign-in", **give, next=evil)
        assert (response.location or "/second-factor").startswith("/second-factor")
        give_password(client, caseworker.email, caseworker.password)
        done = client.post(
            f"/second-factor?next={evil}",
            data={"csrf_token": _token_of(client), "code": caseworker.code(clock)},
        )
        # One slash and no other after it: a path of this door, whatever a browser makes of it.
        assert re.match(r"/(?![/\\])", done.location), done.location


def _token_of(client) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/second-factor").text).group(1)


def test_too_many_tries_from_one_address_are_slowed(visitor):
    answers = [give_password(visitor, f"a{n}@example.org", "some pass phrase").status_code for n in range(31)]
    assert answers[:30] == [200] * 30 and answers[30] == 429


def test_a_token_in_the_address_signs_nobody_in(staff_app, visitor, caseworker, engine):
    with staff_app.test_request_context("/"):
        member = staff_app.extensions["security"].datastore.find_user(email=caseworker.email)
        token = member.get_auth_token()
    assert visitor.get("/", query_string={"auth_token": token}).status_code == 302
    assert visitor.get("/", headers={"Authentication-Token": token}).status_code == 302
