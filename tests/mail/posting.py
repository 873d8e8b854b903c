"""Mail in the outbox of the tests, a desk that sends it when it is told to, and the time as both see it."""

import datetime as dt

from sqlalchemy import select

from intake import mailing, outbox
from intake.db import transaction
from intake.outbox import Outbox
from intake.settings import Mail
from tests.mail.smtp import Server

START = dt.datetime(2026, 11, 2, 15, 0, tzinfo=dt.UTC)
TEXT = "هناك جديد لك.\n.\n..استخدم رمزك\n" + "A long line. " * 100


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> dt.datetime:
        return self.time

    def pass_by(self, by: dt.timedelta) -> None:
        self.time += by


def to(server: Server, **more) -> Mail:
    host, _, port = server.address.partition(":")
    return Mail(**({"host": host, "port": int(port), "sender": "office@example.org", "security": "none"} | more))


def put(engine, keys, *, address: str = "joao@example.org", text: str = TEXT, subject: str = "Novidades", **more):
    with transaction(engine) as session:
        assert outbox.put(
            session,
            kind="notice",
            to=address,
            subject=subject,
            text=text,
            recipients=keys.recipients,
            now=START,
            **more,
        )
        return session.scalars(select(Outbox.id).order_by(Outbox.created_at.desc(), Outbox.id).limit(1)).one()


def send(engine, keys, mail: Mail, clock: Clock, most: int = 10) -> int:
    try:
        return mailing.send_due(engine, keys.keyring, mail, clock, most=most)
    except mailing.Away:
        return 0


def rows(engine) -> list[Outbox]:
    with transaction(engine.execution_options(reads=True)) as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.created_at, Outbox.id)))
