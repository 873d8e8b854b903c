"""Records and files that were changed: they do not open, and nothing else happens."""

import io

from intake.backups.container import BackupError, Passphrase, Reader, Writer, closed_to
from intake.publickeys import Purpose
from intake.recoverypaper import BadRecoveryText, from_recovery_text, recovery_text
from intake.sealing import (
    BadEnvelope,
    CannotOpen,
    Envelope,
    PrivateKey,
    open_envelope,
    open_symmetric,
    recipients_of,
    seal,
    seal_symmetric,
)
from intake.unsealing import Argon
from tests.fuzz.taking import Taking, as_text

KEY = PrivateKey(bytes(range(32)), Purpose.DESK)
BACKUP = PrivateKey(bytes(range(1, 33)), Purpose.BACKUP)
CODE_KEY = bytes(range(2, 34))
TABLE, RECORD, TEXT = "submission", bytes(16), b"fictional answers"
ENVELOPE = seal(TEXT, table=TABLE, record_id=RECORD, recipients=[KEY.public])
CLOSED = seal_symmetric(CODE_KEY, TEXT, table=TABLE, record_id=RECORD)
WORD = Passphrase("a fictional passphrase", Argon(memory_kib=64, iterations=1, lanes=1))
CHEAP_BYTES = range(32, 41)  # where the work of a passphrase stands: changed, it would only be slow


def _backup(to: object) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, to)  # type: ignore[arg-type]
    writer.write(TEXT * 50)
    writer.close()
    return out.getvalue()


BACKUPS = ((_backup(BACKUP.public), BACKUP), (_backup(WORD), WORD))


def _changed(whole: bytes, taking: Taking, kept: range = range(0)) -> bytes:
    """`whole` with some bytes changed, a piece cut out or doubled; sometimes something else altogether."""
    data = bytearray(whole)
    for _ in range(taking.number(4)):
        at, much = taking.number(max(0, len(data) - 1)), taking.number(40)
        match taking.number(3):
            case 0 if at not in kept and at < len(data):
                data[at] ^= 1 + taking.number(254)
            case 1 if at > 64:
                del data[at : at + much]
            case 2 if at > 64:
                data[at:at] = data[at : at + much]
            case 3 if at > 64:
                del data[at:]
    return bytes(data) if taking.number(7) else taking.rest


def envelopes(data: bytes) -> None:
    """Only the bytes that were written open; the rest is refused in one way."""
    changed = _changed(ENVELOPE, Taking(data))
    try:
        opened = open_envelope(changed, table=TABLE, record_id=RECORD, private=KEY)
    except CannotOpen:
        assert changed != ENVELOPE
    else:
        assert changed == ENVELOPE and opened == TEXT
    try:
        assert Envelope.parse(changed).to_bytes() == changed
        assert recipients_of(changed)
    except BadEnvelope as wrong:
        assert str(wrong) == "This is not a sealed record."
    shut = _changed(CLOSED, Taking(data))
    try:
        opened = open_symmetric(CODE_KEY, shut, table=TABLE, record_id=RECORD)
    except CannotOpen:
        assert shut != CLOSED
    else:
        assert shut == CLOSED and opened == TEXT


def backups(data: bytes) -> None:
    """A backup that was changed is refused in a sentence; nothing that was not written is ever read of it."""
    taking = Taking(data)
    whole, key = taking.one_of(BACKUPS)
    changed = _changed(whole, taking, CHEAP_BYTES)
    try:
        closed_to(io.BytesIO(changed))
        opened = Reader(io.BytesIO(changed), key).read(100_000)  # type: ignore[arg-type]
    except BackupError as wrong:
        assert str(wrong).endswith(".") and changed != whole
    else:
        assert changed == whole and opened == TEXT * 50


PAPER = recovery_text(PrivateKey(bytes(range(32)), Purpose.RECOVERY))


def papers(data: bytes) -> None:
    """A paper typed wrongly is refused at its line, and the sentence holds nothing of it."""
    taking = Taking(data)
    text = as_text(_changed(PAPER.encode(), taking))
    try:
        key = from_recovery_text(text)
    except BadRecoveryText as wrong:
        assert str(wrong).endswith(".") and len(str(wrong)) < 80 and wrong.line in {None, 1, 2, 3, 4}
        return
    assert from_recovery_text(recovery_text(key)).kid == key.kid
