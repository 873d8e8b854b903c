"""One typed settings object per process, read once from the environment; nonsense stops the boot."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo

from . import bounds, envreading
from .bounds import NOTHING_CHOSEN, Chosen
from .envreading import SettingsError as SettingsError

Door = Literal["public", "staff"]
Security = Literal["starttls", "tls", "none"]
Log = Literal["text", "json"]

KNOWN: dict[str, str] = {
    "INTAKE_DATA": "the folder for the database, keys and secrets (default: var/data)",
    "INTAKE_DATABASE_URL": "the database, for the staff side and for upgrades (default: SQLite in the data folder)",
    "INTAKE_PUBLIC_DATABASE_URL": "the database as the public door sees it, with its own role (default: the same)",
    "INTAKE_READ_DATABASE_URL": "a PostgreSQL standby from which numbers and exports are read (default: the database)",
    **bounds.KNOWN,
    "INTAKE_LIMITS_URL": "a Redis or Valkey server on which doors count limits together (default: each by itself)",
    "INTAKE_PUBLIC_PORT": "the port of the public door (default: 8000)",
    "INTAKE_STAFF_PORT": "the port of the staff door (default: 8001)",
    "INTAKE_HOST": "the address both doors listen on (default: 127.0.0.1)",
    "INTAKE_PUBLIC_HOSTS": "host names that the public door answers to, with commas (default: localhost, 127.0.0.1)",
    "INTAKE_STAFF_HOSTS": "host names that the staff door answers to, with commas (default: localhost, 127.0.0.1)",
    "INTAKE_HTTPS": "yes or no: cookies only over HTTPS, and say so to browsers (default: no)",
    "INTAKE_PROXIES": "how many trusted proxies stand in front, 0 to 3 (default: 0)",
    "INTAKE_WAITING": "how many seconds a new visit waits before the public door asks to come later, 1 to 30 (3)",
    "INTAKE_ORGANISATION": "the name of the organisation, as people read it (default: Our organisation)",
    "INTAKE_LEAVE_TO": "the address that “Leave now” goes to (default: a plain page of our own)",
    "INTAKE_FRAMED_BY": "sites that may frame /embed, such as https://example.org, with commas (default: none)",
    "INTAKE_PARTNERS": "names of partner organisations for the consent to share, with semicolons (default: none)",
    "INTAKE_SERVICE_AREA": "two-letter states with commas, until the office says others; empty means everywhere",
    "INTAKE_OUT_OF_AREA": "review or refer (default: review)",
    "INTAKE_CONFLICT_CHECK": "matches or always: which new cases wait for a look at the names (default: matches)",
    "INTAKE_ANCHOR_TO": "the e-mail address to which the anchor of the audit trail goes each day (default: nobody)",
    "INTAKE_TIMEZONE": "the time zone in which days are counted (default: America/New_York)",
    "INTAKE_PASSPHRASE_FILE": "the file with the passphrase of the desk key; staff door and desk only",
    "INTAKE_SMTP": "host:port of the server that takes our mail; empty means that mail is off (default: empty)",
    "INTAKE_SMTP_SECURITY": "starttls, tls or none (default: starttls)",
    "INTAKE_SMTP_USER": "the name to sign in with at that server (default: no sign-in)",
    "INTAKE_SMTP_PASSWORD_FILE": "the file with the password for that name",
    "INTAKE_MAIL_FROM": "the address that mail comes from, such as office@example.org; a neutral one, people may look",
    "INTAKE_SMS_ADDRESS": "how text messages go by mail, such as {number}@sms.example.org (default: no text messages)",
    "INTAKE_EXPORT_ALONE": "how many cases with identities one admin may export without a second one, 0 to 10000 (50)",
    "INTAKE_BACKUP_DAYS": "after how many days backups are removed, 1 to 3650; what was erased is in them so long (30)",
    "INTAKE_LOG": "text or json: the form of the lines that each process writes to stderr (default: text)",
    "INTAKE_ALARMS_TO": "the e-mail address that hears when something is wrong and when it is over (default: nobody)",
    "INTAKE_METRICS": "address and port for figures in the Prometheus format, such as 127.0.0.1:9101 (default: none)",
    "INTAKE_METRICS_ANYWHERE": "yes or no: INTAKE_METRICS may be an address that is not private (default: no)",
    "INTAKE_PSEUDO_LOCALE": "yes or no: offer the right-to-left pseudo-language (default: no)",
    "INTAKE_DEMO": "yes or no: say on every page that this is a demonstration (default: no)",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes our mail, and in whose name it goes. `texts` has the place `{number}`, or is empty."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password_file: Path | None = field(default=None, repr=False)
    texts: str = ""

    def password(self) -> str:
        """The password, read from its file each time. Raises SettingsError when it cannot be read."""
        if self.password_file is None:
            return ""
        try:
            return self.password_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError("INTAKE_SMTP_PASSWORD_FILE cannot be read.") from None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process needs to know about where and for whom it runs."""

    data: Path
    database_url: str = field(repr=False)
    public_database_url: str = field(repr=False)
    public_port: int = 8000
    staff_port: int = 8001
    host: str = "127.0.0.1"
    public_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    staff_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    https: bool = False
    proxies: int = 0
    waiting: int = 3
    organisation: str = "Our organisation"
    leave_to: str = ""
    framed_by: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    service_area: frozenset[str] = frozenset()
    out_of_area_refers: bool = False
    conflict_check_always: bool = False
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    passphrase_file: Path | None = field(default=None, repr=False)
    export_alone: int = 50
    backup_days: int = 30
    pseudo_locale: bool = False
    demo: bool = False
    mail: Mail | None = None
    anchor_to: str = ""
    log: Log = "text"
    alarms_to: str = ""
    metrics: tuple[str, int] | None = None
    bounds: Chosen = NOTHING_CHOSEN
    read_database_url: str = field(default="", repr=False)
    limits_url: str = field(default="", repr=False)

    @property
    def keys(self) -> Path:
        """The folder of keys: `public.json` for everyone, `private/` for the staff side."""
        return self.data / "keys"

    @property
    def secrets(self) -> Path:
        """The folder of cookie and second-factor secrets, one file per door."""
        return self.data / "secrets"

    @property
    def prepared(self) -> Path:
        """The folder of files that were prepared for a download, sealed; staff door and desk only."""
        return self.data / "prepared"

    def passphrase(self) -> str:
        """The desk key's passphrase, read from its file. Raises SettingsError when it is missing."""
        if self.passphrase_file is None:
            raise SettingsError("INTAKE_PASSPHRASE_FILE is not set: the staff side cannot open its key.")
        try:
            return self.passphrase_file.read_text("utf-8").strip()
        except OSError as error:
            raise SettingsError(f"INTAKE_PASSPHRASE_FILE cannot be read: {error.strerror}.") from None


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a name that starts with INTAKE_ is unknown, or a value makes no sense.
    """
    env = os.environ if environ is None else environ
    unknown = sorted(name for name in env if name.startswith("INTAKE_") and name not in KNOWN)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting. Known settings: {', '.join(KNOWN)}.")
    data = Path(env.get("INTAKE_DATA") or "var/data").absolute()
    database = envreading.database(env, "INTAKE_DATABASE_URL", f"sqlite:///{data / 'intake.db'}")
    passphrase = env.get("INTAKE_PASSPHRASE_FILE")
    return Settings(
        data=data,
        database_url=database,
        public_database_url=envreading.database(env, "INTAKE_PUBLIC_DATABASE_URL", database),
        public_port=envreading.number(env, "INTAKE_PUBLIC_PORT", 8000, 1, 65535),
        staff_port=envreading.number(env, "INTAKE_STAFF_PORT", 8001, 1, 65535),
        host=env.get("INTAKE_HOST") or "127.0.0.1",
        public_hosts=envreading.words(env, "INTAKE_PUBLIC_HOSTS", "localhost,127.0.0.1"),
        staff_hosts=envreading.words(env, "INTAKE_STAFF_HOSTS", "localhost,127.0.0.1"),
        https=envreading.yes(env, "INTAKE_HTTPS"),
        proxies=envreading.number(env, "INTAKE_PROXIES", 0, 0, 3),
        waiting=envreading.number(env, "INTAKE_WAITING", 3, 1, 30),
        organisation=(env.get("INTAKE_ORGANISATION") or "Our organisation").strip(),
        leave_to=envreading.https_address(env, "INTAKE_LEAVE_TO"),
        framed_by=tuple(envreading.site(word) for word in envreading.words(env, "INTAKE_FRAMED_BY", "")),
        partners=envreading.words(env, "INTAKE_PARTNERS", "", between=";"),
        service_area=_states(env),
        out_of_area_refers=envreading.choice(env, "INTAKE_OUT_OF_AREA", "review", ("review", "refer")) == "refer",
        conflict_check_always=envreading.choice(env, "INTAKE_CONFLICT_CHECK", "matches", ("matches", "always"))
        == "always",
        timezone=envreading.timezone(env),
        passphrase_file=Path(passphrase).absolute() if passphrase else None,
        export_alone=envreading.number(env, "INTAKE_EXPORT_ALONE", 50, 0, 10_000),
        backup_days=envreading.number(env, "INTAKE_BACKUP_DAYS", 30, 1, 3650),
        pseudo_locale=envreading.yes(env, "INTAKE_PSEUDO_LOCALE"),
        demo=envreading.yes(env, "INTAKE_DEMO"),
        mail=_mail(env),
        anchor_to=envreading.mailbox(env, "INTAKE_ANCHOR_TO"),
        log=cast(Log, envreading.choice(env, "INTAKE_LOG", "text", ("text", "json"))),
        alarms_to=envreading.mailbox(env, "INTAKE_ALARMS_TO"),
        metrics=envreading.metrics(env),
        bounds=bounds.read(env),
        read_database_url=envreading.standby(env, "INTAKE_READ_DATABASE_URL", database),
        limits_url=envreading.counting_server(env, "INTAKE_LIMITS_URL"),
    )


def secret(path: Path) -> str:
    """The secret in the file `path` (64 hex digits, mode 600), made on first use.

    Whoever asks at the same first moment gets the same one: the file comes to its name whole, and only once.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                os.link(made, path)
        finally:
            Path(made).unlink()
    text = path.read_text("ascii").strip()
    if len(text) < 64:
        raise SettingsError(f"The secret in {path.name} is too short; remove the file to make a new one.")
    return text


