"""nginx and Caddy in front of the running product, from the example files with other ports, folders and networks."""

import contextlib
import datetime as dt
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.journeys.system import ROOT, System, free_port

DEPLOY = ROOT / "deploy"
PUBLIC, STAFF = "help.example.org", "desk.example.org"
# Addresses of this machine alone; the whole of 127.0.0.0/8 is. The office is one of them.
OFFICE = "127.0.0.2"
START_SECONDS = 15.0


@dataclass(frozen=True)
class Edge:
    """One that runs: its ports, what it wrote, and its folder."""

    name: str
    tls: int
    clear: int
    log: Path
    folder: Path


def certificates(folder: Path) -> None:
    """A self-signed certificate and its key for each host name, as the example files look for them."""
    now = dt.datetime.now(dt.UTC)
    for host in (PUBLIC, STAFF):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{host}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / f"{host}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """`text` with each pattern replaced. Raises AssertionError when one is nowhere: the example has changed."""
    for pattern, new in pairs:
        text, times = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert times, f"the example file has no {pattern}"
    return text


def _doors(system: System) -> tuple[tuple[str, str], ...]:
    # Nobody listens on the second public port: the first one answers alone, and goes away alone.
    return (
        (r"127\.0\.0\.1:8000\b", f"127.0.0.1:{system.settings.public_port}"),
        (r"127\.0\.0\.1:8010\b", f"127.0.0.1:{free_port()}"),
        (r"127\.0\.0\.1:8001\b", f"127.0.0.1:{system.settings.staff_port}"),
    )


def nginx(system: System, folder: Path, tls: int, clear: int) -> list[str]:
    """Write the example for these ports; the command that runs it."""
    kept = "".join(
        f"    {one}_temp_path {folder}/{one};\n" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = changed(
        (DEPLOY / "nginx.conf").read_text("utf-8"),
        *_doors(system),
        (r"^user www-data;\n", ""),
        (r"^pid .*;$", f"pid {folder}/pid;\ndaemon off;"),
        (r"^http \{\n", f"http {{\n{kept}"),
        (r"^ *listen \[::\].*\n", ""),
        (r"listen 443\b", f"listen 127.0.0.1:{tls}"),
        (r"listen 80\b", f"listen 127.0.0.1:{clear}"),
        (r"/etc/ssl/intake", str(folder)),
        (r"allow 192\.0\.2\.0/24;", f"allow {OFFICE};"),
    )
    (folder / "nginx.conf").write_text(text)
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(system: System, folder: Path, tls: int, clear: int) -> list[str]:
    """Write the example for these ports; the command that runs it."""
    text = changed(
        (DEPLOY / "Caddyfile").read_text("utf-8"),
        *_doors(system),
        (r"^\temail .*$", f"\thttp_port {clear}\n\thttps_port {tls}\n\tdefault_bind 127.0.0.1"),
        (r"^((?:help|desk)\.example\.org) \{$", rf"\1 {{\n\ttls {folder}/\1.pem {folder}/\1.key"),
        (r"remote_ip 192\.0\.2\.0/24", f"remote_ip {OFFICE}"),
    )
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


EDGES = {"nginx": nginx, "caddy": caddy}


@contextlib.contextmanager
def standing(name: str, system: System) -> Iterator[Edge]:
    """One edge in front of `system`; it ends afterwards. Raises AssertionError when it does not start."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        # Its workers are another account where root starts it.
        folder.chmod(0o755)
        certificates(folder)
        tls, clear = free_port(), free_port()
        command = EDGES[name](system, folder, tls, clear)
        edge = Edge(name, tls, clear, folder / "log", folder)
        environ = {"PATH": os.environ["PATH"] + ":/usr/sbin", "HOME": made, "XDG_DATA_HOME": made}
        with edge.log.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, env=environ, cwd=folder)
        try:
            _wait(process, edge)
            yield edge
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], edge: Edge) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", edge.tls), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"{edge.name} did not start:\n{edge.log.read_text()[-2000:]}")
        time.sleep(0.1)
