"""Making the demonstration: keys, database, staff and sixty requests, each along the way that real ones take."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from sqlalchemy import Engine, select

from .. import assessment, drafts, migrating, organisation, questionnaire, referrals, releases, submissions, unsealing
from ..assessment import Policy
from ..casework import admission, reassessing, tokens
from ..casework.models import Case
from ..db import make_engine, transaction
from ..organisation import Organisation, Phone
from ..publickeys import PublicKey, read_public_keys
from ..questionnaire.reading import retype
from ..returncode import ROOT_BYTES, derive, new_code, root_of
from ..settings import Settings, secret
from ..staff import members
from ..unsealing import Keyring
from . import assisting, history
from .built import Account, Built
from .people import Person, people

# Letters and digits that nobody mistakes for one another.
_SYMBOLS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
FILLING_IN: Final = dt.timedelta(minutes=11)
SOME: Final = 8128
STAFF: Final = (
    ("amina@example.org", "Amina Caseworker", "caseworker"),
    ("ben@example.org", "Ben Caseworker", "caseworker"),
    ("admin@example.org", "Ada Admin", "admin"),
    ("dana@example.org", "Dana Admin", "admin"),
    ("vera@example.org", "Vera Volunteer", "volunteer"),
    ("ines@example.org", "Ines Interpreter", "interpreter"),
)


def build(settings: Settings, now: dt.datetime) -> Built:
    """Fill an empty data folder and an empty database; takes some seconds.

    Raises:
        MigrationError, KeyFileError, SettingsError: as their own modules say.
    """
    today = now.astimezone(settings.timezone).date()
    migrating.upgrade(settings.database_url)
    unsealing.make_keys(settings.keys, settings.passphrase(), today=today)
    keyring = unsealing.load_keyring(settings.keys, settings.passphrase())
    recipients = read_public_keys(settings.keys / "public.json").recipients()
    engine = make_engine(settings.database_url)
    try:
        with transaction(engine) as session:
            referrals.load_bundled(session)
            organisation.save(session, says(settings), "the demonstration", now, 0)
            slugs = [one.slug for one in releases.import_files(session, releases.samples(), now)]
        accounts = tuple(_staff(settings, engine, now))
        code = _requests(settings, engine, keyring, recipients, slugs, now)
        _work(engine, keyring, recipients, settings, now)
        assisting.add(engine, now)
    finally:
        engine.dispose()
    return Built(accounts, code)


def says(settings: Settings) -> Organisation:
    """What the fictional organisation says of itself; 555-01XX are telephone numbers that nobody has."""
    return Organisation(
        name=settings.organisation,
        about="Lawyers and helpers at the harbour. Gifts pay for our work.",
        phones=(Phone("Office", "+12025550112"), Phone("From detention, free", "+12025550134")),
        email="help@example.org",
        hours="Monday to Friday, 9 to 17",
        zone="America/New_York",
        languages=("en", "es", "ar", "ht"),
        promise_days=10,
        service_area=tuple(sorted(settings.service_area)),
    )


def _staff(settings: Settings, engine: Engine, now: dt.datetime) -> list[Account]:
    made = []
    for email, name, role in STAFF:
        password = "-".join("".join(secrets.choice(_SYMBOLS) for _ in range(5)) for _ in range(3))
        one = Account(email, name, role, password, members.new_secret())
        members.create_with_secret(
            settings,
            engine,
            email=one.email,
            name=one.name,
            role=one.role,
            password=one.password,
            totp_secret=one.totp_secret,
            now=now - dt.timedelta(days=60),
        )
        made.append(one)
    return made


def _requests(
    settings: Settings,
    engine: Engine,
    keyring: Keyring,
    recipients: Sequence[PublicKey],
    slugs: Sequence[str],
    now: dt.datetime,
) -> str:
    """Send and admit every request at the time at which it came; returns the code of the newest one."""
    everyone = list(people(now))
    codes = [new_code() for _ in everyone]
    pepper = bytes.fromhex(secret(settings.secrets / "pepper.key"))
    key = tokens.key_of(settings)
    # Only the newest code is ever told to anyone. For the others a random root stands in for the slow hash of a
    # code that is thrown away: sixty of them would take ten seconds and prove nothing.
    roots = [secrets.token_bytes(ROOT_BYTES) for _ in codes[1:]] + [root_of(codes[-1], pepper)]
    random = Random(SOME)  # noqa: S311 -- which release a fictional person came from
    policy = Policy(settings.service_area, settings.out_of_area_refers)
    for person, code, root in zip(everyone, codes, roots, strict=True):
        source = random.choice((None, *slugs))
        with transaction(engine) as session:
            draft = drafts.start(
                session,
                code,
                derive(root),
                form_version=questionnaire.current().version,
                now=person.received_at - FILLING_IN,
                source=source,
            )
            session.flush()
            day = person.received_at.astimezone(settings.timezone).date()
            _send(session, draft, person, recipients, day, policy)
        moment = person.received_at + dt.timedelta(seconds=2)
        admission.admit_next(engine, admission.Terms(keyring, moment, day, policy, key))
    return codes[-1]


def _send(
    session: Any,
    draft: drafts.Draft,
    person: Person,
    recipients: Sequence[PublicKey],
    day: dt.date,
    policy: Policy,
) -> None:
    q = questionnaire.get(draft.form_version)
    answers = questionnaire.live(q, person.answers)
    draft.answers = answers
    for step, pairs in questionnaire.answered(q, answers):
        draft.typed[step.key] = {}
        for question, value in pairs:
            draft.typed[step.key] |= retype(question, value)
    result = assessment.assess(assessment.current(), assessment.facts(answers), day, policy)
    submissions.submit(
        session,
        draft,
        result,
        answers=answers,
        locale="en",
        recipients=recipients,
        now=person.received_at,
    )


def _work(
    engine: Engine, keyring: Keyring, recipients: Sequence[PublicKey], settings: Settings, now: dt.datetime
) -> None:
    with transaction(engine) as session:
        rows = session.execute(select(Case.id, Case.received_at).order_by(Case.received_at, Case.id)).all()
    cases: list[tuple[uuid.UUID, dt.datetime]] = [(row.id, row.received_at) for row in rows]
    caseworkers = [email for email, _, role in STAFF if role == "caseworker"]
    history.replay(engine, history.steps(cases, caseworkers, now), recipients)
    reassessing.reassess_due(
        engine,
        keyring,
        now=now,
        today=now.astimezone(settings.timezone).date(),
        policy=Policy(settings.service_area, settings.out_of_area_refers),
        limit=len(cases),
    )
