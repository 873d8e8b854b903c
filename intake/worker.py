"""The desk: admits submissions, carries out what comes later, judges again as days pass, sends mail, tidies up."""

import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from . import area, mailing, metricsport, tidying, trail, writeahead
from .assessment import Policy
from .casework import admission, alerts, checking, inbox, indexing, reassessing, tokens, waiting
from .db import make_engine, transaction
from .exports.preparing import Bench
from .incoming import Kind
from .keyring import counting
from .keyring.following import FollowingKeyring, KeyChanges
from .publickeys import read_public_keys
from .retention import carrying
from .settings import Settings
from .standby import Standby
from .unsealing import Keyring
from .watching import gauges, seeing, telling

log = logging.getLogger("intake.worker")

POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
REASSESS_SECONDS = 60.0
PURGE_SECONDS = 3600.0
MEASURE_SECONDS = 3600.0
CHECK_SECONDS = 20.0
COUNT_KEYS_SECONDS = 24 * 3600.0
KEYS_SECONDS = 20.0
ALERT_SECONDS = 60.0
BEAT_SECONDS = 60.0
WATCH_SECONDS = 60.0
TIDY_SECONDS = 60.0
CHECKPOINT_SECONDS = 5.0
# Bounds on one round, so that the desk ends promptly when it is told to.
ADMIT_AT_A_TIME = 200
HEAR_AT_A_TIME = 200
REASSESS_AT_A_TIME = 200
INDEX_AT_A_TIME = 200
MAIL_AT_A_TIME = 50
MAIL_POLL_SECONDS = 2.0
# A mail server that is away is asked again after this.
MAIL_AWAY_SECONDS = 60.0
MAIL_PATIENCE_SECONDS = 5.0
CHECK_AT_A_TIME = 100
REMOVE_AT_A_TIME = 50


@dataclass(slots=True)
class Desk:
    """One desk at work. `clock` gives the time of events, `ticks` the seconds for intervals."""

    engine: Engine
    keyring: Keyring
    settings: Settings
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ticks: Callable[[], float] = time.monotonic
    _next: dict[str, float] = field(default_factory=dict)
    # True at first: the desk before this one may have ended right after an erasing.
    _erased: bool = True
    _search_key: bytes = field(init=False, repr=False)
    _opened: dt.datetime = field(init=False)
    _bench: Bench = field(init=False, repr=False)
    _key_changes: KeyChanges = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._opened = self.clock()
        self._search_key = tokens.key_of(self.settings)
        standby = Standby.of(self.settings, self.engine, "worker")
        clocks = (lambda: self.clock(), lambda: self.ticks())
        self._bench = Bench(self.engine, self.keyring, self.settings, *clocks, standby)
        self._key_changes = KeyChanges(self.engine, self.keyring)

    @property
    def policy(self) -> Policy:
        """What the organisation decides about its area, as of now."""
        with transaction(self.engine.execution_options(reads=True)) as session:
            return area.policy(session, self.settings)

    def today(self) -> dt.date:
        """The present day where the organisation works."""
        return self.clock().astimezone(self.settings.timezone).date()

    def run_once(self) -> int:
        """Do what is due; returns how many submissions and later messages were handled.

        At most `ADMIT_AT_A_TIME` submissions and `HEAR_AT_A_TIME` of what came later.
        """
        if self._due("keys", KEYS_SECONDS) and self._key_changes.came():
            self.retry_set_aside()
        handled = self._admit() + self._hear()
        indexing.index_due(self.engine, self.keyring, self._search_key, limit=INDEX_AT_A_TIME)
        checking.check_due(self.engine, self.keyring, self._search_key, now=self.clock(), limit=CHECK_AT_A_TIME)
        if carrying.carry_out(self.engine, self.clock(), REMOVE_AT_A_TIME):
            self._erased = True
            self._next.pop("empty", None)
        if self._due("reassess", REASSESS_SECONDS):
            judged = reassessing.reassess_due(
                self.engine,
                self.keyring,
                now=self.clock(),
                today=self.today(),
                policy=self.policy,
                limit=REASSESS_AT_A_TIME,
            )
            _say("judged %d cases again", judged)
            if judged == REASSESS_AT_A_TIME:
                self._next.pop("reassess")
        if self._due("alerts", ALERT_SECONDS):
            self._alert()
        if self._due("purge", PURGE_SECONDS):
            self._erased |= tidying.tidy(self.engine, self.settings, self.clock(), self.today())
        if self._due("trail", CHECK_SECONDS):
            self._watch_trail()
        if self._due("beat", BEAT_SECONDS):
            with transaction(self.engine) as session:
                seeing.beat(session, self.clock())
        if self._due("measure", MEASURE_SECONDS):
            waiting.record(self.engine, self.clock(), self.settings)
        if self._due("count keys", COUNT_KEYS_SECONDS):
            counting.count(self.engine, self.clock())
        if self.engine.dialect.name == "sqlite":
            if self._erased and self._due("empty", CHECKPOINT_SECONDS):
                self._erased = not writeahead.empty(self.engine)
            elif self._due("checkpoint", CHECKPOINT_SECONDS):
                writeahead.move(self.engine)
        return handled

    def prepare(self) -> bool:
        """Work on a file that was asked for, a part of a second; True when there is more to do at once."""
        if self._due("tidy", TIDY_SECONDS):
            _say("removed %d prepared files", self._bench.tidy())
        return self._bench.work()

    def watch(self) -> None:
        """See what is wrong and queue mails about it; from the thread of the mail, so also when `run_once` hangs."""
        if self._due("watch", WATCH_SECONDS):
            telling.look(self.engine, self.settings, self.clock(), self._opened)

    def send_mail(self, ending: Callable[[], bool] = lambda: False) -> int:
        """Send mail that is due, at most `MAIL_AT_A_TIME`; returns how many the server took. Raises mailing.Away."""
        mail = self.settings.mail
        if mail is None:
            return 0
        taken = mailing.send_due(self.engine, self.keyring, mail, self.clock, most=MAIL_AT_A_TIME, ending=ending)
        _say("sent %d mails", taken)
        return taken

    def retry_set_aside(self) -> None:
        """Try what could not be opened before: keys may have come back since."""
        admitted = admission.retry_set_aside(self.engine, self._terms())
        _say("admitted %d submissions that had been set aside", admitted)
        with transaction(self.engine) as session:
            indexing.retry(session)
            checking.retry(session)

    def _terms(self) -> admission.Terms:
        """On what terms this desk admits at this moment."""
        return admission.Terms(
            self.keyring,
            self.clock(),
            self.today(),
            self.policy,
            self._search_key,
            hold_all=self.settings.conflict_check_always,
        )

    def _admit(self) -> int:
        handled = 0
        while handled < ADMIT_AT_A_TIME and admission.admit_next(self.engine, self._terms()):
            handled += 1
        _say("handled %d new submissions", handled)
        return handled

    def _hear(self) -> int:
        handled = 0
        while handled < HEAR_AT_A_TIME:
            kind = inbox.handle_next(
                self.engine, self.keyring, now=self.clock(), today=self.today(), policy=self.policy
            )
            if kind is None:
                break
            handled += 1
            if kind == Kind.ERASE:
                self._erased = True
                self._next.pop("empty", None)
        _say("handled %d things that came in later", handled)
        return handled

    def _alert(self) -> None:
        """Tell people of new cases that fit a search they saved with an alert."""
        to = read_public_keys(self.settings.keys / "public.json").recipients()
        now, today, zone = self.clock(), self.today(), self.settings.timezone
        told = alerts.alert_due(self.engine, list(to), now=now, today=today, zone=zone)
        _say("queued %d mails about new cases", told)

    def _watch_trail(self) -> None:
        """Check the next part of the audit trail; once a day send its anchor to where nobody here can change it."""
        if trail.check_part(self.engine, self.clock()):
            # A whole trail is read once in an hour, not again and again.
            self._next["trail"] = self.ticks() + PURGE_SECONDS
        with transaction(self.engine) as session:
            found = trail.state(session)
            if found is not None and found.bad_seq is not None:
                log.error("the audit trail is not whole from event %d on", found.bad_seq)
            if self.settings.anchor_to:
                to = read_public_keys(self.settings.keys / "public.json").recipients()
                trail.mail_anchor(session, self.settings.anchor_to, self.today(), list(to), self.clock())

    def _due(self, name: str, every: float) -> bool:
        now = self.ticks()
        if now < self._next.get(name, 0.0):
            return False
        self._next[name] = now + every
        return True


