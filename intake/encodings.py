"""Which compression a browser takes, and brotli where nothing secret shares the page."""

import re
from collections.abc import Iterable
from functools import lru_cache

_OFFER = re.compile(r"\s*([A-Za-z0-9*_-]+)\s*(?:;\s*q=([0-9.]+)\s*)?")


@lru_cache(maxsize=256)
def _accepted(header: str) -> dict[str, bool]:
    """Whether each named coding is wanted, from an `Accept-Encoding` header; a weight of zero refuses."""
    wanted: dict[str, bool] = {}
    for part in header[:1000].split(","):
        found = _OFFER.fullmatch(part)
        if found is not None:
            wanted[found[1].lower()] = not found[2] or found[2].strip("0.") != ""
    return wanted


def best(header: str, codings: Iterable[str]) -> str:
    """The first of `codings` that `header` takes; "" for none."""
    wanted = _accepted(header)
    return next((one for one in codings if wanted.get(one, wanted.get("*", False))), "")
