"""A mail server for the tests: real sockets, real SMTP (RFC 5321), and every way in which a server can let one down."""

import base64
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SECONDS = 20


@dataclass(frozen=True)
class Taken:
    """One mail that the server took: from whom, to whom, the bytes, under TLS or not, who was signed in."""

    sender: str
    to: str
    content: bytes
    tls: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        return self.message.get_content()


@dataclass
class Server:
    """Listens on a port of its own. `script` says how each next conversation goes; after that, all goes well.

    `STEP CODE` answers a step with that code (`rcpt 550`), `hang STEP` never answers it, `drop STEP` closes the line
    instead; steps are greet, mail, rcpt, data, half (in the middle of the mail) and end (after its last line).
    """

    script: list[str] = field(default_factory=list)
    certificate: Path | None = None
    password: str = ""
    at_the_end: Callable[[], None] = lambda: None
    mails: list[Taken] = field(default_factory=list)
    conversations: int = 0

    def __enter__(self) -> "Server":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(SECONDS)
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(SECONDS)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.conversations += 1
                plan = self.script.pop(0) if self.script else ""
            self._open.append(line)
            thread = threading.Thread(target=self._serve, args=(line, plan))
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket, plan: str) -> None:
        talk = _Conversation(self, line, plan)
        with suppress(OSError, _Gone):
            talk.run()
        talk.close()


class _Gone(Exception):
    """The conversation is over."""


class _Conversation:
    def __init__(self, server: Server, line: socket.socket, plan: str) -> None:
        self.server, self.line, self.plan = server, line, plan
        self.file = line.makefile("rb")
        self.tls, self.user, self.sender, self.to = False, "", "", ""

    def run(self) -> None:
        self.answer("greet", 220)
        while words := self.file.readline().decode().strip():
            verb, _, rest = words.partition(" ")
            getattr(self, f"on_{verb.lower()}", self.on_unknown)(rest)

    def close(self) -> None:
        with suppress(OSError):
            self.file.close()
            self.line.close()

    def answer(self, step: str, code: int, text: str = "as you wish") -> bool:
        """Answer a step as the plan wants it; whether the answer was yes."""
        what, _, which = self.plan.partition(" ")
        if what == step:
            code, text = int(which), "you@example.org is not welcome"
        elif which == step:
            if what == "hang":
                self.server._closing.wait(SECONDS)
            raise _Gone
        self.say(f"{code} {text}")
        return code < 400

    def say(self, text: str) -> None:
        self.line.sendall(text.encode() + b"\r\n")

    def on_unknown(self, _rest: str) -> None:
        self.say("502 not here")

    def on_ehlo(self, _rest: str) -> None:
        offers = ["SIZE 1000000"]
        if self.server.certificate and not self.tls:
            offers.append("STARTTLS")
        if self.server.password:
            offers.append("AUTH PLAIN")
        lines = ["test server", *offers]
        for number, text in enumerate(lines):
            self.say(f"250{' ' if number == len(lines) - 1 else '-'}{text}")

    def on_starttls(self, _rest: str) -> None:
        self.say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate)
        self.file.close()
        self.line = context.wrap_socket(self.line, server_side=True)
        self.file, self.tls = self.line.makefile("rb"), True

    def on_auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        if password == self.server.password:
            self.user = user
            self.say("235 welcome")
        else:
            self.say("535 who are you")

    def on_mail(self, rest: str) -> None:
        self.sender = rest.partition("<")[2].partition(">")[0]
        self.answer("mail", 250)

    def on_rcpt(self, rest: str) -> None:
        self.to = rest.partition("<")[2].partition(">")[0]
        self.answer("rcpt", 250)

    def on_data(self, _rest: str) -> None:
        if not self.answer("data", 354):
            return
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise _Gone
            lines.append(line.removeprefix(b"."))
            if self.plan.endswith(" half"):
                self.answer("half", 250)
        taken = Taken(self.sender, self.to, b"".join(lines), self.tls, self.user)
        if not self.plan.startswith("end "):
            self.server.mails.append(taken)
        self.server.at_the_end()
        self.answer("end", 250)

    def on_quit(self, _rest: str) -> None:
        self.say("221 bye")
        raise _Gone


def make_certificate(folder: Path, *, name: str = "127.0.0.1") -> Path:
    """A certificate that trusts itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.crt"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
