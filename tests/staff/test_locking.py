"""Locking one's own account from the sign-in page: by mail, once, and until an administrator unlocks it."""

import re

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, func, select

from intake.accounts import StaffMember
from intake.audit import AuditEvent
from intake.db import transaction
from intake.locking import NotLocked
from intake.outbox import Outbox
from intake.staff.locking import PURPOSE
from intake.staff.members import Unknown, unlock
from tests.judge import judge
from tests.staff.conftest import give_code, give_password, send, sign_in
from tests.staff.mailbox import mails

ASK = "/lock-my-account"


@pytest.fixture
def ask(staff_app, engine, keys):
    """Somebody asks for a link; what comes back is the path in the newest mail, or None when no new one waits."""

    def asked(email: str) -> str | None:
        before = mails(engine, keys, kind="account-lock")
        client = staff_app.test_client()
        answer = send(client, ASK, email=email)
        assert answer.status_code == 303 and answer.location == ASK
        assert "a mail with a link is on its way" in client.get(ASK).text
        new = [one for one in mails(engine, keys, kind="account-lock") if one not in before]
        return re.search(r"http://localhost(/lock-my-account/\S+)", new[0]["text"]).group(1) if new else None

    return asked


def press(app, path: str):
    """Open the link in a browser of its own and press its button."""
    client = app.test_client()
    page = client.get(path)
    if page.status_code == 200:
        assert page.text.count("<button>") == 1
    return send(client, path, page=ASK)


def is_locked(engine, person) -> bool:
    with transaction(engine) as session:
        return session.get(StaffMember, person.id).locked_by_owner_at is not None


def wrong_password_sentence(client, person) -> str:
    page = give_password(client, person.email, "not the pass phrase")
    return re.search(r'<p class="problem"[^>]*>([^<]+)<', page.text).group(1)


def test_the_sign_in_page_leads_to_it(visitor):
    assert f'href="{ASK}"' in visitor.get("/sign-in").text
    assert visitor.get(ASK).status_code == 200


def test_a_person_locks_the_account_and_is_out_everywhere(staff_app, signed_in, visitor, caseworker, ask, engine):
    client = signed_in(caseworker)
    neutral = wrong_password_sentence(visitor, caseworker)
    path = ask(caseworker.email.upper())
    assert not is_locked(engine, caseworker)
    done = press(staff_app, path)
    assert done.status_code == 303 and done.location == f"{ASK}/done"
    assert "Your account is locked" in visitor.get(done.location).text
    assert is_locked(engine, caseworker)
    assert client.get("/").location == "/sign-in"
    page = give_password(visitor, caseworker.email, caseworker.password)
    assert page.status_code == 200 and neutral in page.text


def test_a_locked_account_stays_locked_however_long_one_waits(staff_app, visitor, caseworker, ask, clock):
    press(staff_app, ask(caseworker.email))
    for hours in (1, 24, 24 * 365):
        clock.advance(hours=hours)
        assert give_password(visitor, caseworker.email, caseworker.password).status_code == 200


def test_a_sign_in_that_is_halfway_is_stopped_by_the_lock(staff_app, visitor, caseworker, ask, clock):
    give_password(visitor, caseworker.email, caseworker.password)
    press(staff_app, ask(caseworker.email))
    give_code(visitor, caseworker.code(clock))
    assert visitor.get("/").status_code == 302


def test_opening_the_link_changes_nothing(staff_app, caseworker, signed_in, ask, engine):
    client = signed_in(caseworker)
    path = ask(caseworker.email)
    for _ in range(3):
        assert staff_app.test_client().get(path).status_code == 200
    assert staff_app.test_client().head(path).status_code == 200
    assert staff_app.test_client().post(path).status_code == 400  # without the token of a page
    assert not is_locked(engine, caseworker) and client.get("/").status_code == 200
    assert press(staff_app, path).status_code == 303


def test_the_link_works_once_and_not_after_unlocking(staff_app, settings, caseworker, ask, engine, clock):
    path = ask(caseworker.email)
    assert press(staff_app, path).status_code == 303
    again = press(staff_app, path)
    assert again.status_code == 404 and "does not work any more" in again.text
    unlock(settings, engine, email=caseworker.email, second_factor=False, now=clock())
    assert press(staff_app, path).status_code == 404
    assert not is_locked(engine, caseworker)


def test_the_link_works_for_half_an_hour(staff_app, caseworker, colleague, ask, engine, clock):
    early, late = ask(caseworker.email), ask(colleague.email)
    clock.advance(minutes=29, seconds=59)
    assert press(staff_app, early).status_code == 303
    clock.advance(seconds=2)
    assert staff_app.test_client().get(late).status_code == 404
    assert press(staff_app, late).status_code == 404
    assert not is_locked(engine, colleague)


def test_only_the_newest_link_works(staff_app, caseworker, ask, engine, clock):
    first = ask(caseworker.email)
    clock.advance(minutes=5)
    second = ask(caseworker.email)
    assert press(staff_app, first).status_code == 404
    assert not is_locked(engine, caseworker)
    assert press(staff_app, second).status_code == 303


def test_who_asks_again_and_again_for_somebody_else_neither_floods_nor_kills_the_link(staff_app, caseworker, ask):
    path = ask(caseworker.email)
    assert [ask(caseworker.email) for _ in range(5)] == [None] * 5
    assert press(staff_app, path).status_code == 303


