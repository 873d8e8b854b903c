"""Every target: a function that takes bytes and asserts what must hold, what to begin from, what once broke it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from intake.releases import samples
from tests.fuzz import rules, sealed, texts, wire, words
from tests.house.shapes import SMUGGLING, post

NEWS = (Path(__file__).parents[1] / "newsroom" / "news.xml").read_bytes()
ATOM = (
    b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>T</title><id>f</id><entry>'
    b"<id>e1</id><title>One</title><updated>2026-05-04T10:00:00Z</updated><content type='html'>&lt;p&gt;Text &lt;b&gt;"
    b"bold&lt;/b&gt; &lt;a href='https://example.org'&gt;more&lt;/a&gt;&lt;/p&gt;</content></entry></feed>"
)
MARKDOWN = (
    b"---\ntitle: Our news\ndate: 2012-09-06\nlanguage: pt-br\n---\n# One\n\n* [more](https://example.org)\n> *it*\n"
)
ODD_ENCODING = b'<?xml version="1.0" encoding="utf\x00-8"?><rss version="2.0"><channel></channel></rss>'


@dataclass(frozen=True)
class Target:
    """What is fuzzed. `longest` bounds the input, in bytes; `kept` are inputs that once broke it.

    `grown`: bytes of the long input whose time is compared with that of half of it; 0 where the input has one length.
    """

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    longest: int = 300
    kept: tuple[bytes, ...] = ()
    grown: int = 0

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return self.check.__name__


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(one.encode() for one in text.split("|"))


def _packed(*fields: str) -> bytes:
    """Texts as `Taking.text` takes them."""
    return b"".join(bytes([len(one.encode())]) + one.encode() for one in fields)


PHONES = (
    "+1 202 555 0123|(202) 555-0123 ext. 4|٠٠٤٩ ٣٠ ١٢٣٤٥٦|A012-345-678|Ａ０１２|rosa@example.org|rosa@bücher.example"
)
DATES = (
    ("4", "mar", "2026"),
    ("", "sh", "1404"),
    ("30", "et-13", "2016"),
    ("03/04/2026", "", ""),
    ("29", "is-9", "1445"),
)

TARGETS: dict[str, Target] = {
    one.name: one
    for one in (
        Target(words.typed, (*_words(PHONES), b"\xe2\x80\xaea\xcc\x81\r\n\r\n\r\nb", b"\xed\xa0\x80"), grown=40_000),
        Target(words.dates, tuple(_packed(*one) + b"2026-03-04/2026-04-03~" for one in DATES)),
        Target(words.codes, _words("0123 4567 8901 2345|٠١٢٣-٤٥٦٧-٨٩٠١-٢٣٤٥|0123.4567·8901/2345")),
        Target(words.headers, _words("gzip, br;q=0.5, *;q=0|br;q=1.0,gzip;q=0.|identity;q=x"), grown=12_000),
        Target(words.queries, (b"\x03\x00\x0bopen,closed\x01\x012\x0b\x0a2026-01-01", b"\x02\x02\x02me\x04\x06asylum")),
        Target(words.calendar, (b"\x01\x00\x40\x10\x0aa;b,c\\\nd\r\nEND:VEVENT", _packed("x")), 600),
        Target(
            texts.releases,
            (*(path.read_bytes()[:1500] for path in samples()[:2]), MARKDOWN, b"T\n\nPublished on Sept 6, 2012\n\nx"),
            4000,
            grown=60_000,
        ),
        Target(texts.news, (NEWS, ATOM), 6000, (ODD_ENCODING,), grown=60_000),
        Target(
            texts.pages,
            (
                b"<div><b>One<p>two<ul><li>x<table><td>y</table><img src=x><svg><a href='https://x'>",
                b"<p>x <br> </p> <br>",
            ),
            3000,
            grown=60_000,
        ),
        Target(rules.forms, tuple(bytes([n]) + b"\x06" + bytes(range(n, 60 + n)) for n in range(0, 24, 3))),
        Target(rules.rules, (bytes(range(256)), bytes(range(255, 0, -1)), b"\x01\x02\x03\x10" + b"\x09\x05" * 90), 300),
        Target(sealed.envelopes, (b"", b"\x01\x00\x50\x00\x00\x01", b"\x00" * 9)),
        Target(sealed.backups, (b"", b"\x01\x01\x00\x50\x00\x00\x01", b"\x00" * 9)),
        Target(sealed.papers, (b"", b"\x01\x00\x50\x00\x00\x01", b"\x00" * 9)),
        Target(
            wire.requests,
            (
                post(b"Content-Length: 5", body=b"hello"),
                post(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
                b"GET http://localhost/healthz?a=1#b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                *SMUGGLING.values(),
            ),
            2000,
            (post(b"Transfer-Encoding: chunked", body=b"0\r\nhello, you\r\n0\r\n\r\n"),),
            grown=15_000,
        ),
    )
}
