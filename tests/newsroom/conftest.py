"""A small site on this machine with a certificate of its own: what a feed's address may answer."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intake.fetching import Policy

NEWS = (Path(__file__).parent / "news.xml").read_bytes()
LOOPBACK = ipaddress.ip_address("127.0.0.1")


class Site:
    """A TLS server for the name feeds.example; `answers` maps a path to a function that writes the answer."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.seen: list[dict[str, str]] = []
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feeds.example")])
        now = dt.datetime.now(dt.UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        made = made.not_valid_after(now + dt.timedelta(days=1))
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("feeds.example")]), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = folder / "site.crt"
        self.certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        private = folder / "site.private"
        encoding, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private.write_bytes(key.private_bytes(encoding, kind, serialization.NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, private)
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.seen.append(dict(self.headers))
                answer = site.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, *_said: object) -> None:
                """Nothing is written about a test."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_request: object) -> None:
                """A client that hangs up early is what some tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def address(self, path: str, host: str = "feeds.example") -> str:
        return f"https://{host}:{self.port}{path}"

    def policy(self, **changes: object) -> Policy:
        """The real policy, but this site's name leads here, and here is allowed."""
        told = {
            "resolve": lambda _host, _port: [LOOPBACK],
            "allowed": lambda one: one == LOOPBACK,
            "context": lambda: ssl.create_default_context(cafile=str(self.certificate)),
            "ports": frozenset({self.port}),
        }
        return Policy(**(told | changes))

    def says(
        self, path: str, body: bytes, kind: str = "application/rss+xml", status: int = 200, **headers: str
    ) -> None:
        """Let `path` answer with `body`."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            told = {"Content-Type": kind, "Content-Length": str(len(body))}
            for name, value in (told | {name.replace("_", "-"): value for name, value in headers.items()}).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer

    def drips(self, path: str) -> None:
        """Let `path` send one byte of a header at a time, without an end."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            until = time.monotonic() + 5
            gate = threading.Event()
            while time.monotonic() < until:
                handler.wfile.write(b"x")
                gate.wait(0.05)

        self.answers[path] = answer


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
