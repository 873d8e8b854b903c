"""Reading one setting from the environment: each is checked, and what is wrong is one sentence with its name."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SERVER = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
# How the address of a Redis or Valkey server begins -> the same for the client, which speaks to both.
COUNTING_SERVERS = {
    "redis": "redis",
    "rediss": "rediss",
    "redis+unix": "redis+unix",
    "valkey": "redis",
    "valkeys": "rediss",
    "valkey+unix": "redis+unix",
}
COUNTING_OPTIONS = {"db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
# The desk takes the second port after it.
MOST_METRICS_PORT = 65533


class SettingsError(ValueError):
    """A setting is unknown or makes no sense; the message is one clear sentence."""


def number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number within both bounds. Raises SettingsError."""
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}.")
    return int(text)


def choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`, in small letters. Raises SettingsError."""
    text = (env.get(name) or default).strip().lower()
    if text not in allowed:
        raise SettingsError(f"{name} must be one of: {', '.join(allowed)}.")
    return text


def yes(env: Mapping[str, str], name: str) -> bool:
    """Yes or no; no where nothing is said. Raises SettingsError."""
    return choice(env, name, "no", ("yes", "no", "1", "0")) in {"yes", "1"}


def words(env: Mapping[str, str], name: str, default: str, *, between: str = ",") -> tuple[str, ...]:
    """The words of a list, without empty ones."""
    return tuple(word.strip() for word in (env.get(name) or default).split(between) if word.strip())


def https_address(env: Mapping[str, str], name: str) -> str:
    """An https address, or empty. Raises SettingsError."""
    text = (env.get(name) or "").strip()
    if text and re.fullmatch(r"https://[A-Za-z0-9.-]+(/[!-~]*)?", text) is None:
        raise SettingsError(f"{name} must be an address that starts with https://.")
    return text


def mailbox(env: Mapping[str, str], name: str) -> str:
    """A mail address, or empty. Raises SettingsError."""
    text = (env.get(name) or "").strip()
    if text and MAILBOX.fullmatch(text) is None:
        raise SettingsError(f"{name} must be an address such as office@example.org.")
    return text


def site(text: str) -> str:
    """A site without a path. Raises SettingsError."""
    if re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", text) is None:
        raise SettingsError("INTAKE_FRAMED_BY must hold sites such as https://example.org, without a path.")
    return text


def timezone(env: Mapping[str, str]) -> ZoneInfo:
    """The time zone of the organisation. Raises SettingsError."""
    try:
        return ZoneInfo(env.get("INTAKE_TIMEZONE") or "America/New_York")
    except (ValueError, OSError, LookupError):
        raise SettingsError("INTAKE_TIMEZONE must be a time zone name, such as America/New_York.") from None


def database(env: Mapping[str, str], name: str, default: str) -> str:
    """A database address with its driver. Raises SettingsError."""
    text = env.get(name) or default
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(f"{name} is not a database address.") from None
    if url.get_backend_name() == "postgresql" and "+" not in url.drivername:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(f"{name} must name a SQLite or PostgreSQL database.")
    return url.render_as_string(hide_password=False)


def standby(env: Mapping[str, str], name: str, primary: str) -> str:
    """The address of a standby of the PostgreSQL database `primary`, or empty. Raises SettingsError."""
    text = database(env, name, "postgresql:") if env.get(name) else ""
    if text and not (text.startswith("postgresql") and primary.startswith("postgresql")):
        raise SettingsError(f"{name} must name a standby of a PostgreSQL database; SQLite has none.")
    return text


def counting_server(env: Mapping[str, str], name: str) -> str:
    """The address of a Redis or Valkey server as the client wants it, or empty. Raises SettingsError.

    Neither the address nor a part of it is in the message: it may hold a password.
    """
    text = (env.get(name) or "").strip()
    if not text:
        return ""
    try:
        url = urlsplit(text)
        options = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
        is_port_good = url.port != 0
    except ValueError:
        raise SettingsError(_no_counting_server(name)) from None
    begins = COUNTING_SERVERS.get(url.scheme, "")
    if begins == "redis+unix":
        is_there = url.hostname is None and re.fullmatch(r"(/[^/]+)+", url.path) is not None
    else:
        is_there = url.hostname is not None and re.fullmatch(r"/?|/[0-9]{1,4}", url.path) is not None
    if not begins or not is_there or not is_port_good or url.fragment:
        raise SettingsError(_no_counting_server(name))
    # Others, such as longer patience, would take from people what this product promises them.
    if not options.keys() <= COUNTING_OPTIONS or not re.fullmatch(r"[0-9]{0,4}", options.get("db", "")):
        raise SettingsError(f"{name} knows these options alone: {', '.join(sorted(COUNTING_OPTIONS))}.")
    return f"{begins}{text[len(url.scheme) :]}"


def _no_counting_server(name: str) -> str:
    return (
        f"{name} must be an address such as redis://127.0.0.1:6379/0, rediss://NAME:PASSWORD@host:6379/0 or "
        "redis+unix:///run/redis/redis.sock; valkey is written for redis likewise. Signs such as / and # in a "
        "password are written as %2F and %23."
    )


def metrics(env: Mapping[str, str]) -> tuple[str, int] | None:
    """Where figures may be read: a numeric address that nobody on the internet reaches, unless it is told otherwise."""
    anywhere, text = yes(env, "INTAKE_METRICS_ANYWHERE"), (env.get("INTAKE_METRICS") or "").strip()
    if not text:
        return None
    found = SERVER.fullmatch(text)
    try:
        address = ipaddress.ip_address(found["host"].strip("[]") if found else "")
    except ValueError:
        address = None
    if found is None or address is None or not 1 <= int(found["port"]) <= MOST_METRICS_PORT:
        raise SettingsError("INTAKE_METRICS must be a numeric address and a port, such as 127.0.0.1:9101.")
    # "Any address of this machine" counts as private to the library, and is the very opposite.
    if not anywhere and (address.is_unspecified or not (address.is_private or address.is_loopback)):
        raise SettingsError("INTAKE_METRICS is not a private address. If you mean it, set INTAKE_METRICS_ANYWHERE=yes.")
    return str(address), int(found["port"])
