"""Static files under names that carry their hash, compressed once, cached by browsers for good."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


def find_folder(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name


@lru_cache(maxsize=1)
def _files() -> dict[str, tuple[str, bytes, bytes]]:
    found = {}
    folder = find_folder("static")
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES:
            plain = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            mark = hashlib.sha256(plain).hexdigest()[:10]
            stem, _, suffix = name.rpartition(".")
            found[name] = (f"{stem}.{mark}.{suffix}", plain, gzip.compress(plain, 9, mtime=0))
    return found


@lru_cache(maxsize=1)
def _by_hashed_name() -> dict[str, str]:
    return {hashed: name for name, (hashed, _, _) in _files().items()}


def hashed_name(name: str) -> str:
    """The name under which `static/NAME` is served. Raises KeyError for a file that does not exist."""
    return _files()[name][0]


def install(app: Flask) -> None:
    """Serve the files at `/static/NAME.HASH.EXT`; `url_for("static", filename=NAME)` adds the hash."""

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static":
            values["filename"] = _files().get(values["filename"], (values["filename"],))[0]

    def static(filename: str) -> Response:
        name = _by_hashed_name().get(filename)
        if name is None:
            abort(404)
        _, plain, packed = _files()[name]
        response = Response(mimetype=TYPES[Path(name).suffix])
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.data = packed
            response.content_encoding = "gzip"
        else:
            response.data = plain
        response.vary.add("Accept-Encoding")
        response.cache_control.public = True
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
        return response

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)