def run(settings: Settings, *, once: bool = False, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM or SIGINT, or with `once` until nothing waits.

    A database that is away is waited for. Raises SettingsError, KeyFileError or WrongPassphrase when the key
    cannot be unlocked; with `once`, also the database's error.
    """
    ending = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
    engine = make_engine(settings.database_url, settings.bounds.of("worker"))
    try:
        desk = Desk(engine, FollowingKeyring(settings), settings)
        if once:
            desk.retry_set_aside()
            while desk.run_once() >= ADMIT_AT_A_TIME or desk.prepare():
                pass
            desk.watch()
            with suppress(mailing.Away):
                while desk.send_mail() >= MAIL_AT_A_TIME:
                    pass
            return
        metricsport.open_beside(settings, "worker", [gauges.source(engine, settings, desk.clock)])
        log.info("the desk is open")
        # A thread of its own: a mail server that hangs must not hold up anybody who asks for help.
        mail = threading.Thread(target=_send_mail, args=(desk, ending), name="mail", daemon=True)
        mail.start()
        _work(desk, ending)
        # What is cut off here is tried once more when its lease has run out.
        mail.join(MAIL_PATIENCE_SECONDS)
        log.info("the desk is closed")
    finally:
        engine.dispose()


def _work(desk: Desk, ending: threading.Event) -> None:
    pause, retried = POLL_SECONDS, False
    while not ending.is_set():
        try:
            if not retried:
                desk.retry_set_aside()
                retried = True
            # Whoever asked for help comes before a file for an office: its turn is short, and last.
            busy = desk.run_once() >= ADMIT_AT_A_TIME or desk.prepare()
            pause = 0.0 if busy else POLL_SECONDS
        except DBAPIError as error:
            # The message of a database error can hold values; its type cannot.
            # Of two desks that write the same first row at the same moment, one does it again.
            reason = "two desks did the same at once" if isinstance(error, IntegrityError) else "the database is away"
            log.warning("%s (%s), trying again", reason, type(error.orig).__name__)
            pause = min(max(pause, POLL_SECONDS) * 2, LONGEST_PAUSE_SECONDS)
        ending.wait(pause)


def _send_mail(desk: Desk, ending: threading.Event) -> None:
    while not ending.is_set():
        pause = MAIL_POLL_SECONDS
        try:
            desk.watch()
            desk.send_mail(ending.is_set)
        except mailing.Away:
            pause = MAIL_AWAY_SECONDS
        except DBAPIError as error:
            log.warning("the database is away (%s), mail waits", type(error.orig).__name__)
            pause = LONGEST_PAUSE_SECONDS
        except Exception as error:  # a fault in one mail must not end all mail; its lease lets it try once more
            log.error("a mail could not be sent (%s)", type(error).__name__)
        ending.wait(pause)


def _say(sentence: str, count: int) -> None:
    if count:
        log.info(sentence, count)