def test_what_was_signed_for_another_purpose_is_no_link(staff_app, caseworker, ask, engine):
    path = ask(caseworker.email)
    with staff_app.app_context():
        said = URLSafeTimedSerializer(staff_app.secret_key, salt=PURPOSE).loads(path.rpartition("/")[2])
    forged = [
        URLSafeTimedSerializer(staff_app.secret_key, salt="another purpose").dumps(said),
        URLSafeTimedSerializer("another key", salt=PURPOSE).dumps(said),
        URLSafeTimedSerializer(staff_app.secret_key, salt=PURPOSE).dumps([said[0], "another secret"]),
        URLSafeTimedSerializer(staff_app.secret_key, salt=PURPOSE).dumps([said[0], ""]),
        URLSafeTimedSerializer(staff_app.secret_key, salt=PURPOSE).dumps([0, said[1]]),
    ]
    token = re.search(r'name="csrf_token" value="([^"]+)"', staff_app.test_client().get(ASK).text).group(1)
    for link in (*forged, token, path[17:-1], "none", "%00", "%F0%9F%98%80", "a" * 3000, "%E2%80%AE.x.y", "..."):
        assert press(staff_app, f"{ASK}/{link}").status_code == 404, link
    assert not is_locked(engine, caseworker)


def test_the_link_of_one_person_does_not_lock_another(staff_app, caseworker, colleague, ask, engine):
    press(staff_app, ask(caseworker.email))
    assert is_locked(engine, caseworker) and not is_locked(engine, colleague)


def test_unknown_inactive_and_locked_accounts_get_the_same_answer_and_no_mail(
    staff_app, caseworker, colleague, ask, engine
):
    press(staff_app, ask(caseworker.email))
    with transaction(engine) as session:
        session.get(StaffMember, colleague.id).active = False
    assert ask("stranger@example.org") is None
    assert ask(colleague.email) is None
    assert ask(caseworker.email) is None


def test_an_unknown_address_runs_the_same_statements(staff_app, caseworker, engine):
    def statements(email: str) -> list[str]:
        client = staff_app.test_client()
        page = client.get(ASK)
        kept: list[str] = []

        def note(_connection, _cursor, statement, *_more) -> None:
            kept.append(" ".join(statement.split()))

        event.listen(engine, "before_cursor_execute", note)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        client.post(ASK, data={"csrf_token": token, "email": email})
        event.remove(engine, "before_cursor_execute", note)
        return kept

    unknown = statements("stranger@example.org")
    assert statements(caseworker.email) == unknown
    assert any(one.startswith("INSERT INTO outbox") for one in unknown)
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 1


def test_what_is_no_address_is_said_and_kept(visitor):
    for wrong in ("nobody", "", "a@b", "x" * 900, "\x00", "a\u202eb@", "<b>@</b>"):
        page = send(visitor, ASK, email=wrong)
        assert page.status_code == 422 and "This is not an e-mail address" in page.text
    assert 'value="nobody"' in send(visitor, ASK, email="nobody").text


def test_the_mail_names_nobody_and_says_until_when(caseworker, ask, engine, keys):
    ask(caseworker.email)
    (mail,) = mails(engine, keys, kind="account-lock")
    assert mail["to"] == caseworker.email and mail["subject"] == "The link that you asked for"
    assert "Amina" not in mail["text"] and caseworker.email not in mail["text"]
    assert re.search(r"works once, and until \d+ \w+ \d{4}, \d\d:\d\d \(America/New_York\)", mail["text"])


def test_asking_too_often_from_one_address_is_slowed(visitor):
    answers = [send(visitor, ASK, email=f"a{n}@example.org").status_code for n in range(31)]
    assert answers == [303] * 30 + [429]


def test_an_administrator_unlocks_with_a_new_first_password(
    staff_app, settings, visitor, caseworker, ask, engine, clock
):
    press(staff_app, ask(caseworker.email))
    let_in = unlock(settings, engine, email=caseworker.email, second_factor=False, now=clock())
    assert let_in.password not in repr(let_in)
    assert give_password(visitor, caseworker.email, caseworker.password).status_code == 200
    clock.advance(seconds=30)
    assert "/second-factor" in give_password(visitor, caseworker.email, let_in.password).location
    assert give_code(visitor, caseworker.code(clock)).location == "/"
    assert visitor.get("/").location.endswith("/account/password")


def test_an_administrator_can_take_the_codes_of_a_lost_phone_away(
    staff_app, settings, visitor, caseworker, ask, engine, clock
):
    press(staff_app, ask(caseworker.email))
    let_in = unlock(settings, engine, email=caseworker.email, second_factor=True, now=clock())
    assert give_password(visitor, caseworker.email, let_in.password).location.endswith("/second-factor/set-up")


def test_only_a_locked_account_of_a_person_here_is_unlocked(settings, caseworker, engine, clock):
    with pytest.raises(NotLocked):
        unlock(settings, engine, email=caseworker.email, second_factor=True, now=clock())
    with pytest.raises(Unknown):
        unlock(settings, engine, email="stranger@example.org", second_factor=False, now=clock())


def test_locking_and_unlocking_leave_a_trace_and_asking_none(staff_app, settings, caseworker, ask, engine, clock):
    path = ask(caseworker.email)
    press(staff_app, path)
    unlock(settings, engine, email=caseworker.email, second_factor=True, now=clock())
    with transaction(engine) as session:
        told = session.execute(select(AuditEvent.actor, AuditEvent.event, AuditEvent.details)).all()
    assert [tuple(one) for one in told[1:]] == [
        (f"staff:{caseworker.id}", "staff:locked-by-owner", "{}"),
        ("cli", "staff:unlocked", '{"method":"new-second-factor"}'),
    ]


def test_the_others_work_on_while_one_account_is_locked(staff_app, visitor, caseworker, colleague, ask, clock):
    press(staff_app, ask(caseworker.email))
    assert sign_in(visitor, colleague, clock).location == "/"
    page = visitor.get("/account")
    judge(page)
    assert page.status_code == 200
