"""Sending mail: one claimed mail at a time, one conversation with the organisation's own server.

Plain text, no picture, no tracking. What a server says never leaves this module: only a code does. The name of a mail
(Message-ID) is made from its row, so that a mail that comes twice after a crash is known as the same one.
"""

import datetime as dt
import json
import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Final

from sqlalchemy import Engine

from . import outbox
from .db import transaction
from .outbox import SENT, TABLE, Claimed, Outcome
from .sealing import CannotOpen
from .settings import Mail, SettingsError
from .unsealing import Keyring

log = logging.getLogger("intake.mailing")

# One answer of the server, and a whole conversation: much shorter than outbox.LEASE.
ANSWER_SECONDS: Final = 20.0
LONGEST_SECONDS: Final = 240.0
# The name beside the address says nothing about who we are.
SENDER_NAME: Final = "Info"
_PERMANENT = 500
_TAKEN, _GO_ON = 250, 354


class Away(Exception):
    """The server cannot be reached or does not let us in; trying the next mail now is of no use."""


class _Refused(Exception):
    """The conversation ended. `outcome` is what the outbox keeps."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


def send_due(
    engine: Engine,
    keyring: Keyring,
    mail: Mail,
    clock: Callable[[], dt.datetime],
    *,
    most: int,
    ending: Callable[[], bool] = lambda: False,
) -> int:
    """Send what is due, at most `most`; returns how many the server took.

    Any number of desks may do this at once. Raises Away after writing down the mail that met it.
    """
    taken = 0
    for _ in range(most):
        if ending():
            break
        claimed = _claim(engine, clock())
        if claimed is None:
            break
        try:
            outcome, away = _send(claimed, keyring, mail), None
        except Away as error:
            outcome, away = Outcome(str(error)), error
        with transaction(engine) as session:
            outbox.settle(session, claimed, outcome, clock())
        taken += outcome is SENT
        if outcome.code:
            log.warning("a mail was not sent (%s)", outcome.code)
        if away is not None:
            raise away
    return taken


def _claim(engine: Engine, now: dt.datetime) -> Claimed | None:
    # Looking takes no write lock, so that an idle desk disturbs nobody on SQLite.
    with transaction(engine.execution_options(reads=True)) as session:
        if not outbox.is_due(session, now):
            return None
    with transaction(engine) as session:
        return outbox.claim(session, now)


def _send(claimed: Claimed, keyring: Keyring, mail: Mail) -> Outcome:
    try:
        to, message = _message(claimed, keyring, mail)
    except CannotOpen:
        return Outcome("sealed", dead=True)
    except (ValueError, TypeError, LookupError, MessageError):
        # The original error could quote the address.
        return Outcome("bad_mail", dead=True)
    try:
        with _connected(mail) as server:
            _hand_over(server, mail.sender, to, message)
    except _Refused as refused:
        return refused.outcome
    return SENT


def _message(claimed: Claimed, keyring: Keyring, mail: Mail) -> tuple[str, bytes]:
    """The address and the bytes of a mail; ValueError for an address or a subject that no mail can have."""
    held = json.loads(keyring.open(claimed.envelope, table=TABLE, record_id=claimed.id.bytes))
    name, _at, domain = str(held["to"]).rpartition("@")
    if not name or not domain:
        raise ValueError("That is no address.")
    to = Address(username=name, domain=domain.encode("idna").decode("ascii")).addr_spec
    to.encode("ascii")
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(SENDER_NAME, addr_spec=mail.sender)
    message["To"] = to
    message["Subject"] = str(held["subject"])
    message["Date"] = format_datetime(claimed.created_at)
    message["Message-ID"] = f"<{claimed.id.hex}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(held["text"]), charset="utf-8")
    return to, message.as_bytes()


def knock(mail: Mail) -> None:
    """Ask whether the server lets us in, and send nothing. Raises Away."""
    with _connected(mail):
        pass


@contextmanager
def _connected(mail: Mail) -> Iterator[smtplib.SMTP]:
    """A server that lets us in, for as long as one conversation may take. Raises Away."""
    began = time.monotonic()
    server = _open(mail)
    watch = threading.Timer(LONGEST_SECONDS, _cut, [server])
    watch.daemon = True
    watch.start()
    try:
        _enter(server, mail)
        if time.monotonic() - began > LONGEST_SECONDS:
            raise Away("timeout")
        yield server
    finally:
        watch.cancel()
        _take_leave(server)


def _open(mail: Mail) -> smtplib.SMTP:
    name = mail.sender.rpartition("@")[2]
    try:
        if mail.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(mail.host, mail.port, name, timeout=ANSWER_SECONDS, context=context)
        return smtplib.SMTP(mail.host, mail.port, name, timeout=ANSWER_SECONDS)
    except ssl.SSLError:
        raise Away("tls") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Away(_lost(error, "connect")) from None


def _enter(server: smtplib.SMTP, mail: Mail) -> None:
    try:
        if mail.security == "starttls":
            _close_up(server)
        server.ehlo_or_helo_if_needed()
        if mail.user:
            server.login(mail.user, mail.password())
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, SettingsError):
        raise Away("sign_in") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Away(_lost(error, "connect")) from None


def _close_up(server: smtplib.SMTP) -> None:
    """From here on under TLS. A server that does not offer it, or is another one, gets nothing."""
    try:
        server.starttls(context=ssl.create_default_context())
    except (ssl.SSLError, smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
        raise Away("tls") from None


def _take_leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _hand_over(server: smtplib.SMTP, sender: str, to: str, message: bytes) -> None:
    """The mail itself, step by step: only so is it known what a lost connection means. Raises _Refused."""
    try:
        _expect("sender", server.mail(sender), dead=False)
        _expect("address", server.rcpt(to))
        _expect("content", server.docmd("DATA"), wanted=_GO_ON)
    except (smtplib.SMTPException, OSError) as error:
        raise _Refused(Outcome(_lost(error))) from None
    _content(server, message)


def _content(server: smtplib.SMTP, message: bytes) -> None:
    lines = message.replace(b"\r\n.", b"\r\n..")
    if lines.startswith(b"."):
        lines = b"." + lines
    end = b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        server.send(lines)
    except (smtplib.SMTPException, OSError) as error:
        # Without its last line no server takes a mail.
        raise _Refused(Outcome(_lost(error))) from None
    try:
        server.send(end)
        answer = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise _Refused(Outcome(_lost(error), unsure=True)) from None
    _expect("content", answer)


def _expect(step: str, answer: tuple[int, bytes], *, wanted: int = _TAKEN, dead: bool = True) -> None:
    """Go on when the server said yes. A refusal for good ends the mail where it lies in the mail itself."""
    code = answer[0]
    if code != wanted and not (wanted == _TAKEN and code // 100 == 2):
        raise _Refused(Outcome(f"{step}_{code}"[:24], dead=dead and _PERMANENT <= code < 600))


def _lost(error: Exception, otherwise: str = "dropped") -> str:
    """Why a conversation broke off; the library hides a time-out inside an error of its own."""
    waited = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return "timeout" if waited else otherwise


def _cut(server: smtplib.SMTP) -> None:
    """End a conversation that takes too long: whoever reads or writes then meets an error."""
    held = server.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
