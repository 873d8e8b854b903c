"""Every hostile string by its name: what people, programs and broken keyboards have ever put into a field."""

from tests.hostile import characters, injections

GROUPS: dict[str, dict[str, str]] = characters.GROUPS | injections.GROUPS
ALL: dict[str, str] = {f"{group}: {name}": text for group, named in GROUPS.items() for name, text in named.items()}
# What a sum in a template would come to: it must stand nowhere.
PRODUCT = str(77777 * 77777)

# Half of a pair of code units: no request brings one, but what reads a field must not trip over it.
SURROGATES = {
    "high half": "Ro\ud83dsa",
    "low half": "Ro\udc00sa",
    "pair in the wrong order": "\udc00\ud83d",
    "bytes that were no text": b"Ro\xff\xfesa\xed\xa0\x80".decode("utf-8", "surrogateescape"),
}