def _states(env: Mapping[str, str]) -> frozenset[str]:
    states = frozenset(word.upper() for word in envreading.words(env, "INTAKE_SERVICE_AREA", ""))
    if any(len(state) != 2 or not state.isalpha() for state in states):
        raise SettingsError("INTAKE_SERVICE_AREA must hold two-letter states, such as NY,NJ.")
    return states


def _mail(env: Mapping[str, str]) -> Mail | None:
    """Where mail goes, each part checked even while mail is off: a typing slip shows before it is needed."""
    security = envreading.choice(env, "INTAKE_SMTP_SECURITY", "starttls", ("starttls", "tls", "none"))
    user, sender = (env.get("INTAKE_SMTP_USER") or "").strip(), envreading.mailbox(env, "INTAKE_MAIL_FROM")
    password, texts = env.get("INTAKE_SMTP_PASSWORD_FILE"), (env.get("INTAKE_SMS_ADDRESS") or "").strip()
    if texts and (texts.count("{number}") != 1 or envreading.MAILBOX.fullmatch(texts.replace("{number}", "1")) is None):
        raise SettingsError("INTAKE_SMS_ADDRESS must be an address with {number} in it: {number}@sms.example.org.")
    if bool(user) != bool(password):
        raise SettingsError("INTAKE_SMTP_USER and INTAKE_SMTP_PASSWORD_FILE belong together: set both or none.")
    if user and security == "none":
        raise SettingsError(
            "INTAKE_SMTP_USER needs INTAKE_SMTP_SECURITY tls or starttls: a password must not go in the clear."
        )
    server = (env.get("INTAKE_SMTP") or "").strip()
    if not server:
        return None
    found = envreading.SERVER.fullmatch(server)
    if found is None or not 1 <= int(found["port"]) <= 65535:
        raise SettingsError("INTAKE_SMTP must be a host and a port, such as mail.example.org:587.")
    if not sender:
        raise SettingsError("INTAKE_MAIL_FROM is not set: mail needs an address that it comes from.")
    return Mail(
        host=found["host"].strip("[]"),
        port=int(found["port"]),
        sender=sender,
        security=cast(Security, security),
        user=user,
        password_file=Path(password).absolute() if password else None,
        texts=texts,
    )
