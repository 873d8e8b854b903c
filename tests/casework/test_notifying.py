"""The notice that there is news: only by ways marked safe, in the person's language, and it says nothing else."""

import json

import pytest
from sqlalchemy import select

from intake import notices, questionnaire
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import notifying
from intake.casework.notifying import UnsafeWay, reach
from intake.db import transaction
from intake.incoming import Kind
from intake.letters import Letter
from intake.locales import OFFERED, translations
from intake.outbox import TABLE, Outbox
from intake.settings import Mail
from tests import people
from tests.casework import later

MAIL = Mail("mail.example.org", 587, "office@example.org", texts="{number}@sms.example.org")
OWN_PHONE = {"contact_ways": ["phone"], "phone": "+12025550123", "whose_phone": "mine", "voicemail": "yes"}
BY_TEXT = {"text": "12025550123@sms.example.org"}
BY_EMAIL = {"contact_ways": ["email"], "email": "joao@example.org"}


def ways(mail: Mail | None = MAIL, **answers) -> dict[str, str]:
    return dict(reach(answers, mail).addresses)


def test_an_address_marked_as_safe_gets_a_notice():
    assert ways(**BY_EMAIL) == {"email": "joao@example.org"}


def test_a_phone_of_their_own_on_which_a_message_may_be_left_gets_a_text_message():
    assert ways(**OWN_PHONE) == BY_TEXT
    shared = OWN_PHONE | {"whose_phone": "shared", "phone_owner_safe": "yes"}
    assert ways(**shared) == BY_TEXT


@pytest.mark.parametrize(
    "more",
    [
        {"voicemail": "no"},
        {"voicemail": None},
        {"whose_phone": "shared"},
        {"whose_phone": "other", "phone_owner_safe": "unsure"},
        {"whose_phone": None},
        {"contact_ways": ["whatsapp", "signal"]},
        {"contact_ways": ["self"]},
        {"contact_ways": None},
        {"place_kind": "held"},
        {"device": "watched"},
        {"person_knows": "no"},
        {"person_knows": "cannot_ask"},
        {"phone": ""},
    ],
)
def test_a_phone_that_is_not_surely_safe_gets_none(more):
    assert ways(**(OWN_PHONE | more)) == {}


def test_an_address_that_is_not_marked_as_safe_is_no_way_even_when_it_is_known():
    assert ways(contact_ways=["phone"], email="joao@example.org") == {}
    assert ways(**BY_EMAIL, person_knows="no") == {}


def test_without_a_gateway_or_without_mail_there_is_no_way():
    assert ways(Mail("mail.example.org", 587, "office@example.org"), **OWN_PHONE) == {}
    assert ways(None, **OWN_PHONE, **{"email": "x@example.org"}) == {}


def test_our_name_is_said_only_to_those_who_allowed_it():
    assert reach(BY_EMAIL, MAIL).may_name_us is False
    assert reach(OWN_PHONE | {"say_name": "yes"}, MAIL).may_name_us is True
    assert reach(OWN_PHONE | {"say_name": "no"}, MAIL).may_name_us is False
    assert reach(OWN_PHONE | {"say_name": "yes", "phone_owner_safe": "unsure"}, MAIL).may_name_us is False


@pytest.mark.parametrize("language", OFFERED, ids=lambda one: one.code)
def test_a_notice_says_news_and_code_and_nothing_of_us(language):
    subject, text = notices.news(language.code)
    assert subject and text and len(text.splitlines()) == 1
    assert not [word for word in ("asyl", "asilo", "http", "Harbour", "%") if word in subject + text]
    assert notices.news(language.code, "Harbour Rights")[1].count("Harbour Rights") == 1


def queued(engine, keys) -> list[dict[str, str]]:
    with transaction(engine.execution_options(reads=True)) as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.created_at, Outbox.id)).all()
    return [json.loads(keys.keyring.open(row.envelope, table=TABLE, record_id=row.id.bytes)) for row in rows]


def queue(engine, keys, who, staff, way: str, once: str = "notice:1") -> None:
    with transaction(engine) as session:
        case = casework.load(session, staff, who.id)
        notifying.queue(
            session,
            keys.keyring,
            case,
            staff,
            way,
            mail=MAIL,
            our_name="Harbour Rights",
            once=once,
            recipients=keys.recipients,
            now=people.NOW,
        )


@pytest.fixture
def staff(engine):
    return people.hire(engine)


