"""Whole requests that no browser sends: bytes that are no text, fields without end, forms in strange clothes."""

from tests.hostile.injections import Named

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


def part(disposition: str, value: bytes = b"Rosa", more: str = "") -> bytes:
    """One part of a multipart body."""
    return (
        b"--x\r\nContent-Disposition: " + disposition.encode("latin-1") + more.encode() + b"\r\n\r\n" + value + b"\r\n"
    )


def named(name: str, value: bytes = b"Rosa") -> bytes:
    """A part for the field `name`."""
    return part(f'form-data; name="{name}"', value)


# Bytes where a name stands, as they travel; the form must read, change or refuse them, never fall over.
BYTES: dict[str, bytes] = {
    "a surrogate": b"R%ED%A0%80sa",
    "a pair as two threes": b"%ED%A0%BD%ED%B8%80",
    "overlong slash": b"%C0%AF%E0%80%AF",
    "overlong NUL": b"Ro%C0%80sa",
    "beyond the last plane": b"%F4%90%80%80",
    "five and six bytes": b"%F8%88%80%80%80%FC%84%80%80%80%80",
    "cut short": b"Rosa%E2%82",
    "continuation alone": b"%80%BFRosa",
    "never in UTF-8": b"%FE%FF%C1",
    "Latin-1": b"Ros%E1",
    "Shift-JIS": b"%83%8D%81%5C",
    "UTF-16": b"%FF%FER%00o%00s%00a%00",
    "UTF-7": b"+ADw-script+AD4-",
    "raw NUL": b"Ro\x00sa",
    "half of a code": b"Rosa%",
    "no digits in a code": b"%zz%u0041",
    "a code in a code": b"%2500%25ff",
    "plus signs": b"+++Rosa+++",
}

# (content type, body) of requests that hold no form.
NO_FORM: dict[str, tuple[str, bytes]] = {
    "JSON": ("application/json", b'{"consent_start": "yes"}'),
    "deep JSON": ("application/json", b"[" * 20_000),
    "XML": ("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "plain text": ("text/plain", b"consent_start=yes"),
    "no type": ("", b"consent_start=yes"),
    "a type without sense": ("a/b/c; ; =", b"x"),
    "a type with a line end": ("text/plain\x0bx", b"x"),
    "no boundary": ("multipart/form-data", b"--x"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--"),
    "a long boundary": ("multipart/form-data; boundary=" + "b" * 5_000, b"--"),
    "a boundary that is not there": (MULTIPART, b"--y\r\n\r\n"),
    "never ended": (MULTIPART, part('form-data; name="a"')),
    "nine hundred parts": (MULTIPART, named("a") * 900),
    "a long header": (MULTIPART, part('form-data; name="a"', more="\r\nX-A: " + "a" * 40_000) + b"--x--"),
    "thousand headers": (MULTIPART, part('form-data; name="a"', more="\r\nX: y" * 1_000) + b"--x--"),
    "no disposition": (MULTIPART, b"--x\r\nX: y\r\n\r\nz\r\n--x--"),
    "part in part": (MULTIPART, b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n--x--"),
    "nothing but ends": (MULTIPART, b"--x--" * 900),
    "another charset": (f"{URLENCODED}; charset=utf-7", b"+AGEAYg-=%ff%fe&&&==&" * 90),
    "a charset that is none": (f"{URLENCODED}; charset=\x01", b"a=b"),
    "bytes that no browser leaves as they are": (URLENCODED, b"consent_start=Ro\xff\xfe\xed\xa0\x80sa"),
    "a part whose name is no text": (MULTIPART, named("\xff\xfe") + b"--x--"),
    "nothing but ampersands": (URLENCODED, b"&" * 60_000),
    "ten thousand fields": (URLENCODED, b"&".join(b"a%d=" % number for number in range(8_000))),
    "a name of 60,000 letters": (URLENCODED, b"a" * 60_000 + b"=b"),
}

# Names of parts: weird, but beside them the form is whole.
WEIRD_NAMES: Named = {
    "empty": "",
    "brackets": "call_name[]",
    "prototype": "__proto__",
    "dots": "call_name.x.y",
    "path": "../../x",
    "quote": 'a\\"b',
    "method": "_method",
    "long": "n" * 4_000,
    "private": "_sa_instance_state",
    "of the reader": "getlist",
}

# What stands in headers, as far as a server lets it through.
HEADERS: dict[str, dict[str, str]] = {
    "many languages": {"Accept-Language": ",".join(f"x{number}" for number in range(2_000))},
    "a language that is a path": {"Accept-Language": "../../etc/passwd, ar_XB;q=9, *;q=-1"},
    "weights without sense": {"Accept-Language": "en;q=NaN, es;q=inf, fr;q=", "Accept-Encoding": "br;q=x, gzip;q=nan"},
    "all codings": {"Accept-Encoding": "br, gzip, deflate, zstd, identity;q=0, *;q=0"},
    "a browser that is code": {"User-Agent": "() { :;}; echo x ${jndi:ldap://example.org} <script>"},
    "another site leads here": {"Referer": "javascript:alert(1)", "Origin": "null"},
    "a proxy that is none": {"X-Forwarded-For": "'; DROP TABLE draft; --", "X-Forwarded-Host": "example.org"},
    "another method": {"X-HTTP-Method-Override": "DELETE"},
    "another address": {"X-Original-URL": "/staff", "X-Rewrite-URL": "/staff"},
    "a range": {"Range": "bytes=0-,-1,5-2", "If-Range": "x"},
    "another time": {"If-Modified-Since": "Thu, 99 Foo 9999 99:99:99 GMT", "If-None-Match": '"*", W/'},
    "cookies of the door": {"Cookie": "intake=; intake=x.y.z; intake=\x7f; staff=1; =; ;;; a=b=c"},
    "a cookie without end": {"Cookie": "intake=" + "A" * 12_000},
    "from another frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"},
    "expects": {"Expect": "100-continue", "Upgrade": "h2c", "TE": "trailers, deflate;q=0.5"},
}
