"""Who checks conflicts sees names alone; everybody else sees that the case is on hold, and no answer."""

import re

import pytest
from sqlalchemy import func, select

from intake import accounts, exports
from intake.audit import AuditEvent
from intake.casework import conflictlist, tokens
from intake.casework.checks import ConflictName
from intake.casework.filters import Filters
from intake.casework.models import Case
from intake.db import transaction
from tests import people
from tests.casework import later
from tests.staff.conftest import send

ROSA = people.BASE | {"call_name": "Rosa Quispe", "birth": "1990-05", "anything_else": "A word of mine."}


@pytest.fixture
def key(settings) -> bytes:
    return tokens.key_of(settings)


@pytest.fixture
def rosa(engine, keys, key, admin):
    """Rosa's case, on hold: a name like hers is on the list."""
    with transaction(engine) as session:
        boss = session.get_one(accounts.StaffMember, admin.id)
        typed = {"kind": "opposing", "name": "Quispe Roza", "born": "1971", "note": "Lease of 2020"}
        conflictlist.add(session, key, boss, typed, keys.recipients, people.NOW)
    made = later.apply(engine, keys, ROSA)
    people.admission.admit_next(engine, people.terms(keys, key=key))
    return made


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def version_on(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def test_a_caseworker_without_the_permission_sees_the_hold_and_nothing_else(signed_in, caseworker, engine, rosa):
    client, path = signed_in(caseworker), f"/cases/{rosa.id}"
    page = client.get(path)
    assert page.status_code == 200 and "The answers stay closed" in page.text
    for word in (
        "Rosa",
        "Quispe",
        "Roza",
        "A word of mine",
        "Safe contact",
        "keys of this process",
        f"{path}/conflict",
    ):
        assert word not in page.text, word
    assert client.get(f"{path}/messages").status_code == 303
    assert client.get(f"{path}/conflict").status_code == 403
    assert client.get("/conflict-names").status_code == 403
    refused = send(client, f"{path}/conflict", page=path, result="clear", why="Let me in", version=version_on(page))
    assert refused.status_code == 403
    moved = send(client, f"{path}/status", page=path, status="triage", reason="", version=version_on(page))
    assert moved.status_code == 422 and "not clear yet" in moved.text
    assert not {"case:opened", "conflict:viewed"} & set(events(engine))
    assert '<span class="tag">conflict check</span>' in client.get("/queue").text


def test_who_may_check_sees_names_and_years_alone_and_decides(signed_in, caseworker, admin, engine, rosa):
    client, path = signed_in(admin), f"/cases/{rosa.id}/conflict"
    assert f'href="{path}"' in client.get(f"/cases/{rosa.id}").text
    page = client.get(path)
    for word in ("Rosa Quispe", "1990", "Quispe Roza", "1971", "Opposing person"):
        assert word in page.text, word
    for word in ("A word of mine", "Lease of 2020", "Syria", "1990-05", "May 1990"):
        assert word not in page.text, word
    assert events(engine)[-1] == "conflict:viewed" and "case:opened" not in events(engine)
    version = version_on(page)
    wrong = send(client, path, page=path, result="maybe", why="<i>Other</i> year", version=version)
    assert wrong.status_code == 422 and "&lt;i&gt;Other&lt;/i&gt; year" in wrong.text and "Roza" not in wrong.text
    assert send(client, path, page=path, result="clear", why=" ", version=version).status_code == 422
    assert send(client, path, page=path, result="clear", why="Year", version="99").status_code == 409
    done = send(client, path, page=path, result="clear", why="Another year of birth.", version=version)
    assert done.status_code == 303 and events(engine)[-1] == "conflict:cleared"
    assert "Another year of birth." in client.get(path).text
    page = signed_in(caseworker).get(f"/cases/{rosa.id}")
    assert "Rosa Quispe" in page.text and "No conflict" in page.text and "Another year" not in page.text


def test_a_conflict_keeps_the_case_closed_and_is_a_reason_to_decline(signed_in, caseworker, admin, engine, rosa):
    boss, client, path = signed_in(admin), signed_in(caseworker), f"/cases/{rosa.id}"
    version = version_on(boss.get(f"{path}/conflict"))
    send(boss, f"{path}/conflict", result="conflict", why="Our tenant.", version=version)
    page = client.get(path)
    assert "There is a conflict of interest." in page.text and "Quispe" not in page.text
    moved = send(client, f"{path}/status", page=path, status="referred", reason="conflict", version=version_on(page))
    assert moved.status_code == 303
    assert "Rosa Quispe" in boss.get(path).text, "who checks conflicts may write the letter"


def test_a_caseworker_can_be_given_the_permission(signed_in, caseworker, engine, rosa):
    with transaction(engine) as session:
        accounts.give(session.get_one(accounts.StaffMember, caseworker.id), "conflict:check", given=True)
    client = signed_in(caseworker)
    assert client.get(f"/cases/{rosa.id}/conflict").status_code == 200
    assert client.get("/conflict-names").status_code == 403


def test_an_admin_keeps_the_list(signed_in, admin, engine, keys, key, rosa):
    client = signed_in(admin)
    page = client.get("/conflict-names")
    assert "Quispe Roza" in page.text and "Lease of 2020" in page.text
    assert events(engine)[-1] == "conflict-names:read"
    bad = send(client, "/conflict-names", name="<b>X</b>", kind="client", born="70", note="")
    assert bad.status_code == 422 and "four digits" in bad.text and 'value="&lt;b&gt;X&lt;/b&gt;"' in bad.text
    assert "Quispe Roza" not in bad.text
    typed = {"name": "Abebe \u202eBikila", "kind": "staff_family", "born": "1932", "note": "<script>"}
    assert send(client, "/conflict-names", **typed).status_code == 303
    page = client.get("/conflict-names")
    assert "&lt;script&gt;" in page.text and "Family of staff" in page.text
    for path in re.findall(r'action="(/conflict-names/[^"]+)"', page.text):
        assert send(client, path, page="/conflict-names").status_code == 303
        assert send(client, path, page="/conflict-names").status_code == 404
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(ConflictName)) == 0
        assert session.scalars(select(Case.conflict)).one() == "possible"
    assert events(engine).count("conflict-names:changed") == 4


def test_an_export_with_identities_leaves_out_what_is_on_hold(engine, keys, settings, rosa):
    options = {"actor": "staff:1", "purpose": "Audit", "clock": lambda: people.NOW, "keyring": keys.keyring}
    choice = exports.Choice.of(exports.named("full"), ["call_name"])
    whole = b"".join(exports.stream(engine, Filters(), choice, **options)).decode("utf-8-sig")
    assert whole.splitlines() == ["record,call_name", "held,"]