def test_a_notice_waits_sealed_and_leaves_a_trace_of_its_way_alone(engine, keys, staff):
    joao = later.admitted(engine, keys, people.JOAO)
    queue(engine, keys, joao, staff.owner, "email")
    [mail] = queued(engine, keys)
    subject, text = notices.news("en")
    assert mail == {"to": "joao@example.org", "subject": subject, "text": text}
    assert later.events_of(engine, joao)[-1] == ("notice:queued", {"method": "email"})
    with transaction(engine) as session:
        [row] = session.scalars(select(Outbox))
        assert (row.case_id, row.kind) == (joao.id, "notice") and b"joao" not in row.envelope
        trace = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert trace.event == "notice:queued" and "joao" not in trace.details
        assert session.scalars(select(Letter.id)).first() is not None
    told = later.status_of(engine, joao)
    assert told["opened"] == 0 and "notice" not in str(told), "nobody was shown anything"


def test_one_letter_brings_one_notice(engine, keys, staff):
    joao = later.admitted(engine, keys, people.JOAO)
    for _ in range(2):
        queue(engine, keys, joao, staff.owner, "email")
    assert len(queued(engine, keys)) == 1


@pytest.mark.parametrize("way", ["text", "", "phone", "nonsense"])
def test_a_way_that_is_not_safe_is_refused_and_nothing_waits(engine, keys, staff, way):
    joao = later.admitted(engine, keys, people.JOAO)
    with pytest.raises(UnsafeWay):
        queue(engine, keys, joao, staff.owner, way)
    assert queued(engine, keys) == [] and "notice:queued" not in [event for event, _ in later.events_of(engine, joao)]


def test_what_the_person_changed_last_decides(engine, keys, staff):
    joao = later.admitted(engine, keys, people.JOAO)
    answers = {"contact_ways": ["phone"], "phone": "+12025550123", "whose_phone": "mine", "voicemail": "yes"}
    change = {"answers": answers, "removed": ["email"], "typed": {}}
    later.write(engine, keys, joao, Kind.CONTACT, change)
    later.hear(engine, keys)
    with pytest.raises(UnsafeWay):
        queue(engine, keys, joao, staff.owner, "email")
    queue(engine, keys, joao, staff.owner, "text")
    assert [mail["to"] for mail in queued(engine, keys)] == ["12025550123@sms.example.org"]


def test_only_who_may_write_letters_sends_notices(engine, keys, staff):
    joao = later.admitted(engine, keys, people.JOAO)
    with transaction(engine) as session:
        case = casework.load(session, staff.owner, joao.id)
        with pytest.raises(casework.NotAllowed):
            notifying.queue(
                session,
                keys.keyring,
                case,
                staff.outsider,
                "email",
                mail=MAIL,
                our_name="",
                once="x",
                recipients=keys.recipients,
                now=people.NOW,
            )


def test_erasing_removes_waiting_failed_and_sent_mail_of_the_case_and_of_no_other(engine, keys, staff):
    joao, other = (later.admitted(engine, keys, people.JOAO) for _ in range(2))
    for number in range(3):
        queue(engine, keys, joao, staff.owner, "email", once=f"notice:{number}")
    queue(engine, keys, other, staff.owner, "email", once="notice:other")
    with transaction(engine) as session:
        mine = session.scalars(select(Outbox).where(Outbox.case_id == joao.id)).all()
        mine[0].sent_at, mine[0].next_try_at = people.NOW, None
        mine[1].failed_at, mine[1].next_try_at = people.NOW, None
    later.write(engine, keys, joao, Kind.ERASE, {}, hours=3)
    later.hear(engine, keys, hours=4)
    with transaction(engine) as session:
        assert session.scalars(select(Outbox.case_id)).all() == [other.id]


def test_the_coarse_facts_alone_offer_no_more_than_the_answers(engine, keys, staff):
    joao = later.case_of(engine, later.admitted(engine, keys, people.JOAO))
    maryam = later.case_of(engine, later.admitted(engine, keys, people.MARYAM))
    assert notifying.possible(joao, MAIL) == ["email"] and notifying.possible(maryam, MAIL) == ["text"]
    assert notifying.possible(joao, None) == []
    live = questionnaire.live(questionnaire.current(), people.MARYAM)
    assert reach(live, MAIL).addresses == {}


def test_the_words_of_a_notice_are_among_the_texts_that_every_language_needs():
    assert translations("en").gettext(notices.NEWS) == notices.NEWS
