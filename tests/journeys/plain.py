"""A person's browser without a window: plain HTTP with cookies, for `tests.public.walking`."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What came back, with the names that Flask's own test response uses."""

    status_code: int
    text: str
    headers: Message


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_parts: Any) -> None:
        return None


class PlainBrowser:
    """Opens and posts pages of one door, keeps its cookies, follows nothing by itself."""

    def __init__(self, door: str, **headers: str) -> None:
        self._door = door
        self._headers = headers
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect
        )

    def get(self, address: str) -> Answer:
        """The page at `address`."""
        return self._open(urllib.request.Request(urllib.parse.urljoin(self._door, address)))

    def post(self, address: str, data: Mapping[str, Any]) -> Answer:
        """Send a form."""
        body = urllib.parse.urlencode(data, doseq=True).encode()
        return self._open(urllib.request.Request(urllib.parse.urljoin(self._door, address), data=body))

    def _open(self, request: urllib.request.Request) -> Answer:
        for name, value in self._headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with self._opener.open(request, timeout=20) as got:
                return Answer(got.status, got.read().decode(), got.headers)
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read().decode(), refused.headers)
